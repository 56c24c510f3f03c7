//! A workspace's data in one value: its store, its data model, its search index, its clock. Everything above row 3 talks
//! to customer data through these methods and nothing else. The bodies are in the files of their nouns.

use crate::base::clock::{Clock, Millis};
use crate::base::id::{BatchId, RecordRef, Seq};
use crate::base::{Error, Result};
use crate::model::{Actor, Schema};
use crate::records::query::{Aggregate, Figures, Page, Query};
use crate::records::save::{self, Command, Outcomes};
use crate::records::search::{SearchQuery, SearchResults};
use crate::records::{Context, Label, Record, Saved, label, model, read, timeline, undo};
use crate::store::{Priority, Store};
use arc_swap::ArcSwap;
use std::sync::Arc;

pub use crate::records::timeline::{Entry, FieldChange};
pub use crate::records::undo::Undone;

/// A workspace's data.
pub struct Engine {
    store: Arc<Store>,
    schema: ArcSwap<Schema>,
    clock: Arc<dyn Clock>,
}

impl Engine {
    /// Makes a workspace with this data model in an empty store. [`Error::Invalid`] where there is one already.
    pub fn create(store: Store, schema: Schema, clock: Arc<dyn Clock>) -> Result<Self> {
        model::create(&store, &schema, clock.now())?;
        Ok(Self::over(store, schema, clock))
    }

    /// Opens the workspace in a store. [`Error::NotFound`] where there is none yet.
    pub fn open(store: Store, clock: Arc<dyn Clock>) -> Result<Self> {
        let schema = model::load(&store.read()?)?.ok_or(Error::NotFound)?;
        Ok(Self::over(store, schema, clock))
    }

    fn over(store: Store, schema: Schema, clock: Arc<dyn Clock>) -> Self {
        Self { store: Arc::new(store), schema: ArcSwap::from_pointee(schema), clock }
    }

    /// The store beneath, for what is not customer data: accounts, sessions, jobs.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The data model as it is now.
    pub fn schema(&self) -> Arc<Schema> {
        self.schema.load_full()
    }

    /// Now, from the workspace's clock.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A record, live or in the trash. Not visible to the actor: [`Error::NotFound`].
    pub fn get(&self, actor: &Actor, id: RecordRef) -> Result<Record> {
        read::get(&self.store.read()?, &self.schema(), actor, id)
    }

    /// Labels of records, in the order asked; `None` for those the actor may not see and those that are gone.
    pub fn labels(&self, actor: &Actor, ids: &[RecordRef]) -> Result<Vec<Option<Label>>> {
        label::labels(&self.store.read()?, &self.schema(), actor, ids)
    }

    /// Does one command.
    pub fn run(&self, actor: &Actor, command: Command, context: Context) -> Result<Saved> {
        let mut saved = save::run_all(self, actor, vec![command], context, false)?;
        saved.pop().ok_or_else(|| Error::Internal("a command gave no answer".into()))
    }

    /// Does all commands in one transaction, or none. Problems name the command's index in [`crate::base::Problem::row`].
    pub fn run_all(&self, actor: &Actor, commands: Vec<Command>, context: Context) -> Result<Vec<Saved>> {
        save::run_all(self, actor, commands, context, true)
    }

    /// Does each command that can be done, in slices behind people's saves: for imports and changes to many records. One
    /// that fails takes no other with it; an error as a whole means the store failed.
    pub fn run_each(&self, actor: &Actor, commands: Vec<Command>, context: Context) -> Result<Outcomes> {
        save::run_each(self, actor, commands, context)
    }

    /// A new batch id.
    pub fn new_batch(&self) -> Result<BatchId> {
        self.store.write(Priority::People, |tx| tx.next_counter("batch").map(BatchId))
    }

    /// Takes back what a batch did, field by field where the value is still the one it wrote.
    pub fn undo(&self, actor: &Actor, batch: BatchId) -> Result<Undone> {
        undo::undo(self, actor, batch)
    }

    /// The newest `limit` entries of a record's timeline, older than `before` where that is given.
    pub fn timeline(&self, actor: &Actor, id: RecordRef, before: Option<Seq>, limit: usize) -> Result<Vec<Entry>> {
        timeline::read(&self.store.read()?, &self.schema(), actor, id, before, limit)
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
