//! The page of a record: who it is, its history, its fields, what hangs on it. The details on the right are edited in place; the
//! tabs are links. It knows the list one came from and leads to its neighbours there.

use crate::app::Crm;
use crate::base::id::{RecordRef, Row};
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::field::Target;
use crate::model::object::standard;
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object, Value};
use crate::records::engine::Entry;
use crate::records::query::{Neighbours, Page, Query, Start};
use crate::records::{Record, State};
use crate::web::ask::{Answer, Ask, link, record_of};
use crate::web::desk::{Desk, Frame, links};
use crate::web::messages::grouped;
use crate::web::pages::list::{Listing, glance};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::field::{self, Place};
use crate::web::ui::tabs::{Tab, tabs};
use crate::web::ui::{avatar, icon, timeline};
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

/// Entries of the history on a page.
const HISTORY: usize = 50;
/// Records of a related list on its tab.
const RELATED: usize = 50;
/// Records of a related list beside the details.
const RELATED_SHORT: usize = 3;
/// Facts under a record's name.
const FACTS: usize = 3;

/// A list of records that point to this one.
struct Related<'a> {
    /// Name in the address: the inverse's.
    name: String,
    object: &'a Object,
    fields: Vec<&'a Field>,
    filter: String,
    page: Page,
}

/// `GET /{object}/{row}`.
pub async fn page(
    crm: CrmData,
    ask: Ask,
    path: web::Path<(String, String)>,
) -> std::result::Result<HttpResponse, Failure> {
    let (object, row) = path.into_inner();
    Ok(run(&crm, move |crm| render(crm, &ask, &object, &row)).await?.respond(false))
}

fn render(crm: &Crm, ask: &Ask, object: &str, row: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let id = record_of(&schema, object, row)?;
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    let record = crm.engine.get(desk.actor(), id)?;
    let tab = ask.param("tab").to_owned();
    let looking = Desk::new(crm, ask);
    let related = related(&looking, object, id, &tab)?;
    let history = if matches!(tab.as_str(), "" | "timeline") { history(&desk, id)? } else { Vec::new() };
    let neighbours = if record.state == State::Live { neighbours(&desk, object, id)? } else { None };
    learn(&mut desk, &record, &related, &history)?;
    let title = desk.title(object, &record);
    let body = html! {
        @if record.state == State::Trashed { (trashed(&desk, object, id)) }
        (head(&desk, object, &record, &title))
        (tab_row(&desk, object, id, &tab, &related))
        div class="record" {
            div class="left" tabindex="0" role="region" aria-label=(ask.lang.t("record.sections")) {
                @match tab.as_str() {
                    "" | "timeline" => (history_tab(&desk, object, &record, &history)),
                    "fields" => (fields_tab(&desk, object, &record)),
                    name => (related_tab(&desk, object, id, &related, name)),
                }
            }
            aside class="right" aria-label=(ask.lang.t("record.details")) tabindex="0" {
                @if tab != "fields" { (details(&desk, object, &record)) }
                (beside(&desk, object, id, &related))
            }
        }
    };
    let crumbs = crumbs(&desk, object, &title);
    let actions = html! { (steps(&desk, object, neighbours)) };
    let view = Listing::of(&desk, object).view.map(|v| v.id);
    let page = desk.frame(Frame { title: &title, object: Some(object.id), view, crumbs, actions, body })?;
    Ok(Answer::Html(page))
}

/// Loads the names of everything the page mentions.
fn learn(desk: &mut Desk<'_>, record: &Record, related: &[Related<'_>], history: &[Entry]) -> Result<()> {
    let mut ids: Vec<RecordRef> = vec![record.id];
    ids.extend(record.values.iter().flat_map(|(_, v)| links(v)));
    for list in related {
        ids.extend(list.page.records.iter().flat_map(|r| r.values.iter().flat_map(|(_, v)| links(v))));
    }
    for entry in history {
        ids.push(entry.record);
        ids.extend(entry.actor);
        ids.extend(entry.changes.iter().flat_map(|c| c.from.iter().chain(&c.to)).flat_map(links));
    }
    desk.learn(ids)
}

fn history(desk: &Desk<'_>, id: RecordRef) -> Result<Vec<Entry>> {
    let before = desk.ask.param("older").parse().ok();
    desk.crm.engine.timeline(desk.actor(), id, before, HISTORY)
}

/// The lists of what points here; the open tab's is read in full, the others only as far as the details show.
fn related<'a>(desk: &'a Desk<'_>, object: &Object, id: RecordRef, tab: &str) -> Result<Vec<Related<'a>>> {
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

fn neighbours(desk: &Desk<'_>, object: &Object, id: RecordRef) -> Result<Option<Neighbours>> {
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

fn crumbs(desk: &Desk<'_>, object: &Object, title: &str) -> Markup {
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

fn steps(desk: &Desk<'_>, object: &Object, neighbours: Option<Neighbours>) -> Markup {
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
        }
    }
}

fn head(desk: &Desk<'_>, object: &Object, record: &Record, title: &str) -> Markup {
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
            (avatar::sign(&ui, record.id, title, "avatar avatar-48"))
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
        value => field::view(&ui, field, value, Place::Cell),
    }
}

fn tab_row(desk: &Desk<'_>, object: &Object, id: RecordRef, open: &str, related: &[Related<'_>]) -> Markup {
    let lang = desk.ask.lang;
    let listing = Listing::of(desk, object);
    let path = format!("/{}/{}", object.name, id.row);
    let to = |name: &str| listing.link(&path, &[("tab", name)]);
    let own = |text: &str, name: &str, current: bool| Tab {
        text: text.to_owned(),
        data: false,
        href: to(name),
        count: None,
        current,
    };
    let mut all = vec![
        own(&lang.t("record.timeline"), "", matches!(open, "" | "timeline")),
        own(&lang.t("record.fields"), "fields", open == "fields"),
    ];
    all.extend(related.iter().map(|list| Tab {
        text: list.object.label_plural.clone(),
        data: true,
        href: to(&list.name),
        count: Some(list.page.total),
        current: open == list.name,
    }));
    tabs(&lang.t("record.sections"), &all)
}

fn history_tab(desk: &Desk<'_>, object: &Object, record: &Record, history: &[Entry]) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let more = history.len() == HISTORY;
    let path = format!("/{}/{}", object.name, record.id.row);
    html! {
        (composer(desk, object, record))
        (timeline::timeline(&ui, record.id, history, &texts(desk, history)))
        @if history.is_empty() { p class="text-3" { (lang.t("timeline.none")) } }
        @if let (true, Some(last)) = (more, history.last()) {
            a class="btn" rel="next" href=(link(&path, [("older", last.seq.to_string().as_str())])) { (lang.t("timeline.older")) }
        }
    }
}

/// The words of notes and activities in the history, which say more than their titles.
fn texts(desk: &Desk<'_>, history: &[Entry]) -> timeline::Texts {
    let mut texts = timeline::Texts::new();
    let spoken = |e: &&Entry| matches!(e.record.object, standard::NOTES | standard::ACTIVITIES) && e.kind == "created";
    for entry in history.iter().filter(spoken) {
        let Some(object) = desk.schema.object_by_id(entry.record.object) else { continue };
        // A note may have been trashed or hidden since; then its words stay away.
        let Ok(record) = desk.crm.engine.get(desk.actor(), entry.record) else { continue };
        let field = desk.fields(object).find(|f| f.kind == Kind::LongText);
        if let Some(Value::Text(text)) = field.and_then(|f| record.values.get(f.id)) {
            texts.insert(entry.record, text.clone());
        }
    }
    texts
}

/// Writes a note on this record, without leaving it.
fn composer(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let notes = desk.schema.object_by_id(standard::NOTES).filter(|_| object.timeline && record.state == State::Live);
    let Some(notes) = notes.filter(|n| rules::may(desk.actor(), Action::Create, n.id)) else { return html! {} };
    let Some(links) = notes.fields.iter().find(|f| f.target == Some(Target::Any)) else { return html! {} };
    html! {
        form class="composer" method="post" action={ "/" (notes.name) "/new" } {
            input type="hidden" name=(links.name) value={ (object.name) "/" (record.id.row) };
            input type="hidden" name="back" value={ "/" (object.name) "/" (record.id.row) };
            label class="hidden-text" for="composer" { (lang.t("record.note")) }
            textarea id="composer" name="body" rows="1" required placeholder=(lang.t("record.note_hint")) data-hotkey="n" {}
            div class="foot" { button class="btn" type="submit" { (lang.t("record.note_save")) } }
        }
    }
}

fn related_tab(desk: &Desk<'_>, object: &Object, id: RecordRef, related: &[Related<'_>], name: &str) -> Markup {
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
        a class="btn" href=(link(&format!("/{}/new", list.object.name), [(field.name.as_str(), value.as_str())])) {
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
fn beside(desk: &Desk<'_>, object: &Object, id: RecordRef, related: &[Related<'_>]) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @for list in related.iter().filter(|l| !l.page.records.is_empty() && l.object.timeline) {
            section class="section" {
                div class="section-head" {
                    h2 translate="no" { (list.object.label_plural) } span class="text-3 num" translate="no" { (grouped(list.page.total)) }
                    @if let Some(field) = list.fields.first().filter(|_| rules::may(desk.actor(), Action::Create, list.object.id)) {
                        @let label = lang.with("list.add", &[("object", &list.object.label.to_lowercase())]);
                        @let value = if field.target == Some(Target::Any) { format!("{}/{}", object.name, id.row) } else { id.row.to_string() };
                        a class="btn btn-ghost btn-icon" aria-label=(label) title=(label) href=(link(&format!("/{}/new", list.object.name), [(field.name.as_str(), value.as_str())])) { (icon::icon("plus")) }
                    }
                }
                @for record in list.page.records.iter().take(RELATED_SHORT) { (related_row(desk, list.object, record)) }
            }
        }
    }
}

/// The fields people look at most: those of the create form and the list, and whatever has a value in their groups.
fn details(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
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

fn fields_tab(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
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
