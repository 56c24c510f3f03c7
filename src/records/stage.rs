//! A deal's stage and what follows it: the pipeline it is of, the status of its kind, the stage's probability, and when the
//! deal was won or lost. Whatever the asker names of these must agree; the rest is filled in. Nothing is read or written.

use crate::base::Problem;
use crate::base::id::{FieldId, OptionId};
use crate::base::money::Decimal;
use crate::model::kinds::same_stage_in;
use crate::model::{Field, Kind, Pipeline, Stage, StageKind, Value};
use crate::records::guard::Incoming;

/// Completes or refuses stage, pipeline, status and probability.
pub(crate) fn follow(incoming: &mut Incoming<'_>) {
    let object = incoming.object;
    let Some(field) = object.fields.iter().find(|f| f.kind == Kind::Stage) else { return };
    let Some((pipeline, stage)) = settle(incoming, field) else { return };
    let moved = incoming.old.and_then(|o| choice(o.get(field.id))) != Some(stage.id);
    incoming.new.set(field.id, Some(Value::Choice(stage.id)));
    if let Some(of) = object.fields.iter().find(|f| f.kind == Kind::Pipeline) {
        incoming.new.set(of.id, Some(Value::Choice(pipeline.id)));
    }
    status(incoming, &stage);
    if moved {
        arrive(incoming, &stage);
    }
}

fn choice(value: Option<&Value>) -> Option<OptionId> {
    match value {
        Some(Value::Choice(id)) => Some(*id),
        _ => None,
    }
}

/// The stage the deal ends up in, and its pipeline: the stage named, else the one a named status or pipeline leads to.
fn settle(incoming: &mut Incoming<'_>, field: &Field) -> Option<(Pipeline, Stage)> {
    let schema = incoming.env.schema.clone();
    let of = incoming.object.fields.iter().find(|f| f.kind == Kind::Pipeline);
    let named = |id: FieldId| incoming.given.contains(&id) && incoming.changes(id);
    let pipeline_named = of.filter(|f| named(f.id)).and_then(|f| choice(incoming.new.get(f.id)));
    let current = choice(incoming.new.get(field.id)).and_then(|id| schema.stage(id));
    if named(field.id)
        && let Some((pipeline, stage)) = current
    {
        // Pipelines share names of stages, and a bare name was read as the first pipeline's: it means the one of the pipeline
        // named, else of the one the deal is in.
        let present = || of.and_then(|f| choice(incoming.old?.get(f.id)));
        let first = schema.pipelines_of(incoming.object.id).find(|p| p.stages.iter().any(|s| s.name == stage.name));
        let bare = first.is_some_and(|p| p.id == pipeline.id);
        let own = pipeline_named.or_else(present).filter(|_| bare).and_then(|p| same_stage_in(&schema, p, stage.id));
        let (pipeline, stage) = own.and_then(|id| schema.stage(id)).unwrap_or((pipeline, stage));
        if pipeline_named.is_some_and(|p| p != pipeline.id) {
            let message = format!("The stage {} is of the pipeline {}.", stage.label, pipeline.label);
            incoming.problems.push(Problem::new(&field.name, "mismatch", message));
            return None;
        }
        return Some((pipeline.clone(), stage.clone()));
    }
    let pipeline = match (pipeline_named, current) {
        (Some(id), _) => schema.pipelines_of(incoming.object.id).find(|p| p.id == id),
        (None, Some((pipeline, _))) => Some(pipeline),
        (None, None) => schema.pipelines_of(incoming.object.id).next(),
    }?;
    let stage = match current {
        Some((p, stage)) if p.id == pipeline.id => Some(stage),
        _ => pipeline.stages.iter().find(|s| !s.retired && s.kind == StageKind::Open).or(pipeline.stages.first()),
    }?;
    match kind_named(incoming) {
        Some(kind) if kind != stage.kind => {
            let Some(end) = pipeline.stages.iter().find(|s| !s.retired && s.kind == kind) else {
                let message = format!("The pipeline {} has no such stage.", pipeline.label);
                incoming.problems.push(Problem::new("status", "mismatch", message));
                return None;
            };
            Some((pipeline.clone(), end.clone()))
        }
        _ => Some((pipeline.clone(), stage.clone())),
    }
}

/// The kind of stage that a named status asks for.
fn kind_named(incoming: &Incoming<'_>) -> Option<StageKind> {
    let status = incoming.object.field("status")?;
    if !incoming.given.contains(&status.id) || !incoming.changes(status.id) {
        return None;
    }
    let id = choice(incoming.new.get(status.id))?;
    kind_of(status, id)
}

fn kind_of(status: &Field, id: OptionId) -> Option<StageKind> {
    match status.choice_by_id(id)?.name.as_str() {
        "closed_won" => Some(StageKind::Won),
        "closed_lost" => Some(StageKind::Lost),
        "open" => Some(StageKind::Open),
        // On hold goes with the stage the deal is in, and is refused below where that is an end.
        _ => None,
    }
}

/// The status follows the stage's kind; on hold stays where the stage is open.
fn status(incoming: &mut Incoming<'_>, stage: &Stage) {
    let Some(field) = incoming.object.field("status") else { return };
    let now = choice(incoming.new.get(field.id)).and_then(|id| field.choice_by_id(id));
    let on_hold = now.is_some_and(|c| c.name == "on_hold");
    let named = incoming.given.contains(&field.id) && incoming.changes(field.id);
    if on_hold && stage.kind == StageKind::Open {
        return;
    }
    let follows = match stage.kind {
        StageKind::Open => "open",
        StageKind::Won => "closed_won",
        StageKind::Lost => "closed_lost",
    };
    let agrees = now.is_some_and(|c| c.name == follows);
    if named
        && !agrees
        && let Some(status) = now
    {
        let message = format!("{} does not go with the stage {}.", status.label, stage.label);
        incoming.problems.push(Problem::new(&field.name, "mismatch", message));
    }
    if let Some(choice) = field.choice(follows) {
        incoming.new.set(field.id, Some(Value::Choice(choice.id)));
    }
}

/// What entering a stage brings: its probability, and the moment.
fn arrive(incoming: &mut Incoming<'_>, stage: &Stage) {
    let now = incoming.env.now;
    let set = |incoming: &mut Incoming<'_>, name: &str, value: Option<Value>| {
        if let Some(field) = incoming.object.field(name)
            && !incoming.given.contains(&field.id)
        {
            incoming.new.set(field.id, value);
        }
    };
    let probability = Decimal::whole(i64::from(stage.probability)).map(Value::Number);
    set(incoming, "probability", probability);
    set(incoming, "stage_changed_at", Some(Value::Time(now)));
    set(incoming, "won_at", (stage.kind == StageKind::Won).then_some(Value::Time(now)));
    set(incoming, "lost_at", (stage.kind == StageKind::Lost).then_some(Value::Time(now)));
}
