//! JSON Schemas of values and records, as the API takes and gives them; one for each kind of field.

use crate::base::limits::{LIST_MAX, LONG_TEXT_BYTES_MAX, TEXT_BYTES_MAX};
use crate::model::{Field, Kind, Object, Schema, Target};
use serde_json::{Map, Value as Json, json};

/// What is answered for a field: its value, or null.
pub(super) fn given(field: &Field, schema: &Schema) -> Json {
    let value = match field.kind {
        Kind::Relation => json!({ "$ref": "#/components/schemas/Link" }),
        Kind::Relations => json!({ "type": "array", "items": { "$ref": "#/components/schemas/Link" } }),
        Kind::Person => json!({ "$ref": "#/components/schemas/Person" }),
        Kind::Currency => json!({ "$ref": "#/components/schemas/Money" }),
        Kind::Address => json!({ "$ref": "#/components/schemas/Address" }),
        Kind::File => json!({ "type": "array", "items": { "$ref": "#/components/schemas/File" } }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Number => json!({ "type": "number" }),
        Kind::Rating => json!({ "type": "integer", "minimum": 0, "maximum": 5 }),
        Kind::Select | Kind::Stage | Kind::Pipeline => names(field, schema, true),
        Kind::MultiSelect => json!({ "type": "array", "items": names(field, schema, true) }),
        Kind::Emails | Kind::Phones | Kind::Tags => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Text | Kind::LongText | Kind::Link | Kind::FullName | Kind::CurrencyCode => json!({ "type": "string" }),
    };
    titled(field, json!({ "oneOf": [value, { "type": "null" }] }))
}

/// What is taken for a field; `None` for those that can't be written.
pub(super) fn taken(field: &Field, schema: &Schema) -> Option<Json> {
    if field.system || field.kind == Kind::File {
        return None;
    }
    // JSON Schema counts characters, the limit is of bytes: what is longer than this is always refused.
    let text = |format: &str, max: usize| json!({ "type": "string", "format": format, "maxLength": max });
    let list = |items: Json| json!({ "type": "array", "items": items, "maxItems": LIST_MAX });
    let value = match field.kind {
        Kind::Relation => id_of(field, schema),
        Kind::Relations => list(id_of(field, schema)),
        Kind::Person => person(),
        Kind::Currency => json!({ "$ref": "#/components/schemas/NewMoney" }),
        Kind::Address => json!({ "$ref": "#/components/schemas/NewAddress" }),
        Kind::Date => json!({ "type": "string", "format": "day" }),
        Kind::DateTime => json!({ "type": "string", "format": "moment" }),
        Kind::YesNo => json!({ "type": "boolean" }),
        Kind::Number => number(field),
        Kind::Rating => json!({ "type": "integer", "minimum": 0, "maximum": 5 }),
        Kind::Select | Kind::Stage | Kind::Pipeline => names(field, schema, false),
        Kind::MultiSelect => list(names(field, schema, false)),
        Kind::Emails => list(json!({ "type": "string", "format": "address" })),
        Kind::Phones => list(text("phone", 160)),
        Kind::Tags => list(text("tag", 160)),
        Kind::Link => text("web-address", TEXT_BYTES_MAX),
        Kind::CurrencyCode => json!({ "type": "string", "format": "currency" }),
        Kind::Text | Kind::FullName => text("line", TEXT_BYTES_MAX),
        Kind::LongText => text("text", LONG_TEXT_BYTES_MAX),
        Kind::File => return None,
    };
    // Nothing for a field that must have a value means its default, where it has one.
    let needed = field.required && field.default.is_empty();
    Some(titled(field, if needed { value } else { json!({ "oneOf": [value, { "type": "null" }] }) }))
}

/// A member as it may be named: alone, or as an answer tells it.
fn person() -> Json {
    let id = json!({ "type": "string", "format": "member" });
    json!({ "anyOf": [id, { "type": "object", "properties": { "id": id }, "required": ["id"] }] })
}

fn titled(field: &Field, mut schema: Json) -> Json {
    if let Json::Object(members) = &mut schema {
        members.insert("title".into(), json!(field.label));
        if !field.help.is_empty() {
            members.insert("description".into(), json!(field.help));
        }
    }
    schema
}

/// The stable names of options, stages or pipelines; retired ones are given but no longer taken.
fn names(field: &Field, schema: &Schema, retired: bool) -> Json {
    let names: Vec<&str> = match field.kind {
        Kind::Stage => {
            let stages = schema.pipelines.iter().flat_map(|p| &p.stages);
            stages.filter(|s| retired || !s.retired).map(|s| s.name.as_str()).collect()
        }
        Kind::Pipeline => schema.pipelines.iter().map(|p| p.name.as_str()).collect(),
        _ => field.options.iter().filter(|o| retired || !o.retired).map(|o| o.name.as_str()).collect(),
    };
    let mut unique: Vec<&str> = Vec::new();
    for name in names {
        if !unique.contains(&name) {
            unique.push(name);
        }
    }
    if unique.is_empty() { json!({ "type": "string" }) } else { json!({ "type": "string", "enum": unique }) }
}

fn number(field: &Field) -> Json {
    let mut schema = Map::new();
    schema.insert("type".into(), json!("number"));
    for (name, limit, fallback) in
        [("minimum", &field.min, -922_337_203_685_477.0), ("maximum", &field.max, 922_337_203_685_477.0)]
    {
        schema.insert(name.into(), json!(limit.parse::<f64>().unwrap_or(fallback)));
    }
    schema.insert("multipleOf".into(), json!(0.0001));
    Json::Object(schema)
}

fn id_of(field: &Field, schema: &Schema) -> Json {
    match field.target {
        Some(Target::Object(target)) => {
            let name = schema.object_by_id(target).map_or("record", |o| o.name.as_str());
            json!({ "type": "string", "format": format!("{name}-id"), "pattern": "^[1-9][0-9]{0,18}$" })
        }
        _ => json!({ "$ref": "#/components/schemas/NewLink" }),
    }
}

/// Name of an object's schema: `Contacts`, `NewContacts`.
pub(super) fn name_of(object: &Object) -> String {
    object.name.split('_').map(capital).collect()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The schemas that all objects share.
pub(super) fn common() -> Vec<(String, Json)> {
    let text = || json!({ "type": "string" });
    let nullable = || json!({ "type": ["string", "null"] });
    let closed = |properties: Json, required: Json| json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    let parts =
        |part: Json| json!({ "street": part, "city": part, "state": part, "postal_code": part, "country": part });
    let mut short = text();
    short["maxLength"] = json!(200);
    short["format"] = json!("line");
    let all = vec![
        (
            "Link",
            closed(json!({ "object": text(), "id": text(), "label": nullable() }), json!(["object", "id", "label"])),
        ),
        (
            "NewLink",
            // As an answer tells it, too: what else it says, such as the label, is passed over.
            json!({
                "type": "object",
                "properties": {
                    "object": { "type": "string", "format": "object" },
                    "id": { "type": "string", "format": "record-id" },
                },
                "required": ["object", "id"],
            }),
        ),
        ("Person", closed(json!({ "id": text(), "label": nullable() }), json!(["id", "label"]))),
        ("Money", closed(json!({ "amount": text(), "currency": text() }), json!(["amount", "currency"]))),
        (
            "NewMoney",
            closed(
                json!({
                    "amount": { "type": "string", "pattern": "^-?[0-9]{1,9}(\\.[0-9]{1,4})?$" },
                    "currency": { "type": "string", "format": "currency" },
                }),
                json!(["amount"]),
            ),
        ),
        ("Address", closed(parts(text()), json!([]))),
        ("NewAddress", closed(parts(short), json!([]))),
        (
            "File",
            closed(
                json!({ "name": text(), "size": { "type": "integer" }, "media_type": text(), "sha256": text() }),
                json!(["name", "size", "media_type", "sha256"]),
            ),
        ),
        (
            "Hit",
            closed(
                json!({
                    "object": text(), "id": text(), "label": text(), "field": text(), "snippet": text(),
                    "score": { "type": "number" },
                }),
                json!(["object", "id", "label", "field", "snippet", "score"]),
            ),
        ),
        (
            "Problem",
            json!({
                "type": "object",
                "description": "RFC 9457",
                "properties": {
                    "type": text(), "title": text(), "status": { "type": "integer" }, "detail": text(),
                    "request_id": text(), "field": text(),
                    "errors": { "type": "array", "items": {
                        "type": "object",
                        "properties": {
                            "field": text(), "code": text(), "message": text(),
                            "at": { "type": "integer", "description": "Byte offset in the text that was sent" },
                            "row": { "type": "integer", "description": "Index in the batch, from 0" },
                        },
                        "required": ["field", "code", "message"],
                    } },
                },
                "required": ["type", "title", "status", "detail"],
            }),
        ),
    ];
    all.into_iter().map(|(name, schema)| (name.to_string(), schema)).collect()
}
