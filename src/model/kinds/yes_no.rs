//! Yes or no.

use super::{FieldKind, Labels, Locale, Read, Reading, problem, wrong_type};
use crate::base::error::Problem;
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// Yes or no.
pub struct YesNo;

fn is_yes(value: &Value) -> bool {
    matches!(value, Value::Bool(true))
}

impl FieldKind for YesNo {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        json.as_bool().map(|yes| Some(Value::Bool(yes))).ok_or_else(|| wrong_type(field, "true or false"))
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        match text.to_lowercase().as_str() {
            "yes" | "y" | "true" | "t" | "1" | "on" | "x" | "✓" => Ok(Some(Value::Bool(true))),
            "no" | "n" | "false" | "f" | "0" | "off" => Ok(Some(Value::Bool(false))),
            _ => Err(problem(field, "syntax", "Write yes or no.")),
        }
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        if matches!(value, Value::Bool(_)) { Ok(()) } else { Err(wrong_type(field, "true or false")) }
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        is_yes(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        if is_yes(value) { "yes" } else { "no" }.into()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        if is_yes(value) { "Yes" } else { "No" }.into()
    }
}
