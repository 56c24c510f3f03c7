//! Reading records for an actor. Whoever asks gets what they may see: an invisible record is not found, a hidden field is
//! not in the answer. `Stored` is a record as it lies in the store and never leaves this row.

use crate::base::id::{FieldId, ObjectId, RecordRef};
use crate::base::{Error, Result};
use crate::model::object::system_field;
use crate::model::value::Values;
use crate::model::{Actor, Object, Schema, Value, rules};
use crate::records::{Record, State};
use crate::store::codec::{RecordBytes, RecordView};
use crate::store::{Reads, Table, key};

/// A record as it lies in the store.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// Grows by one with every change.
    pub version: u64,
    /// Live or in the trash.
    pub state: State,
    /// All stored values.
    pub values: Values,
}

/// The record with this id, whoever asks; `None` where there is none or it was purged.
pub fn stored<R: Reads>(tx: &R, id: RecordRef) -> Result<Option<Stored>> {
    tx.with(Table::Records, &key::record(id), decode)?.transpose()
}

/// Reads a record's bytes, whole.
pub fn decode(bytes: &[u8]) -> Result<Stored> {
    let view = RecordView::parse(bytes)?;
    let mut values = Vec::with_capacity(view.len());
    for (field, tag, value) in view.fields() {
        values.push((field, Value::decode(tag, value)?));
    }
    Ok(Stored { version: view.version(), state: State::from_byte(view.state())?, values: values.into_iter().collect() })
}

/// A record's bytes.
pub(crate) fn encode(stored: &Stored) -> Result<Vec<u8>> {
    let fields = stored.values.iter().map(|(field, value)| {
        let mut bytes = Vec::with_capacity(24);
        value.encode(&mut bytes);
        (field, value.type_tag(), bytes)
    });
    RecordBytes::build(stored.version, stored.state.byte(), fields)
}

/// Some fields of a live record, without reading the others; `None` where it is absent, purged or in the trash.
pub fn fields<R: Reads>(tx: &R, id: RecordRef, wanted: &[FieldId]) -> Result<Option<Values>> {
    Ok(fields_of_any(tx, id, wanted)?.and_then(|(state, values)| (state == State::Live).then_some(values)))
}

/// Some fields of a record, live or in the trash.
pub fn fields_of_any<R: Reads>(tx: &R, id: RecordRef, wanted: &[FieldId]) -> Result<Option<(State, Values)>> {
    let found = tx.with(Table::Records, &key::record(id), |bytes| {
        let view = RecordView::parse(bytes)?;
        let mut values = Values::default();
        for field in wanted {
            if let Some((tag, value)) = view.field(*field) {
                values.set(*field, Some(Value::decode(tag, value)?));
            }
        }
        Ok((State::from_byte(view.state())?, values))
    })?;
    found.transpose()
}

/// Whether the actor may see a record with these values.
pub fn visible<R: Reads>(tx: &R, actor: &Actor, object: ObjectId, values: &Values) -> Result<bool> {
    if !rules::walled(actor, object) || tied(actor, object, values) {
        return Ok(true);
    }
    let Some(Value::Records(contacts)) = values.get(system_field::CONTACT_ROWS) else {
        return Ok(false);
    };
    for contact in contacts {
        if is_tied(tx, actor, *contact)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether there is a live record that the actor may see.
pub fn is_visible<R: Reads>(tx: &R, actor: &Actor, id: RecordRef) -> Result<bool> {
    if !rules::walled(actor, id.object) {
        return Ok(tx.with(Table::Records, &key::record(id), |_| ())?.is_some());
    }
    let wanted = [system_field::CREATED_BY, system_field::OWNER, system_field::CONTACT_ROWS];
    match fields(tx, id, &wanted)? {
        Some(values) => visible(tx, actor, id.object, &values),
        None => Ok(false),
    }
}

/// Whether the actor or their team made the record or looks after it, live or in the trash; false where it is gone.
pub fn is_tied<R: Reads>(tx: &R, actor: &Actor, id: RecordRef) -> Result<bool> {
    let found = fields_of_any(tx, id, &[system_field::CREATED_BY, system_field::OWNER])?;
    Ok(found.is_some_and(|(_, values)| tied(actor, id.object, &values)))
}

fn tied(actor: &Actor, object: ObjectId, values: &Values) -> bool {
    let person = |field| match values.get(field) {
        Some(Value::Member(row)) => Some(*row),
        _ => None,
    };
    let (created_by, owner) = (person(system_field::CREATED_BY), person(system_field::OWNER));
    rules::sees_record(actor, rules::Ties { object, created_by, owner, contacts_seen: &[] })
}

/// The record as the actor may see it.
pub fn shown(actor: &Actor, object: &Object, id: RecordRef, stored: Stored) -> Record {
    let hidden = |field: FieldId| !rules::field_visible(actor, object.id, field);
    let mut values = stored.values;
    let drop: Vec<FieldId> = values.iter().map(|(f, _)| f).filter(|f| hidden(*f)).collect();
    for field in drop {
        values.set(field, None);
    }
    Record { id, version: stored.version, state: stored.state, values }
}

/// The record with this id for this actor.
pub fn get<R: Reads>(tx: &R, schema: &Schema, actor: &Actor, id: RecordRef) -> Result<Record> {
    let (object, stored) = visible_stored(tx, schema, actor, id)?;
    Ok(shown(actor, object, id, stored))
}

/// The whole record with this id, where this actor may see it.
pub fn visible_stored<'a, R: Reads>(
    tx: &R,
    schema: &'a Schema,
    actor: &Actor,
    id: RecordRef,
) -> Result<(&'a Object, Stored)> {
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    let stored = stored(tx, id)?.ok_or(Error::NotFound)?;
    if !rules::may(actor, rules::Action::See, id.object) || !visible(tx, actor, id.object, &stored.values)? {
        return Err(Error::NotFound);
    }
    Ok((object, stored))
}
