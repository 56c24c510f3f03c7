//! A submitted form: the texts by their control's name, and how they become values. What a text means for most kinds is decided by
//! [`crate::model::kinds`]; here are only the kinds whose controls hold numbers of options, members and records.

use crate::base::id::{FieldId, OptionId, RecordRef, Row};
use crate::base::{Error, Problem, Result};
use crate::model::field::Target;
use crate::model::kinds::{self, Reading};
use crate::model::value::Address;
use crate::model::{Field, Kind, Object, Value};
use crate::web::ui::field::{Parts, has_input};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Names and texts, in the order they were sent.
#[derive(Debug, Clone, Default)]
pub struct Form(pub Vec<(String, String)>);

impl Form {
    /// The first text under `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n == name).map(|(_, text)| text.as_str())
    }

    /// The parts of a field; `None` where the form has no control for it.
    pub fn parts(&self, field: &str) -> Option<Parts> {
        let mut parts = Vec::new();
        for (name, text) in &self.0 {
            match name.strip_prefix(field) {
                Some("") => parts.push((String::new(), text.clone())),
                Some(suffix) if suffix.starts_with('.') => parts.push((suffix[1..].to_owned(), text.clone())),
                _ => {}
            }
        }
        (!parts.is_empty()).then_some(Parts(parts))
    }

    /// Values of all fields the form has controls for, or all problems at once.
    pub fn values(&self, object: &Object, reading: &Reading<'_>) -> Result<Vec<(FieldId, Option<Value>)>> {
        let (values, problems) = self.read(object, reading);
        if problems.is_empty() { Ok(values) } else { Err(Error::Invalid(problems)) }
    }

    /// The values that can be read, and the problems of those that can't.
    pub fn read(&self, object: &Object, reading: &Reading<'_>) -> (Vec<(FieldId, Option<Value>)>, Vec<Problem>) {
        let mut values = Vec::new();
        let mut problems = Vec::new();
        for field in object.fields.iter().filter(|f| has_input(f)) {
            let Some(parts) = self.parts(&field.name) else { continue };
            match value_of(field, &parts, reading) {
                Ok(value) => values.push((field.id, value)),
                Err(problem) => problems.push(problem),
            }
        }
        (values, problems)
    }
}

/// The value a field's parts stand for; `None` for empty.
pub fn value_of(field: &Field, parts: &Parts, reading: &Reading<'_>) -> std::result::Result<Option<Value>, Problem> {
    let text = parts.one("").trim();
    let unknown = || Problem::new(&field.name, "unknown", "Choose one of those that are offered.");
    match field.kind {
        Kind::Address => Ok(address(parts)),
        Kind::Emails => {
            let lines: Vec<&str> = primary_first(parts, parts.all().map(str::trim).collect(), |t| !t.is_empty());
            kinds::from_text(field, &lines.join("\n"), reading)
        }
        Kind::Phones => {
            let regions = parts.all_of("region").chain(std::iter::repeat(reading.region));
            let lines: Vec<(&str, &str)> = parts.all().map(str::trim).zip(regions).collect();
            kinds::phones_from(field, &primary_first(parts, lines, |(t, _)| !t.is_empty()))
        }
        Kind::MultiSelect => {
            let chosen: std::result::Result<Vec<OptionId>, _> =
                parts.all().filter(|t| !t.is_empty()).map(str::parse).collect();
            let chosen = chosen.map_err(|_| unknown())?;
            Ok((!chosen.is_empty()).then_some(Value::Choices(chosen)))
        }
        _ if text.is_empty() => Ok(None),
        Kind::Currency => {
            let code = parts.one("currency").trim().to_uppercase();
            kinds::from_text(field, format!("{text} {code}").trim(), reading)
        }
        Kind::Select | Kind::Stage | Kind::Pipeline => {
            text.parse().map(|id| Some(Value::Choice(id))).map_err(|_| unknown())
        }
        Kind::Person => text.parse().map(|row| Some(Value::Member(row))).map_err(|_| unknown()),
        Kind::YesNo => Ok(Some(Value::Bool(text == "true"))),
        Kind::Relation | Kind::Relations => {
            records(field, text, reading).map(|r| Some(Value::Records(r))).ok_or_else(unknown)
        }
        _ => kinds::from_form(field, parts.one(""), reading),
    }
}

/// The lines of a list with the one that was marked as primary in front, without those that are empty.
fn primary_first<T>(parts: &Parts, mut lines: Vec<T>, filled: impl Fn(&T) -> bool) -> Vec<T> {
    if let Ok(at) = parts.one("primary").parse::<usize>()
        && at < lines.len()
    {
        lines[..=at].rotate_right(1);
    }
    lines.retain(filled);
    lines
}

fn address(parts: &Parts) -> Option<Value> {
    // Browsers send a line break of an area as two characters.
    let part = |suffix: &str| parts.one(suffix).trim().replace("\r\n", "\n");
    let address = Address {
        street: part("street"),
        city: part("city"),
        state: part("state"),
        postal_code: part("postal_code"),
        country: part("country"),
    };
    (address != Address::default()).then_some(Value::Address(address))
}

fn records(field: &Field, text: &str, reading: &Reading<'_>) -> Option<Vec<RecordRef>> {
    text.split(';').map(str::trim).filter(|t| !t.is_empty()).map(|piece| record(field, piece, reading)).collect()
}

fn record(field: &Field, text: &str, reading: &Reading<'_>) -> Option<RecordRef> {
    match field.target? {
        Target::Object(object) => Some(RecordRef::new(object, Row(text.parse().ok()?))),
        Target::Any => {
            let (object, row) = text.split_once('/')?;
            Some(RecordRef::new(reading.schema.object(object)?.id, Row(row.parse().ok()?)))
        }
    }
}

/// The value a form was shown, as an opaque text that the form sends back, so that a save can tell whether it is still there.
pub fn shown_token(value: Option<&Value>) -> String {
    let Some(value) = value else { return String::new() };
    let mut bytes = vec![value.type_tag()];
    value.encode(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// The value in such a text.
pub fn read_shown(token: &str) -> Result<Option<Value>> {
    if token.is_empty() {
        return Ok(None);
    }
    let bad = || Error::invalid("shown", "syntax", "The form is not one of ours; load the page again.");
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(token).map_err(|_| bad())?;
    let (tag, rest) = bytes.split_first().ok_or_else(bad)?;
    Value::decode(*tag, rest).map(Some).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found_by_name_and_suffix() {
        let form = Form(vec![
            ("amount".into(), "5".into()),
            ("amount.currency".into(), "CAD".into()),
            ("amount_due".into(), "9".into()),
        ]);
        let parts = form.parts("amount").unwrap();
        assert_eq!((parts.one(""), parts.one("currency"), parts.0.len()), ("5", "CAD", 2));
        assert!(form.parts("other").is_none());
    }

    #[test]
    fn a_shown_value_comes_back_as_it_was() {
        for value in [None, Some(Value::Text("Zoë".into())), Some(Value::Bool(false)), Some(Value::Date(-1))] {
            assert_eq!(read_shown(&shown_token(value.as_ref())).unwrap(), value);
        }
        assert!(read_shown("not ours!").is_err());
    }
}
