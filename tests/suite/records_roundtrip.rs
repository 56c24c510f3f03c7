//! Whatever values a record is given, it is read with them: at once, after it was changed to others, and after the store
//! was closed and opened.

use crate::support::Workspace;
use aventora::base::id::{FieldId, RecordRef};
use aventora::base::money::{Currency, Decimal, Money};
use aventora::base::rng::SeededRng;
use aventora::model::value::Values;
use aventora::model::{Address, Field, Kind, Phone, Target, Value};
use aventora::records::Context;
use aventora::records::save::{Change, Command};

/// Texts that are easily broken: quotes, many scripts, marks, directions, pictures.
const TEXTS: [&str; 8] = [
    "plain",
    "Zoë \"quoted\"",
    "日本語の名前",
    "a\u{301}e\u{308}",
    "שלום עולם",
    "🦀🧑‍🔧",
    "'; DROP TABLE",
    "<b>&amp;</b>",
];

struct Maker<'a> {
    w: &'a Workspace,
    rng: SeededRng,
    links: Vec<RecordRef>,
}

impl Maker<'_> {
    fn text(&mut self) -> String {
        format!("{} {}", self.rng.pick(&TEXTS), self.rng.next_u64())
    }

    /// A value that a field accepts.
    fn value(&mut self, field: &Field) -> Option<Value> {
        let n = self.rng.next_u64();
        let small = i64::try_from(n % 100).unwrap();
        Some(match field.kind {
            Kind::Text => Value::Text(self.text()),
            Kind::LongText => {
                Value::Text((0..n % 40).map(|_| self.text()).chain(["end".into()]).collect::<Vec<_>>().join("\n"))
            }
            Kind::Link => Value::Text(format!("https://example.com/{n}")),
            Kind::Number => Value::Number(Decimal(small * 10_000)),
            Kind::Currency => Value::Money(Money {
                amount: Decimal((n >> 20) as i64),
                currency: Currency(*self.rng.pick(&[*b"USD", *b"CAD"])),
            }),
            Kind::Date => Value::Date((n % 40_000) as i32 - 5_000),
            Kind::DateTime => Value::Time((n >> 24) as i64),
            Kind::YesNo => Value::Bool(n.is_multiple_of(2)),
            Kind::Select => Value::Choice(self.rng.pick(&field.options).id),
            Kind::MultiSelect => Value::Choices(field.options.iter().step_by(2).map(|o| o.id).collect()),
            Kind::Rating => Value::Rating((n % 6) as u8),
            Kind::Emails => Value::List(vec![format!("a{n}@example.com"), format!("b{n}@example.org")]),
            Kind::Tags => Value::List(vec![format!("tag {n}"), "ünï".into()]),
            Kind::Phones => Value::Phones(vec![
                Phone { e164: Some("+18435550142".into()), typed: "(843) 555-0142".into() },
                Phone { e164: None, typed: format!("ext {}", 100 + n % 900) },
            ]),
            Kind::Address => {
                Value::Address(Address { city: self.text(), street: "1 Main St\nFlat 2".into(), ..Address::default() })
            }
            Kind::Person => Value::Member(self.w.admin.member),
            Kind::Relation | Kind::Relations => {
                let fits = |l: &&RecordRef| match field.target {
                    Some(Target::Object(object)) => l.object == object,
                    _ => true,
                };
                let mut fitting: Vec<RecordRef> = self.links.iter().filter(fits).copied().collect();
                if field.kind == Kind::Relation {
                    fitting.truncate(1);
                }
                if fitting.is_empty() {
                    return None;
                }
                Value::Records(fitting)
            }
            Kind::CurrencyCode | Kind::FullName | Kind::Stage | Kind::Pipeline | Kind::File => return None,
        })
    }

    fn values(&mut self, object: &str, percent: u64) -> Vec<(FieldId, Value)> {
        let object = self.w.object(object);
        let open = object.fields.iter().filter(|f| !f.system && !f.hidden && f.name != "status");
        let mut values = Vec::new();
        for field in open {
            if self.rng.chance(percent) || field.required {
                values.extend(self.value(field).map(|v| (field.id, v)));
            }
        }
        values
    }
}

#[test]
fn every_kind_of_value_comes_back_as_it_was_saved() {
    let w = Workspace::new();
    let links = vec![
        w.contact(&w.admin, "Ann", "Lee"),
        w.contact(&w.admin, "Bob", "Ray"),
        w.create(&w.admin, "companies", &[("name", "Acme")]),
    ];
    let mut maker = Maker { w: &w, rng: SeededRng::new(7), links };
    let mut expected: Vec<(RecordRef, Values)> = Vec::new();
    for round in 0..60 {
        let object = ["contacts", "companies", "deals", "tasks", "notes", "activities"][round % 6];
        let mut values = maker.values(object, 60);
        let name = w.object(object).title_field().clone();
        let first = w.object(object).field("first_name").cloned().unwrap_or(name);
        if !values.iter().any(|(f, _)| *f == first.id) {
            values.push((first.id, Value::Text(format!("Name {round}"))));
        }
        if object == "activities" {
            // One that is done could not be changed below.
            values.extend(w.values(object, &[("status", "scheduled")]));
        }
        let id = w.object(object).id;
        let saved = w.run(&w.admin, Command::Create { object: id, values: values.clone() });
        let mut wanted: Values = values.into_iter().collect();
        let changes = maker.values(object, 30);
        for (field, value) in &changes {
            wanted.set(*field, Some(value.clone()));
        }
        let changes = changes.into_iter().map(|(f, v)| Change::set(f, Some(v))).collect();
        let id = saved.record.id;
        w.engine.run(&w.admin, Command::Update { id, changes, version: Some(1) }, Context::default()).unwrap();
        expected.push((id, wanted));
    }
    let compare = |w: &Workspace| {
        for (id, wanted) in &expected {
            let record = w.engine.get(&w.admin, *id).unwrap();
            for (field, value) in wanted.iter() {
                assert_eq!(record.values.get(field), Some(value), "{id:?} field {field}");
            }
        }
    };
    compare(&w);
    compare(&w.reopen());
}
