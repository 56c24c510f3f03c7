//! What is wrong with a data directory, in sentences. Checking reads through one snapshot and changes nothing.

use std::fmt;

/// Findings of one kind at most: a torn disk would otherwise fill the screen.
pub(super) const FINDINGS_MAX: usize = 1_000;

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: an event, a record, a file.
    pub place: String,
    /// What is wrong with it, a sentence.
    pub message: String,
}

impl Finding {
    /// A finding.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}
