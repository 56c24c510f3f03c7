//! One job's view of the store: what is there, with the job's own changes laid over it. The changes stay staged until
//! the job has returned `Ok`; where it fails, nothing of it is kept, neither its keys nor its events nor its counters.

use super::log::Head;
use super::merge::{self, Pairs, Staged};
use super::tables::COUNT;
use super::{Direction, Reads, Table, Visit, fault};
use crate::base::clock::{Clock, Millis};
use crate::base::id::Seq;
use crate::base::{Error, Result};
use redb::ReadableTable;
use std::cell::OnceCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

type Opened<'txn> = redb::Table<'txn, &'static [u8], &'static [u8]>;

/// The tables of the writer's open transaction, each opened when first touched.
pub(super) struct Group<'txn> {
    transaction: &'txn redb::WriteTransaction,
    tables: [OnceCell<Opened<'txn>>; COUNT],
    /// The end of the change log, with all jobs that were kept so far.
    pub(super) head: Head,
    /// Whether there is anything to commit.
    pub(super) dirty: bool,
}

/// What a job stands on, without the transaction's lifetime in its type.
trait Base {
    fn peek(&self, table: Table, key: &[u8], f: &mut dyn FnMut(&[u8])) -> Result<bool>;
    fn pairs(&self, table: Table, bounds: merge::Bounds<'_>, direction: Direction) -> Result<Pairs<'_>>;
}

/// A write in progress: reads see its own changes.
pub struct WriteTx<'g> {
    base: &'g dyn Base,
    staged: [Staged; COUNT],
    pub(super) head: Head,
    now: Millis,
    pub(super) dir: &'g Path,
}

/// What every write has around it.
pub(super) struct Surroundings {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) dir: PathBuf,
}

/// A job's changes, to be kept.
pub(super) struct Changes {
    staged: [Staged; COUNT],
    head: Head,
}

impl<'txn> Group<'txn> {
    pub(super) fn new(transaction: &'txn redb::WriteTransaction, head: Head) -> Self {
        Self { transaction, tables: std::array::from_fn(|_| OnceCell::new()), head, dirty: false }
    }

    fn table(&self, table: Table) -> std::result::Result<&Opened<'txn>, redb::TableError> {
        let cell = &self.tables[table.index()];
        if let Some(opened) = cell.get() {
            return Ok(opened);
        }
        let opened = self.transaction.open_table(table.definition())?;
        Ok(cell.get_or_init(|| opened))
    }

    /// Keeps a job's changes, in key order.
    pub(super) fn apply(&mut self, changes: Changes) -> std::result::Result<(), redb::Error> {
        for (table, staged) in Table::ALL.into_iter().zip(changes.staged) {
            if staged.is_empty() {
                continue;
            }
            self.table(table)?;
            let opened = self.tables[table.index()].get_mut().expect("the table has just been opened");
            for (key, value) in staged {
                match value {
                    Some(value) => drop(opened.insert(key.as_slice(), value.as_slice())?),
                    None => drop(opened.remove(key.as_slice())?),
                }
            }
            self.dirty = true;
        }
        self.head = changes.head;
        Ok(())
    }
}

impl Base for Group<'_> {
    fn peek(&self, table: Table, key: &[u8], f: &mut dyn FnMut(&[u8])) -> Result<bool> {
        let found = self.table(table).map_err(opening)?.get(key).map_err(fault::reading)?;
        Ok(found.map(|guard| f(guard.value())).is_some())
    }

    fn pairs(&self, table: Table, bounds: merge::Bounds<'_>, direction: Direction) -> Result<Pairs<'_>> {
        let range = self.table(table).map_err(opening)?.range::<&[u8]>(bounds).map_err(fault::reading)?;
        Ok(Pairs::new(range, direction))
    }
}

fn opening(error: redb::TableError) -> Error {
    match error {
        redb::TableError::Storage(e) => fault::reading(e),
        other => Error::internal("opening a table", other),
    }
}

impl<'g> WriteTx<'g> {
    pub(super) fn new(group: &'g Group<'_>, around: &'g Surroundings) -> Self {
        Self {
            base: group,
            staged: std::array::from_fn(|_| Staged::new()),
            head: group.head.clone(),
            now: around.clock.now(),
            dir: &around.dir,
        }
    }

    pub(super) fn into_changes(self) -> Changes {
        Changes { staged: self.staged, head: self.head }
    }

    /// Sets the value of `key`.
    pub fn put(&mut self, table: Table, key: &[u8], value: &[u8]) {
        self.staged[table.index()].insert(key.to_vec(), Some(value.to_vec()));
    }

    /// Removes `key`, if it is there.
    pub fn delete(&mut self, table: Table, key: &[u8]) {
        self.staged[table.index()].insert(key.to_vec(), None);
    }

    /// The next number of the counter `name`, from 1. A job that fails gives its numbers back.
    pub fn next_counter(&mut self, name: &str) -> Result<u64> {
        let next = self.counter(name)? + 1;
        self.set_counter(name, next);
        Ok(next)
    }

    /// Sets the counter `name`.
    pub fn set_counter(&mut self, name: &str, value: u64) {
        self.put(Table::Counters, name.as_bytes(), &value.to_be_bytes());
    }

    /// When this job began, from the store's clock.
    pub fn now(&self) -> Millis {
        self.now
    }
}

impl Reads for WriteTx<'_> {
    fn with<T>(&self, table: Table, key: &[u8], f: impl FnOnce(&[u8]) -> T) -> Result<Option<T>> {
        if let Some(staged) = self.staged[table.index()].get(key) {
            return Ok(staged.as_deref().map(f));
        }
        let (mut f, mut out) = (Some(f), None);
        self.base.peek(table, key, &mut |value| out = f.take().map(|f| f(value)))?;
        Ok(out)
    }

    fn scan(&self, table: Table, from: &[u8], to: &[u8], direction: Direction, visit: &mut Visit<'_>) -> Result<()> {
        let Some(bounds) = merge::bounds(from, to) else { return Ok(()) };
        let pairs = self.base.pairs(table, bounds, direction)?;
        merge::walk_over(pairs, &self.staged[table.index()], bounds, visit)
    }

    fn last_seq(&self) -> Seq {
        self.head.seq
    }
}
