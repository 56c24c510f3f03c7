//! The store itself: opening it, and the handle everything else holds.

use super::fault::Health;
use super::opener::Opener;
use super::read::ReadTx;
use super::slot::Slot;
use super::waiting::{Pending, Shared};
use super::write::{Surroundings, WriteTx};
use super::writer::{IdleWork, Writer};
use super::{Priority, StorageBackend};
use crate::base::clock::{Clock, SystemClock};
use crate::base::id::Seq;
use crate::base::{Error, Result};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// Where a test's disk comes from: called at every opening.
pub type BackendFactory = Arc<dyn Fn() -> std::io::Result<Box<dyn StorageBackend>> + Send + Sync>;

/// What is done when the data file can't be reopened: the program should end.
pub type GiveUp = Arc<dyn Fn(&str) + Send + Sync>;

/// The exit code of a program whose disk failed and stayed so.
pub const EXIT_DISK_FAILED: i32 = 70;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// The data directory; made where it is absent.
    pub dir: PathBuf,
    /// Memory for cached pages, in bytes.
    pub cache_bytes: usize,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Writes are refused while the disk has less than this free, in bytes; 0 for no such guard.
    pub min_free_bytes: u64,
    /// A test's disk in place of the data file.
    pub backend: Option<BackendFactory>,
    /// Looks without touching: not a byte of the data directory changes, writes are refused.
    pub read_only: bool,
    /// The pause between the two tries of reopening the data file after a failure.
    pub reopen_pause: Duration,
    /// What is done when the data file can't be reopened after a failure.
    pub give_up: GiveUp,
}

impl Options {
    /// The usual options for the data directory `dir`: 64 MiB of cache, 64 MiB kept free.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self {
            dir: dir.into(),
            cache_bytes: 64 << 20,
            clock: Arc::new(SystemClock),
            min_free_bytes: 64 << 20,
            backend: None,
            read_only: false,
            reopen_pause: Duration::from_millis(200),
            give_up: Arc::new(|_| std::process::exit(EXIT_DISK_FAILED)),
        }
    }
}

/// An open data directory. Dropping it finishes what waits in the queue.
pub struct Store {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
    dir: PathBuf,
    writer: Mutex<Option<JoinHandle<()>>>,
    writer_id: std::thread::ThreadId,
}

impl Store {
    /// Opens the data directory, making it where it is absent.
    ///
    /// [`Error::Unavailable`] where another process has it open, [`Error::External`] where it can't be read or written.
    pub fn open(options: Options) -> Result<Self> {
        let dir = options.dir.clone();
        let around = Surroundings { clock: Arc::clone(&options.clock), dir: dir.clone() };
        let read_only = options.read_only;
        let opener = Opener::new(options);
        let (database, head) = opener.open()?;
        let shared = Shared::new(head.seq);
        let slot = Slot::new(database);
        let writer = Writer { shared: Arc::clone(&shared), slot: Arc::clone(&slot), opener, around, head };
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || writer.run())
            .map_err(|e| Error::internal("starting the writer's thread", e))?;
        if read_only {
            shared.close();
        }
        Ok(Self { shared, slot, dir, writer_id: thread.thread().id(), writer: Mutex::new(Some(thread)) })
    }

    /// A snapshot. [`Error::Unavailable`] while the data file is being reopened after a failure.
    pub fn read(&self) -> Result<ReadTx> {
        ReadTx::begin(self.slot.lease()?)
    }

    /// Runs `work` in the writer and answers after the durable commit. Where it returns an error or panics, nothing of
    /// it is kept.
    ///
    /// [`Error::Unavailable`] where too much is waiting or the disk failed, [`Error::Full`] where there is no room; after
    /// a failing disk the change may or may not be saved, and the message says so.
    pub fn write<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.submit(priority, work)?.wait()
    }

    /// The same without waiting: the answer comes from [`Pending::wait`]. For imports, which keep a few jobs of at most
    /// 15 ms waiting: those that share a transaction write each page once.
    pub fn submit<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Pending<T>> {
        if std::thread::current().id() == self.writer_id {
            return Err(Error::Internal("a write was started within a write".into()));
        }
        self.shared.submit(priority, work)
    }

    /// Sets what the writer does while nobody waits, in slices of at most 15 ms; it says whether there is more to do.
    /// It is called again after the next write.
    pub fn set_idle_work(&self, work: IdleWork) {
        self.shared.set_idle_work(Some(work));
    }

    /// Number of the last committed event.
    pub fn last_seq(&self) -> Seq {
        self.shared.last_seq()
    }

    /// Waits until there is an event after `after`, or the time is over, or the store closes; gives the last event's
    /// number.
    pub fn wait_for_news(&self, after: Seq, timeout: Duration) -> Seq {
        self.shared.wait_for_news(after, timeout)
    }

    /// Whether it takes writes.
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Takes no more jobs, finishes those that wait and ends the writer. Snapshots may still be read.
    pub fn close(&self) {
        self.shared.close();
        let thread = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread
            && std::thread::current().id() != self.writer_id
            && thread.join().is_err()
        {
            tracing::error!("the writer's thread panicked");
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.close();
    }
}
