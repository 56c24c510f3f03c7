//! Builders for tests: a workspace in a temporary directory, made from a preset, with a clock that stands still and
//! members of every role. Nothing here sleeps, reads the wall clock or touches the network.
#![allow(dead_code, reason = "a builder may wait for its first test")]

use aventora::base::clock::{Clock, FixedClock, Millis};
use aventora::base::id::{FieldId, ObjectId, RecordRef, Row};
use aventora::base::{Problem, Result};
use aventora::model::object::standard;
use aventora::model::preset::Preset;
use aventora::model::{Actor, FileRef, Object, Role, Schema, Value, kinds};
use aventora::records::save::{Change, Command};
use aventora::records::{Context, Engine, Record, Saved};
use aventora::store::{Direction, Options, Reads, Store, Table};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

/// 2026-03-10T15:00:00Z, a Tuesday: what every test's clock says at first.
pub const NOW: Millis = 1_773_154_800_000;

/// A workspace of a test; its directory goes when it is dropped.
pub struct Workspace {
    checked: CheckedAtTheEnd,
    pub engine: Arc<Engine>,
    pub clock: Arc<FixedClock>,
    /// Ada Admin, member 1.
    pub admin: Actor,
    dir: tempfile::TempDir,
}

/// Whatever a test did, records, index, columns, log and figures agree afterwards.
struct CheckedAtTheEnd(std::sync::Weak<Engine>);

impl Drop for CheckedAtTheEnd {
    fn drop(&mut self) {
        if let Some(engine) = self.0.upgrade()
            && !std::thread::panicking()
        {
            let found = engine.check(&mut |_| ()).unwrap();
            assert!(found.problems.is_empty(), "{:#?}", found.problems);
        }
    }
}

impl Workspace {
    /// A workspace of the insurance preset with one admin.
    pub fn new() -> Self {
        Self::of("insurance")
    }

    /// A workspace of a preset with one admin.
    pub fn of(preset: &str) -> Self {
        Self::with(Preset::load(preset, None).unwrap().schema("USD").unwrap())
    }

    /// A workspace of this data model with one admin.
    pub fn with(schema: Schema) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(FixedClock::at(NOW));
        let engine = Arc::new(Engine::create(store(dir.path(), clock.clone()), schema, clock.clone()).unwrap());
        let checked = CheckedAtTheEnd(Arc::downgrade(&engine));
        let mut workspace = Self { checked, engine, clock, admin: Actor::system("test"), dir };
        workspace.admin = workspace.member("Ada Admin", Role::admin());
        workspace
    }

    /// The same workspace, closed and opened again. Every other holder of the engine must be gone.
    pub fn reopen(self) -> Self {
        let Self { checked, engine, clock, admin, dir } = self;
        drop(checked);
        drop(Arc::into_inner(engine).expect("nobody else holds the engine"));
        let engine = Arc::new(Engine::open(store(dir.path(), clock.clone()), clock.clone()).unwrap());
        Self { checked: CheckedAtTheEnd(Arc::downgrade(&engine)), engine, clock, admin, dir }
    }

    /// Closes it, so that another process can open its data; every other holder of the engine must be gone.
    pub fn close(self) -> tempfile::TempDir {
        let Self { checked, engine, dir, .. } = self;
        drop(checked);
        drop(Arc::into_inner(engine).expect("nobody else holds the engine"));
        dir
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A new active member with this role; the e-mail is `first.last@example.com`.
    pub fn member(&self, name: &str, role: Role) -> Actor {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let values = [("name", name), ("email", email.as_str()), ("role", role.name.as_str())];
        let id = self.create(&Actor::system("test"), "members", &values);
        Actor::member(id.row, Arc::new(role))
    }

    /// Like [`Workspace::member`], in a team with `others`.
    pub fn team_member(&self, name: &str, others: &[&Actor]) -> Actor {
        let mut actor = self.member(name, Role::team_rep());
        actor.team.extend(others.iter().map(|a| a.member));
        actor.team.sort();
        actor
    }

    pub fn object(&self, name: &str) -> Object {
        self.engine.schema().object(name).unwrap_or_else(|| panic!("no object {name}")).clone()
    }

    pub fn field(&self, object: &str, field: &str) -> FieldId {
        self.object(object).field(field).unwrap_or_else(|| panic!("no field {object}.{field}")).id
    }

    /// Values of an object from their text forms; links are written `contacts/5`, several separated by `;`.
    pub fn values(&self, object: &str, values: &[(&str, &str)]) -> Vec<(FieldId, Value)> {
        let object = self.object(object);
        values
            .iter()
            .filter_map(|(name, text)| Some((self.id(&object, name), self.value(&object, name, text)?)))
            .collect()
    }

    fn id(&self, object: &Object, name: &str) -> FieldId {
        object.field(name).unwrap_or_else(|| panic!("no field {}.{name}", object.name)).id
    }

    /// A value of a field from its text form.
    pub fn value(&self, object: &Object, name: &str, text: &str) -> Option<Value> {
        let field = object.field(name).unwrap_or_else(|| panic!("no field {}.{name}", object.name));
        if field.target.is_some() {
            let links: Vec<RecordRef> = text.split(';').filter(|t| !t.is_empty()).map(|t| self.link(t)).collect();
            return (!links.is_empty()).then_some(Value::Records(links));
        }
        let schema = self.engine.schema();
        let reading = kinds::Reading {
            schema: &schema,
            now: self.clock.now(),
            zone: &jiff::tz::TimeZone::UTC,
            region: "US",
            me: self.admin.member,
            member: &|text| text.parse().ok().map(Row),
        };
        kinds::from_text(field, text, &reading).unwrap_or_else(|p: Problem| panic!("{name} = {text:?}: {}", p.message))
    }

    fn link(&self, text: &str) -> RecordRef {
        let (object, row) = text.trim().split_once('/').expect("a link is written contacts/5");
        RecordRef::new(self.object(object).id, row.parse().unwrap())
    }

    pub fn try_create(&self, actor: &Actor, object: &str, values: &[(&str, &str)]) -> Result<Saved> {
        let command = Command::Create { object: self.object(object).id, values: self.values(object, values) };
        self.engine.run(actor, command, Context::default())
    }

    /// Makes a record that must be accepted.
    pub fn create(&self, actor: &Actor, object: &str, values: &[(&str, &str)]) -> RecordRef {
        self.try_create(actor, object, values).unwrap_or_else(|e| panic!("{object} {values:?}: {e}")).record.id
    }

    /// An update of fields from their text forms; an empty text clears.
    pub fn changes(&self, id: RecordRef, values: &[(&str, &str)]) -> Command {
        let object = self.engine.schema().object_by_id(id.object).unwrap().clone();
        let changes = values.iter().map(|(name, text)| {
            let to = if text.is_empty() { None } else { self.value(&object, name, text) };
            Change::set(self.id(&object, name), to)
        });
        Command::Update { id, changes: changes.collect(), version: None }
    }

    pub fn try_update(&self, actor: &Actor, id: RecordRef, values: &[(&str, &str)]) -> Result<Saved> {
        self.engine.run(actor, self.changes(id, values), Context::default())
    }

    /// Changes a record in a way that must be accepted.
    pub fn update(&self, actor: &Actor, id: RecordRef, values: &[(&str, &str)]) -> Record {
        self.try_update(actor, id, values).unwrap_or_else(|e| panic!("{values:?}: {e}")).record
    }

    /// Runs a command that must be accepted.
    pub fn run(&self, actor: &Actor, command: Command) -> Saved {
        self.engine.run(actor, command, Context::default()).unwrap()
    }

    /// An attachment of a record, with a text file behind it.
    pub fn attach(&self, to: RecordRef, name: &str, text: &str) -> RecordRef {
        let attachment = self.create(&self.admin, "attachments", &[("name", name), ("links", &link(to))]);
        let arrived = self.engine.store().put_file(text.as_bytes(), 1_000).expect("a file");
        let (sha256, size) = (arrived.sha256, arrived.size);
        let file = FileRef { sha256, size, name: name.into(), media_type: "text/plain".into() };
        let change = Change::set(self.field("attachments", "file"), Some(Value::Files(vec![file])));
        let update = Command::Update { id: attachment, changes: vec![change], version: None };
        self.run(&Actor::system("test"), update);
        attachment
    }

    /// A field's value as text, as the actor sees it; empty where it has none.
    pub fn text(&self, actor: &Actor, id: RecordRef, field: &str) -> String {
        let schema = self.engine.schema();
        let object = schema.object_by_id(id.object).unwrap();
        let field = object.field(field).unwrap_or_else(|| panic!("no field {field}"));
        let record = self.engine.get(actor, id).unwrap();
        let value = match field.is_stored() {
            true => record.values.get(field.id).cloned(),
            false => kinds::virtual_value(object, field, &record.values),
        };
        let label =
            |id: RecordRef| self.engine.labels(actor, &[id]).ok().and_then(|mut l| l.pop()).flatten().map(|l| l.text);
        value.map(|v| kinds::to_text(field, &v, &schema, &label)).unwrap_or_default()
    }

    /// A contact with this first and last name.
    pub fn contact(&self, actor: &Actor, first: &str, last: &str) -> RecordRef {
        self.create(actor, "contacts", &[("first_name", first), ("last_name", last)])
    }
}

/// The store of a test in `dir`.
pub fn store(dir: &Path, clock: Arc<FixedClock>) -> Store {
    Store::open(Options { clock, min_free_bytes: 0, ..Options::new(dir) }).unwrap()
}

/// How links are written in the text forms of these builders: `contacts/5`.
pub fn link(id: RecordRef) -> String {
    let name = match id.object {
        standard::MEMBERS => "members",
        standard::CONTACTS => "contacts",
        standard::COMPANIES => "companies",
        standard::DEALS => "deals",
        standard::TASKS => "tasks",
        standard::NOTES => "notes",
        standard::ACTIVITIES => "activities",
        standard::ATTACHMENTS => "attachments",
        ObjectId(other) => panic!("no name for object {other}"),
    };
    format!("{name}/{}", id.row)
}

/// Every key and value of the store as one lower-case text, to look for what should be gone.
pub fn all_bytes(tx: &impl Reads) -> String {
    let mut all = Vec::new();
    for table in Table::ALL {
        tx.scan(table, &[], &[0xff; 40], Direction::Forward, &mut |key, value| {
            all.extend_from_slice(key);
            all.extend_from_slice(value);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
    }
    String::from_utf8_lossy(&all).to_lowercase()
}
