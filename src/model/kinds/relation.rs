//! Links to other records, to one or to many. Whether they exist and may be seen is asked when they are saved.

use super::{FieldKind, Labels, Locale, Read, Reading, check_count, elements, not_empty, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::model::{Field, Schema, Target, Value};
use serde_json::{Value as Json, json};

/// A link to one record.
pub struct Relation;
/// Links to many records.
pub struct Relations;

const WANTED: &str = "a record's id";

fn records(value: &Value) -> &[RecordRef] {
    if let Value::Records(records) = value { records } else { &[] }
}

/// The object a text names, or the field's own.
fn object(field: &Field, named: Option<&str>, schema: &Schema) -> Result<ObjectId, Problem> {
    let named = match named {
        None => None,
        Some(name) => {
            let unknown = || problem(field, "unknown", format!("There is no object {name:?}."));
            Some(schema.object(name).ok_or_else(unknown)?.id)
        }
    };
    match (field.target, named) {
        (Some(Target::Object(only)), None) => Ok(only),
        (Some(Target::Object(only)), Some(other)) if other != only => {
            let name = schema.object_by_id(only).map_or("", |object| object.name.as_str());
            Err(problem(field, "type", format!("This links to {name} only.")))
        }
        (_, Some(object)) => Ok(object),
        (_, None) => Err(problem(field, "type", r#"Say of which object, as in {"object": "contacts", "id": "12"}."#)),
    }
}

fn row(field: &Field, text: &str) -> Result<Row, Problem> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let row = if digits { text.parse().ok().filter(|row: &Row| row.0 > 0) } else { None };
    row.ok_or_else(|| problem(field, "not_found", format!("{} is no record's id.", shortened(text))))
}

/// A text for a message: its first letters.
fn shortened(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { format!("{start:?}…") } else { format!("{start:?}") }
}

/// `12` or `contacts/12`.
fn typed(field: &Field, text: &str, schema: &Schema) -> Result<RecordRef, Problem> {
    let text = text.trim();
    let (named, id) = text.split_once('/').map_or((None, text), |(object, id)| (Some(object.trim()), id.trim()));
    let row = row(field, id)?;
    Ok(RecordRef::new(object(field, named, schema)?, row))
}

fn from_element(field: &Field, json: &Json, schema: &Schema) -> Result<RecordRef, Problem> {
    match json {
        Json::String(text) => typed(field, text, schema),
        Json::Number(number) => typed(field, &number.to_string(), schema),
        Json::Object(members) => {
            let named = match members.get("object") {
                None | Some(Json::Null) => None,
                Some(Json::String(name)) => Some(name.as_str()),
                Some(_) => return Err(wrong_type(field, WANTED)),
            };
            let row = match members.get("id") {
                Some(Json::String(text)) => row(field, text)?,
                Some(Json::Number(number)) => row(field, &number.to_string())?,
                _ => return Err(wrong_type(field, WANTED)),
            };
            Ok(RecordRef::new(object(field, named, schema)?, row))
        }
        _ => Err(wrong_type(field, WANTED)),
    }
}

fn from_list(field: &Field, json: &Json, schema: &Schema) -> Read {
    let all = match json {
        Json::Array(list) => list.iter().map(|one| from_element(field, one, schema)).collect::<Result<Vec<_>, _>>()?,
        one => vec![from_element(field, one, schema)?],
    };
    Ok(not_empty(each_once(all), Value::Records))
}

fn each_once(all: Vec<RecordRef>) -> Vec<RecordRef> {
    let mut seen = std::collections::HashSet::with_capacity(all.len());
    all.into_iter().filter(|record| seen.insert(*record)).collect()
}

fn check(field: &Field, value: &Value) -> Result<(), Problem> {
    let Value::Records(records) = value else { return Err(wrong_type(field, WANTED)) };
    check_count(field, records.len())?;
    for record in records {
        let fits = match field.target {
            Some(Target::Object(only)) => record.object == only,
            Some(Target::Any) => true,
            None => false,
        };
        if !fits || record.row.0 == 0 {
            return Err(problem(field, "type", "This field doesn't link to such records."));
        }
    }
    Ok(())
}

fn to_json(record: RecordRef, schema: &Schema, label: Labels<'_>) -> Json {
    let object = schema.object_by_id(record.object).map(|object| object.name.as_str());
    json!({ "object": object, "id": record.row.to_string(), "label": label(record) })
}

fn to_text(field: &Field, record: RecordRef, schema: &Schema) -> String {
    match (field.target, schema.object_by_id(record.object)) {
        (Some(Target::Object(_)), _) | (_, None) => record.row.to_string(),
        (_, Some(object)) => format!("{}/{}", object.name, record.row),
    }
}

fn shown(value: &Value, label: Labels<'_>) -> String {
    records(value).iter().filter_map(|record| label(*record)).collect::<Vec<_>>().join(", ")
}

fn only_one(field: &Field, read: Read) -> Read {
    match read? {
        Some(Value::Records(records)) if records.len() > 1 => {
            Err(problem(field, "too_many", "This links to one record only."))
        }
        value => Ok(value),
    }
}

fn from_text(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let all = elements(text).map(|one| typed(field, one, reading.schema)).collect::<Result<Vec<_>, _>>()?;
    Ok(not_empty(each_once(all), Value::Records))
}

impl FieldKind for Relation {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        only_one(field, from_list(field, json, reading.schema))
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        only_one(field, from_text(field, text, reading))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        check(field, value)?;
        if records(value).len() == 1 {
            Ok(())
        } else {
            Err(problem(field, "too_many", "This links to one record only."))
        }
    }

    fn to_json(&self, _field: &Field, value: &Value, schema: &Schema, label: Labels<'_>) -> Json {
        records(value).first().map_or(Json::Null, |record| to_json(*record, schema, label))
    }

    fn to_text(&self, field: &Field, value: &Value, schema: &Schema) -> String {
        records(value).first().map(|record| to_text(field, *record, schema)).unwrap_or_default()
    }

    fn show(&self, _field: &Field, value: &Value, _schema: &Schema, _locale: &Locale<'_>, label: Labels<'_>) -> String {
        shown(value, label)
    }
}

impl FieldKind for Relations {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        from_list(field, json, reading.schema)
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        from_text(field, text, reading)
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        check(field, value)
    }

    fn to_json(&self, _field: &Field, value: &Value, schema: &Schema, label: Labels<'_>) -> Json {
        records(value).iter().map(|record| to_json(*record, schema, label)).collect()
    }

    fn to_text(&self, field: &Field, value: &Value, schema: &Schema) -> String {
        records(value).iter().map(|record| to_text(field, *record, schema)).collect::<Vec<_>>().join("; ")
    }

    fn show(&self, _field: &Field, value: &Value, _schema: &Schema, _locale: &Locale<'_>, label: Labels<'_>) -> String {
        shown(value, label)
    }
}
