//! What is sent: JSON into values. All problems of a record are told at once; unknown fields are problems.

use super::params::wrong;
use crate::app::Crm;
use crate::base::id::{FieldId, Row};
use crate::base::{Problem, Result};
use crate::features::accounts::{Member, folded};
use crate::http::Failure;
use crate::model::kinds::{self, Reading};
use crate::model::rules;
use crate::model::{Actor, Object, Schema, Value};
use actix_web::HttpRequest;
use actix_web::http::StatusCode;
use actix_web::http::header;
use serde_json::{Map, Value as Json};
use std::cell::OnceCell;

/// Nesting of JSON at most; serde_json stops at 128 by itself.
const MERGE_PATCH: &str = "application/merge-patch+json";

/// The JSON of a request.
pub(super) fn json(request: &HttpRequest, bytes: &[u8]) -> std::result::Result<Json, Failure> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if media_type != "application/json" && media_type != MERGE_PATCH {
        return Err(Failure::Plain(StatusCode::UNSUPPORTED_MEDIA_TYPE));
    }
    serde_json::from_slice(bytes).map_err(|e| {
        let message = format!("This is not JSON (line {}, column {}).", e.line(), e.column());
        wrong("", "syntax", &message)
    })
}

/// The members of a JSON object.
pub(super) fn object(json: Json) -> std::result::Result<Map<String, Json>, Failure> {
    match json {
        Json::Object(members) => Ok(members),
        _ => Err(wrong("", "type", "Send a JSON object.")),
    }
}

/// Reads values for one workspace and one asker.
pub(super) struct Reader<'a> {
    crm: &'a Crm,
    schema: &'a Schema,
    actor: &'a Actor,
    members: OnceCell<Vec<Member>>,
}

impl<'a> Reader<'a> {
    pub fn new(crm: &'a Crm, schema: &'a Schema, actor: &'a Actor) -> Self {
        Self { crm, schema, actor, members: OnceCell::new() }
    }

    /// The values of the fields of `object` that `json` names, in their order; problems go to `problems`.
    pub fn values(
        &self,
        object: &Object,
        json: &Map<String, Json>,
        problems: &mut Vec<Problem>,
    ) -> Vec<(FieldId, Option<Value>)> {
        let find = |text: &str| self.member(text);
        let reading = Reading {
            schema: self.schema,
            now: self.crm.engine.now(),
            zone: &self.actor.zone,
            region: &self.crm.config.workspace.phone_region,
            me: self.actor.member,
            member: &find,
        };
        let mut values = Vec::with_capacity(json.len());
        for (name, value) in json {
            let field = object.field(name).filter(|f| !f.hidden && rules::field_visible(self.actor, object.id, f.id));
            let Some(field) = field else {
                problems.push(Problem::new(name, "unknown", format!("There is no such field on {}.", object.name)));
                continue;
            };
            match kinds::from_json(field, value, &reading) {
                Ok(value) => values.push((field.id, value)),
                Err(problem) => problems.push(problem),
            }
        }
        values
    }

    /// A member by id, e-mail or name.
    fn member(&self, text: &str) -> Option<Row> {
        let members = self.members.get_or_init(|| self.crm.accounts.members().unwrap_or_default());
        let wanted = folded(text);
        let row = text.parse().ok().map(Row);
        let by_id = members.iter().find(|m| Some(m.row) == row);
        by_id
            .or_else(|| members.iter().find(|m| folded(&m.email) == wanted))
            .or_else(|| members.iter().find(|m| folded(&m.name) == wanted))
            .map(|m| m.row)
    }
}

/// The object with this API name, if it has an API.
pub(super) fn listed<'s>(schema: &'s Schema, name: &str) -> Result<&'s Object> {
    schema.object(name).filter(|o| o.listed).ok_or(crate::base::Error::NotFound)
}

/// The row a path names; what is no number is no record.
pub(super) fn row(text: &str) -> Result<Row> {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| plain).map(Row).ok_or(crate::base::Error::NotFound)
}
