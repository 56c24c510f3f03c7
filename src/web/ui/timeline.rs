//! A record's history: who did what and when, old → new, under the day it happened on.

use crate::base::clock::Millis;
use crate::base::id::RecordRef;
use crate::base::time;
use crate::model::field::Choice;
use crate::model::object::standard;
use crate::model::{Field, Kind, Object, Value};
use crate::records::engine::{Entry, FieldChange};
use crate::web::ui::field::{self, Place};
use crate::web::ui::{Ui, icon, pill};
use maud::{Markup, html};
use std::borrow::Cow;
use std::collections::HashMap;

/// What a note or an activity says beside its title.
pub struct Told {
    /// Its words; empty for none.
    pub words: String,
    /// What sort of activity it was: a call, a meeting.
    pub sort: Option<Choice>,
    /// What came of it.
    pub outcome: Option<Choice>,
}

/// That of all notes and activities in a piece of history.
pub type AllTold = HashMap<RecordRef, Told>;

/// The entries; `of` is the record whose page it is, so that what happened to linked ones names them. `above` is the day that the
/// entries above these end with: it needs no heading again.
pub fn timeline(ui: &Ui<'_>, of: RecordRef, entries: &[Entry], told: &AllTold, above: Option<i32>) -> Markup {
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
            @if above != Some(*day) { h2 class="day" { (day_name(ui, *day)) } }
            ul class="timeline" { @for entry in list { (item(ui, of, entry, told.get(&entry.record))) } }
        }
    }
}

fn item(ui: &Ui<'_>, of: RecordRef, entry: &Entry, told: Option<&Told>) -> Markup {
    let object = ui.schema.object_by_id(entry.record.object);
    let told = told.filter(|_| matches!(entry.kind, "created" | "imported"));
    let (name, colour) = sign(of, entry, object, told);
    let actor = entry.actor.map(|id| ui.label(RecordRef::new(standard::MEMBERS, id.row)));
    let rest = object.map(|object| told_changes(object, entry)).unwrap_or_default();
    let (single, rest) = split(rest, object, entry);
    html! {
        li {
            span class={ "node " (colour) } { (icon::icon(name)) }
            div {
                div class="head" {
                    span {
                        @match actor { Some(name) => b translate="no" { (name) }, None => b { (ui.t("timeline.program")) } }
                        " " (verb(ui, of, entry, object, told)) " "
                        @if entry.record != of { (linked(ui, object, entry.record, told)) " " }
                        @else if entry.changes.is_empty() || single.is_some_and(|(f, _)| moved(f)) { @if let Some(object) = object { (ui.lang.with("timeline.this", &[("object", &object.label.to_lowercase())])) " " } }
                        @if let Some((field, change)) = single {
                            span class="change" {
                                @if !moved(field) { b translate="no" { (field.label) } " " }
                                (from_to(ui, field, change))
                            }
                        }
                        @if let Some(outcome) = told.and_then(|t| t.outcome.as_ref()) { (pill::pill(&outcome.label, &outcome.color)) }
                    }
                    (clock(ui, entry.time))
                }
                @if let Some(told) = told.filter(|t| !t.words.is_empty()) { div class="body words" translate="no" { (told.words) } }
                @if !rest.is_empty() { (changes(ui, &rest)) }
            }
        }
    }
}

/// The icon of an entry and its colour: by what was done, and to what.
fn sign<'a>(
    of: RecordRef,
    entry: &Entry,
    object: Option<&'a Object>,
    told: Option<&'a Told>,
) -> (&'a str, &'static str) {
    if let Some(sort) = told.and_then(|t| t.sort.as_ref()) {
        return match sort.name.as_str() {
            "call" => ("phone", "c-blue"),
            "email" => ("mail", "c-violet"),
            "meeting" => ("users", "c-green"),
            "follow_up" => ("clock", "c-teal"),
            "sms" | "whatsapp" => ("message-square", "c-cyan"),
            _ => ("sticky-note", "c-amber"),
        };
    }
    let icon = object.map_or("file", |o| o.icon.as_str());
    match entry.kind {
        "created" if entry.record == of => ("plus", "c-green"),
        "created" if entry.record.object == standard::NOTES => ("sticky-note", "c-amber"),
        "created" if entry.record.object == standard::TASKS => (icon, "c-blue"),
        "created" => (icon, "c-green"),
        "imported" => ("upload", "c-teal"),
        "trashed" | "purged" => ("trash-2", "c-gray"),
        "restored" => ("rotate-ccw", "c-blue"),
        _ => changed_sign(entry, object),
    }
}

fn changed_sign(entry: &Entry, object: Option<&Object>) -> (&'static str, &'static str) {
    let kinds = entry.changes.iter().filter_map(|c| object?.field_by_id(c.field)).map(|f| f.kind);
    match kinds.min_by_key(|k| !matches!(k, Kind::Stage)) {
        Some(Kind::Stage) => ("chart-line", "c-violet"),
        _ if is_done(entry, object) => ("check", "c-green"),
        Some(Kind::Phones) => ("phone", ""),
        Some(Kind::Emails) => ("mail", ""),
        Some(Kind::Currency) => ("circle-dollar-sign", ""),
        Some(Kind::Date | Kind::DateTime) => ("calendar", ""),
        Some(Kind::Person) => ("user", ""),
        Some(Kind::Tags) => ("tag", ""),
        _ => ("pencil", ""),
    }
}

/// Whether a task was completed.
fn is_done(entry: &Entry, object: Option<&Object>) -> bool {
    let status = object.filter(|o| o.id == standard::TASKS).and_then(|o| o.field("status"));
    let done = status.and_then(|f| Some((f.id, Value::Choice(f.choice("completed")?.id))));
    done.is_some_and(|(field, done)| entry.changes.iter().any(|c| c.field == field && c.to.as_ref() == Some(&done)))
}

/// A changed field.
type Changed<'a> = (&'a Field, &'a FieldChange);

/// The changes that are worth telling: what only follows from a move to another stage is not.
fn told_changes<'a>(object: &'a Object, entry: &'a Entry) -> Vec<Changed<'a>> {
    let all: Vec<Changed<'_>> = entry.changes.iter().filter_map(|c| Some((object.field_by_id(c.field)?, c))).collect();
    let move_told = all.iter().any(|(f, _)| moved(f)) || is_done(entry, Some(object));
    let follows = |f: &Field| f.system || matches!(f.name.as_str(), "status" | "probability");
    all.into_iter().filter(|(f, _)| !move_told || !follows(f)).collect()
}

/// The change that fits into the entry's line, and those that stand below it.
fn split<'a>(
    mut all: Vec<Changed<'a>>,
    object: Option<&Object>,
    entry: &Entry,
) -> (Option<Changed<'a>>, Vec<Changed<'a>>) {
    if let Some(at) = all.iter().position(|(f, _)| moved(f)) {
        let first = all.remove(at);
        return (Some(first), all);
    }
    let short = |f: &Field| !matches!(f.kind, Kind::LongText | Kind::Address | Kind::File | Kind::Relations);
    if all.len() == 1 && !is_done(entry, object) && all.iter().all(|(f, _)| short(f)) {
        return (all.pop(), Vec::new());
    }
    (None, all)
}

/// Whether a change of this field is a move, which says by itself what was changed.
fn moved(field: &Field) -> bool {
    field.kind == Kind::Stage
}

/// The record an entry is about; where its words stand below, its kind is name enough.
fn linked(ui: &Ui<'_>, object: Option<&Object>, id: RecordRef, told: Option<&Told>) -> Markup {
    let sort = told.and_then(|t| t.sort.as_ref()).map(|s| s.label.to_lowercase());
    let kind = sort.unwrap_or_else(|| object.map(|o| o.label.to_lowercase()).unwrap_or_default());
    if id.object == standard::NOTES && told.is_some_and(|t| !t.words.is_empty()) {
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

fn changes(ui: &Ui<'_>, changes: &[Changed<'_>]) -> Markup {
    html! {
        div class="body" { dl class="changes" {
            @for (field, change) in changes {
                dt translate="no" { (field.label) }
                dd { (from_to(ui, field, change)) }
            }
        } }
    }
}

fn from_to(ui: &Ui<'_>, field: &Field, change: &FieldChange) -> Markup {
    let value = |value: Option<&Value>| field::view(ui, field, value, Place::Cell);
    html! {
        @if change.from.is_some() {
            span class="from" translate="no" { (value(change.from.as_ref())) }
            " " (icon::icon("arrow-right")) span class="hidden-text" { (ui.t("timeline.to")) } " "
        }
        @if change.to.is_some() { span class="to" translate="no" { (value(change.to.as_ref())) } }
        @else { span class="text-3" { (ui.t("value.empty")) } }
    }
}

fn verb(ui: &Ui<'_>, of: RecordRef, entry: &Entry, object: Option<&Object>, told: Option<&Told>) -> Cow<'static, str> {
    let stage = |c: &FieldChange| object.and_then(|o| o.field_by_id(c.field)).is_some_and(moved);
    match entry.kind {
        "created" if told.is_some_and(|t| t.sort.is_some()) => ui.t("timeline.logged"),
        "created" if entry.record != of => ui.t("timeline.added"),
        "created" => ui.t("timeline.created"),
        "imported" => ui.t("timeline.imported"),
        "trashed" => ui.t("timeline.trashed"),
        "restored" => ui.t("timeline.restored"),
        "purged" => ui.t("timeline.purged"),
        _ if is_done(entry, object) => ui.t("timeline.completed"),
        _ if entry.changes.iter().any(stage) => ui.t("timeline.moved"),
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
