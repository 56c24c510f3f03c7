//! Making the data file anew, of what is live alone. redb writes changed pages to free places and keeps the old bytes until
//! the place is used again, so values of a purged person stay in the file for a while; in a new file they never were. The
//! copy is compared pair by pair and takes the old one's place in one rename: a crash leaves the one or the other, whole.

use super::folder::{self, DATA_FILE};
use super::migrate::BEFORE;
use super::open::Options;
use super::opener::Opener;
use super::{Head, backup};
use crate::base::Result;
use std::fs;
use std::path::{Path, PathBuf};

/// What a compaction did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compacted {
    /// Bytes of the data file before.
    pub before: u64,
    /// Bytes of the data file after.
    pub after: u64,
    /// The end of the change log, the same as before.
    pub head: Head,
    /// Copies of older data files in the data directory, which may still hold what was purged since.
    pub old_copies: Vec<PathBuf>,
}

/// Whether there is room for a compaction: the new file lies beside the old one until it is whole. [`crate::base::Error::Full`]
/// where there is not.
pub fn room_to_compact(options: &Options) -> Result<()> {
    backup::enough_room(options)
}

/// Makes the data file anew. `progress` is told how many pairs of keys and values are copied and compared, of how many.
///
/// [`crate::base::Error::Unavailable`] where another process has it open, [`crate::base::Error::Full`] where there is no
/// room; the data is as it was then.
pub fn compact(options: Options, progress: &mut dyn FnMut(u64, u64)) -> Result<Compacted> {
    let dir = options.dir.clone();
    let file = folder::data_file(&dir);
    let size = || fs::metadata(&file).map(|meta| meta.len()).map_err(|e| folder::trouble(&file, &e));
    let opener = Opener::new(options.clone());
    // Held until the new file has its name, so that nobody begins to write to the old one.
    let (database, head) = opener.open()?;
    let before = size()?;
    backup::copy_data_file(&database, &options, DATA_FILE, progress)?;
    drop(database);
    Ok(Compacted { before, after: size()?, head, old_copies: old_copies(&dir)? })
}

/// What migrations left: the data as it was before them.
fn old_copies(dir: &Path) -> Result<Vec<PathBuf>> {
    let told = |e| folder::trouble(dir, &e);
    let mut copies = Vec::new();
    for entry in fs::read_dir(dir).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(BEFORE)) {
            copies.push(path);
        }
    }
    copies.sort();
    Ok(copies)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Error;
    use crate::store::{Priority, Reads, Store, Table, chain_head};

    const SECRET: &[u8] = b"Xaverine of Quxville";

    fn options(dir: &Path) -> Options {
        Options { min_free_bytes: 0, ..Options::new(dir) }
    }

    fn holds(dir: &Path, bytes: &[u8]) -> bool {
        let file = fs::read(folder::data_file(dir)).unwrap();
        file.windows(bytes.len()).any(|window| window == bytes)
    }

    /// A store that held the secret and deleted it.
    fn with_old_pages() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(options(dir.path())).unwrap();
        let put = |key: &'static [u8], value: &'static [u8]| {
            store.write(Priority::People, move |tx| {
                tx.put(Table::Settings, key, value);
                Ok(())
            })
        };
        put(b"secret", SECRET).unwrap();
        put(b"kept", b"this one stays").unwrap();
        let delete = |tx: &mut crate::store::WriteTx<'_>| {
            tx.delete(Table::Settings, b"secret");
            Ok(())
        };
        store.write(Priority::People, delete).unwrap();
        dir
    }

    #[test]
    fn what_was_deleted_is_in_no_byte_of_the_new_file_and_all_else_is_there() {
        let dir = with_old_pages();
        assert!(holds(dir.path(), SECRET), "redb keeps old bytes, or this test proves nothing");
        let mut told = Vec::new();
        let done = compact(options(dir.path()), &mut |done, total| told.push((done, total))).unwrap();
        assert!(!holds(dir.path(), SECRET));
        assert_eq!(told.last().map(|(done, total)| done == total), Some(true), "{told:?}");
        assert_eq!(done.after, fs::metadata(folder::data_file(dir.path())).unwrap().len());
        let store = Store::open(options(dir.path())).unwrap();
        let reads = store.read().unwrap();
        assert_eq!(reads.get(Table::Settings, b"kept").unwrap().unwrap(), b"this one stays");
        assert_eq!(chain_head(&reads).unwrap(), done.head);
    }

    #[test]
    fn data_that_is_in_use_is_refused_and_left_as_it_is() {
        let dir = with_old_pages();
        let store = Store::open(options(dir.path())).unwrap();
        let identity = folder::identity(dir.path()).unwrap();
        assert!(matches!(compact(options(dir.path()), &mut |_, _| ()), Err(Error::Unavailable(_))));
        assert_eq!(folder::identity(dir.path()).unwrap(), identity);
        drop(store);
    }

    #[test]
    fn without_room_nothing_is_changed() {
        let dir = with_old_pages();
        let identity = folder::identity(dir.path()).unwrap();
        let options = Options { min_free_bytes: u64::MAX, ..Options::new(dir.path()) };
        assert!(matches!(room_to_compact(&options), Err(Error::Full(_))));
        assert!(matches!(compact(options, &mut |_, _| ()), Err(Error::Full(_))));
        assert_eq!(folder::identity(dir.path()).unwrap(), identity);
        assert!(!dir.path().join("aventora.redb.partial").exists());
    }

    #[test]
    fn what_a_crash_left_of_a_copy_goes_with_the_next_start_and_other_files_stay() {
        let dir = with_old_pages();
        let names = ["aventora.redb.partial", "before-format-2.redb.partial", "my.partial", "before-format-1.redb"];
        names.iter().for_each(|name| fs::write(dir.path().join(name), "half").unwrap());
        drop(Store::open(options(dir.path())).unwrap());
        let left: Vec<_> = names.into_iter().filter(|name| dir.path().join(name).exists()).collect();
        assert_eq!(left, ["my.partial", "before-format-1.redb"]);
        let done = compact(options(dir.path()), &mut |_, _| ()).unwrap();
        assert_eq!(done.old_copies, [dir.path().join("before-format-1.redb")], "they are told of");
    }
}
