//! The one writer. Jobs wait in a bounded queue, people's before bulk; the thread runs as many as fit into one durable
//! transaction and answers them after the commit. Nobody else begins a write transaction, because redb's own lock is
//! unfair: with 16 writers its slowest save took 25 times as long as through this queue.

use super::Table;
use super::fault::{self, Fault, Health};
use super::log::{self, Head};
use super::opener::Opener;
use super::slot::Slot;
use super::waiting::{Job, Shared, lock};
use super::write::{Group, Surroundings, WriteTx};
use crate::base::{Error, Result};
use redb::{Database, Durability, WriteTransaction};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

/// Jobs of one transaction at most.
const GROUP_MAX: usize = 256;
/// Writer time that bulk jobs may take of one transaction which a person waits for.
const BULK_SLICE: Duration = Duration::from_millis(15);
/// The same while nobody does: larger transactions write each page once instead of many times.
const BULK_SLICE_ALONE: Duration = Duration::from_millis(40);
/// How long the queue must have been empty before idle work begins.
const IDLE_AFTER: Duration = Duration::from_millis(5);
/// How often reopening is tried before the program gives up.
const REOPEN_TRIES: u32 = 2;

/// Work for the writer's idle time: says whether there is more to do.
pub type IdleWork = Box<dyn Fn(&mut WriteTx<'_>) -> Result<bool> + Send>;

enum Turn {
    Jobs,
    Idle,
    End,
}

/// The writer's thread.
pub(super) struct Writer {
    pub(super) shared: Arc<Shared>,
    pub(super) slot: Arc<Slot>,
    pub(super) opener: Opener,
    pub(super) around: Surroundings,
    pub(super) head: Head,
}

impl Writer {
    /// Works until the store is closed and the queue is empty.
    pub(super) fn run(mut self) {
        loop {
            match self.turn() {
                Turn::Jobs => self.commit_group(),
                Turn::Idle => self.idle_slice(),
                Turn::End => break,
            }
        }
        self.shared.set_idle_work(None);
    }

    fn turn(&self) -> Turn {
        let mut queue = lock(&self.shared.queue);
        loop {
            if !queue.people.is_empty() || !queue.bulk.is_empty() {
                return Turn::Jobs;
            }
            if queue.closed {
                return Turn::End;
            }
            if queue.idle_due {
                let (after, waited) =
                    self.shared.arrived.wait_timeout(queue, IDLE_AFTER).unwrap_or_else(PoisonError::into_inner);
                queue = after;
                if waited.timed_out() && queue.people.is_empty() && queue.bulk.is_empty() {
                    return Turn::Idle;
                }
            } else {
                queue = self.shared.arrived.wait(queue).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    fn commit_group(&mut self) {
        let mut jobs = Vec::new();
        let outcome = self
            .guard_space()
            .and_then(|()| self.in_transaction(|group, shared, around| run_jobs(group, shared, around, &mut jobs)));
        if outcome.is_err() && jobs.is_empty() {
            // Nothing was begun: everybody who waits gets the same answer, instead of one failure each.
            while let Some(job) = self.shared.next_job(true) {
                jobs.push(job);
            }
        }
        if outcome.is_ok() {
            lock(&self.shared.queue).idle_due = true;
            self.shared.tell(self.head.seq);
        }
        if matches!(outcome, Err(Refusal::Fault(_))) {
            // Whoever looks again after the answer must see what the reopened file holds, not the snapshot before it.
            self.slot.hold_readers();
        }
        for job in jobs {
            job.answer(outcome.as_ref().map_err(Refusal::to_error).copied());
        }
        if let Err(Refusal::Fault(fault)) = outcome {
            self.recover(&fault);
        }
    }

    fn idle_slice(&mut self) {
        if lock(&self.shared.idle).is_none() {
            lock(&self.shared.queue).idle_due = false;
            return;
        }
        let before = self.head.seq;
        let mut more = false;
        let outcome = self.guard_space().and_then(|()| {
            self.in_transaction(|group, shared, around| {
                let idle = lock(&shared.idle);
                let Some(work) = idle.as_ref() else { return Ok(()) };
                let mut tx = WriteTx::new(group, around);
                match catch_unwind(AssertUnwindSafe(|| work(&mut tx))) {
                    Ok(Ok(again)) => {
                        more = again;
                        let changes = tx.into_changes();
                        group.apply(changes)
                    }
                    Ok(Err(e)) => {
                        tracing::warn!("work in the writer's idle time failed: {e}");
                        Ok(())
                    }
                    Err(_) => {
                        tracing::error!("work in the writer's idle time panicked");
                        Ok(())
                    }
                }
            })
        });
        lock(&self.shared.queue).idle_due = more && outcome.is_ok();
        if self.head.seq > before {
            self.shared.tell(self.head.seq);
        }
        if let Err(Refusal::Fault(fault)) = outcome {
            self.recover(&fault);
        }
    }

    /// Runs `work` in one durable transaction; nothing is committed where nothing was changed.
    fn in_transaction(
        &mut self,
        work: impl FnOnce(&mut Group<'_>, &Shared, &Surroundings) -> std::result::Result<(), redb::Error>,
    ) -> std::result::Result<(), Refusal> {
        let Some(database) = self.slot.database() else {
            return Err(Refusal::Told(Told::Closed));
        };
        let (shared, around) = (&self.shared, &self.around);
        self.head = transact(&database, &self.head, |group| work(group, shared, around)).map_err(Refusal::fault)?;
        Ok(())
    }

    /// Refuses writes while the disk is nearly full, before redb meets the end of it.
    fn guard_space(&self) -> std::result::Result<(), Refusal> {
        let health = self.opener.space();
        let refusal = match &health {
            Health::LowDisk { free_bytes, needed_bytes } => {
                Err(Refusal::Told(Told::LowDisk(*free_bytes, *needed_bytes)))
            }
            _ => Ok(()),
        };
        self.shared.set_health(health);
        refusal
    }

    /// redb takes no more writes after a failure: closes the file once no reader is left, and opens it again.
    fn recover(&mut self, fault: &Fault) {
        tracing::error!("writing failed: {fault:?}; the data file is being reopened");
        self.shared.set_health(Health::Reopening(fault.to_error().to_string()));
        self.slot.close();
        let mut last = String::new();
        for attempt in 0..REOPEN_TRIES {
            if attempt > 0 {
                self.opener.pause();
            }
            match self.opener.open() {
                Ok((database, head)) => {
                    self.head = head;
                    self.slot.replace(database);
                    self.shared.set_health(Health::Well);
                    // What the failed commit left behind may be there after all; consumers look again.
                    self.shared.tell(self.head.seq);
                    tracing::info!("the data file is open again");
                    return;
                }
                Err(e) => last = e.to_string(),
            }
        }
        tracing::error!("reopening the data file failed twice: {last}");
        self.shared.set_health(Health::Closed(last.clone()));
        self.slot.abandon();
        self.shared.close();
        self.opener.give_up(&last);
    }
}

/// Begins a write transaction the only way this program may: durable at commit, and quick to open after a crash (one
/// commit without quick repair made the next start take 20 seconds).
pub(super) fn begin(database: &Database) -> std::result::Result<WriteTransaction, redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_durability(Durability::Immediate).map_err(|e| redb::Error::Corrupted(e.to_string()))?;
    transaction.set_quick_repair(true);
    Ok(transaction)
}

/// Runs `work` in one durable transaction and gives the new end of the change log. Nothing is committed where nothing
/// was changed.
pub(super) fn transact(
    database: &Database,
    head: &Head,
    work: impl FnOnce(&mut Group<'_>) -> std::result::Result<(), redb::Error>,
) -> std::result::Result<Head, redb::Error> {
    let transaction = begin(database)?;
    let (after, dirty) = {
        let mut group = Group::new(&transaction, head.clone());
        work(&mut group)?;
        (group.head, group.dirty)
    };
    if !dirty {
        transaction.abort()?;
        return Ok(after);
    }
    if after != *head {
        let mut meta = transaction.open_table(Table::Meta.definition())?;
        meta.insert(log::META_CHAIN, log::head_bytes(&after).as_slice())?;
    }
    transaction.commit()?;
    Ok(after)
}

fn run_jobs(
    group: &mut Group<'_>,
    shared: &Shared,
    around: &Surroundings,
    jobs: &mut Vec<Box<dyn Job>>,
) -> std::result::Result<(), redb::Error> {
    let began = Instant::now();
    // Whoever waited when the transaction began is in it now.
    let shared_with_people = shared.people_wait();
    while jobs.len() < GROUP_MAX {
        let slice = if shared_with_people || shared.people_wait() { BULK_SLICE } else { BULK_SLICE_ALONE };
        let Some(mut job) = shared.next_job(began.elapsed() < slice) else { break };
        let mut tx = WriteTx::new(group, around);
        let keep = job.run(&mut tx);
        let changes = tx.into_changes();
        jobs.push(job);
        if keep {
            group.apply(changes)?;
        }
    }
    Ok(())
}

/// Why a group was not committed.
enum Refusal {
    /// The disk failed: the outcome is unknown, the file must be reopened.
    Fault(Fault),
    /// It was never begun.
    Told(Told),
}

#[derive(Clone, Copy)]
enum Told {
    Closed,
    LowDisk(u64, u64),
}

impl Refusal {
    fn fault(error: impl Into<redb::Error>) -> Self {
        Self::Fault(Fault::of(error))
    }

    fn to_error(&self) -> Error {
        match self {
            Self::Fault(fault) => fault.to_error(),
            Self::Told(Told::Closed) => Error::Unavailable("The store is closed.".into()),
            Self::Told(Told::LowDisk(free, needed)) => fault::low_disk(*free, *needed),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") {
                out.push(path);
            }
        }
    }

    /// The crash simulator shows that every commit has quick repair; this shows that there is no other place to commit.
    #[test]
    fn a_write_transaction_is_begun_in_one_place_only() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let call = concat!("begin", "_write()");
        let calls: Vec<_> = files
            .iter()
            .flat_map(|file| {
                let text = std::fs::read_to_string(file).unwrap();
                std::iter::repeat_n(file.file_name().unwrap().to_owned(), text.matches(call).count())
            })
            .collect();
        assert_eq!(calls, ["writer.rs"]);
    }
}
