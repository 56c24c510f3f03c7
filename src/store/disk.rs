//! Disks that stand between redb and the data file: one that keeps every write in memory, so that a file can be looked
//! into without changing a byte of it, and one that a test brings along.

use super::StorageBackend;
use redb::BackendError;
use redb::backends::FileBackend;
use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::io;
use std::ops::Bound;
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

const PAGE: u64 = 4_096;

/// The data file with every write kept in memory and none reaching the disk. It takes the same locks as a writer, so
/// nobody else changes the file meanwhile.
pub(super) struct Shadow {
    file: FileBackend,
    state: Mutex<State>,
}

struct State {
    /// Length of the file itself: beyond it everything is zero or in memory.
    on_disk: u64,
    len: u64,
    pages: BTreeMap<u64, Box<[u8; PAGE as usize]>>,
}

impl Shadow {
    /// Opens the file at `path`, which must be there.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        let len = file.metadata()?.len();
        let file = FileBackend::new(file).map_err(io::Error::other)?;
        Ok(Self { file, state: Mutex::new(State { on_disk: len, len, pages: BTreeMap::new() }) })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self, state: &State, number: u64) -> io::Result<Box<[u8; PAGE as usize]>> {
        if let Some(page) = state.pages.get(&number) {
            return Ok(page.clone());
        }
        let mut page = Box::new([0; PAGE as usize]);
        let at = number * PAGE;
        let there = state.on_disk.saturating_sub(at).min(PAGE) as usize;
        self.file.read(at, &mut page[..there])?;
        Ok(page)
    }
}

/// Calls `f` with page number, offset in the page and range of the buffer, for every page that `offset..offset+len` touches.
fn each_page(
    offset: u64,
    len: usize,
    mut f: impl FnMut(u64, usize, std::ops::Range<usize>) -> io::Result<()>,
) -> io::Result<()> {
    let mut done = 0;
    while done < len {
        let at = offset + done as u64;
        let within = (at % PAGE) as usize;
        let take = (PAGE as usize - within).min(len - done);
        f(at / PAGE, within, done..done + take)?;
        done += take;
    }
    Ok(())
}

impl fmt::Debug for Shadow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Shadow")
    }
}

impl StorageBackend for Shadow {
    fn len(&self) -> io::Result<u64> {
        Ok(self.lock().len)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.lock();
        if state.pages.is_empty() && offset + out.len() as u64 <= state.on_disk {
            return self.file.read(offset, out);
        }
        if offset + out.len() as u64 > state.len {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        each_page(offset, out.len(), |number, within, range| {
            let page = self.page(&state, number)?;
            let len = range.len();
            out[range].copy_from_slice(&page[within..within + len]);
            Ok(())
        })
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.lock();
        if len < state.len {
            // What lies behind the new end must read as zero should the file grow again.
            state.on_disk = state.on_disk.min(len);
            if !len.is_multiple_of(PAGE) {
                let mut page = self.page(&state, len / PAGE)?;
                page[(len % PAGE) as usize..].fill(0);
                state.pages.insert(len / PAGE, page);
            }
            state.pages.retain(|number, _| number * PAGE < len);
        }
        state.len = len;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.lock();
        each_page(offset, data.len(), |number, within, range| {
            let mut page = self.page(&state, number)?;
            let len = range.len();
            page[within..within + len].copy_from_slice(&data[range]);
            state.pages.insert(number, page);
            Ok(())
        })?;
        state.len = state.len.max(offset + data.len() as u64);
        Ok(())
    }

    fn close(&self) -> io::Result<()> {
        self.file.close()
    }

    fn try_lock_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_range(from, to)
    }

    fn try_lock_shared_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<bool, BackendError> {
        self.file.try_lock_shared_range(from, to)
    }

    fn lock_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_range(from, to)
    }

    fn lock_shared_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<(), BackendError> {
        self.file.lock_shared_range(from, to)
    }

    fn unlock_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<(), BackendError> {
        self.file.unlock_range(from, to)
    }

    fn query_lock_range(&self, from: Bound<u64>, to: Bound<u64>) -> Result<bool, BackendError> {
        self.file.query_lock_range(from, to)
    }
}

/// A test's disk behind redb. It has no locks.
pub(super) struct Disk(pub(super) Box<dyn StorageBackend>);

impl fmt::Debug for Disk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> io::Result<()> {
        self.0.close()
    }
}
