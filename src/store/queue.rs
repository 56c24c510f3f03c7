//! Durable work: jobs by due time, and how far each consumer of the change log has come. A job is claimed for a while; who
//! claims it and dies leaves it to be claimed again, so a job's work must bear being done twice. A cursor moves in the
//! same transaction as what its consumer wrote, so effects inside the store happen exactly once.

use super::{Direction, Reads, Table, WriteTx, key};
use crate::base::clock::Millis;
use crate::base::id::Seq;
use crate::base::{Error, Result};
use std::ops::ControlFlow;

/// The counter that numbers jobs.
const COUNTER: &str = "jobs";
/// Version of a job's bytes.
const JOB_VERSION: u8 = 1;
/// Bytes of a job's kind at most.
const KIND_BYTES_MAX: usize = 255;
/// How often a job is tried before it is parked.
pub const ATTEMPTS_MAX: u32 = 10;
/// The pause before the second try; it doubles with each.
const BACKOFF_FIRST_MS: Millis = 1_000;
/// The longest pause between two tries.
const BACKOFF_MAX_MS: Millis = 60 * 60 * 1_000;
/// Due time of a job that is parked after too many tries: it is kept to be looked at, and never due.
const PARKED: Millis = Millis::MAX;

/// A job that somebody has claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: u64,
    /// Until when it is ours; then it may be claimed again.
    pub due: Millis,
    /// How often it was claimed, this time included.
    pub attempts: u32,
    /// What to do.
    pub kind: String,
    /// With what: ids, as the kind lays them out.
    pub payload: Vec<u8>,
}

impl Job {
    fn key(&self) -> [u8; 16] {
        job_key(self.due, self.id)
    }

    /// Version u8, attempts u32, length of the kind u8, kind, payload; numbers big-endian.
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(6 + self.kind.len() + self.payload.len());
        out.push(JOB_VERSION);
        out.extend_from_slice(&self.attempts.to_be_bytes());
        out.push(self.kind.len() as u8);
        out.extend_from_slice(self.kind.as_bytes());
        out.extend_from_slice(&self.payload);
        out
    }

    fn decode(key: &[u8], value: &[u8]) -> Option<Self> {
        let (due, id) = key.split_first_chunk::<8>()?;
        let due = (u64::from_be_bytes(*due) ^ (1 << 63)) as Millis;
        let id = u64::from_be_bytes(id.try_into().ok()?);
        let (&[JOB_VERSION, a, b, c, d, kind_len], rest) = value.split_first_chunk::<6>()? else { return None };
        let (kind, payload) = rest.split_at_checked(usize::from(kind_len))?;
        let kind = std::str::from_utf8(kind).ok()?.to_owned();
        Some(Self { id, due, attempts: u32::from_be_bytes([a, b, c, d]), kind, payload: payload.to_vec() })
    }
}

fn job_key(due: Millis, id: u64) -> [u8; 16] {
    let mut out = [0; 16];
    out[..8].copy_from_slice(&key::signed(due));
    out[8..].copy_from_slice(&id.to_be_bytes());
    out
}

/// The job that is due first, parked ones aside.
pub fn next_job(reads: &impl Reads) -> Result<Option<Job>> {
    let mut first = None;
    reads.scan(Table::Jobs, &[], &key::signed(PARKED), Direction::Forward, &mut |key, value| {
        first = Some(Job::decode(key, value).ok_or_else(|| Error::Internal("a job is unreadable".into()))?);
        Ok(ControlFlow::Break(()))
    })?;
    Ok(first)
}

/// How far a consumer of the change log has come: the last event it has dealt with.
pub fn cursor(reads: &impl Reads, consumer: &str) -> Result<Seq> {
    let stored = reads.with(Table::Cursors, consumer.as_bytes(), |bytes| bytes.try_into().map(u64::from_be_bytes))?;
    match stored {
        None => Ok(Seq(0)),
        Some(Ok(seq)) => Ok(Seq(seq)),
        Some(Err(_)) => Err(Error::Internal(format!("the cursor of {consumer} is unreadable"))),
    }
}

impl WriteTx<'_> {
    /// Adds a job that is due at `due`; gives its number.
    pub fn enqueue(&mut self, due: Millis, kind: &str, payload: &[u8]) -> Result<u64> {
        if kind.len() > KIND_BYTES_MAX || due == PARKED {
            return Err(Error::Internal("a job's kind is too long, or it is never due".into()));
        }
        let id = self.next_counter(COUNTER)?;
        let job = Job { id, due, attempts: 0, kind: kind.to_owned(), payload: payload.to_vec() };
        self.put(Table::Jobs, &job.key(), &job.encode());
        Ok(id)
    }

    /// Claims the job that is due first, for `lease_ms`; `None` where none is due.
    pub fn claim_job(&mut self, lease_ms: Millis) -> Result<Option<Job>> {
        let Some(mut job) = next_job(self)?.filter(|job| job.due <= self.now()) else { return Ok(None) };
        job.attempts += 1;
        self.postpone(&mut job, self.now().saturating_add(lease_ms));
        Ok(Some(job))
    }

    /// The job is done. False where the claim had run out and somebody else has it.
    pub fn finish_job(&mut self, job: &Job) -> Result<bool> {
        let ours = self.is_ours(job)?;
        if ours {
            self.delete(Table::Jobs, &job.key());
        }
        Ok(ours)
    }

    /// The job failed: it is due again after a pause that doubles with each try, and parked after [`ATTEMPTS_MAX`]. Gives
    /// when it is due; `None` where it was parked or somebody else has it.
    pub fn retry_job(&mut self, mut job: Job) -> Result<Option<Millis>> {
        if !self.is_ours(&job)? {
            return Ok(None);
        }
        if job.attempts >= ATTEMPTS_MAX {
            self.postpone(&mut job, PARKED);
            return Ok(None);
        }
        let pause = BACKOFF_FIRST_MS.checked_shl(job.attempts.saturating_sub(1)).unwrap_or(BACKOFF_MAX_MS);
        let due = self.now().saturating_add(pause.min(BACKOFF_MAX_MS));
        self.postpone(&mut job, due);
        Ok(Some(due))
    }

    /// Moves a consumer's cursor, in the same transaction as what it wrote for the events up to `seq`.
    pub fn move_cursor(&mut self, consumer: &str, seq: Seq) {
        self.put(Table::Cursors, consumer.as_bytes(), &seq.0.to_be_bytes());
    }

    fn is_ours(&self, job: &Job) -> Result<bool> {
        let attempts =
            self.with(Table::Jobs, &job.key(), |value| Job::decode(&job.key(), value).map(|j| j.attempts))?;
        Ok(attempts.flatten() == Some(job.attempts))
    }

    fn postpone(&mut self, job: &mut Job, due: Millis) {
        self.delete(Table::Jobs, &job.key());
        job.due = due;
        self.put(Table::Jobs, &job.key(), &job.encode());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::FixedClock;
    use crate::store::{Options, Priority, Store};
    use std::sync::Arc;

    struct Scene {
        _dir: tempfile::TempDir,
        clock: Arc<FixedClock>,
        store: Store,
    }

    impl Scene {
        fn new() -> Self {
            let dir = tempfile::tempdir().unwrap();
            let clock = Arc::new(FixedClock::at(1_000_000));
            let shared: Arc<FixedClock> = Arc::clone(&clock);
            let store = Store::open(Options { clock: shared, min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
            Self { _dir: dir, clock, store }
        }

        fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static) -> T {
            self.store.write(Priority::People, f).unwrap()
        }

        fn claim(&self) -> Option<Job> {
            self.write(|tx| tx.claim_job(60_000))
        }
    }

    /// Format 1: these bytes must be read for ever.
    #[test]
    fn a_job_has_the_bytes_of_format_1() {
        let job = Job { id: 3, due: 5, attempts: 2, kind: "mail".into(), payload: b"xy".to_vec() };
        assert_eq!(job.key(), [0x80, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 3]);
        assert_eq!(job.encode(), b"\x01\0\0\0\x02\x04mailxy");
        assert_eq!(Job::decode(&job.key(), &job.encode()), Some(job));
    }

    #[test]
    fn jobs_are_claimed_when_they_are_due_in_order_and_once() {
        let scene = Scene::new();
        scene.write(|tx| {
            tx.enqueue(1_000_500, "later", b"")?;
            tx.enqueue(999_000, "second", b"2")?;
            tx.enqueue(998_000, "first", b"1")
        });
        let first = scene.claim().unwrap();
        assert_eq!((first.kind.as_str(), &first.payload[..], first.attempts), ("first", &b"1"[..], 1));
        assert_eq!(scene.claim().unwrap().kind, "second");
        assert_eq!(scene.claim(), None);
        assert!(scene.write(move |tx| tx.finish_job(&first)));
        scene.clock.advance(500);
        assert_eq!(scene.claim().unwrap().kind, "later");
    }

    #[test]
    fn a_job_whose_claim_ran_out_is_claimed_again_and_the_first_claim_counts_no_more() {
        let scene = Scene::new();
        scene.write(|tx| tx.enqueue(0, "mail", b""));
        let first = scene.claim().unwrap();
        scene.clock.advance(60_000);
        let second = scene.claim().unwrap();
        assert_eq!((second.id, second.attempts), (first.id, 2));
        assert!(!scene.write(move |tx| tx.finish_job(&first)));
        assert!(scene.write(move |tx| tx.finish_job(&second)));
        scene.clock.advance(1_000_000);
        assert_eq!(scene.claim(), None);
    }

    #[test]
    fn a_failing_job_waits_longer_each_time_and_is_parked_in_the_end() {
        let scene = Scene::new();
        scene.write(|tx| tx.enqueue(0, "mail", b""));
        let mut pauses = Vec::new();
        while let Some(job) = scene.claim() {
            let Some(due) = scene.write(move |tx| tx.retry_job(job)) else { break };
            let pause = due - 1_000_000 - pauses.iter().sum::<i64>();
            pauses.push(pause);
            scene.clock.advance(pause);
        }
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256].map(|s| s * 1_000));
        scene.clock.advance(Millis::MAX / 2);
        assert_eq!(scene.claim(), None);
        assert_eq!(next_job(&scene.store.read().unwrap()).unwrap(), None);
    }

    #[test]
    fn a_cursor_moves_with_what_its_consumer_wrote_or_not_at_all() {
        let scene = Scene::new();
        scene.write(|tx| {
            tx.move_cursor("search", Seq(7));
            Ok(())
        });
        let failed = scene.store.write(Priority::Bulk, |tx| {
            tx.move_cursor("search", Seq(8));
            Err::<(), _>(Error::NotFound)
        });
        assert!(failed.is_err());
        let reads = scene.store.read().unwrap();
        assert_eq!(cursor(&reads, "search").unwrap(), Seq(7));
        assert_eq!(cursor(&reads, "webhooks").unwrap(), Seq(0));
    }
}
