//! Order among records that match equally well: people and organisations before what is written about them, then what the
//! asker opened lately, then the newest. A record opened lately whose name matches is a candidate even where so many match
//! that the index gives only the newest.

use crate::base::id::{ObjectId, RecordRef};
use crate::base::text::{fold, is_word_char};
use crate::model::object::standard;
use crate::records::Label;
use crate::records::search::query::{Candidate, Tier};
use crate::records::search::typed::{Typed, Word};
use crate::records::search::words::{cut, stands_alone};
use std::cmp::Reverse;

/// How much a record's object weighs within a tier; the rest is the match itself.
const OBJECT_WEIGHT: f32 = 0.06;
/// How much it weighs that a record was opened lately.
const OPENED_WEIGHT: f32 = 0.03;

/// What decides among equals.
pub struct Rank<'a> {
    /// Records that the asker opened, latest first.
    pub opened: &'a [RecordRef],
}

impl Rank<'_> {
    /// Best first.
    pub fn sort(&self, candidates: &mut [Candidate]) {
        candidates.sort_by_cached_key(|c| {
            (c.tier, c.cost, class(c.id.object), self.place(c.id), Reverse(c.updated_at), c.id)
        });
    }

    /// Where a record stands among those opened lately; behind all of them where it does not.
    fn place(&self, id: RecordRef) -> usize {
        self.opened.iter().position(|o| *o == id).unwrap_or(self.opened.len())
    }

    /// What a record's object and its having been opened are worth within a tier, 0 to 0.09.
    pub fn bonus(&self, id: RecordRef) -> f32 {
        let object = f32::from(2 - class(id.object)) / 2.0;
        let left = self.opened.len() - self.place(id);
        let opened = left as f32 / self.opened.len().max(1) as f32;
        object * OBJECT_WEIGHT + opened * OPENED_WEIGHT
    }
}

/// People and organisations, then what one does with them, then what is written about both.
fn class(object: ObjectId) -> u8 {
    match object {
        standard::CONTACTS | standard::COMPANIES => 0,
        standard::TASKS | standard::NOTES | standard::ACTIVITIES | standard::ATTACHMENTS => 2,
        _ => 1,
    }
}

/// The candidate that a record is by its name alone; `None` where not every word is in it.
pub fn by_name(label: &Label, typed: &Typed) -> Option<Candidate> {
    let folded = fold(&label.text);
    let tier = if cut(&folded) == typed.whole { Tier::Whole } else { words_in(&folded, typed)? };
    Some(Candidate { id: label.id, tier, cost: 0, updated_at: 0 })
}

fn words_in(folded: &str, typed: &Typed) -> Option<Tier> {
    let runs: Vec<&str> = folded.split(|c| !is_word_char(c) || stands_alone(c)).filter(|r| !r.is_empty()).collect();
    let mut tier = Tier::Exact;
    for word in typed.words() {
        tier = tier.max(word_in(&runs, word)?);
    }
    Some(tier)
}

fn word_in(runs: &[&str], word: &Word) -> Option<Tier> {
    let mut tier = Tier::Exact;
    for (i, wanted) in word.runs.iter().enumerate() {
        if runs.contains(&wanted.as_str()) {
            continue;
        }
        let begun = word.last && i + 1 == word.runs.len();
        if !begun || !runs.iter().any(|r| r.starts_with(wanted.as_str())) {
            return None;
        }
        tier = Tier::Name;
    }
    Some(tier)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Row;

    fn id(object: ObjectId, row: u64) -> RecordRef {
        RecordRef::new(object, Row(row))
    }

    #[test]
    fn among_equals_people_come_first_then_what_was_opened_then_the_newest() {
        let named = |id, updated_at| Candidate { id, tier: Tier::Name, cost: 0, updated_at };
        let (task, old, new, deal) =
            (id(standard::TASKS, 1), id(standard::CONTACTS, 2), id(standard::CONTACTS, 3), id(standard::DEALS, 4));
        let mut all = [named(task, 9), named(deal, 8), named(new, 7), named(old, 1)];
        Rank { opened: &[task, old] }.sort(&mut all);
        assert_eq!(all.map(|c| c.id), [old, new, deal, task]);
        let better = Candidate { id: task, tier: Tier::Exact, cost: 0, updated_at: 0 };
        all[0] = better;
        Rank { opened: &[] }.sort(&mut all);
        assert_eq!(all[0].id, task);
    }

    #[test]
    fn what_decides_among_equals_never_outweighs_a_tier() {
        let opened: Vec<RecordRef> = (1..=20).map(|row| id(standard::CONTACTS, row)).collect();
        let rank = Rank { opened: &opened };
        assert!(rank.bonus(opened[0]) > rank.bonus(opened[1]));
        assert!(rank.bonus(opened[19]) > rank.bonus(id(standard::CONTACTS, 99)));
        assert!(rank.bonus(id(standard::CONTACTS, 99)) > rank.bonus(id(standard::NOTES, 99)));
        assert!(rank.bonus(opened[0]) < 0.1);
    }

    #[test]
    fn a_name_is_matched_as_the_index_would() {
        let tier = |label: &str, typed: &str| {
            let label = Label { id: id(standard::CONTACTS, 1), text: label.to_owned(), photo: None };
            by_name(&label, &Typed::new(typed)).map(|c| c.tier)
        };
        assert_eq!(tier("Zoë Ångström", "zoe angstrom"), Some(Tier::Whole));
        assert_eq!(tier("Zoë Ångström", "angstrom"), Some(Tier::Exact));
        assert_eq!(tier("Zoë Ångström", "zoe ang"), Some(Tier::Name));
        assert_eq!(tier("Zoë Ångström", "zo angstrom"), None);
        assert_eq!(tier("Zoë Ångström", "strom"), None);
    }
}
