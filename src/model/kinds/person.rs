//! A member of the workspace: by id, by e-mail, or `me`.

use super::{FieldKind, Labels, Locale, Read, Reading, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::id::{RecordRef, Row};
use crate::model::object::standard::MEMBERS;
use crate::model::{Field, Schema, Value};
use serde_json::{Value as Json, json};

/// A member.
pub struct Person;

const WANTED: &str = "a member's id or e-mail address, or \"me\"";

fn row(value: &Value) -> Row {
    if let Value::Member(row) = value { *row } else { Row(0) }
}

fn find(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let found = match text.trim() {
        "me" => Some(reading.me).filter(|row| row.0 > 0),
        text => (reading.member)(text),
    };
    let message = "There is no such member of this workspace.";
    found.map(|row| Some(Value::Member(row))).ok_or_else(|| problem(field, "not_found", message))
}

impl FieldKind for Person {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        let id = match json {
            Json::Object(members) => members.get("id").unwrap_or(&Json::Null),
            plain => plain,
        };
        match id {
            Json::String(text) => find(field, text, reading),
            Json::Number(number) => find(field, &number.to_string(), reading),
            _ => Err(wrong_type(field, WANTED)),
        }
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        find(field, text, reading)
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Member(row) if row.0 > 0 => Ok(()),
            _ => Err(wrong_type(field, WANTED)),
        }
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, label: Labels<'_>) -> Json {
        let row = row(value);
        json!({ "id": row.to_string(), "label": label(RecordRef::new(MEMBERS, row)) })
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        row(value).to_string()
    }

    fn show(&self, _field: &Field, value: &Value, _schema: &Schema, _locale: &Locale<'_>, label: Labels<'_>) -> String {
        label(RecordRef::new(MEMBERS, row(value))).unwrap_or_default()
    }
}
