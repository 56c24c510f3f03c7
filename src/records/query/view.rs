//! An object's columns as a query sees them: chunks of sealed rows where they lie in the store, and chunks made on the spot
//! for the newest rows, so that nothing above knows the difference.

use super::rowset::RowSet;
use crate::base::id::{FieldId, ObjectId};
use crate::base::{Error, Result};
use crate::model::{Object, Schema};
use crate::records::State;
use crate::records::columns::{self, Chunk, Column};
use crate::store::column::{CHUNK_ROWS, Words, bits};
use crate::store::{Direction, Reads, Table, key};
use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::rc::Rc;

/// Where at least one chunk in so many is wanted, a column is read from end to end rather than chunk by chunk.
const SCAN_FROM: usize = 6;

/// The made chunks of a column for the unsealed rows.
type Made = Rc<Vec<Option<Vec<u8>>>>;

/// Takes a chunk's number, which of its rows are wanted, and its bytes; no bytes where all its rows are empty.
pub type Visit<'v> = dyn FnMut(usize, &Words, Option<&[u8]>) -> Result<()> + 'v;

/// One object's columns in a snapshot.
pub struct View<'a> {
    tx: &'a dyn Reads,
    /// The object.
    pub object: &'a Object,
    /// Chunks in all.
    pub chunks: usize,
    sealed: usize,
    tail: OnceCell<Vec<Chunk>>,
    made: RefCell<HashMap<(FieldId, u8), Made>>,
}

impl<'a> View<'a> {
    /// The columns of `object`.
    pub fn open(tx: &'a dyn Reads, schema: &'a Schema, object: ObjectId) -> Result<Self> {
        let object = schema.object_by_id(object).ok_or(Error::NotFound)?;
        let last = columns::counter(tx, &columns::row_counter(object.id))? as usize;
        let sealed = columns::counter(tx, &columns::sealed_counter(object.id))? as usize / CHUNK_ROWS;
        let chunks = (last / CHUNK_ROWS + 1).max(sealed);
        Ok(Self { tx, object, chunks, sealed, tail: OnceCell::new(), made: RefCell::new(HashMap::new()) })
    }

    fn tail(&self) -> Result<&[Chunk]> {
        if let Some(tail) = self.tail.get() {
            return Ok(tail);
        }
        let read: Result<Vec<Chunk>> =
            (self.sealed..self.chunks).map(|c| Chunk::read(self.tx, self.object.id, c as u32)).collect();
        let read = read?;
        Ok(self.tail.get_or_init(|| read))
    }

    fn made(&self, column: Column) -> Result<Made> {
        let name = (column.field, column.part);
        if let Some(made) = self.made.borrow().get(&name) {
            return Ok(Rc::clone(made));
        }
        let all = columns::columns(self.object);
        let field = all.iter().find(|(c, _)| (c.field, c.part) == name).map(|(_, f)| *f);
        let field = field.ok_or_else(|| Error::Internal("a query asks for a column that is none".into()))?;
        let tail = self.tail()?;
        let made: Result<Vec<Option<Vec<u8>>>> =
            tail.iter().map(|chunk| Ok(chunk.cells(self.object, field, column)?.encode())).collect();
        let made = Rc::new(made?);
        self.made.borrow_mut().insert(name, Rc::clone(&made));
        Ok(made)
    }

    /// The rows in this state.
    pub fn state(&self, state: State) -> Result<RowSet> {
        let mut set = RowSet::none(self.chunks);
        let from = columns::state_key(self.object.id, state, 0);
        let to = columns::state_key(self.object.id, state, self.sealed as u32);
        self.tx.scan(Table::Columns, &from, &to, Direction::Forward, &mut |key, value| {
            if let Some(words) = set.0.get_mut(chunk_at_end(key)) {
                *words = bits::decode(value)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for (i, chunk) in self.tail()?.iter().enumerate() {
            set.0[self.sealed + i] = chunk.state(state)?;
        }
        Ok(set)
    }

    /// Calls `visit` with each chunk of a column that has rows of `within`, in order; `None` where all its rows are empty.
    pub fn each(&self, column: Column, within: &RowSet, visit: &mut Visit<'_>) -> Result<()> {
        let wanted = (0..self.sealed).filter(|c| within.any_in(*c)).count();
        if wanted * SCAN_FROM < self.sealed {
            for chunk in (0..self.sealed).filter(|c| within.any_in(*c)) {
                let key = columns::chunk_key(self.object.id, column, chunk as u32);
                let mut found = false;
                let mut after = key.to_vec();
                after.push(0);
                self.tx.scan(Table::Columns, &key, &after, Direction::Forward, &mut |_, bytes| {
                    found = true;
                    visit(chunk, &within.0[chunk], Some(bytes))?;
                    Ok(ControlFlow::Break(()))
                })?;
                if !found {
                    visit(chunk, &within.0[chunk], None)?;
                }
            }
        } else {
            self.each_sealed(column, within, visit)?;
        }
        if (self.sealed..self.chunks).any(|c| within.any_in(c)) {
            let made = self.made(column)?;
            for (i, bytes) in made.iter().enumerate().filter(|(i, _)| within.any_in(self.sealed + i)) {
                visit(self.sealed + i, &within.0[self.sealed + i], bytes.as_deref())?;
            }
        }
        Ok(())
    }

    fn each_sealed(&self, column: Column, within: &RowSet, visit: &mut Visit<'_>) -> Result<()> {
        let from = columns::chunk_key(self.object.id, column, 0);
        let to = columns::chunk_key(self.object.id, column, self.sealed as u32);
        let mut next = 0;
        self.tx.scan(Table::Columns, &from, &to, Direction::Forward, &mut |key, bytes| {
            let chunk = chunk_at_end(key);
            for absent in (next..chunk).filter(|c| within.any_in(*c)) {
                visit(absent, &within.0[absent], None)?;
            }
            next = chunk + 1;
            if within.any_in(chunk) {
                visit(chunk, &within.0[chunk], Some(bytes))?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        for absent in (next..self.sealed).filter(|c| within.any_in(*c)) {
            visit(absent, &within.0[absent], None)?;
        }
        Ok(())
    }

    /// Calls `visit` with the bytes of each record of `within`, in order.
    pub fn each_record(&self, within: &RowSet, visit: &mut dyn FnMut(u64, &[u8]) -> Result<()>) -> Result<()> {
        for chunk in (0..self.chunks).filter(|c| within.any_in(*c)) {
            let first = (chunk * CHUNK_ROWS) as u64;
            let from = key::record(crate::base::id::RecordRef::new(self.object.id, crate::base::id::Row(first)));
            let end = crate::base::id::Row(first + CHUNK_ROWS as u64);
            let to = key::record(crate::base::id::RecordRef::new(self.object.id, end));
            self.tx.scan(Table::Records, &from, &to, Direction::Forward, &mut |key, bytes| {
                let row = key::row_at_end(key).0;
                if within.has(row) {
                    visit(row, bytes)?;
                }
                Ok(ControlFlow::Continue(()))
            })?;
        }
        Ok(())
    }
}

fn chunk_at_end(key: &[u8]) -> usize {
    key.last_chunk::<4>().map_or(0, |b| u32::from_be_bytes(*b) as usize)
}
