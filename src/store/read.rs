//! A snapshot: everything as it was at the last commit before [`super::Store::read`]. It never waits for the writer and
//! must be short, because the pages it sees cannot be reused while it lives.

use super::fault;
use super::merge::{self, Pairs};
use super::slot::Lease;
use super::tables::COUNT;
use super::{Direction, Reads, Table, Visit, log};
use crate::base::id::Seq;
use crate::base::{Error, Result};
use redb::ReadableDatabase;
use std::sync::OnceLock;

type Opened = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

/// A snapshot of the store.
pub struct ReadTx {
    // The order of the fields is the order in which they end: tables, transaction, then the lease on the data file.
    tables: [OnceLock<Opened>; COUNT],
    transaction: redb::ReadTransaction,
    last: Seq,
    _lease: Lease,
}

impl ReadTx {
    pub(super) fn begin(lease: Lease) -> Result<Self> {
        let transaction = lease.database().begin_read().map_err(|e| match e {
            redb::TransactionError::Storage(e) => fault::reading(e),
            other => Error::internal("starting to read", other),
        })?;
        let mut tx =
            Self { tables: std::array::from_fn(|_| OnceLock::new()), transaction, last: Seq(0), _lease: lease };
        tx.last = log::head(&tx)?.seq;
        Ok(tx)
    }

    fn table(&self, table: Table) -> Result<&Opened> {
        let cell = &self.tables[table.index()];
        if let Some(opened) = cell.get() {
            return Ok(opened);
        }
        let opened = self.transaction.open_table(table.definition()).map_err(|e| match e {
            redb::TableError::Storage(e) => fault::reading(e),
            other => Error::internal("opening a table", other),
        })?;
        Ok(cell.get_or_init(|| opened))
    }
}

impl Reads for ReadTx {
    fn with<T>(&self, table: Table, key: &[u8], f: impl FnOnce(&[u8]) -> T) -> Result<Option<T>> {
        let found = self.table(table)?.get(key).map_err(fault::reading)?;
        Ok(found.map(|guard| f(guard.value())))
    }

    fn scan(&self, table: Table, from: &[u8], to: &[u8], direction: Direction, visit: &mut Visit<'_>) -> Result<()> {
        let Some(bounds) = merge::bounds(from, to) else { return Ok(()) };
        let range = self.table(table)?.range::<&[u8]>(bounds).map_err(fault::reading)?;
        merge::walk(Pairs::new(range, direction), visit)
    }

    fn last_seq(&self) -> Seq {
        self.last
    }
}
