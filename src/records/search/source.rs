//! Where the index gets records and news from: the store. Documents are made without an actor; whoever asks is looked at
//! when a hit is shown.

use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, RecordRef, Row, Seq};
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Schema, Value};
use crate::records::search::doc::{Making, SearchDoc, doc_from, own_text};
use crate::store::codec::RecordView;
use crate::store::{Direction, ReadTx, Reads, Store, Table, event, events_from, key};
use arc_swap::ArcSwap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

/// The state byte of a live record, see [`crate::store::codec`].
const LIVE: u8 = 0;

/// A row of an object, and its document where it is found by search.
pub type RowDoc = (Row, Option<SearchDoc>);

/// Where the index gets records and news from.
pub trait Source: Send + Sync {
    /// The objects that are searched.
    fn objects(&self) -> Vec<ObjectId>;
    /// The last event.
    fn last(&self) -> Seq;
    /// Waits for an event after `after`, for a while; gives the last event.
    fn wait(&self, after: Seq, timeout: Duration) -> Seq;
    /// A mark of an event that another log would not have; `None` where there is no such event.
    fn mark(&self, seq: Seq) -> Result<Option<u64>>;
    /// What documents are made from beside values: another number, and all of them are made anew.
    fn shape(&self) -> u64;
    /// Up to `most` events after `after`, and the record each is about.
    fn changed(&self, after: Seq, most: usize) -> Result<Vec<(Seq, Option<RecordRef>)>>;
    /// The documents of records, in their order; `None` for those in the trash, gone or not searched.
    fn documents(&self, ids: &[RecordRef]) -> Result<Vec<Option<SearchDoc>>>;
    /// The next rows of an object after `after`, up to `most`.
    fn rows(&self, object: ObjectId, after: Row, most: usize) -> Result<Vec<RowDoc>>;
    /// Whether a field is a long text that is in the documents of its object.
    fn is_long_text(&self, object: ObjectId, field: FieldId) -> bool;
    /// Rows that the object has ever had, about; for progress.
    fn size(&self, object: ObjectId) -> Result<u64>;
}

/// The store as a [`Source`].
pub struct StoreSource {
    store: Arc<Store>,
    schema: Arc<ArcSwap<Schema>>,
    hidden: Vec<(ObjectId, FieldId)>,
}

impl StoreSource {
    /// The records of this store, described by `schema` as it is at each moment; `hidden` are the fields that some role
    /// may not see.
    pub fn new(store: Arc<Store>, schema: Arc<ArcSwap<Schema>>, hidden: Vec<(ObjectId, FieldId)>) -> Self {
        Self { store, schema, hidden }
    }

    fn is_hidden(&self, object: &Object, field: &Field) -> bool {
        field.hidden || self.hidden.contains(&(object.id, field.id))
    }

    fn document(&self, tx: &ReadTx, schema: &Schema, object: &Object, id: RecordRef, values: &Values) -> SearchDoc {
        let titles = Titles { tx, schema };
        let making = Making { schema, hidden: &|o, f| self.is_hidden(o, f), title: &|id| titles.of(id) };
        doc_from(&making, object, id, values)
    }
}

struct Titles<'a> {
    tx: &'a ReadTx,
    schema: &'a Schema,
}

impl Titles<'_> {
    fn of(&self, id: RecordRef) -> Option<String> {
        let object = self.schema.object_by_id(id.object)?;
        let (_, values) = values(self.tx, id).ok()??;
        own_text(object, object.title_field(), &values)
    }
}

fn values(tx: &ReadTx, id: RecordRef) -> Result<Option<(u8, Values)>> {
    tx.with(Table::Records, &key::record(id), decode)?.transpose()
}

fn decode(bytes: &[u8]) -> Result<(u8, Values)> {
    let view = RecordView::parse(bytes)?;
    let values: Result<Values> =
        view.fields().map(|(field, tag, value)| Value::decode(tag, value).map(|v| (field, v))).collect();
    Ok((view.state(), values?))
}

impl Source for StoreSource {
    fn objects(&self) -> Vec<ObjectId> {
        self.schema.load().objects.iter().filter(|o| o.searchable).map(|o| o.id).collect()
    }

    fn last(&self) -> Seq {
        self.store.last_seq()
    }

    fn wait(&self, after: Seq, timeout: Duration) -> Seq {
        self.store.wait_for_news(after, timeout)
    }

    fn mark(&self, seq: Seq) -> Result<Option<u64>> {
        if seq == Seq(0) {
            return Ok(Some(0));
        }
        let found = event(&self.store.read()?, seq)?;
        Ok(found.map(|e| {
            let mut mark = DefaultHasher::new();
            (e.previous, e.digest, e.head.time).hash(&mut mark);
            mark.finish()
        }))
    }

    fn shape(&self) -> u64 {
        let schema = self.schema.load();
        let mut shape = DefaultHasher::new();
        for object in schema.objects.iter().filter(|o| o.searchable) {
            (object.id, object.title).hash(&mut shape);
            for field in &object.fields {
                (field.id, field.kind, self.is_hidden(object, field)).hash(&mut shape);
                field.options.iter().for_each(|choice| (choice.id, &choice.label).hash(&mut shape));
            }
        }
        for stage in schema.pipelines.iter().flat_map(|pipeline| &pipeline.stages) {
            (stage.id, &stage.label).hash(&mut shape);
        }
        shape.finish()
    }

    fn changed(&self, after: Seq, most: usize) -> Result<Vec<(Seq, Option<RecordRef>)>> {
        let tx = self.store.read()?;
        let mut news = Vec::new();
        events_from(&tx, Seq(after.0 + 1), |e| {
            news.push((e.seq, e.head.record));
            Ok(if news.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(news)
    }

    fn documents(&self, ids: &[RecordRef]) -> Result<Vec<Option<SearchDoc>>> {
        let (tx, schema) = (self.store.read()?, self.schema.load());
        let one = |id: &RecordRef| {
            let Some(object) = schema.object_by_id(id.object).filter(|o| o.searchable) else { return Ok(None) };
            let live = values(&tx, *id)?.filter(|(state, _)| *state == LIVE);
            Ok(live.map(|(_, values)| self.document(&tx, &schema, object, *id, &values)))
        };
        ids.iter().map(one).collect()
    }

    fn rows(&self, object: ObjectId, after: Row, most: usize) -> Result<Vec<RowDoc>> {
        let (tx, schema) = (self.store.read()?, self.schema.load());
        let Some(object) = schema.object_by_id(object) else { return Ok(Vec::new()) };
        let from = key::record(RecordRef::new(object.id, Row(after.0 + 1)));
        let end = key::after(&object.id.0.to_be_bytes());
        let mut rows = Vec::with_capacity(most);
        tx.scan(Table::Records, &from, &end, Direction::Forward, &mut |key, bytes| {
            let id = RecordRef::new(object.id, key::row_at_end(key));
            let (state, values) = decode(bytes)?;
            rows.push((id.row, (state == LIVE).then(|| self.document(&tx, &schema, object, id, &values))));
            Ok(if rows.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(rows)
    }

    fn is_long_text(&self, object: ObjectId, field: FieldId) -> bool {
        let schema = self.schema.load();
        let Some(object) = schema.object_by_id(object).filter(|o| o.searchable) else { return false };
        object.field_by_id(field).is_some_and(|f| f.kind == Kind::LongText && !self.is_hidden(object, f))
    }

    fn size(&self, object: ObjectId) -> Result<u64> {
        let end = key::after(&object.0.to_be_bytes());
        let mut last = 0;
        self.store.read()?.scan(
            Table::Records,
            &object.0.to_be_bytes(),
            &end,
            Direction::Backward,
            &mut |key, _| {
                last = key::row_at_end(key).0;
                Ok(ControlFlow::Break(()))
            },
        )?;
        Ok(last)
    }
}
