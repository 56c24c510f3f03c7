//! The deals of the sample data, moved through their stages as time went by.

use super::people::Person;
use super::recipe::{between, skewed};
use super::sheet::Sheet;
use super::words::weighted;
use super::{Made, Maker};
use crate::base::clock::Millis;
use crate::base::id::{RecordRef, Row};
use crate::base::money::Decimal;
use crate::base::time::DAY_MILLIS;
use crate::model::object::standard;
use crate::model::{Pipeline, Stage, StageKind, Value};

/// Moves of a deal that are told, at most.
const MOVES_MAX: usize = 4;

/// A deal, as far as later records need it.
pub struct Deal {
    /// Its row.
    pub row: Row,
    /// Its point of contact, by index.
    pub person: usize,
    /// When it was added.
    pub created: Millis,
}

/// How a deal went: the stages it passed and when.
struct Course<'a> {
    pipeline: &'a Pipeline,
    moves: Vec<(Millis, &'a Stage)>,
}

impl Course<'_> {
    fn end(&self) -> (Millis, &Stage) {
        *self.moves.last().expect("a course has its first stage")
    }
}

impl<'a> Maker<'a> {
    /// Makes deals.
    pub fn deals(&mut self, people: &[Person]) -> Vec<Deal> {
        let mut courses: Vec<(usize, Course<'a>)> = Vec::new();
        // The first deals see to it that every stage has one.
        let lines = self.schema.pipelines_of(standard::DEALS);
        let every: Vec<(&Pipeline, &Stage)> =
            lines.flat_map(|line| line.stages.iter().map(move |s| (line, s))).collect();
        for index in 0..self.plan.contacts / 3 {
            let wanted = every.get(index).copied();
            let person = if wanted.is_some() { self.old_friend(people) } else { self.buyer(people) };
            let end = wanted.or_else(|| self.ending(&people[person]));
            if let Some((pipeline, stage)) = end {
                courses.push((person, self.course(&people[person], pipeline, stage)));
            }
        }
        courses.sort_by_key(|(_, course)| course.moves[0].0);
        let mut deals = Vec::with_capacity(courses.len());
        for (index, (person, course)) in courses.into_iter().enumerate() {
            let row = Row(index as u64 + 1);
            deals.push(Deal { row, person, created: course.moves[0].0 });
            self.deal(row, &people[person], &course);
        }
        deals
    }

    /// Whose deal: customers and prospects more often than others.
    fn buyer(&mut self, people: &[Person]) -> usize {
        loop {
            let at = self.rng.below(people.len() as u64) as usize;
            let tonight = people[at].created >= self.start_of_today && people[0].created < self.start_of_today;
            let keep = match people[at].stage {
                _ if tonight => 0,
                "customer" => 100,
                "prospect" => 80,
                "lead" => 35,
                _ => 3,
            };
            if self.rng.chance(keep) {
                return at;
            }
        }
    }

    fn pipeline(&mut self, person: &Person) -> Option<&'a Pipeline> {
        let all: Vec<&'a Pipeline> = self.schema.pipelines_of(standard::DEALS).collect();
        let named = |name: &str| all.iter().copied().find(|line| line.name == name);
        let usual = match person.contact_type.as_deref() {
            Some("seller" | "landlord") => named("seller"),
            Some(_) => named("buyer"),
            None => None,
        };
        if usual.is_some() && self.rng.chance(84) {
            return usual;
        }
        all.get(self.rng.below(all.len() as u64) as usize).copied()
    }

    /// Somebody who has been there long enough for a deal to end; the last one tried where nobody has.
    fn old_friend(&mut self, people: &[Person]) -> usize {
        let mut at = self.buyer(people);
        for _ in 0..50 {
            if people[at].created < self.start_of_today - 60 * DAY_MILLIS {
                break;
            }
            at = self.buyer(people);
        }
        at
    }

    /// Where a deal with this person stands or how it ended.
    fn ending(&mut self, person: &Person) -> Option<(&'a Pipeline, &'a Stage)> {
        let pipeline = self.pipeline(person)?;
        let of = |kind| pipeline.stages.iter().filter(move |stage| stage.kind == kind && !stage.retired);
        let old_enough = self.start_of_today - person.created > 25 * DAY_MILLIS;
        let ended = match self.rng.below(100) {
            0..=33 if old_enough && person.stage != "lead" => of(StageKind::Won).next(),
            34..=50 if old_enough => of(StageKind::Lost).next(),
            _ => None,
        };
        let open: Vec<&Stage> = of(StageKind::Open).collect();
        let reach = weighted(&mut self.rng, (0..open.len()).map(|at| (open.len() - at + 2) as u64));
        let stage = ended.or_else(|| open.get(reach).copied())?;
        Some((pipeline, stage))
    }

    /// How a deal with this person came to stand in `end`.
    fn course(&mut self, person: &Person, pipeline: &'a Pipeline, end: &'a Stage) -> Course<'a> {
        let open: Vec<&Stage> = pipeline.stages.iter().filter(|stage| stage.kind == StageKind::Open).collect();
        let ended = end.kind != StageKind::Open;
        let last_open = match end.kind {
            StageKind::Open => open.iter().position(|stage| stage.id == end.id).unwrap_or(0),
            StageKind::Won => open.len() - 1,
            StageKind::Lost => self.rng.below(open.len() as u64) as usize,
        };
        let mut stages: Vec<&'a Stage> = open[..=last_open].to_vec();
        if ended {
            stages.push(end);
        }
        // The first and the last stages are always told, those between only some.
        while stages.len() > MOVES_MAX + 1 {
            let at = 1 + self.rng.below(stages.len() as u64 - 2) as usize;
            stages.remove(at);
        }
        let age = (self.start_of_today - person.created).max(2 * DAY_MILLIS);
        let first = if ended {
            person.created + self.rng.below((age * 6 / 10) as u64) as i64
        } else {
            (self.start_of_today - self.rng.below(120 * DAY_MILLIS as u64) as i64).max(person.created)
        };
        let first = self.at_work(first).max(person.created + 60_000);
        let left = (self.start_of_today - first).max(120_000);
        let length = left.min(between(&mut self.rng, 12, 110) * DAY_MILLIS);
        let mut times = Vec::with_capacity(stages.len());
        for _ in 1..stages.len() {
            let at = first + self.rng.below(length as u64) as i64;
            times.push(self.at_work(at).max(first + 1_000));
        }
        times.sort_unstable();
        let moves = std::iter::once(first).chain(times).zip(stages).collect();
        Course { pipeline, moves }
    }

    fn deal(&mut self, row: Row, person: &Person, course: &Course<'_>) {
        let (created, first) = course.moves[0];
        let (ended, last) = course.end();
        let mut sheet = Sheet::new(self.object(standard::DEALS));
        sheet.made(created, person.owner, person.owner);
        let product = self.product(person);
        let company = person.company.as_ref().map_or(person.last.as_str(), |(_, name)| name.as_str());
        let values = [
            ("first", person.first.as_str()),
            ("last", &person.last),
            ("company", company),
            ("city", person.city),
            ("product", product),
        ];
        let name = self.words.sentence("deal", &values, &mut self.rng);
        sheet.text("name", name);
        sheet.set("pipeline", Value::Choice(course.pipeline.id));
        sheet.set("stage", Value::Choice(first.id));
        sheet.at("stage_changed_at", created);
        sheet.link("point_of_contact", RecordRef::new(standard::CONTACTS, person.row));
        if let Some((company, _)) = &person.company {
            sheet.link("company", RecordRef::new(standard::COMPANIES, *company));
        }
        sheet.text("source", self.words.pick("source", &mut self.rng));
        sheet.choose("visibility", "organization");
        let amount = match person.worth {
            Some(worth) => worth * between(&mut self.rng, 92, 108) / 100 / 10 * 10,
            None => skewed(&mut self.rng, 1_500, 190_000, 250),
        };
        sheet.money("amount", amount.max(100), self.currency);
        sheet.money("projected_fee", (amount / 100).max(250), self.currency);
        let closing = if last.kind == StageKind::Open { between(&mut self.rng, -9, 85) } else { 0 };
        let close_day = crate::base::time::day_of(ended, &self.plan.zone).max(if closing == 0 {
            i32::MIN
        } else {
            self.plan.today
        });
        sheet.set("close_date", Value::Date(close_day + closing as i32));
        self.approval(&mut sheet, last);
        self.create(created, Made::deal(row), sheet);
        for (at, stage) in &course.moves[1..] {
            self.step(row, *at, stage);
        }
        if last.kind == StageKind::Open && self.rng.chance(6) {
            let mut sheet = Sheet::new(self.object(standard::DEALS));
            sheet.choose("status", "on_hold");
            self.update(ended + 2_000, RecordRef::new(standard::DEALS, row), sheet);
        }
    }

    /// What an application gathers on its way.
    fn approval(&mut self, sheet: &mut Sheet<'_>, last: &Stage) {
        let applied = last.probability >= 50;
        if applied {
            let day = self.plan.today - between(&mut self.rng, 2, 60) as i32;
            sheet.set("application_date", Value::Date(day));
            let rate = between(&mut self.rng, 389, 649);
            sheet.set("offered_rate", Value::Number(Decimal(rate * 100)));
            if last.kind == StageKind::Open {
                let missing = between(&mut self.rng, 0, 4);
                sheet.number("documents_outstanding", missing);
                if missing > 0 {
                    let day = self.plan.today - between(&mut self.rng, 0, 12) as i32;
                    sheet.set("documents_requested_on", Value::Date(day));
                }
            }
        }
        if last.name == "conditional_approval" {
            sheet.number("conditions_outstanding", between(&mut self.rng, 1, 4));
        }
    }

    /// A move to another stage.
    fn step(&mut self, row: Row, at: Millis, stage: &Stage) {
        let mut sheet = Sheet::new(self.object(standard::DEALS));
        sheet.set("stage", Value::Choice(stage.id));
        sheet.at("stage_changed_at", at);
        match stage.kind {
            StageKind::Open => {}
            StageKind::Won => sheet.at("won_at", at),
            StageKind::Lost => {
                sheet.at("lost_at", at);
                let reasons = ["price", "competitor", "no_decision", "timing", "not_a_fit", "no_response"];
                let reason = *self.rng.pick(&reasons);
                sheet.choose("lost_reason", reason);
            }
        }
        self.update(at, RecordRef::new(standard::DEALS, row), sheet);
    }
}
