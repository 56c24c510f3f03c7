//! The first page: the objects with how many records each has, and what changed last.

use crate::app::Crm;
use crate::base::Result;
use crate::base::time;
use crate::http::{CrmData, Failure, run};
use crate::records::query::{Query, Start};
use crate::web::ask::{Answer, Ask};
use crate::web::desk::{Desk, Frame};
use crate::web::messages::grouped;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::{avatar, icon};
use actix_web::HttpResponse;
use maud::{Markup, html};

/// Records shown under "changed last".
const RECENT_MAX: usize = 8;

/// `GET /`.
pub async fn page(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| render(crm, &ask)).await?.respond(false))
}

fn render(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let lang = ask.lang;
    let schema = desk.schema.clone();
    let mut cards = Vec::new();
    for object in schema.objects.iter().filter(|o| o.listed) {
        cards.push((object, crm.engine.list(desk.actor(), &first(object.id, "", 1))?.total));
    }
    let recent = recent(&mut desk)?;
    let body = html! {
        div class="scroll" { div class="home" {
            h1 { (lang.t("home.greeting")) }
            p { time translate="no" { (time::local(crm.engine.now(), &ask.actor.zone).strftime("%A, %B %-d").to_string()) } }
            ul class="cards" {
                @for (object, total) in &cards {
                    li class="card object-card" {
                        span class="avatar avatar-28 avatar-square c-accent" { (icon::icon(&object.icon)) }
                        a href={ "/" (object.name) } translate="no" { (object.label_plural) }
                        span class="figure num" translate="no" { (grouped(*total)) }
                    }
                }
            }
            (recent)
        } }
    };
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(lang.t("home.title"))], false);
    let title = lang.t("home.title");
    let page = desk.frame(Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body })?;
    Ok(Answer::Html(page))
}

fn recent(desk: &mut Desk<'_>) -> Result<Markup> {
    let schema = desk.schema.clone();
    let Some(object) = schema.objects.iter().find(|o| o.listed) else { return Ok(html! {}) };
    let page = desk.crm.engine.list(desk.actor(), &first(object.id, "-updated_at", RECENT_MAX))?;
    if page.records.is_empty() {
        return Ok(html! {});
    }
    page.records.iter().for_each(|record| desk.note_photo(record));
    let ui = desk.ui();
    Ok(html! {
        h2 { (ui.t("home.recent")) }
        ul class="card recent" translate="no" {
            @for record in &page.records {
                @let title = desk.title(object, record);
                li { a href={ "/" (object.name) "/" (record.id.row) } {
                    (avatar::sign(&ui, record.id, &title, "avatar avatar-28"))
                    span class="trunc" { (title) }
                    @if let Some(crate::model::Value::Time(at)) = record.values.get(crate::model::object::system_field::UPDATED_AT) {
                        time class="num" datetime=(time::moment_text(*at)) { (time::show_moment(*at, ui.zone)) }
                    }
                } }
            }
        }
    })
}

fn first(object: crate::base::id::ObjectId, sort: &str, limit: usize) -> Query {
    Query { object, filter: String::new(), sort: sort.into(), start: Start::First, limit, trashed: false }
}
