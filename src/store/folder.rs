//! The data directory: made for its owner alone, and its troubles told as sentences.

use super::fault;
use crate::base::{Error, Result};
use std::fs::{self, DirBuilder, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
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

/// Which file the data file is: another one after it was replaced.
pub(super) fn identity(dir: &Path) -> Result<(u64, u64)> {
    let file = data_file(dir);
    let metadata = fs::metadata(&file).map_err(|e| trouble(&file, &e))?;
    Ok((metadata.dev(), metadata.ino()))
}

/// Makes the data file where it is absent: `make` fills one under another name, which then gets its own, so that a power
/// loss leaves a whole data file or none.
pub(super) fn make_data_file(dir: &Path, make: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let file = data_file(dir);
    if file.try_exists().map_err(|e| trouble(&file, &e))? {
        return Ok(());
    }
    let fresh = dir.join(format!("{DATA_FILE}.{}.new", std::process::id()));
    new_file(&fresh).map_err(|e| trouble(&fresh, &e))?;
    let made = make(&fresh).and_then(|()| {
        // Unlike a rename, a link does not replace the file of another process that was quicker.
        let linked = fs::hard_link(&fresh, &file).or_else(|e| match e.kind() {
            io::ErrorKind::AlreadyExists => Ok(()),
            io::ErrorKind::Unsupported | io::ErrorKind::PermissionDenied => fs::rename(&fresh, &file),
            _ => Err(e),
        });
        linked.and_then(|()| sync_folder(dir)).map_err(|e| trouble(&file, &e))
    });
    // Not there any more after a rename; left over it costs a megabyte and is overwritten by nobody.
    let _ = fs::remove_file(&fresh);
    made
}

/// Makes an empty file for the owner alone, in place of what was there.
pub(super) fn new_file(path: &Path) -> io::Result<fs::File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(FILE_MODE).open(path)
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

#[cfg(test)]
mod tests {
    use crate::store::{Options, Store};
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;

    fn open(dir: &Path) -> crate::base::Result<Store> {
        Store::open(Options { min_free_bytes: 0, ..Options::new(dir) })
    }

    fn refusal(dir: &Path) -> String {
        match open(dir) {
            Ok(_) => panic!("it was opened"),
            Err(e) => e.to_string(),
        }
    }

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_new_data_directory_is_its_owners_alone() {
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("deep/er");
        open(&dir).unwrap();
        assert_eq!(mode(&dir), 0o700);
        assert_eq!(mode(&dir.join(super::DATA_FILE)), 0o600);
    }

    #[test]
    fn something_that_is_no_directory_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let file = parent.path().join("file");
        fs::write(&file, "x").unwrap();
        assert!(refusal(&file).contains("it is not a directory"), "{}", refusal(&file));
        assert!(refusal(&file.join("below")).contains("it is not a directory"));
    }

    #[test]
    fn a_file_of_another_program_is_refused_and_left_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join(super::DATA_FILE);
        let letter = "Dear Sir or Madam, ".repeat(1_000);
        fs::write(&file, &letter).unwrap();
        assert!(refusal(dir.path()).contains("is not a data file of Aventora"), "{}", refusal(dir.path()));
        assert_eq!(fs::read_to_string(&file).unwrap(), letter);
    }

    #[test]
    fn troubles_are_told_as_sentences_with_their_path() {
        for (kind, words) in [
            (std::io::ErrorKind::PermissionDenied, "permission denied. The user that runs Aventora must own"),
            (std::io::ErrorKind::ReadOnlyFilesystem, "it lies on a read-only file system"),
            (std::io::ErrorKind::StorageFull, "the disk is full"),
        ] {
            let said = super::trouble(Path::new("/srv/crm"), &kind.into()).to_string();
            assert!(said.starts_with("/srv/crm") && said.contains(words), "{said}");
        }
    }
}
