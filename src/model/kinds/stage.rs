//! Pipelines and their stages, by API name. Two pipelines may have a stage of one name; `pipeline/stage` tells them apart,
//! and a bare name is the first pipeline's until [`same_stage_in`] moves it to the record's own.

use super::select::{choices_sentence, gist};
use super::{FieldKind, Labels, Locale, Read, Reading, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::id::OptionId;
use crate::model::pipeline::{Pipeline as Line, Stage as Step};
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// A stage.
pub struct Stage;
/// A pipeline.
pub struct Pipeline;

fn id(value: &Value) -> OptionId {
    if let Value::Choice(id) = value { *id } else { OptionId(0) }
}

/// By API name, else by label in any spelling.
fn matching<'a, T>(
    all: impl Iterator<Item = T> + Clone,
    text: &str,
    names: impl Fn(&T) -> (&'a str, &'a str),
) -> Option<T> {
    let mut named = all.clone().filter(|one| names(one).0 == text);
    named.next().or_else(|| {
        let wanted = gist(text);
        let alike = |one: &T| gist(names(one).0) == wanted || gist(names(one).1) == wanted;
        let mut all = all.filter(|one| !wanted.is_empty() && alike(one));
        all.next()
    })
}

fn pipeline<'a>(schema: &'a Schema, text: &str) -> Option<&'a Line> {
    matching(schema.pipelines.iter(), text.trim(), |line| (line.name.as_str(), line.label.as_str()))
}

/// The stage of this name in `pipeline`, or else in the first pipeline that has one.
fn stage<'a>(schema: &'a Schema, text: &str) -> Option<&'a Step> {
    let names = |step: &&'a Step| (step.name.as_str(), step.label.as_str());
    if let Some((line, step)) = text.split_once('/')
        && let Some(line) = pipeline(schema, line)
    {
        return matching(line.stages.iter(), step.trim(), names);
    }
    matching(schema.pipelines.iter().flat_map(|line| line.stages.iter()), text.trim(), names)
}

/// The stage of `pipeline` that has the name of `stage`, which may be another pipeline's; `None` where it has none.
pub fn same_stage_in(schema: &Schema, pipeline: OptionId, stage: OptionId) -> Option<OptionId> {
    let (line, step) = schema.stage(stage)?;
    if line.id == pipeline {
        return Some(stage);
    }
    let line = schema.pipelines.iter().find(|line| line.id == pipeline)?;
    line.stages.iter().find(|other| other.name == step.name).map(|other| other.id)
}

/// The stage's name, with its pipeline's where another pipeline comes first with that name.
fn text_of(schema: &Schema, id: OptionId) -> String {
    let Some((line, step)) = schema.stage(id) else { return String::new() };
    match stage(schema, &step.name) {
        Some(first) if first.id == id => step.name.clone(),
        _ => format!("{}/{}", line.name, step.name),
    }
}

impl FieldKind for Stage {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "the name of a stage"))?, reading)
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        stage(reading.schema, text).map(|step| Some(Value::Choice(step.id))).ok_or_else(|| {
            let all = reading.schema.pipelines.iter().flat_map(|line| &line.stages).map(|step| step.name.as_str());
            problem(field, "unknown", format!("There is no such stage. Choose {}.", choices_sentence(all)))
        })
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        if matches!(value, Value::Choice(_)) { Ok(()) } else { Err(wrong_type(field, "the name of a stage")) }
    }

    fn to_json(&self, _field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> Json {
        schema.stage(id(value)).map_or(Json::Null, |(_, step)| step.name.as_str().into())
    }

    fn to_text(&self, _field: &Field, value: &Value, schema: &Schema) -> String {
        text_of(schema, id(value))
    }

    fn show(&self, _field: &Field, value: &Value, schema: &Schema, _locale: &Locale<'_>, _label: Labels<'_>) -> String {
        schema.stage(id(value)).map(|(_, step)| step.label.clone()).unwrap_or_default()
    }
}

fn line(schema: &Schema, id: OptionId) -> Option<&Line> {
    schema.pipelines.iter().find(|line| line.id == id)
}

impl FieldKind for Pipeline {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "the name of a pipeline"))?, reading)
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        pipeline(reading.schema, text).map(|line| Some(Value::Choice(line.id))).ok_or_else(|| {
            let all = reading.schema.pipelines.iter().map(|line| line.name.as_str());
            problem(field, "unknown", format!("There is no such pipeline. Choose {}.", choices_sentence(all)))
        })
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        if matches!(value, Value::Choice(_)) { Ok(()) } else { Err(wrong_type(field, "the name of a pipeline")) }
    }

    fn to_json(&self, _field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> Json {
        line(schema, id(value)).map_or(Json::Null, |line| line.name.as_str().into())
    }

    fn to_text(&self, _field: &Field, value: &Value, schema: &Schema) -> String {
        line(schema, id(value)).map(|line| line.name.clone()).unwrap_or_default()
    }

    fn show(&self, _field: &Field, value: &Value, schema: &Schema, _locale: &Locale<'_>, _label: Labels<'_>) -> String {
        line(schema, id(value)).map(|line| line.label.clone()).unwrap_or_default()
    }
}
