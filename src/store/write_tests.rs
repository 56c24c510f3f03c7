//! What a write keeps, what it drops, and who sees what when.

use super::*;
use crate::base::clock::FixedClock;
use crate::base::id::{BatchId, Row};
use std::sync::Arc;
use std::time::Duration;

fn store() -> (tempfile::TempDir, Store) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(options(dir.path())).unwrap();
    (dir, store)
}

fn options(dir: &std::path::Path) -> Options {
    Options { clock: Arc::new(FixedClock::at(1_000)), min_free_bytes: 0, ..Options::new(dir) }
}

fn some_event(body: &[u8]) -> NewEvent {
    NewEvent {
        actor: Row(1),
        acting_as: Row(1),
        role: "member".into(),
        address: None,
        time: 1_000,
        record: None,
        kind: 1,
        batch: BatchId(0),
        cause: Seq(0),
        body: body.to_vec(),
    }
}

fn pairs(reads: &impl Reads, from: &[u8], to: &[u8], direction: Direction) -> Vec<(String, String)> {
    let mut out = Vec::new();
    reads
        .scan(Table::Settings, from, to, direction, &mut |k, v| {
            out.push((String::from_utf8(k.to_vec()).unwrap(), String::from_utf8(v.to_vec()).unwrap()));
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    out
}

fn keys(reads: &impl Reads, from: &[u8], to: &[u8], direction: Direction) -> String {
    pairs(reads, from, to, direction).into_iter().map(|(k, v)| format!("{k}{v} ")).collect()
}

fn put(store: &Store, key: &'static str, value: &'static str) {
    store
        .write(Priority::People, move |tx| {
            tx.put(Table::Settings, key.as_bytes(), value.as_bytes());
            Ok(())
        })
        .unwrap();
}

#[test]
fn what_was_written_is_there_after_reopening() {
    let (dir, store) = store();
    put(&store, "a", "1");
    drop(store);
    let store = Store::open(options(dir.path())).unwrap();
    assert_eq!(store.read().unwrap().get(Table::Settings, b"a").unwrap().as_deref(), Some(&b"1"[..]));
}

#[test]
fn a_snapshot_does_not_see_later_writes() {
    let (_dir, store) = store();
    put(&store, "a", "1");
    let before = store.read().unwrap();
    put(&store, "a", "2");
    assert_eq!(before.get(Table::Settings, b"a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!(store.read().unwrap().get(Table::Settings, b"a").unwrap().as_deref(), Some(&b"2"[..]));
}

#[test]
fn nothing_of_a_failed_or_panicked_write_is_kept() {
    let (_dir, store) = store();
    put(&store, "a", "1");
    let failed = store.write(Priority::People, |tx| {
        tx.put(Table::Settings, b"a", b"2");
        tx.append_event(some_event(b"x"))?;
        tx.next_counter("n")?;
        Err::<(), _>(Error::NotFound)
    });
    assert!(matches!(failed, Err(Error::NotFound)));
    let panicked = store.write::<()>(Priority::People, |tx| {
        tx.delete(Table::Settings, b"a");
        panic!("on purpose");
    });
    assert!(matches!(panicked, Err(Error::Internal(_))));
    let reads = store.read().unwrap();
    assert_eq!(reads.get(Table::Settings, b"a").unwrap().as_deref(), Some(&b"1"[..]));
    assert_eq!((reads.last_seq(), reads.counter("n").unwrap()), (Seq(0), 0));
    let first = store.write(Priority::People, |tx| Ok((tx.append_event(some_event(b""))?, tx.next_counter("n")?)));
    assert_eq!(first.unwrap(), (Seq(1), 1));
}

#[test]
fn a_scan_within_a_write_sees_its_own_changes_in_both_directions() {
    let (_dir, store) = store();
    for (key, value) in [("b", "1"), ("d", "1"), ("f", "1"), ("h", "1")] {
        put(&store, key, value);
    }
    let seen = store.write(Priority::People, |tx| {
        for (key, value) in [(b"a", b"2"), (b"d", b"2"), (b"e", b"2"), (b"i", b"2")] {
            tx.put(Table::Settings, key, value);
        }
        tx.delete(Table::Settings, b"f");
        tx.delete(Table::Settings, b"g");
        let all = keys(tx, b"", b"", Direction::Forward);
        let back = keys(tx, b"", b"", Direction::Backward);
        let some = keys(tx, b"b", b"e", Direction::Forward);
        let some_back = keys(tx, b"b", b"i", Direction::Backward);
        Ok((all, back, some, some_back, keys(tx, b"e", b"e", Direction::Forward)))
    });
    let (all, back, some, some_back, none) = seen.unwrap();
    assert_eq!(all, "a2 b1 d2 e2 h1 i2 ");
    assert_eq!(back, "i2 h1 e2 d2 b1 a2 ");
    assert_eq!(some, "b1 d2 ");
    assert_eq!(some_back, "h1 e2 d2 b1 ");
    assert_eq!(none, "");
    assert_eq!(keys(&store.read().unwrap(), b"", b"", Direction::Backward), back);
}

#[test]
fn a_scan_ends_where_its_visitor_says_so() {
    let (_dir, store) = store();
    put(&store, "a", "1");
    put(&store, "b", "1");
    let mut seen = 0;
    let mut visit = |_: &[u8], _: &[u8]| {
        seen += 1;
        Ok(ControlFlow::Break(()))
    };
    store.read().unwrap().scan(Table::Settings, b"", b"", Direction::Forward, &mut visit).unwrap();
    assert_eq!(seen, 1);
}

#[test]
fn many_threads_count_without_a_gap() {
    let (_dir, store) = store();
    let mut numbers: Vec<u64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    (0..20)
                        .map(|_| store.write(Priority::People, |tx| tx.next_counter("n")).unwrap())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|t| t.join().unwrap()).collect()
    });
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=160).collect::<Vec<_>>());
}

#[test]
fn submitted_writes_are_done_in_order_and_answered_one_by_one() {
    let (_dir, store) = store();
    let pending: Vec<_> = (0..100).map(|_| store.submit(Priority::Bulk, |tx| tx.next_counter("n")).unwrap()).collect();
    let numbers: Vec<u64> = pending.into_iter().map(|p| p.wait().unwrap()).collect();
    assert_eq!(numbers, (1..=100).collect::<Vec<_>>());
    drop(store.submit(Priority::Bulk, |tx| tx.next_counter("n")).unwrap());
    store.close();
    assert_eq!(store.read().unwrap().counter("n").unwrap(), 101, "nobody waited, it was done all the same");
}

#[test]
fn news_wakes_those_who_wait() {
    let (_dir, store) = store();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| store.wait_for_news(Seq(0), Duration::from_secs(60)));
        store.write(Priority::People, |tx| tx.append_event(some_event(b"x"))).unwrap();
        assert_eq!(waiting.join().unwrap(), Seq(1));
    });
    assert_eq!(store.last_seq(), Seq(1));
    store.close();
    assert_eq!(store.wait_for_news(Seq(1), Duration::from_secs(60)), Seq(1));
}

#[test]
fn idle_work_goes_on_until_it_says_that_it_is_done() {
    let (_dir, store) = store();
    let (to, done) = std::sync::mpsc::channel();
    store.set_idle_work(Box::new(move |tx| {
        let n = tx.next_counter("idle")?;
        if n == 3 {
            let _ = to.send(());
        }
        Ok(n < 3)
    }));
    done.recv_timeout(Duration::from_secs(60)).unwrap();
    store.close();
    assert_eq!(store.read().unwrap().counter("idle").unwrap(), 3);
}

#[test]
fn a_write_within_a_write_is_refused_instead_of_waiting_for_ever() {
    let (_dir, store) = store();
    let store = Arc::new(store);
    let inner = Arc::clone(&store);
    let answer = store.write(Priority::People, move |_| inner.write(Priority::People, |_| Ok(())));
    assert!(matches!(answer, Err(Error::Internal(_))));
}

#[test]
fn a_closed_store_takes_no_writes_but_can_be_read() {
    let (_dir, store) = store();
    put(&store, "a", "1");
    store.close();
    assert!(matches!(store.write(Priority::People, |_| Ok(())), Err(Error::Unavailable(_))));
    assert_eq!(keys(&store.read().unwrap(), b"", b"", Direction::Forward), "a1 ");
}

#[test]
fn a_nearly_full_disk_refuses_writes_and_keeps_reading() {
    let (dir, store) = store();
    put(&store, "a", "1");
    drop(store);
    let store = Store::open(Options { min_free_bytes: u64::MAX, ..options(dir.path()) }).unwrap();
    assert!(matches!(store.write(Priority::People, |_| Ok(())), Err(Error::Full(_))));
    assert!(matches!(store.health(), Health::LowDisk { .. }));
    assert_eq!(keys(&store.read().unwrap(), b"", b"", Direction::Forward), "a1 ");
}

#[test]
fn a_second_process_is_told_that_the_directory_is_in_use() {
    let (dir, _store) = store();
    let Err(error) = Store::open(options(dir.path())) else { panic!("opened twice") };
    assert!(error.to_string().contains("is in use by another process"), "{error}");
}
