//! What a walled actor sees, as fast as a search needs it that looks at thousands of documents: which rows the actor or
//! their team made or looks after, as a bitmap for each object. Bitmaps are kept between searches and brought up to the
//! log by reading again only what has changed. They decide what is a candidate and what is counted; whether a hit is shown
//! is asked of the record itself.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef, Row, Seq};
use crate::model::object::standard::CONTACTS;
use crate::model::{Actor, Schema, rules};
use crate::records::query::rowset::RowSet;
use crate::records::query::scan::Scan;
use crate::records::read;
use crate::records::search::Contacts;
use crate::store::{ReadTx, Reads, Store, events_from};
use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};

/// Actors with different sights whose bitmaps are kept; about 300 KB each where there are a million contacts and notes.
const SIGHTS_MAX: usize = 32;
/// Changed records up to which bitmaps are brought up rather than made anew.
const CHANGED_MAX: usize = 1_000;

/// Bitmaps of one object each.
type Tied = Vec<(ObjectId, Arc<RowSet>)>;

/// The bitmaps of the actors who searched last.
#[derive(Default)]
pub struct Sights(Mutex<Vec<Arc<Known>>>);

/// The bitmaps of the actors who see the records of the same members.
struct Known {
    members: Vec<Row>,
    state: Mutex<Kept>,
}

/// Bitmaps as of the event `seq`.
#[derive(Default)]
struct Kept {
    seq: Seq,
    tied: Tied,
}

/// What one actor sees; everything where nothing is walled for them.
pub struct Sight {
    walled: Option<Tied>,
}

impl Sights {
    /// What `actor` sees of `objects` at this moment.
    pub fn of(&self, store: &Store, schema: &Schema, actor: &Actor, objects: &[ObjectId]) -> Result<Sight> {
        let Some(members) = rules::sees_records_of(actor) else { return Ok(Sight { walled: None }) };
        let known = self.known(members);
        let mut kept = known.state.lock().unwrap_or_else(PoisonError::into_inner);
        // A snapshot taken under the lock is never older than what is kept.
        let tx = store.read()?;
        kept.bring_up(&tx, actor)?;
        let walled = objects.iter().copied().filter(|o| rules::walled(actor, *o));
        for object in walled.chain([CONTACTS]) {
            if find(&kept.tied, object).is_none() {
                let tied = Scan::new(&tx, schema, actor).tied(object, &known.members)?;
                kept.tied.push((object, Arc::new(tied)));
            }
        }
        Ok(Sight { walled: Some(kept.tied.clone()) })
    }

    fn known(&self, members: Vec<Row>) -> Arc<Known> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = match all.iter().position(|k| k.members == members) {
            Some(at) => all.remove(at),
            None => Arc::new(Known { members, state: Mutex::default() }),
        };
        all.insert(0, Arc::clone(&known));
        all.truncate(SIGHTS_MAX);
        known
    }
}

impl Kept {
    fn bring_up(&mut self, tx: &ReadTx, actor: &Actor) -> Result<()> {
        if tx.last_seq() <= self.seq {
            return Ok(());
        }
        let mut changed = HashSet::new();
        if !self.tied.is_empty() {
            events_from(tx, Seq(self.seq.0 + 1), |event| {
                changed.extend(event.head.record);
                Ok(if changed.len() <= CHANGED_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
            })?;
        }
        if changed.len() > CHANGED_MAX {
            self.tied.clear();
        } else {
            for id in changed {
                if let Some((_, rows)) = self.tied.iter_mut().find(|(object, _)| *object == id.object) {
                    Arc::make_mut(rows).put(id.row.0, read::is_tied(tx, actor, id)?);
                }
            }
        }
        self.seq = tx.last_seq();
        Ok(())
    }
}

impl Sight {
    /// Whether the actor may see any record of an object.
    pub fn sees_any(&self, object: ObjectId) -> bool {
        let Some(tied) = &self.walled else { return true };
        let any = |object| find(tied, object).is_none_or(|rows| !rows.is_empty());
        any(object) || any(CONTACTS)
    }

    /// Whether the actor may see a record that hangs on these contacts.
    pub fn sees(&self, id: RecordRef, contacts: Contacts<'_>) -> bool {
        let Some(tied) = &self.walled else { return true };
        let Some(rows) = find(tied, id.object) else { return true };
        if rows.has(id.row.0) {
            return true;
        }
        let Some(seen) = find(tied, CONTACTS).filter(|_| id.object != CONTACTS) else { return false };
        contacts.any(|row| seen.has(row.0))
    }
}

fn find(tied: &Tied, object: ObjectId) -> Option<&RowSet> {
    tied.iter().find(|(o, _)| *o == object).map(|(_, rows)| &**rows)
}
