//! Commands that change records. All of them are all-or-nothing and tell all problems at once: a command is judged whole
//! before anything of it is written ([`plan`]), then record, index, columns, event and timeline are written in one
//! transaction (`write.rs`).

use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::base::{Error, Problem, Result};
use crate::model::object::system_field;
use crate::model::rules::Action;
use crate::model::value::Values;
use crate::model::{Actor, Object, Value, kinds};
use crate::records::event::EventKind;
use crate::records::read::{self, Stored};
use crate::records::validate::{self, Draft, Env};
use crate::records::write::{self, Planned};
use crate::records::{Context, Engine, Saved, State, columns, guard, links, once, purge, trash};
use crate::store::{Pending, Priority, Reads, WriteTx};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// A new value for a field; `None` clears it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which field.
    pub field: FieldId,
    /// The value it gets.
    pub to: Option<Value>,
    /// The value the person was shown: the save conflicts only if that has changed since. `None` for no such check.
    pub shown: Option<Option<Value>>,
}

impl Change {
    /// Sets `field` to `to`, whatever is there.
    pub fn set(field: FieldId, to: Option<Value>) -> Self {
        Self { field, to, shown: None }
    }
}

/// One thing to do; a batch is a list of them in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Make a record.
    Create {
        /// Of which object.
        object: ObjectId,
        /// Its values.
        values: Vec<(FieldId, Value)>,
    },
    /// Change fields of a live record.
    Update {
        /// Which.
        id: RecordRef,
        /// What.
        changes: Vec<Change>,
        /// The version the asker knows (`If-Match`); `None` for no check.
        version: Option<u64>,
    },
    /// Move to the trash.
    Trash(RecordRef),
    /// Move to the trash what still is as the asker knows it (`If-Match`).
    TrashAt {
        /// Which.
        id: RecordRef,
        /// The version the asker knows.
        version: u64,
    },
    /// Take out of the trash.
    Restore(RecordRef),
    /// Delete for ever: values leave records, columns, indexes, log, search and files.
    Purge(RecordRef),
}

impl Command {
    fn object(&self) -> ObjectId {
        match self {
            Self::Create { object, .. } => *object,
            Self::Update { id, .. } | Self::TrashAt { id, .. } => id.object,
            Self::Trash(id) | Self::Restore(id) | Self::Purge(id) => id.object,
        }
    }
}

/// Commands of a bulk that go to the writer together: about 15 ms of its time.
pub const BULK_SLICE: usize = 200;
/// Slices of a bulk that wait for the writer at a time.
pub const BULK_PENDING: usize = 8;

/// What each command of a list gave.
pub(crate) type Outcomes = Vec<Result<Saved>>;

/// A command, judged as far as that needs no store.
enum Step {
    Create(ObjectId, Draft),
    Update(RecordRef, Vec<Change>, Option<u64>),
    Trash(RecordRef, Option<u64>),
    Restore(RecordRef),
    Purge(RecordRef),
}

/// Does all commands in one transaction, or none. Where `named`, problems say the index of their command.
pub(crate) fn run_all(
    engine: &Engine,
    actor: &Actor,
    commands: Vec<Command>,
    context: Context,
    named: bool,
) -> Result<Vec<Saved>> {
    let env = Env::new(engine.schema(), actor, engine.now(), commands.iter().map(Command::object))?;
    let steps: Vec<Step> = commands.into_iter().map(|c| step(&env, c)).collect::<Result<_>>()?;
    // What is plainly wrong is told from a snapshot and never reaches the writer.
    if steps.iter().any(|s| matches!(s, Step::Create(_, draft) if !draft.problems.is_empty())) {
        let tx = engine.store().read()?;
        return Err(gather(steps.into_iter().map(|s| plan(&tx, &env, s).err()).collect(), named));
    }
    engine.store().write(Priority::People, move |tx| {
        once::refuse_twice(tx, context.once.as_ref(), env.now)?;
        let outcomes: Outcomes = steps.into_iter().map(|s| apply(tx, &env, s, context)).collect();
        if outcomes.iter().all(Result::is_ok) {
            if let Some(mark) = &context.once {
                once::remember(tx, mark, env.now, outcomes.iter().flatten().map(|saved| saved.record.id));
            }
            return outcomes.into_iter().collect();
        }
        Err(gather(outcomes.into_iter().map(Result::err).collect(), named))
    })
}

/// Does each command that can be done; one that fails takes no other with it. In slices, behind people's saves; a few wait
/// at a time, so that they share a transaction.
pub(crate) fn run_each(engine: &Engine, actor: &Actor, commands: Vec<Command>, context: Context) -> Result<Outcomes> {
    let objects: BTreeSet<ObjectId> = commands.iter().map(Command::object).collect();
    let env = Arc::new(Env::new(engine.schema(), actor, engine.now(), objects.iter().copied())?);
    let mut outcomes = Vec::with_capacity(commands.len());
    let mut pending: VecDeque<Pending<Outcomes>> = VecDeque::new();
    let mut commands = commands.into_iter().peekable();
    while commands.peek().is_some() {
        let steps: Vec<Step> = commands.by_ref().take(BULK_SLICE).map(|c| step(&env, c)).collect::<Result<_>>()?;
        let env = Arc::clone(&env);
        pending.push_back(engine.store().submit(Priority::Bulk, move |tx| {
            let mut outcomes: Outcomes = Vec::with_capacity(steps.len());
            for step in steps {
                match apply(tx, &env, step, context) {
                    Err(e) if is_ours(&e) => return Err(e),
                    outcome => outcomes.push(outcome),
                }
            }
            Ok(outcomes)
        })?);
        if pending.len() == BULK_PENDING
            && let Some(first) = pending.pop_front()
        {
            outcomes.extend(first.wait()?);
        }
    }
    for slice in pending {
        outcomes.extend(slice.wait()?);
    }
    seal(engine, &objects)?;
    Ok(outcomes)
}

/// What each command would be refused for, judged one by one against a snapshot.
pub(crate) fn judge_each(engine: &Engine, actor: &Actor, commands: Vec<Command>) -> Result<Vec<Result<()>>> {
    let env = Env::new(engine.schema(), actor, engine.now(), commands.iter().map(Command::object))?;
    let tx = engine.store().read()?;
    commands.into_iter().map(|c| Ok(plan(&tx, &env, step(&env, c)?).map(|_| ()))).collect()
}

/// Puts rows into columns where a bulk made so many that reading them without would be slow.
fn seal(engine: &Engine, objects: &BTreeSet<ObjectId>) -> Result<()> {
    for object in objects {
        while columns::is_behind(&engine.store().read()?, *object)? {
            let schema = engine.schema();
            engine.store().write(Priority::Bulk, move |tx| columns::seal_slice(tx, &schema, SEALED_TOGETHER))?;
        }
    }
    Ok(())
}

/// Chunks that a bulk seals in one slice.
const SEALED_TOGETHER: usize = 2;

/// Whether an error is no fault of what was sent.
fn is_ours(error: &Error) -> bool {
    matches!(error, Error::Internal(_) | Error::Unavailable(_) | Error::Full(_) | Error::External(_))
}

/// One error out of those of a list of commands.
fn gather(errors: Vec<Option<Error>>, named: bool) -> Error {
    let mut problems = Vec::new();
    for (row, error) in errors.into_iter().enumerate() {
        match error {
            None => {}
            Some(error) if !named || is_ours(&error) => return error,
            Some(Error::Invalid(list)) => problems.extend(list.into_iter().map(|p| p.in_row(row))),
            Some(Error::Conflict { field, message }) => {
                problems.push(Problem::new(field, "conflict", message).in_row(row));
            }
            Some(Error::NotFound) => {
                problems.push(Problem::new("", "not_found", Error::NotFound.to_string()).in_row(row));
            }
            Some(other) => problems.push(Problem::new("", "denied", other.to_string()).in_row(row)),
        }
    }
    Error::Invalid(problems)
}

fn step(env: &Env, command: Command) -> Result<Step> {
    Ok(match command {
        Command::Create { object, values } => Step::Create(object, validate::create(env, env.object(object)?, values)),
        Command::Update { id, changes, version } => Step::Update(id, changes, version),
        Command::Trash(id) => Step::Trash(id, None),
        Command::TrashAt { id, version } => Step::Trash(id, Some(version)),
        Command::Restore(id) => Step::Restore(id),
        Command::Purge(id) => Step::Purge(id),
    })
}

fn apply(tx: &mut WriteTx<'_>, env: &Env, step: Step, context: Context) -> Result<Saved> {
    let planned = plan(tx, env, step)?;
    write::write(tx, env, planned, context)
}

/// Judges a step against what is stored, whole. Nothing is changed.
fn plan<R: Reads>(tx: &R, env: &Env, step: Step) -> Result<Planned> {
    match step {
        Step::Create(object, draft) => plan_create(tx, env, object, draft),
        Step::Update(id, changes, version) => plan_update(tx, env, id, changes, version),
        Step::Trash(id, version) => trash::plan_trash(tx, env, id, version),
        Step::Restore(id) => trash::plan_restore(tx, env, id),
        Step::Purge(id) => purge::plan(tx, env, id),
    }
}

fn plan_create<R: Reads>(tx: &R, env: &Env, object: ObjectId, draft: Draft) -> Result<Planned> {
    let object = env.object(object)?;
    env.require(Action::Create, object)?;
    let mut problems = draft.problems;
    let mut new: Values = draft.values.into_iter().filter_map(|(f, v)| Some((f, v?))).collect();
    let given = draft.given;
    set_system_fields(env, object, None, &given, &mut new);
    guard::before(env, object, None, &mut new, &given, &mut problems);
    validate::whole(object, &new, None, &mut problems);
    links::check_links(tx, env, object, None, &new, &mut problems)?;
    links::check_unique(tx, object, None, None, &new, &mut problems)?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    guard::derive(tx, object, &mut new)?;
    let kind = match env.actor.kind {
        crate::model::ActorKind::System("import") => EventKind::Imported,
        _ => EventKind::Created,
    };
    let new = Stored { version: 1, state: State::Live, values: new };
    Ok(Planned { object: object.id, row: None, old: None, new: Some(new), kind, changed: Vec::new() })
}

fn plan_update<R: Reads>(
    tx: &R,
    env: &Env,
    id: RecordRef,
    changes: Vec<Change>,
    version: Option<u64>,
) -> Result<Planned> {
    let (object, old) = read::visible_stored(tx, &env.schema, &env.actor, id)?;
    env.require(Action::Edit, object)?;
    if old.state == State::Trashed {
        return Err(Error::invalid("", "trashed", "This record is in the trash; restore it before changing it."));
    }
    let draft = validate::update(env, object, changes, &old.values);
    let mut problems = draft.problems;
    let mut new = old.values.clone();
    let given = draft.given;
    for (field, value) in draft.values {
        new.set(field, value);
    }
    guard::before(env, object, Some(&old.values), &mut new, &given, &mut problems);
    validate::whole(object, &new, Some(&given), &mut problems);
    links::check_links(tx, env, object, Some(&old.values), &new, &mut problems)?;
    links::check_unique(tx, object, Some(id.row), Some(&old.values), &new, &mut problems)?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    check_conflict(object, &old, &new, version, draft.shown)?;
    if new == old.values {
        return Ok(Planned::nothing(id, old));
    }
    set_system_fields(env, object, Some(&old.values), &given, &mut new);
    guard::derive(tx, object, &mut new)?;
    let changed = write::changed(object, &old.values, &new, &given);
    let new = Stored { version: old.version + 1, state: old.state, values: new };
    Ok(Planned {
        object: id.object,
        row: Some(id.row),
        old: Some(old),
        new: Some(new),
        kind: EventKind::Updated,
        changed,
    })
}

/// Who made it and when, and when it last changed. The program may say these itself.
fn set_system_fields(env: &Env, object: &Object, old: Option<&Values>, given: &[FieldId], new: &mut Values) {
    let free = |id: FieldId| !given.contains(&id) && object.field_by_id(id).is_some();
    if old.is_none() {
        if free(system_field::CREATED_BY) && env.actor.member != Row(0) {
            new.set(system_field::CREATED_BY, Some(Value::Member(env.actor.member)));
        }
        if free(system_field::CREATED_AT) {
            new.set(system_field::CREATED_AT, Some(Value::Time(env.now)));
        }
    }
    if free(system_field::UPDATED_AT) {
        new.set(system_field::UPDATED_AT, Some(Value::Time(env.now)));
    }
}

/// Somebody else was faster: the version asked for is gone, or a value shown has changed since.
fn check_conflict(
    object: &Object,
    old: &Stored,
    new: &Values,
    version: Option<u64>,
    shown: Vec<(FieldId, Option<Value>)>,
) -> Result<()> {
    if version.is_some_and(|v| v != old.version) {
        let message = "Somebody has changed this record since you opened it; nothing was saved.".to_owned();
        return Err(Error::Conflict { field: String::new(), message });
    }
    for (id, shown) in shown {
        let Some(field) = object.field_by_id(id) else { continue };
        let value = |values: &Values| match field.is_stored() {
            true => values.get(id).cloned(),
            false => kinds::virtual_value(object, field, values),
        };
        let current = value(&old.values);
        if current != shown && current != value(new) {
            let message = format!("{} has been changed since you opened it; nothing was saved.", field.label);
            return Err(Error::Conflict { field: field.name.clone(), message });
        }
    }
    Ok(())
}
