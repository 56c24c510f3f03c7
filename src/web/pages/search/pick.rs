//! What a record picker offers: records of one object or of any, by what is typed; before that, those opened lately and then
//! the newest.

use crate::app::Crm;
use crate::base::Result;
use crate::base::id::RecordRef;
use crate::http::{CrmData, Failure, run};
use crate::model::Object;
use crate::model::rules::{self, Action};
use crate::records::Record;
use crate::records::query::{Query, Start};
use crate::web::ask::{Answer, Ask, link};
use crate::web::desk::Desk;
use crate::web::pages::search::row::{mentioned, row};
use crate::web::pages::search::{Found, look, opened};
use crate::web::ui::hits::{HitRow, text as hit_text};
use crate::web::ui::{Ui, avatar, icon};
use actix_web::HttpResponse;
use maud::{Markup, html};

/// Records a picker offers.
const PICK_MAX: usize = 8;
/// Of those opened lately.
const OPENED_MAX: usize = 4;

/// `GET /pick?object=&q=`: what a record picker offers.
pub async fn pick(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| offers(crm, &ask)).await?.respond(false))
}

fn offers(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let text = ask.param("q").trim().to_owned();
    let object = schema.object(ask.param("object"));
    let rows: Vec<HitRow> = if text.is_empty() || object.is_some_and(|o| !o.searchable) {
        let records = unasked(&desk, object, &text)?;
        records.iter().for_each(|record| desk.note_photo(record));
        desk.learn(mentioned(&desk, &records))?;
        let of = |r: &Record| schema.object_by_id(r.id.object).map(|o| row(&desk, o, r, None));
        records.iter().filter_map(of).collect()
    } else {
        let asked = Found { text: &text, object: object.map(|o| o.id), limit: PICK_MAX, ..Found::default() };
        let results = look(&desk, &asked)?;
        results.hits.iter().for_each(|hit| desk.note_photo(&hit.record));
        desk.learn(mentioned(&desk, results.hits.iter().map(|h| &h.record)))?;
        let of = |h: &crate::records::search::Hit| {
            schema.object_by_id(h.id.object).map(|o| row(&desk, o, &h.record, Some(h)))
        };
        results.hits.iter().filter_map(of).collect()
    };
    let ui = desk.ui();
    Ok(Answer::Html(html! {
        @for row in &rows { (offer(&ui, row, object.is_none())) }
        @if rows.is_empty() { p class="none" { (ask.lang.t("field.nothing_found")) } }
        @if let Some(object) = object.filter(|o| o.listed && rules::may(desk.actor(), Action::Create, o.id)) { (new(&desk, object, &text)) }
    }))
}

/// The last offer: a new record, named as typed.
fn new(desk: &Desk<'_>, object: &Object, text: &str) -> Markup {
    let lang = desk.ask.lang;
    let label = object.label.to_lowercase();
    let title = &object.title_field().name;
    html! {
        div role="option" class="pick-new" data-new-href=(link(&format!("/{}/new", object.name), [(title.as_str(), text)])) aria-selected="false" {
            (icon::icon("plus"))
            span class="trunc grow" {
                @if text.is_empty() { (lang.with("create.pick_new", &[("object", &label)])) }
                @else { (lang.with("create.pick_new_named", &[("object", &label), ("text", &text)])) }
            }
        }
    }
}

/// One offer. Where any object may be chosen, it says which it is of.
fn offer(ui: &Ui<'_>, row: &HitRow, any: bool) -> Markup {
    let object = ui.schema.object_by_id(row.id.object);
    let reference = match object {
        Some(object) if any => format!("{}/{}", object.name, row.id.row),
        _ => row.id.row.to_string(),
    };
    html! {
        div class="hit" role="option" data-id=(reference) data-label=(row.label) aria-selected="false" translate="no" {
            (avatar::sign(ui, row.id, &row.label, "avatar avatar-28"))
            (hit_text(row))
            @if any { @if let Some(object) = object { span class="hit-fact text-3" { (object.label) } } }
        }
    }
}

/// What is offered before anything is typed, and of objects that are not searched: opened lately, then the newest, those
/// whose title contains the text.
fn unasked(desk: &Desk<'_>, object: Option<&Object>, text: &str) -> Result<Vec<Record>> {
    let mut records = match text {
        "" => opened(desk, object.map(|o| o.id), OPENED_MAX)?,
        _ => Vec::new(),
    };
    let Some(object) = object.or_else(|| desk.schema.objects.iter().find(|o| o.listed)) else { return Ok(records) };
    let filter = if text.is_empty() {
        String::new()
    } else {
        format!("{} : \"{}\"", object.title_field().name, text.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let query = Query {
        object: object.id,
        filter,
        sort: "-updated_at".into(),
        start: Start::First,
        limit: PICK_MAX,
        trashed: false,
    };
    let known: Vec<RecordRef> = records.iter().map(|r| r.id).collect();
    let newest = desk.crm.engine.list(desk.actor(), &query)?.records;
    records.extend(newest.into_iter().filter(|r| !known.contains(&r.id)));
    records.truncate(PICK_MAX);
    Ok(records)
}
