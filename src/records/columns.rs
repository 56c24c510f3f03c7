//! Columns of records: which field has one, what lies in it, and how it is kept while records change. The newest rows are
//! *unsealed*: they live in `RECORDS` alone, so that making a record touches no column; [`seal_slice`] moves whole chunks
//! of them into columns in the writer's idle time. An edit of a sealed row rewrites the chunks of the fields that changed.

use crate::base::id::{FieldId, ObjectId, Row};
use crate::base::text::fold;
use crate::base::{Error, Result};
use crate::model::value::Values;
use crate::model::{Address, Field, Kind, Object, Schema, Target, Value};
use crate::records::State;
use crate::store::codec::RecordView;
use crate::store::column::{
    CHUNK_ROWS, IntLists, IntsChunk, Physical, TextLists, TextsChunk, Words, bits, ints, texts,
};
use crate::store::{Direction, Reads, Table, WriteTx, key};
use std::ops::ControlFlow;

/// Rows that may be unsealed before sealing is forced rather than left to idle time.
pub const UNSEALED_MAX: u64 = 2_000;
/// The field number of an object's state bitmaps.
const STATE: FieldId = FieldId(0);
/// Parts of the state: bitmaps of live rows and of those in the trash.
const STATE_PARTS: [State; 2] = [State::Live, State::Trashed];

/// Where a field's values lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Column {
    /// The field.
    pub field: FieldId,
    /// 1 for the currency of a money field, else 0.
    pub part: u8,
    /// How its chunks are laid out.
    pub physical: Physical,
    /// Elements are an object and a row in one number ([`pack`]), not a row alone.
    pub packed: bool,
}

/// What a record has in a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// A whole number.
    Int(Option<i64>),
    /// A folded text.
    Text(Option<String>),
    /// Whole numbers.
    Ints(Vec<i64>),
    /// Folded texts.
    Texts(Vec<String>),
}

/// How the column of a field is laid out; `None` where it has none.
pub fn physical(field: &Field) -> Option<Physical> {
    Some(match field.kind {
        Kind::Number
        | Kind::Currency
        | Kind::CurrencyCode
        | Kind::Date
        | Kind::DateTime
        | Kind::YesNo
        | Kind::Rating
        | Kind::Select
        | Kind::Stage
        | Kind::Pipeline
        | Kind::Person
        | Kind::Relation => Physical::Ints,
        Kind::Text | Kind::Link | Kind::FullName | Kind::Address => Physical::Texts,
        Kind::MultiSelect | Kind::Relations => Physical::IntLists,
        Kind::Emails | Kind::Phones | Kind::Tags => Physical::TextLists,
        Kind::LongText | Kind::File => return None,
    })
}

/// The column that a field is compared by; the currency code's is the second part of its money field.
pub fn column(object: &Object, field: &Field) -> Option<Column> {
    let (id, part) = match field.kind {
        Kind::CurrencyCode => (object.field(&field.of)?.id, 1),
        _ => (field.id, 0),
    };
    let packed = field.kind == Kind::Relations || field.target == Some(Target::Any);
    Some(Column { field: id, part, physical: physical(field)?, packed })
}

/// Every column of an object, with the field it is made from.
pub fn columns(object: &Object) -> Vec<(Column, &Field)> {
    let mut all = Vec::new();
    for field in object.fields.iter().filter(|f| f.kind != Kind::CurrencyCode) {
        let Some(column) = column(object, field) else { continue };
        all.push((column, field));
        if field.kind == Kind::Currency {
            all.push((Column { part: 1, ..column }, field));
        }
    }
    all
}

/// An object and a row in one number.
pub fn pack(object: ObjectId, row: u64) -> i64 {
    ((u64::from(object.0) << 48) | (row & 0xffff_ffff_ffff)) as i64
}

/// What [`pack`] made.
pub fn unpack(packed: i64) -> (ObjectId, u64) {
    (ObjectId((packed as u64 >> 48) as u16), packed as u64 & 0xffff_ffff_ffff)
}

/// A currency code as its column keeps it.
pub fn currency_int(code: crate::base::money::Currency) -> i64 {
    code.0.iter().fold(0, |n, b| n << 8 | i64::from(*b))
}

/// Where a record's values come from: all of them at hand, or its bytes.
pub trait Source {
    /// The value of a stored field.
    fn value(&self, field: FieldId) -> Result<Option<Value>>;
}

impl Source for Values {
    fn value(&self, field: FieldId) -> Result<Option<Value>> {
        Ok(self.get(field).cloned())
    }
}

impl Source for RecordView<'_> {
    fn value(&self, field: FieldId) -> Result<Option<Value>> {
        self.field(field).map(|(tag, bytes)| Value::decode(tag, bytes)).transpose()
    }
}

/// What a record has in a column made from `field`.
pub fn cell(object: &Object, field: &Field, column: Column, record: &impl Source) -> Result<Cell> {
    let value = match field.kind {
        Kind::FullName => return Ok(Cell::Text(full_name(object, field, record)?)),
        _ => record.value(field.id)?,
    };
    Ok(match column.physical {
        Physical::Ints => Cell::Int(value.and_then(|v| int(&v, column))),
        Physical::Texts => Cell::Text(value.and_then(|v| text(&v))),
        Physical::IntLists => Cell::Ints(value.map(|v| ints_of(&v)).unwrap_or_default()),
        Physical::TextLists => Cell::Texts(value.map(|v| texts_of(&v)).unwrap_or_default()),
    })
}

fn full_name(object: &Object, field: &Field, record: &impl Source) -> Result<Option<String>> {
    let mut name = String::new();
    for part in field.parts.iter().filter_map(|p| object.field(p)) {
        if let Some(Value::Text(text)) = record.value(part.id)? {
            name.push(' ');
            name.push_str(&text);
        }
    }
    Ok(Some(fold(&name)).filter(|n| !n.is_empty()))
}

fn int(value: &Value, column: Column) -> Option<i64> {
    Some(match value {
        Value::Number(n) => n.0,
        Value::Rating(n) => i64::from(*n),
        Value::Money(money) if column.part == 1 => currency_int(money.currency),
        Value::Money(money) => money.amount.0,
        Value::Date(day) => i64::from(*day),
        Value::Time(at) => *at,
        Value::Bool(yes) => i64::from(*yes),
        Value::Choice(id) => i64::from(id.0),
        Value::Member(row) => row.0 as i64,
        Value::Records(all) if column.packed => all.first().map(|r| pack(r.object, r.row.0))?,
        Value::Records(all) => all.first()?.row.0 as i64,
        _ => return None,
    })
}

fn text(value: &Value) -> Option<String> {
    let folded = match value {
        Value::Text(text) => fold(text),
        Value::Address(address) => fold(&one_line(address)),
        _ => return None,
    };
    Some(folded).filter(|t| !t.is_empty())
}

fn one_line(address: &Address) -> String {
    let parts = [&address.street, &address.city, &address.state, &address.postal_code, &address.country];
    parts.into_iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(", ")
}

fn ints_of(value: &Value) -> Vec<i64> {
    match value {
        Value::Choices(ids) => ids.iter().map(|id| i64::from(id.0)).collect(),
        Value::Records(all) => all.iter().map(|r| pack(r.object, r.row.0)).collect(),
        _ => Vec::new(),
    }
}

fn texts_of(value: &Value) -> Vec<String> {
    let all: Vec<String> = match value {
        Value::List(texts) => texts.iter().map(|t| fold(t)).collect(),
        Value::Phones(phones) => {
            phones.iter().map(|p| p.e164.clone().unwrap_or_else(|| crate::base::phone::digits(&p.typed))).collect()
        }
        _ => Vec::new(),
    };
    all.into_iter().filter(|t| !t.is_empty()).collect()
}

/// Name of the counter of the first row that is not in columns; a multiple of [`CHUNK_ROWS`].
pub fn sealed_counter(object: ObjectId) -> String {
    format!("sealed/{object}")
}

/// Name of the counter that grows whenever a record of the object is written: what caches over columns look at.
pub fn touched_counter(object: ObjectId) -> String {
    format!("touched/{object}")
}

fn chunk_of(row: Row) -> (u32, usize) {
    ((row.0 / CHUNK_ROWS as u64) as u32, (row.0 % CHUNK_ROWS as u64) as usize)
}

/// Key of a column's chunk.
pub fn chunk_key(object: ObjectId, column: Column, chunk: u32) -> [u8; 9] {
    key::column(object, column.field, column.part, chunk)
}

/// Key of a chunk's bitmap of the rows in this state.
pub fn state_key(object: ObjectId, state: State, chunk: u32) -> [u8; 9] {
    key::column(object, STATE, u8::from(state == State::Trashed), chunk)
}

/// What a record was or is: its state and values.
pub type Version<'a> = Option<(State, &'a Values)>;

/// Brings columns up to date with one record's change: `old` is `None` where it was made, `new` where it was purged.
/// To be called in the transaction that writes the record.
pub fn write_changed(
    tx: &mut WriteTx<'_>,
    object: &Object,
    row: Row,
    old: Version<'_>,
    new: Version<'_>,
) -> Result<()> {
    let touched = touched_counter(object.id);
    tx.next_counter(&touched)?;
    if row.0 >= tx.counter(&sealed_counter(object.id))? {
        return Ok(());
    }
    let (chunk, at) = chunk_of(row);
    let (before, after) = (old.map(|(s, _)| s), new.map(|(s, _)| s));
    if before != after {
        for state in STATE_PARTS {
            let key = state_key(object.id, state, chunk);
            let mut words = tx.with(Table::Columns, &key, bits::decode)?.transpose()?.unwrap_or(bits::NONE);
            bits::set(&mut words, at, after == Some(state));
            tx.put(Table::Columns, &key, &bits::encode(&words));
        }
    }
    let empty = Values::default();
    let (old, new) = (old.map_or(&empty, |(_, v)| v), new.map_or(&empty, |(_, v)| v));
    for (column, field) in columns(object) {
        let now = cell(object, field, column, new)?;
        if cell(object, field, column, old)? != now {
            rewrite(tx, &chunk_key(object.id, column, chunk), column, at, now)?;
        }
    }
    Ok(())
}

fn rewrite(tx: &mut WriteTx<'_>, key: &[u8], column: Column, at: usize, cell: Cell) -> Result<()> {
    let mut rows = tx
        .with(Table::Columns, key, |bytes| Rows::decode(column.physical, Some(bytes)))?
        .unwrap_or_else(|| Rows::decode(column.physical, None))?;
    rows.set(at, cell);
    match rows.encode() {
        Some(bytes) => tx.put(Table::Columns, key, &bytes),
        None => tx.delete(Table::Columns, key),
    }
    Ok(())
}

/// The cells of a chunk's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rows {
    /// Of a column of whole numbers.
    Ints(Vec<Option<i64>>),
    /// Of a column of texts.
    Texts(Vec<Option<String>>),
    /// Of a column of lists of whole numbers.
    IntLists(Vec<Vec<i64>>),
    /// Of a column of lists of texts.
    TextLists(Vec<Vec<String>>),
}

impl Rows {
    /// The cells in a chunk's bytes; all empty where there is no chunk.
    pub fn decode(physical: Physical, bytes: Option<&[u8]>) -> Result<Self> {
        Ok(match (physical, bytes) {
            (Physical::Ints, None) => Self::Ints(vec![None; CHUNK_ROWS]),
            (Physical::Texts, None) => Self::Texts(vec![None; CHUNK_ROWS]),
            (Physical::IntLists, None) => Self::IntLists(vec![Vec::new(); CHUNK_ROWS]),
            (Physical::TextLists, None) => Self::TextLists(vec![Vec::new(); CHUNK_ROWS]),
            (Physical::Ints, Some(bytes)) => Self::Ints(IntsChunk::read(bytes)?.decode()),
            (Physical::Texts, Some(bytes)) => Self::Texts(TextsChunk::read(bytes)?.decode()),
            (Physical::IntLists, Some(bytes)) => Self::IntLists(IntLists::read(bytes)?.decode()),
            (Physical::TextLists, Some(bytes)) => Self::TextLists(TextLists::read(bytes)?.decode()),
        })
    }

    /// Puts a cell into a row; a cell of another layout clears it.
    pub fn set(&mut self, at: usize, cell: Cell) {
        match (self, cell) {
            (Self::Ints(rows), Cell::Int(n)) => rows[at] = n,
            (Self::Texts(rows), Cell::Text(t)) => rows[at] = t,
            (Self::IntLists(rows), Cell::Ints(all)) => rows[at] = all,
            (Self::TextLists(rows), Cell::Texts(all)) => rows[at] = all,
            (Self::Ints(rows), _) => rows[at] = None,
            (Self::Texts(rows), _) => rows[at] = None,
            (Self::IntLists(rows), _) => rows[at].clear(),
            (Self::TextLists(rows), _) => rows[at].clear(),
        }
    }

    /// The chunk's bytes; `None` where every row is empty.
    pub fn encode(&self) -> Option<Vec<u8>> {
        match self {
            Self::Ints(rows) => ints::encode(rows),
            Self::Texts(rows) => texts::encode(rows),
            Self::IntLists(rows) => ints::encode_lists(rows),
            Self::TextLists(rows) => texts::encode_lists(rows),
        }
    }
}

/// The records of one chunk's rows, as bytes.
#[derive(Debug, Default)]
pub struct Chunk {
    rows: Vec<(usize, usize, usize)>,
    bytes: Vec<u8>,
}

impl Chunk {
    /// Reads the records of a chunk.
    pub fn read(tx: &dyn Reads, object: ObjectId, chunk: u32) -> Result<Self> {
        let first = u64::from(chunk) * CHUNK_ROWS as u64;
        let from = key::record(crate::base::id::RecordRef::new(object, Row(first)));
        let to = key::record(crate::base::id::RecordRef::new(object, Row(first + CHUNK_ROWS as u64)));
        let mut read = Self::default();
        tx.scan(Table::Records, &from, &to, Direction::Forward, &mut |key, value| {
            let at = (key::row_at_end(key).0 - first) as usize;
            read.rows.push((at, read.bytes.len(), read.bytes.len() + value.len()));
            read.bytes.extend_from_slice(value);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(read)
    }

    /// Each record, with its place in the chunk.
    pub fn records(&self) -> impl Iterator<Item = Result<(usize, RecordView<'_>)>> {
        self.rows.iter().map(|(at, from, to)| Ok((*at, RecordView::parse(&self.bytes[*from..*to])?)))
    }

    /// The cells of a column.
    pub fn cells(&self, object: &Object, field: &Field, column: Column) -> Result<Rows> {
        let mut rows = Rows::decode(column.physical, None)?;
        for record in self.records() {
            let (at, view) = record?;
            rows.set(at, cell(object, field, column, &view)?);
        }
        Ok(rows)
    }

    /// The rows in this state.
    pub fn state(&self, state: State) -> Result<Words> {
        let mut words = bits::NONE;
        for record in self.records() {
            let (at, view) = record?;
            bits::set(&mut words, at, State::from_byte(view.state())? == state);
        }
        Ok(words)
    }
}

/// Puts up to `chunks` whole chunks of unsealed rows into columns; says whether there are more.
pub fn seal_slice(tx: &mut WriteTx<'_>, schema: &Schema, chunks: usize) -> Result<bool> {
    let mut left = chunks;
    for object in &schema.objects {
        loop {
            let (sealed, last) = (tx.counter(&sealed_counter(object.id))?, tx.counter(&row_counter(object.id))?);
            if sealed + CHUNK_ROWS as u64 > last + 1 {
                break;
            }
            if left == 0 {
                return Ok(true);
            }
            seal_chunk(tx, object, (sealed / CHUNK_ROWS as u64) as u32)?;
            tx.set_counter(&sealed_counter(object.id), sealed + CHUNK_ROWS as u64);
            left -= 1;
        }
    }
    Ok(false)
}

/// Whether so many rows of an object are unsealed that the next bulk write should seal first.
pub fn is_behind(tx: &dyn Reads, object: ObjectId) -> Result<bool> {
    let (sealed, last) = (counter(tx, &sealed_counter(object))?, counter(tx, &row_counter(object))?);
    Ok(last.saturating_sub(sealed) > UNSEALED_MAX)
}

/// Name of the counter that gives an object its rows.
pub fn row_counter(object: ObjectId) -> String {
    format!("rows/{object}")
}

/// The counter `name`; 0 for none.
pub fn counter(tx: &dyn Reads, name: &str) -> Result<u64> {
    let bytes = get(tx, Table::Counters, name.as_bytes())?;
    match bytes {
        None => Ok(0),
        Some(bytes) => bytes
            .as_slice()
            .try_into()
            .map(u64::from_be_bytes)
            .map_err(|_| Error::Internal(format!("the counter {name} is unreadable"))),
    }
}

/// The value of a key, copied.
pub fn get(tx: &dyn Reads, table: Table, key: &[u8]) -> Result<Option<Vec<u8>>> {
    let (mut found, mut after) = (None, key.to_vec());
    after.push(0);
    tx.scan(table, key, &after, Direction::Forward, &mut |_, value| {
        found = Some(value.to_vec());
        Ok(ControlFlow::Break(()))
    })?;
    Ok(found)
}

fn seal_chunk(tx: &mut WriteTx<'_>, object: &Object, chunk: u32) -> Result<()> {
    let records = Chunk::read(tx, object.id, chunk)?;
    for (column, field) in columns(object) {
        let key = chunk_key(object.id, column, chunk);
        match records.cells(object, field, column)?.encode() {
            Some(bytes) => tx.put(Table::Columns, &key, &bytes),
            None => tx.delete(Table::Columns, &key),
        }
    }
    for state in STATE_PARTS {
        let words = records.state(state)?;
        tx.put(Table::Columns, &state_key(object.id, state, chunk), &bits::encode(&words));
    }
    Ok(())
}

/// Makes an object's columns from its records again, `chunks` chunks from chunk `from` on; gives the chunk to go on with,
/// `None` when all are done.
pub fn rebuild_slice(tx: &mut WriteTx<'_>, object: &Object, from: u32, chunks: u32) -> Result<Option<u32>> {
    let sealed = (tx.counter(&sealed_counter(object.id))? / CHUNK_ROWS as u64) as u32;
    let end = sealed.min(from.saturating_add(chunks));
    for chunk in from..end {
        seal_chunk(tx, object, chunk)?;
    }
    tx.next_counter(&touched_counter(object.id))?;
    Ok((end < sealed).then_some(end))
}

/// Compares the sealed columns of an object with its records: a sentence for each chunk that differs.
pub fn check(tx: &dyn Reads, object: &Object) -> Result<Vec<String>> {
    let sealed = (counter(tx, &sealed_counter(object.id))? / CHUNK_ROWS as u64) as u32;
    let mut wrong = Vec::new();
    for chunk in 0..sealed {
        let records = Chunk::read(tx, object.id, chunk)?;
        for (column, field) in columns(object) {
            let stored = get(tx, Table::Columns, &chunk_key(object.id, column, chunk))?;
            let found = Rows::decode(column.physical, stored.as_deref());
            if !found.is_ok_and(|found| records.cells(object, field, column).is_ok_and(|wanted| found == wanted)) {
                wrong.push(format!("Column {} of {} differs in chunk {chunk}.", field.name, object.name));
            }
        }
        for state in STATE_PARTS {
            let stored = get(tx, Table::Columns, &state_key(object.id, state, chunk))?;
            let found = stored.map(|bytes| bits::decode(&bytes)).transpose();
            if !found.is_ok_and(|found| records.state(state).is_ok_and(|wanted| found == Some(wanted))) {
                wrong.push(format!("The states of {} differ in chunk {chunk}.", object.name));
            }
        }
    }
    Ok(wrong)
}
