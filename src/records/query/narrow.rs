//! The index step: a filter that names an indexed value - a linked record, an e-mail address, a phone number - finds its few
//! rows in `INDEX`, and no column is read for it. The index holds live records only, so its rows are live.

use super::predicate::{Ints, Linked, Predicate, Texts};
use super::rowset::RowSet;
use super::scan::Scan;
use super::view::View;
use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::model::{Kind, Object};
use crate::records::columns::{self, Column, unpack};
use crate::records::{State, index, read};
use crate::store::{Direction, Table, key};
use std::ops::ControlFlow;

/// Values of one test that are looked up at most; with more, columns are read.
const VALUES_MAX: usize = 64;
/// Entries read in vain at most before columns are read instead; where an object is large, as many as four per chunk.
const ENTRIES_MIN: usize = 1_000;
/// Bytes of a text up to which its index key is surely whole.
const WHOLE_TEXT_BYTES_MAX: usize = 500;

/// Live rows that pass a part of a filter, and what else they must pass.
pub struct Narrowed {
    /// The rows, whoever may see them.
    pub rows: RowSet,
    /// What is left of the filter.
    pub rest: Predicate,
}

impl Scan<'_> {
    /// What the index finds of a filter; `None` where it has nothing to say, or too much.
    pub fn narrowed(&self, object: ObjectId, predicate: &Predicate) -> Result<Option<Narrowed>> {
        let view = self.view(object)?;
        let Predicate::And(parts) = predicate else {
            let rows = self.looked_up(&view, predicate)?;
            return Ok(rows.map(|rows| Narrowed { rows, rest: Predicate::all() }));
        };
        for (i, part) in parts.iter().enumerate() {
            if let Some(rows) = self.looked_up(&view, part)? {
                let others = parts.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, p)| p.clone());
                return Ok(Some(Narrowed { rows, rest: Predicate::And(others.collect()) }));
            }
        }
        Ok(None)
    }

    /// Exactly the live rows that pass, from the index alone.
    fn looked_up(&self, view: &View<'_>, predicate: &Predicate) -> Result<Option<RowSet>> {
        match predicate {
            Predicate::Or(parts) if !parts.is_empty() && parts.len() <= VALUES_MAX => {
                let mut all = RowSet::none(view.chunks);
                for part in parts {
                    let Some(rows) = self.looked_up(view, part)? else { return Ok(None) };
                    all = all.or(&rows);
                }
                Ok(Some(all))
            }
            Predicate::Texts(column, Texts::In(all)) if all.len() <= VALUES_MAX => {
                if !indexed(view.object, *column) || all.iter().any(|t| t.len() > WHOLE_TEXT_BYTES_MAX) {
                    return Ok(None);
                }
                self.entries(view, column.field, all.iter().map(|t| index::text_key(t)))
            }
            Predicate::Ints(column, Ints::In(all)) if column.packed && all.len() <= VALUES_MAX => {
                if !indexed(view.object, *column) {
                    return Ok(None);
                }
                let key = |packed: &i64| {
                    let (object, row) = unpack(*packed);
                    key::record(RecordRef::new(object, Row(row))).to_vec()
                };
                self.entries(view, column.field, all.iter().map(key))
            }
            Predicate::Through(column, linked) => self.linked_to(view, *column, linked),
            _ => Ok(None),
        }
    }

    /// Rows that point to one of a few records named by their rows.
    fn linked_to(&self, view: &View<'_>, column: Column, linked: &Linked) -> Result<Option<RowSet>> {
        let Predicate::Row(Ints::In(rows)) = &linked.passes else { return Ok(None) };
        if rows.len() > VALUES_MAX || !indexed(view.object, column) || is_person(view.object, column) {
            return Ok(None);
        }
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows.iter().filter_map(|n| u64::try_from(*n).ok()) {
            let target = RecordRef::new(linked.object, Row(row));
            if self.sees(target)? {
                keys.push(key::record(target).to_vec());
            }
        }
        self.entries(view, column.field, keys.into_iter())
    }

    /// Whether a record is live and seen.
    fn sees(&self, id: RecordRef) -> Result<bool> {
        let Some(bytes) = columns::get(self.tx, Table::Records, &key::record(id))? else { return Ok(false) };
        if read::decode(&bytes)?.state != State::Live {
            return Ok(false);
        }
        Ok(self.wall(id.object)?.is_none_or(|wall| wall.has(id.row.0)))
    }

    /// The rows of index entries; `None` where they are so many that columns are faster.
    fn entries(&self, view: &View<'_>, field: FieldId, keys: impl Iterator<Item = Vec<u8>>) -> Result<Option<RowSet>> {
        let mut rows = RowSet::none(view.chunks);
        let mut left = ENTRIES_MIN.max(view.chunks * 4);
        for value in keys {
            let from = index::entry(view.object.id, field, &value, Row(0));
            let to = index::entry(view.object.id, field, &value, Row(u64::MAX));
            self.tx.scan(Table::Index, &from, &to, Direction::Forward, &mut |key, _| {
                // A longer value that begins with the same bytes may lie between.
                if key.len() == from.len() {
                    rows.insert(key::row_at_end(key).0);
                }
                left = left.saturating_sub(1);
                Ok(if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
            })?;
            if left == 0 {
                return Ok(None);
            }
        }
        Ok(Some(rows))
    }
}

fn indexed(object: &Object, column: Column) -> bool {
    column.part == 0
        && object.field_by_id(column.field).is_some_and(|f| {
            index::is_indexed(f) && !matches!(f.kind, Kind::Address | Kind::FullName | Kind::LongText | Kind::File)
        })
}

fn is_person(object: &Object, column: Column) -> bool {
    object.field_by_id(column.field).is_some_and(|f| f.kind == Kind::Person)
}
