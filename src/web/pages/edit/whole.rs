//! All fields in one form. It saves those that were changed; where a colleague changed the same ones, it asks in each of them
//! which value to keep.

use super::conflict::{Rival, headline, rival, theirs_title, value};
use super::{check_open, learn_typed, record_path, sentences, typed};
use crate::app::Crm;
use crate::base::id::{FieldId, Row};
use crate::base::{Error, Problem, Result};
use crate::model::{Field, Object, Value, rules};
use crate::records::save::{Change, Command};
use crate::records::{Context, Record};
use crate::web::ask::{Answer, Ask, opened};
use crate::web::desk::{Desk, Frame};
use crate::web::form::{Form, read_shown, shown_token, value_of};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Parts, parts_of};
use crate::web::ui::icon;
use actix_web::http::StatusCode;
use maud::{Markup, html};

/// One field of the form.
struct Line<'a> {
    field: &'a Field,
    parts: Parts,
    /// Token of the value it was shown.
    shown: String,
    /// Somebody else wrote it since.
    clash: bool,
}

/// The form, with what is wrong with it.
struct Sheet<'a> {
    lines: Vec<Line<'a>>,
    problems: &'a [Problem],
    rival: Option<Rival>,
    members: Vec<(Row, String)>,
}

pub(super) fn show(crm: &Crm, ask: &Ask, object: &str, row: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let (object, record) = opened(crm, ask, &schema, object, row)?;
    check_open(&desk, object, &record)?;
    desk.learn_links(&[&record])?;
    let lines = fields(&desk, object).map(|field| fresh(&desk, field, &record)).collect();
    let sheet = Sheet { lines, problems: &[], rival: None, members: desk.members()? };
    Ok(Answer::Html(page(&mut desk, object, &record, &sheet)?))
}

fn fields<'a>(desk: &Desk<'a>, object: &'a Object) -> impl Iterator<Item = &'a Field> {
    let actor = desk.actor();
    let id = object.id;
    desk.fields(object).filter(move |f| field::has_input(f) && rules::field_editable(actor, id, f))
}

/// A field as it is in the record.
fn fresh<'a>(desk: &Desk<'_>, field: &'a Field, record: &Record) -> Line<'a> {
    let value = record.values.get(field.id);
    Line { field, parts: parts_of(&desk.ui(), field, value), shown: shown_token(value), clash: false }
}

pub(super) fn store(crm: &Crm, ask: &Ask, object: &str, row: &str, form: &Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let (object, record) = opened(crm, ask, &schema, object, row)?;
    check_open(&desk, object, &record)?;
    let id = record.id;
    let saved = changes(&desk, object, form).and_then(|changes| {
        if fields(&desk, object).any(|f| unchosen(form, f)) {
            return Err(Error::Conflict { field: String::new(), message: String::new() });
        }
        crm.engine.run(desk.actor(), Command::Update { id, changes, version: None }, Context::default())
    });
    let (status, problems) = match saved {
        Ok(_) => return Ok(Answer::To(format!("{}?done=saved", record_path(object, id)))),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
        Err(Error::Conflict { .. }) => (StatusCode::CONFLICT, Vec::new()),
        Err(error) => return Err(error),
    };
    let record = crm.engine.get(desk.actor(), id)?;
    desk.learn_links(&[&record])?;
    for (name, parts) in &typed(object, form) {
        if let Some(field) = object.field(name) {
            learn_typed(&mut desk, field, parts)?;
        }
    }
    let lines: Vec<Line<'_>> =
        fields(&desk, object).map(|field| again(&desk, field, &record, form)).collect::<Result<_>>()?;
    let clashing: Vec<FieldId> = lines.iter().filter(|l| l.clash).map(|l| l.field.id).collect();
    let rival = if clashing.is_empty() { None } else { rival(&mut desk, id, &clashing)? };
    let sheet = Sheet { lines, problems: &problems, rival, members: desk.members()? };
    Ok(Answer::Refused(status, page(&mut desk, object, &record, &sheet)?))
}

/// Whether the form asked which value to keep and got no answer.
fn unchosen(form: &Form, field: &Field) -> bool {
    form.get(&format!("clash.{}", field.name)).is_some() && form.get(&format!("keep.{}", field.name)).is_none()
}

fn changes(desk: &Desk<'_>, object: &Object, form: &Form) -> Result<Vec<Change>> {
    let values = desk.reading(|reading| form.values(object, reading))?;
    let mut changes = Vec::new();
    for (id, to) in values {
        let Some(field) = object.field_by_id(id) else { continue };
        let shown = read_shown(form.get(&format!("shown.{}", field.name)).unwrap_or_default())?;
        let theirs = form.get(&format!("keep.{}", field.name)) == Some("theirs");
        if shown != to && !theirs {
            changes.push(Change { field: id, to, shown: Some(shown) });
        }
    }
    Ok(changes)
}

/// A field as it was sent, over what the record has by now: what only the others touched is theirs, what both touched is asked.
fn again<'a>(desk: &Desk<'_>, field: &'a Field, record: &Record, form: &Form) -> Result<Line<'a>> {
    let Some(parts) = form.parts(&field.name) else { return Ok(fresh(desk, field, record)) };
    let token = form.get(&format!("shown.{}", field.name)).unwrap_or_default();
    let shown = read_shown(token)?;
    let current = record.values.get(field.id);
    let Ok(mine) = desk.reading(|reading| value_of(field, &parts, reading)) else {
        return Ok(Line { field, parts, shown: token.to_owned(), clash: false });
    };
    if mine == shown && !unchosen(form, field) || mine.as_ref() == current {
        return Ok(fresh(desk, field, record));
    }
    let clash = current != shown.as_ref() || unchosen(form, field);
    Ok(Line { field, parts, shown: shown_token(current), clash })
}

fn page(desk: &mut Desk<'_>, object: &Object, record: &Record, sheet: &Sheet<'_>) -> Result<Markup> {
    let lang = desk.ask.lang;
    let title = desk.title(object, record);
    let path = record_path(object, record.id);
    let body = html! {
        form class="form-wrap" method="post" action={ (path) "/edit" } data-guard novalidate {
            div class="scroll" { div class="form-page" {
                (notices(desk, sheet))
                @for (name, lines) in &groups(&sheet.lines) {
                    h2 { @if name.is_empty() { (lang.t("edit.other")) } @else { span translate="no" { (name) } } }
                    div class="form-grid" { @for line in lines { (one(desk, record, sheet, line)) } }
                }
            } }
            div class="form-foot" { div {
                a class="btn" href=(path) { (lang.t("form.cancel")) }
                button class="btn btn-primary" type="submit" { (lang.t("form.save")) }
            } }
        }
    };
    let steps = [
        Crumb::link(&object.label_plural, format!("/{}", object.name)),
        Crumb::link(&title, &path),
        Crumb::here(lang.t("form.edit")),
    ];
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &steps, true);
    desk.frame(Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body })
}

fn groups<'a, 'b>(lines: &'b [Line<'a>]) -> Vec<(&'a str, Vec<&'b Line<'a>>)> {
    let mut groups: Vec<(&str, Vec<&Line<'_>>)> = Vec::new();
    for line in lines {
        match groups.iter_mut().find(|(name, _)| *name == line.field.group) {
            Some((_, list)) => list.push(line),
            None => groups.push((&line.field.group, vec![line])),
        }
    }
    groups
}

/// What is wrong with the form as a whole.
fn notices(desk: &Desk<'_>, sheet: &Sheet<'_>) -> Markup {
    let loose: Vec<Problem> =
        sheet.problems.iter().filter(|p| !sheet.lines.iter().any(|l| l.field.name == p.field)).cloned().collect();
    html! {
        @if sheet.lines.iter().any(|l| l.clash) {
            div class="notice notice-warning" role="alert" { (icon::icon("triangle-alert")) p { (desk.ask.lang.t("edit.clashes")) } }
        }
        @if !loose.is_empty() {
            div class="notice notice-error" role="alert" { (icon::icon("circle-alert")) p translate="no" { (sentences(&loose)) } }
        }
    }
}

fn one(desk: &Desk<'_>, record: &Record, sheet: &Sheet<'_>, line: &Line<'_>) -> Markup {
    let field = line.field;
    let problem: Vec<Problem> = sheet.problems.iter().filter(|p| p.field == field.name).cloned().collect();
    let problem = sentences(&problem);
    let problem = (!problem.is_empty()).then_some(problem.as_str());
    let frame = Framed { scope: "", field, parts: &line.parts, problem, members: &sheet.members };
    html! {
        input type="hidden" name={ "shown." (field.name) } value=(line.shown);
        @if line.clash {
            div class="clash" { (framed(&desk.ui(), &frame)) (choice(desk, sheet, field, record.values.get(field.id))) }
        } @else { (framed(&desk.ui(), &frame)) }
    }
}

/// Their value below one's own, and which of the two is kept.
fn choice(desk: &Desk<'_>, sheet: &Sheet<'_>, field: &Field, current: Option<&Value>) -> Markup {
    let lang = desk.ask.lang;
    let name = format!("keep.{}", field.name);
    html! {
        input type="hidden" name={ "clash." (field.name) } value="yes";
        fieldset class="conflict" {
            legend class="hidden-text" { (lang.t("edit.choose")) }
            p class="conflict-title" { (headline(desk, &field.label, sheet.rival.as_ref())) }
            dl { div { dt { (theirs_title(desk, sheet.rival.as_ref())) } dd { (value(desk, field, current)) } } }
            div class="row wrap" {
                label class="row" { input type="radio" name=(name) value="mine" required; (lang.t("edit.keep_mine")) }
                label class="row" { input type="radio" name=(name) value="theirs"; (lang.t("edit.use_theirs")) }
            }
        }
    }
}
