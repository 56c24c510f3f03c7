//! Records that a new one may be the same as: the kinds of likeness, who is told of what, and that it costs the same however
//! many records there are.

use crate::support::Workspace;
use aventora::base::id::RecordRef;
use aventora::model::{Actor, Role};
use aventora::records::Context;
use aventora::records::duplicates::{DUPLICATES_MAX, Likeness};
use aventora::records::save::Command;

fn searched() -> Workspace {
    let w = Workspace::new();
    w.engine.open_search(Vec::new()).unwrap();
    w
}

fn ask(w: &Workspace, actor: &Actor, object: &str, values: &[(&str, &str)]) -> Vec<(RecordRef, Likeness)> {
    let found = w.engine.duplicates(actor, w.object(object).id, &w.values(object, values)).unwrap();
    found.into_iter().map(|d| (d.record.id, d.likeness)).collect()
}

fn daniel(w: &Workspace, actor: &Actor) -> RecordRef {
    let values = [
        ("first_name", "Daniel"),
        ("last_name", "Marlowe"),
        ("emails", "daniel@marlowe.example"),
        ("phones", "(843) 555-0143"),
    ];
    w.create(actor, "contacts", &values)
}

#[test]
fn a_person_with_the_same_address_number_or_name_is_told_of_with_the_best_reason() {
    let w = searched();
    let id = daniel(&w, &w.admin);
    w.contact(&w.admin, "Evelyn", "Marlowe");
    let email = |text: &str| Some(Likeness::Email(text.into()));
    for (values, likeness) in [
        (vec![("emails", "other@example.com\nDaniel@Marlowe.EXAMPLE")], email("Daniel@Marlowe.EXAMPLE")),
        (vec![("phones", "843.555.0143")], Some(Likeness::Phone("843.555.0143".into()))),
        (vec![("phones", "+1 843 555 0143")], Some(Likeness::Phone("+1 843 555 0143".into()))),
        (vec![("first_name", "daniel"), ("last_name", "MARLOWE")], Some(Likeness::SameName)),
        (vec![("first_name", "Danile"), ("last_name", "Marlowe")], Some(Likeness::CloseName)),
        (
            vec![("first_name", "Daniel"), ("last_name", "Marlowe"), ("emails", "daniel@marlowe.example")],
            email("daniel@marlowe.example"),
        ),
        (vec![("first_name", "Daniel")], None),
        (vec![("first_name", "Daniel"), ("last_name", "M")], None),
        (vec![("phones", "(843) 555-0144")], None),
        (vec![("emails", "daniel@marlowe.exampl")], None),
    ] {
        let told = ask(&w, &w.admin, "contacts", &values);
        assert_eq!(told, likeness.map(|l| (id, l)).into_iter().collect::<Vec<_>>(), "{values:?}");
    }
}

#[test]
fn a_company_with_the_same_name_or_website_is_told_of() {
    let w = searched();
    let id =
        w.create(&w.admin, "companies", &[("name", "Kestrel Roofing LLC"), ("website", "https://www.kestrel.com/")]);
    w.create(&w.admin, "companies", &[("name", "Kestrel Plumbing"), ("website", "kestrel-plumbing.com")]);
    for (values, likeness) in [
        (vec![("name", "kestrel roofing llc")], Some(Likeness::SameName)),
        (vec![("name", "Kestrel Roofing")], Some(Likeness::SameName)),
        (vec![("name", "Kestral Roofing Inc")], Some(Likeness::CloseName)),
        (vec![("name", "Somebody"), ("website", "kestrel.com")], Some(Likeness::Website("kestrel.com".into()))),
        (vec![("name", "Kestrel")], None),
        (vec![("name", "Somebody"), ("website", "kestrel.org")], None),
    ] {
        let told = ask(&w, &w.admin, "companies", &values);
        assert_eq!(told, likeness.map(|l| (id, l)).into_iter().collect::<Vec<_>>(), "{values:?}");
    }
}

#[test]
fn deals_and_tasks_are_not_told_apart_by_their_names() {
    let w = searched();
    w.create(&w.admin, "tasks", &[("title", "Call back")]);
    assert!(ask(&w, &w.admin, "tasks", &[("title", "Call back")]).is_empty());
}

#[test]
fn a_record_behind_a_wall_is_neither_told_of_nor_hinted_at() {
    let w = searched();
    let (ann, bob) = (w.member("Ann Own", Role::own_rep()), w.member("Bob Own", Role::own_rep()));
    let id = daniel(&w, &ann);
    for values in [
        vec![("emails", "daniel@marlowe.example")],
        vec![("phones", "8435550143")],
        vec![("first_name", "Daniel"), ("last_name", "Marlowe")],
        vec![("first_name", "Danile"), ("last_name", "Marlowe")],
    ] {
        assert_eq!(ask(&w, &ann, "contacts", &values)[0].0, id, "{values:?}");
        assert!(ask(&w, &bob, "contacts", &values).is_empty(), "{values:?}");
    }
}

#[test]
fn a_field_that_somebody_may_not_see_is_not_compared_for_them() {
    let w = searched();
    daniel(&w, &w.admin);
    let mut role = Role::member();
    role.hidden = [(w.object("contacts").id, w.field("contacts", "phones"))].into_iter().collect();
    let blind = w.member("Bea Blind", role);
    assert!(ask(&w, &blind, "contacts", &[("phones", "8435550143")]).is_empty());
    let told = ask(&w, &blind, "contacts", &[("emails", "daniel@marlowe.example")]);
    assert_eq!(told.len(), 1);
}

#[test]
fn a_record_in_the_trash_is_not_told_of() {
    let w = searched();
    let id = daniel(&w, &w.admin);
    w.run(&w.admin, Command::Trash(id));
    let values = [("first_name", "Daniel"), ("last_name", "Marlowe"), ("emails", "daniel@marlowe.example")];
    assert!(ask(&w, &w.admin, "contacts", &values).is_empty());
    w.run(&w.admin, Command::Restore(id));
    assert_eq!(ask(&w, &w.admin, "contacts", &values).len(), 1);
}

#[test]
fn among_thousands_of_records_few_are_told_of() {
    let w = searched();
    let object = w.object("contacts").id;
    let commands = (0..5_000).map(|i| {
        let email = format!("person{i}@example.com");
        let phone = format!("(843) 555-{i:04}");
        let last = format!("Marlowe{}", i / 100);
        let values = [("first_name", "Daniel"), ("last_name", &last), ("emails", &email), ("phones", &phone)];
        Command::Create { object, values: w.values("contacts", &values) }
    });
    let made = w.engine.run_each(&w.admin, commands.collect(), Context::default()).unwrap();
    assert!(made.iter().all(Result::is_ok));
    let search = w.engine.searching().unwrap();
    while search.indexed() < w.engine.store().last_seq() || search.rebuilding().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let asked = [("first_name", "Daniel"), ("last_name", "Marlowe7"), ("emails", "person4321@example.com")];
    let told = ask(&w, &w.admin, "contacts", &asked);
    assert_eq!(told.len(), DUPLICATES_MAX);
    assert_eq!(told[0].1, Likeness::Email("person4321@example.com".into()));
    assert!(told[1..].iter().all(|(_, likeness)| *likeness == Likeness::SameName));
}
