//! The cell a field's value stands in: a link to the form that changes it, which script opens in the same place; and what a save
//! answers with. The contract with the browser is at the top of `assets/js/edit.js`.

use super::head::head;
use crate::model::{Field, Kind, Object, Value};
use crate::records::Record;
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::pages::edit::{is_open, written};
use crate::web::pages::list;
use crate::web::ui::field::{self, Place};
use crate::web::ui::icon;
use maud::{Markup, html};

/// Where a cell is: that decides how its value looks and what else of the page is put right after a save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// Among the fields of the record's page.
    Details,
    /// The name at the head of that page.
    Head,
    /// In a table.
    Table,
}

impl Seat {
    /// The one an address speaks of (`in=table`).
    pub fn of(text: &str) -> Self {
        match text {
            "table" => Self::Table,
            "head" => Self::Head,
            _ => Self::Details,
        }
    }

    /// Address of a field's form for this place; in a table it says which list it is, as the address that was asked for does.
    pub fn path(self, desk: &Desk<'_>, object: &Object, record: &Record, field: &Field) -> String {
        let path = format!("/{}/{}/fields/{}", object.name, record.id.row, field.name);
        match self {
            Self::Details => path,
            Self::Head => link(&path, [("in", "head")]),
            Self::Table => {
                let pairs = desk.ask.query.0.iter().filter(|(name, _)| name != "show");
                link(&path, pairs.map(|(name, text)| (name.as_str(), text.as_str())))
            }
        }
    }
}

/// What stands in a field's cell. It is an editor's place where `a.value` stands in it.
pub fn cell(desk: &Desk<'_>, object: &Object, field: &Field, record: &Record, seat: Seat) -> Markup {
    if seat == Seat::Table {
        return list::cell(desk, object, field, record);
    }
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let value = desk.value(object, field, record);
    let value = value.as_ref();
    let editable = is_open(desk, object, record) && !written(desk, object, field).is_empty();
    let href = seat.path(desk, object, record, field);
    let label = lang.with("record.edit_field", &[("field", &field.label)]);
    let form_link = |class: &str, inside: Markup| {
        html! { a class=(class) href=(href) hx-get=(href) hx-target="closest [data-cell]" hx-swap="innerHTML" { (inside) } }
    };
    if seat == Seat::Head {
        let title = desk.title(object, record);
        let inside = html! { span translate="no" { (title) } };
        return html! {
            h1 id="record-title" { @if editable { (form_link("value", inside)) } @else { span class="value" { (inside) } } }
        };
    }
    let inside = html! {
        @if value.is_some() { span class="contents" translate="no" { (field::view(&ui, field, value, Place::Detail)) } }
        @else if editable { (lang.t("record.add_value")) }
        @else { span class="text-3" { "–" } }
    };
    let class = if value.is_some() { "value" } else { "value empty" };
    html! {
        div class="value-row" {
            @if editable { (form_link(class, html! { span class="hidden-text" { (label) " " } (inside) })) }
            @else { span class=(class) { (inside) } }
            @if let Some(way) = way(desk, field, value) {
                @let outside = way.href.starts_with("http");
                a class="value-go" href=(way.href) aria-label=(way.label) title=(way.label)
                    rel=[outside.then_some("noopener noreferrer")] target=[outside.then_some("_blank")] { (icon::sized(way.icon, "icon icon-14")) }
            }
        }
    }
}

/// What a save answers with: the cell, and on the record's page whatever else changed with it.
pub fn saved_cell(
    desk: &Desk<'_>,
    object: &Object,
    field: &Field,
    before: &Record,
    after: &Record,
    seat: Seat,
) -> Markup {
    let changed = |f: &&Field| f.is_stored() && before.values.get(f.id) != after.values.get(f.id);
    html! {
        (cell(desk, object, field, after, seat))
        @if seat != Seat::Table {
            div hx-swap-oob="innerHTML:#record-head" { (head(desk, object, after)) }
            @for other in desk.fields(object).filter(changed).filter(|f| f.id != field.id || seat == Seat::Head) {
                div hx-swap-oob={ "innerHTML:[data-cell=\"" (other.name) "\"]" } { (cell(desk, object, other, after, Seat::Details)) }
            }
        }
    }
}

/// Where a value leads.
pub struct Way {
    /// Address.
    pub href: String,
    /// What is done there.
    pub label: String,
    /// Icon name.
    pub icon: &'static str,
}

/// Where a value leads: the linked record, a call, a mail, a web page.
pub fn way(desk: &Desk<'_>, field: &Field, value: Option<&Value>) -> Option<Way> {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let (href, label, icon) = match value? {
        Value::Records(records) => {
            let first = records.first()?;
            (ui.href(*first)?, lang.with("record.open", &[("name", &ui.label(*first))]), "chevron-right")
        }
        Value::Phones(phones) => {
            let first = phones.first()?;
            let number = first.e164.as_ref().unwrap_or(&first.typed);
            (format!("tel:{}", number.replace(' ', "")), lang.with("record.call", &[("name", number)]), "phone")
        }
        Value::List(list) if field.kind == Kind::Emails => {
            let first = list.first()?;
            (format!("mailto:{first}"), lang.with("record.write", &[("name", first)]), "mail")
        }
        Value::Text(text) if field.kind == Kind::Link => {
            (field::link_target(text)?, lang.with("record.open", &[("name", text)]), "external-link")
        }
        Value::Address(address) => (field::map_target(address)?, lang.t("record.map").into_owned(), "map-pin"),
        _ => return None,
    };
    Some(Way { href, label, icon })
}
