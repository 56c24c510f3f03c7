//! `POST /api/v1/{objects}/batch`: up to 1,000 creates and updates, all or nothing. Whatever is wrong names its row.

use super::body::{self, Reader};
use super::caller::Caller;
use super::params::{Params, wrong};
use super::records::{Answer, done_before, many, once};
use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::limits::BATCH_MAX;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::{Actor, Object, Schema};
use crate::records::save::{Change, Command};
use crate::records::{Context, Record};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

/// `POST /api/v1/{objects}/batch`
pub(super) async fn batch(
    caller: Caller,
    crm: CrmData,
    request: HttpRequest,
    object: Path<String>,
    bytes: Bytes,
) -> Answer {
    Params::read(&request, &[])?;
    let rows = rows(body::json(&request, &bytes)?)?;
    let once = once(&request, &caller, &bytes)?;
    let data = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let object = body::listed(&schema, &object)?;
        let records: Vec<Record> = match done_before(crm, once.as_ref())? {
            Some(ids) => ids.iter().map(|id| crm.engine.get(&caller.actor, *id)).collect::<Result<_>>()?,
            None => {
                let commands = commands(crm, &schema, &caller.actor, object, &rows)?;
                let batch = Some(crm.engine.new_batch()?);
                let context = Context { once, batch, ..Context::default() };
                let saved = crm.engine.run_all(&caller.actor, commands, context)?;
                saved.into_iter().map(|s| s.record).collect()
            }
        };
        many(crm, &caller.actor, &records, &[])
    })
    .await??;
    Ok(HttpResponse::Ok().json(json!({ "data": data })))
}

/// The rows of `{"data": […]}`.
fn rows(json: Json) -> std::result::Result<Vec<Json>, Failure> {
    let mut members = body::object(json)?;
    if let Some(odd) = members.keys().find(|key| *key != "data") {
        return Err(wrong(&odd.clone(), "unknown", "Send {\"data\": […]} and nothing beside."));
    }
    let Some(Json::Array(rows)) = members.remove("data") else {
        return Err(wrong("data", "type", "Send {\"data\": […]} with a list of records."));
    };
    if rows.is_empty() || rows.len() > BATCH_MAX {
        return Err(wrong("data", "too_many", &format!("Send between 1 and {BATCH_MAX} records at a time.")));
    }
    Ok(rows)
}

fn commands(crm: &Crm, schema: &Schema, actor: &Actor, object: &Object, rows: &[Json]) -> Result<Vec<Command>> {
    let reader = Reader::new(crm, schema, actor);
    let mut problems = Vec::new();
    let mut commands = Vec::with_capacity(rows.len());
    for (place, row) in rows.iter().enumerate() {
        let Json::Object(members) = row else {
            problems.push(Problem::new("", "type", "A row is a JSON object.").in_row(place));
            continue;
        };
        let mut wrong = Vec::new();
        let mut members = members.clone();
        let id = match members.remove("id") {
            None => None,
            Some(Json::String(text)) if body::row(&text).is_ok() => body::row(&text).ok(),
            Some(_) => {
                wrong.push(Problem::new("id", "type", "An id is a text of digits, such as \"12\"."));
                None
            }
        };
        let values = reader.values(object, &members, &mut wrong);
        problems.extend(wrong.into_iter().map(|p| p.in_row(place)));
        commands.push(match id {
            Some(row) => Command::Update {
                id: RecordRef::new(object.id, row),
                changes: values.into_iter().map(|(field, to)| Change::set(field, to)).collect(),
                version: None,
            },
            None => Command::Create {
                object: object.id,
                values: values.into_iter().filter_map(|(f, v)| Some((f, v?))).collect(),
            },
        });
    }
    if problems.is_empty() { Ok(commands) } else { Err(Error::Invalid(problems)) }
}
