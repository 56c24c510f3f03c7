//! `GET /api/v1/metadata` and `GET /api/v1/openapi.json`: the data model as the key's member may know it.

use super::caller::Caller;
use super::openapi as document;
use super::params::Params;
use super::records::Answer;
use super::shape::fields_of;
use crate::http::{CrmData, run};
use crate::model::{Actor, Object, Pipeline, Schema, StageKind};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value as Json, json};

/// `GET /api/v1/metadata`
pub(super) async fn metadata(caller: Caller, crm: CrmData, request: HttpRequest) -> Answer {
    Params::read(&request, &[])?;
    let body = run(&crm, move |crm| Ok(describe(&crm.engine.schema(), &caller.actor))).await?;
    Ok(HttpResponse::Ok().json(body))
}

/// `GET /api/v1/openapi.json`
pub(super) async fn openapi(caller: Caller, crm: CrmData, request: HttpRequest) -> Answer {
    Params::read(&request, &[])?;
    let body = run(&crm, move |crm| {
        let mut schema = (*crm.engine.schema()).clone();
        for object in &mut schema.objects {
            let visible: Vec<_> = fields_of(object, &caller.actor).map(|f| f.id).collect();
            object.fields.retain(|f| visible.contains(&f.id));
        }
        Ok(document::document(&schema, &crm.config.url()))
    })
    .await?;
    Ok(HttpResponse::Ok().json(body))
}

fn describe(schema: &Schema, actor: &Actor) -> Json {
    let objects: Vec<Json> = schema.objects.iter().filter(|o| o.listed).map(|o| object(schema, o, actor)).collect();
    json!({
        "preset": schema.preset,
        "currency": schema.currency,
        "objects": objects,
        "widgets": schema.widgets.iter().map(|w| json!({ "name": w.name })).collect::<Vec<_>>(),
        "rules": schema.rules.iter().map(|r| json!({ "name": r.name, "active": r.active })).collect::<Vec<_>>(),
        "profiles": schema.profiles.iter().map(|p| json!({ "name": p.name })).collect::<Vec<_>>(),
    })
}

fn object(schema: &Schema, object: &Object, actor: &Actor) -> Json {
    let fields: Vec<Json> = fields_of(object, actor)
        .map(|field| {
            let offered = field.options.iter().filter(|o| !o.retired);
            let options: Vec<Json> = offered.map(|o| json!({ "name": o.name, "label": o.label })).collect();
            json!({
                "name": field.name,
                "label": field.label,
                "type": field.kind,
                "group": field.group,
                "options": options,
                "required": field.required,
                "read_only": field.system,
            })
        })
        .collect();
    let views = schema.views.iter().filter(|v| v.object == object.id).map(|view| {
        json!({
            "id": view.id.to_string(),
            "name": view.name,
            "filter": view.filter,
            "sort": view.sort,
            "layout": view.layout,
        })
    });
    json!({
        "name": object.name,
        "label": object.label,
        "label_plural": object.label_plural,
        "fields": fields,
        "pipelines": schema.pipelines_of(object.id).map(pipeline).collect::<Vec<_>>(),
        "views": views.collect::<Vec<_>>(),
    })
}

fn pipeline(pipeline: &Pipeline) -> Json {
    let stages = pipeline.stages.iter().filter(|s| !s.retired).map(|stage| {
        let kind = match stage.kind {
            StageKind::Open => "open",
            StageKind::Won => "won",
            StageKind::Lost => "lost",
        };
        json!({ "name": stage.name, "label": stage.label, "kind": kind })
    });
    json!({ "name": pipeline.name, "label": pipeline.label, "stages": stages.collect::<Vec<_>>() })
}
