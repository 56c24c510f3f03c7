//! Whether what lies in the store agrees with itself: every record is readable and sound; index, columns, timeline and
//! figures say what a full scan of the records says. Reads one snapshot and changes nothing.

use crate::base::Result;
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef, Row, Seq};
use crate::base::money::UNITS;
use crate::model::object::{standard, system_field};
use crate::model::{Object, Schema, Value};
use crate::records::read::{self, Stored};
use crate::records::{State, columns, figures, guard, index, timeline};
use crate::store::codec::RecordView;
use crate::store::{self, Direction, Reads, Table, key};
use std::collections::HashMap;
use std::ops::ControlFlow;

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Records looked at.
    pub records: u64,
    /// Index entries looked at.
    pub entries: u64,
    /// Events looked at.
    pub events: u64,
    /// What is wrong, in sentences; empty where all is well. At most [`PROBLEMS_MAX`].
    pub problems: Vec<String>,
}

/// Problems told at most; the rest is of the same kind.
pub const PROBLEMS_MAX: usize = 100;

impl Findings {
    fn add(&mut self, problem: impl FnOnce() -> String) {
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(problem());
        }
    }
}

/// Figures of linked records, from a full scan.
#[derive(Default)]
struct Figures {
    open_deals: HashMap<RecordRef, i64>,
    next_task: HashMap<RecordRef, Millis>,
}

/// Compares everything with everything. `step` is told how many records and events have been looked at.
pub fn check<R: Reads>(tx: &R, schema: &Schema, step: &mut dyn FnMut(u64)) -> Result<Findings> {
    let mut findings = Findings::default();
    let mut kept = Figures::default();
    for object in &schema.objects {
        count(tx, schema, object, &mut kept)?;
    }
    for object in &schema.objects {
        let expected = records(tx, object, &kept, &mut findings, step)?;
        entries(tx, object, expected, &mut findings)?;
        for problem in columns::check(tx, object)? {
            findings.add(|| problem);
        }
    }
    log(tx, &mut findings, step)?;
    Ok(findings)
}

/// Calls `visit` for every record of an object, in row order; unreadable ones as their error.
fn each<R: Reads>(
    tx: &R,
    object: ObjectId,
    mut visit: impl FnMut(RecordRef, &[u8], Result<Stored>) -> Result<()>,
) -> Result<()> {
    let (from, to) = (RecordRef::new(object, Row(0)), RecordRef::new(object, Row(u64::MAX)));
    tx.scan(Table::Records, &key::record(from), &key::record(to), Direction::Forward, &mut |k, bytes| {
        visit(RecordRef::new(object, key::row_at_end(k)), bytes, read::decode(bytes))?;
        Ok(ControlFlow::Continue(()))
    })
}

fn count<R: Reads>(tx: &R, schema: &Schema, object: &Object, kept: &mut Figures) -> Result<()> {
    if object.id != standard::DEALS && object.id != standard::TASKS {
        return Ok(());
    }
    let has = |id: RecordRef, name| schema.object_by_id(id.object).is_some_and(|o| o.field(name).is_some());
    each(tx, object.id, |_, _, stored| {
        let Some(stored) = stored.ok().filter(|s| s.state == State::Live) else { return Ok(()) };
        let links = guard::links(&stored.values);
        if object.id == standard::DEALS && figures::deal_is_open(object, &stored.values) {
            for id in links.iter().filter(|id| has(**id, "open_deals")) {
                *kept.open_deals.entry(*id).or_default() += 1;
            }
        }
        if object.id == standard::TASKS
            && let Some(due) = figures::task_due(object, &stored.values)
        {
            for id in links.iter().filter(|id| has(**id, "next_task_due")) {
                kept.next_task.entry(*id).and_modify(|at| *at = due.min(*at)).or_insert(due);
            }
        }
        Ok(())
    })
}

/// Looks at every record; gives the number of index entries that there should be.
fn records<R: Reads>(
    tx: &R,
    object: &Object,
    kept: &Figures,
    findings: &mut Findings,
    step: &mut dyn FnMut(u64),
) -> Result<u64> {
    let mut expected = 0;
    each(tx, object.id, |id, bytes, stored| {
        findings.records += 1;
        step(findings.records);
        let name = || format!("{} {}", object.label, id.row);
        let sound = RecordView::parse(bytes).is_ok_and(|view| view.is_sound());
        let (Ok(stored), true) = (stored, sound) else {
            findings.add(|| format!("{} is unreadable or does not match its checksum.", name()));
            return Ok(());
        };
        if stored.state == State::Live {
            for entry in index::entries(object, &stored.values, id.row) {
                expected += 1;
                if tx.with(Table::Index, &entry, |_| ())?.is_none() {
                    findings.add(|| format!("{} is missing from the index.", name()));
                }
            }
        }
        derived(tx, object, id, &stored, kept, findings)
    })?;
    Ok(expected)
}

/// Values that follow from other records.
fn derived<R: Reads>(
    tx: &R,
    object: &Object,
    id: RecordRef,
    stored: &Stored,
    kept: &Figures,
    findings: &mut Findings,
) -> Result<()> {
    let mut differs = |what: &str| findings.add(|| format!("{} {}: {what} differs.", object.label, id.row));
    if object.field_by_id(system_field::CONTACT_ROWS).is_some() && stored.state == State::Live {
        let rows = guard::contact_rows(tx, id.object, &stored.values)?;
        let now = match stored.values.get(system_field::CONTACT_ROWS) {
            Some(Value::Records(rows)) => rows.as_slice(),
            _ => &[],
        };
        if now != rows {
            differs("the contacts it hangs on");
        }
    }
    if let Some(field) = object.field("open_deals") {
        let now = match stored.values.get(field.id) {
            Some(Value::Number(n)) => n.0 / UNITS,
            _ => 0,
        };
        if now != kept.open_deals.get(&id).copied().unwrap_or(0) {
            differs("the number of open deals");
        }
    }
    if let Some(field) = object.field("next_task_due") {
        let now = match stored.values.get(field.id) {
            Some(Value::Time(at)) => Some(*at),
            _ => None,
        };
        if now != kept.next_task.get(&id).copied() {
            differs("when the next task is due");
        }
    }
    Ok(())
}

/// Looks at every index entry of an object: as many as there should be, and no unique value twice.
fn entries<R: Reads>(tx: &R, object: &Object, expected: u64, findings: &mut Findings) -> Result<()> {
    let from = object.id.0.to_be_bytes();
    let mut found = 0;
    let mut last: Vec<u8> = Vec::new();
    let unique = |entry: &[u8]| {
        let field = u16::from_be_bytes([entry[2], entry[3]]);
        object.fields.iter().any(|f| f.id.0 == field && f.unique)
    };
    tx.scan(Table::Index, &from, &key::after(&from), Direction::Forward, &mut |entry, _| {
        found += 1;
        let Some(value) = entry.len().checked_sub(8).filter(|n| *n >= 4).map(|n| &entry[..n]) else {
            findings.add(|| format!("The index of {} has a damaged entry.", object.label_plural));
            return Ok(ControlFlow::Continue(()));
        };
        if value == last && unique(entry) {
            let row = key::row_at_end(entry);
            findings.add(|| format!("{} {row} shares a value that must be unique.", object.label));
        }
        last.clear();
        last.extend_from_slice(value);
        Ok(ControlFlow::Continue(()))
    })?;
    findings.entries += found;
    if found != expected {
        let name = &object.label_plural;
        findings.add(|| format!("The index of {name} has {found} entries; {expected} follow from the records."));
    }
    Ok(())
}

/// Every event about a record stands in that record's timeline, and every timeline entry leads to an event.
fn log<R: Reads>(tx: &R, findings: &mut Findings, step: &mut dyn FnMut(u64)) -> Result<()> {
    let last = tx.last_seq();
    store::events_from(tx, Seq(1), |event| {
        findings.events += 1;
        step(findings.records + findings.events);
        if let Some(record) = event.head.record
            && tx.with(Table::Timeline, &timeline::key(record, event.seq), |_| ())?.is_none()
        {
            findings.add(|| format!("Event {} is missing from the timeline of its record.", event.seq));
        }
        Ok(ControlFlow::Continue(()))
    })?;
    if findings.events != last.0 {
        let found = findings.events;
        findings.add(|| format!("The log has {found} events; its last number is {last}."));
    }
    tx.scan(Table::Timeline, &[], &[0xff; 18], Direction::Forward, &mut |k, _| {
        let seq = timeline::seq_of(k);
        if seq > last || seq == Seq(0) {
            findings.add(|| format!("A timeline tells of event {seq}, which there is not."));
        }
        Ok(ControlFlow::Continue(()))
    })
}
