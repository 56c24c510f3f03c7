//! What was done and what is to do: tasks, notes, calls, e-mails and meetings of the sample data.

use super::deals::Deal;
use super::people::Person;
use super::recipe::between;
use super::sheet::Sheet;
use super::words::weighted;
use super::{Made, Maker};
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::time::DAY_MILLIS;
use crate::model::Value;
use crate::model::object::standard;
use crate::records::save::Command;

const MINUTE: Millis = 60_000;

/// A record of work before it has its row.
struct Draft<'a> {
    at: Millis,
    sheet: Sheet<'a>,
}

impl<'a> Maker<'a> {
    /// Makes tasks, notes and activities.
    pub fn work(&mut self, people: &[Person], deals: &[Deal]) {
        let mut deal_of = vec![None; people.len()];
        for deal in deals {
            deal_of[deal.person] = Some((deal.row, deal.created));
        }
        self.reached = vec![None; people.len()];
        let (tasks, notes, activities) = (self.plan.contacts / 2, self.plan.contacts, self.plan.contacts * 6 / 5);
        for (object, count) in [(standard::TASKS, tasks), (standard::NOTES, notes), (standard::ACTIVITIES, activities)]
        {
            let mut drafts: Vec<Draft<'a>> = Vec::with_capacity(count);
            for _ in 0..count {
                let at = self.engaged(people);
                let draft = self.draft(object, &people[at], deal_of[at]);
                drafts.push(draft);
            }
            drafts.sort_by_key(|draft| draft.at);
            for (index, draft) in drafts.into_iter().enumerate() {
                self.create(draft.at, Made { object, row: Row(index as u64 + 1) }, draft.sheet);
            }
        }
        self.engagement();
    }

    /// Tells each contact when it was last engaged, how much that counts and what would be next.
    fn engagement(&mut self) {
        let contacts = self.object(standard::CONTACTS);
        for at in 0..self.told.len() {
            let Some(made) = self.told[at].made.filter(|made| made.object == standard::CONTACTS) else { continue };
            let Some((last, channel)) = self.reached[made.row.0 as usize - 1] else { continue };
            let mut sheet = Sheet::new(contacts);
            sheet.at("last_engaged_at", last);
            sheet.choose("last_engaged_channel", channel);
            let days = (self.now - last) / DAY_MILLIS;
            let score = (88 - days / 3).clamp(4, 88) + between(&mut self.rng, -4, 10);
            sheet.number("engagement_score", score);
            if self.rng.chance(16) {
                let actions = match days {
                    0..=6 => ["send_follow_up", "send_booking_link"],
                    7..=45 => ["call_now", "send_follow_up"],
                    _ => ["re_engage", "call_now"],
                };
                sheet.choose("suggested_action", actions[self.rng.below(2) as usize]);
            }
            if let Command::Create { values, .. } = &mut self.told[at].command {
                values.extend(sheet.into_values());
            }
        }
    }

    /// Who: most leads of this week have not been talked to, customers and prospects have.
    fn engaged(&mut self, people: &[Person]) -> usize {
        loop {
            let at = self.rng.below(people.len() as u64) as usize;
            let person = &people[at];
            let tonight = person.created >= self.start_of_today && people[0].created < self.start_of_today;
            let fresh = person.created > self.start_of_today - 7 * DAY_MILLIS;
            let keep = match person.stage {
                "lead" if fresh => 6,
                "lead" => 45,
                "customer" | "prospect" => 100,
                _ => 30,
            };
            // Every ninth is somebody nobody has called in a long time.
            if !tonight && !person.row.0.is_multiple_of(9) && self.rng.chance(keep) {
                return at;
            }
        }
    }

    fn draft(&mut self, object: ObjectId, person: &Person, deal: Option<(Row, Millis)>) -> Draft<'a> {
        let mut sheet = Sheet::new(self.object(object));
        let owner = if self.rng.chance(88) { person.owner } else { self.owner() };
        let at = match object {
            standard::TASKS => self.task(&mut sheet, person),
            standard::NOTES => self.note(&mut sheet, person),
            _ => self.activity(&mut sheet, person),
        };
        sheet.made(at, owner, owner);
        let mut links = vec![RecordRef::new(standard::CONTACTS, person.row)];
        if let Some((deal, created)) = deal
            && created < at
            && self.rng.chance(55)
        {
            links.push(RecordRef::new(standard::DEALS, deal));
        }
        sheet.set("links", Value::Records(links));
        Draft { at, sheet }
    }

    /// A moment of work between the contact's first day and yesterday, rather lately.
    fn past(&mut self, person: &Person) -> Millis {
        let since = (self.start_of_today - person.created).max(2 * MINUTE);
        let lately = if self.rng.chance(50) { between(&mut self.rng, 0, 1_000) } else { 1_000 };
        let share = between(&mut self.rng, 0, 1_000) * lately / 1_000;
        let day = (self.start_of_today - since * share / 1_000) / DAY_MILLIS - self.start_of_today / DAY_MILLIS;
        self.working_time(day.min(-1)).max(person.created + MINUTE).min(self.now - MINUTE)
    }

    fn say(&mut self, section: &str, person: &Person, product: &str) -> String {
        let company = person.company.as_ref().map_or(person.last.as_str(), |(_, name)| name.as_str());
        let mut values = vec![
            ("first", person.first.as_str()),
            ("last", &person.last),
            ("company", company),
            ("city", person.city),
            ("product", product),
        ];
        if !person.carrier.is_empty() {
            values.push(("carrier", &person.carrier));
        }
        self.words.sentence(section, &values, &mut self.rng)
    }

    fn task(&mut self, sheet: &mut Sheet<'_>, person: &Person) -> Millis {
        let product = self.product(person);
        let created = self.past(person);
        let title = self.say("task", person, product);
        sheet.text("title", title);
        if self.rng.chance(24) {
            let body = self.say("note_next", person, product);
            sheet.text("body", body);
        }
        let days = match self.rng.below(100) {
            0..=51 => return self.done_task(sheet, created),
            52..=61 => between(&mut self.rng, -12, -1),
            62..=69 => 0,
            _ => between(&mut self.rng, 1, 30),
        };
        sheet.choose("status", "open");
        let mut due = self.working_time(days);
        if due < person.created + DAY_MILLIS {
            let days = between(&mut self.rng, 1, 20);
            due = self.working_time(days);
        }
        sheet.at("due_at", due);
        let before = due - between(&mut self.rng, 1, 8) * DAY_MILLIS;
        if created < due { created } else { before.max(person.created + MINUTE) }
    }

    /// A task that was done before today.
    fn done_task(&mut self, sheet: &mut Sheet<'_>, created: Millis) -> Millis {
        let days = (self.start_of_today - created) / DAY_MILLIS;
        let done = if days > 1 {
            let after = between(&mut self.rng, 1, days.min(9));
            self.working_time(after - days - 1).max(created + 5 * MINUTE)
        } else {
            created + between(&mut self.rng, 5, 50) * MINUTE
        };
        sheet.choose("status", "completed");
        sheet.at("completed_at", done);
        sheet.at("due_at", done + between(&mut self.rng, -10, 30) * 3_600_000);
        created
    }

    fn note(&mut self, sheet: &mut Sheet<'_>, person: &Person) -> Millis {
        let product = self.product(person);
        let title = self.say("note_title", person, product);
        sheet.text("title", title);
        let mut body = self.say("note_open", person, product);
        for _ in 0..between(&mut self.rng, 1, 2) {
            let more = self.say("note_body", person, product);
            if !body.contains(&more) {
                body.push(' ');
                body.push_str(&more);
            }
        }
        if self.rng.chance(70) {
            body.push_str("\n\n");
            body.push_str(&self.say("note_next", person, product));
        }
        sheet.text("body", body);
        self.past(person)
    }

    fn activity(&mut self, sheet: &mut Sheet<'_>, person: &Person) -> Millis {
        let product = self.product(person);
        let kinds = [("call", 48), ("email", 27), ("meeting", 15), ("sms", 6), ("follow_up", 4)];
        let kind = kinds[weighted(&mut self.rng, kinds.iter().map(|(_, weight)| *weight))].0;
        let section = if matches!(kind, "sms" | "follow_up") { "call" } else { kind };
        let subject = self.say(section, person, product);
        sheet.text("subject", subject);
        sheet.choose("type", kind);
        let direction = if self.rng.chance(72) { "outgoing" } else { "incoming" };
        sheet.choose("direction", direction);
        let minutes = match kind {
            "meeting" => between(&mut self.rng, 2, 8) * 15,
            "call" => between(&mut self.rng, 1, 26),
            _ => 0,
        };
        if minutes > 0 {
            sheet.number("duration", minutes);
        }
        if matches!(kind, "call" | "meeting") && self.rng.chance(7) {
            let starts = {
                let day = between(&mut self.rng, 0, 21);
                self.working_time(day)
            };
            sheet.choose("status", "scheduled");
            sheet.at("starts_at", starts);
            return self.past(person);
        }
        let at = self.past(person);
        sheet.choose("status", "done");
        sheet.at("starts_at", (at - minutes * MINUTE).max(person.created));
        let outcome = match (kind, self.rng.below(100)) {
            ("call", 0..=58) => "connected",
            ("call", 59..=74) => "voicemail",
            ("call", 75..=89) => "no_answer",
            ("call", _) => "missed",
            ("meeting", 0..=90) => "held",
            ("meeting", _) => "cancelled",
            (_, 0..=54) => "replied",
            _ => "no_reply",
        };
        sheet.choose("outcome", outcome);
        let channel = match kind {
            "call" | "follow_up" => "phone",
            other => other,
        };
        if !matches!(outcome, "no_answer" | "missed" | "cancelled" | "no_reply") {
            let reached = &mut self.reached[person.row.0 as usize - 1];
            if reached.is_none_or(|(last, _)| last < at) {
                *reached = Some((at, channel));
            }
        }
        if matches!(outcome, "connected" | "held" | "replied") && self.rng.chance(60) {
            let body = self.say("outcome", person, product);
            sheet.text("body", body);
        }
        at
    }
}
