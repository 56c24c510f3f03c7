//! What a member opened lately: kept in memory, written in batches, there after a restart, and never a way around what they may
//! see.

use crate::support::Workspace;
use aventora::base::id::{RecordRef, Row};
use aventora::features::opened::{OPENED_MAX, Opened};
use aventora::model::{Actor, Role};
use aventora::records::search::SearchQuery;
use aventora::store::{Reads, Table};
use std::sync::Arc;

fn settings(w: &Workspace) -> usize {
    let mut found = 0;
    let count = &mut |_: &[u8], _: &[u8]| {
        found += 1;
        Ok(std::ops::ControlFlow::Continue(()))
    };
    let store = w.engine.store().read().unwrap();
    store.scan(Table::Settings, b"opened/", b"opened0", aventora::store::Direction::Forward, count).unwrap();
    found
}

fn contact(row: u64) -> RecordRef {
    RecordRef::new(aventora::model::object::standard::CONTACTS, Row(row))
}

#[test]
fn the_latest_come_first_once_each_and_only_so_many() {
    let w = Workspace::new();
    let opened = Opened::new(Arc::clone(&w.engine));
    for row in 1..=30 {
        opened.remember(w.admin.member, contact(row)).unwrap();
    }
    opened.remember(w.admin.member, contact(25)).unwrap();
    let list = opened.of(w.admin.member).unwrap();
    assert_eq!(list.len(), OPENED_MAX);
    assert_eq!(list[..3], [contact(25), contact(30), contact(29)]);
    assert!(opened.of(Row(999)).unwrap().is_empty(), "everybody has a list of their own");
}

#[test]
fn opening_writes_nothing_until_the_round_and_survives_a_restart() {
    let w = Workspace::new();
    let opened = Opened::new(Arc::clone(&w.engine));
    opened.remember(w.admin.member, contact(1)).unwrap();
    opened.remember(w.admin.member, contact(2)).unwrap();
    assert_eq!(settings(&w), 0, "a page view commits nothing");
    opened.write().unwrap();
    assert_eq!(settings(&w), 1);
    drop(opened);
    let w = w.reopen();
    let opened = Opened::new(Arc::clone(&w.engine));
    assert_eq!(opened.of(w.admin.member).unwrap(), [contact(2), contact(1)]);
    opened.remember(w.admin.member, contact(3)).unwrap();
    opened.write().unwrap();
    assert_eq!(Opened::new(Arc::clone(&w.engine)).of(w.admin.member).unwrap(), [contact(3), contact(2), contact(1)]);
}

#[test]
fn among_equals_what_was_opened_is_found_first_even_where_too_many_match() {
    let w = Workspace::new();
    w.engine.open_search(Vec::new()).unwrap();
    let first = w.contact(&w.admin, "Evelyn", "Marlowe");
    w.clock.advance(1_000);
    for n in 0..120 {
        w.contact(&w.admin, "Evelyn", &format!("Other{n}"));
    }
    let find = |actor: &Actor, opened: Vec<RecordRef>| {
        let query = SearchQuery { text: "evelyn".into(), limit: 5, opened, ..SearchQuery::default() };
        w.engine.search(actor, &query).unwrap().hits.iter().map(|h| h.id).collect::<Vec<_>>()
    };
    assert!(!find(&w.admin, vec![]).contains(&first), "the newest come first");
    assert_eq!(find(&w.admin, vec![first])[0], first);
    let rep = w.member("Rita Rep", Role::own_rep());
    assert!(find(&rep, vec![first]).is_empty(), "having been told of it does not show it");
}

#[test]
fn people_come_before_what_is_written_about_them() {
    let w = Workspace::new();
    w.engine.open_search(Vec::new()).unwrap();
    let person = w.contact(&w.admin, "Evelyn", "Marlowe");
    for n in 0..9 {
        w.create(&w.admin, "tasks", &[("title", &format!("Call Evelyn Marlowe again {n}"))]);
        w.create(&w.admin, "notes", &[("title", &format!("Evelyn Marlowe said {n}")), ("body", "Hello")]);
    }
    let query = SearchQuery { text: "evelyn marl".into(), limit: 8, each: Some(3), ..SearchQuery::default() };
    let found = w.engine.search(&w.admin, &query).unwrap();
    assert_eq!(found.hits[0].id, person);
    assert_eq!(found.hits[0].record.id, person);
    assert_eq!(found.hits.len(), 8, "where others have none left, an object gives more");
    let query = SearchQuery { limit: 7, object: Some(person.object), count_all: true, ..query };
    let found = w.engine.search(&w.admin, &query).unwrap();
    assert_eq!(found.hits.len(), 1);
    assert_eq!(found.counts.iter().map(|(_, n)| n).sum::<usize>(), 19, "the others are counted all the same");
}
