//! What a member opened lately: kept in memory, written in batches, there after a restart, and never a way around what they may
//! see.

use crate::client::Client;
use crate::server::Served;
use crate::support::Workspace;
use aventora::base::id::{RecordRef, Row};
use aventora::features::opened::{OPENED_MAX, Opened};
use aventora::model::{Actor, Role};
use aventora::records::save::Command;
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

fn text(browser: &mut Client, path: &str) -> String {
    let page = browser.get(path).expect("an answer");
    assert_eq!(page.status, 200, "{path}");
    page.text()
}

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

#[test]
fn the_search_shows_what_one_opened_and_never_what_is_gone_or_not_theirs() {
    let served = Served::start();
    let mut sam = served.browser_as("sam", "member");
    let mut tim = served.browser_as("tim", "member");
    let mut make = |name: &str| {
        let made = sam.send("POST", "/companies/new", &FORM, format!("name={name}").as_bytes()).expect("an answer");
        made.header("location").split('?').next().expect("an address").to_owned()
    };
    let (acme, bolt) = (make("Acme"), make("Bolt"));
    let empty = text(&mut sam, "/search/hits");
    assert!(!empty.contains("Acme") && !empty.contains("Recently opened"), "made is not opened");
    text(&mut sam, &acme);
    text(&mut sam, &bolt);
    let shown = text(&mut sam, "/search/hits");
    assert!(shown.find("Bolt") < shown.find("Acme") && shown.contains("Recently opened"));
    assert!(text(&mut sam, "/search").contains("Bolt"), "the page shows them too");
    assert!(!text(&mut sam, &format!("/search/hits?here={bolt}")).contains("Bolt"), "not the one one is on");
    assert!(!text(&mut tim, "/search/hits").contains("Acme"), "everybody has their own");
    let gone = sam.send("POST", &format!("{acme}/trash"), &FORM, b"").expect("an answer");
    assert_eq!(gone.status, 303);
    assert!(!text(&mut sam, "/search/hits").contains("Acme"), "what is in the trash is not shown");
    // A role that sees only its own, told of a record of somebody else.
    let mut rita = served.browser_as("rita", "own_rep");
    let made = sam.send("POST", "/contacts/new", &FORM, b"first_name=Evelyn&last_name=Marlowe").expect("an answer");
    let evelyn = made.header("location").split('?').next().expect("an address").to_owned();
    let row: u64 = evelyn.rsplit('/').next().expect("a row").parse().expect("a number");
    let member = served.crm.accounts.member_by_email("rita@example.com").expect("read").expect("a member");
    served.crm.opened.remember(member.row, contact(row)).expect("remembered");
    assert!(!text(&mut rita, "/search/hits").contains("Evelyn"));
    assert!(!text(&mut rita, "/pick?object=contacts&q=").contains("Evelyn"));
    assert!(text(&mut sam, "/search/hits?q=evelyn").contains("<mark>Evelyn</mark>"));
}

#[test]
fn a_purged_record_is_not_shown_though_its_number_is_remembered() {
    let w = Workspace::new();
    let opened = Opened::new(Arc::clone(&w.engine));
    let (kept, gone) = (w.contact(&w.admin, "Kate", "Kept"), w.contact(&w.admin, "Gina", "Gone"));
    opened.remember(w.admin.member, kept).unwrap();
    opened.remember(w.admin.member, gone).unwrap();
    w.run(&w.admin, Command::Trash(gone));
    w.run(&w.admin, Command::Purge(gone));
    let live = w.engine.live(&w.admin, &opened.of(w.admin.member).unwrap(), OPENED_MAX).unwrap();
    assert_eq!(live.iter().map(|r| r.id).collect::<Vec<_>>(), [kept]);
}
