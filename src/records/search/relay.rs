//! Keeps the index up with the log: on one thread it reads what is new, makes the records' documents anew and commits,
//! and rebuilds the whole index in slices in between where it is missing, damaged or made otherwise. The store is the
//! truth; nothing here can lose anything but time.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef, Row, Seq};
use crate::model::object::standard;
use crate::records::search::docs::END;
use crate::records::search::folder::Folder;
use crate::records::search::index::{Index, Place, parts};
use crate::records::search::key::{WHOLE, key, related_key};
use crate::records::search::part::Part;
use crate::records::search::source::Source;
use crate::records::search::tail::Tail;
use crate::records::search::words::cut;
use arc_swap::ArcSwapOption;
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Time between two commits.
const PACE: Duration = Duration::from_millis(250);
/// Time without news after which segments are made fewer and the writer is closed.
const IDLE: Duration = Duration::from_secs(30);
/// Time to wait after a failure.
const RETRY: Duration = Duration::from_secs(2);
/// Failures in a row after which the index is made anew.
const FAILURES_MAX: u32 = 3;
/// Events read at a time.
const EVENTS: usize = 2_000;
/// Events between two commits at most.
const COMMIT_EVENTS: usize = 20_000;
/// Records read at a time by a rebuild.
const SLICE: usize = 500;
/// Records between two commits of a rebuild: what it has is found meanwhile.
const REBUILD_COMMIT: u64 = 200_000;

/// What the threads and the searches share.
pub struct Shared {
    /// Where records come from.
    pub source: Arc<dyn Source>,
    /// The index that answers; `None` until there is one.
    pub current: ArcSwapOption<Index>,
    /// The index being built, which answers in part while there is no other.
    pub building: ArcSwapOption<Index>,
    /// What is not in the index yet.
    pub tail: RwLock<Tail>,
    /// Events that the index or the tail has.
    pub seen: AtomicU64,
    /// Events that the index has.
    pub indexed: AtomicU64,
    /// Records a rebuild has read, and about how many there are.
    pub progress: (AtomicU64, AtomicU64),
    /// The index can't be trusted: make another and don't ask this one.
    pub damaged: AtomicBool,
    /// Somebody asked for a new index.
    pub wanted: AtomicBool,
    stop: Mutex<bool>,
    stopped: Condvar,
}

impl Shared {
    /// Nothing yet.
    pub fn new(source: Arc<dyn Source>) -> Self {
        Self {
            source,
            current: ArcSwapOption::empty(),
            building: ArcSwapOption::empty(),
            tail: RwLock::default(),
            seen: AtomicU64::new(0),
            indexed: AtomicU64::new(0),
            progress: (AtomicU64::new(0), AtomicU64::new(0)),
            damaged: AtomicBool::new(false),
            wanted: AtomicBool::new(false),
            stop: Mutex::new(false),
            stopped: Condvar::new(),
        }
    }

    /// Tells the threads to end.
    pub fn stop(&self) {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stopped.notify_all();
    }

    /// Whether the threads are to end.
    pub fn is_stopped(&self) -> bool {
        *self.stop.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pause(&self, time: Duration) {
        let stop = self.stop.lock().unwrap_or_else(PoisonError::into_inner);
        if !*stop {
            drop(self.stopped.wait_timeout(stop, time));
        }
    }

    /// Reads events after those seen into the tail, `most` at most; tells whether that was all.
    pub fn absorb_news(&self, most: usize) -> Result<bool> {
        let seen = Seq(self.seen.load(Ordering::Acquire));
        if self.source.last() <= seen {
            return Ok(true);
        }
        let news = self.source.changed(seen, most + 1)?;
        if news.len() > most {
            return Ok(false);
        }
        let ids: Vec<(RecordRef, Seq)> = news.iter().filter_map(|(seq, id)| id.map(|id| (id, *seq))).collect();
        self.absorb(&ids)?;
        let last = news.last().map_or(seen, |(seq, _)| *seq);
        let full = self.tail.read().unwrap_or_else(PoisonError::into_inner).is_full();
        if !full {
            self.seen.fetch_max(last.0, Ordering::AcqRel);
        }
        Ok(!full)
    }

    /// Takes these records, as they are now, into the tail.
    pub fn absorb(&self, news: &[(RecordRef, Seq)]) -> Result<()> {
        let ids: Vec<RecordRef> = news.iter().map(|(id, _)| *id).collect();
        // Read under the lock: of two who absorb a record, the later one has read it later.
        let mut tail = self.tail.write().unwrap_or_else(PoisonError::into_inner);
        for ((id, seq), doc) in news.iter().zip(self.source.documents(&ids)?) {
            if seq.0 > self.indexed.load(Ordering::Acquire) {
                tail.absorb(*id, *seq, doc);
            }
        }
        Ok(())
    }
}

/// A rebuild under way.
struct Build {
    index: Arc<Index>,
    start: Place,
    objects: Vec<ObjectId>,
    at: Row,
    since_commit: u64,
}

/// The thread that keeps the index up.
pub struct Relay {
    shared: Arc<Shared>,
    folder: Folder,
    build: Option<Build>,
    /// What the documents of the index that answers were made from, and what they would be made from now.
    shapes: (u64, u64),
    failures: u32,
    last_commit: Instant,
    last_news: Instant,
}

impl Relay {
    /// A relay for the indexes in a folder.
    pub fn new(shared: Arc<Shared>, folder: Folder) -> Self {
        let now = Instant::now();
        let shape = shared.source.shape();
        Self {
            shared,
            folder,
            build: None,
            shapes: (shape, shape),
            failures: 0,
            last_commit: now - PACE,
            last_news: now,
        }
    }

    /// Works until it is told to stop.
    pub fn run(mut self) {
        while !self.shared.is_stopped() {
            match self.step() {
                Ok(()) => self.failures = 0,
                Err(error) => self.failed(&error),
            }
        }
    }

    fn failed(&mut self, error: &crate::base::Error) {
        tracing::warn!(%error, "search index");
        self.failures += 1;
        self.build = None;
        self.shared.building.store(None);
        if let Some(index) = self.shared.current.load_full() {
            index.forget_writer();
            if self.failures >= FAILURES_MAX {
                self.shared.damaged.store(true, Ordering::Release);
            }
        }
        self.shared.pause(RETRY);
    }

    fn step(&mut self) -> Result<()> {
        if self.shared.damaged.load(Ordering::Acquire) {
            self.shared.indexed.store(0, Ordering::Release);
            self.shared.current.store(None);
            self.build = None;
            self.shared.damaged.store(false, Ordering::Release);
        }
        let shape = self.shared.source.shape();
        if shape != self.shapes.1 {
            // The data model has changed in what is searched: what is being built is wrong, what answers is old.
            self.shapes.1 = shape;
            self.build = None;
            self.shared.building.store(None);
            self.shared.wanted.store(true, Ordering::Release);
        }
        let current = self.shared.current.load_full();
        if self.build.is_none() && (current.is_none() || self.shared.wanted.load(Ordering::Acquire)) {
            self.begin()?;
            self.shared.wanted.store(false, Ordering::Release);
        }
        if let Some(index) = current
            && self.last_commit.elapsed() >= PACE
        {
            self.follow(&index)?;
        }
        if self.build.is_some() {
            return self.build_slice();
        }
        let indexed = Seq(self.shared.indexed.load(Ordering::Acquire));
        if self.shared.source.wait(indexed, PACE) > indexed {
            self.last_news = Instant::now();
            self.shared.pause(PACE.saturating_sub(self.last_commit.elapsed()));
        } else if self.last_news.elapsed() >= IDLE
            && let Some(index) = self.shared.current.load_full()
        {
            index.condense(&|| self.shared.is_stopped())?;
            self.last_news = Instant::now();
        }
        Ok(())
    }

    /// Brings the index that answers up to the log.
    fn follow(&mut self, index: &Index) -> Result<()> {
        let from = Seq(self.shared.indexed.load(Ordering::Acquire));
        let Some(place) = catch_up(&*self.shared.source, index, from, self.shapes.0)? else { return Ok(()) };
        self.last_commit = Instant::now();
        self.settle(place.seq);
        Ok(())
    }

    fn settle(&self, seq: Seq) {
        let mut tail = self.shared.tail.write().unwrap_or_else(PoisonError::into_inner);
        self.shared.indexed.store(seq.0, Ordering::Release);
        self.shared.seen.fetch_max(seq.0, Ordering::AcqRel);
        tail.settle(seq);
    }

    fn begin(&mut self) -> Result<()> {
        let source = &self.shared.source;
        let seq = source.last();
        let start = Place { seq, mark: source.mark(seq)?.unwrap_or(0), shape: source.shape(), whole: false };
        let index = Arc::new(self.folder.new_index()?);
        let mut objects = source.objects();
        let mut total = 0;
        for object in &objects {
            total += source.size(*object)?;
        }
        self.shared.progress.0.store(0, Ordering::Relaxed);
        self.shared.progress.1.store(total, Ordering::Relaxed);
        self.shared.building.store(Some(Arc::clone(&index)));
        if self.shared.current.load().is_none() {
            self.shared.seen.fetch_max(seq.0, Ordering::AcqRel);
        }
        objects.reverse();
        self.build = Some(Build { index, start, objects, at: Row(0), since_commit: 0 });
        Ok(())
    }

    fn build_slice(&mut self) -> Result<()> {
        let Some(build) = &mut self.build else { return Ok(()) };
        let Some(object) = build.objects.last().copied() else { return self.finish() };
        let rows = self.shared.source.rows(object, build.at, SLICE)?;
        let Some((last, _)) = rows.last() else {
            build.objects.pop();
            build.at = Row(0);
            return Ok(());
        };
        build.at = *last;
        build.since_commit += rows.len() as u64;
        self.shared.progress.0.fetch_add(rows.len() as u64, Ordering::Relaxed);
        let docs: Vec<_> = rows.into_iter().filter_map(|(_, doc)| doc).collect();
        build.index.change(&[], &docs)?;
        if build.since_commit >= REBUILD_COMMIT {
            build.since_commit = 0;
            build.index.commit(build.start)?;
        }
        if self.shared.current.load().is_none() {
            self.shared.absorb_news(EVENTS)?;
        }
        Ok(())
    }

    /// All records are in: catches up with what happened meanwhile and lets the new index answer.
    fn finish(&mut self) -> Result<()> {
        let Some(build) = self.build.take() else { return Ok(()) };
        let source = &*self.shared.source;
        let mut place = Place { whole: true, ..build.start };
        build.index.commit(place)?;
        while place.seq.0 < self.shared.indexed.load(Ordering::Acquire) || source.last().0 > place.seq.0 + EVENTS as u64
        {
            let Some(next) = catch_up(source, &build.index, place.seq, place.shape)? else { break };
            place = next;
            if self.shared.is_stopped() {
                return Ok(());
            }
        }
        self.shared.current.store(Some(Arc::clone(&build.index)));
        self.shared.building.store(None);
        self.shapes.0 = place.shape;
        self.settle(place.seq);
        self.folder.keep_only(build.index.dir());
        // It answers already; with fewer segments it answers faster, and a busy server may never be at rest.
        build.index.condense(&|| self.shared.is_stopped())
    }
}

/// Brings an index from the event `from` up to the log, or a good piece nearer, with one commit; `None` where nothing
/// was new.
fn catch_up(source: &dyn Source, index: &Index, from: Seq, shape: u64) -> Result<Option<Place>> {
    let mut at = from;
    let mut events = 0;
    while events < COMMIT_EVENTS {
        let news = source.changed(at, EVENTS)?;
        let Some((last, _)) = news.last() else { break };
        at = *last;
        events += news.len();
        let mut seen = HashSet::new();
        let ids: Vec<RecordRef> = news.iter().filter_map(|(_, id)| *id).filter(|id| seen.insert(*id)).collect();
        refresh(source, index, &ids)?;
        if news.len() < EVENTS {
            break;
        }
    }
    if at == from {
        return Ok(None);
    }
    let place = Place { seq: at, mark: source.mark(at)?.unwrap_or(0), shape, whole: true };
    index.commit(place)?;
    Ok(Some(place))
}

/// Makes the documents of these records anew, and those of records that carry the name of a renamed company.
fn refresh(source: &dyn Source, index: &Index, ids: &[RecordRef]) -> Result<()> {
    let docs = source.documents(ids)?;
    let mut bearing = HashSet::new();
    let segments = index.segments();
    for (id, doc) in ids.iter().zip(&docs) {
        if id.object != standard::COMPANIES {
            continue;
        }
        let title = doc.as_ref().map(|d| crate::base::text::fold(&d.title));
        for part in parts(&segments) {
            if !is_called(part, *id, title.as_deref())? {
                bearing.extend(bearing_name_of(part, *id)?);
            }
        }
    }
    for id in ids {
        bearing.remove(id);
    }
    let found: Vec<_> = docs.into_iter().flatten().collect();
    index.change(ids, &found)?;
    let bearing: Vec<RecordRef> = bearing.into_iter().collect();
    for slice in bearing.chunks(SLICE) {
        let docs: Vec<_> = source.documents(slice)?.into_iter().flatten().collect();
        index.change(slice, &docs)?;
    }
    Ok(())
}

/// Whether a part has the record under this title, or does not have it at all.
fn is_called(part: &dyn Part, id: RecordRef, title: Option<&str>) -> Result<bool> {
    let Some(title) = title else { return Ok(false) };
    let mut docs = part.exact(&key(WHOLE, id.object, cut(title)))?;
    while docs.doc() != END {
        if part.id(docs.doc()) == id {
            return Ok(true);
        }
        docs.advance();
    }
    Ok(false)
}

fn bearing_name_of(part: &dyn Part, company: RecordRef) -> Result<Vec<RecordRef>> {
    let mut docs = part.exact(&related_key(company))?;
    let mut bearing = Vec::new();
    while docs.doc() != END {
        if part.is_alive(docs.doc()) {
            bearing.push(part.id(docs.doc()));
        }
        docs.advance();
    }
    Ok(bearing)
}
