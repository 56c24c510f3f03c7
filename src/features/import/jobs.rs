//! Imports in the browser, step by step: a file is taken in, its columns are matched, all of it is tried, and only then saved.
//! Each long step runs on a thread of its own, one at a time in a workspace, and can be looked at, left and stopped. What was
//! begun to be saved is kept in the store, so that a restart in the middle is told truthfully and can be undone.

use super::job::{Counts, Job, Phase, file_name, rejected_name};
use super::look::blame;
use super::{Duplicates, Look, Progress, look, run_heard};
use crate::base::clock::Millis;
use crate::base::id::BatchId;
use crate::base::{Error, Result};
use crate::model::{Actor, rules};
use crate::records::Engine;
use crate::store::{Direction, Priority, Reads, Table};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a file at most.
pub const FILE_BYTES_MAX: u64 = 256 << 20;
/// Rejected rows whose reason is shown; the file has them all.
pub const REASONS_MAX: usize = 100;
/// Imports of one member that wait to be run; the oldest gives way to a new one.
const WAITING_MAX: usize = 5;
/// An import can be looked at and undone here for so long.
const KEPT_MS: Millis = 30 * 24 * 60 * 60 * 1_000;
/// Beginning of the keys in the table of settings.
const PREFIX: &[u8] = b"import/";
/// Name of the counter that numbers imports.
const COUNTER: &str = "imports";

/// A long step.
enum Work {
    Check,
    Import,
    Undo,
}

#[derive(Default)]
struct State {
    jobs: BTreeMap<u64, Job>,
    /// The one that a thread is at work on.
    running: Option<(u64, Arc<AtomicBool>)>,
}

/// The imports of a workspace.
pub struct Imports {
    engine: Arc<Engine>,
    region: String,
    state: Mutex<State>,
}

impl Imports {
    /// Those that were begun before, as far as they came; files that nobody waits for any more are removed.
    pub fn open(engine: Arc<Engine>, region: &str) -> Result<Self> {
        let mut jobs = BTreeMap::new();
        let oldest = engine.now() - KEPT_MS;
        let end = crate::store::key::after(PREFIX);
        engine.store().read()?.scan(Table::Settings, PREFIX, &end, Direction::Forward, &mut |_, value| {
            // One that can't be read is of another version; its batch is in the log all the same.
            if let Ok(mut job) = serde_json::from_slice::<Job>(value)
                && job.at >= oldest
            {
                if job.phase.is_busy() {
                    job.phase = Phase::Stopped;
                    job.trouble = Some("The server was stopped while this was running.".into());
                }
                jobs.insert(job.id, job);
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let keep: Vec<String> = jobs.keys().map(|id| rejected_name(*id)).collect();
        engine.store().clear_uploads(&keep);
        Ok(Self { engine, region: region.to_owned(), state: Mutex::new(State { jobs, running: None }) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in a file. [`Error::Denied`] where the actor may not import, [`Error::Invalid`] where the file as a whole can't be
    /// used; nothing is left of it then.
    pub fn take(&self, actor: &Actor, object: &str, name: &str, source: impl Read) -> Result<Job> {
        let known = self.engine.schema().object(object).filter(|o| o.listed).map(|o| o.id).ok_or(Error::NotFound)?;
        if !rules::may(actor, rules::Action::Import, known) {
            return Err(Error::Denied("Your role may not import.".into()));
        }
        let store = self.engine.store();
        let id = store.write(Priority::People, |tx| tx.next_counter(COUNTER))?;
        let bytes = store.take_upload(&file_name(id), source, FILE_BYTES_MAX)?;
        let mut job = Job {
            id,
            member: actor.member.0,
            object: object.to_owned(),
            file: name.to_owned(),
            bytes,
            rows: 0,
            at: self.engine.now(),
            phase: Phase::Matching,
            map: Vec::new(),
            duplicates: "skip".into(),
            begun: 0,
            dated: false,
            batch: None,
            counts: Counts::default(),
            reasons: Vec::new(),
            blamed: BTreeMap::new(),
            trouble: None,
            undone: None,
            progress: (0, 0),
        };
        let looked = self.look_at(actor, &job, true).inspect_err(|_| store.remove_upload(&file_name(id)))?;
        job.rows = looked.rows;
        let mut state = self.state();
        let waiting = |j: &&Job| j.member == job.member && !j.phase.has_saved() && !j.phase.is_busy();
        let waiting: Vec<u64> = state.jobs.values().filter(waiting).map(|j| j.id).collect();
        for old in waiting.iter().rev().skip(WAITING_MAX - 1) {
            state.jobs.remove(old);
            store.remove_upload(&file_name(*old));
        }
        state.jobs.insert(id, job.clone());
        Ok(job)
    }

    /// An import of the actor, or of anybody for who has the settings; any other is [`Error::NotFound`].
    pub fn get(&self, actor: &Actor, id: u64) -> Result<Job> {
        let state = self.state();
        let job = state.jobs.get(&id).ok_or(Error::NotFound)?;
        let object = self.engine.schema().object(&job.object).map(|o| o.id).ok_or(Error::NotFound)?;
        let theirs = job.member == actor.member.0 || rules::may(actor, rules::Action::Settings, object);
        if theirs && rules::may(actor, rules::Action::Import, object) { Ok(job.clone()) } else { Err(Error::NotFound) }
    }

    /// The actor's imports into an object, newest first.
    pub fn of(&self, actor: &Actor, object: &str) -> Vec<Job> {
        let ids: Vec<u64> = self.state().jobs.values().rev().filter(|j| j.object == object).map(|j| j.id).collect();
        ids.into_iter().filter_map(|id| self.get(actor, id).ok()).filter(|j| j.member == actor.member.0).collect()
    }

    /// The columns of an import's file as `map` has them.
    pub fn look(&self, actor: &Actor, id: u64, map: Vec<(String, String)>) -> Result<Look> {
        let job = self.get(actor, id)?;
        self.look_at(actor, &Job { map, ..job }, false)
    }

    fn look_at(&self, actor: &Actor, job: &Job, whole: bool) -> Result<Look> {
        let file = self.engine.store().open_upload(&file_name(job.id))?;
        look(&self.engine, actor, &job.options(&self.region, true)?, file, whole)
    }

    /// Tries all of a file with these columns. [`Error::Invalid`] where another import is running.
    pub fn check(self: &Arc<Self>, actor: &Actor, id: u64, map: Vec<(String, String)>, duplicates: &str) -> Result<()> {
        duplicates.parse::<Duplicates>()?;
        self.begin(actor, id, Work::Check, |job| {
            job.map = map;
            job.duplicates = duplicates.to_owned();
        })
    }

    /// Saves a file that was tried. [`Error::Invalid`] where another import is running.
    pub fn run(self: &Arc<Self>, actor: &Actor, id: u64) -> Result<()> {
        self.begin(actor, id, Work::Import, |_| ())
    }

    /// Takes an import back. [`Error::Invalid`] where another is running.
    pub fn undo(self: &Arc<Self>, actor: &Actor, id: u64) -> Result<()> {
        self.begin(actor, id, Work::Undo, |_| ())
    }

    /// Stops what is running of an import; one that waits is thrown away with its file. Whether it is still there.
    pub fn stop(&self, actor: &Actor, id: u64) -> Result<bool> {
        let job = self.get(actor, id)?;
        let mut state = self.state();
        if let Some((_, stop)) = state.running.as_ref().filter(|(running, _)| *running == id) {
            stop.store(true, Ordering::SeqCst);
            return Ok(true);
        }
        if job.phase.has_saved() {
            return Ok(true);
        }
        state.jobs.remove(&id);
        self.engine.store().remove_upload(&file_name(id));
        Ok(false)
    }

    /// Removes what is kept of the cells and the names of files that were brought, for a compaction, while nothing is at work:
    /// such values belong to no record, so no purge finds them. What came of an import stays, and it can still be taken back.
    /// How many there are.
    pub fn forget_cells(&self) -> Result<usize> {
        let store = self.engine.store();
        let mut kept: Vec<(Vec<u8>, Option<Vec<u8>>)> = Vec::new();
        let end = crate::store::key::after(PREFIX);
        store.read()?.scan(Table::Settings, PREFIX, &end, Direction::Forward, &mut |key, value| {
            let job = serde_json::from_slice::<Job>(value).ok().map(|job| Job {
                file: file_name(job.id),
                reasons: Vec::new(),
                trouble: None,
                counts: Counts { notes: Vec::new(), ..job.counts },
                ..job
            });
            kept.push((key.to_vec(), job.and_then(|job| serde_json::to_vec(&job).ok())));
            Ok(ControlFlow::Continue(()))
        })?;
        let imports = kept.len();
        self.state().jobs.clear();
        store.write(Priority::People, move |tx| {
            for (key, value) in &kept {
                match value {
                    Some(bytes) => tx.put(Table::Settings, key, bytes),
                    None => tx.delete(Table::Settings, key),
                }
            }
            Ok(())
        })?;
        store.clear_uploads(&[]);
        Ok(imports)
    }

    /// Stops what is running, because the process is about to end.
    pub fn end(&self) {
        if let Some((_, stop)) = &self.state().running {
            stop.store(true, Ordering::SeqCst);
        }
    }

    /// The rows that an import rejected, as a CSV file. [`Error::NotFound`] where it rejected none.
    pub fn rejected(&self, actor: &Actor, id: u64) -> Result<File> {
        self.get(actor, id)?;
        self.engine.store().open_upload(&rejected_name(id))
    }

    fn begin(self: &Arc<Self>, actor: &Actor, id: u64, work: Work, change: impl FnOnce(&mut Job)) -> Result<()> {
        self.get(actor, id)?;
        let mut state = self.state();
        if let Some((other, _)) = &state.running {
            return Err(self.busy(state.jobs.get(other), actor));
        }
        let job = state.jobs.get_mut(&id).ok_or(Error::NotFound)?;
        let (fits, phase) = match work {
            Work::Check => (!job.phase.has_saved(), Phase::Checking),
            Work::Import => (job.phase == Phase::Checked, Phase::Importing),
            Work::Undo => (matches!(job.phase, Phase::Done | Phase::Stopped) && job.batch.is_some(), Phase::Undoing),
        };
        if !fits {
            return Err(Error::invalid("", "state", "This import is at another step by now; look at it again."));
        }
        let before = job.phase;
        change(job);
        job.phase = phase;
        job.progress = (0, job.bytes);
        job.trouble = None;
        let stop = Arc::new(AtomicBool::new(false));
        state.running = Some((id, Arc::clone(&stop)));
        drop(state);
        let (own, actor) = (Arc::clone(self), actor.clone());
        let thread = std::thread::Builder::new().name("import".into()).spawn(move || own.work(&actor, id, &work, stop));
        thread.map(drop).map_err(|e| {
            let mut state = self.state();
            state.running = None;
            if let Some(job) = state.jobs.get_mut(&id) {
                job.phase = before;
            }
            Error::internal("a thread can't be started", e)
        })
    }

    /// Another import is running: whose, where that may be told.
    fn busy(&self, other: Option<&Job>, actor: &Actor) -> Error {
        let whose = match other {
            Some(job) if job.member == actor.member.0 => format!("Your import of {} is running", job.file),
            _ => "A colleague's import is running".to_owned(),
        };
        Error::invalid("", "busy", format!("{whose}; one runs at a time. Please start this one when that is done."))
    }

    /// Changes an import, where it is still there.
    fn change(&self, id: u64, change: impl FnOnce(&mut Job)) -> Option<Job> {
        let mut state = self.state();
        let job = state.jobs.get_mut(&id)?;
        change(job);
        Some(job.clone())
    }

    fn work(&self, actor: &Actor, id: u64, work: &Work, stop: Arc<AtomicBool>) {
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match work {
            Work::Undo => self.take_back(actor, id),
            Work::Check => self.bring_in(actor, id, true, &stop),
            Work::Import => self.bring_in(actor, id, false, &stop),
        }));
        let result = result.unwrap_or_else(|_| Err(Error::Internal("an import panicked".into())));
        let trouble = result.err().map(|error| match error {
            _ if stop.load(Ordering::SeqCst) => "It was stopped.".to_owned(),
            Error::Internal(cause) => {
                tracing::error!(id, cause, "an import failed");
                "Something went wrong on our side.".to_owned()
            }
            other => other.to_string(),
        });
        let ended = self.change(id, |job| {
            job.phase = match (work, &trouble) {
                (Work::Check, None) => Phase::Checked,
                (Work::Check, Some(_)) => Phase::Matching,
                (Work::Import, None) => Phase::Done,
                (Work::Undo, None) => Phase::Undone,
                (_, Some(_)) => Phase::Stopped,
            };
            job.trouble = trouble;
        });
        if let Some(job) = ended.filter(|job| job.phase.has_saved()) {
            self.engine.store().remove_upload(&file_name(id));
            if let Err(error) = self.keep(&job) {
                tracing::warn!(%error, id, "how an import ended can't be kept");
            }
        }
        self.state().running = None;
    }

    /// Keeps what is known of an import that has begun to save, and forgets those that are too old.
    fn keep(&self, job: &Job) -> Result<()> {
        let bytes = serde_json::to_vec(job).map_err(|e| Error::internal("an import can't be written", e))?;
        let oldest = self.engine.now() - KEPT_MS;
        let mut old = Vec::new();
        self.state().jobs.retain(|id, job| {
            let stays = job.at >= oldest || job.phase.is_busy();
            old.extend((!stays).then_some(*id));
            stays
        });
        old.iter().for_each(|id| self.engine.store().remove_upload(&rejected_name(*id)));
        let key = key(job.id);
        self.engine.store().write(Priority::People, move |tx| {
            old.iter().for_each(|id| tx.delete(Table::Settings, &self::key(*id)));
            tx.put(Table::Settings, &key, &bytes);
            Ok(())
        })
    }

    fn bring_in(&self, actor: &Actor, id: u64, dry_run: bool, stop: &Arc<AtomicBool>) -> Result<()> {
        let Some(job) = self.change(id, |job| {
            job.reasons.clear();
            job.blamed.clear();
            job.counts = Counts::default();
            job.begun = self.engine.now();
        }) else {
            return Err(Error::NotFound);
        };
        let store = self.engine.store();
        let options = job.options(&self.region, dry_run)?;
        let mut columns = self.look_at(actor, &job, false)?.columns;
        columns.iter_mut().for_each(|column| column.bad = 0);
        let dated = columns.iter().any(|column| column.target.as_deref() == Some("created_at"));
        self.change(id, |job| job.dated = dated);
        let schema = self.engine.schema();
        let object = schema.object(&job.object).ok_or(Error::NotFound)?;
        let source = Watched { file: store.open_upload(&file_name(id))?, stop: Arc::clone(stop) };
        let rejected: Box<dyn io::Write> = if dry_run {
            Box::new(io::sink())
        } else {
            Box::new(BufWriter::new(store.new_upload(&rejected_name(id))?))
        };
        let mut reasons = Vec::new();
        let mut hear = |line: u64, reason: &str| {
            reason.split("; ").for_each(|part| blame(&mut columns, object, part));
            if reasons.len() < REASONS_MAX {
                reasons.push((line, reason.to_owned()));
            }
        };
        let mut begun = false;
        let mut failed = None;
        let report = run_heard(&self.engine, actor, &options, source, rejected, &mut hear, &mut |at: Progress| {
            let job = self.change(id, |job| {
                job.progress = (at.bytes.min(job.bytes), job.bytes);
                job.batch = at.batch.map(|b| b.0);
            });
            // Kept before anything is saved, so that it can be undone whatever ends it midway.
            if let Some(job) = job.filter(|_| !begun && at.batch.is_some()) {
                begun = true;
                failed = self.keep(&job).err();
            }
        });
        reasons.sort_by_key(|(row, _)| *row);
        let blamed = columns.into_iter().filter(|c| c.bad > 0).map(|c| (c.name, c.bad)).collect();
        let counts = report.as_ref().ok().cloned().map(Counts::from);
        self.change(id, |job| {
            job.reasons = reasons;
            job.blamed = blamed;
            job.counts = counts.unwrap_or_default();
        });
        match (report, failed) {
            (Err(error), _) | (Ok(_), Some(error)) => Err(error),
            (Ok(_), None) => Ok(()),
        }
    }

    fn take_back(&self, actor: &Actor, id: u64) -> Result<()> {
        let batch = self.change(id, |_| ()).and_then(|job| job.batch).ok_or(Error::NotFound)?;
        if self.engine.batch_changes(BatchId(batch))? == 0 {
            self.change(id, |job| job.undone = Some((0, 0)));
            return Ok(());
        }
        let undone = self.engine.undo(actor, BatchId(batch), &mut |done, total| {
            self.change(id, |job| job.progress = (done, total));
        })?;
        self.change(id, |job| job.undone = Some((undone.reverted, undone.skipped.len() as u64)));
        Ok(())
    }

    /// How many changes an import has saved.
    pub fn saved(&self, job: &Job) -> Result<u64> {
        job.batch.map_or(Ok(0), |batch| self.engine.batch_changes(BatchId(batch)))
    }
}

fn key(id: u64) -> Vec<u8> {
    [PREFIX, &id.to_be_bytes()].concat()
}

/// A file that ends with an error when it is told to stop.
struct Watched {
    file: File,
    stop: Arc<AtomicBool>,
}

impl Read for Watched {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.stop.load(Ordering::SeqCst) {
            return Err(io::Error::other("stopped"));
        }
        self.file.read(buf)
    }
}
