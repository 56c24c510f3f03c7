//! The power goes at a random moment: nothing that was acknowledged is lost.

use crate::disk::{Disk, Plan};
use crate::workload::{Client, options, verify};
use aventora::base::rng::SeededRng;
use aventora::store::Store;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

const SEEDS: u64 = 2_000;
const LYING_SEEDS: u64 = 40;
const WRITES_MAX: u64 = 12;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// An empty store's disk, made once. A real one is made under another name and linked into its place when it is whole,
/// so no crash begins earlier than here.
fn empty_disk(dir: &Path) -> Vec<u8> {
    let disk = Disk::new(Vec::new(), Plan::default());
    drop(Store::open(options(dir, disk.factory())).unwrap());
    disk.image()
}

/// Everybody writes until the power goes or they are done.
fn work(store: &Store, clients: &mut [Client], writes: u64) {
    if let [client] = clients {
        for _ in 0..writes {
            if client.write(store).is_err() {
                return;
            }
        }
        return;
    }
    std::thread::scope(|scope| {
        for client in clients {
            scope.spawn(move || (0..writes).try_for_each(|_| client.write(store)));
        }
    });
}

/// Opening a crashed disk must not take redb's slow way, which reads the whole file: 20 seconds for a million records.
fn opens_quickly(image: Vec<u8>) -> Result<(), String> {
    let slow = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&slow);
    let disk = Disk::new(image, Plan::default());
    let database = redb::Database::builder()
        .set_repair_callback(move |_| seen.store(true, Ordering::SeqCst))
        .create_with_backend(disk)
        .map_err(|e| format!("redb does not open it: {e}"))?;
    drop(database);
    if slow.load(Ordering::SeqCst) { Err("opening it needed a full repair".into()) } else { Ok(()) }
}

/// One seed: work, power loss, perhaps another while opening, then everything acknowledged is there.
fn crash(seed: u64, dir: &Path, empty: &[u8], lying: bool) -> Result<(), String> {
    let mut rng = SeededRng::new(seed);
    let late = if rng.chance(50) { 60 } else { 250 };
    let crash_at = Some(1 + rng.below(late));
    let disk = Disk::new(empty.to_vec(), Plan { crash_at, lying, ..Plan::default() });
    let mut clients: Vec<Client> = (0..if seed % 4 == 3 { 3 } else { 1 }).map(|n| Client::new(n, seed)).collect();
    if let Ok(store) = Store::open(options(dir, disk.factory())) {
        work(&store, &mut clients, 1 + rng.below(WRITES_MAX));
    }
    let mut image = disk.after_power_loss(&mut rng);
    if rng.chance(40) {
        // Again, while it is being opened.
        let crash_at = Some(1 + rng.below(12));
        let disk = Disk::new(image, Plan { crash_at, lying, ..Plan::default() });
        drop(Store::open(options(dir, disk.factory())));
        image = disk.after_power_loss(&mut rng);
    }
    opens_quickly(image.clone())?;
    let disk = Disk::new(image, Plan::default());
    let store = Store::open(options(dir, disk.factory())).map_err(|e| format!("it does not open: {e}"))?;
    verify(&store, &mut clients)
}

/// The seeds that lost something, with what.
fn losses(seeds: impl IntoIterator<Item = u64>, lying: bool) -> Vec<(u64, String)> {
    let dir = tempfile::tempdir().unwrap();
    let empty = empty_disk(dir.path());
    let seeds: Vec<u64> = seeds.into_iter().collect();
    let (next, lost) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(&seed) = seeds.get(next.fetch_add(1, Ordering::SeqCst) as usize) {
                    let outcome = catch_unwind(AssertUnwindSafe(|| crash(seed, dir.path(), &empty, lying)));
                    if let Err(why) = outcome.unwrap_or_else(|_| Err("it panicked".into())) {
                        lost.lock().unwrap().push((seed, why));
                    }
                }
            });
        }
    });
    lost.into_inner().unwrap()
}

#[test]
fn nothing_acknowledged_is_lost_when_the_power_goes() {
    let lost = match number("AVENTORA_FAULT_SEED") {
        Some(seed) => losses([seed], false),
        None => losses(0..number("AVENTORA_FAULT_SEEDS").unwrap_or(SEEDS), false),
    };
    assert!(lost.is_empty(), "{} seeds lost something: {:?}", lost.len(), &lost[..lost.len().min(5)]);
}

/// The negative control: on a disk that only pretends to sync the same test must fail, else it proves nothing.
#[test]
fn a_disk_that_lies_about_syncing_is_seen_to_lose() {
    let lost = losses(0..LYING_SEEDS, true);
    assert!(lost.len() as u64 > LYING_SEEDS / 4, "only {} of {LYING_SEEDS} seeds lost something", lost.len());
}
