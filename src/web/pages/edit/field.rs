//! One field in place: its form, saving it, and what stands in its cell afterwards. A name that is made of two fields is edited as
//! both of them at once.

use super::conflict::{Clash, conflict};
use super::{check_open, learn_typed, record_path, sentences, written};
use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::model::{Field, Kind, Object, Value};
use crate::records::save::{Change, Command};
use crate::records::{Context, Record};
use crate::web::ask::{Answer, Ask, record_of};
use crate::web::desk::{Desk, Frame};
use crate::web::form::{Form, read_shown, shown_token, value_of};
use crate::web::pages::record::{Seat, cell, saved_cell};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Input, Parts, parts_of};
use crate::web::ui::icon;
use actix_web::http::StatusCode;
use maud::{Markup, html};

/// One field of one record, looked up.
pub(super) struct Spot<'a> {
    pub object: &'a Object,
    /// The field as it is shown.
    pub field: &'a Field,
    /// The fields that are written.
    pub written: Vec<&'a Field>,
    pub record: Record,
    /// Where its cell is.
    pub seat: Seat,
}

/// What a form holds of one field.
struct Held {
    parts: Parts,
    /// The value it was shown, as a token.
    shown: String,
}

impl Spot<'_> {
    /// Address of its form.
    pub fn path(&self, desk: &Desk<'_>) -> String {
        self.seat.path(desk, self.object, &self.record, self.field)
    }
}

fn spot<'a>(desk: &'a Desk<'_>, object: &str, row: &str, field: &str) -> Result<Spot<'a>> {
    let id = record_of(&desk.schema, object, row)?;
    let object = desk.schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    let field = desk.fields(object).find(|f| f.name == field).ok_or(Error::NotFound)?;
    let record = desk.crm.engine.get(desk.actor(), id)?;
    check_open(desk, object, &record)?;
    let written = written(desk, object, field);
    if written.is_empty() {
        return Err(Error::Denied(desk.ask.lang.t("edit.denied").into_owned()));
    }
    Ok(Spot { object, field, written, record, seat: Seat::of(desk.ask.param("in")) })
}

/// The form, or with `show=value` what the cell holds.
pub(super) fn show(crm: &Crm, ask: &Ask, object: &str, row: &str, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let looking = Desk::new(crm, ask);
    let spot = spot(&looking, object, row, name)?;
    desk.learn_links(&[&spot.record])?;
    if ask.param("show") == "value" && ask.by_script {
        return Ok(Answer::Html(cell(&desk, spot.object, spot.field, &spot.record, spot.seat)));
    }
    let held: Vec<Held> = spot
        .written
        .iter()
        .map(|field| {
            let value = spot.record.values.get(field.id);
            Held { parts: parts_of(&desk.ui(), field, value), shown: shown_token(value) }
        })
        .collect();
    let form = form_of(&desk, &spot, &held, &[])?;
    Ok(Answer::Html(if ask.by_script { form } else { around(&mut desk, &spot, form)? }))
}

fn form_of(desk: &Desk<'_>, spot: &Spot<'_>, held: &[Held], problems: &[Problem]) -> Result<Markup> {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let members = if spot.field.kind == Kind::Person { desk.members()? } else { Vec::new() };
    let (path, action) = (record_path(spot.object, spot.record.id), spot.path(desk));
    let plain = !desk.ask.by_script;
    let roomy = spot.written.len() > 1 || field::is_roomy(spot.field.kind);
    let script = desk.ask.by_script.then_some(&action);
    Ok(html! {
        form class="edit" data-edit method="post" action=(action) hx-post=[script]
            hx-target=[script.map(|_| "closest [data-cell]")] hx-swap=[script.map(|_| "innerHTML")] {
            @for (field, held) in spot.written.iter().zip(held) {
                @let problem = sentences(&problems.iter().filter(|p| p.field == field.name).cloned().collect::<Vec<_>>());
                @let problem = (!problem.is_empty()).then_some(problem.as_str());
                input type="hidden" name={ "shown." (field.name) } value=(held.shown);
                @if plain || spot.written.len() > 1 {
                    (framed(&ui, &Framed { scope: "edit-", field, parts: &held.parts, problem, members: &members }))
                } @else {
                    (bare(desk, field, &held.parts, problem, &members))
                }
            }
            (loose(spot, problems))
            @if plain || roomy {
                div class="edit-actions" {
                    button class="btn btn-primary" type="submit" { (lang.t("form.save")) }
                    a class="btn btn-ghost" href=(path) data-edit-cancel { (lang.t("form.cancel")) }
                }
            }
        }
    })
}

/// The input alone: the cell says already which field it is.
fn bare(
    desk: &Desk<'_>,
    field: &Field,
    parts: &Parts,
    problem: Option<&str>,
    members: &[(crate::base::id::Row, String)],
) -> Markup {
    let id = format!("edit-{}", field.name);
    let note = format!("edit-{}-note", field.name);
    let described_by = if problem.is_some() { note.as_str() } else { "" };
    let input = Input { field, id: &id, parts, invalid: problem.is_some(), described_by, members };
    html! {
        label class="hidden-text" for=(id) translate="no" { (field.label) }
        (field::input(&desk.ui(), &input))
        @if let Some(problem) = problem { (refused(&note, problem)) }
    }
}

/// Problems that belong to another field than those of the form.
fn loose(spot: &Spot<'_>, problems: &[Problem]) -> Markup {
    let other: Vec<Problem> =
        problems.iter().filter(|p| !spot.written.iter().any(|f| f.name == p.field)).cloned().collect();
    html! { @if !other.is_empty() { (refused("edit-note", &sentences(&other))) } }
}

fn refused(id: &str, problem: &str) -> Markup {
    html! { p class="field-error" id=(id) role="alert" { (icon::icon("circle-alert")) span translate="no" { (problem) } } }
}

/// The form on a page of its own, where there is no script.
fn around(desk: &mut Desk<'_>, spot: &Spot<'_>, form: Markup) -> Result<Markup> {
    let title = desk.title(spot.object, &spot.record);
    let steps = [
        Crumb::link(&spot.object.label_plural, format!("/{}", spot.object.name)),
        Crumb::link(&title, record_path(spot.object, spot.record.id)),
        Crumb::here(&spot.field.label),
    ];
    let crumbs = breadcrumb(&desk.ask.lang.t("shell.crumbs"), &steps, true);
    let body = html! { div class="scroll" { div class="form-page" { (form) } } };
    let frame = Frame { title: &title, object: Some(spot.object.id), view: None, crumbs, actions: html! {}, body };
    desk.frame(frame)
}

/// Saves what was typed; a newer value of a colleague's is asked about.
pub(super) fn store(crm: &Crm, ask: &Ask, object: &str, row: &str, name: &str, form: &Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let looking = Desk::new(crm, ask);
    let mut spot = spot(&looking, object, row, name)?;
    let held: Vec<Held> = spot
        .written
        .iter()
        .map(|field| Held {
            parts: form.parts(&field.name).unwrap_or_default(),
            shown: form.get(&format!("shown.{}", field.name)).unwrap_or_default().to_owned(),
        })
        .collect();
    if ask.param("show") == "form" && ask.by_script {
        return refuse(&mut desk, &spot, &held, &[]);
    }
    let saved = changes(&desk, &spot, &held).and_then(|changes| {
        let command = Command::Update { id: spot.record.id, changes, version: None };
        crm.engine.run(desk.actor(), command, Context::default())
    });
    match saved {
        Ok(saved) if ask.by_script => {
            desk.learn_links(&[&saved.record])?;
            Ok(Answer::Html(saved_cell(&desk, spot.object, spot.field, &spot.record, &saved.record, spot.seat)))
        }
        Ok(_) => Ok(Answer::To(format!("{}?done=saved", record_path(spot.object, spot.record.id)))),
        Err(Error::Invalid(problems)) => refuse(&mut desk, &spot, &held, &problems),
        Err(Error::Conflict { .. }) => {
            spot.record = crm.engine.get(desk.actor(), spot.record.id)?;
            clashed(&mut desk, &spot, &held)
        }
        Err(error) => Err(error),
    }
}

fn changes(desk: &Desk<'_>, spot: &Spot<'_>, held: &[Held]) -> Result<Vec<Change>> {
    let mut changes = Vec::new();
    let mut problems = Vec::new();
    for (field, held) in spot.written.iter().zip(held) {
        let shown = read_shown(&held.shown)?;
        match desk.reading(|reading| value_of(field, &held.parts, reading)) {
            // The other half of a name, left alone, is nobody's change.
            Ok(to) if to == shown && spot.written.len() > 1 => {}
            Ok(to) => changes.push(Change { field: field.id, to, shown: Some(shown) }),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(changes) } else { Err(Error::Invalid(problems)) }
}

fn refuse(desk: &mut Desk<'_>, spot: &Spot<'_>, held: &[Held], problems: &[Problem]) -> Result<Answer> {
    for (field, held) in spot.written.iter().zip(held) {
        learn_typed(desk, field, &held.parts)?;
    }
    let form = form_of(desk, spot, held, problems)?;
    let page = if desk.ask.by_script { form } else { around(desk, spot, form)? };
    Ok(if problems.is_empty() { Answer::Html(page) } else { Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page) })
}

fn clashed(desk: &mut Desk<'_>, spot: &Spot<'_>, held: &[Held]) -> Result<Answer> {
    desk.learn_links(&[&spot.record])?;
    let mut clashes = Vec::new();
    for (field, held) in spot.written.iter().zip(held) {
        learn_typed(desk, field, &held.parts)?;
        let mine: Option<Value> = desk.reading(|reading| value_of(field, &held.parts, reading)).ok().flatten();
        clashes.push(Clash { field, mine, parts: &held.parts });
    }
    let asked = conflict(desk, spot, &clashes)?;
    let page = if desk.ask.by_script { asked } else { around(desk, spot, asked)? };
    Ok(Answer::Refused(StatusCode::CONFLICT, page))
}
