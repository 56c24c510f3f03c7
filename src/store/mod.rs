//! Row 1: the only code that knows redb and the data directory. It keeps keys and values, one change log, files and
//! durable jobs; it does not know what a contact is.
//!
//! Reading: [`Store::read`] gives a snapshot. Writing: [`Store::write`] hands a closure to the one writer thread, which
//! commits many of them in one durable transaction (group commit) and answers after the commit. A closure works on a
//! staged copy ([`WriteTx`]): where it returns an error, nothing of it is kept.

mod backup;
pub mod blobs;
pub mod chain;
pub mod check;
pub mod codec;
pub mod column;
mod compact;
mod disk;
pub mod event;
mod fault;
mod folder;
pub mod key;
mod log;
mod merge;
mod migrate;
mod migrations;
mod open;
mod opener;
pub mod queue;
mod read;
mod slot;
pub mod tables;
mod uploads;
mod waiting;
mod write;
mod writer;

pub use chain::{chain_head, verify_chain};
pub use check::Finding;
pub use compact::{Compacted, compact, room_to_compact};
pub use event::{Event, EventBody, NewEvent, event, event_body, events_from};
pub use fault::Health;
pub use folder::DATA_FILE;
pub use log::Head;
pub use open::{BackendFactory, Options, Store};
pub use read::ReadTx;
pub use redb::StorageBackend;
pub use tables::Table;
pub use waiting::Pending;
pub use write::WriteTx;

use crate::base::id::Seq;
use crate::base::{Error, Result};
use std::ops::ControlFlow;

/// Which way a scan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Ascending keys.
    Forward,
    /// Descending keys.
    Backward,
}

/// What a scan calls for each pair; `Break` ends it.
pub type Visit<'a> = dyn FnMut(&[u8], &[u8]) -> Result<ControlFlow<()>> + 'a;

/// Reading keys and values, from a snapshot ([`ReadTx`]) or within a write ([`WriteTx`], which sees its own changes).
pub trait Reads {
    /// The value of `key`, given to `f` without a copy; `None` where there is none.
    fn with<T>(&self, table: Table, key: &[u8], f: impl FnOnce(&[u8]) -> T) -> Result<Option<T>>
    where
        Self: Sized;

    /// Calls `visit` for every pair with `from <= key < to`, in order. An empty `to` means no end, as
    /// [`key::after`] gives it.
    fn scan(&self, table: Table, from: &[u8], to: &[u8], direction: Direction, visit: &mut Visit<'_>) -> Result<()>;

    /// The value of `key`, copied.
    fn get(&self, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>>
    where
        Self: Sized,
    {
        self.with(table, key, <[u8]>::to_vec)
    }

    /// The counter `name`: the last number given out, 0 for none.
    fn counter(&self, name: &str) -> Result<u64>
    where
        Self: Sized,
    {
        let stored = self.with(Table::Counters, name.as_bytes(), |bytes| bytes.try_into().map(u64::from_be_bytes))?;
        stored
            .transpose()
            .map(Option::unwrap_or_default)
            .map_err(|_| Error::Internal(format!("the counter {name} is unreadable")))
    }

    /// The last event's number; `Seq(0)` on an empty log.
    fn last_seq(&self) -> Seq;
}

/// Whose work a write is: people's goes first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Priority {
    /// A person waits for it.
    People,
    /// Imports, sealing, rebuilding: in slices of at most 15 ms of writer time.
    Bulk,
}

#[cfg(test)]
mod write_tests;
