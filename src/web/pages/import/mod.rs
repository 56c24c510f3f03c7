//! Bringing in a file in four steps, each a page with an address of its own that one may leave and come back to: a file, its
//! columns, what would come of it, what came of it. What is done is the work of [`crate::features::import::jobs`].

mod columns;
mod start;
mod steps;

use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::features::import::job::{Job, Phase};
use crate::features::import::offers;
use crate::http::{CrmData, Failure, pieces_of, run, with_file};
use crate::model::rules::{self, Action};
use crate::model::{Object, Schema};
use crate::web::ask::{Answer, Ask, object_of};
use crate::web::desk::{Desk, Frame};
use crate::web::form::Form;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use maud::Markup;

type Body = web::Form<Vec<(String, String)>>;
type Outcome = std::result::Result<HttpResponse, Failure>;

/// `GET /import/{object}`: where a file is chosen.
pub async fn page(crm: CrmData, ask: Ask, object: web::Path<String>) -> Outcome {
    let object = object.into_inner();
    Ok(run(&crm, move |crm| choose(crm, &ask, &object, &[])).await?.respond(false))
}

/// `POST /import/{object}`: the file.
pub async fn upload(crm: CrmData, ask: Ask, object: web::Path<String>, form: Multipart) -> Outcome {
    let object = object.into_inner();
    let (asked, name) = (ask.clone(), object.clone());
    let taken = with_file(&crm, form, move |crm, file| {
        let file_name = file.name.clone();
        crm.imports.take(&ask.actor, &object, &file_name, file)
    });
    let problems = match taken.await {
        Ok(job) => return Ok(Answer::To(path(&name, job.id)).respond(false)),
        Err(Failure::Error(Error::Invalid(problems))) => problems,
        Err(failure) => return Err(failure),
    };
    Ok(run(&crm, move |crm| choose(crm, &asked, &name, &problems)).await?.respond(false))
}

/// `GET /import/{object}/{id}`: the step that it is at; with `step=match` its columns again, with `part=yes` the middle of the
/// page alone.
pub async fn job(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>) -> Outcome {
    let (object, id) = place.into_inner();
    Ok(run(&crm, move |crm| at_step(crm, &ask, &object, id, &[])).await?.respond(false))
}

/// `POST …/look`: how one column fits, when it was given another field. Nothing is kept.
pub async fn look(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>, body: Body) -> Outcome {
    let (object, id) = place.into_inner();
    let form = Form(body.into_inner());
    Ok(run(&crm, move |crm| columns::one(crm, &ask, &object, id, &form)).await?.respond(false))
}

/// `POST …/check`: tries all rows with these columns.
pub async fn check(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>, body: Body) -> Outcome {
    let form = Form(body.into_inner());
    act(crm, ask, place, move |crm, ask, id| {
        let map = columns::map_of(crm, ask, id, &form)?;
        let fitting = crm.imports.look(&ask.actor, id, map.clone())?;
        if fitting.columns.iter().all(|column| column.target.is_none()) {
            return Err(Error::invalid("", "no_target", ask.lang.t("import.no_target").into_owned()));
        }
        crm.imports.check(&ask.actor, id, map, form.get("duplicates").unwrap_or("skip"))
    })
    .await
}

/// `POST …/run`: saves it.
pub async fn start(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>) -> Outcome {
    act(crm, ask, place, |crm, ask, id| crm.imports.run(&ask.actor, id)).await
}

/// `POST …/undo`: takes it back.
pub async fn undo(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>) -> Outcome {
    act(crm, ask, place, |crm, ask, id| crm.imports.undo(&ask.actor, id)).await
}

/// `POST …/stop`: stops what is running; what waits is thrown away.
pub async fn stop(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>) -> Outcome {
    let (object, id) = place.into_inner();
    let stopped = run(&crm, move |crm| {
        let there = crm.imports.stop(&ask.actor, id)?;
        Ok(if there { path(&object, id) } else { format!("/import/{object}") })
    });
    Ok(Answer::To(stopped.await?).respond(false))
}

/// `GET …/rejected`: the rows that could not be used, to be mended and brought in again.
pub async fn rejected(crm: CrmData, ask: Ask, place: web::Path<(String, u64)>) -> Outcome {
    let (_, id) = place.into_inner();
    let (name, file) = run(&crm, move |crm| {
        let job = crm.imports.get(&ask.actor, id)?;
        Ok((job.file, crm.imports.rejected(&ask.actor, id)?))
    })
    .await?;
    let stem: String =
        name.trim_end_matches(".csv").chars().filter(|c| c.is_ascii_alphanumeric() || "-_ .".contains(*c)).collect();
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
        .insert_header((header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.rejected.csv\"", stem.trim())))
        .streaming(pieces_of(&crm, file)))
}

/// Does a step and shows what follows; where it is refused, the step one is at, with the reason.
async fn act(
    crm: CrmData,
    ask: Ask,
    place: web::Path<(String, u64)>,
    step: impl FnOnce(&Crm, &Ask, u64) -> Result<()> + Send + 'static,
) -> Outcome {
    let (object, id) = place.into_inner();
    let answer = run(&crm, move |crm| match step(crm, &ask, id) {
        Ok(()) => Ok(Answer::To(path(&object, id))),
        Err(Error::Invalid(problems)) => at_step(crm, &ask, &object, id, &problems),
        Err(error) => Err(error),
    });
    Ok(answer.await?.respond(false))
}

fn path(object: &str, id: u64) -> String {
    format!("/import/{object}/{id}")
}

/// The object, where the reader may import into it.
fn importable<'a>(ask: &Ask, schema: &'a Schema, name: &str) -> Result<&'a Object> {
    let object = schema.object_by_id(object_of(schema, name)?).ok_or(Error::NotFound)?;
    if rules::may(&ask.actor, Action::Import, object.id) {
        return Ok(object);
    }
    Err(Error::Denied(ask.lang.t("import.denied").into_owned()))
}

fn choose(crm: &Crm, ask: &Ask, name: &str, problems: &[Problem]) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = importable(ask, &schema, name)?;
    let earlier = crm.imports.of(&ask.actor, name);
    let body = start::page(&desk, object, &earlier, problems);
    framed(&mut desk, object, body, problems)
}

fn at_step(crm: &Crm, ask: &Ask, name: &str, id: u64, problems: &[Problem]) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let object = importable(ask, &schema, name)?;
    let job = crm.imports.get(&ask.actor, id)?;
    if job.object != object.name {
        return Err(Error::NotFound);
    }
    let again = ask.param("step") == "match" && job.phase == Phase::Checked;
    let body = match job.phase {
        Phase::Matching => matching(crm, &desk, object, &job, problems)?,
        Phase::Checked if again => matching(crm, &desk, object, &job, problems)?,
        _ => steps::page(&desk, object, &job, crm.imports.saved(&job)?, problems),
    };
    if ask.param("part") == "yes" && ask.by_script {
        return Ok(Answer::Html(body));
    }
    framed(&mut desk, object, body, problems)
}

fn matching(crm: &Crm, desk: &Desk<'_>, object: &Object, job: &Job, problems: &[Problem]) -> Result<Markup> {
    let look = crm.imports.look(desk.actor(), job.id, job.map.clone())?;
    let offered = offers(desk.actor(), object);
    Ok(columns::page(desk, object, job, &look, &offered, problems))
}

fn framed(desk: &mut Desk<'_>, object: &Object, body: Markup, problems: &[Problem]) -> Result<Answer> {
    let lang = desk.ask.lang;
    let title = lang.with("import.title", &[("objects", &object.label_plural.to_lowercase())]);
    let crumbs = breadcrumb(
        &lang.t("shell.crumbs"),
        &[Crumb::link(&object.label_plural, format!("/{}", object.name)), Crumb::here(&title)],
        true,
    );
    let body = maud::html! { div class="scroll" { div class="import-page" { (body) } } };
    let page = desk.frame(Frame {
        title: &title,
        object: Some(object.id),
        view: None,
        crumbs,
        actions: maud::html! {},
        body,
    })?;
    Ok(if problems.is_empty() { Answer::Html(page) } else { Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page) })
}
