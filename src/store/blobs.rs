//! Attachments' bytes: files named by their SHA-256 under `files/`, and who counts on them in `BLOBS`. Bytes come before
//! the entry (temporary file → fsync → rename → fsync folder → commit), and the entry goes before the bytes, so an entry
//! without its file is damage and a file without an entry is only litter, which [`Store::sweep_files`] takes away.

use super::folder;
use super::{Direction, Priority, Reads, Store, Table, WriteTx};
use crate::base::clock::Millis;
use crate::base::{Error, Result};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::UNIX_EPOCH;

/// SHA-256 of a file's bytes, its name.
pub type Sha = [u8; 32];

/// Name of the folder in the data directory.
const FOLDER: &str = "files";
/// Name of the folder of files that are still arriving.
const INCOMING: &str = "incoming";
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;
/// Version of an entry's bytes.
const ENTRY_VERSION: u8 = 1;
/// A file without an entry is litter once it is this old: a younger one may belong to an upload that is being saved.
const LITTER_AFTER: Millis = 24 * 60 * 60 * 1_000;
/// Files looked at in one job of the writer.
const SWEEP_SLICE: usize = 64;

/// Bytes that have arrived and are durable, but nobody counts on them yet: see [`WriteTx::keep_file`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrived {
    /// Their name.
    pub sha256: Sha,
    /// How many.
    pub size: u64,
}

/// What is known of a kept file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// Bytes.
    pub size: u64,
    /// How many records count on it.
    pub references: u32,
    /// Media type found in its content.
    pub media_type: String,
}

impl FileEntry {
    /// Version u8, size u64, references u32, media type; numbers big-endian.
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(13 + self.media_type.len());
        out.push(ENTRY_VERSION);
        out.extend_from_slice(&self.size.to_be_bytes());
        out.extend_from_slice(&self.references.to_be_bytes());
        out.extend_from_slice(self.media_type.as_bytes());
        out
    }

    fn decode(value: &[u8]) -> Option<Self> {
        let (&[ENTRY_VERSION], rest) = value.split_first_chunk::<1>()? else { return None };
        let (size, rest) = rest.split_first_chunk::<8>()?;
        let (references, media_type) = rest.split_first_chunk::<4>()?;
        Some(Self {
            size: u64::from_be_bytes(*size),
            references: u32::from_be_bytes(*references),
            media_type: std::str::from_utf8(media_type).ok()?.to_owned(),
        })
    }
}

/// What is known of a file; `None` where nobody ever kept it.
pub fn file_entry(reads: &impl Reads, sha256: &Sha) -> Result<Option<FileEntry>> {
    match reads.with(Table::Blobs, sha256, FileEntry::decode)? {
        None => Ok(None),
        Some(Some(entry)) => Ok(Some(entry)),
        Some(None) => Err(Error::Internal(format!("The entry of file {} is unreadable.", hex(sha256)))),
    }
}

/// A number of bytes as hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn path_of(dir: &Path, sha256: &Sha) -> PathBuf {
    let name = hex(sha256);
    dir.join(FOLDER).join(&name[..2]).join(&name)
}

impl Store {
    /// Takes in a file's bytes, `limit` at most, and makes them durable. [`Error::Invalid`] where there are more.
    ///
    /// A record counts on them only after [`WriteTx::keep_file`], which must follow within a day.
    pub fn put_file(&self, mut reader: impl Read, limit: u64) -> Result<Arrived> {
        static ARRIVING: AtomicU64 = AtomicU64::new(0);
        let incoming = self.dir().join(FOLDER).join(INCOMING);
        folder::make_folder(&incoming)?;
        let number = ARRIVING.fetch_add(1, Ordering::Relaxed);
        let partial = incoming.join(format!("{}-{number}", std::process::id()));
        let arrived = receive(&mut reader, &partial, limit).and_then(|arrived| {
            self.place(&partial, &arrived)?;
            Ok(arrived)
        });
        if arrived.is_err() {
            // What can't be removed now is litter, and swept as such.
            let _ = fs::remove_file(&partial);
        }
        arrived
    }

    fn place(&self, partial: &Path, arrived: &Arrived) -> Result<()> {
        let target = path_of(self.dir(), &arrived.sha256);
        let files = self.dir().join(FOLDER);
        let folder = target.parent().unwrap_or(&files);
        if !folder.is_dir() {
            folder::make_folder(folder)?;
            folder::sync_folder(&files).map_err(|e| folder::trouble(&files, &e))?;
        }
        let placed = fs::rename(partial, &target).and_then(|()| folder::sync_folder(folder));
        placed.map_err(|e| folder::trouble(&target, &e))
    }

    /// Opens a kept file. [`Error::NotFound`] where nobody counts on it; [`Error::Internal`] where its bytes are gone.
    pub fn open_file(&self, reads: &impl Reads, sha256: &Sha) -> Result<File> {
        let kept = file_entry(reads, sha256)?.is_some_and(|entry| entry.references > 0);
        if !kept {
            return Err(Error::NotFound);
        }
        let path = path_of(self.dir(), sha256);
        File::open(&path).map_err(|e| Error::internal("a file is missing from the data directory", e))
    }

    /// Removes the bytes nobody counts on any more, and what uploads that were never saved left behind; gives how many
    /// files went. In small slices, so that people's saves don't wait.
    pub fn sweep_files(&self) -> Result<u64> {
        self.sweep(LITTER_AFTER)
    }

    /// The same, litter of any age: only where no upload can be under way.
    pub fn sweep_all_files(&self) -> Result<u64> {
        self.sweep(Millis::MIN)
    }

    fn sweep(&self, litter_after: Millis) -> Result<u64> {
        let (named, strange) = listed(&self.dir().join(FOLDER))?;
        let mut removed = 0;
        for path in strange {
            removed += self.write(Priority::Bulk, move |tx| remove_if_old(&path, tx.now(), litter_after))?;
        }
        for slice in named.chunks(SWEEP_SLICE) {
            let slice = slice.to_vec();
            removed += self.write(Priority::Bulk, move |tx| {
                slice.iter().try_fold(0, |removed, sha256| Ok(removed + tx.sweep_file(sha256, litter_after)?))
            })?;
        }
        Ok(removed)
    }
}

impl WriteTx<'_> {
    /// One more record counts on the file. [`Error::Unavailable`] where its bytes are not there (any more): upload again.
    pub fn keep_file(&mut self, arrived: &Arrived, media_type: &str) -> Result<()> {
        let there = fs::metadata(path_of(self.dir, &arrived.sha256)).is_ok_and(|meta| meta.len() == arrived.size);
        if !there {
            return Err(Error::Unavailable("The file is not there any more; please upload it again.".into()));
        }
        let mut entry = file_entry(self, &arrived.sha256)?.unwrap_or(FileEntry {
            size: arrived.size,
            references: 0,
            media_type: media_type.to_owned(),
        });
        entry.references += 1;
        self.put(Table::Blobs, &arrived.sha256, &entry.encode());
        Ok(())
    }

    /// One record less counts on the file. Its bytes go with the next [`Store::sweep_files`] once none does.
    pub fn release_file(&mut self, sha256: &Sha) -> Result<()> {
        let Some(mut entry) = file_entry(self, sha256)? else { return Ok(()) };
        entry.references = entry.references.saturating_sub(1);
        self.put(Table::Blobs, sha256, &entry.encode());
        Ok(())
    }

    /// Removes a file nobody counts on. The writer does it, so nobody can begin to count on it meanwhile.
    fn sweep_file(&mut self, sha256: &Sha, litter_after: Millis) -> Result<u64> {
        let path = path_of(self.dir, sha256);
        match file_entry(self, sha256)? {
            None => remove_if_old(&path, self.now(), litter_after),
            Some(entry) if entry.references == 0 => {
                self.delete(Table::Blobs, sha256);
                remove(&path)
            }
            Some(_) => Ok(0),
        }
    }
}

fn receive(reader: &mut impl Read, partial: &Path, limit: u64) -> Result<Arrived> {
    let told = |e: io::Error| folder::trouble(partial, &e);
    let mut file = folder::new_file(partial).map_err(told)?;
    let mut hasher = Sha256::new();
    let mut size = 0_u64;
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = match reader.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
            Err(e) => return Err(Error::External(format!("The upload broke off: {e}."))),
        };
        size += n as u64;
        if size > limit {
            let message = format!("is larger than {} MiB", limit >> 20);
            return Err(Error::invalid("file", "too_large", message));
        }
        hasher.update(&chunk[..n]);
        file.write_all(&chunk[..n]).map_err(told)?;
    }
    file.sync_all().map_err(told)?;
    Ok(Arrived { sha256: hasher.finalize().into(), size })
}

fn remove(path: &Path) -> Result<u64> {
    match fs::remove_file(path) {
        Ok(()) => Ok(1),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(0),
        Err(e) => Err(folder::trouble(path, &e)),
    }
}

fn remove_if_old(path: &Path, now: Millis, litter_after: Millis) -> Result<u64> {
    let modified = fs::metadata(path).and_then(|meta| meta.modified());
    let modified = modified.ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let Some(modified) = modified.and_then(|since| Millis::try_from(since.as_millis()).ok()) else { return Ok(0) };
    if now.saturating_sub(modified) < litter_after { Ok(0) } else { remove(path) }
}

/// The files by their names, and those that have none of ours: uploads that broke off.
fn listed(files: &Path) -> Result<(Vec<Sha>, Vec<PathBuf>)> {
    let (mut named, mut strange) = (Vec::new(), Vec::new());
    let told = |e: io::Error| folder::trouble(files, &e);
    let entries = match fs::read_dir(files) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((named, strange)),
        entries => entries.map_err(told)?,
    };
    for folder in entries {
        let folder = folder.map_err(told)?;
        if !folder.file_type().map_err(told)?.is_dir() {
            continue;
        }
        let arriving = folder.file_name() == INCOMING;
        for file in fs::read_dir(folder.path()).map_err(told)? {
            let file = file.map_err(told)?;
            match unhex(&file.file_name().to_string_lossy()) {
                Some(sha256) => named.push(sha256),
                None if arriving => strange.push(file.path()),
                None => {}
            }
        }
    }
    Ok((named, strange))
}

fn unhex(name: &str) -> Option<Sha> {
    let mut sha256 = [0; 32];
    if name.len() != 64 || !name.is_ascii() {
        return None;
    }
    for (i, byte) in sha256.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&name[i * 2..i * 2 + 2], 16).ok()?;
    }
    Some(sha256)
}

/// Calls `found` with every kept file that is missing or whose bytes are not the ones that arrived.
pub(super) fn damaged(reads: &impl Reads, dir: &Path, mut found: impl FnMut(String, &'static str)) -> Result<()> {
    reads.scan(Table::Blobs, &[], &[], Direction::Forward, &mut |key, value| {
        match (Sha::try_from(key), FileEntry::decode(value)) {
            (Ok(_), Some(entry)) if entry.references == 0 => {}
            (Ok(sha256), Some(entry)) => {
                if let Some(what) = wrong_with(&path_of(dir, &sha256), &sha256, entry.size) {
                    found(hex(key), what);
                }
            }
            _ => found(hex(key), "Its entry is unreadable."),
        }
        Ok(ControlFlow::Continue(()))
    })
}

fn wrong_with(path: &Path, sha256: &Sha, size: u64) -> Option<&'static str> {
    let Ok(mut file) = File::open(path) else { return Some("Its bytes are missing or can't be read.") };
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK];
    let mut read = 0;
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(n) => {
                hasher.update(&chunk[..n]);
                read += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return Some("Its bytes can't be read."),
        }
    }
    let same = read == size && <Sha>::from(hasher.finalize()) == *sha256;
    (!same).then_some("Its bytes were changed after they arrived.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::FixedClock;
    use crate::store::Options;
    use std::sync::Arc;

    const FAR_FUTURE: Millis = 10_000_000_000_000;

    fn store(now: Millis) -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(now));
        let store = Store::open(Options { clock, min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
        (dir, store)
    }

    fn keep(store: &Store, bytes: &[u8]) -> Arrived {
        let arrived = store.put_file(bytes, 1_000).unwrap();
        store.write(Priority::People, move |tx| tx.keep_file(&arrived, "text/plain")).unwrap();
        arrived
    }

    fn release(store: &Store, arrived: Arrived) {
        store.write(Priority::People, move |tx| tx.release_file(&arrived.sha256)).unwrap();
    }

    fn content(store: &Store, arrived: &Arrived) -> Result<String> {
        let mut text = String::new();
        store.open_file(&store.read().unwrap(), &arrived.sha256)?.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    fn files_in(dir: &Path) -> usize {
        let (named, strange) = listed(&dir.join(FOLDER)).unwrap();
        named.len() + strange.len()
    }

    /// Format 1: these bytes must be read for ever.
    #[test]
    fn an_entry_has_the_bytes_of_format_1() {
        let entry = FileEntry { size: 258, references: 3, media_type: "a/b".into() };
        assert_eq!(entry.encode(), b"\x01\0\0\0\0\0\0\x01\x02\0\0\0\x03a/b");
        assert_eq!(FileEntry::decode(&entry.encode()), Some(entry));
    }

    #[test]
    fn a_kept_file_lies_under_its_hash_and_can_be_read() {
        let (dir, store) = store(0);
        let arrived = keep(&store, b"hello");
        assert_eq!(content(&store, &arrived).unwrap(), "hello");
        let name = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        assert_eq!(fs::read(dir.path().join("files/2c").join(name)).unwrap(), b"hello");
    }

    #[test]
    fn a_file_goes_when_the_last_record_lets_it_go() {
        let (dir, store) = store(0);
        let arrived = keep(&store, b"hello");
        assert_eq!(keep(&store, b"hello"), arrived);
        release(&store, arrived);
        assert_eq!(store.sweep_files().unwrap(), 0);
        assert_eq!(content(&store, &arrived).unwrap(), "hello");
        release(&store, arrived);
        assert!(matches!(content(&store, &arrived), Err(Error::NotFound)));
        assert_eq!(store.sweep_files().unwrap(), 1);
        assert_eq!((files_in(dir.path()), file_entry(&store.read().unwrap(), &arrived.sha256).unwrap()), (0, None));
    }

    #[test]
    fn a_file_that_was_swept_meanwhile_must_be_uploaded_again() {
        let (_dir, store) = store(0);
        let arrived = keep(&store, b"hello");
        release(&store, arrived);
        store.sweep_files().unwrap();
        let refused = store.write(Priority::People, move |tx| tx.keep_file(&arrived, "text/plain"));
        assert!(matches!(refused, Err(Error::Unavailable(_))));
    }

    #[test]
    fn an_upload_that_is_too_large_or_breaks_off_leaves_nothing() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let (dir, store) = store(0);
        assert!(matches!(store.put_file(&b"hello"[..], 4), Err(Error::Invalid(_))));
        assert!(matches!(store.put_file(Broken, 4), Err(Error::External(_))));
        assert_eq!(files_in(dir.path()), 0);
    }

    #[test]
    fn an_upload_that_was_never_saved_is_swept_once_it_is_old() {
        let (dir, young) = store(0);
        young.put_file(&b"hello"[..], 10).unwrap();
        fs::write(dir.path().join("files/incoming/1-1"), b"half").unwrap();
        assert_eq!(young.sweep_files().unwrap(), 0);
        drop(young);
        let clock = Arc::new(FixedClock::at(FAR_FUTURE));
        let old = Store::open(Options { clock, min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
        assert_eq!(old.sweep_files().unwrap(), 2);
        assert_eq!(files_in(dir.path()), 0);
    }
}
