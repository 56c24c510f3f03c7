//! Changing a record: one field in place, or all of them in one form. A form carries the values it was shown, so that a colleague's newer
//! value is shown beside one's own and never overwritten.

use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::{Field, Object, Value};
use crate::records::save::{Change, Command};
use crate::records::{Context, Record};
use crate::web::ask::{Answer, Ask, link, record_of};
use crate::web::desk::{Desk, Frame, links};
use crate::web::form::{self, Form, read_shown, shown_token, value_of};
use crate::web::pages::create::{FormPage, form_page};
use crate::web::pages::list;
use crate::web::pages::record::cell;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Input, Parts, Place, parts_of};
use crate::web::ui::icon;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

type Body = web::Form<Vec<(String, String)>>;
type Outcome = std::result::Result<HttpResponse, Failure>;

/// One field of one record, looked up.
struct Spot<'a> {
    object: &'a Object,
    field: &'a Field,
    record: Record,
}

/// `GET /{object}/{row}/fields/{field}`: its form; with `show=value` what it holds.
pub async fn field(crm: CrmData, ask: Ask, path: web::Path<(String, String, String)>) -> Outcome {
    let (object, row, field) = path.into_inner();
    let by_script = ask.by_script;
    Ok(run(&crm, move |crm| show_field(crm, &ask, &object, &row, &field)).await?.respond(by_script))
}

/// `POST` there: saves it.
pub async fn save_field(crm: CrmData, ask: Ask, path: web::Path<(String, String, String)>, body: Body) -> Outcome {
    let (object, row, field) = path.into_inner();
    let form = Form(body.into_inner());
    let by_script = ask.by_script;
    Ok(run(&crm, move |crm| store_field(crm, &ask, &object, &row, &field, &form)).await?.respond(by_script))
}

/// `GET /{object}/{row}/edit`: all fields in one form.
pub async fn page(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    Ok(run(&crm, move |crm| show_all(crm, &ask, &object, &row)).await?.respond(false))
}

/// `POST` there: saves those that were changed.
pub async fn save_page(crm: CrmData, ask: Ask, path: web::Path<(String, String)>, body: Body) -> Outcome {
    let (object, row) = path.into_inner();
    let form = Form(body.into_inner());
    Ok(run(&crm, move |crm| store_all(crm, &ask, &object, &row, &form)).await?.respond(false))
}

fn spot<'a>(desk: &'a Desk<'_>, object: &str, row: &str, field: &str) -> Result<Spot<'a>> {
    let id = record_of(&desk.schema, object, row)?;
    let object = desk.schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    let field = desk.fields(object).find(|f| f.name == field).ok_or(Error::NotFound)?;
    if !field::has_input(field) || !rules::field_editable(desk.actor(), object.id, field) {
        return Err(Error::Denied(desk.ask.lang.t("edit.denied").into_owned()));
    }
    Ok(Spot { object, field, record: desk.crm.engine.get(desk.actor(), id)? })
}

fn show_field(crm: &Crm, ask: &Ask, object: &str, row: &str, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let looking = Desk::new(crm, ask);
    let spot = spot(&looking, object, row, name)?;
    desk.learn_links(&[&spot.record])?;
    if ask.param("show") == "value" && ask.by_script {
        return Ok(Answer::Html(seated(&desk, &spot, &spot.record)));
    }
    let value = spot.record.values.get(spot.field.id);
    let parts = parts_of(&desk.ui(), spot.field, value);
    let token = shown_token(value);
    let form = field_form(&desk, &spot, &parts, &token, None)?;
    Ok(Answer::Html(if ask.by_script { form } else { around(&mut desk, &spot, form)? }))
}

/// What stands in the cell, which may be one of a table (`in=table`).
fn seated(desk: &Desk<'_>, spot: &Spot<'_>, record: &Record) -> Markup {
    if desk.ask.param("in") == "table" {
        return list::cell(desk, spot.object, spot.field, record);
    }
    cell(desk, spot.object, spot.field, record)
}

/// Where the field's form is sent.
fn action_of(desk: &Desk<'_>, spot: &Spot<'_>) -> String {
    let path = format!("{}/fields/{}", record_path(spot.object, spot.record.id), spot.field.name);
    link(&path, [("in", desk.ask.param("in"))])
}

fn field_form(desk: &Desk<'_>, spot: &Spot<'_>, parts: &Parts, token: &str, problem: Option<&str>) -> Result<Markup> {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let field = spot.field;
    let members = if field.kind == crate::model::Kind::Person { desk.members()? } else { Vec::new() };
    let path = record_path(spot.object, spot.record.id);
    let action = action_of(desk, spot);
    let id = format!("edit-{}", field.name);
    let note = format!("edit-{}-note", field.name);
    let plain = !desk.ask.by_script;
    let roomy = field::is_roomy(field.kind);
    let input = field::input(
        &ui,
        &Input {
            field,
            id: &id,
            parts,
            invalid: problem.is_some(),
            described_by: if problem.is_some() { &note } else { "" },
            members: &members,
        },
    );
    Ok(html! {
        form class="edit" data-edit method="post" action=(action) hx-post=(action) hx-target="closest [data-cell]" hx-swap="innerHTML" {
            input type="hidden" name="shown" value=(token);
            @if plain {
                (framed(&ui, &Framed { scope: "", field, parts, problem, members: &members }))
            } @else {
                label class="hidden-text" for=(id) translate="no" { (field.label) }
                (input)
                @if let Some(problem) = problem {
                    p class="field-error" id=(note) role="alert" { (icon::icon("circle-alert")) span translate="no" { (problem) } }
                }
            }
            @if plain || roomy {
                div class="edit-actions" {
                    button class="btn btn-primary" type="submit" { (lang.t("form.save")) }
                    a class="btn btn-ghost" href=(path) data-edit-cancel { (lang.t("form.cancel")) }
                }
            }
        }
    })
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
    let body = html! { div class="scroll" { div class="form-page" data-cell { (form) } } };
    let frame = Frame { title: &title, object: Some(spot.object.id), view: None, crumbs, actions: html! {}, body };
    desk.frame(frame)
}

fn store_field(crm: &Crm, ask: &Ask, object: &str, row: &str, name: &str, form: &Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let looking = Desk::new(crm, ask);
    let mut spot = spot(&looking, object, row, name)?;
    let parts = form.parts(&spot.field.name).unwrap_or_default();
    let token = form.get("shown").unwrap_or_default();
    let saved = desk
        .reading(|reading| value_of(spot.field, &parts, reading))
        .map_err(|problem| Error::Invalid(vec![problem]))
        .and_then(|to| {
            let change = Change { field: spot.field.id, to, shown: Some(read_shown(token)?) };
            let command = Command::Update { id: spot.record.id, changes: vec![change], version: None };
            crm.engine.run(desk.actor(), command, Context::default())
        });
    match saved {
        Ok(saved) => {
            desk.learn_links(&[&saved.record])?;
            if !ask.by_script {
                return Ok(Answer::To(format!("{}?done=saved", record_path(spot.object, spot.record.id))));
            }
            let title = desk.title(spot.object, &saved.record);
            if ask.param("in") == "table" {
                return Ok(Answer::Html(seated(&desk, &spot, &saved.record)));
            }
            Ok(Answer::Html(html! {
                (seated(&desk, &spot, &saved.record))
                h1 id="record-title" translate="no" hx-swap-oob="true" { (title) }
            }))
        }
        Err(Error::Invalid(problems)) => {
            learn_typed(&mut desk, spot.field, &parts)?;
            let text = sentences(&problems);
            let form = field_form(&desk, &spot, &parts, token, Some(&text))?;
            let page = if ask.by_script { form } else { around(&mut desk, &spot, form)? };
            Ok(Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(Error::Conflict { .. }) => {
            spot.record = crm.engine.get(desk.actor(), spot.record.id)?;
            desk.learn_links(&[&spot.record])?;
            learn_typed(&mut desk, spot.field, &parts)?;
            let asked = conflict(&desk, &spot, &parts);
            let page = if ask.by_script { asked } else { around(&mut desk, &spot, asked)? };
            Ok(Answer::Refused(StatusCode::CONFLICT, page))
        }
        Err(error) => Err(error),
    }
}

/// Loads the names of the records that were typed, to show them again.
fn learn_typed(desk: &mut Desk<'_>, field: &Field, parts: &Parts) -> Result<()> {
    let typed = desk.reading(|reading| value_of(field, parts, reading)).ok().flatten();
    desk.learn(typed.iter().flat_map(links))
}

/// A colleague's newer value beside one's own, and the choice between the two.
fn conflict(desk: &Desk<'_>, spot: &Spot<'_>, parts: &Parts) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let field = spot.field;
    let theirs = spot.record.values.get(field.id);
    let mine: Option<Value> = desk.reading(|reading| value_of(field, parts, reading)).ok().flatten();
    let path = record_path(spot.object, spot.record.id);
    let action = action_of(desk, spot);
    let shown = format!("{action}{}show=value", if action.contains('?') { '&' } else { '?' });
    let empty = || html! { span class="text-3" { (lang.t("value.empty")) } };
    html! {
        div class="conflict" role="alert" {
            p class="conflict-title" { (lang.with("edit.conflict", &[("field", &field.label)])) }
            dl {
                div { dt { (lang.t("edit.yours")) } dd translate="no" { @if mine.is_some() { (field::view(&ui, field, mine.as_ref(), Place::Detail)) } @else { (empty()) } } }
                div { dt { (lang.t("edit.theirs")) } dd translate="no" { @if theirs.is_some() { (field::view(&ui, field, theirs, Place::Detail)) } @else { (empty()) } } }
            }
            div class="row wrap" {
                form method="post" action=(action) hx-post=(action) hx-target="closest [data-cell]" hx-swap="innerHTML" {
                    input type="hidden" name="shown" value=(shown_token(theirs));
                    @for (suffix, text) in &parts.0 {
                        input type="hidden" name={ (field.name) @if !suffix.is_empty() { "." (suffix) } } value=(text);
                    }
                    button class="btn" type="submit" { (lang.t("edit.keep_mine")) }
                }
                a class="btn" href=(path) hx-get=(shown) hx-target="closest [data-cell]" hx-swap="innerHTML" { (lang.t("edit.use_theirs")) }
            }
        }
    }
}

fn show_all(crm: &Crm, ask: &Ask, object: &str, row: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let id = record_of(&schema, object, row)?;
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    may_edit(&desk, object)?;
    let record = crm.engine.get(desk.actor(), id)?;
    desk.learn_links(&[&record])?;
    let mut parts = Vec::new();
    let mut shown = Vec::new();
    for field in desk.fields(object).filter(|f| field::has_input(f)) {
        let value = record.values.get(field.id);
        parts.push((field.name.clone(), parts_of(&desk.ui(), field, value)));
        shown.push((format!("shown.{}", field.name), shown_token(value)));
    }
    let page = edit_page(&mut desk, object, &record, &parts, &shown, &[], None)?;
    Ok(Answer::Html(page))
}

fn may_edit(desk: &Desk<'_>, object: &Object) -> Result<()> {
    if rules::may(desk.actor(), Action::Edit, object.id) {
        return Ok(());
    }
    Err(Error::Denied(desk.ask.lang.t("edit.denied").into_owned()))
}

fn edit_page(
    desk: &mut Desk<'_>,
    object: &Object,
    record: &Record,
    parts: &[(String, Parts)],
    hidden: &[(String, String)],
    problems: &[Problem],
    notice: Option<String>,
) -> Result<Markup> {
    let lang = desk.ask.lang;
    let title = desk.title(object, record);
    let path = record_path(object, record.id);
    let members = desk.members()?;
    let body = form_page(
        desk,
        &FormPage {
            object,
            action: format!("{path}/edit"),
            cancel: path.clone(),
            submit: lang.t("form.save").into_owned(),
            parts,
            hidden,
            problems,
            notice: notice.as_deref(),
            members: &members,
            open: true,
            making: None,
        },
    );
    let steps = [
        Crumb::link(&object.label_plural, format!("/{}", object.name)),
        Crumb::link(&title, &path),
        Crumb::here(lang.t("form.edit")),
    ];
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &steps, true);
    desk.frame(Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body })
}

fn store_all(crm: &Crm, ask: &Ask, object: &str, row: &str, form: &Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let id = record_of(&schema, object, row)?;
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    may_edit(&desk, object)?;
    let saved = desk.reading(|reading| form.values(object, reading)).and_then(|values| {
        let mut changes = Vec::new();
        for (field, to) in values {
            let name = object.field_by_id(field).map(|f| f.name.as_str()).unwrap_or_default();
            let shown = read_shown(form.get(&format!("shown.{name}")).unwrap_or_default())?;
            if shown != to {
                changes.push(Change { field, to, shown: Some(shown) });
            }
        }
        crm.engine.run(desk.actor(), Command::Update { id, changes, version: None }, Context::default())
    });
    let (status, problems, notice) = match saved {
        Ok(_) => return Ok(Answer::To(format!("{}?done=saved", record_path(object, id)))),
        Err(Error::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems, None),
        Err(Error::Conflict { message, .. }) => (StatusCode::CONFLICT, Vec::new(), Some(message)),
        Err(error) => return Err(error),
    };
    let record = crm.engine.get(desk.actor(), id)?;
    let parts = typed(object, form);
    for (name, parts) in &parts {
        if let Some(field) = object.field(name) {
            learn_typed(&mut desk, field, parts)?;
        }
    }
    let shown: Vec<(String, String)> = form.0.iter().filter(|(n, _)| n.starts_with("shown.")).cloned().collect();
    let page = edit_page(&mut desk, object, &record, &parts, &shown, &problems, notice)?;
    Ok(Answer::Refused(status, page))
}

/// What was typed, field by field.
pub fn typed(object: &Object, form: &form::Form) -> Vec<(String, Parts)> {
    object
        .fields
        .iter()
        .filter(|f| field::has_input(f))
        .filter_map(|f| form.parts(&f.name).map(|parts| (f.name.clone(), parts)))
        .collect()
}

fn sentences(problems: &[Problem]) -> String {
    problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" ")
}

/// Address of a record's page.
pub fn record_path(object: &Object, id: RecordRef) -> String {
    format!("/{}/{}", object.name, id.row)
}
