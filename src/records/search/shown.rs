//! From a candidate to a hit: the record as the actor may see it is looked through for what was typed, and the field that
//! matches best is shown with its matches marked. A candidate in which nothing visible matches is no hit.

use crate::base::id::{FieldId, RecordRef};
use crate::base::text::{Folded, is_word_char};
use crate::model::{Field, Kind, Object, Schema, Value};
use crate::records::Record;
use crate::records::search::Hit;
use crate::records::search::doc::{is_searched, own_text, texts};
use crate::records::search::key::EDGE_MAX;
use crate::records::search::query::{Candidate, Tier};
use crate::records::search::typed::{Typed, Unit, Word};
use crate::records::search::words::{edits, stands_alone};
use std::ops::Range;

/// Bytes of a snippet, about.
const SNIPPET_BYTES: usize = 160;
/// Bytes in front of the first match in a snippet, about.
const SNIPPET_LEAD: usize = 40;
/// Score of the best tier; each tier below is worth that much less.
const TIER_SCORE: f32 = 100.0;

/// Byte ranges of matches.
type Marks = Vec<(usize, usize)>;

/// What a hit is made of.
pub struct Showing<'a> {
    /// The data model.
    pub schema: &'a Schema,
    /// The record's object.
    pub object: &'a Object,
    /// It, as the actor may see it.
    pub record: Record,
    /// How it is called.
    pub label: String,
    /// The name of a company it belongs to.
    pub title: &'a dyn Fn(RecordRef) -> Option<String>,
}

/// The hit of a candidate; `None` where nothing the actor sees matches. `bonus` is what decides among equals, below 0.1.
pub fn hit(showing: Showing<'_>, candidate: &Candidate, typed: &Typed, bonus: f32) -> Option<Hit> {
    let typos = candidate.tier == Tier::Typo;
    let mut best: Option<(usize, FieldId, String, Marks)> = None;
    // A field is only made into text where those before it don't have all that was typed: most hits are names.
    'fields: for field in searched_fields(showing.object) {
        for text in field_texts(&showing, field) {
            let (units, marks) = matches(&text, field.kind, typed, typos);
            if units > best.as_ref().map_or(0, |b| b.0) {
                best = Some((units, field.id, text, marks));
            }
            if units == typed.units.len() {
                break 'fields;
            }
        }
    }
    let (_, field, text, marks) = best?;
    let (snippet, marks) = snippet(&text, &marks);
    let worth = (Tier::Text as u8 - candidate.tier as u8) as f32;
    let close = if typos { likeness(&showing.label, typed) } else { 0.5 };
    let score = (worth + 0.45 + close * 0.45 + bonus) * TIER_SCORE;
    let Showing { label, record, .. } = showing;
    Some(Hit { id: candidate.id, label, field, snippet, marks, score, record })
}

/// The fields that search looks at, in the order in which they are best shown.
fn searched_fields(object: &Object) -> Vec<&Field> {
    let mut fields: Vec<&Field> = object.fields.iter().filter(|f| is_searched(f)).collect();
    fields.sort_by_key(|f| match f.kind {
        _ if f.id == object.title => 0,
        Kind::Emails => 1,
        Kind::Phones => 2,
        Kind::LongText => 4,
        _ => 3,
    });
    fields
}

/// The texts of a field that search looks at.
fn field_texts(showing: &Showing<'_>, field: &Field) -> Vec<String> {
    let values = &showing.record.values;
    if let Some(text) = own_text(showing.object, field, values) {
        return vec![text];
    }
    match values.get(field.id) {
        Some(Value::Records(ids)) => ids.iter().filter_map(|id| (showing.title)(*id)).collect(),
        Some(value @ Value::Address(_)) => vec![texts(showing.schema, field, value).join(", ")],
        Some(value) => texts(showing.schema, field, value),
        None => Vec::new(),
    }
}

/// A run of letters and digits in a folded text.
struct Run<'a> {
    at: usize,
    text: &'a str,
}

impl Run<'_> {
    fn range(&self) -> Range<usize> {
        self.at..self.at + self.text.len()
    }
}

fn runs_of(folded: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut start = None;
    for (at, c) in folded.char_indices() {
        let word = is_word_char(c) && !stands_alone(c);
        if let (Some(from), false) = (start, word) {
            runs.push(Run { at: from, text: &folded[from..at] });
            start = None;
        }
        if stands_alone(c) {
            runs.push(Run { at, text: &folded[at..at + c.len_utf8()] });
        } else if word && start.is_none() {
            start = Some(at);
        }
    }
    if let Some(from) = start {
        runs.push(Run { at: from, text: &folded[from..] });
    }
    runs
}

/// How many units match in a text, and where.
fn matches(text: &str, kind: Kind, typed: &Typed, typos: bool) -> (usize, Vec<(usize, usize)>) {
    let folded = Folded::new(text);
    let runs = runs_of(folded.text());
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut units = 0;
    for unit in &typed.units {
        let before = found.len();
        let phone = match unit {
            Unit::Word(word) => &word.phone,
            Unit::Number(_, spellings) => spellings,
        };
        if kind == Kind::Phones {
            found.extend(phone.iter().find_map(|digits| digits_in(folded.text(), digits)));
        }
        if found.len() == before {
            for word in unit.words() {
                of_word(folded.text(), &runs, word, typos, &mut found);
            }
        }
        units += usize::from(found.len() > before);
    }
    let mut marks: Vec<(usize, usize)> =
        found.into_iter().map(|r| folded.source(r)).map(|r| (r.start, r.end)).filter(|(a, b)| a < b).collect();
    marks.sort_unstable();
    marks.dedup_by(|next, kept| {
        let overlaps = next.0 <= kept.1;
        if overlaps {
            kept.1 = kept.1.max(next.1);
        }
        overlaps
    });
    (units, marks)
}

fn of_word(folded: &str, runs: &[Run<'_>], word: &Word, typos: bool, found: &mut Vec<Range<usize>>) {
    if word.is_address()
        && let Some(at) = folded.find(word.raw.trim_start_matches('@'))
    {
        found.push(at..at + word.raw.trim_start_matches('@').len());
        return;
    }
    let before = found.len();
    for run in runs {
        let wanted = word.runs.iter().enumerate().map(|(i, w)| (w, word.last && i + 1 == word.runs.len()));
        for (w, last) in wanted.chain([(&word.joined, word.last)]) {
            if run.text == w {
                found.push(run.range());
            } else if last && run.text.starts_with(w.as_str()) {
                found.push(run.at..run.at + w.len());
            }
        }
    }
    if found.len() == before && word.joined.len() >= EDGE_MAX {
        together(runs, word, found);
    }
    if found.len() == before && typos {
        found.extend(runs.iter().filter(|r| resembles(r.text, word)).map(Run::range));
    }
}

/// Runs that together are the word: `o'brien` for `obrien`, `Evelyn Marlowe` for `evelynmarlowe`.
fn together(runs: &[Run<'_>], word: &Word, found: &mut Vec<Range<usize>>) {
    for first in runs {
        let Some(rest) = word.joined.strip_prefix(first.text).filter(|rest| !rest.is_empty()) else { continue };
        for second in runs.iter().filter(|r| r.at != first.at) {
            if second.text == rest || (word.last && second.text.starts_with(rest)) {
                found.push(first.range());
                found.push(second.at..second.at + rest.len());
            }
        }
    }
}

fn resembles(run: &str, word: &Word) -> bool {
    let wanted: Vec<char> = word.joined.chars().collect();
    let most = word.forgives();
    most > 0 && nearest(run, &wanted, word.last, most).is_some()
}

/// Edits between a word and a run, or where it is only begun the run's nearest beginning.
fn nearest(run: &str, wanted: &[char], begun: bool, most: usize) -> Option<usize> {
    let run: Vec<char> = run.chars().collect();
    let whole = edits(wanted, &run, most);
    if !begun {
        return whole;
    }
    let ends = wanted.len().saturating_sub(most)..=(wanted.len() + most).min(run.len());
    whole.into_iter().chain(ends.filter_map(|end| edits(wanted, run.get(..end)?, most))).min()
}

/// Where digits stand in a text, whatever lies between them.
fn digits_in(text: &str, digits: &str) -> Option<Range<usize>> {
    let at: Vec<(usize, u8)> = text.bytes().enumerate().filter(|(_, b)| b.is_ascii_digit()).collect();
    let all: String = at.iter().map(|(_, b)| char::from(*b)).collect();
    // What is kept may have been typed without the country's code that is asked for, or the other way round.
    let found = all.find(digits).map(|i| (i, digits.len()));
    let (start, len) = found.or_else(|| digits.ends_with(&all).then_some((0, all.len())).filter(|(_, n)| *n >= 6))?;
    Some(at[start].0..at[start + len - 1].0 + 1)
}

/// How much a label is what was typed, 0 to 1.
pub fn likeness(label: &str, typed: &Typed) -> f32 {
    let folded = crate::base::text::fold(label);
    let runs = runs_of(&folded);
    let mut letters = 0;
    let mut wrong = 0.0;
    for word in typed.words() {
        let wanted: Vec<char> = word.joined.chars().collect();
        letters += wanted.len();
        let cost = |run: &Run<'_>| {
            let whole = edits(&wanted, &run.text.chars().collect::<Vec<_>>(), 3).map(|n| n as f32);
            let begun = nearest(run.text, &wanted, word.last, 2).map(|n| n as f32 + 0.4);
            [whole, begun].into_iter().flatten().fold(wanted.len() as f32, f32::min)
        };
        wrong += runs.iter().map(cost).fold(wanted.len() as f32, f32::min);
    }
    let joined: Vec<char> = runs.iter().flat_map(|r| r.text.chars()).collect();
    let typed_joined: Vec<char> = typed.words().flat_map(|w| w.joined.chars()).collect();
    let as_one = edits(&typed_joined, &joined, 3).map_or(wrong, |n| n as f32);
    1.0 - (wrong.min(as_one) / letters.max(1) as f32).min(1.0)
}

/// The part of a text around its first mark, on one line, and the marks in it.
fn snippet(text: &str, marks: &[(usize, usize)]) -> (String, Marks) {
    let first = marks.first().map_or(0, |m| m.0);
    let boundary = |mut at: usize| {
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let (start, end) = if text.len() <= SNIPPET_BYTES {
        (0, text.len())
    } else {
        let start = boundary(first.saturating_sub(SNIPPET_LEAD));
        let start = if start == 0 { 0 } else { text[start..first].find(' ').map_or(start, |i| start + i + 1) };
        (start, boundary((start + SNIPPET_BYTES).min(text.len())))
    };
    let lead = if start > 0 { "…" } else { "" };
    let follow = if end < text.len() { "…" } else { "" };
    // One byte for one, so that marks stay where they are.
    let line = text[start..end].replace(['\n', '\r', '\t'], " ");
    let inside = marks.iter().filter(|m| m.0 >= start && m.1 <= end);
    let marks = inside.map(|m| (m.0 - start + lead.len(), m.1 - start + lead.len())).collect();
    (format!("{lead}{line}{follow}"), marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(text: &str, kind: Kind, typed: &str, typos: bool) -> Vec<String> {
        let (_, marks) = matches(text, kind, &Typed::new(typed), typos);
        let (snippet, marks) = snippet(text, &marks);
        marks.into_iter().map(|(a, b)| snippet[a..b].to_owned()).collect()
    }

    #[test]
    fn matches_are_marked_as_they_are_written() {
        assert_eq!(marked("Zoë Müller", Kind::Text, "mull", false), ["Müll"]);
        assert_eq!(marked("Evelyn Marlowe", Kind::Text, "marlowe evelyn", false), ["Evelyn", "Marlowe"]);
        assert_eq!(marked("Evelyn Marlowe", Kind::Text, "evelynmarl", false), ["Evelyn", "Marl"]);
        assert_eq!(marked("Evelyn Marlowe", Kind::Text, "malrowe", true), ["Marlowe"]);
        assert_eq!(marked("Sean O'Brien", Kind::Text, "obrien", false), ["O", "Brien"]);
        assert_eq!(marked("+1 (843) 555-0142", Kind::Phones, "843 555", false), ["843) 555"]);
        assert_eq!(marked("+1 (843) 555-0142", Kind::Phones, "555-01", false), ["555-01"]);
        assert_eq!(marked("(843) 555-0142", Kind::Phones, "+18435550142", false), ["843) 555-0142"]);
        assert_eq!(marked("a.b@example.com", Kind::Emails, "b@exam", false), ["b@exam"]);
    }

    #[test]
    fn a_snippet_of_a_long_text_lies_around_the_match() {
        let text = format!("{} needle\nhere {}", "hay ".repeat(100), "straw ".repeat(100));
        let (_, marks) = matches(&text, Kind::LongText, &Typed::new("needle"), false);
        let (snippet, marks) = snippet(&text, &marks);
        assert!(snippet.len() < 200 && snippet.starts_with('…') && snippet.contains("needle here"));
        assert_eq!(&snippet[marks[0].0..marks[0].1], "needle");
    }

    #[test]
    fn likeness_prefers_fewer_edits() {
        let typed = Typed::new("jonh smith");
        assert!(likeness("John Smith", &typed) > likeness("Joan Smithers", &typed));
        assert!(likeness("Evelyn Marlowe", &Typed::new("evelynmarlwe")) > 0.9);
    }
}
