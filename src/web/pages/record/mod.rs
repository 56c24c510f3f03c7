//! The page of a record: who it is, its history, its fields, what hangs on it. The details on the right are edited in place; the
//! tabs are links that put only their section anew. It knows the list one came from and leads to its neighbours there.

mod cell;
mod details;
mod head;
mod history;
mod related;

pub use cell::{Seat, cell, saved_cell};
pub use history::add_note;

use crate::app::Crm;
use crate::base::Result;
use crate::base::id::RecordRef;
use crate::http::{CrmData, Failure, run};
use crate::model::Object;
use crate::records::{Record, State};
use crate::web::ask::{Answer, Ask, link, opened};
use crate::web::desk::{Desk, Frame, links};
use crate::web::pages::list::Listing;
use crate::web::ui::tabs::{Tab, tabs};
use actix_web::{HttpResponse, web};
use details::{details, fields_tab};
use head::{closed, crumbs, head, neighbours, steps};
use history::History;
use maud::{Markup, html};
use related::{Related, Wanted, beside, related, related_tab};

/// The section of a record's page that one has opened.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Section {
    Timeline,
    Fields,
    Related(String),
}

impl Section {
    fn of(ask: &Ask) -> Self {
        match ask.param("tab") {
            "" | "timeline" => Self::Timeline,
            "fields" => Self::Fields,
            name => Self::Related(name.to_owned()),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Timeline => "",
            Self::Fields => "fields",
            Self::Related(name) => name,
        }
    }
}

/// `GET /{object}/{row}`; a script may ask for one section (`part=section`) or more of the history (`part=older`,
/// `part=history`).
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
    let (object, record) = opened(crm, ask, &schema, object, row)?;
    let id = record.id;
    let section = Section::of(ask);
    let part = if ask.by_script { ask.param("part") } else { "" };
    if record.state == State::Live && part.is_empty() {
        crm.opened.remember(desk.actor().member, id)?;
    }
    let history = if section == Section::Timeline { History::read(&desk, id)? } else { History::default() };
    let looking = Desk::new(crm, ask);
    let wanted = match part {
        "section" => Wanted::Only(section.name()),
        "older" | "history" => Wanted::None,
        _ => Wanted::All(section.name()),
    };
    let related = related(&looking, object, id, &wanted)?;
    learn(&mut desk, &record, &related, &history)?;
    match part {
        "section" => return Ok(Answer::Html(panel(&desk, object, &record, &section, &related, &history))),
        "older" => return Ok(Answer::Html(history::entries(&desk, object, &record, &history))),
        "history" => return Ok(Answer::Html(history::list(&desk, object, &record, &history))),
        _ => {}
    }
    let neighbours = if record.state == State::Live { neighbours(&desk, object, id)? } else { None };
    let title = desk.title(object, &record);
    let body = html! {
        (closed(&desk, object, &record))
        div class="record-head" id="record-head" data-refresh { (head(&desk, object, &record)) }
        div id="record-tabs" class="contents" data-refresh { (tab_row(&desk, object, id, &section, &related)) }
        div class="record" {
            (panel(&desk, object, &record, &section, &related, &history))
            aside class="right" aria-label=(ask.lang.t("record.details")) tabindex="0" {
                (details(&desk, object, &record))
                div id="related" class="contents" data-refresh { (beside(&desk, object, id, &related)) }
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
fn learn(desk: &mut Desk<'_>, record: &Record, related: &[Related<'_>], history: &History) -> Result<()> {
    let mut ids: Vec<RecordRef> = vec![record.id];
    ids.extend(record.values.iter().flat_map(|(_, v)| links(v)));
    for list in related {
        ids.extend(list.page.records.iter().flat_map(|r| r.values.iter().flat_map(|(_, v)| links(v))));
        list.page.records.iter().for_each(|record| desk.note_photo(record));
    }
    ids.extend(history.mentions());
    desk.learn(ids)
}

/// The open section. A click on a tab puts it anew and leaves everything around it.
fn panel(
    desk: &Desk<'_>,
    object: &Object,
    record: &Record,
    section: &Section,
    related: &[Related<'_>],
    history: &History,
) -> Markup {
    html! {
        div class="left" id="section" data-section=(section.name()) data-refresh[matches!(section, Section::Related(_))] tabindex="0" role="region" aria-label=(desk.ask.lang.t("record.sections")) {
            @match section {
                Section::Timeline => (history::tab(desk, object, record, history)),
                Section::Fields => (fields_tab(desk, object, record)),
                Section::Related(name) => (related_tab(desk, object, record.id, related, name)),
            }
        }
    }
}

fn tab_row(desk: &Desk<'_>, object: &Object, id: RecordRef, open: &Section, related: &[Related<'_>]) -> Markup {
    let lang = desk.ask.lang;
    let own = |text: &str, name: &str| Tab {
        text: text.to_owned(),
        data: false,
        href: section_link(desk, object, id, name, ""),
        fetch: section_link(desk, object, id, name, "section"),
        count: None,
        current: open.name() == name,
    };
    let mut all = vec![own(&lang.t("record.timeline"), ""), own(&lang.t("record.fields"), "fields")];
    all.extend(related.iter().map(|list| Tab {
        data: true,
        count: Some(list.page.total),
        ..own(&list.object.label_plural, &list.name)
    }));
    tabs(&lang.t("record.sections"), "#section", &all)
}

/// Address of a section, with the list one came from; `part` for a script that has the rest of the page.
fn section_link(desk: &Desk<'_>, object: &Object, id: RecordRef, tab: &str, part: &str) -> String {
    let path = format!("/{}/{}", object.name, id.row);
    if part.is_empty() {
        return Listing::of(desk, object).link(&path, &[("tab", tab)]);
    }
    link(&path, [("tab", tab), ("part", part)])
}
