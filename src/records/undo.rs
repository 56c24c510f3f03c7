//! Taking back what a batch did: the reverse of each of its events, newest first. What a batch made goes to the trash, a
//! field gets its old value where it still has the one the batch wrote, what went to the trash comes back. What cannot be
//! taken back is left as it is and told. An undo is a batch of its own, so it can be undone too.

use crate::base::id::{BatchId, FieldId, RecordRef, Seq};
use crate::base::{Error, Result};
use crate::model::rules;
use crate::model::{Actor, Schema};
use crate::records::event::{EventKind, Written, decode_body};
use crate::records::save::{self, Change, Command};
use crate::records::{Context, Engine, State, read};
use crate::store::{self, Direction, EventBody, Reads, Table};
use std::ops::ControlFlow;

/// What an undo did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Its own batch, by which it can be undone.
    pub batch: BatchId,
    /// Changes taken back.
    pub reverted: u64,
    /// What was left as it is, and why, in sentences: a field that somebody has changed since, a purged record.
    pub skipped: Vec<(RecordRef, String)>,
}

/// Events taken back together; each slice is written before the next is read.
const SLICE: usize = 200;

/// Takes back what `batch` did, as far as `actor` may and nobody has changed it since. `progress` gets how many of the batch's
/// changes are gone through, and how many there are. [`Error::NotFound`] where there is no such batch.
pub(crate) fn undo(
    engine: &Engine,
    actor: &Actor,
    batch: BatchId,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Undone> {
    let total = count(&engine.store().read()?, batch)?;
    if total == 0 {
        return Err(Error::NotFound);
    }
    let mut undone = Undone { batch: engine.new_batch()?, reverted: 0, skipped: Vec::new() };
    let context = Context { batch: Some(undone.batch), ..Context::default() };
    let mut before = Seq(u64::MAX);
    let mut done = 0;
    loop {
        let seqs = slice(&engine.store().read()?, batch, before)?;
        let Some(last) = seqs.last() else { return Ok(undone) };
        before = *last;
        done += seqs.len() as u64;
        let mut reverse = Reverse { schema: engine.schema(), actor, undone: &mut undone, commands: Vec::new() };
        let mut tx = engine.store().read()?;
        for seq in seqs {
            // A record that the batch touched twice must see the first step back before the second is judged.
            if reverse.collect(&tx, seq)? {
                reverse.flush(engine, context)?;
                tx = engine.store().read()?;
                reverse.collect(&tx, seq)?;
            }
        }
        drop(tx);
        reverse.flush(engine, context)?;
        progress(done, total);
    }
}

fn key(batch: BatchId, seq: u64) -> Vec<u8> {
    [batch.0.to_be_bytes(), seq.to_be_bytes()].concat()
}

/// How many events a batch has.
pub(crate) fn count<R: Reads>(tx: &R, batch: BatchId) -> Result<u64> {
    let mut events = 0;
    tx.scan(Table::Batches, &key(batch, 0), &key(batch, u64::MAX), Direction::Forward, &mut |_, _| {
        events += 1;
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(events)
}

/// The newest events of a batch before `before`.
fn slice<R: Reads>(tx: &R, batch: BatchId, before: Seq) -> Result<Vec<Seq>> {
    let mut seqs = Vec::new();
    tx.scan(Table::Batches, &key(batch, 0), &key(batch, before.0), Direction::Backward, &mut |k, _| {
        seqs.push(Seq(store::key::row_at_end(k).0));
        Ok(if seqs.len() == SLICE { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(seqs)
}

struct Reverse<'a> {
    schema: std::sync::Arc<Schema>,
    actor: &'a Actor,
    undone: &'a mut Undone,
    commands: Vec<(RecordRef, Command)>,
}

impl Reverse<'_> {
    /// Adds the reverse of event `seq`; true where its record is already in the list, and nothing was added.
    fn collect<R: Reads>(&mut self, tx: &R, seq: Seq) -> Result<bool> {
        let Some(event) = store::event(tx, seq)? else { return Ok(false) };
        let (Some(id), Some(kind)) = (event.head.record, EventKind::from_byte(event.head.kind)) else {
            return Ok(false);
        };
        if self.commands.iter().any(|(other, _)| *other == id) {
            return Ok(true);
        }
        let Some(stored) = read::stored(tx, id)? else {
            if !rules::walled(self.actor, id.object) {
                self.skip(id, "It was deleted for ever.");
            }
            return Ok(false);
        };
        // Not even that it exists is told of a record the actor may not see.
        if !read::visible(tx, self.actor, id.object, &stored.values)? {
            return Ok(false);
        }
        let live = stored.state == State::Live;
        match kind {
            EventKind::Created | EventKind::Imported if live => self.commands.push((id, Command::Trash(id))),
            EventKind::Trashed if !live => self.commands.push((id, Command::Restore(id))),
            EventKind::Restored if live => self.commands.push((id, Command::Trash(id))),
            EventKind::Updated if !live => self.skip(id, "It is in the trash."),
            EventKind::Updated => match store::event_body(tx, seq)? {
                Some(EventBody::Bytes(body)) => self.fields(id, &stored.values, decode_body(&body)?),
                _ => self.skip(id, "What it held before was deleted for ever."),
            },
            // Already as it was, or a purge, which nothing takes back.
            _ => {}
        }
        Ok(false)
    }

    fn fields(&mut self, id: RecordRef, values: &crate::model::value::Values, changes: Vec<(FieldId, Written)>) {
        let schema = self.schema.clone();
        let Some(object) = schema.object_by_id(id.object) else { return };
        let mut back = Vec::new();
        for (field, written) in changes {
            let Some(known) = object.field_by_id(field) else { continue };
            // What the program keeps follows from the rest.
            if known.system || known.hidden || !rules::field_visible(self.actor, id.object, field) {
                continue;
            }
            let now = values.get(field);
            if !written.still(now) {
                self.skip(id, &format!("{} has been changed since.", known.label));
                continue;
            }
            match written.before(now) {
                Some(from) => back.push(Change::set(field, from)),
                None => self.skip(id, &format!("{} was too long to keep.", known.label)),
            }
        }
        if !back.is_empty() {
            self.commands.push((id, Command::Update { id, changes: back, version: None }));
        }
    }

    fn flush(&mut self, engine: &Engine, context: Context) -> Result<()> {
        let (ids, commands): (Vec<_>, Vec<_>) = std::mem::take(&mut self.commands).into_iter().unzip();
        for (id, outcome) in ids.into_iter().zip(save::run_each(engine, self.actor, commands, context)?) {
            match outcome {
                Ok(saved) => self.undone.reverted += u64::from(saved.seq.is_some()),
                Err(Error::NotFound) => {}
                Err(error) => self.skip(id, &error.to_string()),
            }
        }
        Ok(())
    }

    fn skip(&mut self, id: RecordRef, why: &str) {
        self.undone.skipped.push((id, why.to_owned()));
    }
}
