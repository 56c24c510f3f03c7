//! What is answered: records as JSON, each field as its kind says, relations with the label of what they point to. Fields the
//! asker may not see are not there.

use super::params::wrong;
use crate::app::Crm;
use crate::base::Result;
use crate::base::id::RecordRef;
use crate::http::Failure;
use crate::model::object::standard::MEMBERS;
use crate::model::{Actor, Field, Object, Schema, Value, kinds, rules};
use crate::records::Record;
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeSet, HashMap};

/// The fields an asker may know of, in order.
pub(super) fn fields_of<'s>(object: &'s Object, actor: &Actor) -> impl Iterator<Item = &'s Field> {
    let (id, actor) = (object.id, actor.clone());
    object.fields.iter().filter(move |f| !f.hidden && rules::field_visible(&actor, id, f.id))
}

/// Writes records of one object.
pub(super) struct Shape<'a> {
    crm: &'a Crm,
    schema: &'a Schema,
    actor: &'a Actor,
    fields: Vec<&'a Field>,
    object: &'a Object,
}

impl<'a> Shape<'a> {
    /// All fields, or those that `wanted` names.
    pub fn new(
        crm: &'a Crm,
        schema: &'a Schema,
        actor: &'a Actor,
        object: &'a Object,
        wanted: &[String],
    ) -> std::result::Result<Self, Failure> {
        let mut fields: Vec<&Field> = fields_of(object, actor).collect();
        if let Some(odd) = wanted.iter().find(|w| *w != "id" && !fields.iter().any(|f| f.name == **w)) {
            let message = format!("There is no field `{odd}` on {}.", object.name);
            return Err(wrong("fields", "unknown", &message));
        }
        if !wanted.is_empty() {
            fields.retain(|f| wanted.contains(&f.name));
        }
        Ok(Self { crm, schema, actor, fields, object })
    }

    /// The records, in order.
    pub fn all(&self, records: &[Record]) -> Result<Vec<Json>> {
        let values = records.iter().flat_map(|r| self.fields.iter().filter_map(|f| r.values.get(f.id)));
        let labels = Labels::of(self.crm, self.actor, values)?;
        Ok(records.iter().map(|r| self.one(r, &labels)).collect())
    }

    fn one(&self, record: &Record, labels: &Labels) -> Json {
        let mut members = Map::with_capacity(self.fields.len() + 1);
        members.insert("id".into(), json!(record.id.row.to_string()));
        for field in &self.fields {
            let value = kinds::virtual_value(self.object, field, &record.values).and_then(|v| labels.without_gone(v));
            let json = value.map(|v| kinds::to_json(field, &v, self.schema, &|id| labels.get(id)));
            members.insert(field.name.clone(), json.unwrap_or(Json::Null));
        }
        Json::Object(members)
    }
}

/// Labels of the records that values point to, read at once.
pub(super) struct Labels {
    labels: HashMap<RecordRef, String>,
    /// What was purged: a link to it leads nowhere and is not told.
    gone: BTreeSet<RecordRef>,
}

impl Labels {
    /// The labels the asker may see.
    pub fn of<'v>(crm: &Crm, actor: &Actor, values: impl Iterator<Item = &'v Value>) -> Result<Self> {
        let mut ids = BTreeSet::new();
        for value in values {
            match value {
                Value::Member(row) => {
                    ids.insert(RecordRef::new(MEMBERS, *row));
                }
                Value::Records(list) => ids.extend(list.iter().copied()),
                _ => {}
            }
        }
        let ids: Vec<RecordRef> = ids.into_iter().collect();
        let labels = crm.engine.labels(actor, &ids)?;
        let nameless = ids.iter().zip(&labels).filter(|(_, label)| label.is_none());
        let nameless: Vec<RecordRef> = nameless.map(|(id, _)| *id).collect();
        let gone = crm.engine.gone(&nameless)?.into_iter().collect();
        Ok(Self { labels: labels.into_iter().flatten().map(|label| (label.id, label.text)).collect(), gone })
    }

    /// The label of a record; `None` where it is gone or not to be seen.
    pub fn get(&self, id: RecordRef) -> Option<String> {
        self.labels.get(&id).cloned()
    }

    /// A value without its links to what was purged; `None` where nothing is left of it.
    fn without_gone(&self, value: Value) -> Option<Value> {
        let Value::Records(mut links) = value else { return Some(value) };
        links.retain(|link| !self.gone.contains(link));
        (!links.is_empty()).then_some(Value::Records(links))
    }
}
