//! The timeline of a record: its own events and those of what was linked to it, newest first, a page at a time. Ten
//! thousand entries cost what ten do. An entry whose record the reader may not see is left out, and so is a hidden field.

use crate::base::Result;
use crate::base::id::{BatchId, RecordRef, Row, Seq};
use crate::model::object::standard;
use crate::model::{Actor, Schema, rules};
use crate::records::event::{EventKind, decode_body};
use crate::records::read;
use crate::store::{self, Direction, EventBody, Reads, Table, WriteTx};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// Timelines beside a record's own that one event stands in, at most.
pub const PLACES_MAX: usize = 16;
/// Entries looked at for one page at most, so that a timeline of invisible entries ends.
const LOOKED_AT_MAX: usize = 5_000;
/// Entries of a page at most.
const PAGE_MAX: usize = 200;
/// Entries looked at for when a record was moved to the trash: newer ones are of records linked to it.
const TRASHED_LOOKED_AT_MAX: usize = 256;
/// Entries read at a time for that; mostly the first of them is it.
const TRASHED_STEP: usize = 8;

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
    pub time: crate::base::clock::Millis,
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

/// Key of the entry of event `seq` in the timeline of `record`: newer ones first.
pub(crate) fn key(record: RecordRef, seq: Seq) -> [u8; 18] {
    let mut key = [0; 18];
    key[..10].copy_from_slice(&store::key::record(record));
    key[10..].copy_from_slice(&(!seq.0).to_be_bytes());
    key
}

pub(crate) fn seq_of(key: &[u8]) -> Seq {
    Seq(!store::key::row_at_end(key).0)
}

/// The newest `limit` entries older than `before`, for an actor who may see the record.
pub fn read<R: Reads>(
    tx: &R,
    schema: &Schema,
    actor: &Actor,
    id: RecordRef,
    before: Option<Seq>,
    limit: usize,
) -> Result<Vec<Entry>> {
    read::visible_stored(tx, schema, actor, id)?;
    let mut from = key(id, before.unwrap_or(Seq(u64::MAX)));
    if before.is_some() {
        // The key after that of `before`; no event has the number 0.
        from = key(id, Seq(before.map_or(0, |s| s.0.saturating_sub(1))));
    }
    let to = key(id, Seq(0));
    let limit = limit.min(PAGE_MAX);
    let mut seqs = Vec::new();
    let mut entries = Vec::new();
    let mut seen = Seeing { actor, known: HashMap::from([(id, true)]) };
    let mut looked_at = 0;
    while entries.len() < limit && looked_at < LOOKED_AT_MAX {
        seqs.clear();
        tx.scan(Table::Timeline, &from, &to, Direction::Forward, &mut |k, _| {
            seqs.push(seq_of(k));
            Ok(if seqs.len() == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        for seq in &seqs {
            if entries.len() < limit {
                entries.extend(entry(tx, &mut seen, *seq)?);
            }
        }
        let Some(last) = seqs.last().filter(|_| seqs.len() == limit) else { break };
        from = key(id, Seq(last.0 - 1));
        looked_at += seqs.len();
    }
    Ok(entries)
}

/// When a record was moved to the trash, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trashed {
    /// When.
    pub time: crate::base::clock::Millis,
    /// Who, a member's record; `None` for the program.
    pub by: Option<RecordRef>,
}

/// The newest move of a record to the trash, for an actor who may see it; `None` where they may not, where there was none, or
/// where more happened around the record since than is looked at.
pub fn trashed<R: Reads>(tx: &R, schema: &Schema, actor: &Actor, id: RecordRef) -> Result<Option<Trashed>> {
    match read::visible_stored(tx, schema, actor, id) {
        Ok(_) => {}
        Err(crate::base::Error::NotFound) => return Ok(None),
        Err(error) => return Err(error),
    }
    let (mut from, to) = (key(id, Seq(u64::MAX)), key(id, Seq(0)));
    let mut seqs = Vec::with_capacity(TRASHED_STEP);
    for _ in 0..TRASHED_LOOKED_AT_MAX / TRASHED_STEP {
        seqs.clear();
        tx.scan(Table::Timeline, &from, &to, Direction::Forward, &mut |k, _| {
            seqs.push(seq_of(k));
            Ok(if seqs.len() == TRASHED_STEP { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        for seq in &seqs {
            let Some(event) = store::event(tx, *seq)? else { continue };
            let head = event.head;
            if head.record == Some(id) && EventKind::from_byte(head.kind) == Some(EventKind::Trashed) {
                let by = (head.actor != Row(0)).then(|| RecordRef::new(standard::MEMBERS, head.actor));
                return Ok(Some(Trashed { time: head.time, by }));
            }
        }
        let Some(last) = seqs.last().filter(|_| seqs.len() == TRASHED_STEP) else { break };
        from = key(id, Seq(last.0 - 1));
    }
    Ok(None)
}

/// Who may see which record, asked once per page.
struct Seeing<'a> {
    actor: &'a Actor,
    known: HashMap<RecordRef, bool>,
}

impl Seeing<'_> {
    fn sees<R: Reads>(&mut self, tx: &R, id: RecordRef) -> Result<bool> {
        if let Some(sees) = self.known.get(&id) {
            return Ok(*sees);
        }
        let sees = match read::stored(tx, id)? {
            Some(stored) => read::visible(tx, self.actor, id.object, &stored.values)?,
            // Of a purged record nothing says whose it was.
            None => !rules::walled(self.actor, id.object),
        };
        self.known.insert(id, sees);
        Ok(sees)
    }
}

fn entry<R: Reads>(tx: &R, seeing: &mut Seeing<'_>, seq: Seq) -> Result<Option<Entry>> {
    let Some(event) = store::event(tx, seq)? else { return Ok(None) };
    let (Some(record), Some(kind)) = (event.head.record, EventKind::from_byte(event.head.kind)) else {
        return Ok(None);
    };
    if !seeing.sees(tx, record)? {
        return Ok(None);
    }
    let changes = match store::event_body(tx, seq)? {
        Some(EventBody::Bytes(body)) => decode_body(&body)?,
        _ => Vec::new(),
    };
    let shown = changes.into_iter().filter(|(f, _)| rules::field_visible(seeing.actor, record.object, *f));
    let changes = shown.map(|(field, written)| {
        let (from, to) = written.shown();
        FieldChange { field, from, to }
    });
    let head = &event.head;
    Ok(Some(Entry {
        seq,
        time: head.time,
        actor: (head.actor != Row(0)).then(|| RecordRef::new(standard::MEMBERS, head.actor)),
        role: head.role.clone(),
        kind: kind.word(),
        batch: (head.batch != BatchId(0)).then_some(head.batch),
        record,
        changes: changes.collect(),
    }))
}

/// The events of a record itself, newest first.
pub(crate) fn own(tx: &WriteTx<'_>, id: RecordRef) -> Result<Vec<Seq>> {
    let mut seqs = Vec::new();
    let (from, to) = (key(id, Seq(u64::MAX)), key(id, Seq(0)));
    tx.scan(Table::Timeline, &from, &to, Direction::Forward, &mut |k, _| {
        seqs.push(seq_of(k));
        Ok(ControlFlow::Continue(()))
    })?;
    let mut own = Vec::with_capacity(seqs.len());
    for seq in seqs {
        if store::event::event(tx, seq)?.is_some_and(|e| e.head.record == Some(id)) {
            own.push(seq);
        }
    }
    Ok(own)
}

/// Takes the values out of every event of a record; the events stay.
pub(crate) fn forget(tx: &mut WriteTx<'_>, id: RecordRef) -> Result<()> {
    own(tx, id)?.into_iter().try_for_each(|seq| tx.purge_event_body(seq).map(drop))
}
