//! Deleting for ever: the values leave record, columns, index and the bodies of its events; search follows the event. What
//! stays is that there was a record, who did what to it and when. It cannot be undone.

use crate::base::Result;
use crate::base::id::RecordRef;
use crate::model::rules::Action;
use crate::records::event::EventKind;
use crate::records::read;
use crate::records::validate::Env;
use crate::records::write::Planned;
use crate::store::Reads;

/// Judges deleting a record for ever, live or in the trash.
pub(crate) fn plan<R: Reads>(tx: &R, env: &Env, id: RecordRef) -> Result<Planned> {
    let (object, old) = read::visible_stored(tx, &env.schema, &env.actor, id)?;
    env.require(Action::Purge, object)?;
    Ok(Planned {
        object: id.object,
        row: Some(id.row),
        old: Some(old),
        new: None,
        kind: EventKind::Purged,
        changed: Vec::new(),
    })
}
