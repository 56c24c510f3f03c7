//! Makes the bench's data in a new workspace: members, companies, contacts of believable spread, deals and notes through the
//! engine in bulk, and the changes of several years straight into the log. Contact 1 has 10,000 of them, company 1 has
//! 5,000 deals.

use aventora::base::clock::{Clock, SystemClock};
use aventora::base::id::{BatchId, FieldId, ObjectId, OptionId, RecordRef, Row, Seq};
use aventora::base::money::{Currency, Decimal, Money};
use aventora::base::rng::SeededRng;
use aventora::model::object::{standard, system_field};
use aventora::model::{Actor, Phone, Schema, Value};
use aventora::records::event::{self, EventKind, Written};
use aventora::records::save::Command;
use aventora::records::{Context, Engine, columns};
use aventora::store::{NewEvent, Options, Priority, Store, Table, key};
use std::path::Path;
use std::sync::Arc;

const MEMBERS: u64 = 40;
const SLICE: u64 = 5_000;
const FIRST: [&str; 24] = [
    "Anna", "Liam", "Noah", "Emma", "Olivia", "Chloé", "Zoë", "Mateo", "Łukasz", "Aisha", "Wei", "Priya", "José",
    "Ivan", "Sofia", "Jan", "Mary", "James", "Robert", "Linda", "Daniel", "Sarah", "Omar", "Yuki",
];
const START: [&str; 20] = [
    "An", "Ber", "Car", "Dal", "El", "Fer", "Gar", "Hen", "Iv", "Jo", "Kar", "Lam", "Mar", "Nor", "Ol", "Pet", "Ros",
    "San", "Tor", "Wil",
];
const MIDDLE: [&str; 15] =
    ["a", "der", "gren", "in", "lo", "man", "ni", "o", "qui", "ri", "stad", "ti", "u", "ver", "zel"];
const END: [&str; 12] = ["son", "sen", "ez", "ski", "er", "ard", "i", "o", "ton", "field", "wood", "ova"];
const CITY: [&str; 30] = [
    "Toronto",
    "Ottawa",
    "Montréal",
    "Vancouver",
    "Calgary",
    "Halifax",
    "Winnipeg",
    "Québec",
    "Hamilton",
    "London",
    "Kitchener",
    "Victoria",
    "Oshawa",
    "Windsor",
    "Regina",
    "Saskatoon",
    "Barrie",
    "Kelowna",
    "Sherbrooke",
    "Guelph",
    "Moncton",
    "Brantford",
    "Thunder Bay",
    "Nanaimo",
    "Sudbury",
    "Kingston",
    "Saguenay",
    "Laval",
    "Surrey",
    "Burnaby",
];
const TAGS: [&str; 8] = ["vip", "renewal", "cold", "referral", "newsletter", "west", "east", "claims"];

const WORDS: [&str; 40] = [
    "roof",
    "credit",
    "renewal",
    "premium",
    "asked",
    "about",
    "the",
    "new",
    "car",
    "house",
    "policy",
    "quote",
    "sent",
    "waiting",
    "for",
    "documents",
    "spouse",
    "moved",
    "deductible",
    "claim",
    "water",
    "damage",
    "adjuster",
    "called",
    "back",
    "next",
    "week",
    "prefers",
    "email",
    "after",
    "school",
    "umbrella",
    "coverage",
    "bundle",
    "discount",
    "signed",
    "application",
    "medical",
    "exam",
    "beneficiary",
];
const DEALS_OF_COMPANY_1: u64 = 5_000;
const EVENTS_OF_CONTACT_1: u64 = 10_000;

struct Maker {
    engine: Engine,
    schema: Arc<Schema>,
    rng: SeededRng,
    now: i64,
}

/// Fills the workspace in `dir`; its first two members are the admin and the walled rep.
pub fn make(dir: &Path, contacts: u64) {
    let clock = Arc::new(SystemClock);
    let store = Store::open(Options { cache_bytes: 256 << 20, ..Options::new(dir) }).unwrap();
    let engine = Engine::open(store, clock.clone()).unwrap();
    let schema = engine.schema();
    let mut maker = Maker { engine, schema, rng: SeededRng::new(1), now: clock.now() };
    let companies = (contacts / 20).max(1);
    maker.bulk("members", standard::MEMBERS, MEMBERS - 2, Maker::a_member);
    maker.bulk("companies", standard::COMPANIES, companies, Maker::a_company);
    maker.bulk("contacts", standard::CONTACTS, contacts, |m, n| m.a_contact(n, companies));
    maker.bulk("deals", standard::DEALS, contacts * 3 / 10, |m, n| m.a_deal(n, contacts));
    maker.bulk("notes", standard::NOTES, contacts, |m, n| m.a_note(n, contacts));
    maker.changes(contacts);
    let schema = Arc::clone(&maker.schema);
    while maker
        .engine
        .store()
        .write(Priority::Bulk, {
            let schema = Arc::clone(&schema);
            move |tx| columns::seal_slice(tx, &schema, 16)
        })
        .unwrap()
    {}
}

type Fields = Vec<(&'static str, Value)>;

impl Maker {
    fn bulk(&mut self, name: &str, object: ObjectId, count: u64, mut one: impl FnMut(&mut Self, u64) -> Fields) {
        let program = Actor::system("import");
        let batch = Some(self.engine.new_batch().unwrap());
        for from in (0..count).step_by(SLICE as usize) {
            let mut commands = Vec::new();
            for n in from..count.min(from + SLICE) {
                let fields = one(self, n + 1);
                let values = fields.into_iter().filter_map(|(f, v)| Some((self.field(object, f)?, v))).collect();
                commands.push(Command::Create { object, values });
            }
            let outcomes = self.engine.run_each(&program, commands, Context { batch, ..Context::default() }).unwrap();
            if let Some(Err(e)) = outcomes.into_iter().find(Result::is_err) {
                panic!("{name}: {e}");
            }
            if from % (SLICE * 20) == 0 {
                eprintln!("{name}: {from} of {count}");
            }
        }
    }

    fn field(&self, object: ObjectId, name: &str) -> Option<FieldId> {
        if name == "owner" {
            return Some(system_field::OWNER);
        }
        Some(self.schema.object_by_id(object)?.field(name)?.id)
    }

    fn text(&mut self, from: &[&str]) -> Value {
        Value::Text((*self.rng.pick(from)).to_owned())
    }

    fn last_name(&mut self) -> String {
        format!("{}{}{}", self.rng.pick(&START), self.rng.pick(&MIDDLE), self.rng.pick(&END))
    }

    fn past(&mut self, days: u64) -> Value {
        Value::Time(self.now - self.rng.below(days * 86_400_000) as i64)
    }

    fn person(&mut self) -> Value {
        Value::Member(Row(self.rng.below(MEMBERS) + 1))
    }

    fn money(&mut self, up_to: u64) -> Value {
        let currency = Currency(if self.rng.chance(90) { *b"CAD" } else { *b"USD" });
        Value::Money(Money { amount: Decimal(self.rng.below(up_to) as i64 * 10_000), currency })
    }

    fn a_member(&mut self, n: u64) -> Fields {
        let name = format!("{} {}", self.rng.pick(&FIRST), self.last_name());
        vec![
            ("name", Value::Text(name)),
            ("email", Value::Text(format!("member{n}@example.com"))),
            ("role", Value::Text("member".into())),
        ]
    }

    fn a_company(&mut self, n: u64) -> Fields {
        vec![("name", Value::Text(format!("{} {} {n}", self.last_name(), self.rng.pick(&["Ltd", "Inc", "Group"]))))]
    }

    fn a_contact(&mut self, n: u64, companies: u64) -> Fields {
        let last = self.last_name();
        let number = format!("+1416{:07}", self.rng.below(9_999_999));
        let mut fields: Fields = vec![
            ("first_name", self.text(&FIRST)),
            ("last_name", Value::Text(last)),
            ("phones", Value::Phones(vec![Phone { e164: Some(number.clone()), typed: number }])),
            ("status", Value::Choice(OptionId(self.rng.below(3) as u32 + 1))),
            ("lead_score", Value::Number(Decimal(self.rng.below(101) as i64 * 10_000))),
            ("created_by", self.person()),
            ("owner", self.person()),
            ("created_at", self.past(1_500)),
            ("test", Value::Bool(self.rng.chance(5))),
        ];
        if self.rng.chance(90) {
            fields.push(("emails", Value::List(vec![format!("person{n}@mail.example")])));
        }
        if self.rng.chance(85) {
            fields.push(("city", self.text(&CITY)));
        }
        if self.rng.chance(60) {
            let company = RecordRef::new(standard::COMPANIES, Row(self.rng.below(companies) + 1));
            fields.push(("company", Value::Records(vec![company])));
        }
        if self.rng.chance(30) {
            let (a, b) = (*self.rng.pick(&TAGS), *self.rng.pick(&TAGS));
            let tags = if a == b { vec![a.to_owned()] } else { vec![a.to_owned(), b.to_owned()] };
            fields.push(("tags", Value::List(tags)));
        }
        if self.rng.chance(70) {
            let day = self.now / 86_400_000 + self.rng.below(900) as i64 - 300;
            fields.push(("policy_renewal_date", Value::Date(day as i32)));
            fields.push(("annual_premium", self.money(5_000)));
            fields.push(("last_engaged_at", self.past(400)));
        }
        fields
    }

    fn a_deal(&mut self, n: u64, contacts: u64) -> Fields {
        let contact = RecordRef::new(standard::CONTACTS, Row(self.rng.below(contacts) + 1));
        let stages: Vec<OptionId> =
            self.schema.pipelines_of(standard::DEALS).flat_map(|p| p.stages.iter().map(|s| s.id)).collect();
        let day = self.now / 86_400_000 + self.rng.below(400) as i64 - 200;
        let mut fields = vec![
            ("name", Value::Text(format!("{} policy", self.last_name()))),
            ("amount", self.money(100_000)),
            ("close_date", Value::Date(day as i32)),
            ("stage", Value::Choice(*self.rng.pick(&stages))),
            ("point_of_contact", Value::Records(vec![contact])),
            ("created_by", self.person()),
            ("owner", self.person()),
        ];
        if n <= DEALS_OF_COMPANY_1.min(contacts / 10) {
            fields.push(("company", Value::Records(vec![RecordRef::new(standard::COMPANIES, Row(1))])));
        }
        fields
    }

    fn a_note(&mut self, n: u64, contacts: u64) -> Fields {
        let mut body = String::new();
        for _ in 0..12 + self.rng.below(20) {
            body.push_str(self.rng.pick::<&str>(&WORDS));
            body.push(' ');
        }
        let contact = RecordRef::new(standard::CONTACTS, Row(self.rng.below(contacts) + 1));
        vec![
            ("title", Value::Text(format!("{} {n}", self.rng.pick(&["Call", "Visit", "Review", "Claim", "Quote"])))),
            ("body", Value::Text(body)),
            ("links", Value::Records(vec![contact])),
            ("created_by", self.person()),
            ("created_at", self.past(1_500)),
        ]
    }

    /// Older changes of job titles, until the log has ten events a contact; they are only read in timelines.
    fn changes(&mut self, contacts: u64) {
        let field = self.field(standard::CONTACTS, "job_title").unwrap();
        let titles = ["Owner", "Manager", "Engineer", "Nurse", "Teacher", "Driver"].map(|t| Value::Text(t.to_owned()));
        let mut left = (contacts * 10).saturating_sub(self.engine.store().last_seq().0);
        let mut of_contact_1 = EVENTS_OF_CONTACT_1.min(contacts / 10);
        while left > 0 {
            let mut events = Vec::new();
            for _ in 0..left.min(SLICE * 2) {
                let row = if of_contact_1 > 0 { 1 } else { self.rng.below(contacts) + 1 };
                of_contact_1 = of_contact_1.saturating_sub(1);
                let (from, to) = (self.rng.pick(&titles).clone(), self.rng.pick(&titles).clone());
                let body = event::encode_body(&[(field, Written::of(Some(&from), Some(&to)))]);
                let member = Row(self.rng.below(MEMBERS) + 1);
                events.push(NewEvent {
                    actor: member,
                    acting_as: member,
                    role: "member".into(),
                    address: None,
                    time: self.now - self.rng.below(1_500 * 86_400_000) as i64,
                    record: Some(RecordRef::new(standard::CONTACTS, Row(row))),
                    kind: EventKind::Updated as u8,
                    batch: BatchId(0),
                    cause: Seq(0),
                    body,
                });
            }
            left -= events.len() as u64;
            let written = self.engine.store().write(Priority::Bulk, move |tx| {
                for event in events {
                    let record = event.record.unwrap();
                    let seq = tx.append_event(event)?;
                    tx.put(Table::Timeline, &key::timeline(record, seq), &[]);
                }
                Ok(())
            });
            written.unwrap();
            if left % (SLICE * 100) < SLICE * 2 {
                eprintln!("events: {left} left");
            }
        }
    }
}
