//! Finding records by a value that has an index entry: duplicates, companies by name, members by e-mail. One snapshot serves
//! many questions, and only what the actor may see is found.

use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::model::object::standard;
use crate::model::{Actor, Schema, Value};
use crate::records::{Record, index, read};
use crate::store::{Direction, ReadTx, Reads, Table, key};
use std::ops::ControlFlow;
use std::sync::Arc;

/// A snapshot to ask.
pub struct Finder<'a> {
    pub(crate) tx: ReadTx,
    pub(crate) schema: Arc<Schema>,
    pub(crate) actor: &'a Actor,
}

impl Finder<'_> {
    /// Live records with this value in an indexed field, of a list any of its elements, in row order, at most `limit`.
    pub fn with_value(&self, object: ObjectId, field: FieldId, value: &Value, limit: usize) -> Result<Vec<RecordRef>> {
        let mut found = Vec::new();
        for key in index::value_keys(value) {
            for row in index::rows(&self.tx, object, field, &key, limit)? {
                let id = RecordRef::new(object, row);
                if found.len() < limit && !found.contains(&id) && read::is_visible(&self.tx, self.actor, id)? {
                    found.push(id);
                }
            }
        }
        Ok(found)
    }

    /// A record as the actor may see it.
    pub fn get(&self, id: RecordRef) -> Result<Record> {
        read::get(&self.tx, &self.schema, self.actor, id)
    }

    /// Every member that is not removed: row, name and e-mail.
    pub fn members(&self) -> Result<Vec<(Row, String, String)>> {
        let Some(object) = self.schema.object_by_id(standard::MEMBERS) else { return Ok(Vec::new()) };
        let text = |values: &crate::model::value::Values, name: &str| match object.field(name).map(|f| values.get(f.id))
        {
            Some(Some(Value::Text(text))) => text.clone(),
            _ => String::new(),
        };
        let removed = object.field("status").and_then(|f| Some((f.id, Value::Choice(f.choice("removed")?.id))));
        let first = RecordRef::new(standard::MEMBERS, Row(0));
        let last = RecordRef::new(standard::MEMBERS, Row(u64::MAX));
        let mut members = Vec::new();
        self.tx.scan(
            Table::Records,
            &key::record(first),
            &key::record(last),
            Direction::Forward,
            &mut |k, bytes| {
                let stored = read::decode(bytes)?;
                let gone = removed.as_ref().is_some_and(|(field, value)| stored.values.get(*field) == Some(value));
                if stored.state == crate::records::State::Live && !gone {
                    members.push((key::row_at_end(k), text(&stored.values, "name"), text(&stored.values, "email")));
                }
                Ok(ControlFlow::Continue(()))
            },
        )?;
        Ok(members)
    }
}
