//! `GET /api/v1/{objects}/aggregate`: counts, sums, means and extremes over a filter, by up to two fields.

use super::body;
use super::caller::Caller;
use super::params::{Params, wrong};
use super::records::Answer;
use super::shape::Labels;
use crate::app::Crm;
use crate::base::Result;
use crate::http::{CrmData, Failure, run};
use crate::model::{Actor, Field, Object, Schema, Target, Value, kinds};
use crate::records::query::{Aggregate, Figure, Figures, Measure, MeasureKind};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Map, Value as Json, json};

/// The figures, by the name of their parameter.
const KINDS: [(&str, MeasureKind); 6] = [
    ("sum", MeasureKind::Sum),
    ("avg", MeasureKind::Avg),
    ("min", MeasureKind::Min),
    ("max", MeasureKind::Max),
    ("unique", MeasureKind::Unique),
    ("empty", MeasureKind::Empty),
];

/// `GET /api/v1/{objects}/aggregate`
pub(super) async fn aggregate(caller: Caller, crm: CrmData, request: HttpRequest, object: Path<String>) -> Answer {
    let params = Params::read(&request, &["filter", "group", "count", "sum", "avg", "min", "max", "unique", "empty"])?;
    if !matches!(params.get("count"), None | Some("true" | "*")) {
        return Err(wrong("count", "value", "The count is always there; say count=true or nothing."));
    }
    let (filter, group) = (params.text("filter"), params.list("group"));
    let measures: Vec<Measure> = KINDS
        .iter()
        .flat_map(|(name, kind)| params.list(name).into_iter().map(|field| Measure { kind: *kind, field }))
        .collect();
    let body = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let object = body::listed(&schema, &object)?;
        let asked = Aggregate { object: object.id, filter, group, measures };
        let figures = crm.engine.aggregate(&caller.actor, &asked)?;
        answer(crm, &schema, &caller.actor, object, &asked, &figures)
    })
    .await
    .map_err(Failure::unreadable)?;
    Ok(HttpResponse::Ok().json(body))
}

fn answer(
    crm: &Crm,
    schema: &Schema,
    actor: &Actor,
    object: &Object,
    asked: &Aggregate,
    figures: &Figures,
) -> Result<Json> {
    let keys = figures.groups.iter().flat_map(|g| g.keys.iter().flatten());
    let labels = Labels::of(crm, actor, keys)?;
    let fields: Vec<Option<&Field>> = asked.group.iter().map(|path| end_of(schema, object, path)).collect();
    let mut data = Vec::with_capacity(figures.groups.len());
    for found in &figures.groups {
        let mut group = Map::new();
        for ((path, field), key) in asked.group.iter().zip(&fields).zip(&found.keys) {
            let key = match (key, field) {
                (None, _) => Json::Null,
                (Some(value), Some(field)) => kinds::to_json(field, value, schema, &|id| labels.get(id)),
                (Some(value), None) => bare(value, schema, &labels),
            };
            group.insert(path.clone(), key);
        }
        let mut row = Map::new();
        row.insert("group".into(), Json::Object(group));
        row.insert("count".into(), json!(found.count));
        for (measure, figure) in asked.measures.iter().zip(&found.figures) {
            let name = KINDS.iter().find(|(_, kind)| *kind == measure.kind).map_or("", |(name, _)| name);
            let field = end_of(schema, object, &measure.field);
            let part = row.entry(name).or_insert_with(|| Json::Object(Map::new()));
            if let Json::Object(part) = part {
                part.insert(measure.field.clone(), shown(figure, field, schema, &labels));
            }
        }
        data.push(Json::Object(row));
    }
    Ok(json!({ "data": data, "total": figures.total }))
}

fn shown(figure: &Figure, field: Option<&Field>, schema: &Schema, labels: &Labels) -> Json {
    match figure {
        Figure::Nothing => Json::Null,
        Figure::Number(number) => json!(number.to_string()),
        Figure::Money(amounts) => amounts
            .iter()
            .map(|m| json!({ "amount": m.amount.to_string(), "currency": m.currency.to_string() }))
            .collect(),
        Figure::Value(value) => match field {
            Some(field) => kinds::to_json(field, value, schema, &|id| labels.get(id)),
            None => bare(value, schema, labels),
        },
    }
}

/// The field that a path ends with; parts of the calendar are dates. `None` where it ends with a record.
fn end_of<'s>(schema: &'s Schema, object: &'s Object, path: &str) -> Option<&'s Field> {
    const PARTS: [&str; 5] = ["day", "week", "month", "quarter", "year"];
    let mut here = object;
    let mut end = None;
    for (place, name) in path.split('.').enumerate() {
        if place > 0 && PARTS.contains(&name) {
            break;
        }
        let field = here.field(name)?;
        end = Some(field);
        if let Some(Target::Object(target)) = field.target {
            here = schema.object_by_id(target)?;
        } else if field.kind == crate::model::Kind::Person {
            here = schema.object_by_id(crate::model::object::standard::MEMBERS)?;
        }
    }
    end
}

/// A value whose field is not known here: a record that a group stands for.
fn bare(value: &Value, schema: &Schema, labels: &Labels) -> Json {
    match value {
        Value::Records(list) => list.first().map_or(Json::Null, |id| {
            let object = schema.object_by_id(id.object).map(|o| o.name.as_str());
            json!({ "object": object, "id": id.row.to_string(), "label": labels.get(*id) })
        }),
        Value::Text(text) => json!(text),
        Value::Number(number) => json!(number.to_string()),
        Value::Bool(yes) => json!(yes),
        Value::Member(row) => json!({ "id": row.to_string() }),
        _ => Json::Null,
    }
}
