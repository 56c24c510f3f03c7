//! A colleague was faster: their newer value beside one's own, who it was and how long ago, and the choice between the two. Nothing is
//! overwritten before somebody chose.

use super::field::Spot;
use super::record_path;
use crate::base::Result;
use crate::base::clock::Millis;
use crate::base::id::{FieldId, RecordRef};
use crate::model::{Field, Value};
use crate::web::desk::Desk;
use crate::web::form::shown_token;
use crate::web::ui::ago::ago;
use crate::web::ui::avatar;
use crate::web::ui::field::{self, Parts, Place};
use maud::{Markup, html};

/// Entries of the history that are looked at to find who changed a field last.
const LOOKED_AT: usize = 20;

/// One field that two people wrote.
pub(super) struct Clash<'a> {
    pub field: &'a Field,
    pub mine: Option<Value>,
    pub parts: &'a Parts,
}

/// Who changed a field last, and when.
pub(super) struct Rival {
    pub who: Option<RecordRef>,
    pub when: Millis,
}

/// The last change of one of these fields, as far as the newest entries of the history tell.
pub(super) fn rival(desk: &mut Desk<'_>, id: RecordRef, fields: &[FieldId]) -> Result<Option<Rival>> {
    let entries = desk.crm.engine.timeline(desk.actor(), id, None, LOOKED_AT)?;
    let last = entries.iter().find(|e| e.record == id && e.changes.iter().any(|c| fields.contains(&c.field)));
    let Some(entry) = last else { return Ok(None) };
    desk.learn(entry.actor)?;
    Ok(Some(Rival { who: entry.actor, when: entry.time }))
}

/// `Sofia changed Phone while you were typing`.
pub(super) fn headline(desk: &Desk<'_>, label: &str, rival: Option<&Rival>) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    match rival.and_then(|r| r.who) {
        Some(who) if who.row == desk.actor().member => {
            html! { b { (lang.with("edit.conflict_self", &[("field", &label)])) } }
        }
        Some(who) => {
            let name = ui.label(who);
            html! {
                (avatar::avatar(who, &name, "avatar"))
                b { (lang.with("edit.conflict_by", &[("name", &name), ("field", &label)])) }
            }
        }
        None => html! { b { (lang.with("edit.conflict", &[("field", &label)])) } },
    }
}

/// `Sofia, 10 s ago`.
pub(super) fn theirs_title(desk: &Desk<'_>, rival: Option<&Rival>) -> String {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let Some(rival) = rival else { return lang.t("edit.theirs").into_owned() };
    let when = ago(lang, ui.now, rival.when);
    match rival.who {
        Some(who) => lang.with("edit.theirs_by", &[("name", &ui.label(who)), ("ago", &when)]),
        None => lang.with("edit.theirs_ago", &[("ago", &when)]),
    }
}

/// A value, or the word for none.
pub(super) fn value(desk: &Desk<'_>, field: &Field, value: Option<&Value>) -> Markup {
    html! {
        @if value.is_some() { span class="contents" translate="no" { (field::view(&desk.ui(), field, value, Place::Detail)) } }
        @else { span class="text-3" { (desk.ask.lang.t("value.empty")) } }
    }
}

/// The two values side by side and a button for each.
pub(super) fn conflict(desk: &mut Desk<'_>, spot: &Spot<'_>, clashes: &[Clash<'_>]) -> Result<Markup> {
    let fields: Vec<FieldId> = clashes.iter().map(|c| c.field.id).collect();
    let rival = rival(desk, spot.record.id, &fields)?;
    let lang = desk.ask.lang;
    let current = |field: &Field| spot.record.values.get(field.id);
    let path = record_path(spot.object, spot.record.id);
    let action = spot.path(desk);
    let value_at = format!("{action}{}show=value", if action.contains('?') { '&' } else { '?' });
    let by_script = desk.ask.by_script;
    let aim = by_script.then_some("closest [data-cell]");
    let swap = by_script.then_some("innerHTML");
    Ok(html! {
        div class="conflict" role="alert" {
            p class="conflict-title" { (headline(desk, &spot.field.label, rival.as_ref())) }
            dl {
                div { dt { (lang.t("edit.yours")) } @for clash in clashes { dd { (value(desk, clash.field, clash.mine.as_ref())) } } }
                div { dt { (theirs_title(desk, rival.as_ref())) } @for clash in clashes { dd { (value(desk, clash.field, current(clash.field))) } } }
            }
            div class="row wrap" {
                form method="post" action=(action) data-choice hx-post=[by_script.then_some(&action)] hx-target=[aim] hx-swap=[swap] {
                    @for clash in clashes {
                        input type="hidden" name={ "shown." (clash.field.name) } value=(shown_token(current(clash.field)));
                        @for (suffix, text) in &clash.parts.0 {
                            input type="hidden" name={ (clash.field.name) @if !suffix.is_empty() { "." (suffix) } } value=(text);
                        }
                    }
                    button class="btn" type="submit" { (lang.t("edit.keep_mine")) }
                }
                a class="btn" href=(path) data-choice hx-get=[by_script.then_some(&value_at)] hx-target=[aim] hx-swap=[swap] { (lang.t("edit.use_theirs")) }
            }
        }
    })
}
