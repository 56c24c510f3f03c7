//! A field's value as the texts its form controls hold: most kinds have one, an address has five, a list has one for each
//! element. What was typed comes back as the same parts, so that a refused form shows it again unchanged.

use crate::base::id::RecordRef;
use crate::model::field::Target;
use crate::model::{Field, Kind, Value};
use crate::web::ui::Ui;

/// Texts by the suffix of their control's name; the plain control's suffix is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts(pub Vec<(String, String)>);

impl Parts {
    /// One text of the plain control.
    pub fn plain(text: impl Into<String>) -> Self {
        Self(vec![(String::new(), text.into())])
    }

    /// The first text with this suffix; empty where there is none.
    pub fn one(&self, suffix: &str) -> &str {
        self.0.iter().find(|(s, _)| s == suffix).map_or("", |(_, text)| text)
    }

    /// All texts of the plain control.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.all_of("")
    }

    /// All texts with this suffix.
    pub fn all_of(&self, suffix: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(s, _)| s == suffix).map(|(_, text)| text.as_str())
    }
}

/// The parts that a control shows for a value.
pub fn parts_of(ui: &Ui<'_>, field: &Field, value: Option<&Value>) -> Parts {
    let Some(value) = value else { return Parts::default() };
    match value {
        Value::Text(text) => Parts::plain(text.as_str()),
        Value::Number(number) => Parts::plain(super::number::text(*number)),
        Value::Rating(stars) => Parts::plain(stars.to_string()),
        Value::Money(money) => {
            let amount = money.amount.grouped(money.currency.minor_units());
            Parts(vec![(String::new(), amount), ("currency".into(), money.currency.to_string())])
        }
        Value::Date(day) => Parts::plain(crate::base::time::date_text(*day)),
        Value::Time(moment) => Parts::plain(super::time::text(*moment, ui.zone)),
        Value::Bool(yes) => Parts::plain(if *yes { "true" } else { "false" }),
        Value::Choice(option) => Parts::plain(option.to_string()),
        Value::Choices(options) => each(options.iter().map(ToString::to_string)),
        Value::List(list) if field.kind == Kind::Tags => Parts::plain(list.join("; ")),
        Value::List(list) => each(list.iter().cloned()),
        Value::Phones(phones) => super::phones::parts(phones, ui.region),
        Value::Address(a) => Parts(
            [
                ("street", &a.street),
                ("city", &a.city),
                ("state", &a.state),
                ("postal_code", &a.postal_code),
                ("country", &a.country),
            ]
            .into_iter()
            .map(|(suffix, text)| (suffix.into(), text.clone()))
            .collect(),
        ),
        Value::Member(row) => Parts::plain(row.to_string()),
        Value::Records(records) => {
            Parts::plain(records.iter().map(|r| reference(ui, field, *r)).collect::<Vec<_>>().join(";"))
        }
        Value::Files(_) => Parts::default(),
    }
}

/// A record as a form names it: its number, with its object in front where the field takes any.
pub fn reference(ui: &Ui<'_>, field: &Field, id: RecordRef) -> String {
    match (field.target, ui.schema.object_by_id(id.object)) {
        (Some(Target::Any), Some(object)) => format!("{}/{}", object.name, id.row),
        _ => id.row.to_string(),
    }
}

fn each(texts: impl Iterator<Item = String>) -> Parts {
    Parts(texts.map(|text| (String::new(), text)).collect())
}
