//! What `model::kinds` will say about values, as far as saving needs it before that has landed: types, lengths, the
//! defaults of a preset, full names. Goes when `model::kinds` arrives.

use crate::base::Problem;
use crate::base::id::FieldId;
use crate::base::limits::{LONG_TEXT_BYTES_MAX, TEXT_BYTES_MAX};
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Schema, Value};

pub(crate) fn check(field: &Field, value: &Value) -> Result<(), Problem> {
    let fits = matches!(
        (field.kind, value),
        (Kind::Text | Kind::LongText | Kind::Link | Kind::FullName | Kind::CurrencyCode, Value::Text(_))
            | (Kind::Number, Value::Number(_))
            | (Kind::Currency, Value::Money(_))
            | (Kind::Date, Value::Date(_))
            | (Kind::DateTime, Value::Time(_))
            | (Kind::YesNo, Value::Bool(_))
            | (Kind::Select | Kind::Stage | Kind::Pipeline, Value::Choice(_))
            | (Kind::MultiSelect, Value::Choices(_))
            | (Kind::Rating, Value::Rating(_))
            | (Kind::Emails | Kind::Tags, Value::List(_))
            | (Kind::Phones, Value::Phones(_))
            | (Kind::Address, Value::Address(_))
            | (Kind::Person, Value::Member(_))
            | (Kind::Relation | Kind::Relations, Value::Records(_))
            | (Kind::File, Value::Files(_))
    );
    if !fits {
        return Err(Problem::new(&field.name, "type", "is a value of another type"));
    }
    let limit = if field.kind == Kind::LongText { LONG_TEXT_BYTES_MAX } else { TEXT_BYTES_MAX };
    match value {
        Value::Text(text) if text.len() > limit => Err(Problem::new(&field.name, "too_long", "is too long")),
        _ => Ok(()),
    }
}

pub(crate) fn default(field: &Field, text: &str, schema: &Schema) -> Option<Value> {
    match field.kind {
        Kind::Select => field.choice(text).map(|c| Value::Choice(c.id)),
        Kind::Text | Kind::Link => Some(Value::Text(text.to_owned())),
        Kind::YesNo => Some(Value::Bool(text == "true")),
        Kind::Stage => {
            schema.pipelines.iter().flat_map(|p| &p.stages).find(|s| s.name == text).map(|s| Value::Choice(s.id))
        }
        _ => None,
    }
}

fn parts(object: &Object, field: &Field) -> Vec<FieldId> {
    field.parts.iter().filter_map(|p| object.field(p)).map(|f| f.id).collect()
}

pub(crate) fn virtual_value(object: &Object, field: &Field, values: &Values) -> Option<Value> {
    let texts = parts(object, field).into_iter().filter_map(|f| match values.get(f) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    });
    let name = texts.collect::<Vec<_>>().join(" ");
    (!name.is_empty()).then_some(Value::Text(name))
}

pub(crate) fn expand(
    object: &Object,
    field: &Field,
    value: Option<Value>,
    _current: &Values,
) -> Vec<(FieldId, Option<Value>)> {
    let (parts, Some(Value::Text(name))) = (parts(object, field), value) else { return Vec::new() };
    let (first, last) = name.rsplit_once(' ').unwrap_or((&name, ""));
    let text = |t: &str| (!t.is_empty()).then(|| Value::Text(t.trim().to_owned()));
    parts.into_iter().zip([text(first), text(last)]).collect()
}
