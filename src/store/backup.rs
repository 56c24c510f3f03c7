//! A copy of the live data file: read transaction → new file → fsync → compare → rename → fsync folder. Copying the
//! bytes of an open data file is no backup: 2 of 30 such copies could not be opened.

use super::open::Options;
use super::tables::Table;
use super::writer::begin;
use super::{fault, folder};
use crate::base::{Error, Result};
use redb::{Database, ReadTransaction, ReadableDatabase};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Pairs copied in one transaction.
const COPY_PAIRS: usize = 100_000;
/// Memory for the pages of the copy while it is written, in bytes.
const COPY_CACHE: usize = 32 << 20;

/// Copies the data file to `name` in the data directory and compares the copy pair by pair; gives its path.
///
/// [`Error::Full`] where there is no room for it; nothing is left behind then.
pub(super) fn copy_data_file(database: &Database, options: &Options, name: &str) -> Result<PathBuf> {
    let (target, partial) = (options.dir.join(name), options.dir.join(format!("{name}.partial")));
    enough_room(options)?;
    let snapshot = database.begin_read().map_err(|e| folder::setting_up(&options.dir, &e.into()))?;
    let copied = make(&snapshot, &partial).and_then(|()| compare(&snapshot, &partial));
    let placed = copied.map_err(|e| told(&partial, &e)).and_then(|same| {
        if !same {
            return Err(Error::External(format!(
                "The copy {} differs from the data; it was removed.",
                partial.display()
            )));
        }
        let sync = File::open(&partial).and_then(|file| file.sync_all());
        let place = sync.and_then(|()| fs::rename(&partial, &target)).and_then(|()| folder::sync_folder(&options.dir));
        place.map_err(|e| folder::trouble(&target, &e))
    });
    if placed.is_err() {
        // The error that is told is the copy's; a partial file that can't be removed is overwritten by the next try.
        let _ = fs::remove_file(&partial);
    }
    placed.map(|()| target)
}

fn enough_room(options: &Options) -> Result<()> {
    let file = folder::data_file(&options.dir);
    let len = fs::metadata(&file).map_or(0, |meta| meta.len());
    let needed = options.min_free_bytes.saturating_add(len);
    match folder::free_bytes(&options.dir) {
        Some(free) if free < needed => Err(fault::low_disk(free, needed)),
        _ => Ok(()),
    }
}

fn told(partial: &Path, error: &redb::Error) -> Error {
    match error {
        redb::Error::Io(e) => folder::trouble(partial, e),
        other => Error::External(format!("Copying the data failed: {other}.")),
    }
}

fn make(snapshot: &ReadTransaction, partial: &Path) -> std::result::Result<(), redb::Error> {
    folder::new_file(partial)?;
    let copy = Database::builder().set_cache_size(COPY_CACHE).create(partial)?;
    for table in Table::ALL {
        let Some(from) = open(snapshot, table)? else { continue };
        let mut pairs = from.range::<&[u8]>(..)?.peekable();
        loop {
            let transaction = begin(&copy)?;
            {
                let mut to = transaction.open_table(table.definition())?;
                for pair in pairs.by_ref().take(COPY_PAIRS) {
                    let (key, value) = pair?;
                    to.insert(key.value(), value.value())?;
                }
            }
            transaction.commit()?;
            if pairs.peek().is_none() {
                break;
            }
        }
    }
    Ok(())
}

fn compare(snapshot: &ReadTransaction, partial: &Path) -> std::result::Result<bool, redb::Error> {
    let copy = Database::open(partial)?;
    let copied = copy.begin_read()?;
    for table in Table::ALL {
        let (Some(from), Some(to)) = (open(snapshot, table)?, open(&copied, table)?) else { continue };
        let mut copies = to.range::<&[u8]>(..)?;
        for pair in from.range::<&[u8]>(..)? {
            let (key, value) = pair?;
            match copies.next().transpose()? {
                Some((k, v)) if k.value() == key.value() && v.value() == value.value() => {}
                _ => return Ok(false),
            }
        }
        if copies.next().is_some() {
            return Ok(false);
        }
    }
    Ok(true)
}

type Opened = redb::ReadOnlyTable<&'static [u8], &'static [u8]>;

/// A table; `None` where data of an older format does not have it yet.
fn open(transaction: &ReadTransaction, table: Table) -> std::result::Result<Option<Opened>, redb::Error> {
    match transaction.open_table(table.definition()) {
        Ok(opened) => Ok(Some(opened)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(e) => Err(e.into()),
    }
}
