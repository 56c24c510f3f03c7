//! One import in the browser: how far it is, what came of its rows, and what it was told. [`super::jobs`] brings it from step to
//! step; nothing here reads or writes.

use super::{Duplicates, ImportOptions, ImportReport};
use crate::base::Result;
use crate::base::clock::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// The file is there; its columns are to be matched.
    Matching,
    /// All of it is being tried.
    Checking,
    /// It was tried; it can be run.
    Checked,
    /// It is being saved.
    Importing,
    /// It is saved.
    Done,
    /// It ended before its end; what was saved so far is saved.
    Stopped,
    /// It is being taken back.
    Undoing,
    /// It was taken back.
    Undone,
}

impl Phase {
    /// Whether a thread is at work on it.
    pub fn is_busy(self) -> bool {
        matches!(self, Self::Checking | Self::Importing | Self::Undoing)
    }

    /// Whether it has begun to save.
    pub fn has_saved(self) -> bool {
        !matches!(self, Self::Matching | Self::Checking | Self::Checked)
    }
}

/// What came of the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Rows of the file.
    pub rows: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Rows passed over.
    pub skipped: u64,
    /// Rows that can't be used.
    pub rejected: u64,
    /// Companies made.
    pub companies: u64,
    /// What else should be known.
    pub notes: Vec<String>,
}

impl From<ImportReport> for Counts {
    fn from(report: ImportReport) -> Self {
        let ImportReport { rows, created, updated, skipped, rejected, companies_created, notes, .. } = report;
        Self { rows, created, updated, skipped, rejected, companies: companies_created, notes }
    }
}

/// One import.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Job {
    /// Its number.
    pub id: u64,
    /// Who does it.
    pub member: u64,
    /// API name of the object.
    pub object: String,
    /// Name of the file, as its sender has it.
    pub file: String,
    /// Bytes of the file.
    pub bytes: u64,
    /// Rows of the file.
    pub rows: u64,
    /// When the file came.
    pub at: Millis,
    /// How far it is.
    pub phase: Phase,
    /// Columns and fields, where other than guessed.
    pub map: Vec<(String, String)>,
    /// The policy for duplicates.
    pub duplicates: String,
    /// When saving began.
    pub begun: Millis,
    /// Whether the file says when its records were made.
    pub dated: bool,
    /// What it can be undone by.
    pub batch: Option<u64>,
    /// What came of it, or would.
    pub counts: Counts,
    /// Number (the header is row 1) and reason of the first rejected rows.
    pub reasons: Vec<(u64, String)>,
    /// Rejected rows by column.
    pub blamed: BTreeMap<String, u64>,
    /// Why it ended before its end, in a sentence.
    pub trouble: Option<String>,
    /// Changes taken back, and what was left as it is.
    pub undone: Option<(u64, u64)>,
    /// Done, of how many: bytes, or changes to take back.
    #[serde(skip)]
    pub progress: (u64, u64),
}

impl Job {
    pub(super) fn options(&self, region: &str, dry_run: bool) -> Result<ImportOptions> {
        let duplicates: Duplicates = self.duplicates.parse()?;
        Ok(ImportOptions {
            object: self.object.clone(),
            map: self.map.clone(),
            duplicates,
            dry_run,
            region: region.to_owned(),
        })
    }
}

/// Name of the file that was brought.
pub(super) fn file_name(id: u64) -> String {
    format!("{id}.csv")
}

/// Name of the file of rejected rows.
pub(super) fn rejected_name(id: u64) -> String {
    format!("{id}.rejected.csv")
}
