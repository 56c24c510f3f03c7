//! Files that are only passing through: what somebody brings in, and what of it could not be used. They lie in `uploads/` of the
//! data directory, belong to no record, and are neither backed up nor made durable.

use super::Store;
use super::folder;
use crate::base::{Error, Result};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

/// Name of the folder in the data directory.
const FOLDER: &str = "uploads";
/// Bytes read at once.
const CHUNK: usize = 64 * 1024;

impl Store {
    fn upload_path(&self, name: &str) -> Result<PathBuf> {
        let plain =
            !name.starts_with('.') && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        if plain && !name.is_empty() {
            return Ok(self.dir().join(FOLDER).join(name));
        }
        Err(Error::Internal(format!("\"{name}\" is no name of an upload")))
    }

    /// Makes an empty file of this name, in place of what was there.
    pub fn new_upload(&self, name: &str) -> Result<File> {
        let path = self.upload_path(name)?;
        folder::make_folder(&self.dir().join(FOLDER))?;
        folder::new_file(&path).map_err(|e| folder::trouble(&path, &e))
    }

    /// Takes in a file, `limit` bytes at most; gives its length. [`Error::Invalid`] where there are more; nothing is left then.
    pub fn take_upload(&self, name: &str, mut reader: impl Read, limit: u64) -> Result<u64> {
        let mut file = self.new_upload(name)?;
        let mut copy = || -> Result<u64> {
            let (mut chunk, mut size) = (vec![0; CHUNK], 0_u64);
            loop {
                let n = match reader.read(&mut chunk) {
                    Ok(0) => return Ok(size),
                    Ok(n) => n,
                    Err(e) if e.kind() == io::ErrorKind::Interrupted => continue,
                    Err(e) => return Err(Error::External(format!("The upload broke off: {e}."))),
                };
                size += n as u64;
                if size > limit {
                    let message = format!("The file is larger than {} MB; split it into several.", limit >> 20);
                    return Err(Error::invalid("file", "too_large", message));
                }
                file.write_all(&chunk[..n]).map_err(|e| folder::trouble(&self.dir().join(FOLDER), &e))?;
            }
        };
        copy().inspect_err(|_| self.remove_upload(name))
    }

    /// Opens a file to read. [`Error::NotFound`] where there is none of this name.
    pub fn open_upload(&self, name: &str) -> Result<File> {
        let path = self.upload_path(name)?;
        File::open(&path).map_err(|e| match e.kind() {
            io::ErrorKind::NotFound => Error::NotFound,
            _ => folder::trouble(&path, &e),
        })
    }

    /// Removes a file, where it is there.
    pub fn remove_upload(&self, name: &str) {
        let Ok(path) = self.upload_path(name) else { return };
        if let Err(error) = fs::remove_file(&path)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "an upload can't be removed; it goes with the next start");
        }
    }

    /// Removes all files but those named.
    pub fn clear_uploads(&self, keep: &[String]) {
        let Ok(entries) = fs::read_dir(self.dir().join(FOLDER)) else { return };
        let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        names.filter(|name| !keep.contains(name)).for_each(|name| self.remove_upload(&name));
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Error;
    use crate::store::{Options, Store};
    use std::io::Read;

    #[test]
    fn an_upload_passes_through_and_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Options { min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
        assert_eq!(store.take_upload("1.csv", &b"hello"[..], 10).unwrap(), 5);
        let mut text = String::new();
        store.open_upload("1.csv").unwrap().read_to_string(&mut text).unwrap();
        assert_eq!(text, "hello");
        assert!(matches!(store.take_upload("2.csv", &b"hello"[..], 4), Err(Error::Invalid(_))));
        assert!(matches!(store.open_upload("2.csv"), Err(Error::NotFound)));
        for bad in ["", "..", "../aventora.redb", ".hidden", "a/b"] {
            assert!(store.new_upload(bad).is_err(), "{bad}");
        }
        store.take_upload("3.csv", &b"kept"[..], 10).unwrap();
        store.clear_uploads(&["3.csv".to_owned()]);
        assert!(store.open_upload("1.csv").is_err() && store.open_upload("3.csv").is_ok());
    }
}
