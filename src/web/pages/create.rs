//! Making a record: the fields that matter first, the rest one click away, defaults filled in, possible duplicates told before, and what
//! was typed kept when something is wrong with it. A query parameter fills a field (`?company=12`). The form stands on a page of its own
//! or, asked for with `as`, in the panel over another page; sent twice, it makes one record.

mod form;
mod likely;

pub use form::{FormPage, form_page};

use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Value, kinds};
use crate::records::duplicates::compared;
use crate::records::save::Command;
use crate::records::{Context, Duplicate, Once};
use crate::web::ask::{Answer, Ask, link, object_of};
use crate::web::desk::{Desk, Frame, is_record_path, links};
use crate::web::form::{Form, value_of};
use crate::web::pages::edit::{record_path, typed};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::field::{self, Parts, parts_of};
use crate::web::ui::icon;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use form::Making;
use maud::{Markup, html};

/// Panels over one another at most: a form, a record it picks, and one that this one picks.
const PANELS_MAX: u8 = 3;
/// Names of the address and the form that are about the form, not about a field.
const OURS: &[&str] = &["as", "pick", "done", "of", "panel", "once", "anyway", "another", "show", "back"];

/// A form as it is shown.
#[derive(Default)]
struct Filled {
    parts: Vec<(String, Parts)>,
    problems: Vec<Problem>,
    duplicates: Vec<Duplicate>,
    form: Form,
    /// Nobody has typed in it yet.
    fresh: bool,
    /// It was sent, and asks back whether it is a duplicate.
    asked: bool,
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
    Ok(run(&crm, move |crm| store(crm, &ask, &object, form)).await?.respond(false))
}

/// `GET /{object}/duplicates`: the warning for what was typed so far.
pub async fn duplicates(
    crm: CrmData,
    ask: Ask,
    object: web::Path<String>,
) -> std::result::Result<HttpResponse, Failure> {
    let object = object.into_inner();
    let told = run(&crm, move |crm| {
        let desk = Desk::new(crm, &ask);
        let schema = desk.schema.clone();
        let object = creatable(&desk, schema.object_by_id(object_of(&schema, &object)?))?;
        likely::answer(&desk, object, &ask.query)
    });
    Ok(told.await?.respond(false))
}

fn show(crm: &Crm, ask: &Ask, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = creatable(&desk, schema.object_by_id(object_of(&schema, name)?))?;
    let filled =
        Filled { parts: first_parts(&desk, object), form: ask.query.clone(), fresh: true, ..Filled::default() };
    Ok(Answer::Html(shown(&mut desk, object, &filled, made_before(ask, object))?))
}

fn creatable<'a>(desk: &Desk<'_>, object: Option<&'a Object>) -> Result<&'a Object> {
    let object = object.ok_or(Error::NotFound)?;
    if rules::may(desk.actor(), Action::Create, object.id) {
        return Ok(object);
    }
    Err(Error::Denied(desk.ask.lang.t("form.denied").into_owned()))
}

/// What a new form holds: what the address says, else the defaults.
fn first_parts(desk: &Desk<'_>, object: &Object) -> Vec<(String, Parts)> {
    let query = &desk.ask.query;
    let title = object.title_field();
    let name = query.get(&title.name).filter(|_| title.kind == Kind::FullName).map(|n| Value::Text(n.to_owned()));
    let named = kinds::expand(object, title, name, &Values::default());
    let part = |field: &Field| match query.parts(&field.name) {
        Some(given) => given,
        None => match named.iter().find(|(id, value)| *id == field.id && value.is_some()) {
            Some((_, value)) => parts_of(&desk.ui(), field, value.as_ref()),
            None => default(desk, field),
        },
    };
    desk.fields(object).filter(|f| field::has_input(f)).map(|f| (f.name.clone(), part(f))).collect()
}

/// What a new record gets where nothing else is said.
fn default(desk: &Desk<'_>, field: &Field) -> Parts {
    if field.default.is_empty() {
        return Parts::default();
    }
    let value = desk.reading(|reading| kinds::from_text(field, &field.default, reading)).ok().flatten();
    parts_of(&desk.ui(), field, value.as_ref())
}

/// The panels that are open, this one with them; 0 for a page.
fn panel_of(form: &Form) -> u8 {
    form.get("as").and_then(|n| n.parse().ok()).map_or(0, |n: u8| n.min(PANELS_MAX))
}

/// The form, alone for a panel, else as a page.
fn shown(desk: &mut Desk<'_>, object: &Object, filled: &Filled, news: Markup) -> Result<Markup> {
    for (name, parts) in &filled.parts {
        if let Some(field) = object.field(name) {
            let value = desk.reading(|reading| value_of(field, parts, reading)).ok().flatten();
            desk.learn(value.iter().flat_map(links))?;
        }
    }
    let lang = desk.ask.lang;
    let panel = panel_of(&filled.form);
    let path = format!("/{}", object.name);
    let start: Vec<(&str, &str)> = pairs(&desk.ask.query).filter(|(n, _)| !OURS.contains(n)).collect();
    let action = link(&format!("{path}/new"), start.iter().copied());
    let label = object.label.to_lowercase();
    let title = lang.with("form.new", &[("object", &label)]);
    let names: Vec<String> = start.iter().map(|(n, _)| n.split('.').next().unwrap_or(n).to_owned()).collect();
    let members = desk.members()?;
    let form = form_page(
        desk,
        &FormPage {
            object,
            action: action.clone(),
            cancel: path.clone(),
            submit: if panel > 0 {
                lang.t("create.submit").into_owned()
            } else {
                lang.with("form.create", &[("object", &label)])
            },
            parts: &filled.parts,
            hidden: &hidden(desk, &filled.form),
            problems: &filled.problems,
            notice: None,
            members: &members,
            open: false,
            making: Some(Making {
                panel,
                draft: format!("{}{action}", desk.actor().member),
                near: format!("{path}/duplicates"),
                near_fields: &compared(desk.actor(), object),
                duplicates: likely::notice(desk, object, &filled.duplicates, &filled.form),
                filled: &names,
                fresh: filled.fresh,
                asked: filled.asked,
            }),
        },
    );
    if panel > 0 {
        return Ok(html! { (panel_head(desk, panel, &title, &action)) (form) (news) });
    }
    let crumbs =
        breadcrumb(&lang.t("shell.crumbs"), &[Crumb::link(&object.label_plural, &path), Crumb::here(&title)], true);
    let body = html! { (news) (form) };
    desk.frame(Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body })
}

fn pairs(form: &Form) -> impl Iterator<Item = (&str, &str)> {
    form.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
}

/// What the form carries besides its fields, with a new mark so that it is done once.
fn hidden(desk: &Desk<'_>, form: &Form) -> Vec<(String, String)> {
    let mut token = [0; 16];
    desk.crm.rng.fill(&mut token);
    let mut hidden = vec![("once".to_owned(), BASE64_URL_SAFE_NO_PAD.encode(token))];
    let kept = pairs(form).filter(|(name, _)| ["as", "pick", "back"].contains(name));
    hidden.extend(kept.map(|(name, text)| (name.to_owned(), text.to_owned())));
    hidden
}

fn panel_head(desk: &Desk<'_>, panel: u8, title: &str, page: &str) -> Markup {
    let lang = desk.ask.lang;
    html! {
        div class="panel-head" {
            h2 id={ "panel-title-" (panel) } class="grow trunc" { (title) }
            @if panel == 1 {
                a class="btn btn-ghost btn-icon" href=(page) title=(lang.t("create.expand")) aria-label=(lang.t("create.expand")) { (icon::icon("maximize-2")) }
            }
            button class="btn btn-ghost btn-icon" type="button" data-panel-close title=(lang.t("create.close")) aria-label=(lang.t("create.close")) { (icon::icon("x")) }
        }
    }
}

fn store(crm: &Crm, ask: &Ask, name: &str, form: Form) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = creatable(&desk, schema.object_by_id(object_of(&schema, name)?))?;
    let once = Once::of_form(desk.actor().member, name, &form.0);
    if let Some(id) = done_before(&desk, once.as_ref())? {
        return made(&mut desk, object, id, &form);
    }
    let mut filled = Filled { parts: typed(object, &form), ..Filled::default() };
    filled.duplicates = likely::duplicates(&desk, object, &form)?;
    if form.get("show").is_some() {
        filled.form = form;
        return Ok(Answer::Html(shown(&mut desk, object, &filled, html! {})?));
    }
    let (values, problems) = desk.reading(|reading| form.read(object, reading));
    let values = values.into_iter().filter_map(|(field, value)| value.map(|v| (field, v))).collect();
    let command = Command::Create { object: object.id, values };
    let answered = likely::unanswered(&filled.duplicates, &form).is_empty();
    if problems.is_empty() && answered {
        match crm.engine.run(desk.actor(), command, Context { once, ..Context::default() }) {
            Ok(saved) => return made(&mut desk, object, saved.record.id, &form),
            Err(Error::Invalid(problems)) => filled.problems = problems,
            Err(Error::Conflict { field, message }) => {
                // The same form, sent twice: the other one was faster.
                return match done_before(&desk, once.as_ref())? {
                    Some(id) => made(&mut desk, object, id, &form),
                    None => Err(Error::Conflict { field, message }),
                };
            }
            Err(error) => return Err(error),
        }
    } else {
        filled.problems = all_problems(&desk, object, command, problems)?;
    }
    filled.asked = !answered && filled.problems.is_empty();
    filled.form = form;
    let page = shown(&mut desk, object, &filled, html! {})?;
    Ok(Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page))
}

fn done_before(desk: &Desk<'_>, once: Option<&Once>) -> Result<Option<RecordRef>> {
    let Some(once) = once else { return Ok(None) };
    let before = desk.crm.engine.done_before(once)?;
    Ok(before.filter(|b| b.same).and_then(|b| b.records.first().copied()))
}

/// What can't be read and, of the other fields, what would be refused.
fn all_problems(
    desk: &Desk<'_>,
    object: &Object,
    command: Command,
    mut problems: Vec<Problem>,
) -> Result<Vec<Problem>> {
    let judged = desk.crm.engine.judge_each(desk.actor(), vec![command])?.into_iter().next();
    let Some(Err(Error::Invalid(more))) = judged else { return Ok(problems) };
    // A field that can't be read is there: it is not missing.
    let one_of = problems.iter().any(|p| object.one_of.contains(&p.field));
    for problem in more {
        let known = problems.iter().any(|p| p.field == problem.field);
        let missing = one_of && problem.code == "required" && object.one_of.contains(&problem.field);
        if !known && !missing {
            problems.push(problem);
        }
    }
    Ok(problems)
}

/// The answer once the record is there.
fn made(desk: &mut Desk<'_>, object: &Object, id: RecordRef, form: &Form) -> Result<Answer> {
    let at = record_path(object, id);
    let another = form.get("another").is_some();
    if panel_of(form) == 0 {
        if another {
            let start = pairs(&desk.ask.query).filter(|(n, _)| !OURS.contains(n));
            let to = link(&format!("/{}/new", object.name), start.chain([("done", "made"), ("of", at.as_str())]));
            return Ok(Answer::To(to));
        }
        let to = match form.get("back").filter(|b| is_record_path(b)) {
            Some(back) => format!("{back}?done=saved"),
            None => format!("{at}?done=created"),
        };
        return Ok(Answer::To(to));
    }
    desk.learn([id])?;
    let news = html! {
        div hidden data-made=(id.row) data-label=(desk.ui().label(id)) data-object=(object.name) {}
        (news(desk.ask, object, &at))
    };
    if !another {
        return Ok(Answer::Html(news));
    }
    let kept = form.0.iter().filter(|(name, _)| ["as", "pick", "back"].contains(&name.as_str()));
    let filled = Filled {
        parts: first_parts(desk, object),
        form: Form(kept.cloned().collect()),
        fresh: true,
        ..Filled::default()
    };
    Ok(Answer::Html(shown(desk, object, &filled, news)?))
}

/// News of the record made before this form, told by the address.
fn made_before(ask: &Ask, object: &Object) -> Markup {
    let at = ask.param("of");
    if ask.param("done") == "made" && is_record_path(at) {
        news(ask, object, at)
    } else {
        html! {}
    }
}

/// "Client created", with a link to it.
fn news(ask: &Ask, object: &Object, at: &str) -> Markup {
    html! {
        div class="notice toast-inline" role="status" data-toast {
            (icon::icon("check"))
            p class="grow" { (ask.lang.with("create.made", &[("object", &object.label)])) }
            a href=(at) { (ask.lang.t("create.open")) }
        }
    }
}
