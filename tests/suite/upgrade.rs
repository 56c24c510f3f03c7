//! A small data directory of every released format is kept under `tests/upgrade`; the program of today opens a copy of
//! each, brings it forward, and finds in it exactly what the golden export beside it says.
//!
//! `AVENTORA_MAKE_UPGRADE=1 cargo test --test suite upgrade` makes the one of the present format anew: to be done while a
//! format is not released yet, never afterwards.

use aventora::base::clock::FixedClock;
use aventora::base::id::{FieldId, RecordRef, Row};
use aventora::base::rng::SeededRng;
use aventora::model::preset::Preset;
use aventora::model::{Actor, Field, FileRef, Kind, Role, Schema, Value, kinds};
use aventora::records::save::{Change, Command};
use aventora::records::{Context, Engine, State, columns};
use aventora::store::{Options, Priority, Store};
use serde_json::{Map, Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// 2026-06-01T12:00:00Z.
const NOW: i64 = 1_780_315_200_000;
/// Enough that one chunk of contacts is sealed into columns.
const CONTACTS: u64 = 1_000;

fn folder(format: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/upgrade").join(format)
}

fn store(dir: &Path) -> Store {
    let options = Options { clock: Arc::new(FixedClock::at(NOW)), min_free_bytes: 0, ..Options::new(dir) };
    Store::open(options).unwrap_or_else(|e| panic!("{}: {e}", dir.display()))
}

/// A financial advisor's workspace with a field of every kind: the preset lacks only a multi-select.
fn schema() -> Schema {
    let mut schema = Preset::load("financial-advisor", None).and_then(|p| p.schema("CAD")).expect("the preset");
    let contacts = schema.objects.iter_mut().find(|o| o.name == "contacts").expect("contacts");
    let like = contacts.field("risk_tolerance").expect("a select").clone();
    let name = "interests".into();
    let id = FieldId(contacts.next_field);
    contacts.next_field += 1;
    let field = Field { id, name, label: "Interests".into(), kind: Kind::MultiSelect, origin: "custom".into(), ..like };
    contacts.fields.push(field);
    schema.check().expect("the model holds together");
    schema
}

/// Creates a record from what somebody would type.
fn create(engine: &Engine, actor: &Actor, object: &str, typed: &[(&str, &str)]) -> RecordRef {
    let schema = engine.schema();
    let object = schema.object(object).expect("a standard object");
    let zone = jiff::tz::TimeZone::UTC;
    let me = actor.member;
    let reading =
        kinds::Reading { schema: &schema, now: NOW, zone: &zone, region: "CA", me, member: &|name| name.parse().ok() };
    let mut values = Vec::new();
    for (name, text) in typed {
        let field = object.field(name).unwrap_or_else(|| panic!("{name}"));
        let value =
            kinds::from_text(field, text, &reading).unwrap_or_else(|p| panic!("{name} = {text}: {}", p.message));
        values.push((field.id, value.expect("something was typed")));
    }
    let command = Command::Create { object: object.id, values };
    engine.run(actor, command, Context::default()).unwrap_or_else(|e| panic!("{typed:?}: {e}")).record.id
}

fn set(engine: &Engine, actor: &Actor, id: RecordRef, field: &str, value: Option<Value>) {
    let schema = engine.schema();
    let object = schema.object_by_id(id.object).expect("its object");
    let field = object.field(field).unwrap_or_else(|| panic!("{field}")).id;
    let command = Command::Update { id, changes: vec![Change::set(field, value)], version: None };
    engine.run(actor, command, Context::default()).unwrap_or_else(|e| panic!("{e}"));
}

/// Fills a workspace: a record with every field, relations, a closed deal, something in the trash, sealed columns.
fn fill(engine: &Engine) {
    let machine = Actor::system("test");
    let member =
        create(engine, &machine, "members", &[("name", "Ana Ruiz"), ("email", "ana@example.com"), ("role", "admin")]);
    let ana = Actor::member(member.row, Arc::new(Role::admin()));
    let household = create(
        engine,
        &ana,
        "companies",
        &[("name", "Ødegård Family"), ("annual_recurring_revenue", "12500.50"), ("ideal_customer_profile", "yes")],
    );
    let full = create(
        engine,
        &ana,
        "contacts",
        &[
            ("first_name", "Zoë"),
            ("last_name", "Ødegård"),
            ("emails", "zoe@example.com; z.o@example.org"),
            ("phones", "+1 416 555 0142; 5550199 (boat)"),
            ("city", "Montréal"),
            ("website", "https://example.com/zoe"),
            ("tags", "vip; golf"),
            ("description", "First line.\nSecond line, with “quotes”."),
            ("net_worth", "2500000"),
            ("managed_assets", "USD 1250000.25"),
            ("risk_tolerance", "Moderate"),
            ("next_review_date", "2026-07-01"),
            ("satisfaction", "5"),
            ("vip", "yes"),
            ("interests", "Conservative; Aggressive"),
        ],
    );
    let link = |id: RecordRef| Some(Value::Records(vec![id]));
    set(engine, &ana, full, "company", link(household));
    let address = aventora::model::Address {
        street: "1 Rue Sainte-Catherine\nSuite 4".into(),
        city: "Montréal".into(),
        state: "QC".into(),
        postal_code: "H2X 1K4".into(),
        country: "Canada".into(),
    };
    set(engine, &ana, full, "address", Some(Value::Address(address)));
    let mut rng = SeededRng::new(1);
    let cities = ["Toronto", "Ottawa", "Québec", "Łódź", "São Paulo"];
    for i in 1..CONTACTS {
        let n = rng.next_u64();
        let city = cities[n as usize % cities.len()];
        let (last, worth) = (format!("Person {i}"), (n >> 8) % 3_000_000);
        let mail = format!("p{i}@example.com");
        create(
            engine,
            &ana,
            "contacts",
            &[("last_name", &last), ("emails", &mail), ("city", city), ("net_worth", &worth.to_string())],
        );
    }
    let deal = create(
        engine,
        &ana,
        "deals",
        &[("name", "Retirement plan"), ("amount", "18000"), ("close_date", "2026-05-20")],
    );
    set(engine, &ana, deal, "point_of_contact", link(full));
    let schema = engine.schema();
    let won = schema.pipelines[0].stages.iter().find(|s| s.name == "ongoing_client").expect("the won stage");
    set(engine, &ana, deal, "stage", Some(Value::Choice(won.id)));
    let task = create(engine, &ana, "tasks", &[("title", "Book the review"), ("due_at", "2026-06-15T14:30:00Z")]);
    set(engine, &ana, task, "links", Some(Value::Records(vec![full, deal])));
    let note = create(engine, &ana, "notes", &[("title", "Call"), ("body", "Wants to retire in *ten* years.")]);
    set(engine, &ana, note, "links", link(full));
    create(
        engine,
        &ana,
        "activities",
        &[("subject", "Intro call"), ("type", "Call"), ("duration", "25"), ("starts_at", "2026-05-30T09:00:00Z")],
    );
    let arrived = engine.store().put_file(&b"%PDF-1.7 a plan"[..], 1_000).expect("the file is taken in");
    let (sha256, size) = (arrived.sha256, arrived.size);
    let kept = engine.store().write(Priority::People, move |tx| tx.keep_file(&arrived, "application/pdf"));
    kept.expect("the file is kept");
    let file = FileRef { sha256, name: "plan.pdf".into(), size, media_type: "application/pdf".into() };
    let attachment = create(engine, &ana, "attachments", &[("name", "plan.pdf")]);
    set(engine, &machine, attachment, "file", Some(Value::Files(vec![file])));
    let gone = create(engine, &ana, "companies", &[("name", "Gone Ltd")]);
    engine.run(&ana, Command::Trash(gone), Context::default()).expect("it goes to the trash");
}

/// Every record with every stored field, as JSON, and how many events there are.
fn export(engine: &Engine) -> Json {
    let schema = engine.schema();
    let machine = Actor::system("test");
    let mut objects = Map::new();
    for object in &schema.objects {
        let mut records = Vec::new();
        for row in 1.. {
            let id = RecordRef::new(object.id, Row(row));
            let Ok(record) = engine.get(&machine, id) else { break };
            let mut fields = Map::new();
            for (field, value) in record.values.iter() {
                let field = object.field_by_id(field).unwrap_or_else(|| panic!("{}: field {field}", object.name));
                let known = kinds::to_json(field, value, &schema, &|_| None);
                fields.insert(field.name.clone(), known);
            }
            let trashed = record.state == State::Trashed;
            records.push(json!({"id": row, "version": record.version, "trashed": trashed, "fields": fields}));
        }
        objects.insert(object.name.clone(), Json::Array(records));
    }
    json!({"preset": schema.preset, "events": engine.store().last_seq().0, "objects": objects})
}

fn written(export: &Json) -> String {
    let mut text = String::new();
    for (object, records) in export["objects"].as_object().expect("objects") {
        for record in records.as_array().expect("records") {
            text.push_str(&format!("{object} {record}\n"));
        }
    }
    format!("preset {}, events {}\n{text}", export["preset"], export["events"])
}

/// Copies a file or a whole folder, making the folders it needs.
fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        for entry in std::fs::read_dir(from).expect("a folder can be read") {
            let entry = entry.expect("an entry can be read");
            copy(&entry.path(), &to.join(entry.file_name()));
        }
    } else {
        std::fs::create_dir_all(to.parent().expect("a folder")).expect("the folder can be made");
        std::fs::copy(from, to).unwrap_or_else(|e| panic!("{}: {e}", from.display()));
    }
}

fn make(format: &str) {
    let (dir, work) = (folder(format), tempfile::tempdir().expect("a folder"));
    let engine = Engine::create(store(work.path()), schema(), Arc::new(FixedClock::at(NOW))).expect("a workspace");
    fill(&engine);
    let model = engine.schema();
    let sealed = engine.store().write(Priority::Bulk, move |tx| columns::seal_slice(tx, &model, 64));
    sealed.expect("full chunks are sealed");
    let text = written(&export(&engine));
    engine.store().close();
    drop(engine);
    if dir.exists() {
        std::fs::remove_dir_all(&dir).expect("the old one goes");
    }
    copy(&work.path().join("aventora.redb"), &dir.join("aventora.redb"));
    copy(&work.path().join("files"), &dir.join("files"));
    std::fs::write(dir.join("export.txt"), text).expect("the golden export");
}

/// Every released format.
const FORMATS: [&str; 1] = ["format-1"];

#[test]
fn a_data_directory_of_every_released_format_opens_and_holds_what_it_held() {
    if std::env::var_os("AVENTORA_MAKE_UPGRADE").is_some() {
        make("format-1");
    }
    for format in FORMATS {
        let work = tempfile::tempdir().expect("a folder");
        copy(&folder(format), work.path());
        let engine = Engine::open(store(work.path()), Arc::new(FixedClock::at(NOW))).expect("it opens");
        let found = written(&export(&engine));
        let kept = std::fs::read_to_string(folder(format).join("export.txt")).expect("the golden export");
        let other = found.lines().zip(kept.lines()).find(|(f, k)| f != k);
        assert_eq!(other, None, "{format}: the first line that differs, found and kept");
        assert_eq!(found.len(), kept.len(), "{format}");
        let read = engine.store().read().expect("a snapshot");
        let findings = engine.check(&mut |_| ()).expect("the check runs");
        assert!(findings.problems.is_empty(), "{format}: {:#?}", findings.problems);
        let damage = engine.store().check(None).expect("the check runs");
        assert!(damage.is_empty(), "{format}: {damage:#?}");
        let chain = aventora::store::verify_chain(&read, None).expect("the log can be read");
        assert!(chain.is_empty(), "{format}: the log's chain: {chain:?}");
    }
}
