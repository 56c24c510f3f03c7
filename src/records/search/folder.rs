//! Where indexes lie: each in a numbered folder of its own, so that a new one is built beside the one that answers. A
//! folder that can't be used is moved aside and deleted once there is a better one.

use crate::base::{Error, Result};
use crate::records::search::index::{Index, Place};
use std::path::{Path, PathBuf};

/// What a folder moved aside ends with.
const ASIDE: &str = "aside";

/// The folder of all indexes.
#[derive(Debug, Clone)]
pub struct Folder {
    dir: PathBuf,
}

impl Folder {
    /// The folder; made where it is missing.
    pub fn new(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir)
            .map_err(|e| Error::internal("The folder of the search index could not be made", e))?;
        Ok(Self { dir: dir.to_owned() })
    }

    /// The newest index that is whole and that `fits`; all others are moved aside.
    pub fn open_index(&self, fits: impl Fn(&Place) -> bool) -> Option<(Index, Place)> {
        let mut found = None;
        for (number, path) in self.numbered().into_iter().rev() {
            if found.is_none() {
                // The library may also panic over damaged files; that is no reason not to start.
                let opened = std::panic::catch_unwind(|| Index::open(&path));
                found = opened.ok().and_then(Result::ok).flatten().filter(|(_, place)| place.whole && fits(place));
                if found.is_some() {
                    continue;
                }
            }
            let aside = self.dir.join(format!("{number}.{ASIDE}"));
            if let Err(error) = std::fs::rename(&path, &aside) {
                tracing::warn!(%error, "an old search index could not be moved aside");
            }
        }
        found
    }

    /// A new, empty index beside the others.
    pub fn new_index(&self) -> Result<Index> {
        let entries =
            std::fs::read_dir(&self.dir).map_err(|e| Error::internal("The search index could not be made", e))?;
        let number = |name: &str| name.split('.').next().and_then(|n| n.parse::<u64>().ok());
        let last = entries.flatten().filter_map(|e| number(&e.file_name().to_string_lossy())).max();
        Index::create(&self.dir.join((last.unwrap_or(0) + 1).to_string()))
    }

    /// Deletes everything but the index in `keep`.
    pub fn keep_only(&self, keep: &Path) {
        let Ok(entries) = std::fs::read_dir(&self.dir) else { return };
        for path in entries.flatten().map(|e| e.path()).filter(|p| p != keep) {
            let gone = if path.is_dir() { std::fs::remove_dir_all(&path) } else { std::fs::remove_file(&path) };
            if let Err(error) = gone {
                tracing::warn!(%error, "an old search index could not be deleted");
            }
        }
    }

    fn numbered(&self) -> Vec<(u64, PathBuf)> {
        let Ok(entries) = std::fs::read_dir(&self.dir) else { return Vec::new() };
        let number = |path: &Path| path.file_name()?.to_str()?.parse::<u64>().ok();
        let mut all: Vec<_> = entries.flatten().map(|e| e.path()).filter_map(|p| number(&p).map(|n| (n, p))).collect();
        all.sort();
        all
    }
}
