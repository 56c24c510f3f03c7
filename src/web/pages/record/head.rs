//! The head of a record's page: who or what it is, in what state, its key facts, what can be done with it; the way there and to its
//! neighbours in the list one came from.

use crate::base::id::RecordRef;
use crate::base::{Error, Result};
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object, Value};
use crate::records::query::{Neighbours, Start};
use crate::records::{Record, State};
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::pages::list::Listing;
use crate::web::pages::photo;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::{self, Place};
use crate::web::ui::icon;
use maud::{Markup, html};

/// Facts under a record's name.
const FACTS: usize = 3;

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
                    aria-label=(label) title=(label) data-hotkey=(key) { (icon::icon(name)) },
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

pub(super) fn trashed(desk: &Desk<'_>, object: &Object, id: RecordRef) -> Markup {
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
        }
    }
}

pub(super) fn head(desk: &Desk<'_>, object: &Object, record: &Record, title: &str) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let pill = desk.fields(object).find(|f| {
        matches!(f.kind, Kind::Stage)
            || (f.kind == Kind::Select && matches!(f.name.as_str(), "type" | "role" | "status"))
    });
    let facts = desk.fields(object).filter(|f| fact(f) && record.values.get(f.id).is_some()).take(FACTS);
    let may_delete = record.state == State::Live && rules::may(desk.actor(), Action::Delete, object.id);
    let settled = rules::is_settled(object, &record.values);
    let may_edit = record.state == State::Live && !settled && rules::may(desk.actor(), Action::Edit, object.id);
    let path = format!("/{}/{}", object.name, record.id.row);
    html! {
        div class="record-head" {
            (photo::sign(desk, object, record, title))
            div class="grow" {
                div class="row wrap" {
                    h1 id="record-title" translate="no" { (title) }
                    @if let Some(field) = pill { span translate="no" { (field::view(&ui, field, record.values.get(field.id), Place::Cell)) } }
                }
                p class="facts" translate="no" {
                    @for field in facts { span { (fact_view(desk, field, record)) } }
                }
            }
            div class="actions" {
                @if may_edit { a class="btn" href={ (path) "/edit" } data-hotkey="e" { (icon::icon("pencil")) (lang.t("record.edit")) } }
                @if may_delete {
                    form method="post" action={ (path) "/trash" } {
                        button class="btn btn-icon" type="submit" aria-label=(lang.t("record.trash")) title=(lang.t("record.trash")) { (icon::icon("trash-2")) }
                    }
                }
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
        value => field::view_in(
            &ui,
            field,
            value,
            desk.schema.object_by_id(record.id.object).is_none_or(|o| field::is_open(&ui, o, &record.values)),
        ),
    }
}
