//! Rules that run with every save, in its transaction: one list of those that complete or refuse the new values before
//! anything is written ([`BEFORE`]), and one of those that keep figures on linked records after it ([`AFTER`]). A guard
//! looks fields up by their API names and does nothing on an object that lacks them. Derived values write no event.

use crate::base::id::{FieldId, ObjectId, RecordRef};
use crate::base::{Problem, Result};
use crate::model::object::{standard, system_field};
use crate::model::value::Values;
use crate::model::{Object, Value, rules};
use crate::records::validate::Env;
use crate::records::{figures, read, stage};
use crate::store::{Reads, WriteTx};

/// New values on their way into a record.
pub(crate) struct Incoming<'a> {
    pub env: &'a Env,
    pub object: &'a Object,
    /// What the record has now; `None` for a new one.
    pub old: Option<&'a Values>,
    pub new: &'a mut Values,
    /// Fields that the asker named.
    pub given: &'a [FieldId],
    pub problems: &'a mut Vec<Problem>,
}

impl Incoming<'_> {
    /// Whether a field is about to get another value.
    pub fn changes(&self, field: FieldId) -> bool {
        self.old.and_then(|o| o.get(field)) != self.new.get(field)
    }
}

type Before = fn(&mut Incoming<'_>);
type After = fn(&mut WriteTx<'_>, &Saving<'_>) -> Result<()>;

/// Guards that complete or refuse new values, in order.
const BEFORE: [Before; 5] = [settled, stage::follow, completion, role, touched];

/// Guards that keep figures on linked records, in order.
const AFTER: [After; 3] = [figures::open_deals, figures::next_task_due, figures::last_contacted];

/// A record that has just been written, as live values: `None` where it is not there or in the trash.
pub(crate) struct Saving<'a> {
    pub env: &'a Env,
    pub object: &'a Object,
    pub old: Option<&'a Values>,
    pub new: Option<&'a Values>,
}

/// Runs [`BEFORE`].
pub(crate) fn before(
    env: &Env,
    object: &Object,
    old: Option<&Values>,
    new: &mut Values,
    given: &[FieldId],
    problems: &mut Vec<Problem>,
) {
    let mut incoming = Incoming { env, object, old, new, given, problems };
    for guard in BEFORE {
        guard(&mut incoming);
    }
}

/// Runs [`AFTER`].
pub(crate) fn after(tx: &mut WriteTx<'_>, saving: &Saving<'_>) -> Result<()> {
    AFTER.iter().try_for_each(|guard| guard(tx, saving))
}

/// History is changed by nobody but the program.
fn settled(incoming: &mut Incoming<'_>) {
    let Some(old) = incoming.old.filter(|old| rules::is_settled(incoming.object, old)) else { return };
    if old != incoming.new && !incoming.env.actor.is_system() {
        let message = "This activity is done and can't be changed any more; delete it and log another one.";
        incoming.problems.push(Problem::new("", "settled", message));
    }
}

/// When a task was completed.
fn completion(incoming: &mut Incoming<'_>) {
    let (Some(status), Some(at)) = (incoming.object.field("status"), incoming.object.field("completed_at")) else {
        return;
    };
    if !incoming.changes(status.id) || incoming.given.contains(&at.id) {
        return;
    }
    let completed = status.choice("completed").map(|c| Value::Choice(c.id));
    let is = completed.is_some() && incoming.new.get(status.id) == completed.as_ref();
    incoming.new.set(at.id, is.then_some(Value::Time(incoming.env.now)));
}

/// In which role an activity was logged.
fn role(incoming: &mut Incoming<'_>) {
    if incoming.object.id != standard::ACTIVITIES || incoming.old.is_some() {
        return;
    }
    if let Some(field) = incoming.object.field("role").filter(|f| f.system && !incoming.given.contains(&f.id)) {
        let label = incoming.env.actor.role.label.clone();
        incoming.new.set(field.id, Some(Value::Text(label)));
    }
}

/// Any change of a deal is something that happened to it.
fn touched(incoming: &mut Incoming<'_>) {
    let Some(field) = incoming.object.field("last_activity_at") else { return };
    if incoming.old != Some(incoming.new) && !incoming.given.contains(&field.id) {
        incoming.new.set(field.id, Some(Value::Time(incoming.env.now)));
    }
}

/// Contacts that a record keeps in [`system_field::CONTACT_ROWS`] at most.
const CONTACT_ROWS_MAX: usize = 200;

/// Sets the contacts a record hangs on: those it links to, and those that a record it links to hangs on.
pub(crate) fn derive<R: Reads>(tx: &R, object: &Object, values: &mut Values) -> Result<()> {
    if object.field_by_id(system_field::CONTACT_ROWS).is_none() {
        return Ok(());
    }
    let rows = contact_rows(tx, object.id, values)?;
    values.set(system_field::CONTACT_ROWS, (!rows.is_empty()).then_some(Value::Records(rows)));
    Ok(())
}

/// What hangs on what: a record takes over the contacts of those it links to that stand lower, so that there is no circle.
fn height(object: ObjectId) -> u8 {
    match object {
        standard::DEALS => 1,
        standard::TASKS | standard::ACTIVITIES => 3,
        standard::NOTES => 4,
        standard::ATTACHMENTS => 5,
        _ => 2,
    }
}

/// Whether records of `object` take over the contacts of records of `other` that they link to.
pub(crate) fn hangs_on(object: ObjectId, other: ObjectId) -> bool {
    height(other) < height(object)
}

/// The contacts that a record of `object` with these values hangs on, sorted.
pub(crate) fn contact_rows<R: Reads>(tx: &R, object: ObjectId, values: &Values) -> Result<Vec<RecordRef>> {
    let mut rows = Vec::new();
    for link in links(values) {
        if link.object == standard::CONTACTS {
            rows.push(link);
        } else if hangs_on(object, link.object)
            && let Some((_, over)) = read::fields_of_any(tx, link, &[system_field::CONTACT_ROWS])?
            && let Some(Value::Records(list)) = over.get(system_field::CONTACT_ROWS)
        {
            rows.extend(list);
        }
    }
    rows.sort();
    rows.dedup();
    rows.truncate(CONTACT_ROWS_MAX);
    Ok(rows)
}

/// Every record that these values link to, derived links aside; each once, in field order.
pub(crate) fn links(values: &Values) -> Vec<RecordRef> {
    let mut links: Vec<RecordRef> = Vec::new();
    for (field, value) in values.iter() {
        if let Value::Records(list) = value
            && field != system_field::CONTACT_ROWS
        {
            for link in list {
                if !links.contains(link) {
                    links.push(*link);
                }
            }
        }
    }
    links
}
