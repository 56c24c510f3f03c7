//! Making a record: the fields that matter first, the rest one click away, defaults filled in, and what was typed kept when something is
//! wrong with it. A query parameter fills a field (`?company=12`).

use crate::app::Crm;
use crate::base::id::Row;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::{Field, Object, kinds};
use crate::records::Context;
use crate::records::save::Command;
use crate::web::ask::{Answer, Ask, object_of};
use crate::web::desk::{Desk, Frame, links};
use crate::web::form::{Form, value_of};
use crate::web::pages::edit::{record_path, typed};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Parts, parts_of};
use crate::web::ui::icon;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

/// A form over an object's fields.
pub struct FormPage<'a> {
    /// Which object.
    pub object: &'a Object,
    /// Where it is sent.
    pub action: String,
    /// Where one goes without sending it.
    pub cancel: String,
    /// What the button says.
    pub submit: String,
    /// What the controls hold, by field.
    pub parts: &'a [(String, Parts)],
    /// Hidden inputs.
    pub hidden: &'a [(String, String)],
    /// What is wrong, by field.
    pub problems: &'a [Problem],
    /// A sentence above everything.
    pub notice: Option<&'a str>,
    /// Members that person fields offer.
    pub members: &'a [(Row, String)],
    /// All fields are shown at once.
    pub open: bool,
}

/// `GET /{object}/new`.
pub async fn page(crm: CrmData, ask: Ask, object: web::Path<String>) -> std::result::Result<HttpResponse, Failure> {
    let object = object.into_inner();
    Ok(run(&crm, move |crm| show(crm, &ask, &object)).await?.respond(false))
}

/// `POST /{object}/new`.
pub async fn submit(
    crm: CrmData,
    ask: Ask,
    object: web::Path<String>,
    body: web::Form<Vec<(String, String)>>,
) -> std::result::Result<HttpResponse, Failure> {
    let object = object.into_inner();
    let form = Form(body.into_inner());
    Ok(run(&crm, move |crm| store(crm, &ask, &object, &form)).await?.respond(false))
}

fn show(crm: &Crm, ask: &Ask, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = creatable(&desk, schema.object_by_id(object_of(&schema, name)?))?;
    let mut parts = Vec::new();
    for field in desk.fields(object).filter(|f| field::has_input(f)) {
        let given = match ask.query.parts(&field.name) {
            Some(given) => given,
            None => default(&desk, field),
        };
        let value = desk.reading(|reading| value_of(field, &given, reading)).ok().flatten();
        desk.learn(value.iter().flat_map(links))?;
        parts.push((field.name.clone(), given));
    }
    let page = create_page(&mut desk, object, &parts, &[])?;
    Ok(Answer::Html(page))
}

fn creatable<'a>(desk: &Desk<'_>, object: Option<&'a Object>) -> Result<&'a Object> {
    let object = object.ok_or(Error::NotFound)?;
    if rules::may(desk.actor(), Action::Create, object.id) {
        return Ok(object);
    }
    Err(Error::Denied(desk.ask.lang.t("form.denied").into_owned()))
}

/// What a new record gets where nothing else is said.
fn default(desk: &Desk<'_>, field: &Field) -> Parts {
    if field.default.is_empty() {
        return Parts::default();
    }
    let value = desk.reading(|reading| kinds::from_text(field, &field.default, reading)).ok().flatten();
    parts_of(&desk.ui(), field, value.as_ref())
}

fn create_page(
    desk: &mut Desk<'_>,
    object: &Object,
    parts: &[(String, Parts)],
    problems: &[Problem],
) -> Result<Markup> {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    let members = desk.members()?;
    let title = lang.with("form.new", &[("object", &object.label.to_lowercase())]);
    let body = form_page(
        desk,
        &FormPage {
            object,
            action: format!("{path}/new"),
            cancel: path.clone(),
            submit: lang.with("form.create", &[("object", &object.label.to_lowercase())]),
            parts,
            hidden: &[],
            problems,
            notice: None,
            members: &members,
            open: false,
        },
    );
    let crumbs =
        breadcrumb(&lang.t("shell.crumbs"), &[Crumb::link(&object.label_plural, &path), Crumb::here(&title)], true);
    desk.frame(Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body })
}

fn store(crm: &Crm, ask: &Ask, name: &str, form: &Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = creatable(&desk, schema.object_by_id(object_of(&schema, name)?))?;
    let saved = desk.reading(|reading| form.values(object, reading)).and_then(|values| {
        let values = values.into_iter().filter_map(|(field, value)| value.map(|v| (field, v))).collect();
        crm.engine.run(desk.actor(), Command::Create { object: object.id, values }, Context::default())
    });
    match saved {
        Ok(saved) => {
            let back = form.get("back").filter(|b| crate::web::desk::is_record_path(b));
            let to = match back {
                Some(back) => format!("{back}?done=saved"),
                None => format!("{}?done=created", record_path(object, saved.record.id)),
            };
            Ok(Answer::To(to))
        }
        Err(Error::Invalid(problems)) => {
            let parts = typed(object, form);
            for (name, parts) in &parts {
                if let Some(field) = object.field(name) {
                    let value = desk.reading(|reading| value_of(field, parts, reading)).ok().flatten();
                    desk.learn(value.iter().flat_map(links))?;
                }
            }
            let page = create_page(&mut desk, object, &parts, &problems)?;
            Ok(Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page))
        }
        Err(error) => Err(error),
    }
}

/// The form: quick and required fields, then the groups.
pub fn form_page(desk: &Desk<'_>, page: &FormPage<'_>) -> Markup {
    let lang = desk.ask.lang;
    let all: Vec<&Field> = desk
        .fields(page.object)
        .filter(|f| field::has_input(f) && rules::field_editable(desk.actor(), page.object.id, f))
        .collect();
    let (first, rest): (Vec<&Field>, Vec<&Field>) = all.iter().partition(|f| f.quick || f.required);
    let mut groups: Vec<(&str, Vec<&Field>)> = Vec::new();
    for field in rest.iter().copied() {
        match groups.iter_mut().find(|(name, _)| *name == field.group) {
            Some((_, list)) => list.push(field),
            None => groups.push((&field.group, vec![field])),
        }
    }
    let open = page.open || page.problems.iter().any(|p| rest.iter().any(|f| f.name == p.field));
    html! {
        form class="form-wrap" method="post" action=(page.action) data-guard novalidate {
            div class="scroll" { div class="form-page" {
                @for (name, text) in page.hidden { input type="hidden" name=(name) value=(text); }
                @if let Some(notice) = page.notice {
                    div class="notice notice-warning" role="alert" { (icon::icon("triangle-alert")) p translate="no" { (notice) } }
                }
                (general(page, &all))
                div class="form-grid" { @for field in &first { (one(desk, page, field)) } }
                @if !rest.is_empty() {
                    details open[open] {
                        summary { (icon::icon("chevron-right")) (lang.count("form.more_one", "form.more", rest.len() as u64)) }
                        @for (name, fields) in &groups {
                            h2 { @if name.is_empty() { (lang.t("form.other")) } @else { span translate="no" { (name) } } }
                            div class="form-grid" { @for field in fields { (one(desk, page, field)) } }
                        }
                    }
                }
            } }
            div class="form-foot" { div {
                a class="btn" href=(page.cancel) { (lang.t("form.cancel")) }
                button class="btn btn-primary" type="submit" { (page.submit) }
            } }
        }
    }
}

fn one(desk: &Desk<'_>, page: &FormPage<'_>, field: &Field) -> Markup {
    let nothing = Parts::default();
    let parts = page.parts.iter().find(|(name, _)| *name == field.name).map_or(&nothing, |(_, parts)| parts);
    let problem = page.problems.iter().find(|p| p.field == field.name).map(|p| p.message.as_str());
    framed(&desk.ui(), &Framed { scope: "", field, parts, problem, members: page.members })
}

/// Problems that belong to no control of the form.
fn general(page: &FormPage<'_>, fields: &[&Field]) -> Markup {
    let loose: Vec<&Problem> = page.problems.iter().filter(|p| !fields.iter().any(|f| f.name == p.field)).collect();
    html! {
        @if !loose.is_empty() {
            div class="notice notice-error" role="alert" {
                (icon::icon("circle-alert"))
                div { @for problem in loose { p translate="no" { (problem.message) } } }
            }
        }
    }
}
