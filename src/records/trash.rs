//! The trash: a record in it is kept whole, stands in no list, blocks no unique value, and can be taken out again.

use crate::base::id::RecordRef;
use crate::base::{Error, Result};
use crate::model::rules::Action;
use crate::records::event::EventKind;
use crate::records::links::check_unique;
use crate::records::read::{self, Stored};
use crate::records::validate::Env;
use crate::records::write::Planned;
use crate::records::{State, guard};
use crate::store::Reads;

/// Judges moving a record to the trash, where it is of the version the asker knows. One that is there already stays as it is.
pub(crate) fn plan_trash<R: Reads>(tx: &R, env: &Env, id: RecordRef, version: Option<u64>) -> Result<Planned> {
    let (object, old) = read::visible_stored(tx, &env.schema, &env.actor, id)?;
    env.require(Action::Delete, object)?;
    if version.is_some_and(|v| v != old.version) {
        let message = "Somebody has changed this record since you read it; nothing was deleted.".to_owned();
        return Err(Error::Conflict { field: String::new(), message });
    }
    if old.state == State::Trashed {
        return Ok(Planned::nothing(id, old));
    }
    let new = Stored { version: old.version + 1, state: State::Trashed, values: old.values.clone() };
    Ok(moved(id, old, new, EventKind::Trashed))
}

/// Judges taking a record out of the trash: its unique values may have been taken meanwhile.
pub(crate) fn plan_restore<R: Reads>(tx: &R, env: &Env, id: RecordRef) -> Result<Planned> {
    let (object, old) = read::visible_stored(tx, &env.schema, &env.actor, id)?;
    env.require(Action::Delete, object)?;
    if old.state == State::Live {
        return Ok(Planned::nothing(id, old));
    }
    let mut problems = Vec::new();
    check_unique(tx, object, Some(id.row), None, &old.values, &mut problems)?;
    if !problems.is_empty() {
        return Err(Error::Invalid(problems));
    }
    let mut values = old.values.clone();
    guard::derive(tx, object, &mut values)?;
    let new = Stored { version: old.version + 1, state: State::Live, values };
    Ok(moved(id, old, new, EventKind::Restored))
}

fn moved(id: RecordRef, old: Stored, new: Stored, kind: EventKind) -> Planned {
    Planned { object: id.object, row: Some(id.row), old: Some(old), new: Some(new), kind, changed: Vec::new() }
}
