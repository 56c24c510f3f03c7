//! The index on disk: its fields, its one writer, its reader. It keeps ids, dates and words, never a value, and every
//! commit says how far into the log it has read. Nothing here decides what a document is or who may see it.

use crate::base::id::{ObjectId, RecordRef, Row, Seq};
use crate::base::text::FOLD_VERSION;
use crate::base::{Error, Result};
use crate::records::search::doc::SearchDoc;
use crate::records::search::key::{KEYS_VERSION, keys_of};
use crate::records::search::part::{Part, Segment};
use arc_swap::ArcSwap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::{BytesOptions, FAST, Field, INDEXED, Schema};
use tantivy::{IndexReader, IndexSettings, IndexSortByField, IndexWriter, Order, ReloadPolicy, TantivyDocument, Term};

/// Bytes the writer gathers before it writes a segment.
const WRITER_BYTES: usize = 48 << 20;
/// A segment with more than this share of deleted documents is written anew.
const DELETED_SHARE_MAX: f32 = 0.3;

/// Segments of about the same size that are written as one. Every segment is walked for each search, so fewer than the
/// library's 8.
const ALIKE_MAX: usize = 4;
/// Segments that an index at rest may have; where there are more, they are all written as one.
const REST_MAX: usize = 3;

/// Time between two looks at whether merges are done.
const MERGE_LOOK: Duration = Duration::from_millis(10);

/// The fields of the index.
#[derive(Debug, Clone, Copy)]
pub struct Fields {
    /// The record, packed: what a delete names.
    pub id: Field,
    /// Milliseconds of the last change; the index is sorted by it, newest first.
    pub updated: Field,
    /// Contact rows.
    pub contacts: Field,
    /// All keys of [`crate::records::search::key`].
    pub keys: Field,
}

fn schema() -> (Schema, Fields) {
    let mut schema = Schema::builder();
    let fields = Fields {
        id: schema.add_u64_field("id", FAST | INDEXED),
        updated: schema.add_u64_field("updated", FAST),
        contacts: schema.add_u64_field("contacts", FAST),
        keys: schema.add_bytes_field("keys", BytesOptions::default().set_indexed()),
    };
    (schema.build(), fields)
}

/// A record in one number.
pub fn pack(id: RecordRef) -> u64 {
    (u64::from(id.object.0) << 48) | id.row.0
}

/// The record of [`pack`].
pub fn unpack(packed: u64) -> RecordRef {
    RecordRef::new(ObjectId((packed >> 48) as u16), Row(packed & ((1 << 48) - 1)))
}

/// How far a commit has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The last event whose record is in it.
    pub seq: Seq,
    /// A mark of that event, so that another log's index is noticed.
    pub mark: u64,
    /// What documents were made from, see `Source::shape`.
    pub shape: u64,
    /// Whether all records are in it, rather than those of an unfinished rebuild.
    pub whole: bool,
}

impl Place {
    fn text(self) -> String {
        let Self { seq, mark, shape, whole } = self;
        format!("{KEYS_VERSION} {FOLD_VERSION} {seq} {mark} {shape} {}", u8::from(whole))
    }

    fn from_text(text: &str) -> Option<Self> {
        let n: Vec<u64> = text.split(' ').map(|n| n.parse().ok()).collect::<Option<_>>()?;
        let [keys, fold, seq, mark, shape, whole] = n[..] else { return None };
        let same = keys == u64::from(KEYS_VERSION) && fold == u64::from(FOLD_VERSION);
        same.then_some(Self { seq: Seq(seq), mark, shape, whole: whole == 1 })
    }
}

/// An index in a directory of its own.
pub struct Index {
    dir: PathBuf,
    index: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    segments: ArcSwap<Vec<Segment>>,
    writer: Mutex<Option<IndexWriter>>,
}

impl Index {
    /// A new, empty index; the directory must not hold one.
    pub fn create(dir: &Path) -> Result<Self> {
        std::fs::create_dir_all(dir).map_err(|e| failed("The search index could not be made", e))?;
        let (schema, fields) = schema();
        let sort = IndexSortByField { field: "updated".into(), order: Order::Desc };
        let settings = IndexSettings { sort_by_field: Some(sort), ..IndexSettings::default() };
        let index = tantivy::Index::builder().schema(schema).settings(settings).create_in_dir(dir);
        Self::with(dir, index.map_err(|e| failed("The search index could not be made", e))?, fields)
    }

    /// Opens an index that [`Index::create`] made, and says how far it has come; `None` for another version's.
    pub fn open(dir: &Path) -> Result<Option<(Self, Place)>> {
        let index = tantivy::Index::open_in_dir(dir).map_err(|e| failed("The search index could not be opened", e))?;
        let (schema, fields) = schema();
        let meta = index.load_metas().map_err(|e| failed("The search index could not be opened", e))?;
        let Some(place) = meta.payload.as_deref().and_then(Place::from_text).filter(|_| index.schema() == schema)
        else {
            return Ok(None);
        };
        Ok(Some((Self::with(dir, index, fields)?, place)))
    }

    fn with(dir: &Path, index: tantivy::Index, fields: Fields) -> Result<Self> {
        let reader = (index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into())
            .map_err(|e| failed("The search index could not be opened", e))?;
        let new =
            Self { dir: dir.to_owned(), index, reader, fields, segments: ArcSwap::default(), writer: Mutex::new(None) };
        new.reload()?;
        Ok(new)
    }

    /// Where it is.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// The parts a query looks at, as of the last commit.
    pub fn segments(&self) -> Arc<Vec<Segment>> {
        self.segments.load_full()
    }

    /// Takes the documents of these records out and puts `docs` in, at the next [`Index::commit`].
    pub fn change(&self, out: &[RecordRef], docs: &[SearchDoc]) -> Result<()> {
        let mut writer = self.writer()?;
        let writer = Self::opened(&self.index, &mut writer)?;
        for id in out {
            writer.delete_term(Term::from_field_u64(self.fields.id, pack(*id)));
        }
        for doc in docs {
            writer.add_document(self.document(doc)).map_err(|e| failed("The search index could not be written", e))?;
        }
        Ok(())
    }

    fn document(&self, doc: &SearchDoc) -> TantivyDocument {
        let mut document = TantivyDocument::default();
        document.add_u64(self.fields.id, pack(doc.id));
        document.add_u64(self.fields.updated, u64::try_from(doc.updated_at).unwrap_or(0));
        for row in &doc.contact_rows {
            document.add_u64(self.fields.contacts, *row);
        }
        for key in keys_of(doc) {
            document.add_bytes(self.fields.keys, &key);
        }
        document
    }

    /// Makes all changes durable and visible, together with how far they go.
    pub fn commit(&self, place: Place) -> Result<()> {
        let mut writer = self.writer()?;
        let writer = Self::opened(&self.index, &mut writer)?;
        let mut commit = writer.prepare_commit().map_err(|e| failed("The search index could not be written", e))?;
        commit.set_payload(&place.text());
        commit.commit().map_err(|e| failed("The search index could not be written", e))?;
        self.reload()
    }

    /// Closes the writer, once its merges are done; the next change opens it again. That may take a minute for a million
    /// records: where `stop` says so it is not waited for, and what was not written as one yet stays as it is.
    pub fn rest(&self, stop: &dyn Fn() -> bool) -> Result<()> {
        let Some(writer) = self.writer()?.take() else { return Ok(()) };
        let waiting = (std::thread::Builder::new().name("search-merge".into()))
            .spawn(move || writer.wait_merging_threads())
            .map_err(|e| failed("a thread could not be started", e))?;
        while !waiting.is_finished() {
            if stop() {
                return Ok(());
            }
            std::thread::sleep(MERGE_LOOK);
        }
        let ended = waiting.join().map_err(|_| Error::Internal("The search index could not be written.".into()))?;
        ended.map_err(|e| failed("The search index could not be written", e))?;
        self.reload()
    }

    /// Begins to write all segments as one, where there are many. It goes on behind commits and searches; [`Index::rest`]
    /// waits for its end.
    pub fn condense(&self, stop: &dyn Fn() -> bool) -> Result<()> {
        self.rest(stop)?;
        if stop() {
            return Ok(());
        }
        let ids = self.index.searchable_segment_ids().map_err(|e| failed("The search index could not be read", e))?;
        if ids.len() > REST_MAX {
            let mut writer = self.writer()?;
            // What becomes of it shows in the segments, so nobody waits here.
            drop(Self::opened(&self.index, &mut writer)?.merge(&ids));
        }
        Ok(())
    }

    /// Reads every file and compares checksums; false where one is damaged. Takes about a second per gigabyte, and ends
    /// early where `stop` says so.
    pub fn is_sound(&self, stop: &dyn Fn() -> bool) -> bool {
        let files = || self.index.load_metas().map(|meta| meta.list_segment_files());
        let Ok(all) = files() else { return false };
        let managed = self.index.directory().list_managed_files();
        for path in all.intersection(&managed) {
            if stop() {
                return true;
            }
            let sound = self.index.directory().validate_checksum(path).unwrap_or(false);
            // A merge deletes files while they are read here.
            if !sound && files().map_or(true, |now| now.contains(path)) {
                return false;
            }
        }
        true
    }

    /// Drops the writer with what it has not committed.
    pub fn forget_writer(&self) {
        *self.writer.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Live documents.
    pub fn documents(&self) -> u64 {
        self.reader.searcher().num_docs()
    }

    fn reload(&self) -> Result<()> {
        self.reader.reload().map_err(|e| failed("The search index could not be read", e))?;
        let searcher = self.reader.searcher();
        let segments: Result<Vec<Segment>> =
            searcher.segment_readers().iter().map(|reader| Segment::open(reader, &self.fields)).collect();
        self.segments.store(Arc::new(segments?));
        Ok(())
    }

    fn writer(&self) -> Result<MutexGuard<'_, Option<IndexWriter>>> {
        Ok(self.writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn opened<'a>(index: &tantivy::Index, writer: &'a mut Option<IndexWriter>) -> Result<&'a mut IndexWriter> {
        if writer.is_none() {
            let options = IndexWriterOptions::builder()
                .memory_budget_per_thread(WRITER_BYTES)
                .num_worker_threads(1)
                .num_merge_threads(1)
                .build();
            let new: IndexWriter =
                index.writer_with_options(options).map_err(|e| failed("The search index could not be written", e))?;
            let mut policy = LogMergePolicy::default();
            policy.set_min_num_segments(ALIKE_MAX);
            policy.set_del_docs_ratio_before_merge(DELETED_SHARE_MAX);
            new.set_merge_policy(Box::new(policy));
            *writer = Some(new);
        }
        writer.as_mut().ok_or_else(|| Error::Internal("The search index has no writer.".into()))
    }
}

/// The segments as the parts a query takes.
pub fn parts(segments: &[Segment]) -> Vec<&dyn Part> {
    segments.iter().map(|s| s as &dyn Part).collect()
}

fn failed(what: &str, error: impl std::fmt::Display) -> Error {
    Error::internal(what, error)
}
