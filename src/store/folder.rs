//! The data directory: made for its owner alone, and its troubles told as sentences.

use super::fault;
use crate::base::{Error, Result};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Name of the data file in the data directory.
pub const DATA_FILE: &str = "aventora.redb";
/// Only the owner may enter.
const FOLDER_MODE: u32 = 0o700;
/// Only the owner may read and write.
const FILE_MODE: u32 = 0o600;

/// Where the data file lies.
pub(super) fn data_file(dir: &Path) -> PathBuf {
    dir.join(DATA_FILE)
}

/// Makes the directory and an empty data file where they are absent.
pub(super) fn prepare(dir: &Path) -> Result<()> {
    make_folder(dir)?;
    let file = data_file(dir);
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(FILE_MODE)
        .open(&file)
        .map_err(|e| trouble(&file, &e))?;
    sync_folder(dir).map_err(|e| trouble(dir, &e))
}

/// Makes a folder for the owner alone, with those above it, where it is absent.
pub(super) fn make_folder(dir: &Path) -> Result<()> {
    DirBuilder::new().recursive(true).mode(FOLDER_MODE).create(dir).map_err(|e| trouble(dir, &e))
}

/// An I/O error of a path, as a sentence.
pub(super) fn trouble(path: &Path, error: &io::Error) -> Error {
    let path = path.display();
    match error.kind() {
        io::ErrorKind::PermissionDenied => Error::External(format!(
            "{path} can't be written: permission denied. The user that runs Aventora must own the data directory."
        )),
        io::ErrorKind::ReadOnlyFilesystem => {
            Error::External(format!("{path} can't be written: it lies on a read-only file system."))
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::AlreadyExists => {
            Error::External(format!("{path} can't be used as the data directory: it is not a directory."))
        }
        _ if fault::is_full(error) => Error::Full(format!("{path} can't be written: the disk is full.")),
        _ => Error::External(format!("{path} can't be used: {error}.")),
    }
}

/// Why redb did not open the data file.
pub(super) fn opening(dir: &Path, error: redb::DatabaseError) -> Error {
    match error {
        redb::DatabaseError::DatabaseAlreadyOpen | redb::DatabaseError::LockProtocolMismatch => {
            Error::Unavailable(format!(
                "The data directory {} is in use by another process. Stop that one first, or choose another directory.",
                dir.display()
            ))
        }
        other => setting_up(dir, &other.into()),
    }
}

/// Why an opened data file could not be made ready.
pub(super) fn setting_up(dir: &Path, error: &redb::Error) -> Error {
    let file = data_file(dir);
    match error {
        redb::Error::Io(e) if e.kind() == io::ErrorKind::InvalidData => {
            Error::External(format!("{} is not a data file of Aventora.", file.display()))
        }
        redb::Error::Io(e) => trouble(&file, e),
        other => Error::External(format!("{} can't be opened: {other}.", file.display())),
    }
}

/// Bytes that are free for us on the directory's disk; `None` where the system does not say.
pub(super) fn free_bytes(dir: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(dir).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

/// Makes the names in a folder durable.
pub(super) fn sync_folder(dir: &Path) -> io::Result<()> {
    fs::File::open(dir)?.sync_all()
}
