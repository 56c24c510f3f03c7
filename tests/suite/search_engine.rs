//! Search through the engine: what an actor may see is found, with its matches marked, at once; what they may not see is
//! neither a hit nor counted.

use crate::support::Workspace;
use aventora::base::id::ObjectId;
use aventora::model::object::standard::{COMPANIES, CONTACTS, DEALS};
use aventora::model::{Actor, Role};
use aventora::records::Context;
use aventora::records::save::Command;
use aventora::records::search::{Hit, SearchQuery, SearchResults};
use std::sync::Arc;

fn ask(w: &Workspace, actor: &Actor, text: &str) -> SearchResults {
    let query = SearchQuery { text: text.to_owned(), object: None, limit: 20 };
    let results = w.engine.search(actor, &query).unwrap();
    let counted: usize = results.counts.iter().map(|(_, n)| n).sum();
    assert_eq!(counted, results.hits.len(), "{text}: {results:?}");
    results
}

fn labels(w: &Workspace, actor: &Actor, text: &str) -> Vec<String> {
    ask(w, actor, text).hits.into_iter().map(|h| h.label).collect()
}

fn marked(hit: &Hit) -> Vec<&str> {
    hit.marks.iter().map(|(from, to)| &hit.snippet[*from..*to]).collect()
}

fn searched() -> Workspace {
    let w = Workspace::new();
    w.engine.open_search(Vec::new()).unwrap();
    w
}

#[test]
fn a_saved_record_is_found_at_once_by_any_of_its_texts() {
    let w = searched();
    let company = w.create(&w.admin, "companies", &[("name", "Harbor Dental")]);
    let link = format!("companies/{}", company.row);
    let values = [
        ("first_name", "Zoë"),
        ("last_name", "Ångström"),
        ("emails", "zoe@example.com"),
        ("phones", "(843) 555-0142"),
        ("city", "Lund"),
        ("company", link.as_str()),
    ];
    w.create(&w.admin, "contacts", &values);
    for typed in ["zoe", "angstrom z", "ZOË ÅNG", "zoe@exam", "555-01", "+1 (843) 555", "0142", "lund", "angstorm"] {
        assert_eq!(labels(&w, &w.admin, typed), ["Zoë Ångström"], "{typed}");
    }
    assert_eq!(labels(&w, &w.admin, "harbor"), ["Harbor Dental", "Zoë Ångström"]);
    let results = ask(&w, &w.admin, "angs");
    assert_eq!(marked(&results.hits[0]), ["Ångs"]);
    assert_eq!(results.hits[0].field, w.field("contacts", "name"));
    let results = ask(&w, &w.admin, "555-01");
    assert_eq!(marked(&results.hits[0]), ["555-01"]);
    assert_eq!(ask(&w, &w.admin, "harbor").counts, [(CONTACTS, 1), (COMPANIES, 1)]);
}

#[test]
fn a_record_in_the_trash_is_gone_at_once_and_back_when_it_is_restored() {
    let w = searched();
    let id = w.contact(&w.admin, "Evelyn", "Marlowe");
    assert_eq!(labels(&w, &w.admin, "marlowe"), ["Evelyn Marlowe"]);
    w.engine.run(&w.admin, Command::Trash(id), Context::default()).unwrap();
    assert!(labels(&w, &w.admin, "marlowe").is_empty());
    w.engine.run(&w.admin, Command::Restore(id), Context::default()).unwrap();
    assert_eq!(labels(&w, &w.admin, "marlowe"), ["Evelyn Marlowe"]);
}

#[test]
fn somebody_who_sees_only_their_own_finds_and_counts_only_their_own() {
    let w = searched();
    let (ann, bob) = (w.member("Ann Own", Role::own_rep()), w.member("Bob Own", Role::own_rep()));
    w.contact(&ann, "Evelyn", "Marlowe");
    w.contact(&bob, "Edgar", "Marlowe");
    assert_eq!(labels(&w, &ann, "marlowe"), ["Evelyn Marlowe"]);
    assert_eq!(labels(&w, &bob, "marl"), ["Edgar Marlowe"]);
    assert!(labels(&w, &bob, "evelyn").is_empty());
    assert!(labels(&w, &bob, "eveyln").is_empty());
    assert_eq!(labels(&w, &w.admin, "marlowe").len(), 2);
}

#[test]
fn a_field_that_some_role_may_not_see_is_found_by_nobody() {
    let w = Workspace::new();
    let blind = Role::member().hiding(&w.object("contacts"), "city");
    w.engine.open_search(blind.hidden.clone()).unwrap();
    let blind = Actor::member(w.admin.member, Arc::new(blind));
    w.create(&w.admin, "contacts", &[("first_name", "Ann"), ("last_name", "Lee"), ("city", "Lund")]);
    assert!(labels(&w, &blind, "lund").is_empty());
    assert!(labels(&w, &w.admin, "lund").is_empty());
    assert_eq!(labels(&w, &blind, "ann"), ["Ann Lee"]);
}

#[test]
fn a_search_asks_one_object_and_stops_at_its_limit() {
    let w = searched();
    for i in 0..30 {
        w.contact(&w.admin, "Ann", &format!("Number{i}"));
    }
    let query = |object: Option<ObjectId>| SearchQuery { text: "ann".into(), object, limit: 5 };
    let results = w.engine.search(&w.admin, &query(Some(CONTACTS))).unwrap();
    assert_eq!((results.hits.len(), results.counts), (5, vec![(CONTACTS, 30)]));
    assert!(w.engine.search(&w.admin, &query(Some(DEALS))).unwrap().hits.is_empty());
    let nothing = SearchQuery { text: " -- ".into(), object: None, limit: 5 };
    assert_eq!(w.engine.search(&w.admin, &nothing).unwrap(), SearchResults::default());
}
