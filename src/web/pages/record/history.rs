//! The history of a record: what was done with it and with what is linked to it, and the form that adds a note.

use crate::base::Result;
use crate::base::id::RecordRef;
use crate::model::field::Target;
use crate::model::object::standard;
use crate::model::rules::{self, Action};
use crate::model::{Kind, Object, Value};
use crate::records::engine::Entry;
use crate::records::{Record, State};
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::ui::timeline;
use maud::{Markup, html};

/// Entries of the history on a page.
const HISTORY: usize = 50;

pub(super) fn history(desk: &Desk<'_>, id: RecordRef) -> Result<Vec<Entry>> {
    let before = desk.ask.param("older").parse().ok();
    desk.crm.engine.timeline(desk.actor(), id, before, HISTORY)
}

pub(super) fn history_tab(desk: &Desk<'_>, object: &Object, record: &Record, history: &[Entry]) -> Markup {
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
