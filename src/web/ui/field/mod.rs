//! How each kind of field is shown and asked for: one file a kind, with a `view` and, where people may write it, an `input`. Both
//! work on what they are given; reading a submitted form back into values is in [`crate::web::form`].

mod address;
mod choices;
mod combo;
mod date;
mod emails;
mod file;
mod link;
pub use address::target as map_target;
pub use date::is_open;
pub use link::target as link_target;
pub use phones::target as phone_target;
mod long_text;
mod money;
mod number;
mod person;
mod phones;
mod rating;
mod relation;
mod select;
mod tags;
mod text;
mod time;
mod yes_no;

pub mod frame;
mod parts;

pub use parts::{Parts, parts_of};

use crate::base::id::Row;
use crate::model::{Field, Kind, Object, Value};
use crate::web::ui::Ui;
use maud::{Markup, html};

/// Where a value stands: that decides how much room it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A table's cell: one line, lists cut short.
    Cell,
    /// The details of a record: all of it.
    Detail,
}

/// An input to render.
pub struct Input<'a> {
    /// Which field.
    pub field: &'a Field,
    /// Id of its first control, for the label.
    pub id: &'a str,
    /// What it holds, as form parts.
    pub parts: &'a Parts,
    /// Whether what it holds was refused.
    pub invalid: bool,
    /// Id of the help or error beside it; empty for none.
    pub described_by: &'a str,
    /// Members that a person field offers.
    pub members: &'a [(Row, String)],
}

/// The value as people read it. An empty one renders nothing.
pub fn view(ui: &Ui<'_>, field: &Field, value: Option<&Value>, place: Place) -> Markup {
    let Some(value) = value else { return html! {} };
    match value {
        Value::Text(text) if field.kind == Kind::LongText => long_text::view(text, place),
        Value::Text(text) if field.kind == Kind::Link => link::view(text, place),
        Value::Text(text) => text::view(text),
        Value::Number(number) => number::view(*number),
        Value::Rating(stars) => rating::view(ui, *stars),
        Value::Money(money) => money::view(ui, *money, place),
        Value::Date(day) => date::view(*day),
        Value::Time(moment) => time::view(ui, *moment, place),
        Value::Bool(yes) => yes_no::view(ui, *yes),
        Value::Choice(option) => select::view(ui, field, *option),
        Value::Choices(options) => choices::view(field, options),
        Value::List(list) if field.kind == Kind::Emails => emails::view(ui, list, place),
        Value::List(list) => tags::view(list),
        Value::Phones(phones) => phones::view(ui, phones, place),
        Value::Address(address) => address::view(address, place),
        Value::Member(row) => person::view(ui, *row),
        Value::Records(records) => relation::view(ui, records, place),
        Value::Files(files) => file::view(files),
    }
}

/// The value as a table shows it beside the record it belongs to; `open` is whether nothing has closed that ([`is_open`]).
pub fn view_in(ui: &Ui<'_>, field: &Field, value: Option<&Value>, open: bool) -> Markup {
    match value {
        Some(Value::Date(day)) => date::view_due(ui, field, *day, open),
        Some(Value::Time(moment)) => time::view_due(ui, field, *moment, open),
        _ => view(ui, field, value, Place::Cell),
    }
}

/// Whether people may write it in a form.
pub fn has_input(field: &Field) -> bool {
    !field.system && !field.hidden && field.is_stored() && field.kind != Kind::File
}

/// Whether it has more than one control, and so wants a `fieldset`.
pub fn is_group(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Emails | Kind::Phones | Kind::MultiSelect | Kind::Address | Kind::Currency | Kind::Rating | Kind::YesNo
    )
}

/// Whether an edit in place needs buttons: where Enter begins a new line, or there is much to fill in.
pub fn is_roomy(kind: Kind) -> bool {
    matches!(kind, Kind::LongText | Kind::Address)
}

/// Whether its values stand to the right in a table.
pub fn is_right(kind: Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Currency)
}

/// The control or controls; nothing for kinds that have none.
pub fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    match input.field.kind {
        Kind::Text => text::input(input),
        Kind::LongText => long_text::input(input),
        Kind::Link => link::input(input),
        Kind::Number => number::input(input),
        Kind::Rating => rating::input(ui, input),
        Kind::Currency => money::input(ui, input),
        Kind::Date => date::input(ui, input),
        Kind::DateTime => time::input(ui, input),
        Kind::YesNo => yes_no::input(ui, input),
        Kind::Select | Kind::Stage | Kind::Pipeline => select::input(ui, input),
        Kind::MultiSelect => choices::input(ui, input),
        Kind::Emails => emails::input(ui, input),
        Kind::Phones => phones::input(ui, input),
        Kind::Address => address::input(ui, input),
        Kind::Person => person::input(ui, input),
        Kind::Relation | Kind::Relations => relation::input(ui, input),
        Kind::Tags => tags::input(ui, input),
        Kind::CurrencyCode | Kind::FullName | Kind::File => html! {},
    }
}

/// The object a field belongs to, for the addresses of what a control asks the server.
fn object_of<'a>(ui: &Ui<'a>, field: &Field) -> Option<&'a Object> {
    ui.schema.objects.iter().find(|object| object.fields.iter().any(|f| std::ptr::eq(f, field)))
}

/// One line of text: what most kinds build on.
struct Line<'a> {
    /// The input's `type`.
    kind: &'a str,
    /// `inputmode`, for the keyboard of phones.
    mode: Option<&'a str>,
    /// Its text.
    value: &'a str,
    /// `autocomplete`.
    autocomplete: &'a str,
}

fn line(input: &Input<'_>, line: &Line<'_>) -> Markup {
    html! {
        input class="input" type=(line.kind) inputmode=[line.mode] id=(input.id) name=(input.field.name) value=(line.value)
            autocomplete=(line.autocomplete) required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
    }
}

fn described_by<'a>(input: &Input<'a>) -> Option<&'a str> {
    (!input.described_by.is_empty()).then_some(input.described_by)
}

#[cfg(test)]
mod tests;
