//! Saving and reading records: what is accepted, what is refused and how it is said, and what follows from a save.

use crate::support::{NOW, Workspace, link};
use aventora::base::id::{FieldId, RecordRef, Row};
use aventora::base::{Error, Problem};
use aventora::model::object::{standard, system_field};
use aventora::model::{Role, Value};
use aventora::records::save::{Change, Command};
use aventora::records::{Context, State};

/// The problems of a refused command.
fn problems<T: std::fmt::Debug>(result: Result<T, Error>) -> Vec<Problem> {
    match result {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("expected problems, got {other:?}"),
    }
}

/// Field and code of the only problem of a refused command.
fn problem<T: std::fmt::Debug>(result: Result<T, Error>) -> (String, &'static str) {
    let mut all = problems(result);
    assert_eq!(all.len(), 1, "{all:?}");
    let one = all.remove(0);
    assert!(!one.message.is_empty());
    (one.field, one.code)
}

#[test]
fn a_record_is_read_as_it_was_saved() {
    let w = Workspace::new();
    let id = w.create(
        &w.admin,
        "contacts",
        &[
            ("first_name", "Zoë"),
            ("last_name", "Ångström"),
            ("emails", "zoe@example.com; z@example.org"),
            ("city", "Lund"),
        ],
    );
    assert_eq!(id, RecordRef::new(standard::CONTACTS, Row(1)));
    let record = w.engine.get(&w.admin, id).unwrap();
    assert_eq!((record.version, record.state), (1, State::Live));
    assert_eq!(w.text(&w.admin, id, "name"), "Zoë Ångström");
    assert_eq!(w.text(&w.admin, id, "city"), "Lund");
    assert_eq!(record.values.get(system_field::CREATED_AT), Some(&Value::Time(NOW)));
    assert_eq!(record.values.get(system_field::CREATED_BY), Some(&Value::Member(w.admin.member)));
    assert_eq!(record.values.get(system_field::OWNER), Some(&Value::Member(w.admin.member)));
    let w = w.reopen();
    assert_eq!(w.engine.get(&w.admin, id).unwrap(), record);
}

#[test]
fn a_change_grows_the_version_and_a_change_to_the_same_writes_nothing() {
    let w = Workspace::new();
    let id = w.contact(&w.admin, "Ann", "Lee");
    w.clock.advance(1_000);
    let saved = w.try_update(&w.admin, id, &[("city", "Toronto")]).unwrap();
    assert_eq!((saved.record.version, saved.seq.is_some()), (2, true));
    assert_eq!(saved.record.values.get(system_field::UPDATED_AT), Some(&Value::Time(NOW + 1_000)));
    let again = w.try_update(&w.admin, id, &[("city", "Toronto")]).unwrap();
    assert_eq!((again.record.version, again.seq), (2, None));
}

#[test]
fn all_problems_are_told_at_once_and_nothing_is_saved() {
    let w = Workspace::new();
    let (city, owner, company) =
        (w.field("contacts", "city"), w.field("contacts", "owner"), w.field("contacts", "company"));
    let values = vec![
        (city, Value::Text("x".repeat(5_000))),
        (owner, Value::Member(Row(99))),
        (company, Value::Records(vec![RecordRef::new(standard::COMPANIES, Row(7))])),
        (system_field::CREATED_AT, Value::Time(0)),
        (FieldId(9_999), Value::Text("?".into())),
        (w.field("contacts", "first_name"), Value::Bool(true)),
    ];
    let before = w.engine.store().last_seq();
    let all =
        problems(w.engine.run(&w.admin, Command::Create { object: standard::CONTACTS, values }, Context::default()));
    let mut fields: Vec<&str> = all.iter().map(|p| p.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["9999", "city", "company", "created_at", "first_name", "owner"]);
    assert_eq!(w.engine.store().last_seq(), before);
}

#[test]
fn a_contact_needs_a_name_an_email_or_a_phone() {
    let w = Workspace::new();
    assert_eq!(problem(w.try_create(&w.admin, "contacts", &[("city", "Lund")])), ("first_name".into(), "required"));
    let id = w.create(&w.admin, "contacts", &[("emails", "only@example.com")]);
    assert_eq!(problem(w.try_update(&w.admin, id, &[("emails", "")])).1, "required");
    assert_eq!(
        problem(w.try_create(&w.admin, "companies", &[("website", "https://a.example")])),
        ("name".into(), "required")
    );
}

#[test]
fn a_full_name_is_kept_as_first_and_last_name() {
    let w = Workspace::new();
    let id = w.create(&w.admin, "contacts", &[("name", "Grace Hopper")]);
    assert_eq!(w.text(&w.admin, id, "first_name"), "Grace");
    assert_eq!(w.text(&w.admin, id, "last_name"), "Hopper");
}

#[test]
fn a_unique_value_is_taken_until_its_record_goes_to_the_trash() {
    let w = Workspace::new();
    let system = aventora::model::Actor::system("test");
    let values = [("name", "Ben"), ("email", "BEN@example.com"), ("role", "member")];
    let ben = w.create(&system, "members", &values);
    let same = [("name", "Benny"), ("email", "ben@Example.com"), ("role", "member")];
    assert_eq!(problem(w.try_create(&system, "members", &same)), ("email".into(), "taken"));
    w.run(&system, Command::Trash(ben));
    w.create(&system, "members", &same);
    assert_eq!(problem(w.engine.run(&system, Command::Restore(ben), Context::default())), ("email".into(), "taken"));
}

#[test]
fn a_stale_version_conflicts_and_so_does_a_value_that_somebody_changed() {
    let w = Workspace::new();
    let id = w.contact(&w.admin, "Ann", "Lee");
    let city = w.field("contacts", "city");
    w.update(&w.admin, id, &[("city", "Toronto")]);
    let text = |s: &str| Some(Value::Text(s.into()));
    let update = |to: &str, shown: Option<Option<Value>>, version| {
        let changes = vec![Change { field: city, to: text(to), shown }];
        w.engine.run(&w.admin, Command::Update { id, changes, version }, Context::default())
    };
    assert!(matches!(update("Ottawa", None, Some(1)), Err(Error::Conflict { .. })));
    let Err(Error::Conflict { field, .. }) = update("Ottawa", Some(None), None) else { panic!("no conflict") };
    assert_eq!(field, "city");
    // Somebody had the same idea: that is no conflict.
    assert_eq!(update("Toronto", Some(None), None).unwrap().seq, None);
    update("Ottawa", Some(text("Toronto")), Some(2)).unwrap();
    // Another field changed meanwhile: an in-place edit goes through.
    w.update(&w.admin, id, &[("job_title", "CEO")]);
    update("Hull", Some(text("Ottawa")), None).unwrap();
    assert_eq!(w.text(&w.admin, id, "job_title"), "CEO");
}

#[test]
fn links_lead_to_live_records_of_the_right_kind_that_the_actor_may_see() {
    let w = Workspace::new();
    let company = w.create(&w.admin, "companies", &[("name", "Acme")]);
    let contact = w.contact(&w.admin, "Ann", "Lee");
    let rep = w.member("Rita Rep", Role::own_rep());
    let own = w.contact(&rep, "Otto", "Own");
    // Companies are never walled, contacts are.
    w.update(&rep, own, &[("company", &link(company))]);
    let deal = [("name", "Big"), ("point_of_contact", &link(contact))];
    assert_eq!(problem(w.try_create(&rep, "deals", &deal)), ("point_of_contact".into(), "not_found"));
    let foreign = Value::Records(vec![contact]);
    let changes = vec![Change::set(w.field("contacts", "company"), Some(foreign))];
    let wrong = w.engine.run(&w.admin, Command::Update { id: own, changes, version: None }, Context::default());
    assert_eq!(problem(wrong).0, "company");
    w.run(&w.admin, Command::Trash(company));
    assert_eq!(problem(w.try_update(&w.admin, contact, &[("company", &link(company))])), ("company".into(), "trashed"));
    // A link that is already there stays, though its record went to the trash.
    w.update(&w.admin, own, &[("city", "Lund")]);
}

#[test]
fn a_removed_member_can_be_given_nothing() {
    let w = Workspace::new();
    let gone = w.member("Gus Gone", Role::member());
    let system = aventora::model::Actor::system("test");
    w.update(&system, RecordRef::new(standard::MEMBERS, gone.member), &[("status", "removed")]);
    let owner = gone.member.to_string();
    let values = [("first_name", "Ann"), ("owner", owner.as_str())];
    assert_eq!(problem(w.try_create(&w.admin, "contacts", &values)), ("owner".into(), "removed"));
}

#[test]
fn a_batch_with_one_bad_row_saves_nothing_and_names_the_row() {
    let w = Workspace::new();
    let create =
        |values: &[(&str, &str)]| Command::Create { object: standard::CONTACTS, values: w.values("contacts", values) };
    let gone = w.contact(&w.admin, "Gone", "Soon");
    w.run(&w.admin, Command::Purge(gone));
    let commands = vec![
        create(&[("first_name", "One")]),
        create(&[("city", "Nowhere")]),
        create(&[("first_name", "Three")]),
        w.changes(gone, &[("city", "Lund")]),
    ];
    let all = problems(w.engine.run_all(&w.admin, commands.clone(), Context::default()));
    assert_eq!(
        all.iter().map(|p| (p.row, p.code)).collect::<Vec<_>>(),
        [(Some(1), "required"), (Some(3), "not_found")]
    );
    let good: Vec<Command> = commands.into_iter().step_by(2).collect();
    let saved = w.engine.run_all(&w.admin, good, Context::default()).unwrap();
    assert_eq!(saved[0].record.id.row, Row(2), "the refused batch took no row numbers");
}

#[test]
fn one_failing_command_of_a_bulk_takes_no_other_with_it() {
    let w = Workspace::new();
    let commands = (0..500).map(|i| {
        let values = if i % 100 == 7 { vec![("city", "Nowhere")] } else { vec![("first_name", "Ann")] };
        Command::Create { object: standard::CONTACTS, values: w.values("contacts", &values) }
    });
    let outcomes = w.engine.run_each(&w.admin, commands.collect(), Context::default()).unwrap();
    let failed: Vec<usize> = (0..500).filter(|i| outcomes[*i].is_err()).collect();
    assert_eq!(failed, [7, 107, 207, 307, 407]);
    assert_eq!(outcomes[499].as_ref().unwrap().record.id.row, Row(495));
}

#[test]
fn who_may_not_write_is_told_so() {
    let w = Workspace::new();
    let reader = w.member("Rea Read", Role::read_only());
    let id = w.contact(&w.admin, "Ann", "Lee");
    assert!(matches!(w.try_create(&reader, "contacts", &[("first_name", "X")]), Err(Error::Denied(_))));
    assert!(matches!(w.try_update(&reader, id, &[("city", "X")]), Err(Error::Denied(_))));
    assert!(matches!(w.engine.run(&reader, Command::Trash(id), Context::default()), Err(Error::Denied(_))));
    let member = w.member("Mem Ber", Role::member());
    w.update(&member, id, &[("city", "X")]);
    assert!(matches!(w.engine.run(&member, Command::Purge(id), Context::default()), Err(Error::Denied(_))));
}

#[test]
fn of_a_change_and_a_deletion_that_know_the_same_version_one_is_refused() {
    let w = Workspace::new();
    for round in 0..30 {
        let id = w.contact(&w.admin, "Ann", &format!("Lee {round}"));
        let mut change = w.changes(id, &[("city", "Lund")]);
        if let Command::Update { version, .. } = &mut change {
            *version = Some(1);
        }
        let run = |command| w.engine.run(&w.admin, command, Context::default()).map(|saved| saved.record.state);
        let (changed, deleted) = std::thread::scope(|s| {
            let changed = s.spawn(|| run(change));
            let deleted = run(Command::TrashAt { id, version: 1 });
            (changed.join().unwrap(), deleted)
        });
        match (&changed, &deleted) {
            (Ok(State::Live), Err(Error::Conflict { .. })) | (Err(Error::Invalid(_)), Ok(State::Trashed)) => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(w.engine.get(&w.admin, id).unwrap().version, 2);
    }
}

#[test]
fn what_is_not_visible_is_not_there() {
    let w = Workspace::new();
    let rep = w.member("Rita Rep", Role::own_rep());
    let id = w.contact(&w.admin, "Ann", "Lee");
    assert!(matches!(w.engine.get(&rep, id), Err(Error::NotFound)));
    assert!(matches!(w.try_update(&rep, id, &[("city", "X")]), Err(Error::NotFound)));
    for command in [Command::Trash(id), Command::Restore(id)] {
        assert!(matches!(w.engine.run(&rep, command, Context::default()), Err(Error::NotFound)));
    }
    assert!(matches!(w.engine.timeline(&rep, id, None, 50), Err(Error::NotFound)));
    assert_eq!(w.engine.labels(&rep, &[id]).unwrap(), [None]);
    let absent = RecordRef::new(standard::CONTACTS, Row(999));
    assert!(matches!(w.engine.get(&w.admin, absent), Err(Error::NotFound)));
    // Given to her, it is.
    w.update(&w.admin, id, &[("owner", &rep.member.to_string())]);
    assert_eq!(w.engine.labels(&rep, &[id]).unwrap()[0].as_ref().unwrap().text, "Ann Lee");
    w.update(&rep, id, &[("city", "X")]);
}

#[test]
fn what_hangs_on_a_visible_contact_is_visible() {
    let w = Workspace::new();
    let rep = w.member("Rita Rep", Role::own_rep());
    let hers = w.contact(&rep, "Otto", "Own");
    let other = w.contact(&w.admin, "Ann", "Lee");
    let deal = w.create(&w.admin, "deals", &[("name", "Hers"), ("point_of_contact", &link(hers))]);
    let note = w.create(&w.admin, "notes", &[("title", "On the deal"), ("links", &link(deal))]);
    let walled = w.create(&w.admin, "deals", &[("name", "Other"), ("point_of_contact", &link(other))]);
    let alone = w.create(&w.admin, "notes", &[("title", "On nothing")]);
    assert!(w.engine.get(&rep, deal).is_ok());
    assert!(w.engine.get(&rep, note).is_ok(), "a note on a visible deal");
    assert!(matches!(w.engine.get(&rep, walled), Err(Error::NotFound)));
    assert!(matches!(w.engine.get(&rep, alone), Err(Error::NotFound)));
    // The deal moves to another contact: it goes, and its note with it.
    w.update(&w.admin, deal, &[("point_of_contact", &link(other))]);
    assert!(matches!(w.engine.get(&rep, deal), Err(Error::NotFound)));
    assert!(matches!(w.engine.get(&rep, note), Err(Error::NotFound)));
    let task = w.create(&w.admin, "tasks", &[("title", "Call"), ("assignee", &rep.member.to_string())]);
    assert!(w.engine.get(&rep, task).is_ok(), "assigned to her");
}

#[test]
fn a_team_sees_the_records_of_its_members() {
    let w = Workspace::new();
    let lead = w.team_member("Lea Lead", &[]);
    let rep = w.team_member("Tom Team", &[&lead]);
    let stranger = w.team_member("Sam Stranger", &[]);
    let id = w.contact(&lead, "Ann", "Lee");
    assert!(w.engine.get(&rep, id).is_ok());
    assert!(matches!(w.engine.get(&stranger, id), Err(Error::NotFound)));
}

#[test]
fn a_hidden_field_is_an_unknown_field() {
    let w = Workspace::new();
    let role = Role::member().hiding(&w.object("contacts"), "city");
    let blind = w.member("Bo Blind", role);
    let id = w.contact(&w.admin, "Ann", "Lee");
    w.update(&w.admin, id, &[("city", "Toronto")]);
    assert_eq!(w.engine.get(&blind, id).unwrap().values.get(w.field("contacts", "city")), None);
    assert_eq!(problem(w.try_update(&blind, id, &[("city", "X")])), ("city".into(), "unknown"));
    let told = w.engine.timeline(&blind, id, None, 50).unwrap();
    assert!(told.iter().all(|e| e.changes.is_empty()));
    assert_eq!(w.engine.timeline(&w.admin, id, None, 50).unwrap()[0].changes.len(), 1);
}

#[test]
fn a_purged_record_leaves_no_value() {
    let w = Workspace::new();
    let id = w.create(&w.admin, "contacts", &[("first_name", "Xaverine"), ("emails", "xaverine@example.com")]);
    w.update(&w.admin, id, &[("city", "Quxville"), ("description", &"Zebrastripe ".repeat(60))]);
    w.update(&w.admin, id, &[("city", "Otherplace")]);
    w.run(&w.admin, Command::Purge(id));
    assert!(matches!(w.engine.get(&w.admin, id), Err(Error::NotFound)));
    let tx = w.engine.store().read().unwrap();
    let told = crate::support::all_bytes(&tx);
    for value in ["xaverine", "quxville", "otherplace", "zebrastripe"] {
        assert!(!told.contains(value), "{value} is still there");
    }
}

#[test]
fn sixteen_threads_save_and_nothing_is_lost() {
    let w = Workspace::new();
    let id = w.create(&w.admin, "contacts", &[("first_name", "Count"), ("city", "0")]);
    let city = w.field("contacts", "city");
    let added = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                for _ in 0..10 {
                    let record = w.engine.get(&w.admin, id).unwrap();
                    let Some(Value::Text(now)) = record.values.get(city) else { panic!("no city") };
                    let next = Value::Text((now.parse::<u64>().unwrap() + 1).to_string());
                    let changes = vec![Change::set(city, Some(next))];
                    let update = Command::Update { id, changes, version: Some(record.version) };
                    match w.engine.run(&w.admin, update, Context::default()) {
                        Ok(_) => added.fetch_add(1, std::sync::atomic::Ordering::SeqCst),
                        Err(Error::Conflict { .. }) => 0,
                        Err(e) => panic!("{e}"),
                    };
                }
            });
        }
    });
    assert_eq!(w.text(&w.admin, id, "city"), added.into_inner().to_string());
}
