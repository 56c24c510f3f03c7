//! The disk fails or is full while the program runs: what is not saved is never acknowledged, reading goes on, and the
//! store is well again by itself.

use crate::disk::{Disk, Plan};
use crate::workload::{Client, options, verify};
use aventora::base::Error;
use aventora::store::{Health, Options, Priority, Reads, Store, Table};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// A store on a sound disk with three writes in it.
fn store() -> (tempfile::TempDir, Disk, Store, Client) {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(Vec::new(), Plan::default());
    let store = Store::open(options(dir.path(), disk.factory())).unwrap();
    let mut client = Client::new(1, 7);
    (0..3).for_each(|_| client.write(&store).unwrap());
    (dir, disk, store, client)
}

fn failing_from(disk: &Disk, after: u64, count: u64) {
    let from = disk.operations() + after;
    disk.set_plan(Plan { fail: Some((from, from.saturating_add(count))), ..Plan::default() });
}

#[test]
fn a_failing_write_or_sync_is_never_acknowledged_and_the_store_reopens_itself() {
    let mut failures = 0;
    for after in 1..=40 {
        let (_dir, disk, store, mut client) = store();
        failing_from(&disk, after, 1);
        for _ in 0..6 {
            if let Err(error) = client.write(&store) {
                failures += 1;
                assert!(matches!(error, Error::Unavailable(_)), "{error}");
                assert!(error.to_string().contains("may or may not be saved"), "{error}");
                break;
            }
        }
        verify(&store, std::slice::from_mut(&mut client)).unwrap_or_else(|e| panic!("operation {after}: {e}"));
        assert_eq!(store.health(), Health::Well);
    }
    assert!(failures > 20, "only {failures} of 40 failures were met by a write");
}

#[test]
fn a_snapshot_taken_before_a_failure_can_be_read_to_its_end() {
    let (_dir, disk, store, mut client) = store();
    let before = store.read().unwrap();
    let counted = before.counter("client 1").unwrap();
    failing_from(&disk, 1, 1);
    while client.write(&store).is_ok() {}
    assert_eq!(before.counter("client 1").unwrap(), counted);
    assert!(before.get(Table::Meta, b"format").unwrap().is_some());
    drop(before);
    verify(&store, &mut [client]).unwrap();
}

#[test]
fn a_disk_that_stays_broken_ends_the_program() {
    let dir = tempfile::tempdir().unwrap();
    let disk = Disk::new(Vec::new(), Plan::default());
    let ended = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&ended);
    let give_up = Arc::new(move |_: &str| {
        seen.fetch_add(1, Ordering::SeqCst);
    });
    let store = Store::open(Options { give_up, ..options(dir.path(), disk.factory()) }).unwrap();
    failing_from(&disk, 1, u64::MAX);
    assert!(matches!(Client::new(1, 1).write(&store), Err(Error::Unavailable(_))));
    store.close();
    assert_eq!(ended.load(Ordering::SeqCst), 1);
    assert!(matches!(store.health(), Health::Closed(_)));
    assert!(matches!(store.read().err(), Some(Error::Unavailable(_))));
}

#[test]
fn a_full_disk_is_told_reading_goes_on_and_room_makes_it_well() {
    let (_dir, disk, store, mut client) = store();
    let room = disk.image().len() as u64 + 100_000;
    disk.set_plan(Plan { capacity: Some(room), ..Plan::default() });
    let mut saved = 0_u32;
    let error = loop {
        let key = saved.to_be_bytes();
        match store.write(Priority::Bulk, move |tx| {
            tx.put(Table::Blobs, &key, &[7; 60_000]);
            Ok(())
        }) {
            Ok(()) => saved += 1,
            Err(e) => break e,
        }
        assert!(saved < 10_000, "the disk never filled up");
    };
    assert!(matches!(&error, Error::Full(m) if m.contains("may or may not be saved")), "{error}");
    for n in 0..saved {
        let len = store.read().unwrap().with(Table::Blobs, &n.to_be_bytes(), <[u8]>::len).unwrap();
        assert_eq!(len, Some(60_000), "acknowledged value {n}");
    }
    disk.set_plan(Plan::default());
    verify(&store, std::slice::from_mut(&mut client)).unwrap();
    assert_eq!(store.wait_for_news(aventora::base::id::Seq(0), Duration::ZERO), store.last_seq());
}
