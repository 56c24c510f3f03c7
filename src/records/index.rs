//! `INDEX`: unique and duplicate keys, and relations read from their other end. It holds live records only, so a record in
//! the trash blocks nothing and is linked from nowhere. Everything in it can be made again from the records.

use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::base::text::fold;
use crate::model::object::system_field;
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Schema, Target, Value};
use crate::store::{Direction, Reads, Table, key};
use std::ops::ControlFlow;

/// Bytes of a text that its key keeps.
const KEY_TEXT_BYTES_MAX: usize = 1_000;

/// Whether values of `field` have entries.
pub fn is_indexed(field: &Field) -> bool {
    let derived = field.id == system_field::CONTACT_ROWS;
    field.is_stored()
        && !derived
        && (field.indexed || field.unique || matches!(field.kind, Kind::Relation | Kind::Relations))
}

/// The order-preserving keys of a value, one per element of a list; none for kinds that have no key.
pub fn value_keys(value: &Value) -> Vec<Vec<u8>> {
    match value {
        Value::Text(text) => vec![text_key(text)],
        Value::Number(n) => vec![key::signed(n.0).to_vec()],
        Value::Rating(n) => vec![key::signed(i64::from(*n)).to_vec()],
        Value::Money(money) => vec![key::signed(money.amount.0).to_vec()],
        Value::Date(days) => vec![key::signed(i64::from(*days)).to_vec()],
        Value::Time(millis) => vec![key::signed(*millis).to_vec()],
        Value::Bool(b) => vec![vec![u8::from(*b)]],
        Value::Choice(id) => vec![id.0.to_be_bytes().to_vec()],
        Value::Choices(ids) => ids.iter().map(|id| id.0.to_be_bytes().to_vec()).collect(),
        Value::List(texts) => texts.iter().map(|t| text_key(t)).collect(),
        Value::Phones(phones) => phones
            .iter()
            .map(|p| match &p.e164 {
                Some(e164) => text_key(e164),
                None => text_key(&p.typed.chars().filter(char::is_ascii_digit).collect::<String>()),
            })
            .collect(),
        Value::Member(row) => vec![row.0.to_be_bytes().to_vec()],
        Value::Records(refs) => refs.iter().map(|r| key::record(*r).to_vec()).collect(),
        Value::Address(_) | Value::Files(_) => Vec::new(),
    }
}

/// The key of a text: folded, ended by a zero so that a text sorts before those it begins.
pub fn text_key(text: &str) -> Vec<u8> {
    let mut bytes = fold(text).into_bytes();
    bytes.truncate(KEY_TEXT_BYTES_MAX);
    bytes.push(0);
    bytes
}

/// The key of one entry.
pub fn entry(object: ObjectId, field: FieldId, value: &[u8], row: Row) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(12 + value.len());
    bytes.extend(key::index_field(object, field));
    bytes.extend(value);
    bytes.extend(row.0.to_be_bytes());
    bytes
}

/// All entries of a live record, sorted, each once.
pub fn entries(object: &Object, values: &Values, row: Row) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for field in object.fields.iter().filter(|f| is_indexed(f)) {
        if let Some(value) = values.get(field.id) {
            all.extend(value_keys(value).iter().map(|k| entry(object.id, field.id, k, row)));
        }
    }
    all.sort();
    all.dedup();
    all
}

/// Rows of live records that have the value with this key in `field`, in row order, at most `limit`.
pub fn rows<R: Reads>(tx: &R, object: ObjectId, field: FieldId, value: &[u8], limit: usize) -> Result<Vec<Row>> {
    let (from, to) = (entry(object, field, value, Row(0)), entry(object, field, value, Row(u64::MAX)));
    let mut rows = Vec::new();
    if limit == 0 {
        return Ok(rows);
    }
    tx.scan(Table::Index, &from, &to, Direction::Forward, &mut |k, _| {
        // A longer value that begins with the same bytes may lie between.
        if k.len() == from.len() {
            rows.push(key::row_at_end(k));
        }
        Ok(if rows.len() == limit { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(rows)
}

/// The relation fields that may point to records of `object`, with the object they are on.
pub fn pointing_to(schema: &Schema, object: ObjectId) -> impl Iterator<Item = (&Object, &Field)> {
    schema.objects.iter().flat_map(move |on| {
        on.fields
            .iter()
            .filter(|f| f.id != system_field::CONTACT_ROWS)
            .filter(move |f| match f.target {
                Some(Target::Object(target)) => target == object,
                Some(Target::Any) => true,
                None => false,
            })
            .map(move |f| (on, f))
    })
}

/// Live records that point to `to` through `field` of `object`, in row order, at most `limit`.
pub fn linked<R: Reads>(
    tx: &R,
    object: ObjectId,
    field: FieldId,
    to: RecordRef,
    limit: usize,
) -> Result<Vec<RecordRef>> {
    let rows = rows(tx, object, field, &key::record(to), limit)?;
    Ok(rows.into_iter().map(|row| RecordRef::new(object, row)).collect())
}
