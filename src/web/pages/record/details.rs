//! The fields of a record: in short beside everything else, all of them on a tab, and the cell that each one is edited in.

use crate::model::rules;
use crate::model::{Field, Kind, Object, Value};
use crate::records::{Record, State};
use crate::web::desk::Desk;
use crate::web::pages::list::Listing;
use crate::web::ui::field::{self, Place};
use crate::web::ui::icon;
use maud::{Markup, html};

/// The fields people look at most: those of the create form and the list, and whatever has a value in their groups.
pub(super) fn details(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let listing = Listing::of(desk, object);
    let path = format!("/{}/{}", object.name, record.id.row);
    let fields = desk
        .fields(object)
        .filter(|f| f.is_stored() && (f.quick || f.listed || record.values.get(f.id).is_some()) && !f.system);
    html! {
        section class="section" {
            div class="section-head" {
                h2 { (lang.t("record.details")) }
                a class="btn btn-ghost" href=(listing.link(&path, &[("tab", "fields")])) { (lang.t("record.all_fields")) }
            }
            dl { @for field in fields { (row(desk, object, field, record)) } }
        }
    }
}

pub(super) fn fields_tab(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let mut groups: Vec<(&str, Vec<&Field>)> = Vec::new();
    for field in desk.fields(object).filter(|f| f.is_stored()) {
        match groups.iter_mut().find(|(name, _)| *name == field.group) {
            Some((_, list)) => list.push(field),
            None => groups.push((&field.group, vec![field])),
        }
    }
    let lang = desk.ask.lang;
    html! {
        div class="fields-tab" {
            @for (name, fields) in &groups {
                section class="section" {
                    div class="section-head" { h2 { @if name.is_empty() { (lang.t("record.system")) } @else { span translate="no" { (name) } } } }
                    dl { @for field in fields { (row(desk, object, field, record)) } }
                }
            }
        }
    }
}

/// A field's label and value; the value is a link to its form where it may be changed.
fn row(desk: &Desk<'_>, object: &Object, field: &Field, record: &Record) -> Markup {
    html! {
        div class="detail" {
            dt translate="no" title=[(!field.help.is_empty()).then_some(&field.help)] { (field.label) }
            dd data-cell { (cell(desk, object, field, record)) }
        }
    }
}

/// What stands in a field's cell; also what an edit in place answers with.
pub fn cell(desk: &Desk<'_>, object: &Object, field: &Field, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let value = record.values.get(field.id);
    let editable =
        record.state == State::Live && field::has_input(field) && rules::field_editable(desk.actor(), object.id, field);
    let href = format!("/{}/{}/fields/{}", object.name, record.id.row, field.name);
    let inside = html! {
        @if value.is_some() { span class="contents" translate="no" { (field::view(&ui, field, value, Place::Detail)) } }
        @else if editable { (lang.t("record.add_value")) }
        @else { "–" }
    };
    let class = if value.is_some() { "value" } else { "value empty" };
    html! {
        div class="value-row" {
            @if editable {
                a class=(class) href=(href) hx-get=(href) hx-target="closest [data-cell]" hx-swap="innerHTML" {
                    span class="hidden-text" { (lang.with("record.edit_field", &[("field", &field.label)])) " " }
                    (inside)
                }
            } @else { span class=(class) { (inside) } }
            @if let Some((href, label, name)) = way(desk, field, value) {
                a class="value-go" href=(href) aria-label=(label) title=(label) rel=[href.starts_with("http").then_some("noopener noreferrer")] target=[href.starts_with("http").then_some("_blank")] { (icon::sized(name, "icon icon-14")) }
            }
        }
    }
}

/// Where a value leads: the linked record, a call, a mail, a web page.
fn way(desk: &Desk<'_>, field: &Field, value: Option<&Value>) -> Option<(String, String, &'static str)> {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    match value? {
        Value::Records(records) => {
            let first = records.first()?;
            Some((ui.href(*first)?, lang.with("record.open", &[("name", &ui.label(*first))]), "chevron-right"))
        }
        Value::Phones(phones) => {
            let first = phones.first()?;
            let number = first.e164.as_ref().unwrap_or(&first.typed);
            Some((format!("tel:{}", number.replace(' ', "")), lang.with("record.call", &[("name", number)]), "phone"))
        }
        Value::List(list) if field.kind == Kind::Emails => {
            let first = list.first()?;
            Some((format!("mailto:{first}"), lang.with("record.write", &[("name", first)]), "mail"))
        }
        Value::Text(text) if field.kind == Kind::Link => {
            Some((field::link_target(text)?, lang.with("record.open", &[("name", text)]), "external-link"))
        }
        _ => None,
    }
}
