//! Records that a new one may be the same as, and what one can do about it: open one of them, or make the new one anyway. It is asked
//! while one types, and once more when the form is sent.

use crate::base::Result;
use crate::base::id::FieldId;
use crate::model::{Object, Value};
use crate::records::Duplicate;
use crate::records::duplicates::{Likeness, compared};
use crate::web::ask::Answer;
use crate::web::desk::Desk;
use crate::web::form::{Form, value_of};
use crate::web::pages::edit::record_path;
use crate::web::ui::{avatar, icon};
use maud::{Markup, html};

/// Duplicates of what a form holds; what can't be read yet is left out.
pub(super) fn duplicates(desk: &Desk<'_>, object: &Object, form: &Form) -> Result<Vec<Duplicate>> {
    let mut values: Vec<(FieldId, Value)> = Vec::new();
    for field in compared(desk.actor(), object) {
        let Some(parts) = form.parts(&field.name) else { continue };
        if let Ok(Some(value)) = desk.reading(|reading| value_of(field, &parts, reading)) {
            values.push((field.id, value));
        }
    }
    if values.is_empty() {
        return Ok(Vec::new());
    }
    desk.crm.engine.duplicates(desk.actor(), object.id, &values)
}

/// The answer while one types.
pub(super) fn answer(desk: &Desk<'_>, object: &Object, form: &Form) -> Result<Answer> {
    let found = duplicates(desk, object, form)?;
    Ok(Answer::Html(notice(desk, object, &found, form)))
}

/// Those of `found` that are reason enough to ask, and were not said to be others.
pub(super) fn unanswered<'a>(found: &'a [Duplicate], form: &Form) -> Vec<&'a Duplicate> {
    let known: Vec<&str> = form.get("anyway").unwrap_or_default().split(',').collect();
    found.iter().filter(|d| d.likeness.is_strong() && !known.contains(&d.record.id.row.to_string().as_str())).collect()
}

/// The warning; nothing where there are none.
pub(super) fn notice(desk: &Desk<'_>, object: &Object, found: &[Duplicate], form: &Form) -> Markup {
    let lang = desk.ask.lang;
    let rows: Vec<String> = found.iter().map(|d| d.record.id.row.to_string()).collect();
    let picking = form.get("pick").is_some();
    html! {
        @if !found.is_empty() {
            div class="notice notice-warning duplicates" role="group" tabindex="-1" aria-label=(lang.t(if found.len() == 1 { "create.duplicate" } else { "create.duplicates" })) {
                p class="row" { (icon::icon("users")) b { (lang.t(if found.len() == 1 { "create.duplicate" } else { "create.duplicates" })) } }
                ul {
                    @for duplicate in found {
                        @let name = desk.title(object, &duplicate.record);
                        @let id = duplicate.record.id;
                        li {
                            (avatar::sign(&desk.ui(), id, &name, "avatar"))
                            p class="grow" { b translate="no" { (name) } " " (reason(desk, &duplicate.likeness)) }
                            @if found.len() > 1 { (way(desk, object, duplicate, picking)) }
                        }
                    }
                }
                @if form.get("another").is_some() { input type="hidden" name="another" value="1"; }
                div class="row" {
                    @if let [duplicate] = found { (way(desk, object, duplicate, picking)) }
                    button class="btn btn-ghost" type="submit" name="anyway" value=(rows.join(",")) { (lang.t("create.anyway")) }
                }
            }
        }
    }
}

/// To the record that is there already; a picker takes it.
fn way(desk: &Desk<'_>, object: &Object, duplicate: &Duplicate, picking: bool) -> Markup {
    let id = duplicate.record.id;
    let name = desk.title(object, &duplicate.record);
    html! {
        a class="btn" href=(record_path(object, id)) data-use=[picking.then(|| id.row.to_string())] data-label=[picking.then_some(&name)] {
            (desk.ask.lang.t(if picking { "create.use" } else { "create.open_record" }))
            span class="hidden-text" translate="no" { " " (name) }
        }
    }
}

fn reason(desk: &Desk<'_>, likeness: &Likeness) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @match likeness {
            Likeness::Email(_) => (lang.t("create.same_email")),
            Likeness::Phone(_) => (lang.t("create.same_phone")),
            Likeness::Website(_) => (lang.t("create.same_website")),
            Likeness::SameName => (lang.t("create.same_name")),
            Likeness::CloseName => (lang.t("create.close_name")),
        }
    }
}
