//! Global search as you type. This folder is the only tantivy code. The index is disposable: the store is the truth, and
//! every hit is read again for the actor before it is shown.

pub mod answer;
pub mod doc;
pub mod docs;
mod folder;
pub mod index;
pub mod key;
pub mod part;
pub mod query;
mod rank;
mod relay;
pub mod shown;
mod sight;
pub mod source;
pub mod tail;
pub mod typed;
mod typo;
pub mod words;

pub use source::{Source, StoreSource};

use crate::base::id::{FieldId, ObjectId, RecordRef, Row, Seq};
use crate::base::{Error, Result};
use crate::records::Record;
use crate::records::query::scan::TextLookup;
use folder::Folder;
use index::Index;
use part::Part;
use query::{Ask, Found};
use relay::{Relay, Shared};
use sight::Sights;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use typed::Typed;

/// Events that a search reads into the tail before it answers.
const NEWS_MAX: usize = 256;
/// Events that are read into the tail when a workspace opens.
const REFILL_MAX: usize = 2_000;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SearchQuery {
    /// What was typed.
    pub text: String,
    /// Only records of this object; `None` for all.
    pub object: Option<ObjectId>,
    /// Hits at most, over all objects.
    pub limit: usize,
    /// Hits of one object at most, as long as others have some; `None` for as many as are best.
    pub each: Option<usize>,
    /// Hits of other objects than `object` are counted too.
    pub count_all: bool,
    /// Records that the asker opened lately, latest first: they come first among equals.
    pub opened: Vec<RecordRef>,
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
    /// The record itself, as the asker may see it.
    pub record: Record,
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

/// Which records may be found.
pub type Visible<'a> = dyn Fn(RecordRef, Contacts<'_>) -> bool + 'a;

/// The contacts that a record hangs on, looked up where somebody asks.
#[derive(Clone, Copy)]
pub struct Contacts<'a> {
    part: &'a dyn Part,
    doc: u32,
}

impl Contacts<'_> {
    /// Whether any of them passes.
    pub fn any(&self, passes: impl Fn(Row) -> bool) -> bool {
        self.part.any_contact(self.doc, &passes)
    }
}

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Records read.
    pub done: u64,
    /// Records in all, about.
    pub total: u64,
}

/// The search of a workspace: its index, the tail, and the thread that keeps them up.
pub struct Search {
    shared: Arc<Shared>,
    sights: Sights,
    relay: Mutex<Option<JoinHandle<()>>>,
    check: Mutex<Option<JoinHandle<()>>>,
}

impl Search {
    /// Opens the index in `dir`, or begins to build it where there is none that can be used; answers at once either way.
    pub fn open(dir: &Path, source: Arc<dyn Source>) -> Result<Self> {
        let folder = Folder::new(dir)?;
        let shared = Arc::new(Shared::new(Arc::clone(&source)));
        let (last, shape) = (source.last(), source.shape());
        let fits = |place: &index::Place| {
            place.shape == shape && place.seq <= last && source.mark(place.seq).is_ok_and(|m| m == Some(place.mark))
        };
        let found = folder.open_index(fits);
        let mut checking = None;
        if let Some((index, place)) = found {
            let index = Arc::new(index);
            shared.indexed.store(place.seq.0, Ordering::Release);
            shared.seen.store(place.seq.0, Ordering::Release);
            shared.current.store(Some(Arc::clone(&index)));
            shared.absorb_news(REFILL_MAX)?;
            let shared = Arc::clone(&shared);
            checking = Some(spawn("search-check", move || check(&shared, &index))?);
        }
        let relay = Relay::new(Arc::clone(&shared), folder);
        let relay = spawn("search", move || relay.run())?;
        Ok(Self { shared, sights: Sights::default(), relay: Mutex::new(Some(relay)), check: Mutex::new(checking) })
    }

    /// Records were saved: they are found from now on. Only worth it for the few that a person waits for; the relay sees
    /// all others within a moment.
    pub fn saved(&self, saved: &[(RecordRef, Seq)]) -> Result<()> {
        self.shared.absorb(saved)
    }

    /// Finds what was typed among the records of `objects` that are `visible`; also tells whether the answer is partial,
    /// because the index is being built.
    pub fn find(
        &self,
        typed: &Typed,
        objects: &[ObjectId],
        limit: usize,
        visible: &Visible<'_>,
    ) -> Result<(Found, bool)> {
        self.shared.absorb_news(NEWS_MAX)?;
        let tail = self.shared.tail.read().unwrap_or_else(PoisonError::into_inner);
        let current = self.shared.current.load_full();
        let partial = current.is_none();
        let index = current.or_else(|| self.shared.building.load_full());
        let segments = index.map(|index| index.segments()).unwrap_or_default();
        let accept = |part: &dyn Part, doc: u32| {
            let id = part.id(doc);
            let found = visible(id, Contacts { part, doc }) && (part.is_tail() || !tail.covers(id));
            found.then_some(id)
        };
        let ask = Ask { typed, objects, limit, accept: &accept };
        let memory: &dyn Part = tail.memory();
        let mut parts = index::parts(&segments);
        parts.push(memory);
        // The library may panic over a damaged file; the index is disposable, so another one is made.
        match catch_unwind(AssertUnwindSafe(|| query::find(&parts, &ask))) {
            Ok(Ok(found)) => Ok((found, partial)),
            Ok(Err(error)) => self.without_index(memory, &ask, &error),
            Err(_) => self.without_index(memory, &ask, &Error::Internal("The search index is damaged.".into())),
        }
    }

    fn without_index(&self, memory: &dyn Part, ask: &Ask<'_>, error: &Error) -> Result<(Found, bool)> {
        tracing::warn!(%error, "search index: building another one");
        self.shared.damaged.store(true, Ordering::Release);
        query::find(&[memory], ask).map(|found| (found, true))
    }

    /// Rows of an object that may hold `text` somewhere in the long text `field`, in words that touch like those of
    /// `text`: the record has to be asked again. `None` where the index can't tell.
    pub fn rows_with_text(&self, object: ObjectId, field: FieldId, text: &str) -> Result<Option<Vec<Row>>> {
        if !self.shared.source.is_long_text(object, field) || !self.shared.absorb_news(NEWS_MAX)? {
            return Ok(None);
        }
        let tail = self.shared.tail.read().unwrap_or_else(PoisonError::into_inner);
        let Some(index) = self.shared.current.load_full() else { return Ok(None) };
        let segments = index.segments();
        let mut parts = index::parts(&segments);
        parts.push(tail.memory());
        let asked = catch_unwind(AssertUnwindSafe(|| {
            query::rows_with_text(&parts, object, text, &|part, doc| {
                let id = part.id(doc);
                (part.is_tail() || !tail.covers(id)).then_some(id)
            })
        }));
        match asked {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(_)) | Err(_) => {
                self.shared.damaged.store(true, Ordering::Release);
                Ok(None)
            }
        }
    }

    /// Builds a new index beside the one that answers, and then lets the new one answer.
    pub fn reindex(&self) {
        self.shared.wanted.store(true, Ordering::Release);
    }

    /// How far a rebuild has come; `None` where none is under way.
    pub fn rebuilding(&self) -> Option<Progress> {
        let waits = self.shared.wanted.load(Ordering::Acquire) || self.shared.damaged.load(Ordering::Acquire);
        let none = self.shared.current.load().is_none();
        let (done, total) = &self.shared.progress;
        let progress = || Progress { done: done.load(Ordering::Relaxed), total: total.load(Ordering::Relaxed) };
        (waits || none || self.shared.building.load().is_some()).then(progress)
    }

    /// The last event that the index on disk has.
    pub fn indexed(&self) -> Seq {
        Seq(self.shared.indexed.load(Ordering::Acquire))
    }

    /// Records in the index on disk.
    pub fn documents(&self) -> u64 {
        self.shared.current.load().as_ref().map_or(0, |index| index.documents())
    }

    /// Ends the threads. What is not in the index yet is read from the log when it is opened again.
    pub fn stop(&self) {
        self.shared.stop();
        join(&self.check);
        join(&self.relay);
    }

    /// Waits until the index that was opened has been read through once, and damage in it would be known.
    pub fn wait_until_checked(&self) {
        join(&self.check);
    }
}

impl TextLookup for Search {
    fn rows(&self, object: ObjectId, field: FieldId, needle: &str) -> Option<Vec<Row>> {
        self.rows_with_text(object, field, needle).unwrap_or_else(|error| {
            tracing::warn!(%error, "a long text is looked for without the index");
            None
        })
    }
}

fn join(thread: &Mutex<Option<JoinHandle<()>>>) {
    let thread = thread.lock().unwrap_or_else(PoisonError::into_inner).take();
    if thread.is_some_and(|t| t.join().is_err()) {
        tracing::error!("a search thread panicked");
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map_err(|e| Error::internal("a thread could not be started", e))
}

/// Reads the whole index once after it was opened: damage inside a file shows in no other way.
fn check(shared: &Shared, index: &Index) {
    if !index.is_sound(&|| shared.is_stopped()) {
        tracing::warn!("the search index is damaged; building another one");
        shared.damaged.store(true, Ordering::Release);
    }
}
