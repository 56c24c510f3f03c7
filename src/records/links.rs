//! What a value says about other records, judged against the store: links lead somewhere the actor may see, members are
//! still here, unique values are free. Nothing is written.

use crate::base::id::{FieldId, RecordRef, Row};
use crate::base::{Problem, Result};
use crate::model::object::{standard, system_field};
use crate::model::value::Values;
use crate::model::{Kind, Object, Target, Value};
use crate::records::validate::Env;
use crate::records::{State, index, read};
use crate::store::Reads;

/// New links must lead to live records that the actor may see, new members must be able to sign in.
pub(crate) fn check_links<R: Reads>(
    tx: &R,
    env: &Env,
    object: &Object,
    old: Option<&Values>,
    new: &Values,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    for (id, value) in new.iter() {
        let before = old.and_then(|o| o.get(id));
        if before == Some(value) {
            continue;
        }
        let Some(field) = object.field_by_id(id) else { continue };
        match value {
            Value::Member(row) if id != system_field::CREATED_BY || !env.actor.is_system() => {
                if let Some(problem) = member_problem(tx, env, *row)? {
                    problems.push(Problem::new(&field.name, problem.0, problem.1));
                }
            }
            Value::Records(refs) if id != system_field::CONTACT_ROWS => {
                for link in refs {
                    let kept = matches!(before, Some(Value::Records(b)) if b.contains(link));
                    if !kept && let Some(problem) = link_problem(tx, env, field.target, *link)? {
                        problems.push(Problem::new(&field.name, problem.0, problem.1));
                        break;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

type Wrong = Option<(&'static str, String)>;

fn link_problem<R: Reads>(tx: &R, env: &Env, target: Option<Target>, link: RecordRef) -> Result<Wrong> {
    let absent = || Some(("not_found", format!("There is no record {}.", link.row)));
    if let Some(Target::Object(object)) = target
        && object != link.object
    {
        return Ok(Some(("type", "This leads to a record of another kind.".to_owned())));
    }
    let Some(on) = env.schema.object_by_id(link.object) else { return Ok(absent()) };
    let Some(stored) = read::stored(tx, link)? else { return Ok(absent()) };
    if !read::visible(tx, &env.actor, link.object, &stored.values)? {
        return Ok(absent());
    }
    if stored.state == State::Trashed {
        return Ok(Some(("trashed", format!("{} {} is in the trash.", on.label, link.row))));
    }
    Ok(None)
}

fn member_problem<R: Reads>(tx: &R, env: &Env, row: Row) -> Result<Wrong> {
    let absent = Some(("not_found", format!("There is no member {row}.")));
    let Some(members) = env.schema.object_by_id(standard::MEMBERS) else { return Ok(absent) };
    let status = members.field("status");
    let wanted: Vec<FieldId> = status.map(|f| f.id).into_iter().collect();
    let Some(values) = read::fields(tx, RecordRef::new(standard::MEMBERS, row), &wanted)? else { return Ok(absent) };
    let removed = status.is_some_and(|f| {
        let removed = f.choice("removed").map(|c| c.id);
        matches!(values.get(f.id), Some(Value::Choice(c)) if Some(*c) == removed)
    });
    Ok(removed.then(|| ("removed", "This member has been removed.".to_owned())))
}

/// No two live records share a value of a unique field.
pub(crate) fn check_unique<R: Reads>(
    tx: &R,
    object: &Object,
    row: Option<Row>,
    old: Option<&Values>,
    new: &Values,
    problems: &mut Vec<Problem>,
) -> Result<()> {
    for field in object.fields.iter().filter(|f| f.unique && f.kind != Kind::FullName) {
        let Some(value) = new.get(field.id) else { continue };
        if old.and_then(|o| o.get(field.id)) == Some(value) {
            continue;
        }
        for key in index::value_keys(value) {
            let others = index::rows(tx, object.id, field.id, &key, 2)?;
            if others.into_iter().any(|other| Some(other) != row) {
                let message = format!("Another record already has this {}.", field.label);
                problems.push(Problem::new(&field.name, "taken", message));
                break;
            }
        }
    }
    Ok(())
}
