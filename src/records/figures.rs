//! Figures that guards keep on linked records in the same transaction: open deals, the next task's day, the last contact.
//! They are values like any other but write no event and no version; each can be computed again from the records.

use crate::base::Result;
use crate::base::clock::Millis;
use crate::base::id::{FieldId, RecordRef};
use crate::base::money::{Decimal, UNITS};
use crate::model::object::standard;
use crate::model::value::Values;
use crate::model::{Object, Schema, Value};
use crate::records::guard::{Saving, links};
use crate::records::{index, read, write};
use crate::store::{Reads, WriteTx};

/// Linked records read at most to find a figure again.
const LINKED_MAX: usize = 100_000;

/// Whether the select field `name` holds one of the options `wanted`.
fn is_one_of(object: &Object, values: &Values, name: &str, wanted: &[&str]) -> bool {
    let Some(field) = object.field(name) else { return false };
    match values.get(field.id) {
        Some(Value::Choice(id)) => field.choice_by_id(*id).is_some_and(|c| wanted.contains(&c.name.as_str())),
        _ => false,
    }
}

fn time(object: &Object, values: &Values, name: &str) -> Option<Millis> {
    match values.get(object.field(name)?.id) {
        Some(Value::Time(at)) => Some(*at),
        _ => None,
    }
}

/// The field `name` of the object of `id`, where it has one.
fn figure(schema: &Schema, id: RecordRef, name: &str) -> Option<FieldId> {
    schema.object_by_id(id.object)?.field(name).map(|f| f.id)
}

/// Open deals of each contact and company: those neither won nor lost.
pub(crate) fn open_deals(tx: &mut WriteTx<'_>, saving: &Saving<'_>) -> Result<()> {
    if saving.object.id != standard::DEALS {
        return Ok(());
    }
    let counted = |values: Option<&Values>| match values {
        Some(v) if deal_is_open(saving.object, v) => links(v),
        _ => Vec::new(),
    };
    let (before, after) = (counted(saving.old), counted(saving.new));
    let left = before.iter().filter(|id| !after.contains(id)).map(|id| (*id, -1));
    let joined = after.iter().filter(|id| !before.contains(id)).map(|id| (*id, 1));
    for (id, step) in left.chain(joined) {
        let Some(field) = figure(&saving.env.schema, id, "open_deals") else { continue };
        write::set_derived(tx, &saving.env.schema, id, field, |now| {
            let count = match now {
                Some(Value::Number(n)) => n.0 / UNITS,
                _ => 0,
            };
            Decimal::whole((count + step).max(0)).map(Value::Number)
        })?;
    }
    Ok(())
}

/// Whether a deal is neither won nor lost.
pub(crate) fn deal_is_open(deals: &Object, values: &Values) -> bool {
    is_one_of(deals, values, "status", &["open", "on_hold"])
}

/// When the next open task of a record is due.
pub(crate) fn next_task_due(tx: &mut WriteTx<'_>, saving: &Saving<'_>) -> Result<()> {
    let tasks = saving.object;
    if tasks.id != standard::TASKS {
        return Ok(());
    }
    let due = |values: Option<&Values>| values.and_then(|v| task_due(tasks, v));
    let linked = |values: Option<&Values>| values.map(links).unwrap_or_default();
    let (before, after) = (due(saving.old), due(saving.new));
    let (from, to) = (linked(saving.old), linked(saving.new));
    for id in from.iter().chain(to.iter().filter(|id| !from.contains(id))) {
        let Some(field) = figure(&saving.env.schema, *id, "next_task_due") else { continue };
        let now = read::fields_of_any(tx, *id, &[field])?.and_then(|(_, v)| v.get(field).cloned());
        let was = before.filter(|_| from.contains(id));
        let is = after.filter(|_| to.contains(id));
        let shown = match now {
            Some(Value::Time(at)) => Some(at),
            _ => None,
        };
        let next = match (was, is) {
            (_, Some(at)) if shown.is_none_or(|s| at <= s) => Some(at),
            (Some(at), _) if shown == Some(at) => soonest(tx, tasks, *id)?,
            _ => continue,
        };
        write::set_derived(tx, &saving.env.schema, *id, field, |_| next.map(Value::Time))?;
    }
    Ok(())
}

/// When a task is due, where it is open.
pub(crate) fn task_due(tasks: &Object, values: &Values) -> Option<Millis> {
    if is_one_of(tasks, values, "status", &["open"]) { time(tasks, values, "due_at") } else { None }
}

/// The soonest due open task of a record, from the index.
pub(crate) fn soonest<R: Reads>(tx: &R, tasks: &Object, id: RecordRef) -> Result<Option<Millis>> {
    let (Some(field), Some(status), Some(due)) = (tasks.field("links"), tasks.field("status"), tasks.field("due_at"))
    else {
        return Ok(None);
    };
    let mut soonest = None;
    for task in index::linked(tx, tasks.id, field.id, id, LINKED_MAX)? {
        let values = read::fields(tx, task, &[status.id, due.id])?;
        if let Some(at) = values.and_then(|v| task_due(tasks, &v)) {
            soonest = Some(soonest.map_or(at, |s: Millis| s.min(at)));
        }
    }
    Ok(soonest)
}

/// When a record was last contacted, and when anything last happened to it.
pub(crate) fn last_contacted(tx: &mut WriteTx<'_>, saving: &Saving<'_>) -> Result<()> {
    let Some(new) = saving.new else { return Ok(()) };
    let now = saving.env.now;
    let (contacted, active) = match saving.object.id {
        standard::ACTIVITIES => (contact_time(saving.object, new), done_time(saving.object, new)),
        // A new note may be of an earlier day, where the program tells of what others did.
        standard::NOTES if saving.old.is_none() => (None, time(saving.object, new, "created_at")),
        standard::NOTES => (None, Some(now)),
        standard::TASKS => (None, time(saving.object, new, "completed_at")),
        _ => return Ok(()),
    };
    for id in links(new) {
        for (name, at) in [("last_contacted_at", contacted), ("last_activity_at", active)] {
            let (Some(at), Some(field)) = (at, figure(&saving.env.schema, id, name)) else { continue };
            write::set_derived(tx, &saving.env.schema, id, field, |now| match now {
                Some(Value::Time(later)) if *later >= at => now.cloned(),
                _ => Some(Value::Time(at)),
            })?;
        }
    }
    Ok(())
}

fn done_time(activities: &Object, values: &Values) -> Option<Millis> {
    if !is_one_of(activities, values, "status", &["done"]) {
        return None;
    }
    time(activities, values, "starts_at").or_else(|| time(activities, values, "created_at"))
}

fn contact_time(activities: &Object, values: &Values) -> Option<Millis> {
    let reaches = ["call", "email", "meeting", "follow_up", "sms", "whatsapp"];
    if !is_one_of(activities, values, "type", &reaches) {
        return None;
    }
    if is_one_of(activities, values, "outcome", &["cancelled"]) {
        return None;
    }
    done_time(activities, values)
}
