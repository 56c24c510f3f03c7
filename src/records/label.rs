//! How records are called. Labels are read many at a time from one snapshot, for the actor: a record they may not see has
//! no label, and neither has one that is gone.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef};
use crate::model::object::system_field;
use crate::model::value::Values;
use crate::model::{Actor, Kind, Object, Schema, Value, kinds, rules};
use crate::records::{Label, read};
use crate::store::Reads;
use std::collections::HashMap;

/// Labels of `ids`, in their order.
pub fn labels<R: Reads>(tx: &R, schema: &Schema, actor: &Actor, ids: &[RecordRef]) -> Result<Vec<Option<Label>>> {
    let mut wanted: HashMap<ObjectId, Vec<crate::base::id::FieldId>> = HashMap::new();
    let mut known: HashMap<RecordRef, Option<Label>> = HashMap::with_capacity(ids.len());
    let mut labels = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(label) = known.get(id) {
            labels.push(label.clone());
            continue;
        }
        let label = match schema.object_by_id(id.object) {
            Some(object) => {
                let fields = wanted.entry(id.object).or_insert_with(|| needed(object));
                match read::fields(tx, *id, fields)? {
                    Some(values) if read::visible(tx, actor, id.object, &values)? => {
                        Some(Label { id: *id, text: text(object, &values), photo: photo(object, actor, &values) })
                    }
                    _ => None,
                }
            }
            None => None,
        };
        known.insert(*id, label.clone());
        labels.push(label);
    }
    Ok(labels)
}

/// Fields that a label and the question who may see it need.
fn needed(object: &Object) -> Vec<crate::base::id::FieldId> {
    let mut fields = vec![system_field::CREATED_BY, system_field::OWNER, system_field::CONTACT_ROWS, object.title];
    fields.extend(object.title_field().parts.iter().filter_map(|p| object.field(p)).map(|f| f.id));
    fields.extend(object.fields.iter().filter(|f| stands_in(f.kind)).map(|f| f.id));
    fields.extend(object.photo_field().map(|f| f.id));
    fields.sort();
    fields.dedup();
    fields
}

/// The name of the bytes of a record's picture; `None` where it has none or the actor may not see it.
pub fn photo(object: &Object, actor: &Actor, values: &Values) -> Option<[u8; 32]> {
    let field = object.photo_field().filter(|f| rules::field_visible(actor, object.id, f.id))?;
    match values.get(field.id) {
        Some(Value::Files(files)) => files.first().map(|file| file.sha256),
        _ => None,
    }
}

/// Kinds whose first value can name a record that has no title.
fn stands_in(kind: Kind) -> bool {
    matches!(kind, Kind::Emails | Kind::Phones)
}

/// The title of a record with these values; where it has none its e-mail or phone, or `Unnamed`. Never empty.
pub fn text(object: &Object, values: &Values) -> String {
    let title = object.title_field();
    let named = match title.kind {
        Kind::FullName => kinds::virtual_value(object, title, values),
        _ => values.get(title.id).cloned(),
    };
    if let Some(Value::Text(text)) = named
        && !text.trim().is_empty()
    {
        return first_line(&text);
    }
    for field in object.fields.iter().filter(|f| stands_in(f.kind)) {
        match values.get(field.id) {
            Some(Value::List(list)) if !list.is_empty() => return list[0].clone(),
            Some(Value::Phones(list)) if !list.is_empty() => return list[0].typed.clone(),
            _ => {}
        }
    }
    "Unnamed".to_owned()
}

/// Characters of a label at most.
const LABEL_CHARS_MAX: usize = 200;

fn first_line(text: &str) -> String {
    text.trim().lines().next().unwrap_or_default().chars().take(LABEL_CHARS_MAX).collect()
}
