//! Global search as you type. This folder is the only tantivy code. The index is disposable: the store is the truth, and
//! every hit is read again for the actor before it is shown.

pub mod doc;
pub mod docs;
pub mod index;
pub mod key;
pub mod part;
pub mod query;
pub mod typed;
mod typo;
pub mod words;

use crate::base::id::{FieldId, ObjectId, RecordRef};

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchQuery {
    /// What was typed.
    pub text: String,
    /// Only records of this object; `None` for all.
    pub object: Option<ObjectId>,
    /// Hits at most, over all objects.
    pub limit: usize,
}

/// One record found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Which.
    pub id: RecordRef,
    /// Its title.
    pub label: String,
    /// The field that matched.
    pub field: FieldId,
    /// Text of that field around the match.
    pub snippet: String,
    /// Byte ranges in `snippet` to highlight.
    pub marks: Vec<(usize, usize)>,
    /// Higher is better; only to compare hits of one answer.
    pub score: f32,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SearchResults {
    /// Best first.
    pub hits: Vec<Hit>,
    /// Hits per object, counted up to [`COUNT_MAX`]; one more means "100+".
    pub counts: Vec<(ObjectId, usize)>,
    /// The index is being rebuilt: answers come from names, e-mails and phones only.
    pub partial: bool,
}

/// Counts per object stop here.
pub const COUNT_MAX: usize = 100;
