//! Sample data that people believe: contacts of many origins, companies, deals in every stage, tasks, notes, calls, told in
//! the order it happened over two years. The same for the same seed, day and preset. It goes through [`Engine`] like
//! everything else; nothing here reads a clock or touches the store.

mod deals;
mod people;
mod recipe;
mod sheet;
mod words;
mod work;

use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::money::Currency;
use crate::base::rng::SeededRng;
use crate::base::time;
use crate::base::{Error, Result};
use crate::model::object::standard;
use crate::model::{Actor, Object, Schema, Value};
use crate::records::save::{Change, Command};
use crate::records::{Context, Engine};
use jiff::tz::TimeZone;
use people::Person;
use sheet::Sheet;
use words::Words;

/// Contacts at most.
pub const CONTACTS_MAX: usize = 1_000_000;
/// Contacts where nothing else is said.
pub const CONTACTS_DEFAULT: usize = 5_000;
/// Commands that go to the engine together.
const BATCH: usize = 1_000;

/// The members of a sample workspace: name, e-mail, API name of the role. The order is that of [`DemoPlan::members`].
pub const MEMBERS: [(&str, &str, &str); 4] = [
    ("Nadia Okonkwo", "admin@example.com", "admin"),
    ("Marc Thériault", "manager@example.com", "manager"),
    ("Priya Sandhu", "member@example.com", "member"),
    ("Tom Lindqvist", "reader@example.com", "read_only"),
];

/// What to make.
#[derive(Debug, Clone)]
pub struct DemoPlan {
    /// Contacts; they bring a third as many deals, half as many tasks, as many notes.
    pub contacts: usize,
    /// Another seed, other people.
    pub seed: u64,
    /// The day everything is told up to, days since 1970-01-01.
    pub today: i32,
    /// The workspace's time zone.
    pub zone: TimeZone,
    /// Region of phone numbers: `CA`.
    pub region: String,
    /// Rows of the members, in the order of [`MEMBERS`]; the last one only reads.
    pub members: Vec<Row>,
}

/// How many records were made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DemoReport {
    /// Contacts.
    pub contacts: usize,
    /// Companies.
    pub companies: usize,
    /// Deals.
    pub deals: usize,
    /// Tasks.
    pub tasks: usize,
    /// Notes.
    pub notes: usize,
    /// Calls, e-mails, meetings.
    pub activities: usize,
}

/// Fills an empty workspace. `actor` is the program ([`Actor::system`]), since sample data says itself who made a record
/// and when. [`Error::Invalid`] where the workspace already has records, or the plan has no members or too many contacts.
pub fn fill(engine: &Engine, actor: &Actor, plan: &DemoPlan) -> Result<DemoReport> {
    if plan.members.is_empty() {
        return Err(Error::invalid("members", "required", "Sample data needs a member to belong to."));
    }
    if plan.contacts == 0 || plan.contacts > CONTACTS_MAX {
        let message = format!("Ask for 1 to {CONTACTS_MAX} contacts.");
        return Err(Error::invalid("contacts", "out_of_range", message));
    }
    let schema = engine.schema();
    let mut maker = Maker::new(&schema, plan);
    let people = maker.people();
    let deals = maker.deals(&people);
    maker.work(&people, &deals);
    let (told, report) = maker.told();
    run(engine, actor, told)?;
    Ok(report)
}

/// Sends what happened to the engine, in its order.
fn run(engine: &Engine, actor: &Actor, mut told: Vec<Told>) -> Result<()> {
    while !told.is_empty() {
        let rest = told.split_off(told.len().min(BATCH));
        let batch = std::mem::replace(&mut told, rest);
        let made: Vec<Option<Made>> = batch.iter().map(|told| told.made).collect();
        let commands = batch.into_iter().map(|told| told.command).collect();
        let saved = engine.run_all(actor, commands, Context::default())?;
        for (saved, made) in saved.iter().zip(made) {
            if made.is_some_and(|made| made.id() != saved.record.id) {
                let message = "Sample data goes into a workspace that has no records yet.";
                return Err(Error::invalid("", "not_empty", message));
            }
        }
    }
    Ok(())
}

/// A record that a command makes.
#[derive(Debug, Clone, Copy)]
struct Made {
    object: ObjectId,
    row: Row,
}

impl Made {
    fn contact(row: Row) -> Self {
        Self { object: standard::CONTACTS, row }
    }

    fn company(row: Row) -> Self {
        Self { object: standard::COMPANIES, row }
    }

    fn deal(row: Row) -> Self {
        Self { object: standard::DEALS, row }
    }

    fn id(self) -> RecordRef {
        RecordRef::new(self.object, self.row)
    }
}

/// Something that happened.
struct Told {
    at: Millis,
    made: Option<Made>,
    command: Command,
}

/// Gathers what happened.
struct Maker<'a> {
    schema: &'a Schema,
    plan: &'a DemoPlan,
    words: Words,
    rng: SeededRng,
    currency: Currency,
    start_of_today: Millis,
    /// Nothing happened later than this: one hour into today.
    now: Millis,
    told: Vec<Told>,
    /// When and how each contact was last reached, by row.
    reached: Vec<Option<(Millis, &'static str)>>,
}

impl<'a> Maker<'a> {
    fn new(schema: &'a Schema, plan: &'a DemoPlan) -> Self {
        let start_of_today = time::start_of_day(plan.today, &plan.zone);
        Self {
            schema,
            plan,
            words: Words::of(&schema.preset, &schema.currency),
            rng: SeededRng::new(plan.seed),
            currency: schema.currency.parse().unwrap_or(Currency(*b"USD")),
            start_of_today,
            now: start_of_today + 3_600_000,
            told: Vec::with_capacity(plan.contacts * 6),
            reached: Vec::new(),
        }
    }

    fn object(&self, id: ObjectId) -> &'a Object {
        self.schema.object_by_id(id).expect("every workspace has the standard objects")
    }

    /// A member who makes records.
    fn owner(&mut self) -> Row {
        let writing = self.plan.members.len().min(3) as u64;
        let at = [0, 1, 1, 1, 2, 2, 2, 2, 2][self.rng.below(9) as usize].min(writing - 1);
        self.plan.members[at as usize]
    }

    /// A moment between eight and six o'clock of a day, seldom on a weekend.
    fn working_time(&mut self, days_from_today: i64) -> Millis {
        let mut day = self.plan.today.saturating_add(days_from_today as i32);
        let weekday = time::date(day).weekday().to_monday_zero_offset();
        if weekday >= 5 && days_from_today != 0 && self.rng.chance(85) {
            day = if days_from_today < 0 { day - (i32::from(weekday) - 4) } else { day + 7 - i32::from(weekday) };
        }
        time::start_of_day(day, &self.plan.zone) + 8 * 3_600_000 + self.rng.below(10 * 3_600_000) as i64
    }

    /// The same day as `at`, at a time of work; nights are for computers.
    fn at_work(&mut self, at: Millis) -> Millis {
        let day = time::day_of(at, &self.plan.zone);
        if day >= self.plan.today { at } else { self.working_time(i64::from(day - self.plan.today)) }
    }

    /// A product this person may buy.
    fn product(&mut self, person: &Person) -> &'static str {
        let section = person.line.as_ref().map(|line| format!("product_{line}"));
        match section.map_or("", |section| self.words.pick(&section, &mut self.rng)) {
            "" => self.words.pick("product", &mut self.rng),
            product => product,
        }
    }

    fn create(&mut self, at: Millis, made: Made, sheet: Sheet<'_>) {
        let command = Command::Create { object: made.object, values: sheet.into_values() };
        self.told.push(Told { at, made: Some(made), command });
    }

    fn update(&mut self, at: Millis, id: RecordRef, mut sheet: Sheet<'_>) {
        sheet.at("updated_at", at);
        let changes = sheet.into_values().into_iter().map(|(field, value)| Change::set(field, Some(value))).collect();
        self.told.push(Told { at, made: None, command: Command::Update { id, changes, version: None } });
    }

    /// Gives companies the rows they will have, in the contacts made so far.
    fn renumber_companies(&mut self, rows: &[Row]) {
        for told in &mut self.told {
            let Command::Create { values, .. } = &mut told.command else { continue };
            for (_, value) in values {
                let Value::Records(records) = value else { continue };
                for record in records.iter_mut().filter(|record| record.object == standard::COMPANIES) {
                    record.row = rows[record.row.0 as usize - 1];
                }
            }
        }
    }

    /// What happened, in order, and how much of it.
    fn told(mut self) -> (Vec<Told>, DemoReport) {
        let count =
            |object| self.told.iter().filter(|told| told.made.is_some_and(|made| made.object == object)).count();
        let report = DemoReport {
            contacts: count(standard::CONTACTS),
            companies: count(standard::COMPANIES),
            deals: count(standard::DEALS),
            tasks: count(standard::TASKS),
            notes: count(standard::NOTES),
            activities: count(standard::ACTIVITIES),
        };
        // The sort is stable, and records of one object were told in the order of their rows.
        self.told.sort_by_key(|told| told.at);
        (self.told, report)
    }
}
