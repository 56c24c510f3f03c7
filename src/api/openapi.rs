//! The API's description, OpenAPI 3.1, of this workspace: every object and field by name, custom ones included.

use super::schemas::{common, given, name_of, taken};
use super::search::TEXT_CHARACTERS_MAX;
use crate::base::limits::{BATCH_MAX, PAGE_DEFAULT, PAGE_MAX};
use crate::model::{Field, Kind, Object, Schema, StageKind};
use serde_json::{Map, Value as Json, json};

/// The document for a data model, served at `url`.
pub fn document(schema: &Schema, url: &str) -> Json {
    let objects: Vec<&Object> = schema.objects.iter().filter(|o| o.listed).collect();
    let mut paths = Map::new();
    let mut schemas: Map<String, Json> = common().into_iter().collect();
    for object in &objects {
        schemas_of(object, schema, &mut schemas);
        paths_of(object, &mut paths);
    }
    paths.insert(
        "/metadata".into(),
        json!({ "get": operation("getMetadata", "The data model", "Workspace", &[], any()) }),
    );
    paths.insert(
        "/openapi.json".into(),
        json!({ "get": operation("getOpenapi", "This description", "Workspace", &[], any()) }),
    );
    let hits = json!({
        "type": "object",
        "properties": {
            "data": { "type": "array", "items": reference("Hit") },
            "partial": { "type": "boolean", "description": "The index is being rebuilt; only names, e-mails and phones were searched" },
        },
        "required": ["data", "partial"],
    });
    let asked = [
        parameter("q", json!({ "type": "string", "maxLength": TEXT_CHARACTERS_MAX }), "What is searched for"),
        parameter("limit", json!({ "type": "integer", "minimum": 1, "maximum": 100, "default": 20 }), "Hits at most"),
    ];
    paths.insert(
        "/search".into(),
        json!({ "get": operation("search", "Search everything", "Workspace", &asked, hits) }),
    );
    let mut tags: Vec<Json> = objects
        .iter()
        .map(|o| json!({ "name": o.label_plural, "description": format!("{} of this workspace", o.label_plural) }))
        .collect();
    tags.push(json!({ "name": "Workspace", "description": "The data model and search" }));
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Aventora",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "REST API of this workspace. Send a key as `Authorization: Bearer …`. Errors are problem documents (RFC 9457).",
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "contact": { "name": "Your administrator", "url": url },
        },
        "servers": [{ "url": format!("{url}/api/v1") }],
        "security": [{ "key": [] }],
        "tags": tags,
        "paths": paths,
        "components": {
            "securitySchemes": { "key": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas,
            "responses": { "Problem": {
                "description": "What is wrong",
                "content": { "application/problem+json": { "schema": reference("Problem") } },
            } },
        },
    })
}

fn reference(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn any() -> Json {
    json!({ "type": "object" })
}

fn parameter(name: &str, schema: Json, description: &str) -> Json {
    json!({ "name": name, "in": "query", "required": false, "schema": schema, "description": description })
}

fn schemas_of(object: &Object, schema: &Schema, schemas: &mut Map<String, Json>) {
    let fields = || object.fields.iter().filter(|f| !f.hidden);
    let mut properties = Map::new();
    properties.insert("id".into(), json!({ "type": "string", "pattern": "^[1-9][0-9]*$" }));
    properties.extend(fields().map(|f| (f.name.clone(), given(f, schema))));
    let name = name_of(object);
    schemas.insert(
        name.clone(),
        json!({ "type": "object", "title": object.label, "properties": properties, "required": ["id"], "additionalProperties": false }),
    );
    let writable: Map<String, Json> = fields().filter_map(|f| Some((f.name.clone(), taken(f, schema)?))).collect();
    let required: Vec<&str> =
        fields().filter(|f| f.required && !f.system && f.default.is_empty()).map(|f| f.name.as_str()).collect();
    let mut new = json!({ "type": "object", "title": format!("New {}", object.label), "properties": writable, "additionalProperties": false });
    let mut change = new.clone();
    change["title"] = json!(format!("Changes of {}", object.label));
    // Nothing is its default in a new record; in one that is there it would be no value.
    let mut kept = Map::new();
    for field in fields().filter(|f| !may_be_cleared(object, f)) {
        if change["properties"].get(&field.name).is_none() {
            continue;
        }
        let some = json!({ "not": { "type": "null" } });
        change["properties"][&field.name]["allOf"] = json!([some]);
        kept.insert(field.name.clone(), some);
    }
    new["required"] = json!(required);
    let one_of: Vec<Json> = object.one_of.iter().map(|field| filled(field)).collect();
    if !one_of.is_empty() {
        new["anyOf"] = json!(one_of);
    }
    let disagree = disagreeing(object, schema);
    if !disagree.is_empty() {
        new["not"] = json!({ "anyOf": disagree });
    }
    let mut row = json!({ "type": "object", "properties": new["properties"], "additionalProperties": false });
    row["title"] = json!(format!("Row of a batch of {}", object.label_plural));
    row["properties"]["id"] = json!({ "type": "string", "format": format!("{}-id", object.name), "description": "Changes this record; without it a new one is made" });
    // Without an id a row is a new record, and must have what that must have.
    let mut ways = if one_of.is_empty() { vec![json!({})] } else { one_of };
    for way in &mut ways {
        let mut names: Vec<Json> = required.iter().map(|name| json!(name)).collect();
        names.extend(way["required"].as_array().into_iter().flatten().cloned());
        way["required"] = json!(names);
        way["properties"]["id"] = json!(false);
        if let Some(not) = new.get("not") {
            way["not"] = not.clone();
        }
    }
    ways.push(json!({ "required": ["id"], "properties": kept }));
    row["anyOf"] = json!(ways);
    schemas.insert(format!("New{name}"), new);
    schemas.insert(format!("Change{name}"), change);
    schemas.insert(format!("Row{name}"), row);
}

/// Whether a change may leave a field without a value, or the program fills it in then.
fn may_be_cleared(object: &Object, field: &Field) -> bool {
    let follows_stage = matches!(field.kind, Kind::Stage | Kind::Pipeline)
        || (field.name == "status" && object.fields.iter().any(|f| f.kind == Kind::Stage));
    !field.required || !field.show_if.is_empty() || follows_stage
}

/// Stages and statuses that don't go together in a new record, one schema for each kind of stage.
fn disagreeing(object: &Object, schema: &Schema) -> Vec<Json> {
    let (Some(status), Some(stage)) = (object.field("status"), object.fields.iter().find(|f| f.kind == Kind::Stage))
    else {
        return Vec::new();
    };
    let stages = || schema.pipelines_of(object.id).flat_map(|p| &p.stages);
    let mut pairs = Vec::new();
    for (kind, agreeing) in [
        (StageKind::Open, &["open", "on_hold"][..]),
        (StageKind::Won, &["closed_won"][..]),
        (StageKind::Lost, &["closed_lost"][..]),
    ] {
        // A name that pipelines share may be of another kind in each.
        let only = |name: &str| stages().filter(|s| s.name == name).all(|s| s.kind == kind);
        let mut names: Vec<&str> = stages().map(|s| s.name.as_str()).filter(|name| only(name)).collect();
        names.sort_unstable();
        names.dedup();
        let options = status.options.iter().map(|o| o.name.as_str());
        let others: Vec<&str> = options.filter(|name| !agreeing.contains(name)).collect();
        if names.is_empty() || others.is_empty() {
            continue;
        }
        let mut pair = json!({ "required": [stage.name, status.name], "properties": {} });
        pair["properties"][&stage.name] = json!({ "enum": names });
        pair["properties"][&status.name] = json!({ "enum": others });
        pairs.push(pair);
    }
    pairs
}

/// That a field is there and has a value, whatever its kind.
fn filled(field: &str) -> Json {
    let value = json!({ "anyOf": [{ "type": "string", "pattern": "[A-Za-z0-9]" }, { "type": "array", "items": {}, "minItems": 1 }] });
    let mut properties = Map::new();
    properties.insert(field.to_owned(), value);
    json!({ "required": [field], "properties": properties })
}

fn paths_of(object: &Object, paths: &mut Map<String, Json>) {
    let path = format!("/{}", object.name);
    paths.insert(path.clone(), json!({ "get": list(object), "post": create(object) }));
    paths.insert(format!("{path}/{{id}}"), one(object));
    paths.insert(format!("{path}/batch"), json!({ "post": batch(object) }));
    paths.insert(format!("{path}/aggregate"), json!({ "get": aggregate(object) }));
}

fn filter(object: &Object) -> Json {
    let schema = json!({ "type": "string", "format": format!("{}-filter", object.name), "maxLength": 16384 });
    parameter("filter", schema, "Filter language of the contract")
}

fn fields(object: &Object) -> Json {
    let schema = json!({ "type": "string", "format": format!("{}-fields", object.name) });
    parameter("fields", schema, "Names of fields, separated by commas; all where absent")
}

fn once() -> Json {
    json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "format": "idempotency-key" },
        "description": "Makes it safe to repeat the request for 24 hours",
    })
}

fn list(object: &Object) -> Json {
    let (name, tag) = (name_of(object), object.label_plural.as_str());
    let page = json!({
        "type": "object",
        "properties": {
            "data": { "type": "array", "items": reference(&name) },
            "next_cursor": { "type": ["string", "null"] },
            "total": { "type": "integer", "minimum": 0 },
        },
        "required": ["data", "next_cursor", "total"],
    });
    let listed = [
        filter(object),
        parameter(
            "sort",
            json!({ "type": "string", "format": format!("{}-sort", object.name) }),
            "Names of fields, separated by commas, `-` before descending ones",
        ),
        parameter(
            "limit",
            json!({ "type": "integer", "minimum": 1, "maximum": PAGE_MAX, "default": PAGE_DEFAULT }),
            "Records at most",
        ),
        parameter("cursor", json!({ "type": "string", "format": "cursor" }), "`next_cursor` of the page before"),
        fields(object),
    ];
    operation(&format!("list{name}"), &format!("List {tag}"), tag, &listed, page)
}

fn create(object: &Object) -> Json {
    let (name, tag) = (name_of(object), object.label_plural.as_str());
    writing(
        operation(&format!("create{name}"), &format!("Make one of {tag}"), tag, &[once()], reference(&name)),
        "201",
        &format!("New{name}"),
        "application/json",
    )
}

fn one(object: &Object) -> Json {
    let (name, tag) = (name_of(object), object.label_plural.as_str());
    let id = json!({
        "name": "id", "in": "path", "required": true, "description": "Its id",
        "schema": { "type": "string", "format": format!("{}-id", object.name), "pattern": "^[1-9][0-9]{0,18}$" },
    });
    let matching = json!({
        "name": "If-Match", "in": "header", "required": false, "description": "The ETag of an earlier answer, its quotation marks as you like",
        "schema": { "type": "string", "pattern": "^\"?[0-9]{1,9}\"?$" },
    });
    let get = operation(
        &format!("get{name}"),
        &format!("One of {tag}"),
        tag,
        &[id.clone(), fields(object)],
        reference(&name),
    );
    let patch = operation(
        &format!("change{name}"),
        &format!("Change one of {tag}"),
        tag,
        &[id.clone(), matching.clone()],
        reference(&name),
    );
    let patch = writing(patch, "200", &format!("Change{name}"), "application/merge-patch+json");
    let mut delete =
        operation(&format!("delete{name}"), &format!("Move one of {tag} to the trash"), tag, &[id, matching], any());
    delete["responses"] = responses("204", None);
    json!({ "get": get, "patch": patch, "delete": delete })
}

fn batch(object: &Object) -> Json {
    let (name, tag) = (name_of(object), object.label_plural.as_str());
    let rows = json!({
        "type": "object", "required": ["data"], "additionalProperties": false,
        "properties": { "data": { "type": "array", "minItems": 1, "maxItems": BATCH_MAX, "items": reference(&format!("Row{name}")) } },
    });
    let answer = json!({ "type": "object", "required": ["data"], "properties": { "data": { "type": "array", "items": reference(&name) } } });
    let mut batch = operation(
        &format!("batch{name}"),
        &format!("Make and change many of {tag}, all or nothing"),
        tag,
        &[once()],
        answer,
    );
    batch["requestBody"] = json!({ "required": true, "content": { "application/json": { "schema": rows } } });
    batch
}

fn aggregate(object: &Object) -> Json {
    let (name, tag) = (name_of(object), object.label_plural.as_str());
    let mut asked = vec![
        filter(object),
        parameter(
            "group",
            json!({ "type": "string", "format": format!("{}-group", object.name) }),
            "Up to two fields, separated by commas; of dates also `.day` to `.year`",
        ),
        parameter("count", json!({ "type": "string", "enum": ["true"] }), "Always there"),
    ];
    for figure in ["sum", "avg", "min", "max", "unique", "empty"] {
        asked.push(parameter(
            figure,
            json!({ "type": "string", "format": format!("{}-number", object.name) }),
            "Names of fields, separated by commas",
        ));
    }
    let figures = json!({
        "type": "object", "required": ["data", "total"],
        "properties": { "total": { "type": "integer" }, "data": { "type": "array", "items": {
            "type": "object", "required": ["group", "count"],
            "properties": { "group": any(), "count": { "type": "integer" } },
        } } },
    });
    operation(&format!("aggregate{name}"), &format!("Figures over {tag}"), tag, &asked, figures)
}

fn operation(id: &str, summary: &str, tag: &str, parameters: &[Json], answer: Json) -> Json {
    json!({
        "operationId": id, "summary": summary, "description": format!("{summary}."), "tags": [tag],
        "parameters": parameters, "responses": responses("200", Some(answer)),
    })
}

fn writing(mut operation: Json, status: &str, body: &str, media_type: &str) -> Json {
    operation["requestBody"] = json!({ "required": true, "content": { media_type: { "schema": reference(body) } } });
    let answer = operation["responses"]["200"]["content"]["application/json"]["schema"].clone();
    operation["responses"] = responses(status, Some(answer));
    operation
}

fn responses(status: &str, answer: Option<Json>) -> Json {
    let limit = |text: &str| json!({ "description": text, "schema": { "type": "integer" } });
    let headers = json!({
        "RateLimit-Limit": limit("Requests a minute"),
        "RateLimit-Remaining": limit("Requests that may follow at once"),
        "RateLimit-Reset": limit("Seconds until all are there again"),
    });
    let done = match answer {
        Some(schema) => {
            json!({ "description": "Done", "headers": headers, "content": { "application/json": { "schema": schema } } })
        }
        None => json!({ "description": "Done", "headers": headers }),
    };
    let mut responses = Map::new();
    responses.insert(status.into(), done);
    for status in ["400", "401", "403", "404", "409", "412", "413", "415", "422", "429", "503", "507"] {
        responses.insert(status.into(), json!({ "$ref": "#/components/responses/Problem" }));
    }
    let unread = "The address or the head of the request is longer than the server reads; nobody looked at it";
    responses.insert("431".into(), json!({ "description": unread }));
    Json::Object(responses)
}
