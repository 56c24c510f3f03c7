//! The history of a record: what was done with it and with what is linked to it, a page at a time, and the form that adds a note.

use super::section_link;
use crate::app::Crm;
use crate::base::clock::Millis;
use crate::base::id::{RecordRef, Seq};
use crate::base::time;
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::field::Target;
use crate::model::object::standard;
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object, Value};
use crate::records::engine::Entry;
use crate::records::save::Command;
use crate::records::{Context, Record, State};
use crate::web::ask::{Answer, Ask, link, opened};
use crate::web::desk::{Desk, links};
use crate::web::form::Form;
use crate::web::ui::icon;
use crate::web::ui::timeline::{self, Told};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

/// Entries of the history on a page.
const HISTORY: usize = 50;
/// Entries at most that one asks for again after a change, to see the newest above those that stood there.
const AGAIN: usize = 200;
/// Changes that one person makes to a record within this time stand together.
const TOGETHER_MS: Millis = 10 * 60 * 1_000;
/// Characters of a note in the history.
const WORDS: usize = 600;

/// A page of a record's history.
#[derive(Default)]
pub(super) struct History {
    entries: Vec<Entry>,
    /// The oldest entry that was read.
    last: Option<Seq>,
    /// There may be older ones.
    more: bool,
}

impl History {
    /// What the address asks for: the newest, those older than `older`, or all down to `down`.
    pub fn read(desk: &Desk<'_>, id: RecordRef) -> Result<Self> {
        let number = |name: &str| desk.ask.param(name).parse::<Seq>().ok();
        let (older, down) = (number("older"), number("down"));
        let limit = if down.is_some() { AGAIN } else { HISTORY };
        let mut entries = desk.crm.engine.timeline(desk.actor(), id, older, limit)?;
        let mut more = entries.len() == limit;
        if let Some(end) = down.and_then(|down| entries.iter().position(|e| e.seq < down)) {
            entries.truncate(end);
            more = true;
        }
        let last = entries.last().map(|e| e.seq);
        Ok(Self { entries: together(entries), last, more })
    }

    /// Records whose names it shows.
    pub fn mentions(&self) -> Vec<RecordRef> {
        let mut ids = Vec::new();
        for entry in &self.entries {
            ids.push(entry.record);
            ids.extend(entry.actor);
            ids.extend(entry.changes.iter().flat_map(|c| c.from.iter().chain(&c.to)).flat_map(links));
        }
        ids
    }
}

/// Puts what one person changed on a record within a few minutes into one entry: from what stood there before to what came of it.
fn together(entries: Vec<Entry>) -> Vec<Entry> {
    let mut out: Vec<Entry> = Vec::with_capacity(entries.len());
    for entry in entries {
        let joins = |newer: &&mut Entry| {
            newer.kind == "updated"
                && entry.kind == "updated"
                && newer.record == entry.record
                && newer.actor == entry.actor
                && newer.batch == entry.batch
                && newer.time - entry.time <= TOGETHER_MS
        };
        match out.last_mut().filter(joins) {
            Some(newer) => {
                for older in entry.changes {
                    match newer.changes.iter_mut().find(|c| c.field == older.field) {
                        Some(change) => change.from = older.from,
                        None => newer.changes.push(older),
                    }
                }
                newer.changes.retain(|c| c.from != c.to);
            }
            None => out.push(entry),
        }
    }
    out.retain(|e| e.kind != "updated" || !e.changes.is_empty());
    out
}

/// The section: the form for a note, then the history.
pub(super) fn tab(desk: &Desk<'_>, object: &Object, record: &Record, history: &History) -> Markup {
    html! {
        (composer(desk, object, record, "", None))
        (list(desk, object, record, history))
    }
}

/// The newest entries. They are asked for again when something was changed on this page; `down` keeps what stood there.
pub(super) fn list(desk: &Desk<'_>, object: &Object, record: &Record, history: &History) -> Markup {
    let path = format!("/{}/{}", object.name, record.id.row);
    let down = if history.more { history.last.map_or(String::new(), |s| s.to_string()) } else { "0".into() };
    let again = link(&path, [("part", "history"), ("down", down.as_str())]);
    html! {
        div id="history" hx-get=(again) hx-trigger="record:changed from:document" hx-swap="outerMorph" {
            (entries(desk, object, record, history))
        }
    }
}

/// Entries and the way to older ones, which is followed by itself where it comes into sight.
pub(super) fn entries(desk: &Desk<'_>, object: &Object, record: &Record, history: &History) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let above = desk.ask.param("day").parse().ok();
    let day = history.entries.last().map_or(String::new(), |e| time::day_of(e.time, ui.zone).to_string());
    let told = told(desk, &history.entries);
    html! {
        (timeline::timeline(&ui, record.id, &history.entries, &told, above))
        @if history.entries.is_empty() && above.is_none() { p class="text-3" { (lang.t("timeline.none")) } }
        @if let Some(last) = history.last.filter(|_| history.more) {
            @let older = last.to_string();
            @let plain = section_link(desk, object, record.id, "", "");
            @let href = format!("{plain}{}older={older}", if plain.contains('?') { '&' } else { '?' });
            @let part = link(&format!("/{}/{}", object.name, record.id.row), [("part", "older"), ("older", older.as_str()), ("day", day.as_str())]);
            a class="btn older" rel="next" href=(href) hx-get=(part) hx-trigger="click, revealed" hx-swap="outerHTML" { (lang.t("timeline.older")) }
        }
    }
}

/// What notes and activities say, which is more than their titles.
fn told(desk: &Desk<'_>, history: &[Entry]) -> timeline::AllTold {
    let mut all = timeline::AllTold::new();
    let spoken = |e: &&Entry| {
        matches!(e.record.object, standard::NOTES | standard::ACTIVITIES) && matches!(e.kind, "created" | "imported")
    };
    for entry in history.iter().filter(spoken) {
        let Some(object) = desk.schema.object_by_id(entry.record.object) else { continue };
        // A note may have been trashed or hidden since; then its words stay away.
        let Ok(record) = desk.crm.engine.get(desk.actor(), entry.record) else { continue };
        let long = desk.fields(object).find(|f| f.kind == Kind::LongText);
        let words = match long.and_then(|f| record.values.get(f.id)) {
            Some(Value::Text(text)) => shortened(text),
            _ => String::new(),
        };
        let choice = |name: &str| {
            let field = desk.fields(object).find(|f| f.name == name && f.kind == Kind::Select)?;
            match record.values.get(field.id) {
                Some(Value::Choice(id)) => field.choice_by_id(*id).cloned(),
                _ => None,
            }
        };
        all.insert(entry.record, Told { words, sort: choice("type"), outcome: choice("outcome") });
    }
    all
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WORDS) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// Notes, and their field that says what they are about, where somebody may write one on this record.
fn notes<'a>(desk: &'a Desk<'_>, object: &Object, record: &Record) -> Option<(&'a Object, &'a Field, &'a Field)> {
    let notes = desk.schema.object_by_id(standard::NOTES)?;
    if !object.timeline || record.state != State::Live || !rules::may(desk.actor(), Action::Create, notes.id) {
        return None;
    }
    let links = notes.fields.iter().find(|f| f.target == Some(Target::Any))?;
    let words = notes.fields.iter().find(|f| f.kind == Kind::LongText)?;
    Some((notes, links, words))
}

/// Writes a note on this record, without leaving it.
fn composer(desk: &Desk<'_>, object: &Object, record: &Record, typed: &str, problem: Option<&str>) -> Markup {
    let lang = desk.ask.lang;
    if notes(desk, object, record).is_none() {
        return html! {};
    }
    let action = format!("/{}/{}/notes", object.name, record.id.row);
    html! {
        form class="composer" id="composer" method="post" action=(action) hx-post=(action) hx-swap="outerHTML" data-composer {
            label class="hidden-text" for="note" data-hotkey="n" { (lang.t("record.note")) }
            textarea id="note" name="body" rows="1" required placeholder=(lang.t("record.note_hint")) aria-keyshortcuts="N"
                aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "note-problem")] { (typed) }
            @if let Some(problem) = problem { p class="field-error" id="note-problem" role="alert" { (icon::icon("circle-alert")) span translate="no" { (problem) } } }
            div class="foot" { button class="btn" type="submit" { (lang.t("record.note_save")) span class="btn-keys only-desk" aria-hidden="true" { kbd translate="no" data-mod { "Ctrl" } kbd translate="no" { "↵" } } } }
        }
    }
}

/// `POST /{object}/{row}/notes`: a note on this record. Script gets an empty form back and asks for the history again.
pub async fn add_note(
    crm: CrmData,
    ask: Ask,
    path: web::Path<(String, String)>,
    body: web::Form<Vec<(String, String)>>,
) -> std::result::Result<HttpResponse, Failure> {
    let (object, row) = path.into_inner();
    let form = Form(body.into_inner());
    let by_script = ask.by_script;
    Ok(run(&crm, move |crm| write_note(crm, &ask, &object, &row, &form)).await?.respond(by_script))
}

fn write_note(crm: &Crm, ask: &Ask, object: &str, row: &str, form: &Form) -> Result<Answer> {
    let desk = Desk::new(crm, ask);
    let (object, record) = opened(crm, ask, &desk.schema, object, row)?;
    let id = record.id;
    let Some((target, links, words)) = notes(&desk, object, &record) else {
        return Err(Error::Denied(ask.lang.t("form.denied").into_owned()));
    };
    let typed = form.get("body").unwrap_or_default();
    let text = typed.trim();
    let mut values = vec![(links.id, Value::Records(vec![id]))];
    if !text.is_empty() {
        values.push((words.id, Value::Text(text.to_owned())));
    }
    let made = crm.engine.run(desk.actor(), Command::Create { object: target.id, values }, Context::default());
    match made {
        Ok(_) if ask.by_script => Ok(Answer::Html(composer(&desk, object, &record, "", None))),
        Ok(_) => Ok(Answer::To(link(&format!("/{}/{}", object.name, id.row), [("done", "saved")]))),
        Err(Error::Invalid(problems)) if ask.by_script => {
            let said = problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" ");
            let again = composer(&desk, object, &record, typed, Some(&said));
            Ok(Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, again))
        }
        Err(error) => Err(error),
    }
}
