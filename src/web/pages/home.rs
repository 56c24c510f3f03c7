//! The first page: a greeting, one's open tasks that are late or due today, the objects with how many records each has, and
//! what changed last.

use crate::app::Crm;
use crate::base::Result;
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef};
use crate::base::time;
use crate::http::{CrmData, Failure, run};
use crate::model::object::{standard, system_field};
use crate::model::rules::{self, Action};
use crate::model::{Object, Value};
use crate::records::Record;
use crate::records::query::{Query, Start};
use crate::web::ask::{Answer, Ask};
use crate::web::desk::{Desk, Frame};
use crate::web::messages::grouped;
use crate::web::ui::Ui;
use crate::web::ui::ago::ago;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::{avatar, icon};
use actix_web::HttpResponse;
use maud::{Markup, html};

/// Tasks shown.
const TASKS_MAX: usize = 6;
/// Records shown under "changed last".
const RECENT_MAX: usize = 8;
/// The objects that people work with; what hangs on them changes with them.
const RECENT_OF: [ObjectId; 3] = [standard::CONTACTS, standard::COMPANIES, standard::DEALS];

/// `GET /`.
pub async fn page(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| render(crm, &ask)).await?.respond(false))
}

fn render(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let lang = ask.lang;
    let schema = desk.schema.clone();
    let mut cards = Vec::new();
    let listed: Vec<&Object> = schema.objects.iter().filter(|o| o.listed).collect();
    let counts = crm.engine.counts(desk.actor(), &listed.iter().map(|o| o.id).collect::<Vec<_>>())?;
    for (object, count) in listed.into_iter().zip(counts) {
        let total = match count {
            Some(count) => count,
            None => crm.engine.list(desk.actor(), &first(object.id, "", 1))?.total,
        };
        cards.push((object, total));
    }
    let recent = recent(&mut desk)?;
    let tasks = tasks(&mut desk)?;
    let me = RecordRef::new(standard::MEMBERS, ask.actor.member);
    desk.learn([me])?;
    let name = desk.ui().label(me);
    let greeting = lang.with("home.greeting", &[("name", &name.split_whitespace().next().unwrap_or_default())]);
    let body = html! {
        div class="scroll" { div class="home" {
            h1 { (greeting) }
            p { time translate="no" { (time::local(crm.engine.now(), &ask.actor.zone).strftime("%A, %B %-d").to_string()) } }
            @if recent.is_none() { (begin(&desk)) }
            (tasks)
            ul class="cards" {
                @for (object, total) in &cards {
                    li class="card object-card" {
                        span class="avatar avatar-28 avatar-square c-accent" { (icon::icon(&object.icon)) }
                        a href={ "/" (object.name) } translate="no" { (object.label_plural) }
                        span class="figure num" translate="no" { (grouped(*total)) }
                    }
                }
            }
            @if let Some(recent) = recent { (recent) }
        } }
    };
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(lang.t("home.title"))], false);
    let title = lang.t("home.title");
    let page = desk.frame(Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body })?;
    Ok(Answer::Html(page))
}

/// The time of what is due today, the day of anything else.
fn due_text(at: Millis, ui: &Ui<'_>) -> String {
    let day = time::day_of(at, ui.zone);
    if day == time::day_of(ui.now, ui.zone) {
        return time::local(at, ui.zone).strftime("%-I:%M %p").to_string();
    }
    time::show_date(day)
}

/// One's open tasks up to the end of today, the longest overdue first; those that are late are red.
fn tasks(desk: &mut Desk<'_>) -> Result<Markup> {
    let schema = desk.schema.clone();
    let Some(object) = schema.object_by_id(standard::TASKS).filter(|o| o.listed) else { return Ok(html! {}) };
    let Some(due) = object.field("due_at") else { return Ok(html! {}) };
    let filter = "assignee = me() AND status = open AND due_at < today() + days(1)".to_owned();
    let query = Query { filter: filter.clone(), ..first(object.id, "due_at", TASKS_MAX) };
    let page = desk.crm.engine.list(desk.actor(), &query)?;
    let ui = desk.ui();
    let all = crate::web::ask::link(&format!("/{}", object.name), [("filter", filter.as_str()), ("sort", "due_at")]);
    Ok(html! {
        h2 { (ui.t("home.tasks")) @if page.total > 0 { " " span class="text-3 num" translate="no" { (grouped(page.total)) } } }
        @if page.records.is_empty() { p class="card home-none" { (icon::icon("circle-check")) (ui.t("home.no_tasks")) } }
        @else {
            ul class="card recent" translate="no" {
                @for record in &page.records {
                    @let late = matches!(record.values.get(due.id), Some(Value::Time(at)) if *at < ui.now);
                    li { a href={ "/" (object.name) "/" (record.id.row) } {
                        (icon::icon("square-check"))
                        span class="trunc" { (desk.title(object, record)) }
                        @if let Some(Value::Time(at)) = record.values.get(due.id) {
                            time class=(if late { "num late" } else { "num" }) datetime=(time::moment_text(*at)) title=(time::show_moment(*at, ui.zone)) { (due_text(*at, &ui)) }
                        }
                    } }
                }
            }
            @if page.total > page.records.len() as u64 { p class="home-more" { a class="link" href=(all) { (ui.t("home.all_tasks")) } } }
        }
    })
}

/// What changed last among the records one works with, whatever their object; `None` where there are none.
fn recent(desk: &mut Desk<'_>) -> Result<Option<Markup>> {
    let schema = desk.schema.clone();
    let mut records = Vec::new();
    for object in schema.objects.iter().filter(|o| o.listed && RECENT_OF.contains(&o.id)) {
        let page = desk.crm.engine.list(desk.actor(), &first(object.id, "-updated_at", RECENT_MAX))?;
        records.extend(page.records.into_iter().map(|record| (changed(&record), object, record)));
    }
    records.sort_by_key(|(at, ..)| std::cmp::Reverse(*at));
    records.truncate(RECENT_MAX);
    if records.is_empty() {
        return Ok(None);
    }
    desk.learn_links(&records.iter().map(|(_, _, record)| record).collect::<Vec<_>>())?;
    let ui = desk.ui();
    Ok(Some(html! {
        h2 { (ui.t("home.recent")) }
        ul class="card recent" translate="no" {
            @for (at, object, record) in &records {
                @let title = desk.title(object, record);
                li { a href={ "/" (object.name) "/" (record.id.row) } {
                    (avatar::sign(&ui, record.id, &title, "avatar avatar-28"))
                    span class="trunc" { (title) }
                    span class="recent-kind only-desk" { (object.label) }
                    @if let Some(at) = at { time class="num" datetime=(time::moment_text(*at)) title=(time::show_moment(*at, ui.zone)) { (ago(ui.lang, ui.now, *at)) } }
                } }
            }
        }
    }))
}

/// Where there is nothing yet: how to begin, for those who may.
fn begin(desk: &Desk<'_>) -> Markup {
    let lang = desk.ask.lang;
    let first = desk.schema.objects.iter().find(|o| o.listed && RECENT_OF.contains(&o.id));
    let Some(object) = first.filter(|o| rules::may(desk.actor(), Action::Create, o.id)) else { return html! {} };
    let empty = Empty {
        icon: &object.icon,
        title: lang.with("list.none", &[("objects", &object.label_plural.to_lowercase())]),
        text: lang.t("list.none_help").into_owned(),
        actions: html! {
            a class="btn btn-primary" href={ "/" (object.name) "/new" } data-panel { (icon::icon("plus")) (lang.with("list.add", &[("object", &object.label.to_lowercase())])) }
            @if rules::may(desk.actor(), Action::Import, object.id) {
                a class="btn" href={ "/import/" (object.name) } { (icon::icon("upload")) (lang.t("list.import")) }
            }
        },
    };
    html! { div class="card home-first" { (empty) } }
}

/// When a record was changed last.
fn changed(record: &Record) -> Option<Millis> {
    match record.values.get(system_field::UPDATED_AT) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    }
}

fn first(object: ObjectId, sort: &str, limit: usize) -> Query {
    Query { object, filter: String::new(), sort: sort.into(), start: Start::First, limit, trashed: false }
}
