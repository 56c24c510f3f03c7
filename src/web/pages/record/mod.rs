//! The page of a record: who it is, its history, its fields, what hangs on it. The details on the right are edited in place; the
//! tabs are links. It knows the list one came from and leads to its neighbours there.

mod details;
mod head;
mod history;
mod related;

pub use details::cell;

use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::Object;
use crate::records::engine::Entry;
use crate::records::{Record, State};
use crate::web::ask::{Answer, Ask, record_of};
use crate::web::desk::{Desk, Frame, links};
use crate::web::pages::list::Listing;
use crate::web::ui::tabs::{Tab, tabs};
use actix_web::{HttpResponse, web};
use details::{details, fields_tab};
use head::{crumbs, head, neighbours, steps, trashed};
use history::{history, history_tab};
use maud::{Markup, html};
use related::{Related, beside, related, related_tab};

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
    if record.state == State::Live {
        crm.opened.remember(desk.actor().member, id)?;
    }
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
        list.page.records.iter().for_each(|record| desk.note_photo(record));
    }
    for entry in history {
        ids.push(entry.record);
        ids.extend(entry.actor);
        ids.extend(entry.changes.iter().flat_map(|c| c.from.iter().chain(&c.to)).flat_map(links));
    }
    desk.learn(ids)
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
