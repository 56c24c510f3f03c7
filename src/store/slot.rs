//! The place of the open data file. Readers take a lease on it; reopening waits until the last one is given back, and
//! new readers wait meanwhile. Nobody holds the file in another way.

use crate::base::{Error, Result};
use redb::Database;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a reader waits while the data file is being reopened.
const READ_WAIT: Duration = Duration::from_secs(5);

/// The open data file, or the gap while it is being reopened.
pub(super) struct Slot {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    database: Option<Arc<Database>>,
    closing: bool,
    readers: usize,
}

/// The right to read from the data file until it is dropped.
pub(super) struct Lease {
    database: Option<Arc<Database>>,
    slot: Arc<Slot>,
}

impl Slot {
    pub(super) fn new(database: Database) -> Arc<Self> {
        let state = State { database: Some(Arc::new(database)), closing: false, readers: 0 };
        Arc::new(Self { state: Mutex::new(state), changed: Condvar::new() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A lease, as soon as the file is open.
    pub(super) fn lease(self: &Arc<Self>) -> Result<Lease> {
        let (mut state, _) = self
            .changed
            .wait_timeout_while(self.lock(), READ_WAIT, |state| state.closing)
            .unwrap_or_else(PoisonError::into_inner);
        match &state.database {
            Some(database) if !state.closing => {
                let database = Some(Arc::clone(database));
                state.readers += 1;
                Ok(Lease { database, slot: Arc::clone(self) })
            }
            _ => Err(Error::Unavailable("The data file is being reopened; please try again in a moment.".into())),
        }
    }

    /// The open file, for the writer.
    pub(super) fn database(&self) -> Option<Arc<Database>> {
        self.lock().database.clone()
    }

    /// New readers wait from now on; those that are reading go on.
    pub(super) fn hold_readers(&self) {
        self.lock().closing = true;
    }

    /// Closes the file once no reader is left. The writer must have given its own handle back.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.closing = true;
        while state.readers > 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.database = None;
    }

    /// Puts a freshly opened file in place and lets readers go on.
    pub(super) fn replace(&self, database: Database) {
        let mut state = self.lock();
        state.database = Some(Arc::new(database));
        state.closing = false;
        self.changed.notify_all();
    }

    /// Gives up: readers are refused at once.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.database = None;
        state.closing = false;
        self.changed.notify_all();
    }
}

impl Lease {
    pub(super) fn database(&self) -> &Database {
        self.database.as_deref().expect("a lease holds the file until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.database = None;
        let mut state = self.slot.lock();
        state.readers -= 1;
        if state.readers == 0 {
            self.slot.changed.notify_all();
        }
    }
}
