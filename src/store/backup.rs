//! A copy of the live data file: read transaction → new file → fsync → compare → rename → fsync folder. Copying the
//! bytes of an open data file is no backup: 2 of 30 such copies could not be opened.

use super::open::Options;
use super::tables::Table;
use super::writer::begin;
use super::{fault, folder};
use crate::base::{Error, Result};
use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTableMetadata};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// Pairs copied in one transaction at most.
const COPY_PAIRS: usize = 100_000;
/// Bytes copied in one transaction, about.
const COPY_BYTES: usize = 32 << 20;
/// Pairs between two words about how far it is.
const TELL_EVERY: u64 = 4_096;
/// What the name of a copy ends with until it is whole.
const PARTIAL: &str = ".partial";
/// Memory for the pages of the copy while it is written, in bytes.
const COPY_CACHE: usize = 32 << 20;

/// Listens to how far a copy is: pairs copied and compared, and how many there are of both.
pub(super) type Progress<'a> = dyn FnMut(u64, u64) + 'a;

/// Copies the data file to `name` in the data directory, in place of what was there, and compares the copy pair by pair
/// before it gets that name; gives its path. Only what is live comes along: no page that was let go.
///
/// [`Error::Full`] where there is no room for it; nothing is left behind then.
pub(super) fn copy_data_file(
    database: &Database,
    options: &Options,
    name: &str,
    progress: &mut Progress<'_>,
) -> Result<PathBuf> {
    let (target, partial) = (options.dir.join(name), options.dir.join(format!("{name}{PARTIAL}")));
    enough_room(options)?;
    let setting_up = |e: redb::Error| folder::setting_up(&options.dir, &e);
    let snapshot = database.begin_read().map_err(|e| setting_up(e.into()))?;
    let mut far = Far { done: 0, total: 2 * pairs(&snapshot).map_err(setting_up)?, progress };
    let copied = make(&snapshot, &partial, &mut far).and_then(|()| compare(&snapshot, &partial, &mut far));
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

/// How far a copy is.
struct Far<'a, 'b> {
    done: u64,
    total: u64,
    progress: &'a mut Progress<'b>,
}

impl Far<'_, '_> {
    fn step(&mut self) {
        self.done += 1;
        if self.done.is_multiple_of(TELL_EVERY) || self.done == self.total {
            (self.progress)(self.done, self.total);
        }
    }
}

fn pairs(snapshot: &ReadTransaction) -> std::result::Result<u64, redb::Error> {
    let mut pairs = 0;
    for table in Table::ALL {
        if let Some(opened) = open(snapshot, table)? {
            pairs += opened.len()?;
        }
    }
    Ok(pairs)
}

/// Removes copies that a crash left unfinished. Whoever calls it must have the data file open: then nobody else is at it.
pub(super) fn remove_partial_copies(dir: &Path) -> Result<()> {
    let told = |e: io::Error| folder::trouble(dir, &e);
    for entry in fs::read_dir(dir).map_err(told)? {
        let path = entry.map_err(told)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.strip_suffix(PARTIAL).is_some_and(|name| name.ends_with(".redb")) {
            tracing::info!("{} was left by a copy that broke off; it is removed", path.display());
            fs::remove_file(&path).map_err(|e| folder::trouble(&path, &e))?;
        }
    }
    Ok(())
}

/// [`Error::Full`] where there is no room for a copy of the data file.
pub(super) fn enough_room(options: &Options) -> Result<()> {
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

fn make(snapshot: &ReadTransaction, partial: &Path, far: &mut Far<'_, '_>) -> std::result::Result<(), redb::Error> {
    folder::new_file(partial)?;
    let copy = Database::builder().set_cache_size(COPY_CACHE).create(partial)?;
    for table in Table::ALL {
        let Some(from) = open(snapshot, table)? else { continue };
        let mut pairs = from.range::<&[u8]>(..)?.peekable();
        loop {
            let transaction = begin(&copy)?;
            {
                let mut to = transaction.open_table(table.definition())?;
                let mut bytes = 0;
                for pair in pairs.by_ref().take(COPY_PAIRS) {
                    let (key, value) = pair?;
                    to.insert(key.value(), value.value())?;
                    far.step();
                    bytes += key.value().len() + value.value().len();
                    if bytes >= COPY_BYTES {
                        break;
                    }
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

fn compare(
    snapshot: &ReadTransaction,
    partial: &Path,
    far: &mut Far<'_, '_>,
) -> std::result::Result<bool, redb::Error> {
    let copy = Database::builder().set_cache_size(COPY_CACHE).open(partial)?;
    let copied = copy.begin_read()?;
    for table in Table::ALL {
        let (Some(from), Some(to)) = (open(snapshot, table)?, open(&copied, table)?) else { continue };
        let mut copies = to.range::<&[u8]>(..)?;
        for pair in from.range::<&[u8]>(..)? {
            let (key, value) = pair?;
            match copies.next().transpose()? {
                Some((k, v)) if k.value() == key.value() && v.value() == value.value() => far.step(),
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
