//! The head of a record's page: who or what it is, in what state, its key facts, what can be done with it; the way there and to its
//! neighbours in the list one came from.

use super::cell::{Seat, Way, cell, way};
use crate::base::id::RecordRef;
use crate::base::{Error, Result};
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object, Value};
use crate::records::query::{Neighbours, Start};
use crate::records::{Record, State};
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::pages::edit::is_open;
use crate::web::pages::list::Listing;
use crate::web::pages::photo;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::{self, Place};
use crate::web::ui::icon;
use maud::{Markup, html};

/// Facts under a record's name.
const FACTS: usize = 3;
/// Figures in the strip of a phone.
const FIGURES: usize = 4;

pub(super) fn neighbours(desk: &Desk<'_>, object: &Object, id: RecordRef) -> Result<Option<Neighbours>> {
    let listing = Listing::of(desk, object);
    if !listing.is_named() {
        return Ok(None);
    }
    let query = listing.query(object, Start::First, 1);
    match desk.crm.engine.neighbours(desk.actor(), &query, id) {
        // An address with a filter that can't be read has no list to walk through.
        Err(Error::Invalid(_)) => Ok(None),
        other => other,
    }
}

pub(super) fn crumbs(desk: &Desk<'_>, object: &Object, title: &str) -> Markup {
    let listing = Listing::of(desk, object);
    let path = format!("/{}", object.name);
    let mut steps = vec![Crumb::link(&object.label_plural, listing.link(&path, &[]))];
    if let Some(view) = listing.view {
        steps[0].href = Some(path.clone());
        steps.push(Crumb::link(&view.name, listing.link(&path, &[])));
    }
    steps.push(Crumb::here(title));
    breadcrumb(&desk.ask.lang.t("shell.crumbs"), &steps, false)
}

pub(super) fn steps(desk: &Desk<'_>, object: &Object, neighbours: Option<Neighbours>) -> Markup {
    let lang = desk.ask.lang;
    let Some(n) = neighbours else { return html! {} };
    let listing = Listing::of(desk, object);
    let tab = desk.ask.param("tab");
    let step = |id: Option<RecordRef>, label: &str, name: &str, key: &str| {
        html! {
            @match id {
                Some(id) => a class="btn btn-ghost btn-icon" href=(listing.link(&format!("/{}/{}", object.name, id.row), &[("tab", tab)]))
                    aria-label=(label) title=(label) data-hotkey=(key) data-step aria-keyshortcuts=(key.to_uppercase()) { (icon::icon(name)) },
                None => span class="btn btn-ghost btn-icon" aria-disabled="true" { (icon::icon(name)) },
            }
        }
    };
    html! {
        span class="text-3 num only-desk" { (lang.with("record.position", &[("n", &grouped(n.position + 1)), ("total", &grouped(n.total))])) }
        (step(n.previous, &lang.t("record.previous"), "chevron-up", "k"))
        (step(n.next, &lang.t("record.next"), "chevron-down", "j"))
    }
}

fn trashed(desk: &Desk<'_>, object: &Object, id: RecordRef) -> Markup {
    let lang = desk.ask.lang;
    html! {
        div class="notice notice-warning trashed" role="status" {
            (icon::icon("trash-2"))
            p class="grow" { (lang.t("record.in_trash")) }
            @if rules::may(desk.actor(), Action::Delete, object.id) {
                form method="post" action={ "/" (object.name) "/" (id.row) "/restore" } {
                    button class="btn" type="submit" { (icon::icon("rotate-ccw")) (lang.t("record.restore")) }
                }
            }
            @if rules::may(desk.actor(), Action::Purge, object.id) {
                a class="btn btn-ghost" href={ "/" (object.name) "/" (id.row) "/purge" } { (lang.t("trash.purge")) }
            }
        }
    }
}

/// Why nothing on the page can be changed, where that is so.
pub(super) fn closed(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @if record.state == State::Trashed { (trashed(desk, object, record.id)) }
        @else if rules::is_settled(object, &record.values) {
            div class="notice notice-info closed" role="status" { (icon::icon("lock")) p { (lang.t("edit.settled")) } }
        }
    }
}

/// What stands in the head: also put anew after a save, because a name, a status or a fact may have changed.
pub(super) fn head(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let title = desk.title(object, record);
    let pill = desk.fields(object).find(|f| {
        matches!(f.kind, Kind::Stage)
            || (f.kind == Kind::Select && matches!(f.name.as_str(), "type" | "role" | "status"))
    });
    let facts = desk.fields(object).filter(|f| fact(f) && record.values.get(f.id).is_some()).take(FACTS);
    let only_reads = !rules::may(desk.actor(), Action::Edit, object.id);
    html! {
        (photo::sign(desk, object, record, &title))
        div class="grow" {
            div class="row wrap" {
                div class="record-name" data-cell { (cell(desk, object, object.title_field(), record, Seat::Head)) }
                @if let Some(field) = pill { span translate="no" { (field::view(&ui, field, record.values.get(field.id), Place::Cell)) } }
                @if only_reads { span class="read-only" { (icon::sized("lock", "icon icon-14")) (lang.t("record.read_only")) } }
            }
            p class="facts" translate="no" {
                @for field in facts { span { (fact_view(desk, field, record)) } }
            }
        }
        (actions(desk, object, record))
    }
}

/// What can be done with the record: beside its name on a desk, as a row of tiles below it on a phone.
fn actions(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}/{}", object.name, record.id.row);
    let may_edit = is_open(desk, object, record);
    let may_delete = record.state == State::Live && rules::may(desk.actor(), Action::Delete, object.id);
    let ways: Vec<(Way, std::borrow::Cow<'static, str>)> =
        [(Kind::Phones, "record.call_short"), (Kind::Emails, "record.write_short")]
            .into_iter()
            .filter_map(|(kind, key)| Some((reach(desk, object, record, kind)?, lang.t(key))))
            .collect();
    html! {
        div class="actions" {
            @for (way, word) in &ways { a class="btn only-desk" href=(way.href) title=(way.label) { (icon::sized(way.icon, "icon icon-14")) (word) } }
            @if may_edit { a class="btn only-desk" href={ (path) "/edit" } data-hotkey="e" aria-keyshortcuts="E" { (icon::sized("pencil", "icon icon-14")) (lang.t("record.edit")) } }
            details class="menu menu-down" {
                summary class="btn btn-icon" aria-label=(lang.t("record.more")) title=(lang.t("record.more")) { (icon::icon("ellipsis")) }
                div class="menu-list" {
                    a class="menu-item" href=(path) data-copy-link data-copied=(lang.t("record.copied")) { (icon::icon("link")) (lang.t("record.copy")) }
                    @if may_edit { a class="menu-item" href={ (path) "/edit" } { (icon::icon("pencil")) (lang.t("record.edit_all")) } }
                    @if may_delete {
                        hr;
                        form method="post" action={ (path) "/trash" } {
                            button class="menu-item danger" type="submit" { (icon::icon("trash-2")) (lang.t("record.trash")) }
                        }
                    }
                }
            }
        }
        @if !ways.is_empty() || may_edit {
            div class="quick-actions" {
                @for (way, word) in &ways { a href=(way.href) { (icon::icon(way.icon)) (word) } }
                @if may_edit { a href={ (path) "/edit" } { (icon::icon("pencil")) (lang.t("record.edit")) } }
            }
        }
        (strip(desk, object, record))
    }
}

/// The way to the main phone number or address.
fn reach(desk: &Desk<'_>, object: &Object, record: &Record, kind: Kind) -> Option<Way> {
    let field = desk.fields(object).find(|f| f.kind == kind && record.values.get(f.id).is_some())?;
    way(desk, field, record.values.get(field.id))
}

/// Figures that a phone shows in a strip below the name: amounts, days, counts.
fn strip(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let ui = desk.ui();
    let figure = |f: &&Field| {
        let told =
            (f.listed || f.quick) && matches!(f.kind, Kind::Currency | Kind::Date | Kind::DateTime | Kind::Number);
        let kept = f.system && matches!(f.name.as_str(), "open_deals" | "last_contacted_at" | "next_task_due");
        (told || kept) && record.values.get(f.id).is_some()
    };
    let figures: Vec<&Field> = desk.fields(object).filter(figure).take(FIGURES).collect();
    html! {
        @if !figures.is_empty() {
            dl class="figures" translate="no" {
                @for field in figures { div { dt { (field.label) } dd { (field::view(&ui, field, record.values.get(field.id), Place::Cell)) } } }
            }
        }
    }
}

/// Fields that say at a glance who or what it is.
fn fact(field: &Field) -> bool {
    matches!(
        field.name.as_str(),
        "job_title"
            | "company"
            | "city"
            | "website"
            | "amount"
            | "close_date"
            | "point_of_contact"
            | "due_at"
            | "employees"
    )
}

fn fact_view(desk: &Desk<'_>, field: &Field, record: &Record) -> Markup {
    let ui = desk.ui();
    match record.values.get(field.id) {
        Some(Value::Records(records)) if field.kind == Kind::Relation => html! {
            @for id in records { @if let Some(href) = ui.href(*id) { a href=(href) { (ui.label(*id)) } } @else { (ui.label(*id)) } }
        },
        // A number alone says nothing: `6 employees`.
        Some(Value::Number(_)) => html! {
            (field::view(&ui, field, record.values.get(field.id), Place::Cell)) " " (field.label.to_lowercase())
        },
        value => field::view_in(
            &ui,
            field,
            value,
            desk.schema.object_by_id(record.id.object).is_none_or(|o| field::is_open(&ui, o, &record.values)),
        ),
    }
}
