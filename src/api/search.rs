//! `GET /api/v1/search`: global search as the key's member sees it.

use super::caller::Caller;
use super::params::{Params, wrong};
use super::records::Answer;
use crate::http::{CrmData, run};
use crate::records::search::SearchQuery;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

/// Hits where nothing else is said, and at most.
const LIMIT: (usize, usize) = (20, 100);

/// Characters that may be searched for.
pub(super) const TEXT_CHARACTERS_MAX: usize = 1_000;

/// `GET /api/v1/search`
pub(super) async fn search(caller: Caller, crm: CrmData, request: HttpRequest) -> Answer {
    let params = Params::read(&request, &["q", "limit"])?;
    let limit = params.number("limit", LIMIT.0, LIMIT.1)?;
    let text = params.text("q");
    if text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(wrong("q", "too_long", &format!("Search for at most {TEXT_CHARACTERS_MAX} characters.")));
    }
    let body = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let found = crm.engine.search(&caller.actor, &SearchQuery { text, limit, ..SearchQuery::default() })?;
        let hits = found.hits.iter().filter_map(|hit| {
            let object = schema.object_by_id(hit.id.object)?;
            let field = object.field_by_id(hit.field).map_or("", |f| f.name.as_str());
            Some(json!({
                "object": object.name,
                "id": hit.id.row.to_string(),
                "label": hit.label,
                "field": field,
                "snippet": hit.snippet,
                "score": hit.score,
            }))
        });
        Ok(json!({ "data": hits.collect::<Vec<Json>>(), "partial": found.partial }))
    })
    .await?;
    Ok(HttpResponse::Ok().json(body))
}
