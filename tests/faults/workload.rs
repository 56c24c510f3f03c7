//! Random work on a store, and what must be there afterwards: everything acknowledged, and of the one write that was
//! under way when the disk went either all or nothing.

use aventora::base::Error;
use aventora::base::clock::FixedClock;
use aventora::base::id::{BatchId, Row, Seq};
use aventora::base::rng::SeededRng;
use aventora::store::{
    BackendFactory, Direction, EventBody, NewEvent, Options, Priority, Reads, Store, Table, event_body, events_from,
    verify_chain,
};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const KEYS: u64 = 24;

/// What one client has in the store.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Held {
    values: BTreeMap<Vec<u8>, Vec<u8>>,
    writes: u64,
}

/// Somebody who writes one thing after the other, to keys of their own, until a write fails.
#[derive(Debug, Clone)]
pub struct Client {
    number: u8,
    rng: SeededRng,
    /// What was acknowledged.
    pub held: Held,
    /// What would be there if the write that failed was saved after all.
    pub perhaps: Option<Held>,
}

pub fn options(dir: &Path, disk: BackendFactory) -> Options {
    Options {
        backend: Some(disk),
        cache_bytes: 1 << 20,
        clock: Arc::new(FixedClock::at(1_000)),
        min_free_bytes: 0,
        reopen_pause: Duration::ZERO,
        give_up: Arc::new(|_| ()),
        ..Options::new(dir)
    }
}

impl Client {
    pub fn new(number: u8, seed: u64) -> Self {
        let rng = SeededRng::new(seed ^ (u64::from(number) << 56));
        Self { number, rng, held: Held::default(), perhaps: None }
    }

    /// One write; false where it was not acknowledged.
    pub fn write(&mut self, store: &Store) -> Result<(), Error> {
        let mut after = self.held.clone();
        after.writes += 1;
        let mut changes = Vec::new();
        for _ in 0..=self.rng.below(8) {
            let key = vec![self.number, self.rng.below(KEYS) as u8];
            if self.rng.chance(20) {
                after.values.remove(&key);
                changes.push((key, None));
            } else {
                let len = if self.rng.chance(10) { self.rng.below(20_000) } else { self.rng.below(300) };
                let value: Vec<u8> = (0..len).map(|_| self.rng.next_u64() as u8).collect();
                after.values.insert(key.clone(), value.clone());
                changes.push((key, Some(value)));
            }
        }
        // One in ten changes its mind: nothing of it may be kept.
        let fails = self.rng.chance(10);
        let (number, n) = (self.number, after.writes);
        let answer = store.write(Priority::People, move |tx| {
            for (key, value) in &changes {
                match value {
                    Some(value) => tx.put(Table::Settings, key, value),
                    None => tx.delete(Table::Settings, key),
                }
            }
            let counted = tx.next_counter(&format!("client {number}"))?;
            tx.append_event(event_of(number, counted))?;
            if fails { Err(Error::NotFound) } else { Ok(counted) }
        });
        match answer {
            Ok(counted) => {
                assert_eq!(counted, n, "the counter counts acknowledged writes");
                self.held = after;
                Ok(())
            }
            Err(Error::NotFound) => Ok(()),
            Err(e) => {
                self.perhaps = Some(after);
                Err(e)
            }
        }
    }

    /// Takes the store's word for the write that failed: it is there or it is not, as a whole.
    pub fn settle(&mut self, store: &Store) -> Result<(), String> {
        let there = self.found(&store.read().map_err(|e| e.to_string())?)?;
        if there == self.held || self.perhaps.as_ref() == Some(&there) {
            self.held = there;
            self.perhaps = None;
            return Ok(());
        }
        Err(format!(
            "client {}: {} acknowledged writes, {} in the store, values equal: {}",
            self.number,
            self.held.writes,
            there.writes,
            there.values == self.held.values
        ))
    }

    fn found(&self, reads: &impl Reads) -> Result<Held, String> {
        let mut values = BTreeMap::new();
        let (from, to) = ([self.number], [self.number + 1]);
        reads
            .scan(Table::Settings, &from, &to, Direction::Forward, &mut |key, value| {
                values.insert(key.to_vec(), value.to_vec());
                Ok(ControlFlow::Continue(()))
            })
            .map_err(|e| e.to_string())?;
        let writes = reads.counter(&format!("client {}", self.number)).map_err(|e| e.to_string())?;
        let mut events = 0;
        events_from(reads, Seq(1), |event| {
            if event.head.actor == Row(u64::from(self.number)) {
                events += 1;
                let body = event_body(reads, event.seq)?;
                assert_eq!(body, Some(EventBody::Bytes(event_of(self.number, events).body)));
            }
            Ok(ControlFlow::Continue(()))
        })
        .map_err(|e| e.to_string())?;
        if events != writes {
            return Err(format!("client {}: {events} events for {writes} writes", self.number));
        }
        Ok(Held { values, writes })
    }
}

fn event_of(client: u8, n: u64) -> NewEvent {
    NewEvent {
        actor: Row(u64::from(client)),
        acting_as: Row(u64::from(client)),
        role: "member".into(),
        address: None,
        time: 1_000,
        record: None,
        kind: 1,
        batch: BatchId(0),
        cause: Seq(0),
        body: format!("write {n} of client {client}").into_bytes(),
    }
}

/// Everybody finds what they were promised, the chain verifies, and the store takes writes.
pub fn verify(store: &Store, clients: &mut [Client]) -> Result<(), String> {
    for client in clients.iter_mut() {
        client.settle(store)?;
    }
    let findings = verify_chain(&store.read().map_err(|e| e.to_string())?, None).map_err(|e| e.to_string())?;
    if let Some(finding) = findings.first() {
        return Err(finding.to_string());
    }
    for client in clients.iter_mut() {
        client.write(store).map_err(|e| format!("it takes no writes any more: {e}"))?;
        client.settle(store)?;
    }
    Ok(())
}
