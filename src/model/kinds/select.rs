//! One or several of a field's options, by API name; the label is understood too.

use super::{
    FieldKind, Labels, Locale, Read, Reading, check_count, elements, json_elements, not_empty, problem, wrong_type,
};
use crate::base::error::Problem;
use crate::base::id::OptionId;
use crate::base::text::{fold, is_word_char};
use crate::model::{Choice, Field, Schema, Value};
use serde_json::Value as Json;

/// One option.
pub struct Select;
/// Several options, in the field's order.
pub struct MultiSelect;

/// Options named in a message at most.
const NAMED_MAX: usize = 12;

/// Letters and digits of a folded text: `Non-Smoker`, `non_smoker` and `Non smoker` are one.
pub fn gist(text: &str) -> String {
    fold(text).chars().filter(|c| is_word_char(*c)).collect()
}

/// `a, b or c`, for messages; a long list is cut.
pub fn choices_sentence<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.collect();
    if all.len() > NAMED_MAX {
        return format!("{}, …", all[..NAMED_MAX].join(", "));
    }
    match all.split_last() {
        None => "nothing yet".into(),
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
    }
}

fn find<'a>(field: &'a Field, text: &str) -> Option<&'a Choice> {
    field.choice(text).or_else(|| {
        let wanted = gist(text);
        let mut alike = field.options.iter().filter(|c| gist(&c.name) == wanted || gist(&c.label) == wanted);
        alike.next().filter(|_| !wanted.is_empty())
    })
}

fn option(field: &Field, text: &str) -> Result<OptionId, Problem> {
    find(field, text.trim()).map(|choice| choice.id).ok_or_else(|| {
        let offered = field.options.iter().filter(|choice| !choice.retired).map(|choice| choice.name.as_str());
        problem(field, "unknown", format!("There is no such option. Choose {}.", choices_sentence(offered)))
    })
}

fn name(field: &Field, id: OptionId) -> &str {
    field.choice_by_id(id).map_or("", |choice| choice.name.as_str())
}

fn label(field: &Field, id: OptionId) -> &str {
    field.choice_by_id(id).map_or("", |choice| choice.label.as_str())
}

fn chosen(value: &Value) -> &[OptionId] {
    match value {
        Value::Choice(id) => std::slice::from_ref(id),
        Value::Choices(ids) => ids,
        _ => &[],
    }
}

fn check_option(field: &Field, id: OptionId) -> Result<(), Problem> {
    match field.choice_by_id(id) {
        Some(_) => Ok(()),
        None => Err(problem(field, "unknown", "There is no such option.")),
    }
}

impl FieldKind for Select {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "the name of an option"))?, reading)
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        option(field, text).map(|id| Some(Value::Choice(id)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Choice(id) = value else { return Err(wrong_type(field, "the name of an option")) };
        check_option(field, *id)
    }

    fn to_json(&self, field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> Json {
        self.to_text(field, value, schema).into()
    }

    fn to_text(&self, field: &Field, value: &Value, _schema: &Schema) -> String {
        chosen(value).first().map_or("", |id| name(field, *id)).into()
    }

    fn show(&self, field: &Field, value: &Value, _schema: &Schema, _locale: &Locale<'_>, _label: Labels<'_>) -> String {
        chosen(value).first().map_or("", |id| label(field, *id)).into()
    }
}

/// The options in the field's order, each once.
fn ordered(field: &Field, ids: Vec<OptionId>) -> Option<Value> {
    let inside = field.options.iter().map(|choice| choice.id).filter(|id| ids.contains(id)).collect();
    not_empty(inside, Value::Choices)
}

impl FieldKind for MultiSelect {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        let names = json_elements(field, json, "a list of option names")?;
        let ids = names.into_iter().map(|name| option(field, name)).collect::<Result<Vec<_>, _>>()?;
        Ok(ordered(field, ids))
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        let mut ids = Vec::new();
        for element in elements(text) {
            match find(field, element) {
                Some(choice) => ids.push(choice.id),
                // A label may hold a comma, so commas separate only what is no option as a whole.
                None => {
                    for part in element.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                        ids.push(option(field, part)?);
                    }
                }
            }
        }
        Ok(ordered(field, ids))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Choices(ids) = value else { return Err(wrong_type(field, "a list of option names")) };
        check_count(field, ids.len())?;
        ids.iter().try_for_each(|id| check_option(field, *id))
    }

    fn to_json(&self, field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        chosen(value).iter().map(|id| name(field, *id)).collect()
    }

    fn to_text(&self, field: &Field, value: &Value, _schema: &Schema) -> String {
        chosen(value).iter().map(|id| name(field, *id)).collect::<Vec<_>>().join("; ")
    }

    fn show(&self, field: &Field, value: &Value, _schema: &Schema, _locale: &Locale<'_>, _label: Labels<'_>) -> String {
        chosen(value).iter().map(|id| label(field, *id)).collect::<Vec<_>>().join(", ")
    }
}
