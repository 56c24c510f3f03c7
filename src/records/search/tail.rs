//! What has changed since the index's last commit, in memory: it adds what is new and hides what is old, so that a save
//! is found at once. It is bounded; what does not fit is found when the relay has committed it, a moment later.

use crate::base::id::{RecordRef, Seq};
use crate::records::search::doc::SearchDoc;
use crate::records::search::key::keys_of;
use crate::records::search::part::{Memory, TailDoc};
use std::collections::HashMap;

/// Records it holds at most.
pub const TAIL_MAX: usize = 5_000;
/// Forgotten documents after which the memory is laid out anew, beside as many live ones.
const FORGOTTEN_MAX: usize = 2_000;

/// The tail.
#[derive(Debug, Default)]
pub struct Tail {
    memory: Memory,
    known: HashMap<RecordRef, Known>,
    forgotten: usize,
}

#[derive(Debug)]
struct Known {
    seq: Seq,
    /// The document and its slot; `None` where the record is in the trash or gone.
    doc: Option<(SearchDoc, u32)>,
}

impl Tail {
    /// The record is now so: a document, or `None` where it is no longer found. Its last event is `seq` or a later one.
    pub fn absorb(&mut self, id: RecordRef, seq: Seq, doc: Option<SearchDoc>) {
        if self.known.len() >= TAIL_MAX && !self.known.contains_key(&id) {
            return;
        }
        let seq = self.known.get(&id).map_or(seq, |known| known.seq.max(seq));
        self.forget(id);
        let doc = doc.map(|doc| {
            let slot = self.memory.add(slim(&doc), keys_of(&doc));
            (doc, slot)
        });
        self.known.insert(id, Known { seq, doc });
        self.tidy();
    }

    /// The index has all events up to `seq`.
    pub fn settle(&mut self, seq: Seq) {
        let settled: Vec<RecordRef> = self.known.iter().filter(|(_, k)| k.seq <= seq).map(|(id, _)| *id).collect();
        for id in settled {
            self.forget(id);
        }
        self.tidy();
    }

    /// Whether what the index has of this record is old.
    pub fn covers(&self, id: RecordRef) -> bool {
        self.known.contains_key(&id)
    }

    /// Whether it can take no more records.
    pub fn is_full(&self) -> bool {
        self.known.len() >= TAIL_MAX
    }

    /// Its documents.
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    fn forget(&mut self, id: RecordRef) {
        if let Some((_, slot)) = self.known.remove(&id).and_then(|known| known.doc) {
            self.memory.forget(slot);
            self.forgotten += 1;
        }
    }

    fn tidy(&mut self) {
        if self.known.is_empty() {
            self.memory = Memory::default();
            self.forgotten = 0;
        } else if self.forgotten > FORGOTTEN_MAX.max(self.known.len()) {
            let mut live: Vec<&mut (SearchDoc, u32)> = self.known.values_mut().filter_map(|k| k.doc.as_mut()).collect();
            live.sort_by_key(|(_, slot)| *slot);
            self.memory = Memory::default();
            self.forgotten = 0;
            for (doc, slot) in live {
                *slot = self.memory.add(slim(doc), keys_of(doc));
            }
        }
    }
}

fn slim(doc: &SearchDoc) -> TailDoc {
    TailDoc { id: doc.id, updated_at: doc.updated_at, contact_rows: doc.contact_rows.clone() }
}
