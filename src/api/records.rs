//! `/api/v1/{objects}` and `/api/v1/{objects}/{id}`: list, create, get, change, move to the trash.

use super::body::{self, Reader};
use super::caller::Caller;
use super::params::{Params, wrong};
use super::shape::Shape;
use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::limits::{PAGE_DEFAULT, PAGE_MAX};
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::Actor;
use crate::records::query::{Query, Start};
use crate::records::save::{Change, Command};
use crate::records::{Context, Once, Record, State};
use actix_web::http::header;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};

/// What a handler answers.
pub(super) type Answer = std::result::Result<HttpResponse, Failure>;

/// Bytes of an Idempotency-Key at most.
const ONCE_BYTES_MAX: usize = 255;

/// `GET /api/v1/{objects}`
pub(super) async fn list(caller: Caller, crm: CrmData, request: HttpRequest, object: Path<String>) -> Answer {
    let params = Params::read(&request, &["filter", "sort", "limit", "cursor", "fields"])?;
    let limit = params.number("limit", PAGE_DEFAULT, PAGE_MAX)?;
    let (filter, sort, fields) = (params.text("filter"), params.text("sort"), params.list("fields"));
    let start = params.get("cursor").map_or(Start::First, |c| Start::After(c.to_string()));
    let body = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let object = body::listed(&schema, &object)?;
        let shape = match Shape::new(crm, &schema, &caller.actor, object, &fields) {
            Ok(shape) => shape,
            Err(failure) => return Ok(Err(failure)),
        };
        let page =
            crm.engine.list(&caller.actor, &Query { object: object.id, filter, sort, start, limit, trashed: false })?;
        let data = shape.all(&page.records)?;
        Ok(Ok(json!({ "data": data, "next_cursor": page.next, "total": page.total })))
    })
    .await
    .map_err(Failure::unreadable)??;
    Ok(HttpResponse::Ok().json(body))
}

/// `GET /api/v1/{objects}/{id}`
pub(super) async fn get(caller: Caller, crm: CrmData, request: HttpRequest, path: Path<(String, String)>) -> Answer {
    let fields = Params::read(&request, &["fields"])?.list("fields");
    let (version, body) = run(&crm, move |crm| {
        let id = find(crm, &path)?;
        let record = live(crm, &caller.actor, id)?;
        Ok((record.version, one(crm, &caller.actor, &record, &fields)?))
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(body?))
}

/// `POST /api/v1/{objects}`
pub(super) async fn create(
    caller: Caller,
    crm: CrmData,
    request: HttpRequest,
    object: Path<String>,
    bytes: Bytes,
) -> Answer {
    Params::read(&request, &[])?;
    let members = body::object(body::json(&request, &bytes)?)?;
    let once = once(&request, &caller, &bytes)?;
    let name = object.clone();
    let (record, again, body) = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let object = body::listed(&schema, &object)?;
        let earlier = done_before(crm, once.as_ref())?;
        let again = earlier.is_some();
        let record = match earlier {
            Some(ids) => crm.engine.get(&caller.actor, *ids.first().ok_or(Error::NotFound)?)?,
            None => {
                let mut problems = Vec::new();
                let values = Reader::new(crm, &schema, &caller.actor).values(object, &members, &mut problems);
                if !problems.is_empty() {
                    return Err(Error::Invalid(problems));
                }
                let values = values.into_iter().filter_map(|(f, v)| Some((f, v?))).collect();
                let command = Command::Create { object: object.id, values };
                crm.engine.run(&caller.actor, command, Context { once, ..Context::default() })?.record
            }
        };
        let body = one(crm, &caller.actor, &record, &[])?;
        Ok((record, again, body))
    })
    .await?;
    let mut answer = HttpResponse::Created();
    answer.insert_header(etag(record.version));
    answer.insert_header((header::LOCATION, format!("/api/v1/{name}/{}", record.id.row)));
    if again {
        answer.insert_header(("Idempotency-Replayed", "true"));
    }
    Ok(answer.json(body?))
}

/// `PATCH /api/v1/{objects}/{id}`
pub(super) async fn update(
    caller: Caller,
    crm: CrmData,
    request: HttpRequest,
    path: Path<(String, String)>,
    bytes: Bytes,
) -> Answer {
    Params::read(&request, &[])?;
    let members = body::object(body::json(&request, &bytes)?)?;
    let version = if_match(&request)?;
    let (version, body) = run(&crm, move |crm| {
        let id = find(crm, &path)?;
        live(crm, &caller.actor, id)?;
        let changes = changes(crm, &caller.actor, id, &members)?;
        let command = Command::Update { id, changes, version };
        let record = crm.engine.run(&caller.actor, command, Context::default())?.record;
        Ok((record.version, one(crm, &caller.actor, &record, &[])?))
    })
    .await?;
    Ok(HttpResponse::Ok().insert_header(etag(version)).json(body?))
}

/// `DELETE /api/v1/{objects}/{id}`
pub(super) async fn trash(caller: Caller, crm: CrmData, request: HttpRequest, path: Path<(String, String)>) -> Answer {
    Params::read(&request, &[])?;
    let version = if_match(&request)?;
    run(&crm, move |crm| {
        let id = find(crm, &path)?;
        live(crm, &caller.actor, id)?;
        let command = version.map_or(Command::Trash(id), |version| Command::TrashAt { id, version });
        crm.engine.run(&caller.actor, command, Context::default())
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The record a path names.
fn find(crm: &Crm, path: &(String, String)) -> Result<RecordRef> {
    let object = body::listed(&crm.engine.schema(), &path.0)?.id;
    Ok(RecordRef::new(object, body::row(&path.1)?))
}

/// A record that is not in the trash: the API knows no others.
fn live(crm: &Crm, actor: &Actor, id: RecordRef) -> Result<Record> {
    let record = crm.engine.get(actor, id)?;
    if record.state == State::Live { Ok(record) } else { Err(Error::NotFound) }
}

/// One record as JSON.
pub(super) fn one(
    crm: &Crm,
    actor: &Actor,
    record: &Record,
    fields: &[String],
) -> Result<std::result::Result<Json, Failure>> {
    let mut all = match many(crm, actor, std::slice::from_ref(record), fields)? {
        Ok(all) => all,
        Err(failure) => return Ok(Err(failure)),
    };
    Ok(Ok(all.pop().unwrap_or(Json::Null)))
}

/// Records of one object as JSON.
pub(super) fn many(
    crm: &Crm,
    actor: &Actor,
    records: &[Record],
    fields: &[String],
) -> Result<std::result::Result<Vec<Json>, Failure>> {
    let Some(first) = records.first() else { return Ok(Ok(Vec::new())) };
    let schema = crm.engine.schema();
    let object = schema.object_by_id(first.id.object).ok_or(Error::NotFound)?;
    match Shape::new(crm, &schema, actor, object, fields) {
        Ok(shape) => Ok(Ok(shape.all(records)?)),
        Err(failure) => Ok(Err(failure)),
    }
}

/// What a merge patch changes.
pub(super) fn changes(crm: &Crm, actor: &Actor, id: RecordRef, members: &Map<String, Json>) -> Result<Vec<Change>> {
    let schema = crm.engine.schema();
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    let mut problems = Vec::new();
    let values = Reader::new(crm, &schema, actor).values(object, members, &mut problems);
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    Ok(values.into_iter().map(|(field, to)| Change::set(field, to)).collect())
}

fn etag(version: u64) -> (header::HeaderName, String) {
    (header::ETAG, format!("\"{version}\""))
}

/// The version that `If-Match` names.
fn if_match(request: &HttpRequest) -> std::result::Result<Option<u64>, Failure> {
    let Some(value) = request.headers().get(header::IF_MATCH) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let number = text.strip_prefix("W/").unwrap_or(text).trim_matches('"').parse().ok();
    number.map(Some).ok_or_else(|| wrong("If-Match", "syntax", "Give the ETag of an answer, such as \"3\"."))
}

/// The mark of a request with an `Idempotency-Key`.
pub(super) fn once(request: &HttpRequest, caller: &Caller, body: &[u8]) -> std::result::Result<Option<Once>, Failure> {
    let Some(value) = request.headers().get("idempotency-key") else { return Ok(None) };
    let text = value.as_bytes();
    if text.is_empty() || text.len() > ONCE_BYTES_MAX {
        let message = format!("Give between 1 and {ONCE_BYTES_MAX} characters.");
        return Err(wrong("Idempotency-Key", "value", &message));
    }
    let key = Sha256::new().chain_update(caller.key.to_be_bytes()).chain_update(text).finalize().into();
    let request = Sha256::new()
        .chain_update(request.method().as_str())
        .chain_update(request.path())
        .chain_update([0])
        .chain_update(body)
        .finalize()
        .into();
    Ok(Some(Once { key, request }))
}

/// The records a repeated request told of the first time; `None` where it is new.
pub(super) fn done_before(crm: &Crm, once: Option<&Once>) -> Result<Option<Vec<RecordRef>>> {
    let Some(once) = once else { return Ok(None) };
    match crm.engine.done_before(once)? {
        None => Ok(None),
        Some(before) if before.same => Ok(Some(before.records)),
        Some(_) => {
            let message = "This key came with another request within the last 24 hours; use a new one.";
            Err(Error::invalid("Idempotency-Key", "reused", message))
        }
    }
}
