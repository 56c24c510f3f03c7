//! What points to a record: its lists on tabs of their own, and in short beside the details.

use crate::base::Result;
use crate::base::id::{RecordRef, Row};
use crate::model::field::Target;
use crate::model::rules::{self, Action};
use crate::model::{Field, Object};
use crate::records::Record;
use crate::records::query::{Page, Query, Start};
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::pages::list::glance;
use crate::web::ui::empty::Empty;
use crate::web::ui::field::{self, Place};
use crate::web::ui::{avatar, icon};
use maud::{Markup, html};

/// Records of a related list on its tab.
const RELATED: usize = 50;
/// Records of a related list beside the details.
const RELATED_SHORT: usize = 3;

/// A list of records that point to this one.
pub(super) struct Related<'a> {
    /// Name in the address: the inverse's.
    pub(super) name: String,
    pub(super) object: &'a Object,
    pub(super) fields: Vec<&'a Field>,
    pub(super) filter: String,
    pub(super) page: Page,
}

/// The lists of what points here; the open tab's is read in full, the others only as far as the details show.
pub(super) fn related<'a>(desk: &'a Desk<'_>, object: &Object, id: RecordRef, tab: &str) -> Result<Vec<Related<'a>>> {
    let mut lists = Vec::new();
    for name in desk.schema.inverse_names(object.id) {
        let ends = desk.schema.inverse(object.id, name);
        let Some((target, _)) = ends.first().copied() else { continue };
        let fields: Vec<&Field> = ends
            .iter()
            .filter(|(o, f)| o.id == target.id && !f.hidden && rules::field_visible(desk.actor(), o.id, f.id))
            .map(|(_, f)| *f)
            .collect();
        if !target.listed || fields.is_empty() {
            continue;
        }
        let filter = fields.iter().map(|f| points_to(f, object, id.row)).collect::<Vec<_>>().join(" OR ");
        let limit = if tab == name { RELATED } else { RELATED_SHORT };
        let query = Query {
            object: target.id,
            filter: filter.clone(),
            sort: String::new(),
            start: Start::First,
            limit,
            trashed: false,
        };
        let page = desk.crm.engine.list(desk.actor(), &query)?;
        lists.push(Related { name: name.to_owned(), object: target, fields, filter, page });
    }
    Ok(lists)
}

fn points_to(field: &Field, object: &Object, row: Row) -> String {
    match field.target {
        Some(Target::Any) => format!("{} = \"{}/{row}\"", field.name, object.name),
        _ => format!("{} = {row}", field.name),
    }
}

pub(super) fn related_tab(
    desk: &Desk<'_>,
    object: &Object,
    id: RecordRef,
    related: &[Related<'_>],
    name: &str,
) -> Markup {
    let lang = desk.ask.lang;
    let Some(list) = related.iter().find(|l| l.name == name) else {
        return html! { p class="text-3" { (lang.t("record.no_tab")) } };
    };
    let plural = list.object.label_plural.to_lowercase();
    html! {
        @if list.page.records.is_empty() {
            (Empty {
                icon: &list.object.icon,
                title: lang.with("record.none", &[("objects", &plural)]),
                text: lang.with("record.none_help", &[("objects", &plural)]),
                actions: add_button(desk, object, id, list),
            })
        } @else {
            div class="section-head" {
                h2 translate="no" { (list.object.label_plural) " " span class="text-3 num" { (grouped(list.page.total)) } }
                (add_button(desk, object, id, list))
            }
            div { @for record in &list.page.records { (related_row(desk, list.object, record)) } }
            @if list.page.total > list.page.records.len() as u64 {
                a class="link" href=(link(&format!("/{}", list.object.name), [("filter", list.filter.as_str())])) { (lang.with("record.all", &[("n", &grouped(list.page.total))])) }
            }
        }
    }
}

fn add_button(desk: &Desk<'_>, object: &Object, id: RecordRef, list: &Related<'_>) -> Markup {
    let lang = desk.ask.lang;
    let Some(field) = list.fields.first().filter(|_| rules::may(desk.actor(), Action::Create, list.object.id)) else {
        return html! {};
    };
    let value = match field.target {
        Some(Target::Any) => format!("{}/{}", object.name, id.row),
        _ => id.row.to_string(),
    };
    html! {
        a class="btn" data-panel href=(link(&format!("/{}/new", list.object.name), [(field.name.as_str(), value.as_str())])) {
            (icon::icon("plus")) (lang.with("list.add", &[("object", &list.object.label.to_lowercase())]))
        }
    }
}

fn related_row(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let ui = desk.ui();
    let title = desk.title(object, record);
    let glances: Vec<&Field> =
        desk.fields(object).filter(|f| f.listed && record.values.get(f.id).is_some_and(glance)).take(3).collect();
    html! {
        a class="related" href={ "/" (object.name) "/" (record.id.row) } translate="no" {
            (avatar::sign(&ui, record.id, &title, "avatar avatar-28"))
            span class="grow" {
                b class="trunc" { (title) }
                @if let Some(field) = glances.get(1) { small { (field::view(&ui, field, record.values.get(field.id), Place::Cell)) } }
            }
            @if let Some(field) = glances.first() { (field::view(&ui, field, record.values.get(field.id), Place::Cell)) }
        }
    }
}

/// The related lists in short, under the details.
pub(super) fn beside(desk: &Desk<'_>, object: &Object, id: RecordRef, related: &[Related<'_>]) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @for list in related.iter().filter(|l| !l.page.records.is_empty() && l.object.timeline) {
            section class="section" {
                div class="section-head" {
                    h2 translate="no" { (list.object.label_plural) } span class="text-3 num" translate="no" { (grouped(list.page.total)) }
                    @if let Some(field) = list.fields.first().filter(|_| rules::may(desk.actor(), Action::Create, list.object.id)) {
                        @let label = lang.with("list.add", &[("object", &list.object.label.to_lowercase())]);
                        @let value = if field.target == Some(Target::Any) { format!("{}/{}", object.name, id.row) } else { id.row.to_string() };
                        a class="btn btn-ghost btn-icon" data-panel aria-label=(label) title=(label) href=(link(&format!("/{}/new", list.object.name), [(field.name.as_str(), value.as_str())])) { (icon::icon("plus")) }
                    }
                }
                @for record in list.page.records.iter().take(RELATED_SHORT) { (related_row(desk, list.object, record)) }
            }
        }
    }
}
