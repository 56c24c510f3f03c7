//! Putting a judged change into the store: record, index, columns, event, timeline and batch in the transaction it was
//! judged in. Nothing is judged here, and nothing else writes records.

use crate::base::clock::Millis;
use crate::base::id::{BatchId, FieldId, ObjectId, RecordRef, Row, Seq};
use crate::base::{Error, Result};
use crate::model::object::{standard, system_field};
use crate::model::value::Values;
use crate::model::{Object, Schema, Value};
use crate::records::event::{self, EventKind, Written};
use crate::records::guard::{self, Saving};
use crate::records::read::{self, Stored};
use crate::records::validate::Env;
use crate::records::{Context, Saved, State, columns, files, index, timeline};
use crate::store::{Table, WriteTx, key};

/// A change that was judged and may be written.
pub(crate) struct Planned {
    pub object: ObjectId,
    /// `None` for a record that is to be made.
    pub row: Option<Row>,
    pub old: Option<Stored>,
    /// `None` where it is to be purged.
    pub new: Option<Stored>,
    pub kind: EventKind,
    /// Fields that the event tells of.
    pub changed: Vec<FieldId>,
}

impl Planned {
    /// Nothing to do: the record is already so.
    pub fn nothing(id: RecordRef, stored: Stored) -> Self {
        Self {
            object: id.object,
            row: Some(id.row),
            old: Some(stored.clone()),
            new: Some(stored),
            kind: EventKind::Updated,
            changed: Vec::new(),
        }
    }

    fn is_nothing(&self) -> bool {
        self.row.is_some() && self.old == self.new
    }
}

/// Fields of `new` that differ from `old` and that an event tells of: what follows from others is left out, unless the
/// program named it (`given`).
pub(crate) fn changed(object: &Object, old: &Values, new: &Values, given: &[FieldId]) -> Vec<FieldId> {
    let follows = |id: FieldId| {
        let system = object.field_by_id(id).is_some_and(|f| f.system);
        id == system_field::UPDATED_AT || id == system_field::CONTACT_ROWS || (system && !given.contains(&id))
    };
    let mut fields: Vec<FieldId> = old.iter().chain(new.iter()).map(|(f, _)| f).collect();
    fields.sort();
    fields.dedup();
    fields.retain(|f| !follows(*f) && old.get(*f) != new.get(*f));
    fields
}

/// Writes a judged change.
pub(crate) fn write(tx: &mut WriteTx<'_>, env: &Env, planned: Planned, context: Context) -> Result<Saved> {
    let object = env.object(planned.object)?;
    if planned.is_nothing() {
        let (Some(row), Some(stored)) = (planned.row, planned.new) else { return Err(Error::NotFound) };
        let id = RecordRef::new(object.id, row);
        return Ok(Saved { record: read::shown(&env.actor, object, id, stored), seq: None });
    }
    let row = match planned.row {
        Some(row) => row,
        None => Row(tx.next_counter(&row_counter(object.id))?),
    };
    let id = RecordRef::new(object.id, row);
    files::keep_new(tx, planned.old.as_ref(), planned.new.as_ref())?;
    put(tx, object, id, planned.old.as_ref(), planned.new.as_ref())?;
    let seq = log(tx, env, id, &planned, context)?;
    if planned.new.is_none() {
        files::release_all(tx, id, planned.old.as_ref())?;
        timeline::forget(tx, id)?;
    }
    let saving = Saving { env, object, old: live(planned.old.as_ref()), new: live(planned.new.as_ref()) };
    guard::after(tx, &saving)?;
    let hung =
        |stored: &Option<Stored>| stored.as_ref().and_then(|s| s.values.get(system_field::CONTACT_ROWS).cloned());
    if planned.row.is_some() && hung(&planned.old) != hung(&planned.new) {
        hang_again(tx, &env.schema, id)?;
    }
    // What a purge answers is the record's place without a value.
    let after = planned.new.unwrap_or(Stored { version: 0, state: State::Trashed, values: Values::default() });
    Ok(Saved { record: read::shown(&env.actor, object, id, after), seq: Some(seq) })
}

/// Name of the counter that gives an object its rows.
pub(crate) fn row_counter(object: ObjectId) -> String {
    format!("rows/{object}")
}

fn live(stored: Option<&Stored>) -> Option<&Values> {
    stored.filter(|s| s.state == State::Live).map(|s| &s.values)
}

/// Record, index and columns of a change.
fn put(tx: &mut WriteTx<'_>, object: &Object, id: RecordRef, old: Option<&Stored>, new: Option<&Stored>) -> Result<()> {
    match new {
        Some(stored) => tx.put(Table::Records, &key::record(id), &read::encode(stored)?),
        None => tx.delete(Table::Records, &key::record(id)),
    }
    let entries = |stored| live(stored).map(|v| index::entries(object, v, id.row)).unwrap_or_default();
    let (before, after) = (entries(old), entries(new));
    for entry in before.iter().filter(|e| after.binary_search(e).is_err()) {
        tx.delete(Table::Index, entry);
    }
    for entry in after.iter().filter(|e| before.binary_search(e).is_err()) {
        tx.put(Table::Index, entry, &[]);
    }
    columns::write_changed(tx, object, id.row, old.map(|s| (s.state, &s.values)), new.map(|s| (s.state, &s.values)))
}

/// The event of a change, its timeline entries and its place in its batch.
fn log(tx: &mut WriteTx<'_>, env: &Env, id: RecordRef, planned: &Planned, context: Context) -> Result<Seq> {
    let body = match (planned.kind, &planned.old, &planned.new) {
        (EventKind::Updated, Some(old), Some(new)) => {
            let of = |f: &FieldId| (*f, Written::of(old.values.get(*f), new.values.get(*f)));
            event::encode_body(&planned.changed.iter().map(of).collect::<Vec<_>>())
        }
        _ => Vec::new(),
    };
    let batch = context.batch.unwrap_or(BatchId(0));
    let mut head = event::new_event(&env.actor, context, batch, env.now, id, planned.kind, body);
    if let Some((time, by)) = told(env, planned) {
        head.time = time;
        head.actor = by;
        head.acting_as = by;
    }
    let seq = tx.append_event(head)?;
    for place in places(id, planned) {
        tx.put(Table::Timeline, &timeline::key(place, seq), &[]);
    }
    if batch != BatchId(0) {
        let mut key = [0; 16];
        key[..8].copy_from_slice(&batch.0.to_be_bytes());
        key[8..].copy_from_slice(&seq.0.to_be_bytes());
        tx.put(Table::Batches, &key, &[]);
    }
    Ok(seq)
}

/// When and by whom a change was made, where the program tells of what others did (sample data): what the record itself
/// says, its maker where it is new, else its owner.
fn told(env: &Env, planned: &Planned) -> Option<(Millis, Row)> {
    let values = &planned.new.as_ref()?.values;
    let (time, by) = match planned.kind {
        EventKind::Created => (system_field::CREATED_AT, system_field::CREATED_BY),
        EventKind::Updated => (system_field::UPDATED_AT, system_field::OWNER),
        _ => return None,
    };
    match (values.get(time)?, values.get(by)?) {
        (Value::Time(at), Value::Member(row)) if env.actor.is_system() && *at != env.now => Some((*at, *row)),
        _ => None,
    }
}

/// In whose timelines a change stands: the record's own, and those of the contacts and companies it was or is linked to.
fn places(id: RecordRef, planned: &Planned) -> Vec<RecordRef> {
    let mut places = vec![id];
    for stored in [&planned.new, &planned.old].into_iter().flatten() {
        let people = |link: &RecordRef| link.object == standard::CONTACTS || link.object == standard::COMPANIES;
        for link in guard::links(&stored.values).into_iter().filter(people) {
            if places.len() <= timeline::PLACES_MAX && !places.contains(&link) {
                places.push(link);
            }
        }
    }
    places
}

/// Sets a field that guards keep, without an event and without a new version. Does nothing where the record is gone or
/// the value is already so.
pub(crate) fn set_derived(
    tx: &mut WriteTx<'_>,
    schema: &Schema,
    id: RecordRef,
    field: FieldId,
    value: impl FnOnce(Option<&Value>) -> Option<Value>,
) -> Result<()> {
    let (Some(object), Some(old)) = (schema.object_by_id(id.object), read::stored(tx, id)?) else { return Ok(()) };
    let mut new = old.clone();
    let value = value(new.values.get(field));
    new.values.set(field, value);
    if new == old { Ok(()) } else { put(tx, object, id, Some(&old), Some(&new)) }
}

/// Records that follow when the contacts of one they link to change, at most.
const HANGING_MAX: usize = 100_000;

/// Where the contacts that a record hangs on have changed, what is linked to it hangs on them too, and so on upwards.
fn hang_again(tx: &mut WriteTx<'_>, schema: &Schema, id: RecordRef) -> Result<()> {
    for (on, field) in index::pointing_to(schema, id.object) {
        if on.field_by_id(system_field::CONTACT_ROWS).is_none() || !guard::hangs_on(on.id, id.object) {
            continue;
        }
        for other in index::linked(tx, on.id, field.id, id, HANGING_MAX)? {
            let Some(stored) = read::stored(tx, other)? else { continue };
            let rows = guard::contact_rows(tx, on.id, &stored.values)?;
            let value = (!rows.is_empty()).then_some(Value::Records(rows));
            if stored.values.get(system_field::CONTACT_ROWS) != value.as_ref() {
                set_derived(tx, schema, other, system_field::CONTACT_ROWS, |_| value)?;
                hang_again(tx, schema, other)?;
            }
        }
    }
    Ok(())
}
