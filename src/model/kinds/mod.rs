//! What each kind of field does: read a value from JSON or from what people type, check it, give it back as JSON or text,
//! show it. One file a kind and a line in [`of`]. Nothing here reads storage: labels and members are asked of the caller,
//! and whether a related record exists is the save's question.

mod address;
mod date;
mod email;
mod file;
mod link;
mod money;
mod name;
mod number;
mod person;
mod phone;
mod relation;
mod select;
mod spoken;
mod stage;
mod tags;
#[cfg(test)]
pub(crate) mod testing;
mod text;
mod yes_no;

pub use stage::same_stage_in;

use crate::base::clock::Millis;
use crate::base::error::Problem;
use crate::base::id::{FieldId, RecordRef, Row};
use crate::base::limits::LIST_MAX;
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Schema, Value};
use jiff::tz::TimeZone;
use serde_json::Value as Json;

/// What reading a value needs to know beside the field.
pub struct Reading<'a> {
    /// The data model.
    pub schema: &'a Schema,
    /// Now.
    pub now: Millis,
    /// The time zone of dates and times that name none.
    pub zone: &'a TimeZone,
    /// Region of phone numbers that name none: `US`.
    pub region: &'a str,
    /// Who asks, for `me`; `Row(0)` for nobody.
    pub me: Row,
    /// Finds a member by id, e-mail or name.
    pub member: &'a dyn Fn(&str) -> Option<Row>,
}

/// How somebody wants values shown.
#[derive(Debug, Clone, Copy)]
pub struct Locale<'a> {
    /// The time zone of moments.
    pub zone: &'a TimeZone,
    /// Language tag: `en`.
    pub language: &'a str,
    /// Region whose phone numbers are shown without the country: `US`.
    pub region: &'a str,
}

/// Finds the label of a record; `None` where it is gone or not to be seen.
pub type Labels<'a> = &'a dyn Fn(RecordRef) -> Option<String>;

/// A value read (`None` clears the field), or what is wrong.
pub type Read = Result<Option<Value>, Problem>;

/// What a kind of field does. Callers use the functions of this module, which handle empty input for all kinds.
trait FieldKind: Sync {
    /// Reads JSON that is neither null nor empty.
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read;
    /// Reads trimmed text that is not empty.
    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read;
    /// Checks limits. A value of another kind is a problem too.
    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem>;
    /// The value as the API gives it.
    fn to_json(&self, field: &Field, value: &Value, schema: &Schema, label: Labels<'_>) -> Json;
    /// The value as an input shows it.
    fn to_text(&self, field: &Field, value: &Value, schema: &Schema) -> String;
    /// The value as people read it.
    fn show(&self, field: &Field, value: &Value, schema: &Schema, locale: &Locale<'_>, label: Labels<'_>) -> String;
}

/// The registry.
fn of(kind: Kind) -> &'static dyn FieldKind {
    match kind {
        Kind::Text => &text::Line,
        Kind::LongText => &text::Lines,
        Kind::Number => &number::Number,
        Kind::Rating => &number::Rating,
        Kind::Currency => &money::Currency,
        Kind::CurrencyCode => &money::Code,
        Kind::Date => &date::Date,
        Kind::DateTime => &date::DateTime,
        Kind::YesNo => &yes_no::YesNo,
        Kind::Select => &select::Select,
        Kind::MultiSelect => &select::MultiSelect,
        Kind::Link => &link::Link,
        Kind::Emails => &email::Emails,
        Kind::Phones => &phone::Phones,
        Kind::Address => &address::Address,
        Kind::FullName => &name::FullName,
        Kind::Person => &person::Person,
        Kind::Stage => &stage::Stage,
        Kind::Pipeline => &stage::Pipeline,
        Kind::Relation => &relation::Relation,
        Kind::Relations => &relation::Relations,
        Kind::Tags => &tags::Tags,
        Kind::File => &file::File,
    }
}

/// Reads and checks a value of the API. `null`, `""`, `[]` and `{}` clear the field.
pub fn from_json(field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
    let empty = match json {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        // An empty list or object where none belongs is a mistake, and must not clear what is there.
        Json::Array(elements) => elements.is_empty() && takes_list(field.kind),
        Json::Object(members) => members.is_empty() && field.kind == Kind::Address,
        Json::Bool(_) | Json::Number(_) => false,
    };
    if empty {
        return Ok(None);
    }
    // What stands in a list twice is kept once, but all that is sent counts.
    if let Json::Array(elements) = json
        && takes_list(field.kind)
    {
        check_count(field, elements.len())?;
    }
    checked(field, of(field.kind).read_json(field, json, reading)?)
}

fn takes_list(kind: Kind) -> bool {
    matches!(kind, Kind::Emails | Kind::Phones | Kind::Tags | Kind::MultiSelect | Kind::Relations | Kind::File)
}

/// Reads and checks what somebody typed, or a cell of a file. Elements of lists are separated by `;` or new lines. Empty
/// text clears the field.
pub fn from_text(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    checked(field, of(field.kind).read_text(field, text, reading)?)
}

/// Reads and checks what somebody typed into a form: as [`from_text`], and dates also the way people say them (`next friday`).
pub fn from_form(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let text = text.trim();
    let value = match field.kind {
        _ if text.is_empty() => None,
        Kind::Date => date::said_day(field, text, reading)?,
        Kind::DateTime => date::said_moment(field, text, reading)?,
        _ => return from_text(field, text, reading),
    };
    checked(field, value)
}

/// Reads and checks phone numbers as typed, each with the region it is read in (`GB`); one that is no region keeps what was typed
/// and reads nothing into it.
pub fn phones_from(field: &Field, lines: &[(&str, &str)]) -> Read {
    checked(field, phone::in_regions(field, lines.iter().copied())?)
}

fn checked(field: &Field, value: Option<Value>) -> Read {
    if let Some(value) = &value {
        check(field, value)?;
    }
    Ok(value)
}

/// Checks that a value is of the field's kind, within its limits and among its options.
pub fn check(field: &Field, value: &Value) -> Result<(), Problem> {
    of(field.kind).check(field, value)
}

/// The value as the API gives it.
pub fn to_json(field: &Field, value: &Value, schema: &Schema, label: Labels<'_>) -> Json {
    of(field.kind).to_json(field, value, schema, label)
}

/// The value as an input shows it; [`from_text`] reads it back (files aside). People and records are their ids, moments are
/// in UTC.
pub fn to_text(field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> String {
    of(field.kind).to_text(field, value, schema)
}

/// The value as people read it: `$1,234.50`, `Nov 26, 2026`.
pub fn show(field: &Field, value: &Value, schema: &Schema, locale: &Locale<'_>, label: Labels<'_>) -> String {
    of(field.kind).show(field, value, schema, locale, label)
}

/// The value of a field, also of one that keeps nothing itself (full name, currency code).
pub fn virtual_value(object: &Object, field: &Field, values: &Values) -> Option<Value> {
    match field.kind {
        Kind::FullName => name::joined(object, field, values).map(Value::Text),
        Kind::CurrencyCode => money::code_of(object, field, values).map(|code| Value::Text(code.to_string())),
        _ => values.get(field.id).cloned(),
    }
}

/// What setting a field (`None` clears it) changes in the stored fields. `current` are the record's values with what else
/// the request sets, so that an amount and its currency may come in one request in any order.
pub fn expand(object: &Object, field: &Field, value: Option<Value>, current: &Values) -> Vec<(FieldId, Option<Value>)> {
    match field.kind {
        Kind::FullName => name::parts(object, field, value, current),
        Kind::CurrencyCode => money::with_code(object, field, value, current).into_iter().collect(),
        _ => vec![(field.id, value)],
    }
}

/// A problem of this field.
fn problem(field: &Field, code: &'static str, message: impl Into<String>) -> Problem {
    Problem::new(&field.name, code, message)
}

/// The value is of another kind than the field: a caller's mistake, or JSON of the wrong type.
fn wrong_type(field: &Field, wanted: &str) -> Problem {
    problem(field, "type", format!("Send {wanted}."))
}

/// Elements of a list as typed: trimmed, without empty ones.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split([';', '\n', '\r']).map(str::trim).filter(|element| !element.is_empty())
}

/// The texts of a JSON list, or of a single text; what they hold is split once more, as if typed.
fn json_elements<'a>(field: &Field, json: &'a Json, wanted: &str) -> Result<Vec<&'a str>, Problem> {
    let one = |json: &'a Json| json.as_str().ok_or_else(|| wrong_type(field, wanted));
    let texts = match json {
        Json::Array(list) => list.iter().map(one).collect::<Result<Vec<_>, _>>()?,
        single => vec![one(single)?],
    };
    Ok(texts.into_iter().flat_map(elements).collect())
}

/// The list as a value; `None` where nothing is in it.
fn not_empty<T>(list: Vec<T>, value: impl FnOnce(Vec<T>) -> Value) -> Option<Value> {
    if list.is_empty() { None } else { Some(value(list)) }
}

fn check_count(field: &Field, count: usize) -> Result<(), Problem> {
    if count > LIST_MAX {
        return Err(problem(field, "too_many", format!("At most {LIST_MAX} entries fit here; there are {count}.")));
    }
    Ok(())
}

fn check_bytes(field: &Field, text: &str, most: usize) -> Result<(), Problem> {
    if text.len() > most {
        let message = format!("The text is too long: {} bytes, and at most {most} fit here.", text.len());
        return Err(problem(field, "too_long", message));
    }
    Ok(())
}

/// Text without characters that can't be shown (new lines and tabs can).
fn check_characters(field: &Field, text: &str) -> Result<(), Problem> {
    let odd = |c: char| (c.is_control() && !matches!(c, '\n' | '\t')) || c == '\u{fffe}' || c == '\u{ffff}';
    match text.chars().find(|c| odd(*c)) {
        None => Ok(()),
        Some(c) => {
            let message = format!("The text holds a character that can't be shown (U+{:04X}).", u32::from(c));
            Err(problem(field, "control_character", message))
        }
    }
}

/// The JSON text of a string or a number, for kinds that take both.
fn text_or_number<'a>(field: &Field, json: &'a Json, wanted: &str) -> Result<std::borrow::Cow<'a, str>, Problem> {
    match json {
        Json::String(text) => Ok(text.trim().into()),
        Json::Number(number) => Ok(number.to_string().into()),
        _ => Err(wrong_type(field, wanted)),
    }
}

#[cfg(test)]
mod tests;
