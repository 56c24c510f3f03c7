//! Search through the engine: what an actor may see is found, with its matches marked, at once; what they may not see is
//! neither a hit nor counted.

use crate::support::{Workspace, link};
use aventora::base::id::{ObjectId, RecordRef, Row};
use aventora::model::object::standard::{COMPANIES, CONTACTS, DEALS};
use aventora::model::{Actor, Role};
use aventora::records::Context;
use aventora::records::query::{Query, Start};
use aventora::records::save::Command;
use aventora::records::search::{Hit, SearchQuery, SearchResults};
use std::sync::Arc;

fn ask(w: &Workspace, actor: &Actor, text: &str) -> SearchResults {
    let query = SearchQuery { text: text.to_owned(), limit: 20, ..SearchQuery::default() };
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
fn what_somebody_sees_follows_the_contact_it_hangs_on() {
    let w = searched();
    let (ann, bob) = (w.member("Ann Own", Role::own_rep()), w.member("Bob Own", Role::own_rep()));
    let team = w.team_member("Tom Team", &[&ann]);
    let contact = w.contact(&ann, "Evelyn", "Marlowe");
    w.create(&w.admin, "notes", &[("title", "Marlowe called"), ("links", &link(contact))]);
    w.create(&w.admin, "notes", &[("title", "Marlowe of somebody else")]);
    let company = w.create(&w.admin, "companies", &[("name", "Marlowe Ltd")]);
    let all = ["Evelyn Marlowe", "Marlowe Ltd", "Marlowe called"];
    let seen = |actor: &Actor| {
        let mut seen = labels(&w, actor, "marlowe");
        seen.sort();
        seen
    };
    assert_eq!(seen(&ann), all);
    assert_eq!(seen(&team), all);
    assert_eq!(seen(&bob), ["Marlowe Ltd"]);
    // Given to Bob: the note goes along, though nothing about the note has changed. Ann has made the contact.
    w.update(&w.admin, contact, &[("owner", &bob.member.to_string())]);
    assert_eq!(seen(&bob), all);
    assert_eq!(seen(&ann), all);
    w.update(&w.admin, contact, &[("owner", &w.admin.member.to_string())]);
    assert_eq!(seen(&bob), ["Marlowe Ltd"]);
    w.run(&w.admin, Command::Trash(contact));
    assert_eq!(seen(&ann), ["Marlowe Ltd", "Marlowe called"], "its contact is theirs, in the trash too");
    w.run(&w.admin, Command::Trash(company));
    assert_eq!(seen(&bob), [""; 0]);
}

#[test]
fn a_walled_search_agrees_with_what_may_be_read_whatever_was_changed() {
    let w = searched();
    let members: Vec<Actor> = (0..3).map(|i| w.member(&format!("Rep Number{i}"), Role::own_rep())).collect();
    let mut contacts = Vec::new();
    for i in 0..60 {
        contacts.push(w.contact(&members[i % 3], "Marlowe", &format!("Contact{i}")));
        let deal = [("name", format!("Marlowe deal {i}")), ("point_of_contact", link(contacts[i / 2]))];
        w.create(&w.admin, "deals", &deal.each_ref().map(|(k, v)| (*k, v.as_str())));
        if i % 5 == 0 {
            w.update(&w.admin, contacts[i / 2], &[("owner", &members[i % 2].member.to_string())]);
        }
        for actor in &members {
            let query = SearchQuery { text: "marlowe".into(), limit: 200, ..SearchQuery::default() };
            let found = w.engine.search(actor, &query).unwrap();
            let may = |o: ObjectId| (1..=w.engine.last_row(o).unwrap().0).map(move |r| RecordRef::new(o, Row(r)));
            let mut expected: Vec<RecordRef> =
                may(CONTACTS).chain(may(DEALS)).filter(|id| w.engine.get(actor, *id).is_ok()).collect();
            let mut ids: Vec<RecordRef> = found.hits.iter().map(|h| h.id).collect();
            expected.sort();
            ids.sort();
            assert_eq!(ids, expected);
            assert_eq!(found.counts.iter().map(|(_, n)| n).sum::<usize>(), expected.len());
        }
    }
}

#[test]
fn a_filter_of_a_long_text_finds_the_same_with_the_index_as_without() {
    let texts = ["A new roof, soon", "roofing and gutters", "sunroof", "call back", "Proof of address", "ROOF leaks"];
    let w = Workspace::new();
    let notes = w.object("notes").id;
    let create = |i: usize| {
        let body = format!("{} {i}", texts[i % texts.len()]);
        let values = w.values("notes", &[("title", "Note"), ("body", &body)]);
        Command::Create { object: notes, values }
    };
    w.engine.run_each(&w.admin, (0..2_400).map(create).collect(), Context::default()).unwrap();
    let list = |filter: &str, trashed: bool| {
        let (filter, sort) = (filter.to_owned(), String::new());
        let query = Query { object: notes, filter, sort, start: Start::First, limit: 50, trashed };
        let page = w.engine.list(&w.admin, &query).unwrap();
        (page.total, page.records.iter().map(|r| r.id).collect::<Vec<_>>())
    };
    let filters =
        ["body : \"roof\"", "body : \"new roof\"", "body : \"oof of a\"", "NOT body : \"roof\"", "body : \"k 3\""];
    let without = filters.map(|f| list(f, false));
    w.engine.open_search(Vec::new()).unwrap();
    let search = w.engine.searching().unwrap();
    // While the index is being built and afterwards; what is new is in the tail at first.
    assert_eq!(filters.map(|f| list(f, false)), without);
    while search.rebuilding().is_some() {
        w.engine.store().wait_for_news(aventora::base::id::Seq(u64::MAX), std::time::Duration::from_millis(10));
    }
    assert_eq!(filters.map(|f| list(f, false)), without);
    let body = w.field("notes", "body");
    let candidates = search.rows_with_text(notes, body, "new roof").unwrap().unwrap();
    assert_eq!(candidates.len(), 400);
    let fresh = w.create(&w.admin, "notes", &[("title", "Fresh"), ("body", "the new roofs")]);
    assert_eq!(search.rows_with_text(notes, body, "new roof").unwrap().unwrap().len(), 401);
    assert_eq!(list(filters[1], false).0, 401);
    w.update(&w.admin, fresh, &[("body", "the old ones")]);
    assert_eq!(list(filters[1], false).0, 400);
    w.run(&w.admin, Command::Trash(RecordRef::new(notes, Row(1))));
    assert_eq!((list(filters[1], false).0, list(filters[1], true).0), (399, 1));
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
    let query =
        |object: Option<ObjectId>| SearchQuery { text: "ann".into(), object, limit: 5, ..SearchQuery::default() };
    let results = w.engine.search(&w.admin, &query(Some(CONTACTS))).unwrap();
    assert_eq!((results.hits.len(), results.counts), (5, vec![(CONTACTS, 30)]));
    assert!(w.engine.search(&w.admin, &query(Some(DEALS))).unwrap().hits.is_empty());
    let nothing = SearchQuery { text: " -- ".into(), limit: 5, ..SearchQuery::default() };
    assert_eq!(w.engine.search(&w.admin, &nothing).unwrap(), SearchResults::default());
}
