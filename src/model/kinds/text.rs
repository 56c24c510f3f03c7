//! Text of one line and of many.

use super::{FieldKind, Labels, Locale, Read, Reading, check_bytes, check_characters, wrong_type};
use crate::base::error::Problem;
use crate::base::limits::{LONG_TEXT_BYTES_MAX, TEXT_BYTES_MAX};
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// One line; white space in it is single spaces.
pub struct Line;
/// Many lines; new lines are `\n`.
pub struct Lines;

/// The text of a value, for every kind that keeps one.
pub fn text(value: &Value) -> &str {
    if let Value::Text(text) = value { text } else { "" }
}

/// One line of it: trimmed, new lines and tabs as spaces.
pub fn one_line(text: &str) -> String {
    if !text.contains(['\n', '\r', '\t']) {
        return text.trim().to_owned();
    }
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn check(field: &Field, value: &Value, most: usize) -> Result<(), Problem> {
    let Value::Text(text) = value else { return Err(wrong_type(field, "a text")) };
    check_bytes(field, text, most)?;
    check_characters(field, text)
}

impl FieldKind for Line {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "a text"))?, reading)
    }

    fn read_text(&self, _field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        Ok(Some(Value::Text(one_line(text))))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        check(field, value, TEXT_BYTES_MAX)
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

impl FieldKind for Lines {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "a text"))?, reading)
    }

    fn read_text(&self, _field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        let text = if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text.to_owned() };
        Ok(Some(Value::Text(text.trim().to_owned())))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        check(field, value, LONG_TEXT_BYTES_MAX)
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
