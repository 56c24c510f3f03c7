//! What happens over a record's life: trash, timeline, undo, stages and the figures that follow.

use crate::support::{NOW, Workspace, link};
use aventora::base::Error;
use aventora::base::id::{RecordRef, Seq};
use aventora::model::{Actor, Role, Value};
use aventora::records::save::Command;
use aventora::records::{Context, State};

fn kinds(w: &Workspace, actor: &Actor, id: RecordRef) -> Vec<&'static str> {
    w.engine.timeline(actor, id, None, 50).unwrap().iter().map(|e| e.kind).collect()
}

#[test]
fn a_record_goes_to_the_trash_and_comes_back_as_it_was() {
    let w = Workspace::new();
    let id = w.create(&w.admin, "contacts", &[("first_name", "Ann"), ("city", "Lund")]);
    let trashed = w.run(&w.admin, Command::Trash(id)).record;
    assert_eq!((trashed.state, trashed.version), (State::Trashed, 2));
    assert_eq!(w.engine.labels(&w.admin, &[id]).unwrap(), [None]);
    let Err(Error::Invalid(problems)) = w.try_update(&w.admin, id, &[("city", "X")]) else { panic!("was changed") };
    assert_eq!(problems[0].code, "trashed");
    assert_eq!(w.run(&w.admin, Command::Trash(id)).seq, None, "it is there already");
    let back = w.run(&w.admin, Command::Restore(id)).record;
    assert_eq!((back.state, back.version), (State::Live, 3));
    assert_eq!(w.text(&w.admin, id, "city"), "Lund");
    assert_eq!(kinds(&w, &w.admin, id), ["restored", "trashed", "created"]);
}

#[test]
fn the_timeline_tells_old_and_new_values_newest_first() {
    let w = Workspace::new();
    let id = w.contact(&w.admin, "Ann", "Lee");
    w.clock.advance(5_000);
    w.update(&w.admin, id, &[("city", "Lund"), ("job_title", "CEO")]);
    w.update(&w.admin, id, &[("city", "")]);
    let entries = w.engine.timeline(&w.admin, id, None, 50).unwrap();
    assert_eq!(entries.len(), 3);
    let city = w.field("contacts", "city");
    let text = |s: &str| Some(Value::Text(s.into()));
    let change = |i: usize| entries[i].changes.iter().find(|c| c.field == city).map(|c| (c.from.clone(), c.to.clone()));
    assert_eq!(change(0), Some((text("Lund"), None)));
    assert_eq!(change(1), Some((None, text("Lund"))));
    assert_eq!(entries[1].time, NOW + 5_000);
    assert_eq!(entries[1].changes.len(), 2, "what follows from a change is not told");
    assert_eq!((entries[2].kind, entries[2].changes.len()), ("created", 0));
    assert_eq!(entries[2].actor.unwrap().row, w.admin.member);
    assert_eq!(entries[2].role, "admin");
}

#[test]
fn a_company_and_a_contact_tell_of_what_was_linked_to_them() {
    let w = Workspace::new();
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    let (ann, bob) = (w.contact(&w.admin, "Ann", "Lee"), w.contact(&w.admin, "Bob", "Ray"));
    let values = [("name", "Big"), ("company", &link(company)), ("point_of_contact", &link(ann))];
    let deal = w.create(&w.admin, "deals", &values);
    w.update(&w.admin, deal, &[("point_of_contact", &link(bob))]);
    w.update(&w.admin, deal, &[("name", "Bigger")]);
    assert_eq!(kinds(&w, &w.admin, company), ["updated", "updated", "created", "created"]);
    // The one let go tells of it, and of nothing later; nothing moves to the new one.
    assert_eq!(kinds(&w, &w.admin, ann), ["updated", "created", "created"]);
    assert_eq!(kinds(&w, &w.admin, bob), ["updated", "updated", "created"]);
    let entries = w.engine.timeline(&w.admin, bob, None, 50).unwrap();
    assert_eq!(entries[0].record, deal);
}

#[test]
fn a_walled_reader_sees_only_their_part_of_a_companys_timeline() {
    let w = Workspace::new();
    let rep = w.member("Rita Rep", Role::own_rep());
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    for actor in [&w.admin, &rep] {
        w.create(actor, "contacts", &[("first_name", "Cy"), ("company", &link(company))]);
    }
    assert_eq!(w.engine.timeline(&w.admin, company, None, 50).unwrap().len(), 3);
    let seen = w.engine.timeline(&rep, company, None, 50).unwrap();
    assert_eq!(seen.iter().map(|e| e.record.object.0).collect::<Vec<_>>(), [2, 3]);
}

#[test]
fn somebody_walled_reads_no_timeline_and_no_label_of_what_is_not_theirs() {
    let w = Workspace::new();
    let rep = w.member("Rita Rep", Role::own_rep());
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    let (own, other) = (w.contact(&rep, "Otto", "Own"), w.contact(&w.admin, "Ann", "Lee"));
    let deal = w.create(&w.admin, "deals", &[("name", "Shared"), ("point_of_contact", &link(own))]);
    let walled = w.create(&w.admin, "deals", &[("name", "Walled"), ("point_of_contact", &link(other))]);
    assert!(matches!(w.engine.timeline(&rep, other, None, 50), Err(Error::NotFound)));
    assert!(matches!(w.engine.timeline(&rep, walled, None, 50), Err(Error::NotFound)));
    assert_eq!(kinds(&w, &rep, deal), ["created"]);
    let shown = |actor: &Actor| {
        let labels = w.engine.labels(actor, &[own, other, deal, walled, company]).unwrap();
        labels.into_iter().map(|l| l.map(|l| l.text)).collect::<Vec<_>>()
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(shown(&rep), [some("Otto Own"), None, some("Shared"), None, some("Acme")]);
    assert!(shown(&w.admin).iter().all(Option::is_some));
    // A visible deal that names both: who is not theirs has no label, and no entry of the shared timeline tells of them.
    w.update(&w.admin, deal, &[("contacts", &format!("{};{}", link(own), link(other)))]);
    assert_eq!(kinds(&w, &rep, own), kinds(&w, &w.admin, own));
    assert_eq!(shown(&rep)[1], None);
    // What they let go is gone with its past.
    w.update(&w.admin, own, &[("owner", &w.admin.member.to_string())]);
    let made_by_them = w.engine.timeline(&rep, own, None, 50).is_ok();
    assert_eq!(made_by_them, w.engine.get(&rep, own).is_ok(), "the timeline goes as the record goes");
}

#[test]
fn a_long_timeline_is_read_page_by_page() {
    let w = Workspace::new();
    let id = w.contact(&w.admin, "Ann", "Lee");
    let commands = (0..500).map(|i| w.changes(id, &[("city", &format!("City {i}"))])).collect();
    for outcome in w.engine.run_each(&w.admin, commands, Context::default()).unwrap() {
        outcome.unwrap();
    }
    let mut before: Option<Seq> = None;
    let mut all = Vec::new();
    loop {
        let page = w.engine.timeline(&w.admin, id, before, 50).unwrap();
        let Some(last) = page.last() else { break };
        before = Some(last.seq);
        all.extend(page.iter().map(|e| e.seq.0));
    }
    assert_eq!(all.len(), 501);
    assert!(all.windows(2).all(|w| w[0] > w[1]), "each once, newest first");
}

#[test]
fn a_batch_is_taken_back_where_nobody_has_changed_it_since() {
    let w = Workspace::new();
    let (ann, bob) = (w.contact(&w.admin, "Ann", "Lee"), w.contact(&w.admin, "Bob", "Ray"));
    let gone = w.contact(&w.admin, "Gus", "Gone");
    w.update(&w.admin, ann, &[("city", "Before")]);
    let batch = w.engine.new_batch().unwrap();
    let context = Context { batch: Some(batch), ..Context::default() };
    let made = Command::Create {
        object: ann.object,
        values: w.values("contacts", &[("first_name", "Made"), ("last_name", "Up")]),
    };
    let long = "word ".repeat(500);
    let commands = vec![
        made,
        w.changes(ann, &[("city", "After"), ("job_title", "CEO"), ("description", &long)]),
        w.changes(bob, &[("city", "After")]),
        w.changes(gone, &[("city", "After")]),
        Command::Trash(gone),
    ];
    let saved = w.engine.run_all(&w.admin, commands, context).unwrap();
    let made = saved[0].record.id;
    w.update(&w.admin, ann, &[("job_title", "CFO")]);

    let undone = w.engine.undo(&w.admin, batch, &mut |_, _| ()).unwrap();
    assert_eq!(undone.reverted, 5);
    assert_eq!(undone.skipped.len(), 1, "{:?}", undone.skipped);
    assert_eq!(undone.skipped[0].0, ann);
    assert!(undone.skipped[0].1.contains("changed since"));
    assert_eq!(w.engine.get(&w.admin, made).unwrap().state, State::Trashed);
    assert_eq!(w.text(&w.admin, ann, "city"), "Before");
    assert_eq!(w.text(&w.admin, ann, "description"), "");
    assert_eq!(w.text(&w.admin, ann, "job_title"), "CFO");
    assert_eq!(w.text(&w.admin, bob, "city"), "");
    let gone = w.engine.get(&w.admin, gone).unwrap();
    assert_eq!((gone.state, gone.values.get(w.field("contacts", "city"))), (State::Live, None));
    // Once more: nothing is left to take back.
    assert_eq!(w.engine.undo(&w.admin, batch, &mut |_, _| ()).unwrap().reverted, 0);
    assert!(matches!(w.engine.undo(&w.admin, aventora::base::id::BatchId(777), &mut |_, _| ()), Err(Error::NotFound)));
}

#[test]
fn an_undo_does_not_bring_back_what_was_purged() {
    let w = Workspace::new();
    let id = w.contact(&w.admin, "Ann", "Lee");
    let batch = w.engine.new_batch().unwrap();
    let context = Context { batch: Some(batch), ..Context::default() };
    w.engine.run(&w.admin, w.changes(id, &[("city", "Lund")]), context).unwrap();
    w.run(&w.admin, Command::Purge(id));
    let undone = w.engine.undo(&w.admin, batch, &mut |_, _| ()).unwrap();
    assert_eq!((undone.reverted, undone.skipped.len()), (0, 1));
}

#[test]
fn an_activity_that_is_done_is_changed_by_the_program_alone() {
    let w = Workspace::new();
    let log = |status: &str| w.create(&w.admin, "activities", &[("subject", "Call"), ("status", status)]);
    let planned = log("scheduled");
    w.update(&w.admin, planned, &[("subject", "Call back")]);
    w.update(&w.admin, planned, &[("status", "done"), ("outcome", "connected")]);
    for id in [planned, log("done")] {
        let before = w.engine.get(&w.admin, id).unwrap();
        for change in [("subject", "Never said that"), ("status", "scheduled"), ("body", "more")] {
            let Err(Error::Invalid(problems)) = w.try_update(&w.admin, id, &[change]) else { panic!("{change:?}") };
            assert_eq!((problems[0].field.as_str(), problems[0].code), ("", "settled"));
        }
        w.update(&w.admin, id, &[("status", "done")]);
        assert_eq!(w.engine.get(&w.admin, id).unwrap().version, before.version);
        w.update(&Actor::system("import"), id, &[("body", "transcript")]);
        assert_eq!(w.run(&w.admin, Command::Trash(id)).record.state, State::Trashed);
    }
}

#[test]
fn a_stage_brings_pipeline_status_probability_and_the_day_it_was_won() {
    let w = Workspace::new();
    let schema = w.engine.schema();
    let pipeline = &schema.pipelines[0];
    let deal = w.create(&w.admin, "deals", &[("name", "Big")]);
    assert_eq!(w.text(&w.admin, deal, "pipeline"), pipeline.name);
    assert_eq!(w.text(&w.admin, deal, "stage"), pipeline.stages[0].name);
    assert_eq!(w.text(&w.admin, deal, "probability"), pipeline.stages[0].probability.to_string());
    let won = pipeline.stages.iter().find(|s| s.kind == aventora::model::StageKind::Won).unwrap();
    w.clock.advance(1_000);
    let set = |status: &str| w.try_update(&w.admin, deal, &[("status", status)]);
    let record = set("closed_won").unwrap().record;
    assert_eq!(w.text(&w.admin, deal, "stage"), won.name);
    assert_eq!(record.values.get(w.field("deals", "won_at")), Some(&Value::Time(NOW + 1_000)));
    let Err(Error::Invalid(problems)) = set("on_hold") else { panic!("a won deal on hold") };
    assert_eq!((problems[0].field.as_str(), problems[0].code), ("status", "mismatch"));
    let record = set("open").unwrap().record;
    assert_eq!(record.values.get(w.field("deals", "won_at")), None);
    set("on_hold").unwrap();
    assert_eq!(w.text(&w.admin, deal, "status"), "on_hold");
}

#[test]
fn a_stage_of_another_pipeline_takes_the_deal_along() {
    let w = Workspace::of("real-estate");
    let schema = w.engine.schema();
    assert!(schema.pipelines.len() > 1);
    let (one, two) = (&schema.pipelines[0], &schema.pipelines[1]);
    let deal = w.create(&w.admin, "deals", &[("name", "House")]);
    let (stage, pipeline) = (w.field("deals", "stage"), w.field("deals", "pipeline"));
    let to = |id| Some(Value::Choice(id));
    let change = aventora::records::save::Change::set;
    let update =
        |changes| w.engine.run(&w.admin, Command::Update { id: deal, changes, version: None }, Context::default());
    let record = update(vec![change(stage, to(two.stages[1].id))]).unwrap().record;
    assert_eq!(record.values.get(pipeline), to(two.id).as_ref());
    let record = update(vec![change(pipeline, to(one.id))]).unwrap().record;
    assert_eq!(record.values.get(stage), to(one.stages[0].id).as_ref());
    let both = update(vec![change(pipeline, to(one.id)), change(stage, to(two.stages[0].id))]);
    // The pipeline is already that one, so it is the stage that decides.
    assert_eq!(both.unwrap().record.values.get(pipeline), to(two.id).as_ref());
}

#[test]
fn open_deals_next_task_and_last_contact_follow() {
    let w = Workspace::new();
    let ann = w.contact(&w.admin, "Ann", "Lee");
    let of = |field: &str| {
        let id = w.field("contacts", field);
        w.engine.get(&w.admin, ann).unwrap().values.get(id).cloned()
    };
    let version = w.engine.get(&w.admin, ann).unwrap().version;
    let number = |n| aventora::base::money::Decimal::whole(n).map(Value::Number);
    let deal = w.create(&w.admin, "deals", &[("name", "A"), ("point_of_contact", &link(ann))]);
    w.create(&w.admin, "deals", &[("name", "B"), ("contacts", &link(ann)), ("point_of_contact", &link(ann))]);
    assert_eq!(of("open_deals"), number(2));
    w.update(&w.admin, deal, &[("status", "closed_lost")]);
    assert_eq!(of("open_deals"), number(1));
    w.update(&w.admin, deal, &[("status", "open")]);
    w.run(&w.admin, Command::Trash(deal));
    assert_eq!(of("open_deals"), number(1));

    let task = |due: &str| w.create(&w.admin, "tasks", &[("title", "T"), ("due_at", due), ("links", &link(ann))]);
    let (late, soon) = (task("2026-05-02T10:00:00Z"), task("2026-05-01T10:00:00Z"));
    let due = |id| w.engine.get(&w.admin, id).unwrap().values.get(w.field("tasks", "due_at")).cloned();
    assert_eq!(of("next_task_due"), due(soon));
    w.update(&w.admin, soon, &[("status", "completed")]);
    assert_eq!(of("next_task_due"), due(late));
    w.run(&w.admin, Command::Purge(late));
    assert_eq!(of("next_task_due"), None);

    let call = [("type", "call"), ("starts_at", "2026-03-01T10:00:00Z"), ("links", &link(ann))];
    w.create(&w.admin, "activities", &call);
    assert!(of("last_contacted_at").is_some());
    assert_eq!(w.engine.get(&w.admin, ann).unwrap().version, version, "figures are nobody's change");
}
