//! A workspace's data in one value: its store, its data model, its search index, its clock. Everything above row 3 talks
//! to customer data through these methods and nothing else.

use crate::base::clock::{Clock, Millis};
use crate::base::id::{BatchId, RecordRef, Seq};
use crate::base::{Error, Result};
use crate::model::{Actor, Schema};
use crate::records::query::{Aggregate, Figures, Page, Query};
use crate::records::save::Command;
use crate::records::search::{SearchQuery, SearchResults};
use crate::records::{Context, Label, Record, Saved};
use arc_swap::ArcSwap;
use std::sync::Arc;

/// A workspace's data.
pub struct Engine {
    schema: ArcSwap<Schema>,
    clock: Arc<dyn Clock>,
}

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Undone {
    /// Changes taken back.
    pub reverted: u64,
    /// What was left as it is, and why, in sentences: a field that somebody has changed since, a purged record.
    pub skipped: Vec<(RecordRef, String)>,
}

/// One field of a timeline entry.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldChange {
    /// Which field.
    pub field: crate::base::id::FieldId,
    /// Before; `None` for empty.
    pub from: Option<crate::model::Value>,
    /// After; `None` for empty.
    pub to: Option<crate::model::Value>,
}

/// One entry of a timeline, newest first.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Its event.
    pub seq: Seq,
    /// When.
    pub time: Millis,
    /// Who, a member's record; `None` for the program.
    pub actor: Option<RecordRef>,
    /// API name of the role they had.
    pub role: String,
    /// API word: `created`, `updated`, `trashed`, `restored`, `purged`, `imported`.
    pub kind: &'static str,
    /// What it was done with.
    pub batch: Option<BatchId>,
    /// The record it happened to: the one asked for, or one linked to it.
    pub record: RecordRef,
    /// Fields the actor may see.
    pub changes: Vec<FieldChange>,
}

impl Engine {
    /// The data model as it is now.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.load_full()
    }

    /// Now, from the workspace's clock.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A record, live or in the trash. Not visible to the actor: [`Error::NotFound`].
    pub fn get(&self, _actor: &Actor, _id: RecordRef) -> Result<Record> {
        Err(Error::NotFound)
    }

    /// Labels of records, in the order asked; `None` for those the actor may not see and those that are gone.
    pub fn labels(&self, _actor: &Actor, _ids: &[RecordRef]) -> Result<Vec<Option<Label>>> {
        Err(Error::NotFound)
    }

    /// Does one command.
    pub fn run(&self, actor: &Actor, command: Command, context: Context) -> Result<Saved> {
        let mut saved = self.run_all(actor, vec![command], context)?;
        saved.pop().ok_or_else(|| Error::Internal("a command gave no answer".into()))
    }

    /// Does all commands in one transaction, or none. Problems name the command's index in [`crate::base::Problem::row`].
    pub fn run_all(&self, _actor: &Actor, _commands: Vec<Command>, _context: Context) -> Result<Vec<Saved>> {
        Err(Error::NotFound)
    }

    /// A new batch id.
    pub fn new_batch(&self) -> Result<BatchId> {
        Err(Error::NotFound)
    }

    /// Takes back what a batch did, field by field where the value is still the one it wrote.
    pub fn undo(&self, _actor: &Actor, _batch: BatchId) -> Result<Undone> {
        Err(Error::NotFound)
    }

    /// The newest `limit` entries of a record's timeline, older than `before` where that is given.
    pub fn timeline(&self, _actor: &Actor, _id: RecordRef, _before: Option<Seq>, _limit: usize) -> Result<Vec<Entry>> {
        Err(Error::NotFound)
    }

    /// A page of a list.
    pub fn list(&self, _actor: &Actor, _query: &Query) -> Result<Page> {
        Err(Error::NotFound)
    }

    /// The records before and after `id` in the list, and its position from 0; `None` where it is not in it.
    pub fn neighbours(
        &self,
        _actor: &Actor,
        _query: &Query,
        _id: RecordRef,
    ) -> Result<Option<crate::records::query::Neighbours>> {
        Err(Error::NotFound)
    }

    /// Figures over a list.
    pub fn aggregate(&self, _actor: &Actor, _aggregate: &Aggregate) -> Result<Figures> {
        Err(Error::NotFound)
    }

    /// Global search.
    pub fn search(&self, _actor: &Actor, _query: &SearchQuery) -> Result<SearchResults> {
        Err(Error::NotFound)
    }
}
