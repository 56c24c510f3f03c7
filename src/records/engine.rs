//! A workspace's data in one value: its store, its data model, its search index, its clock. Everything above row 3 talks
//! to customer data through these methods and nothing else. The bodies are in the files of their nouns.

use crate::base::clock::{Clock, Millis};
use crate::base::id::{BatchId, FieldId, ObjectId, RecordRef, Row, Seq};
use crate::base::{Error, Result};
use crate::model::{Actor, Schema};
use crate::records::once::Before;
use crate::records::query::kept::Kept;
use crate::records::query::page::Ask;
use crate::records::query::scan::TextLookup;
use crate::records::query::{Aggregate, Figures, Page, Query};
use crate::records::save::{self, Command, Outcomes};
use crate::records::search::{Search, SearchQuery, SearchResults, StoreSource, answer};
use crate::records::{
    Context, Duplicate, Label, Once, Record, Saved, State, check, columns, duplicates, label, model, once, read,
    timeline, undo,
};
use crate::store::{Priority, Reads, Store, Table, WriteTx, key};
use arc_swap::ArcSwap;
use std::sync::{Arc, OnceLock};

pub use crate::records::check::Findings;
pub use crate::records::find::Finder;
pub use crate::records::timeline::{Entry, FieldChange, Trashed};
pub use crate::records::undo::Undone;

/// A workspace's data.
pub struct Engine {
    store: Arc<Store>,
    schema: Arc<ArcSwap<Schema>>,
    clock: Arc<dyn Clock>,
    search: OnceLock<Search>,
    kept: Kept,
}

/// Folder of the search index in the data directory.
const INDEX_DIR: &str = "index";
/// Records of a save that are found at once; of larger ones, a moment later.
const FOUND_AT_ONCE_MAX: usize = 50;

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

    /// Opens a store that may have no workspace yet: until [`Engine::found`] its data model is `stand_in`, and nothing of
    /// that is kept.
    pub fn open_or_wait(store: Store, stand_in: Schema, clock: Arc<dyn Clock>) -> Result<Self> {
        let schema = model::load(&store.read()?)?.unwrap_or(stand_in);
        Ok(Self::over(store, schema, clock))
    }

    /// Makes the workspace in a store that has none. [`Error::Invalid`] where there is one already.
    pub fn found(&self, schema: Schema) -> Result<()> {
        model::create(&self.store, &schema, self.clock.now())?;
        self.schema.store(Arc::new(schema));
        Ok(())
    }

    /// Whether there is a workspace in the store.
    pub fn is_founded(&self) -> Result<bool> {
        Ok(model::load(&self.store.read()?)?.is_some())
    }

    /// The highest row an object has given out; rows are dense from 1, some may be gone.
    pub fn last_row(&self, object: ObjectId) -> Result<Row> {
        Ok(Row(self.store.read()?.counter(&crate::records::columns::row_counter(object))?))
    }

    fn over(store: Store, schema: Schema, clock: Arc<dyn Clock>) -> Self {
        let schema = Arc::new(ArcSwap::from_pointee(schema));
        let sealed = Arc::clone(&schema);
        // While nobody waits, rows that lie in `RECORDS` alone get their columns, a chunk at a time.
        store.set_idle_work(Box::new(move |tx| columns::seal_slice(tx, &sealed.load(), 1)));
        Self { store: Arc::new(store), schema, clock, search: OnceLock::new(), kept: Kept::default() }
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

    /// Those of these records that are live and that the actor may see, in the order asked, up to `most`; one snapshot.
    pub fn live(&self, actor: &Actor, ids: &[RecordRef], most: usize) -> Result<Vec<Record>> {
        let (tx, schema) = (self.store.read()?, self.schema());
        let mut records = Vec::new();
        for id in ids {
            if records.len() == most {
                break;
            }
            match read::get(&tx, &schema, actor, *id) {
                Ok(record) if record.state == State::Live => records.push(record),
                Ok(_) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }

    /// Those of `ids` that are no record any more, as they were purged; whoever asks.
    pub fn gone(&self, ids: &[RecordRef]) -> Result<Vec<RecordRef>> {
        let tx = self.store.read()?;
        let mut gone = Vec::new();
        for id in ids {
            if tx.with(Table::Records, &key::record(*id), |_| ())?.is_none() {
                gone.push(*id);
            }
        }
        Ok(gone)
    }

    /// Labels of records, in the order asked; `None` for those the actor may not see and those that are gone.
    pub fn labels(&self, actor: &Actor, ids: &[RecordRef]) -> Result<Vec<Option<Label>>> {
        label::labels(&self.store.read()?, &self.schema(), actor, ids)
    }

    /// Does one command.
    pub fn run(&self, actor: &Actor, command: Command, context: Context) -> Result<Saved> {
        let mut saved = save::run_all(self, actor, vec![command], context, false)?;
        self.found_at_once(&saved);
        saved.pop().ok_or_else(|| Error::Internal("a command gave no answer".into()))
    }

    /// Does all commands in one transaction, or none. Problems name the command's index in [`crate::base::Problem::row`].
    pub fn run_all(&self, actor: &Actor, commands: Vec<Command>, context: Context) -> Result<Vec<Saved>> {
        let saved = save::run_all(self, actor, commands, context, true)?;
        self.found_at_once(&saved);
        Ok(saved)
    }

    fn found_at_once(&self, saved: &[Saved]) {
        let Some(search) = self.search.get().filter(|_| saved.len() <= FOUND_AT_ONCE_MAX) else { return };
        let news: Vec<(RecordRef, Seq)> = saved.iter().filter_map(|s| s.seq.map(|seq| (s.record.id, seq))).collect();
        // It is saved whatever search says, and the relay will see it.
        if let Err(error) = search.saved(&news) {
            tracing::warn!(%error, "a save is not found at once");
        }
    }

    /// Does each command that can be done, in slices behind people's saves: for imports and changes to many records. One
    /// that fails takes no other with it; an error as a whole means the store failed.
    pub fn run_each(&self, actor: &Actor, commands: Vec<Command>, context: Context) -> Result<Outcomes> {
        save::run_each(self, actor, commands, context)
    }

    /// What each command would be refused for, one by one, without doing any: a dry run.
    pub fn judge_each(&self, actor: &Actor, commands: Vec<Command>) -> Result<Vec<Result<()>>> {
        save::judge_each(self, actor, commands)
    }

    /// A snapshot to find records in by their indexed values, for this actor.
    pub fn finder<'a>(&self, actor: &'a Actor) -> Result<Finder<'a>> {
        Ok(Finder { tx: self.store.read()?, schema: self.schema(), actor })
    }

    /// Records that a new one of `object` with these values may be the same as, the likeliest first.
    pub fn duplicates(
        &self,
        actor: &Actor,
        object: ObjectId,
        values: &[(FieldId, crate::model::Value)],
    ) -> Result<Vec<Duplicate>> {
        duplicates::find(self, actor, object, values)
    }

    /// What was done under a request's key in the last day; `None` for nothing.
    pub fn done_before(&self, once: &Once) -> Result<Option<Before>> {
        once::before(&self.store.read()?, once, self.now())
    }

    /// Forgets requests' keys that are older than a day; gives their number.
    pub fn forget_old_requests(&self) -> Result<usize> {
        once::forget_old(&self.store, self.now())
    }

    /// A new batch id.
    pub fn new_batch(&self) -> Result<BatchId> {
        self.store.write(Priority::People, |tx| tx.next_counter("batch").map(BatchId))
    }

    /// How many changes a batch made so far.
    pub fn batch_changes(&self, batch: BatchId) -> Result<u64> {
        undo::count(&self.store.read()?, batch)
    }

    /// Takes back what a batch did, field by field where the value is still the one it wrote. `progress` gets how many of its
    /// changes are gone through, and how many there are. [`Error::NotFound`] where there is no such batch.
    pub fn undo(&self, actor: &Actor, batch: BatchId, progress: &mut dyn FnMut(u64, u64)) -> Result<Undone> {
        undo::undo(self, actor, batch, progress)
    }

    /// The newest `limit` entries of a record's timeline, older than `before` where that is given.
    pub fn timeline(&self, actor: &Actor, id: RecordRef, before: Option<Seq>, limit: usize) -> Result<Vec<Entry>> {
        timeline::read(&self.store.read()?, &self.schema(), actor, id, before, limit)
    }

    /// When each of these records was moved to the trash, and by whom, in the order asked; one snapshot. `None` where that
    /// is not known, and for those the actor may not see.
    pub fn trashed(&self, actor: &Actor, ids: &[RecordRef]) -> Result<Vec<Option<Trashed>>> {
        let (tx, schema) = (self.store.read()?, self.schema());
        ids.iter().map(|id| timeline::trashed(&tx, &schema, actor, *id)).collect()
    }

    /// Compares records, index, columns, log and figures with each other, in one snapshot. `step` is told how many records
    /// and events have been looked at. The chain of the log is the store's to verify.
    pub fn check(&self, step: &mut dyn FnMut(u64)) -> Result<Findings> {
        check::check(&self.store.read()?, &self.schema(), step)
    }

    /// Makes all columns from the records again, `chunks` of them in one slice of the writer's time. `step` is told the
    /// object, how many of its chunks are done, and of how many.
    pub fn rebuild_columns(&self, chunks: u32, step: &mut dyn FnMut(&str, u64, u64)) -> Result<()> {
        let schema = self.schema();
        for object in &schema.objects {
            let total = self.last_row(object.id)?.0 / crate::store::column::CHUNK_ROWS as u64;
            let mut from = Some(0);
            while let Some(chunk) = from {
                let own = object.clone();
                let slice = move |tx: &mut WriteTx<'_>| columns::rebuild_slice(tx, &own, chunk, chunks);
                from = self.store.write(Priority::Bulk, slice)?;
                step(&object.name, from.map_or(total, u64::from), total);
            }
        }
        Ok(())
    }

    /// What narrows down filters of long texts: the search index, which has live records only.
    fn lookup(&self, trashed: bool) -> Option<&dyn TextLookup> {
        let search = self.search.get().filter(|_| !trashed)?;
        Some(search as &dyn TextLookup)
    }

    /// A page of a list.
    pub fn list(&self, actor: &Actor, query: &Query) -> Result<Page> {
        let (tx, schema) = (self.store.read()?, self.schema());
        Ask {
            tx: &tx,
            schema: &schema,
            actor,
            now: self.now(),
            lookup: self.lookup(query.trashed),
            kept: Some(&self.kept),
        }
        .list(query)
    }

    /// How many live records each of these objects has, in the order asked; `None` where the actor doesn't see all of them.
    /// Costs nothing that grows with their number, but once after each change of an object.
    pub fn counts(&self, actor: &Actor, objects: &[ObjectId]) -> Result<Vec<Option<u64>>> {
        let (tx, schema) = (self.store.read()?, self.schema());
        let ask = Ask { tx: &tx, schema: &schema, actor, now: self.now(), lookup: None, kept: Some(&self.kept) };
        objects.iter().map(|object| ask.count(*object)).collect()
    }

    /// The records before and after `id` in the list, and its position from 0; `None` where it is not in it.
    pub fn neighbours(
        &self,
        actor: &Actor,
        query: &Query,
        id: RecordRef,
    ) -> Result<Option<crate::records::query::Neighbours>> {
        let (tx, schema) = (self.store.read()?, self.schema());
        Ask {
            tx: &tx,
            schema: &schema,
            actor,
            now: self.now(),
            lookup: self.lookup(query.trashed),
            kept: Some(&self.kept),
        }
        .neighbours(query, id)
    }

    /// Figures over a list.
    pub fn aggregate(&self, actor: &Actor, aggregate: &Aggregate) -> Result<Figures> {
        let (tx, schema) = (self.store.read()?, self.schema());
        Ask { tx: &tx, schema: &schema, actor, now: self.now(), lookup: self.lookup(false), kept: Some(&self.kept) }
            .aggregate(aggregate)
    }

    /// Opens the search index, or begins to build it; once, when a server starts. `hidden` are the fields that some role
    /// may not see: they stay out of it.
    pub fn open_search(&self, hidden: Vec<(ObjectId, FieldId)>) -> Result<&Search> {
        if let Some(search) = self.search.get() {
            return Ok(search);
        }
        let source = StoreSource::new(Arc::clone(&self.store), Arc::clone(&self.schema), hidden);
        let search = Search::open(&self.store.dir().join(INDEX_DIR), Arc::new(source))?;
        Ok(self.search.get_or_init(|| search))
    }

    /// The search index, where it is open.
    pub fn searching(&self) -> Option<&Search> {
        self.search.get()
    }

    /// Global search. [`Error::Unavailable`] where the index was not opened.
    pub fn search(&self, actor: &Actor, query: &SearchQuery) -> Result<SearchResults> {
        let search = self.search.get().ok_or_else(|| Error::Unavailable("Search is not running here.".into()))?;
        answer::answer(self, search, actor, query)
    }
}
