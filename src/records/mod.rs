//! Row 3: the only door to customer data. Saving validates, runs the guards and writes record, indexes, columns and one
//! event in one transaction; reading and querying take an actor and pass the permission filter, always.
//!
//! [`Engine`] is a workspace's data: its store, its data model, its search index, its clock.

pub mod check;
pub mod columns;
pub mod duplicates;
pub mod engine;
pub mod event;
mod figures;
mod files;
mod find;
mod guard;
pub mod index;
pub mod label;
mod links;
mod model;
pub mod once;
mod purge;
pub mod query;
pub mod read;
pub mod save;
pub mod search;
mod stage;
pub mod timeline;
mod trash;
pub mod undo;
mod validate;
mod write;

pub use duplicates::Duplicate;
pub use engine::Engine;

use crate::base::id::{BatchId, RecordRef, Seq};
use crate::base::{Error, Result};
use crate::model::value::Values;

/// Whether a record is there, in the trash, or gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// In lists and search.
    Live,
    /// In the trash: kept, restorable, in no list.
    Trashed,
}

impl State {
    /// As a record's bytes say it; part of format 1.
    pub fn byte(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Trashed => 1,
        }
    }

    /// What a record's state byte says.
    pub fn from_byte(byte: u8) -> Result<Self> {
        match byte {
            0 => Ok(Self::Live),
            1 => Ok(Self::Trashed),
            _ => Err(Error::Internal("A record has an unknown state. Please run `aventora check`.".into())),
        }
    }
}

/// A record as an actor may see it: fields hidden from them are not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Which.
    pub id: RecordRef,
    /// Grows by one with every change; what `If-Match` compares.
    pub version: u64,
    /// Live or in the trash.
    pub state: State,
    /// Its stored values, system fields (`created_at`, …) included.
    pub values: Values,
}

/// What one save did.
#[derive(Debug, Clone, PartialEq)]
pub struct Saved {
    /// The record after it.
    pub record: Record,
    /// Its event; `None` where nothing changed.
    pub seq: Option<Seq>,
}

/// How a record is called, for links and relation cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Which.
    pub id: RecordRef,
    /// Its title, or a stand-in such as `Unnamed`; never empty.
    pub text: String,
    /// The name of its picture's bytes, where it has one that the actor may see.
    pub photo: Option<[u8; 32]>,
}

/// Beside what is saved: which batch and cause it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context {
    /// What it is done together with; `None` for a request of its own.
    pub batch: Option<BatchId>,
    /// The event that caused it.
    pub cause: Option<Seq>,
    /// Done once only: remembered in the same transaction, so that a repeated request can be told by it.
    pub once: Option<Once>,
}

/// The mark of a request that must not be done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Once {
    /// Digest of who asks and the key they gave.
    pub key: [u8; 32],
    /// Digest of what they ask.
    pub request: [u8; 32],
}
