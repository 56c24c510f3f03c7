//! A record's history: who did what and when, old → new, under the day it happened on.

use crate::base::clock::Millis;
use crate::base::id::RecordRef;
use crate::base::time;
use crate::model::object::standard;
use crate::model::{Object, Value};
use crate::records::engine::{Entry, FieldChange};
use crate::web::ui::field::{self, Place};
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};
use std::collections::HashMap;

/// Words of notes and activities, shown under their entries.
pub type Texts = HashMap<RecordRef, String>;

/// The entries; `of` is the record whose page it is, so that what happened to linked ones names them.
pub fn timeline(ui: &Ui<'_>, of: RecordRef, entries: &[Entry], texts: &Texts) -> Markup {
    let mut days: Vec<(i32, Vec<&Entry>)> = Vec::new();
    for entry in entries {
        let day = time::day_of(entry.time, ui.zone);
        match days.last_mut() {
            Some((last, list)) if *last == day => list.push(entry),
            _ => days.push((day, vec![entry])),
        }
    }
    html! {
        @for (day, list) in &days {
            h2 class="day" { (day_name(ui, *day)) }
            ul class="timeline" { @for entry in list { (item(ui, of, entry, texts)) } }
        }
    }
}

fn item(ui: &Ui<'_>, of: RecordRef, entry: &Entry, texts: &Texts) -> Markup {
    let object = ui.schema.object_by_id(entry.record.object);
    let (name, colour) = match entry.kind {
        "created" | "imported" => ("plus", "c-green"),
        "trashed" | "purged" => ("trash-2", "c-gray"),
        "restored" => ("rotate-ccw", "c-blue"),
        _ => ("pencil", ""),
    };
    let actor = entry.actor.map(|id| ui.label(RecordRef::new(standard::MEMBERS, id.row)));
    html! {
        li {
            span class={ "node " (colour) } { (icon::icon(name)) }
            div {
                div class="head" {
                    span {
                        @match actor { Some(name) => b translate="no" { (name) }, None => b { (ui.t("timeline.program")) } }
                        " " (verb(ui, entry.kind)) " "
                        @if entry.record != of { (linked(ui, object, entry.record, texts.contains_key(&entry.record))) }
                        @else if entry.changes.is_empty() { @if let Some(object) = object { (ui.lang.with("timeline.this", &[("object", &object.label.to_lowercase())])) } }
                    }
                    (clock(ui, entry.time))
                }
                @if let Some(text) = texts.get(&entry.record) { div class="body words" translate="no" { (text) } }
                @if let Some(object) = object { @if !entry.changes.is_empty() { (changes(ui, object, &entry.changes)) } }
            }
        }
    }
}

/// The record an entry is about; where its words stand below, its kind is name enough.
fn linked(ui: &Ui<'_>, object: Option<&Object>, id: RecordRef, spoken: bool) -> Markup {
    let kind = object.map(|o| o.label.to_lowercase()).unwrap_or_default();
    if spoken {
        return html! { @match ui.href(id) { Some(href) => a href=(href) translate="no" { b { (kind) } }, None => b translate="no" { (kind) } } };
    }
    html! {
        span translate="no" { (kind) " " }
        @match ui.href(id) {
            Some(href) => a href=(href) translate="no" { b { (ui.label(id)) } },
            None => b translate="no" { (ui.label(id)) },
        }
    }
}

fn changes(ui: &Ui<'_>, object: &Object, changes: &[FieldChange]) -> Markup {
    html! {
        div class="body" { dl class="changes" {
            @for change in changes {
                @if let Some(field) = object.field_by_id(change.field) {
                    dt translate="no" { (field.label) }
                    dd {
                        @if change.from.is_some() {
                            span class="from" translate="no" { (value(ui, field, change.from.as_ref())) }
                            (icon::icon("arrow-right"))
                        }
                        @if change.to.is_some() {
                            span class="to" translate="no" { (value(ui, field, change.to.as_ref())) }
                        } @else {
                            span class="text-3" { (ui.t("value.empty")) }
                        }
                    }
                }
            }
        } }
    }
}

fn value(ui: &Ui<'_>, field: &crate::model::Field, value: Option<&Value>) -> Markup {
    field::view(ui, field, value, Place::Cell)
}

fn verb(ui: &Ui<'_>, kind: &str) -> std::borrow::Cow<'static, str> {
    match kind {
        "created" => ui.t("timeline.created"),
        "imported" => ui.t("timeline.imported"),
        "trashed" => ui.t("timeline.trashed"),
        "restored" => ui.t("timeline.restored"),
        "purged" => ui.t("timeline.purged"),
        _ => ui.t("timeline.updated"),
    }
}

/// The time of day, with the whole moment for those who point at it.
fn clock(ui: &Ui<'_>, moment: Millis) -> Markup {
    let local = time::local(moment, ui.zone);
    html! {
        time translate="no" datetime=(time::moment_text(moment)) title=(time::show_moment(moment, ui.zone)) { (local.strftime("%-I:%M %p").to_string()) }
    }
}

/// `Today`, `Yesterday`, `Wednesday, November 18`, `November 18, 2025`.
pub fn day_name(ui: &Ui<'_>, day: i32) -> Markup {
    let today = time::day_of(ui.now, ui.zone);
    let date = time::date(day);
    let format = if date.year() == time::date(today).year() { "%A, %B %-d" } else { "%B %-d, %Y" };
    html! {
        @if day == today { (ui.t("timeline.today")) }
        @else if day == today - 1 { (ui.t("timeline.yesterday")) }
        @else { span translate="no" { (date.strftime(format).to_string()) } }
    }
}
