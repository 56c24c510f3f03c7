//! Rows on their way into the store, a slice at a time: what they name is looked up or made, duplicates are met, and the
//! slice is saved behind people's saves before the next is read.

use super::known::{Found, Members, Names, Sameness};
use super::mapping::Mapping;
use super::reject::Rejected;
use super::row::{self, Values};
use super::{Duplicates, ImportOptions, ImportReport};
use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::base::text::fold;
use crate::base::{Error, Result};
use crate::model::{Actor, Object, Value, kinds};
use crate::records::engine::Finder;
use crate::records::save::{BULK_PENDING, BULK_SLICE, Change, Command};
use crate::records::{Context, Engine};
use csv::StringRecord;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::io::Write;

/// Rows that are looked up and saved together.
const SLICE: usize = BULK_SLICE * BULK_PENDING;
/// Keys of a file's rows that a dry run remembers at most, to see duplicates within it.
const KEYS_MAX: usize = 4_000_000;
/// Unknown members named in the report at most.
const NOBODY_MAX: usize = 20;

pub(crate) struct Slicer<'a> {
    engine: &'a Engine,
    actor: &'a Actor,
    object: &'a Object,
    objects: Vec<Object>,
    header: &'a [String],
    mapping: &'a Mapping,
    options: &'a ImportOptions,
    members: Members,
    names: Names,
    sameness: Sameness,
    rows: Vec<(StringRecord, Values)>,
    /// Keys of the rows of this slice; in a dry run, hashes of those of the whole file.
    keys: HashSet<String>,
    seen: HashSet<u64>,
    hasher: RandomState,
    new_names: HashSet<String>,
    nobody: BTreeMap<String, u64>,
    report: ImportReport,
}

impl<'a> Slicer<'a> {
    pub fn new(
        engine: &'a Engine,
        actor: &'a Actor,
        object: &'a Object,
        header: &'a [String],
        mapping: &'a Mapping,
        options: &'a ImportOptions,
        report: ImportReport,
    ) -> Result<Self> {
        Ok(Self {
            engine,
            actor,
            object,
            objects: engine.schema().objects.clone(),
            header,
            mapping,
            options,
            members: Members::read(&engine.finder(actor)?)?,
            names: Names::default(),
            sameness: Sameness::of(object),
            rows: Vec::with_capacity(SLICE),
            keys: HashSet::new(),
            seen: HashSet::new(),
            hasher: RandomState::new(),
            new_names: HashSet::new(),
            nobody: BTreeMap::new(),
            report,
        })
    }

    /// Rows done.
    pub fn rows(&self) -> u64 {
        self.report.rows
    }

    /// Whether a slice has just been saved.
    pub fn is_fresh(&self) -> bool {
        self.rows.is_empty()
    }

    /// Adds a row; saves the slice when it is full.
    pub fn add<W: Write>(&mut self, record: &StringRecord, rejected: &mut Rejected<'_, W>) -> Result<()> {
        let values = self.read(record);
        if !values.problems.is_empty() {
            return self.refuse(record, &values.problems.join("; "), rejected);
        }
        self.report.rows += 1;
        for name in &values.nobody {
            if self.nobody.len() < NOBODY_MAX || self.nobody.contains_key(name) {
                *self.nobody.entry(name.clone()).or_default() += 1;
            }
        }
        let keys = match self.options.duplicates {
            Duplicates::Create => Vec::new(),
            _ => self.sameness.keys(&values.values),
        };
        // Of two same rows in one slice the first must be saved before the second is judged.
        if keys.iter().any(|key| self.keys.contains(key)) {
            self.save(rejected)?;
        }
        self.keys.extend(keys);
        self.rows.push((record.clone(), values));
        if self.rows.len() == SLICE { self.save(rejected) } else { Ok(()) }
    }

    fn read(&self, record: &StringRecord) -> Values {
        let reading = kinds::Reading {
            schema: &self.engine.schema(),
            now: self.engine.now(),
            zone: &self.actor.zone,
            region: &self.options.region,
            me: self.actor.member,
            member: &|text: &str| -> Option<Row> { self.members.find(text) },
        };
        row::read(self.object, self.header, self.mapping, record, &reading)
    }

    /// Puts a row to the rejected ones.
    pub fn refuse<W: Write>(
        &mut self,
        record: &StringRecord,
        reason: &str,
        rejected: &mut Rejected<'_, W>,
    ) -> Result<()> {
        self.report.rows += 1;
        self.report.rejected += 1;
        rejected.add(self.header, record, reason)
    }

    /// Saves what is left and gives the report.
    pub fn finish<W: Write>(mut self, rejected: &mut Rejected<'_, W>) -> Result<ImportReport> {
        self.save(rejected)?;
        for (name, rows) in &self.nobody {
            let rows = if *rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") };
            self.report.notes.push(format!("\"{name}\" is no member here; {rows} went to the importer."));
        }
        Ok(self.report)
    }

    fn context(&self) -> Context {
        Context { batch: self.report.batch, ..Context::default() }
    }

    fn save<W: Write>(&mut self, rejected: &mut Rejected<'_, W>) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        self.keys.clear();
        if rows.is_empty() {
            return Ok(());
        }
        self.make_named(&rows)?;
        let finder = self.engine.finder(self.actor)?;
        let (mut commands, mut places) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
        for (place, (record, values)) in rows.iter().enumerate() {
            match self.command(&finder, values) {
                Ok(Some(command)) => {
                    commands.push(command);
                    places.push(place);
                }
                Ok(None) => self.report.skipped += 1,
                Err(Error::Invalid(problems)) => {
                    self.report.rejected += 1;
                    rejected.add(self.header, record, &self.reason(&Error::Invalid(problems)))?;
                }
                Err(error) => return Err(error),
            }
        }
        drop(finder);
        let creates: Vec<bool> = commands.iter().map(|c| matches!(c, Command::Create { .. })).collect();
        for ((place, create), outcome) in places.into_iter().zip(creates).zip(self.run(commands)?) {
            match outcome {
                Ok(_) if create => self.report.created += 1,
                Ok(true) => self.report.updated += 1,
                Ok(false) => self.report.skipped += 1,
                Err(error) => {
                    self.report.rejected += 1;
                    rejected.add(self.header, &rows[place].0, &self.reason(&error))?;
                }
            }
        }
        Ok(())
    }

    /// Does the commands, or in a dry run judges them; whether each changed something.
    fn run(&self, commands: Vec<Command>) -> Result<Vec<Result<bool>>> {
        if self.options.dry_run {
            let judged = self.engine.judge_each(self.actor, commands)?;
            return Ok(judged.into_iter().map(|outcome| outcome.map(|()| true)).collect());
        }
        let saved = self.engine.run_each(self.actor, commands, self.context())?;
        Ok(saved.into_iter().map(|outcome| outcome.map(|s| s.seq.is_some())).collect())
    }

    /// Makes the companies that the rows name and that are not there yet.
    fn make_named(&mut self, rows: &[(StringRecord, Values)]) -> Result<()> {
        let finder = self.engine.finder(self.actor)?;
        let mut wanted: Vec<(FieldId, String, ObjectId, FieldId)> = Vec::new();
        for (field, name) in rows.iter().flat_map(|(_, values)| &values.named) {
            let Some(known) = self.object.field_by_id(*field) else { continue };
            if let Found::New(object, title) = self.names.find(&finder, &self.objects, known, name)?
                && !wanted.iter().any(|(f, n, ..)| f == field && fold(n) == fold(name))
            {
                wanted.push((*field, name.clone(), object, title));
            }
        }
        drop(finder);
        if self.options.dry_run {
            let new = wanted.iter().filter(|(_, name, ..)| self.new_names.insert(fold(name))).count();
            self.report.companies_created += new as u64;
            return Ok(());
        }
        let create = |(_, name, object, title): &(FieldId, String, ObjectId, FieldId)| Command::Create {
            object: *object,
            values: vec![(*title, Value::Text(name.clone()))],
        };
        let commands = wanted.iter().map(create).collect();
        let outcomes = self.engine.run_each(self.actor, commands, self.context())?;
        for ((field, name, ..), outcome) in wanted.into_iter().zip(outcomes) {
            // One that can't be made is told with the rows that name it.
            if let Ok(saved) = outcome {
                self.report.companies_created += 1;
                self.names.remember(field, &name, saved.record.id);
            }
        }
        Ok(())
    }

    /// What is to be done for a row; `None` where its record is there already and stays.
    fn command(&mut self, finder: &Finder<'_>, row: &Values) -> Result<Option<Command>> {
        let mut values = row.values.clone();
        for (field, name) in &row.named {
            let Some(known) = self.object.field_by_id(*field) else { continue };
            match self.names.find(finder, &self.objects, known, name)? {
                Found::Record(id) => values.push((*field, Value::Records(vec![id]))),
                Found::New(..) if self.options.dry_run => {}
                _ => {
                    let message = format!("There is no record called \"{name}\".");
                    return Err(Error::invalid(&known.name, "not_found", message));
                }
            }
        }
        let same = match self.options.duplicates {
            Duplicates::Create => None,
            _ => self.sameness.find(finder, &values)?,
        };
        let seen = self.options.dry_run && same.is_none() && self.seen_before(&values);
        Ok(match (same, self.options.duplicates) {
            (Some(_), Duplicates::Skip) => None,
            (Some(id), _) => Some(self.update(finder, id, values)?),
            // The first of the two would be made by then.
            (None, _) if seen => None,
            (None, _) => Some(Command::Create { object: self.object.id, values }),
        })
    }

    fn seen_before(&mut self, values: &[(FieldId, Value)]) -> bool {
        if self.options.duplicates == Duplicates::Create {
            return false;
        }
        let mut seen = false;
        for key in self.sameness.keys(values) {
            let hash = self.hasher.hash_one(key);
            seen |= self.seen.contains(&hash);
            if self.seen.len() < KEYS_MAX {
                self.seen.insert(hash);
            }
        }
        seen
    }

    /// An update of the record that is there: lists are joined, all else is replaced.
    fn update(&self, finder: &Finder<'_>, id: RecordRef, values: Vec<(FieldId, Value)>) -> Result<Command> {
        let record = finder.get(id)?;
        let changes = values.into_iter().filter(|(f, _)| !is_made(*f)).map(|(field, value)| {
            let value = match (record.values.get(field), value) {
                (Some(Value::List(old)), Value::List(new)) => Value::List(joined(old, new, |t| fold(t))),
                (Some(Value::Phones(old)), Value::Phones(new)) => {
                    Value::Phones(joined(old, new, |p| p.e164.clone().unwrap_or_else(|| p.typed.clone())))
                }
                (_, value) => value,
            };
            Change::set(field, Some(value))
        });
        Ok(Command::Update { id, changes: changes.collect(), version: None })
    }

    /// Why a row was refused, with the names of the columns.
    fn reason(&self, error: &Error) -> String {
        let Error::Invalid(problems) = error else { return error.to_string() };
        let told = problems.iter().map(|p| {
            let label = self.object.field(&p.field).map_or(p.field.as_str(), |f| f.label.as_str());
            if label.is_empty() { p.message.clone() } else { format!("{label}: {}", p.message) }
        });
        told.collect::<Vec<_>>().join("; ")
    }
}

/// When a record was made is said once.
fn is_made(field: FieldId) -> bool {
    use crate::model::object::system_field::{CREATED_AT, CREATED_BY, UPDATED_AT};
    [CREATED_AT, CREATED_BY, UPDATED_AT].contains(&field)
}

/// The elements of both, those there first, each once.
fn joined<T: Clone>(old: &[T], new: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut all = old.to_vec();
    for element in new {
        if !all.iter().any(|other| key(other) == key(&element)) {
            all.push(element);
        }
    }
    all
}
