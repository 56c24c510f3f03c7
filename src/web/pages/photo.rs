//! A record's picture: its file, and the form to give it another one or take it away, as a page and in a dialog. The script cuts
//! the square that one picks; without it the server takes the middle.

use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::features::photos::{self, Photo, UPLOAD_BYTES_MAX};
use crate::http::{CrmData, Failure, Incoming, run, with_file};
use crate::model::object::standard;
use crate::model::{Object, Schema};
use crate::records::Record;
use crate::web::ask::{Answer, Ask, opened, record_of};
use crate::web::desk::{Desk, Frame};
use crate::web::pages::edit::record_path;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::{avatar, icon};
use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use maud::{Markup, html};
use std::io::Read;

type Outcome = std::result::Result<HttpResponse, Failure>;

/// A picture under an address with its version may be kept as long as the browser likes, by this browser alone.
const FOR_EVER: &str = "private, max-age=31536000, immutable";
/// Under any other, it must be asked for again.
const NOT_AT_ALL: &str = "private, no-cache";
/// What a picture opened by itself may do.
const INERT: &str = "default-src 'none'; sandbox";

/// `GET /{object}/{row}/photo/{size}?v=`: the picture itself.
pub async fn picture(crm: CrmData, ask: Ask, path: web::Path<(String, String, u32)>) -> Outcome {
    let (object, row, size) = path.into_inner();
    let photo = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let object = schema.object(&object).ok_or(Error::NotFound)?;
        let row = row.parse().map_err(|_| Error::NotFound)?;
        let id = crate::base::id::RecordRef::new(object.id, row);
        photos::read(&crm.engine, &ask.actor, id, size, ask.param("v"))
    });
    let Photo { bytes, media_type, current } = photo.await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, media_type))
        .insert_header((header::CACHE_CONTROL, if current { FOR_EVER } else { NOT_AT_ALL }))
        .insert_header((header::CONTENT_SECURITY_POLICY, INERT))
        .body(bytes))
}

/// `GET /{object}/{row}/photo`: the form; with `dialog=yes` by itself.
pub async fn page(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    Ok(run(&crm, move |crm| show(crm, &ask, &object, &row, &[])).await?.respond(false))
}

/// `POST` there: another picture.
pub async fn submit(crm: CrmData, ask: Ask, path: web::Path<(String, String)>, form: Multipart) -> Outcome {
    let (object, row) = path.into_inner();
    let (asked, name, number) = (ask.clone(), object.clone(), row.clone());
    let stored = with_file(&crm, form, move |crm, file| {
        let id = record_of(&crm.engine.schema(), &object, &row)?;
        photos::set(&crm.engine, &ask.actor, id, &read(file)?)
    });
    let problems = match stored.await {
        Ok(()) => return Ok(Answer::To(format!("/{name}/{number}?done=saved")).respond(false)),
        Err(Failure::Error(Error::Invalid(problems))) => problems,
        Err(failure) => return Err(failure),
    };
    Ok(run(&crm, move |crm| show(crm, &asked, &name, &number, &problems)).await?.respond(false))
}

/// `POST /{object}/{row}/photo/remove`: no picture.
pub async fn remove(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    let to = run(&crm, move |crm| {
        let id = record_of(&crm.engine.schema(), &object, &row)?;
        photos::remove(&crm.engine, &ask.actor, id)?;
        Ok(format!("/{object}/{row}?done=saved"))
    });
    Ok(Answer::To(to.await?).respond(false))
}

fn read(file: Incoming) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let told = |e: std::io::Error| Error::External(format!("The upload broke off: {e}."));
    file.take(UPLOAD_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(told)?;
    if bytes.len() as u64 > UPLOAD_BYTES_MAX {
        let message = format!("The picture is larger than {} MB; choose a smaller one.", UPLOAD_BYTES_MAX >> 20);
        return Err(Error::invalid("file", "too_large", message));
    }
    Ok(bytes)
}

/// The form, where the reader may send it; refused where something is wrong with what was sent.
fn show(crm: &Crm, ask: &Ask, object: &str, row: &str, problems: &[Problem]) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let (object, record) = changeable(crm, ask, &schema, object, row)?;
    desk.note_photo(&record);
    let title = desk.title(object, &record);
    let form = form(&desk, object, &record, &title, problems);
    if ask.param("dialog") == "yes" {
        return Ok(Answer::Html(form));
    }
    let heading = ask.lang.t(word(object, "photo.title", "photo.title_logo"));
    let path = record_path(object, record.id);
    let crumbs = breadcrumb(
        &ask.lang.t("shell.crumbs"),
        &[
            Crumb::link(&object.label_plural, format!("/{}", object.name)),
            Crumb::link(&title, path),
            Crumb::here(heading.as_ref()),
        ],
        true,
    );
    let body = html! { div class="scroll" { div class="photo-page" { h1 class="hidden-text" { (heading) } (form) } } };
    let frame = Frame { title: &heading, object: Some(object.id), view: None, crumbs, actions: html! {}, body };
    let page = desk.frame(frame)?;
    Ok(if problems.is_empty() { Answer::Html(page) } else { Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page) })
}

fn changeable<'a>(crm: &Crm, ask: &Ask, schema: &'a Schema, object: &str, row: &str) -> Result<(&'a Object, Record)> {
    let (object, record) = opened(crm, ask, schema, object, row)?;
    object.photo_field().ok_or(Error::NotFound)?;
    if photos::may_change(&ask.actor, object, &record) {
        return Ok((object, record));
    }
    Err(Error::Denied(ask.lang.t("edit.denied").into_owned()))
}

/// The words for people, or those for organisations.
fn word(object: &Object, people: &'static str, organisations: &'static str) -> &'static str {
    if object.id == standard::COMPANIES { organisations } else { people }
}

/// A record's sign in the head of its page; where the reader may change it, it leads to the form.
pub fn sign(desk: &Desk<'_>, object: &Object, record: &Record, title: &str) -> Markup {
    let sign = avatar::sign(&desk.ui(), record.id, title, "avatar avatar-48");
    if !photos::may_change(desk.actor(), object, record) {
        return sign;
    }
    let label = desk.ask.lang.with(word(object, "photo.change", "photo.change_logo"), &[("name", &title)]);
    html! {
        a class="photo-change" href={ (record_path(object, record.id)) "/photo" } data-photo title=(label) {
            span class="hidden-text" { (label) }
            (sign) span class="photo-badge" aria-hidden="true" { (icon::sized("camera", "icon icon-12")) }
        }
    }
}

fn form(desk: &Desk<'_>, object: &Object, record: &Record, title: &str, problems: &[Problem]) -> Markup {
    let lang = desk.ask.lang;
    let path = record_path(object, record.id);
    let action = format!("{path}/photo");
    let heading = lang.t(word(object, "photo.title", "photo.title_logo"));
    let megabytes = UPLOAD_BYTES_MAX >> 20;
    let has = desk.photos.contains_key(&record.id);
    html! {
        form class="photo-form card" method="post" action=(action) enctype="multipart/form-data" data-photo-form
            data-limit=(UPLOAD_BYTES_MAX) data-text-large=(lang.with("photo.too_large", &[("limit", &megabytes)]))
            data-text-unreadable=(lang.t("photo.unreadable")) {
            h2 id="photo-title" { (heading) }
            div class="photo-stage" {
                (avatar::sign(&desk.ui(), record.id, title, "avatar avatar-96"))
                photo-crop hidden data-label=(lang.t("photo.crop")) data-zoom=(lang.t("photo.zoom")) {}
            }
            label class="photo-file" {
                span { (lang.t("photo.choose")) }
                input class="file" type="file" name="file" required accept="image/png,image/jpeg,image/webp,image/gif"
                    aria-describedby="photo-help" aria-invalid=[(!problems.is_empty()).then_some("true")];
            }
            p class="text-3" id="photo-help" { (lang.with("photo.help", &[("limit", &megabytes)])) }
            p class="field-error" role="alert" data-problem hidden[problems.is_empty()] {
                (icon::icon("circle-alert"))
                span translate="no" { @for problem in problems { (problem.message) " " } }
            }
            div class="photo-foot" {
                @if has {
                    button class="btn btn-ghost" type="submit" formaction={ (action) "/remove" } formenctype="application/x-www-form-urlencoded" formnovalidate {
                        (icon::icon("trash-2")) (lang.t("photo.remove"))
                    }
                }
                span class="grow" {}
                a class="btn" href=(path) data-photo-close { (lang.t("photo.cancel")) }
                button class="btn btn-primary" type="submit" { (lang.t("photo.save")) }
            }
        }
    }
}
