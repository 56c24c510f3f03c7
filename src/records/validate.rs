//! What can be told about a command without the store: unknown and system fields, types and limits, defaults, required
//! fields. All problems are collected; nothing is read or written here.

use crate::base::clock::Millis;
use crate::base::id::{FieldId, ObjectId, Row};
use crate::base::{Error, Problem, Result};
use crate::model::object::system_field;
use crate::model::rules::{self, Action};
use crate::model::value::Values;
use crate::model::{Actor, Field, Kind, Object, Schema, Value, kinds};
use crate::records::save::Change;
use std::collections::HashMap;
use std::sync::Arc;

/// What every command of one request is judged by.
pub(crate) struct Env {
    pub schema: Arc<Schema>,
    pub actor: Actor,
    pub now: Millis,
    defaults: HashMap<ObjectId, Vec<(FieldId, Value)>>,
}

impl Env {
    /// The judge for `actor`'s commands on records of `objects`.
    pub fn new(
        schema: Arc<Schema>,
        actor: &Actor,
        now: Millis,
        objects: impl Iterator<Item = ObjectId>,
    ) -> Result<Self> {
        let mut env = Self { schema, actor: actor.clone(), now, defaults: HashMap::new() };
        for id in objects {
            if !env.defaults.contains_key(&id) {
                let defaults = defaults(&env, env.object(id)?)?;
                env.defaults.insert(id, defaults);
            }
        }
        Ok(env)
    }

    /// The object with this id; one that does not exist is not found.
    pub fn object(&self, id: ObjectId) -> Result<&Object> {
        self.schema.object_by_id(id).ok_or(Error::NotFound)
    }

    /// Refuses what the actor's role may not do.
    pub fn require(&self, action: Action, object: &Object) -> Result<()> {
        if rules::may(&self.actor, action, object.id) {
            return Ok(());
        }
        let what = match action {
            Action::Create => "create",
            Action::Edit => "change",
            Action::Delete => "delete or restore",
            Action::Purge => "delete for ever",
            _ => "do that with",
        };
        Err(Error::Denied(format!("Your role may not {what} {}.", object.label_plural.to_lowercase())))
    }

    /// The field as this actor knows it; a hidden one is unknown, like one that does not exist.
    fn field<'a>(&self, object: &'a Object, id: FieldId) -> Option<&'a Field> {
        let field = object.field_by_id(id)?;
        let known = rules::field_visible(&self.actor, object.id, id) && (self.actor.is_system() || !field.hidden);
        known.then_some(field)
    }
}

fn defaults(env: &Env, object: &Object) -> Result<Vec<(FieldId, Value)>> {
    let reading = kinds::Reading {
        schema: &env.schema,
        now: env.now,
        zone: &env.actor.zone,
        region: "US",
        me: env.actor.member,
        member: &|_| None,
    };
    let mut all = Vec::new();
    for field in object.fields.iter().filter(|f| !f.default.is_empty()) {
        if field.kind == Kind::Person && field.default == "me" {
            if env.actor.member != Row(0) {
                all.push((field.id, Value::Member(env.actor.member)));
            }
            continue;
        }
        let value = kinds::from_text(field, &field.default, &reading)
            .map_err(|p| Error::Internal(format!("the default of {}.{}: {}", object.name, field.name, p.message)))?;
        all.extend(value.map(|v| (field.id, v)));
    }
    // Whoever makes a record looks after it, where nobody else is named.
    if env.actor.member != Row(0)
        && object.field_by_id(system_field::OWNER).is_some()
        && !all.iter().any(|(f, _)| *f == system_field::OWNER)
    {
        all.push((system_field::OWNER, Value::Member(env.actor.member)));
    }
    Ok(all)
}

/// New values, judged without the store; the problems go on to be told together with those of the store.
pub(crate) struct Draft {
    /// What the record gets; `None` clears.
    pub values: Vec<(FieldId, Option<Value>)>,
    /// Fields that the asker named, as stored fields.
    pub given: Vec<FieldId>,
    /// What the asker was shown, per field named by them.
    pub shown: Vec<(FieldId, Option<Value>)>,
    /// What is wrong so far.
    pub problems: Vec<Problem>,
}

impl Draft {
    fn with_room(fields: usize) -> Self {
        Self { values: Vec::with_capacity(fields), given: Vec::new(), shown: Vec::new(), problems: Vec::new() }
    }
}

/// Judges the values of a new record.
pub(crate) fn create(env: &Env, object: &Object, values: Vec<(FieldId, Value)>) -> Draft {
    let mut draft = Draft::with_room(values.len() + 8);
    // What is read from other fields comes after them, in whatever order they were sent.
    let (stored, made): (Vec<_>, Vec<_>) = values.into_iter().partition(|(f, _)| is_stored(object, *f));
    for (field, value) in stored.into_iter().chain(made) {
        judge(env, object, field, Some(value), &Values::default(), &mut draft);
    }
    draft.given = draft.values.iter().map(|(f, _)| *f).collect();
    for (field, value) in env.defaults.get(&object.id).into_iter().flatten() {
        if !draft.values.iter().any(|(f, _)| f == field) {
            draft.values.push((*field, Some(value.clone())));
        }
    }
    draft
}

/// Judges the changes of an update; `old` is what virtual fields are read from.
pub(crate) fn update(env: &Env, object: &Object, changes: Vec<Change>, old: &Values) -> Draft {
    let mut draft = Draft::with_room(changes.len());
    let (stored, made): (Vec<_>, Vec<_>) = changes.into_iter().partition(|c| is_stored(object, c.field));
    for change in stored.into_iter().chain(made) {
        if let Some(shown) = change.shown {
            draft.shown.push((change.field, shown.and_then(not_empty)));
        }
        judge(env, object, change.field, change.to, old, &mut draft);
    }
    draft.given = draft.values.iter().map(|(f, _)| *f).collect();
    draft
}

fn is_stored(object: &Object, field: FieldId) -> bool {
    object.field_by_id(field).is_none_or(Field::is_stored)
}

fn judge(env: &Env, object: &Object, id: FieldId, value: Option<Value>, old: &Values, draft: &mut Draft) {
    let Some(field) = env.field(object, id) else {
        let name = object.field_by_id(id).map_or_else(|| id.to_string(), |f| f.name.clone());
        let message = format!("There is no such field on {}.", object.name);
        draft.problems.push(Problem::new(name, "unknown", message));
        return;
    };
    if field.system && !env.actor.is_system() {
        draft.problems.push(Problem::new(
            &field.name,
            "read_only",
            "This field is kept by the program and can't be set.",
        ));
        return;
    }
    let value = value.and_then(not_empty);
    if let Some(value) = &value
        && let Err(problem) = kinds::check(field, value)
    {
        draft.problems.push(problem);
        return;
    }
    if field.is_stored() {
        put(draft, field.id, value);
    } else {
        let mut current = old.clone();
        for (f, v) in &draft.values {
            current.set(*f, v.clone());
        }
        for (part, value) in kinds::expand(object, field, value, &current) {
            put(draft, part, value);
        }
    }
}

fn put(draft: &mut Draft, field: FieldId, value: Option<Value>) {
    match draft.values.iter_mut().find(|(f, _)| *f == field) {
        Some((_, v)) => *v = value,
        None => draft.values.push((field, value)),
    }
}

/// Empty texts and lists are no values.
fn not_empty(value: Value) -> Option<Value> {
    let empty = match &value {
        Value::Text(text) => text.trim().is_empty(),
        Value::Choices(list) => list.is_empty(),
        Value::List(list) => list.is_empty(),
        Value::Phones(list) => list.is_empty(),
        Value::Records(list) => list.is_empty(),
        Value::Files(list) => list.is_empty(),
        Value::Address(a) => *a == crate::model::Address::default(),
        _ => false,
    };
    (!empty).then_some(value)
}

/// What the record as a whole must have: required fields and one of several. Of an update, only what it touches is asked
/// for, so that a record from before a field became required can still be changed.
pub(crate) fn whole(object: &Object, new: &Values, touched: Option<&[FieldId]>, problems: &mut Vec<Problem>) {
    let asked = |id: FieldId| touched.is_none_or(|t| t.contains(&id));
    for field in &object.fields {
        let optional = !field.required || field.hidden || !field.show_if.is_empty();
        let told = || problems.iter().any(|p| p.field == field.name);
        if optional || !asked(field.id) || has(object, field, new) || told() {
            continue;
        }
        problems.push(Problem::new(&field.name, "required", format!("{} must have a value.", field.label)));
    }
    let fields: Vec<&Field> = object.one_of.iter().filter_map(|name| object.field(name)).collect();
    let touched_one =
        touched.is_none_or(|t| fields.iter().any(|f| stored_parts(object, f).iter().any(|p| t.contains(p))));
    if !fields.is_empty() && touched_one && !fields.iter().any(|f| has(object, f, new)) {
        if fields.iter().any(|f| problems.iter().any(|p| p.field == f.name)) {
            return;
        }
        let labels: Vec<&str> = fields.iter().map(|f| f.label.as_str()).collect();
        let message = format!("At least one of these must have a value: {}.", labels.join(", "));
        problems.push(Problem::new(&fields[0].name, "required", message));
    }
}

fn has(object: &Object, field: &Field, values: &Values) -> bool {
    stored_parts(object, field).iter().any(|part| values.get(*part).is_some())
}

/// The stored fields a field is read from: itself, or its parts.
fn stored_parts(object: &Object, field: &Field) -> Vec<FieldId> {
    match field.kind {
        Kind::FullName => field.parts.iter().filter_map(|p| object.field(p)).map(|f| f.id).collect(),
        Kind::CurrencyCode => object.field(&field.of).map(|f| f.id).into_iter().collect(),
        _ => vec![field.id],
    }
}
