//! Free tags, each once whatever its case and accents.

use super::{
    FieldKind, Labels, Locale, Read, Reading, check_bytes, check_characters, check_count, elements, json_elements,
    not_empty, wrong_type,
};
use crate::base::error::Problem;
use crate::base::text::fold;
use crate::model::kinds::email::list;
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// Tags.
pub struct Tags;

/// Bytes of a tag at most.
const TAG_BYTES_MAX: usize = 100;

/// The tags in texts that may hold several, each once.
fn tags<'a>(texts: impl Iterator<Item = &'a str>) -> Option<Value> {
    let mut list: Vec<String> = Vec::new();
    let mut known: Vec<String> = Vec::new();
    for tag in texts.flat_map(|text| text.split(',')).map(str::trim).filter(|tag| !tag.is_empty()) {
        let folded = fold(tag);
        if !known.contains(&folded) {
            known.push(folded);
            list.push(tag.replace('\t', " "));
        }
    }
    not_empty(list, Value::List)
}

impl FieldKind for Tags {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        Ok(tags(json_elements(field, json, "a list of tags")?.into_iter()))
    }

    fn read_text(&self, _field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        Ok(tags(elements(text)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::List(list) = value else { return Err(wrong_type(field, "a list of tags")) };
        check_count(field, list.len())?;
        for tag in list {
            check_bytes(field, tag, TAG_BYTES_MAX)?;
            check_characters(field, tag)?;
        }
        Ok(())
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        list(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        list(value).join("; ")
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        list(value).join(", ")
    }
}
