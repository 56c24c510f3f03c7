//! A part of what is searched: a segment of the index, or the tail of changes that are not in it yet. A query knows only
//! this face, so both answer alike.

use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::{Error, Result};
use crate::records::search::docs::Docs;
use crate::records::search::index::{Fields, unpack};
use crate::records::search::key::{KIND_MAX, WHOLE, key};
use levenshtein_automata::{DFA, Distance, SINK_STATE};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tantivy::SegmentReader;
use tantivy::columnar::Column;
use tantivy::fastfield::AliveBitSet;
use tantivy::index::InvertedIndexReader;
use tantivy::postings::TermInfo;
use tantivy::schema::IndexRecordOption;

/// Up to this many lists are walked side by side; more are gathered first.
const LISTS_MAX: usize = 6;
/// Up to this many documents are gathered as a sorted list, more as bits.
const FEW_MAX: u64 = 512;

/// A part of what is searched. Documents are numbers, newest first.
pub trait Part {
    /// Whether it has documents of an object.
    fn has(&self, object: ObjectId) -> bool;
    /// Documents with exactly this key.
    fn exact(&self, key: &[u8]) -> Result<Docs>;
    /// Documents with a key that begins so.
    fn beginning(&self, key: &[u8]) -> Result<Docs>;
    /// Documents with a key that begins with `head` and goes on with a word that one of these takes, for the first that
    /// does; the last of them takes whatever any of them takes.
    fn similar(&self, head: &[u8], grades: &[Arc<DFA>]) -> Result<Vec<Docs>>;
    /// Documents with a key that begins with `head` and goes on with a word that `test` says yes to; reads all words.
    fn matching(&self, head: &[u8], test: &dyn Fn(&[u8]) -> bool) -> Result<Docs>;
    /// Whether it holds what the index does not have yet.
    fn is_tail(&self) -> bool {
        false
    }
    /// Whether a document still counts.
    fn is_alive(&self, doc: u32) -> bool;
    /// Its record.
    fn id(&self, doc: u32) -> RecordRef;
    /// When it was last changed.
    fn updated_at(&self, doc: u32) -> i64;
    /// Whether any of the contact rows it hangs on passes.
    fn any_contact(&self, doc: u32, passes: &dyn Fn(Row) -> bool) -> bool;
}

/// A test for words within so many edits, after a fixed head.
struct After<'a> {
    head: &'a [u8],
    dfa: &'a DFA,
}

impl tantivy_fst::Automaton for After<'_> {
    /// Bytes of the head seen, then the automaton's state; `None` once nothing can match.
    type State = Option<(usize, u32)>;

    fn start(&self) -> Self::State {
        Some((0, self.dfa.initial_state()))
    }

    fn is_match(&self, state: &Self::State) -> bool {
        state.is_some_and(|(seen, state)| {
            seen == self.head.len() && matches!(self.dfa.distance(state), Distance::Exact(_))
        })
    }

    fn can_match(&self, state: &Self::State) -> bool {
        state.is_some()
    }

    fn accept(&self, state: &Self::State, byte: u8) -> Self::State {
        let (seen, state) = (*state)?;
        if seen < self.head.len() {
            return (self.head[seen] == byte).then_some((seen + 1, state));
        }
        let next = self.dfa.transition(state, byte);
        (next != SINK_STATE).then_some((seen, next))
    }
}

/// The first of these that takes a word which the last one takes.
fn grade(grades: &[Arc<DFA>], word: &[u8]) -> usize {
    let narrower = &grades[..grades.len().saturating_sub(1)];
    narrower.iter().position(|dfa| matches!(dfa.eval(word), Distance::Exact(_))).unwrap_or(narrower.len())
}

/// A segment of the index.
pub struct Segment {
    reader: SegmentReader,
    keys: Arc<InvertedIndexReader>,
    alive: Option<AliveBitSet>,
    ids: Column<u64>,
    updated: Column<u64>,
    contacts: Column<u64>,
    objects: Vec<ObjectId>,
}

impl Segment {
    /// Opens a segment for one query.
    pub fn open(reader: &SegmentReader, fields: &Fields) -> Result<Self> {
        let fast = reader.fast_fields();
        let keys = reader.inverted_index(fields.keys).map_err(broken)?;
        Ok(Self {
            objects: objects_of(&keys)?,
            keys,
            alive: reader.alive_bitset().cloned(),
            ids: fast.u64("id").map_err(broken)?,
            updated: fast.u64("updated").map_err(broken)?,
            contacts: fast.u64("contacts").map_err(broken)?,
            reader: reader.clone(),
        })
    }

    /// The union of the lists of these terms.
    fn union(&self, terms: &[TermInfo]) -> Result<Docs> {
        if terms.len() <= LISTS_MAX {
            let lists: Result<Vec<Docs>> = terms.iter().map(|t| self.list(t)).collect();
            return Ok(Docs::any(lists?));
        }
        let total: u64 = terms.iter().map(|t| u64::from(t.doc_freq)).sum();
        if total <= FEW_MAX {
            let mut docs = Vec::with_capacity(total as usize);
            self.each(terms, |doc| docs.push(doc))?;
            docs.sort_unstable();
            docs.dedup();
            return Ok(Docs::few(docs));
        }
        let mut bits = vec![0u64; (self.reader.max_doc() as usize).div_ceil(64)];
        self.each(terms, |doc| bits[(doc / 64) as usize] |= 1 << (doc % 64))?;
        Ok(Docs::bits(bits))
    }

    fn list(&self, term: &TermInfo) -> Result<Docs> {
        let list = self.keys.read_postings_from_terminfo(term, IndexRecordOption::Basic).map_err(broken)?;
        Ok(if list.doc_freq() == 0 { Docs::Nothing } else { Docs::List(Box::new(list)) })
    }

    fn each(&self, terms: &[TermInfo], mut take: impl FnMut(u32)) -> Result<()> {
        let Some(first) = terms.first() else { return Ok(()) };
        let mut blocks =
            self.keys.read_block_postings_from_terminfo(first, IndexRecordOption::Basic).map_err(broken)?;
        for (i, term) in terms.iter().enumerate() {
            if i > 0 {
                self.keys.reset_block_postings_from_terminfo(term, &mut blocks).map_err(broken)?;
            }
            while !blocks.docs().is_empty() {
                for doc in blocks.docs() {
                    take(*doc);
                }
                blocks.advance();
            }
        }
        Ok(())
    }
}

/// The objects that any key of a segment names, read by leaping from one to the next.
fn objects_of(keys: &InvertedIndexReader) -> Result<Vec<ObjectId>> {
    let mut objects = Vec::new();
    for kind in WHOLE..=KIND_MAX {
        let mut from = vec![kind];
        loop {
            let range = keys.terms().range().ge(&from).lt([kind + 1]);
            let mut stream = range.into_stream().map_err(broken)?;
            if !stream.advance() {
                break;
            }
            let Some(object) = stream.key().get(1..3).map(|b| u16::from_be_bytes([b[0], b[1]])) else { break };
            objects.push(ObjectId(object));
            let Some(next) = object.checked_add(1) else { break };
            from = key(kind, ObjectId(next), "");
        }
    }
    objects.sort_unstable();
    objects.dedup();
    Ok(objects)
}

impl Part for Segment {
    fn has(&self, object: ObjectId) -> bool {
        self.objects.contains(&object)
    }

    fn exact(&self, key: &[u8]) -> Result<Docs> {
        match self.keys.terms().get(key).map_err(broken)? {
            Some(term) => self.list(&term),
            None => Ok(Docs::Nothing),
        }
    }

    fn beginning(&self, key: &[u8]) -> Result<Docs> {
        let end = crate::store::key::after(key);
        let range = self.keys.terms().range().ge(key).lt(&end).without_keys();
        let mut stream = range.into_stream().map_err(broken)?;
        let mut terms = Vec::new();
        while stream.advance() {
            terms.push(stream.value().clone());
        }
        self.union(&terms)
    }

    fn similar(&self, head: &[u8], grades: &[Arc<DFA>]) -> Result<Vec<Docs>> {
        let mut terms = vec![Vec::new(); grades.len()];
        if let Some(widest) = grades.last() {
            let automaton = After { head, dfa: widest };
            let mut stream = self.keys.terms().search(&automaton).into_stream().map_err(broken)?;
            while stream.advance() {
                terms[grade(grades, &stream.key()[head.len()..])].push(stream.value().clone());
            }
        }
        terms.iter().map(|terms| self.union(terms)).collect()
    }

    fn matching(&self, head: &[u8], test: &dyn Fn(&[u8]) -> bool) -> Result<Docs> {
        let end = crate::store::key::after(head);
        let mut stream = self.keys.terms().range().ge(head).lt(&end).into_stream().map_err(broken)?;
        let mut terms = Vec::new();
        while stream.advance() {
            if test(&stream.key()[head.len()..]) {
                terms.push(stream.value().clone());
            }
        }
        self.union(&terms)
    }

    fn is_alive(&self, doc: u32) -> bool {
        self.alive.as_ref().is_none_or(|alive| alive.is_alive(doc))
    }

    fn id(&self, doc: u32) -> RecordRef {
        unpack(self.ids.first(doc).unwrap_or(0))
    }

    fn updated_at(&self, doc: u32) -> i64 {
        self.updated.first(doc).unwrap_or(0) as i64
    }

    fn any_contact(&self, doc: u32, passes: &dyn Fn(Row) -> bool) -> bool {
        self.contacts.values_for_doc(doc).any(|row| passes(Row(row)))
    }
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::internal("The search index could not be read", error)
}

/// A document of the tail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TailDoc {
    /// Which record.
    pub id: RecordRef,
    /// When it was last changed.
    pub updated_at: i64,
    /// Contact rows it hangs on.
    pub contact_rows: Vec<u64>,
}

/// Documents in memory, found under the same keys. Newest last inside, newest first outside.
#[derive(Debug, Default)]
pub struct Memory {
    docs: Vec<Option<TailDoc>>,
    keys: BTreeMap<Vec<u8>, Vec<u32>>,
    objects: BTreeSet<ObjectId>,
}

/// Numbers of [`Memory`]'s documents count down from here, so that the newest comes first.
const TOP: u32 = 1 << 30;

impl Memory {
    /// Adds a document; gives its slot, to [`Memory::forget`] it.
    pub fn add(&mut self, doc: TailDoc, keys: Vec<Vec<u8>>) -> u32 {
        let slot = self.docs.len() as u32;
        for key in keys {
            self.keys.entry(key).or_default().push(slot);
        }
        self.objects.insert(doc.id.object);
        self.docs.push(Some(doc));
        slot
    }

    /// Takes a document out of every answer.
    pub fn forget(&mut self, slot: u32) {
        if let Some(doc) = self.docs.get_mut(slot as usize) {
            *doc = None;
        }
    }

    fn get(&self, doc: u32) -> Option<&TailDoc> {
        self.docs.get((TOP - doc) as usize)?.as_ref()
    }

    fn gather<'a>(&self, slots: impl Iterator<Item = &'a Vec<u32>>) -> Docs {
        let mut docs: Vec<u32> = slots.flatten().map(|slot| TOP - slot).collect();
        docs.sort_unstable();
        docs.dedup();
        Docs::few(docs)
    }
}

impl Part for Memory {
    fn is_tail(&self) -> bool {
        true
    }

    fn has(&self, object: ObjectId) -> bool {
        self.objects.contains(&object)
    }

    fn exact(&self, key: &[u8]) -> Result<Docs> {
        Ok(self.gather(self.keys.get(key).into_iter()))
    }

    fn beginning(&self, key: &[u8]) -> Result<Docs> {
        self.matching(key, &|_| true)
    }

    fn similar(&self, head: &[u8], grades: &[Arc<DFA>]) -> Result<Vec<Docs>> {
        let takes = |dfa: &DFA, word: &[u8]| matches!(dfa.eval(word), Distance::Exact(_));
        let widest = |word: &[u8]| grades.last().is_some_and(|dfa| takes(dfa, word));
        let of = |i: usize| self.matching(head, &|word| widest(word) && grade(grades, word) == i);
        (0..grades.len()).map(of).collect()
    }

    fn matching(&self, head: &[u8], test: &dyn Fn(&[u8]) -> bool) -> Result<Docs> {
        let from = self.keys.range(head.to_vec()..).take_while(|(k, _)| k.starts_with(head));
        Ok(self.gather(from.filter(|(k, _)| test(&k[head.len()..])).map(|(_, slots)| slots)))
    }

    fn is_alive(&self, doc: u32) -> bool {
        self.get(doc).is_some()
    }

    fn id(&self, doc: u32) -> RecordRef {
        self.get(doc).map_or(RecordRef::new(ObjectId(0), Row(0)), |d| d.id)
    }

    fn updated_at(&self, doc: u32) -> i64 {
        self.get(doc).map_or(0, |d| d.updated_at)
    }

    fn any_contact(&self, doc: u32, passes: &dyn Fn(Row) -> bool) -> bool {
        self.get(doc).is_some_and(|d| d.contact_rows.iter().any(|row| passes(Row(*row))))
    }
}
