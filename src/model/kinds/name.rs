//! A full name: shown as one, kept as first and last name.

use super::{FieldKind, Labels, Locale, Read, Reading, wrong_type};
use crate::base::error::Problem;
use crate::base::id::FieldId;
use crate::model::kinds::text::{Line, text};
use crate::model::value::Values;
use crate::model::{Field, Object, Schema, Value};
use serde_json::Value as Json;

/// A full name.
pub struct FullName;

/// Words that begin a last name of several words.
const PARTICLES: &[&str] = &[
    "al", "ap", "bin", "bint", "da", "dal", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
    "ibn", "la", "las", "le", "los", "mac", "ní", "o", "st", "st.", "ten", "ter", "van", "vande", "vander", "von",
    "zu", "ó",
];

impl FieldKind for FullName {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "a name"))?, reading)
    }

    fn read_text(&self, _field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        Ok(Some(Value::Text(text.split_whitespace().collect::<Vec<_>>().join(" "))))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        Line.check(field, value)
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        text(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        text(value).into()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        text(value).into()
    }
}

/// The fields of the first and the last name.
fn part_ids(object: &Object, field: &Field) -> Option<(FieldId, FieldId)> {
    let [first, last] = &field.parts[..] else { return None };
    Some((object.field(first)?.id, object.field(last)?.id))
}

/// First and last name with a space between; `None` where both are empty.
pub fn joined(object: &Object, field: &Field, values: &Values) -> Option<String> {
    let (first, last) = part_ids(object, field)?;
    let part = |id| values.get(id).map_or("", text);
    match (part(first), part(last)) {
        ("", "") => None,
        (one, "") | ("", one) => Some(one.to_owned()),
        (first, last) => Some(format!("{first} {last}")),
    }
}

/// The changes of first and last name that a full name makes; none where it is the name they make already.
pub fn parts(object: &Object, field: &Field, name: Option<Value>, current: &Values) -> Vec<(FieldId, Option<Value>)> {
    let Some((first_id, last_id)) = part_ids(object, field) else { return Vec::new() };
    let name = name.as_ref().map_or("", text);
    if joined(object, field, current).as_deref() == Some(name) {
        return Vec::new();
    }
    let (first, last) = split(name);
    let value = |part: String| Some(part).filter(|part| !part.is_empty()).map(Value::Text);
    vec![(first_id, value(first)), (last_id, value(last))]
}

/// First and last name: `Ana de la Cruz` is Ana and de la Cruz, `Smith, John` is John and Smith, `Mary Ann Lee` is Mary Ann
/// and Lee. A single word is a first name.
pub fn split(name: &str) -> (String, String) {
    if let Some((last, first)) = name.split_once(',') {
        return (first.trim().to_owned(), last.trim().to_owned());
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let Some(last) = words.len().checked_sub(1).filter(|last| *last > 0) else {
        return (words.join(" "), String::new());
    };
    let is_particle = |word: &&str| PARTICLES.contains(&word.to_lowercase().as_str());
    let start = (1..last).find(|i| words[*i..last].iter().all(is_particle)).unwrap_or(last);
    (words[..start].join(" "), words[start..].join(" "))
}
