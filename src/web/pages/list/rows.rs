//! The table of a list: its columns, its rows, and the cell that an edit in place puts back.

use super::listing::Listing;
use crate::base::id::RecordRef;
use crate::model::rules;
use crate::model::{Field, Kind, Object};
use crate::records::query::Page;
use crate::records::{Record, State};
use crate::web::desk::{Desk, links};
use crate::web::pages::edit::written;
use crate::web::ui::avatar;
use crate::web::ui::field;
use crate::web::ui::table::{self, Head};
use maud::{Markup, html};

/// The columns behind the title: the view's, else those the object lists.
pub fn columns<'a>(desk: &Desk<'_>, object: &'a Object, listing: &Listing<'_>) -> Vec<&'a Field> {
    let named = listing.view.map(|v| v.columns.as_slice()).unwrap_or_default();
    let all: Vec<&Field> = desk.fields(object).collect();
    let chosen: Vec<&Field> = if named.is_empty() {
        all.into_iter().filter(|f| f.listed).collect()
    } else {
        named.iter().filter_map(|n| all.iter().find(|f| f.name == *n).copied()).collect()
    };
    chosen.into_iter().filter(|f| f.id != object.title).collect()
}

/// The records that the shown columns of a page point to.
pub fn mentioned(columns: &[&Field], page: &Page) -> Vec<RecordRef> {
    let values = page.records.iter().flat_map(|r| columns.iter().filter_map(|f| r.values.get(f.id)));
    values.flat_map(links).collect()
}

/// The table, with its foot: sums under their columns, and the way to the other pages at its end.
pub fn table(
    desk: &Desk<'_>,
    object: &Object,
    listing: &Listing<'_>,
    page: &Page,
    sums: &Markup,
    pages: &Markup,
) -> Markup {
    let columns = columns(desk, object, listing);
    let roles = table::phone_roles(&columns);
    let label = desk.ask.lang.with("list.table", &[("objects", &object.label_plural)]);
    html! {
        av-grid class="table-wrap" tabindex="0" role="region" aria-label=(label) {
            table class="table table-rows" aria-label=(label) {
                (table::columns(object.title_field(), &columns))
                thead translate="no" hx-target:inherited="#list" hx-select:inherited="#list" hx-swap:inherited="outerHTML" hx-push-url:inherited="true" {
                    tr {
                        (head(desk, object, listing, object.title_field()))
                        @for field in &columns { (head(desk, object, listing, field)) }
                    }
                }
                tbody id="list-rows" data-rows translate="no" {
                    @for record in &page.records { (row(desk, object, listing, &columns, &roles, record)) }
                }
                (sums)
            }
            (pages)
        }
    }
}

fn head(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, field: &Field) -> Markup {
    let path = format!("/{}", object.name);
    table::head(&Head {
        field,
        sort: listing.sorted(object, field),
        href: field.has_column().then(|| listing.link(&path, &[("sort", &listing.next_sort(object, field))])),
        editable: is_editable(desk, object, field),
    })
}

/// Whether the reader may edit a column's cells at all.
fn is_editable(desk: &Desk<'_>, object: &Object, field: &Field) -> bool {
    rules::may(desk.actor(), rules::Action::Edit, object.id) && !written(desk, object, field).is_empty()
}

/// Whether a record is one that nobody edits any more.
fn is_settled(object: &Object, record: &Record) -> bool {
    record.state != State::Live || rules::is_settled(object, &record.values)
}

fn row(
    desk: &Desk<'_>,
    object: &Object,
    listing: &Listing<'_>,
    columns: &[&Field],
    roles: &[&'static str],
    record: &Record,
) -> Markup {
    html! {
        tr data-settled[is_settled(object, record)] {
            th scope="row" { (name(desk, object, listing, record)) }
            @for (field, role) in columns.iter().zip(roles) {
                td class=[class(field, role)] { (value(desk, object, field, record)) }
            }
        }
    }
}

fn class(field: &Field, role: &'static str) -> Option<String> {
    match (role, field::is_right(field.kind)) {
        ("", false) => None,
        ("", true) => Some("right".into()),
        (role, false) => Some(role.into()),
        (role, true) => Some(format!("{role} right")),
    }
}

/// What stands in a cell of a list, of its first column too; also what an edit there answers with.
pub fn cell(desk: &Desk<'_>, object: &Object, field: &Field, record: &Record) -> Markup {
    if field.id == object.title {
        return name(desk, object, &Listing::of(desk, object), record);
    }
    value(desk, object, field, record)
}

fn name(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, record: &Record) -> Markup {
    let title = desk.title(object, record);
    html! {
        span class="who" {
            (avatar::sign(&desk.ui(), record.id, &title, "avatar"))
            a href=(listing.record(object, record.id.row)) data-row { (title) }
        }
    }
}

/// A value; a link to its form where it may be edited and leads nowhere itself.
fn value(desk: &Desk<'_>, object: &Object, field: &Field, record: &Record) -> Markup {
    let ui = desk.ui();
    let value = desk.value(object, field, record);
    let view = match &value {
        None if field.kind == Kind::Currency => html! { span class="empty" { "–" } },
        None => return html! {},
        some => field::view_in(&ui, field, some.as_ref(), field::is_open(&ui, object, &record.values)),
    };
    let plain = is_link(field.kind) || is_settled(object, record) || !is_editable(desk, object, field);
    html! {
        @if plain { (view) }
        @else { a class="value" href={ "/" (object.name) "/" (record.id.row) "/fields/" (field.name) } { (view) } }
    }
}

/// Kinds whose values are links themselves.
fn is_link(kind: Kind) -> bool {
    matches!(kind, Kind::Relation | Kind::Relations | Kind::Emails | Kind::Phones | Kind::Link | Kind::File)
}
