//! What a failing disk means to the people above: redb's errors become sentences here and nowhere else. A failure is
//! never an acknowledgement: what a commit that failed has left behind is only known after the next opening.

use crate::base::Error;
use redb::StorageError;
use std::io;

/// Why a group of writes did not get through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The disk has no room left.
    Full,
    /// The disk refused to read, write or sync.
    Disk(String),
    /// The data file is not what it should be.
    Damaged(String),
}

impl Fault {
    /// The fault behind a redb error.
    pub(super) fn of(error: impl Into<redb::Error>) -> Self {
        match error.into() {
            redb::Error::Io(e) if is_full(&e) => Self::Full,
            redb::Error::Io(e) => Self::Disk(e.to_string()),
            redb::Error::PreviousIo => Self::Disk("an earlier read or write failed".into()),
            redb::Error::Corrupted(what) => Self::Damaged(what),
            other => Self::Damaged(other.to_string()),
        }
    }

    /// What somebody whose write was in the group is told.
    pub(super) fn to_error(&self) -> Error {
        match self {
            Self::Full => Error::Full(
                "The disk is full. This change may or may not be saved: look again once there is room, before you \
                 repeat it."
                    .into(),
            ),
            Self::Disk(cause) => Error::Unavailable(format!(
                "The disk failed ({cause}). This change may or may not be saved: look again before you repeat it."
            )),
            Self::Damaged(cause) => Error::Unavailable(format!(
                "The data file is damaged ({cause}). This change may or may not be saved. Please run `aventora check`."
            )),
        }
    }
}

/// Reading failed.
pub(super) fn reading(error: StorageError) -> Error {
    match Fault::of(error) {
        Fault::Full => Error::Full("The disk is full.".into()),
        Fault::Disk(cause) => Error::Unavailable(format!("Reading from the disk failed ({cause}).")),
        Fault::Damaged(cause) => {
            Error::Internal(format!("The data file is damaged ({cause}). Please run `aventora check`."))
        }
    }
}

/// Whether an I/O error says that there is no room.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

/// Whether the store takes writes, for `/readyz` and the banner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Health {
    /// Reads and writes work.
    Well,
    /// Reads work, writes are refused until there is room on the disk.
    LowDisk {
        /// Bytes that are free.
        free_bytes: u64,
        /// Bytes that must be.
        needed_bytes: u64,
    },
    /// The disk failed; the data file is being reopened.
    Reopening(String),
    /// Reopening failed, or the store was closed.
    Closed(String),
}

/// What is said while the disk is nearly full: nothing was written.
pub(super) fn low_disk(free_bytes: u64, needed_bytes: u64) -> Error {
    let mib = |bytes: u64| bytes / (1024 * 1024);
    Error::Full(format!(
        "Nothing was saved: the disk has {} MiB free and {} MiB are kept in reserve. Reading still works; please make \
         room.",
        mib(free_bytes),
        mib(needed_bytes)
    ))
}
