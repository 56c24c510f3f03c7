//! Whether every filter and sort that a data model brings along (views, widgets, rules, field conditions) means something. Asked
//! when a workspace is created and when its model changes; it reads no record.

use super::{check_filter, check_sort};
use crate::base::{Error, Problem, Result};
use crate::model::Schema;

/// Checks the data model itself and compiles every filter and sort in it. All problems are told at once, each with its place.
pub fn check_schema(schema: &Schema) -> Result<()> {
    schema.check()?;
    let mut found = Vec::new();
    for (place, object, filter) in schema.filters() {
        found.extend(problems(&place, filter, check_filter(schema, object, filter)));
    }
    for (place, object, sort) in schema.sorts() {
        found.extend(problems(&place, sort, check_sort(schema, object, sort)));
    }
    if found.is_empty() { Ok(()) } else { Err(Error::Invalid(found)) }
}

fn problems(place: &str, text: &str, checked: Result<()>) -> Vec<Problem> {
    match checked {
        Ok(()) => Vec::new(),
        Err(e) => vec![Problem::new(place, "syntax", format!("`{text}`: {e}"))],
    }
}
