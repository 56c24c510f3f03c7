//! Sample data: believable, the same for the same seed, day and preset, and made through the engine like everything else.

use crate::support::{NOW, Workspace};
use aventora::base::Error;
use aventora::base::clock::Millis;
use aventora::base::id::{RecordRef, Row};
use aventora::base::time;
use aventora::features::demo::{DemoPlan, DemoReport, MEMBERS, fill};
use aventora::model::object::{standard, system_field};
use aventora::model::{Actor, Role, StageKind, Value, kinds};
use aventora::records::Record;
use jiff::tz::TimeZone;
use std::collections::HashSet;

fn plan(workspace: &Workspace, contacts: usize, seed: u64) -> DemoPlan {
    let mut members = vec![workspace.admin.member];
    members
        .extend(MEMBERS[1..].iter().map(|(name, _, role)| workspace.member(name, Role::by_name(role).unwrap()).member));
    let zone = TimeZone::get("America/Toronto").unwrap();
    DemoPlan { contacts, seed, today: time::day_of(NOW, &zone), zone, region: "US".into(), members }
}

fn filled(preset: &str, contacts: usize, seed: u64) -> (Workspace, DemoReport) {
    let workspace = Workspace::of(preset);
    let plan = plan(&workspace, contacts, seed);
    let report = fill(&workspace.engine, &Actor::system("demo"), &plan).unwrap();
    (workspace, report)
}

fn records(workspace: &Workspace, object: aventora::base::id::ObjectId, count: usize) -> Vec<Record> {
    let get = |row| workspace.engine.get(&workspace.admin, RecordRef::new(object, Row(row))).unwrap();
    (1..=count as u64).map(get).collect()
}

/// What people would read on the record.
fn shown(workspace: &Workspace, record: &Record) -> Vec<(String, String)> {
    let schema = workspace.engine.schema();
    let object = schema.object_by_id(record.id.object).unwrap();
    let zone = TimeZone::get("America/Toronto").unwrap();
    let locale = kinds::Locale { zone: &zone, language: "en", region: "US" };
    let label = |id: RecordRef| Some(format!("{}/{}", id.object, id.row));
    let one = |(id, value): (_, &Value)| {
        let field = object.field_by_id(id).unwrap();
        (field.name.clone(), kinds::show(field, value, &schema, &locale, &label))
    };
    record.values.iter().map(one).collect()
}

fn created(record: &Record) -> Millis {
    match record.values.get(system_field::CREATED_AT) {
        Some(Value::Time(at)) => *at,
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_preset_gets_contacts_deals_tasks_notes_and_activities() {
    for preset in aventora::model::preset::NAMES {
        let (workspace, report) = filled(preset, 450, 1);
        let made = (report.contacts, report.deals, report.tasks, report.notes, report.activities);
        assert_eq!(made, (450, 150, 225, 450, 540), "{preset}");
        assert!(report.companies >= 4, "{preset}");
        let contacts = records(&workspace, standard::CONTACTS, 450);
        let filled: HashSet<_> =
            contacts.iter().flat_map(|c| c.values.iter().map(|(f, _)| f).collect::<Vec<_>>()).collect();
        for field in workspace.object("contacts").fields.iter().filter(|f| f.origin == "preset" && f.is_stored()) {
            assert!(filled.contains(&field.id), "{preset}: nobody has a {}", field.name);
        }
    }
}

#[test]
fn deals_stand_in_every_stage_of_every_pipeline() {
    let (workspace, report) = filled("real-estate", 1_200, 2);
    let schema = workspace.engine.schema();
    let stage = workspace.field("deals", "stage");
    let reached: HashSet<_> = records(&workspace, standard::DEALS, report.deals)
        .iter()
        .filter_map(|deal| match deal.values.get(stage) {
            Some(Value::Choice(id)) => Some(*id),
            _ => None,
        })
        .collect();
    for pipeline in &schema.pipelines {
        for stage in &pipeline.stages {
            assert!(reached.contains(&stage.id), "no deal in {} of {}", stage.label, pipeline.label);
        }
    }
}

#[test]
fn a_won_deal_says_when_and_a_lost_one_why() {
    let (workspace, report) = filled("insurance", 400, 3);
    let schema = workspace.engine.schema();
    let field = |name| workspace.field("deals", name);
    let mut ended = (0, 0);
    for deal in records(&workspace, standard::DEALS, report.deals) {
        let Some(Value::Choice(stage)) = deal.values.get(field("stage")) else { panic!("a deal without a stage") };
        let kind = schema.stage(*stage).unwrap().1.kind;
        assert_eq!(deal.values.get(field("won_at")).is_some(), kind == StageKind::Won);
        assert_eq!(deal.values.get(field("lost_reason")).is_some(), kind == StageKind::Lost);
        ended.0 += usize::from(kind == StageKind::Won);
        ended.1 += usize::from(kind == StageKind::Lost);
    }
    assert!(ended.0 > 10 && ended.1 > 5, "{ended:?}");
}

#[test]
fn nothing_happened_after_today_or_before_the_contact_was_there() {
    let (workspace, report) = filled("mortgage", 300, 4);
    let contacts = records(&workspace, standard::CONTACTS, report.contacts);
    let links = workspace.field("notes", "links");
    for note in records(&workspace, standard::NOTES, report.notes) {
        let Some(Value::Records(linked)) = note.values.get(links) else { panic!("a note without a contact") };
        let contact = &contacts[linked[0].row.0 as usize - 1];
        assert!(created(&note) > created(contact) && created(&note) < NOW);
    }
    let entries = workspace.engine.timeline(&workspace.admin, contacts[0].id, None, 50).unwrap();
    assert!(entries.windows(2).all(|pair| pair[0].time >= pair[1].time), "the timeline goes back in time");
    assert_eq!(entries.last().map(|entry| entry.time), Some(created(&contacts[0])));
    assert!(entries.iter().all(|entry| entry.actor.is_some()), "members did it");
}

#[test]
fn the_same_seed_gives_the_same_people_and_another_seed_others() {
    let names = |seed| {
        let (workspace, report) = filled("financial-advisor", 60, seed);
        records(&workspace, standard::CONTACTS, report.contacts)
            .iter()
            .map(|c| shown(&workspace, c))
            .collect::<Vec<_>>()
    };
    assert_eq!(names(5), names(5));
    assert_ne!(names(5), names(6));
}

#[test]
fn names_are_those_of_many_origins() {
    let (workspace, report) = filled("generic", 600, 7);
    let last = workspace.field("contacts", "last_name");
    let names: HashSet<String> = records(&workspace, standard::CONTACTS, report.contacts)
        .iter()
        .filter_map(|c| match c.values.get(last) {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        })
        .collect();
    assert!(names.len() > 200, "{} last names", names.len());
    assert!(names.iter().filter(|name| !name.is_ascii()).count() > 40);
}

#[test]
fn a_workspace_with_records_is_refused() {
    let workspace = Workspace::new();
    let plan = plan(&workspace, 20, 1);
    workspace.create(&workspace.admin, "contacts", &[("first_name", "Real")]);
    let error = fill(&workspace.engine, &Actor::system("demo"), &plan).unwrap_err();
    assert!(matches!(error, Error::Invalid(_)), "{error}");
}

/// Prints a few records, for whoever changes the words: `cargo test --test suite demo::print -- --ignored --nocapture`.
#[test]
#[ignore = "prints for people"]
fn print_some_records() {
    for preset in aventora::model::preset::NAMES {
        let (workspace, report) = filled(preset, 300, 1);
        println!("\n=== {preset}: {report:?}");
        for (object, count) in [
            (standard::CONTACTS, report.contacts),
            (standard::COMPANIES, report.companies),
            (standard::DEALS, report.deals),
            (standard::TASKS, report.tasks),
            (standard::NOTES, report.notes),
            (standard::ACTIVITIES, report.activities),
        ] {
            for record in records(&workspace, object, count).iter().rev().step_by(7).take(6) {
                let values: Vec<String> =
                    shown(&workspace, record).into_iter().map(|(f, v)| format!("{f}={v}")).collect();
                println!("{}/{} {}", object, record.id.row, values.join(" | "));
            }
        }
    }
}
