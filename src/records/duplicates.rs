//! Records that a new one may be the same as: one with the same e-mail address, phone number or web address, or with a close
//! name. Addresses and numbers are asked of `INDEX`, names of the search index, a few of each, so that it costs the same whatever
//! the number of records. Only what the actor may see is told of, and only fields they may see are compared.

use crate::base::id::{FieldId, ObjectId, RecordRef};
use crate::base::text::fold;
use crate::base::{Error, Result};
use crate::model::rules::{self, Action};
use crate::model::value::{Phone, Values};
use crate::model::{Actor, Field, Kind, Object, Value, kinds};
use crate::records::engine::Finder;
use crate::records::search::SearchQuery;
use crate::records::search::words::edits_allowed;
use crate::records::{Engine, Record, State};

/// Duplicates told of at most.
pub const DUPLICATES_MAX: usize = 3;
/// Records with one address or number that are looked at.
const SAME_MAX: usize = 10;
/// Addresses or numbers of one field that are looked at.
const VALUES_MAX: usize = 5;
/// Records with a similar name that are looked at.
const NAMES_MAX: usize = 20;
/// Digits of a number that can't be dialled from everywhere, so that it is worth comparing.
const DIGITS_MIN: usize = 6;
/// Letters of a name, so that it is worth comparing.
const NAME_CHARS_MIN: usize = 3;
/// Edits in all words of a name together that still make it close.
const EDITS_MAX: usize = 2;
/// Words that say what a company is by law, not who it is.
const LEGAL_FORMS: &[&str] = &[
    "ag",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "llp",
    "lp",
    "ltd",
    "ltda",
    "nv",
    "oy",
    "plc",
    "pllc",
    "pty",
    "sa",
    "sarl",
    "sas",
    "srl",
    "the",
];

/// In what a record is like the new one; those that say most come first.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// It has this e-mail address.
    Email(String),
    /// It has this phone number, as it was typed.
    Phone(String),
    /// It has this web address, without what is in front of the host.
    Website(String),
    /// It has the same name.
    SameName,
    /// It has nearly the same name.
    CloseName,
}

impl Likeness {
    /// Whether it is reason enough to ask before the new record is made.
    pub fn is_strong(&self) -> bool {
        *self != Self::CloseName
    }
}

/// A record that the new one may be the same as.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The record, as the actor may see it.
    pub record: Record,
    /// Why.
    pub likeness: Likeness,
}

/// Records that a new one of `object` with these values may be the same as, the likeliest first.
pub(crate) fn find(
    engine: &Engine,
    actor: &Actor,
    object: ObjectId,
    values: &[(FieldId, Value)],
) -> Result<Vec<Duplicate>> {
    let schema = engine.schema();
    let object = schema.object_by_id(object).ok_or(Error::NotFound)?;
    if !rules::may(actor, Action::See, object.id) {
        return Err(Error::NotFound);
    }
    let looking = Looking { engine, actor, object, finder: engine.finder(actor)? };
    let mut found: Vec<(RecordRef, Likeness)> = Vec::new();
    for (id, value) in values {
        let field = object.field_by_id(*id).filter(|f| rules::field_visible(actor, object.id, f.id));
        if let Some(field) = field {
            found.extend(looking.by_value(field, value)?);
        }
    }
    let values: Values = values.iter().map(|(field, value)| (*field, value.clone())).collect();
    if rules::field_visible(actor, object.id, object.title)
        && let Some(name) = looking.name(&values)
    {
        found.extend(looking.by_name(&name)?);
    }
    found.sort_by(|a, b| a.1.cmp(&b.1));
    looking.told(found)
}

struct Looking<'a> {
    engine: &'a Engine,
    actor: &'a Actor,
    object: &'a Object,
    finder: Finder<'a>,
}

impl Looking<'_> {
    /// Records with an address or number of a value.
    fn by_value(&self, field: &Field, value: &Value) -> Result<Vec<(RecordRef, Likeness)>> {
        let mut found = Vec::new();
        match value {
            Value::List(emails) if field.kind == Kind::Emails && field.indexed => {
                for email in emails.iter().take(VALUES_MAX) {
                    let one = Value::List(vec![email.clone()]);
                    let same = self.finder.with_value(self.object.id, field.id, &one, SAME_MAX)?;
                    found.extend(same.into_iter().map(|id| (id, Likeness::Email(email.clone()))));
                }
            }
            Value::Phones(phones) if field.indexed => {
                for phone in phones.iter().filter(|p| is_number(p)).take(VALUES_MAX) {
                    let one = Value::Phones(vec![phone.clone()]);
                    let same = self.finder.with_value(self.object.id, field.id, &one, SAME_MAX)?;
                    found.extend(same.into_iter().map(|id| (id, Likeness::Phone(phone.typed.clone()))));
                }
            }
            Value::Text(text) if is_website(self.object, field) => {
                found.extend(self.by_website(field, text)?);
            }
            _ => {}
        }
        Ok(found)
    }

    /// Records with the same web address, found by its host.
    fn by_website(&self, field: &Field, text: &str) -> Result<Vec<(RecordRef, Likeness)>> {
        let Some(site) = Site::of(text) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for record in self.searched(&site.host)? {
            let other = match record.values.get(field.id) {
                Some(Value::Text(text)) => Site::of(text),
                _ => None,
            };
            if other.is_some_and(|other| other.is_same(&site)) {
                found.push((record.id, Likeness::Website(site.host.clone())));
            }
        }
        Ok(found)
    }

    /// The name that values give a record; `None` where records of this object are not told apart by their name.
    fn name(&self, values: &Values) -> Option<Name> {
        let title = self.object.title_field();
        let value = match title.kind {
            Kind::FullName => kinds::virtual_value(self.object, title, values),
            Kind::Text if title.indexed => values.get(title.id).cloned(),
            _ => None,
        };
        match value? {
            Value::Text(text) => Name::of(&text, title.kind == Kind::FullName),
            _ => None,
        }
    }

    /// Records with the same or nearly the same name.
    fn by_name(&self, name: &Name) -> Result<Vec<(RecordRef, Likeness)>> {
        let mut found = Vec::new();
        for record in self.searched(&name.wanted())? {
            let likeness = self.name(&record.values).and_then(|other| name.likeness(&other));
            found.extend(likeness.map(|likeness| (record.id, likeness)));
        }
        Ok(found)
    }

    /// The best hits of a search, as it has read them for the actor; none where search is not running.
    fn searched(&self, text: &str) -> Result<Vec<Record>> {
        if !self.object.searchable {
            return Ok(Vec::new());
        }
        let query = SearchQuery {
            text: text.to_owned(),
            object: Some(self.object.id),
            limit: NAMES_MAX,
            ..SearchQuery::default()
        };
        match self.engine.search(self.actor, &query) {
            Ok(results) => Ok(results.hits.into_iter().map(|hit| hit.record).collect()),
            Err(Error::Unavailable(_)) => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// A live record that the actor may see.
    fn live(&self, id: RecordRef) -> Result<Option<Record>> {
        match self.finder.get(id) {
            Ok(record) => Ok((record.state == State::Live).then_some(record)),
            Err(Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Each record once, for the best of its reasons.
    fn told(&self, found: Vec<(RecordRef, Likeness)>) -> Result<Vec<Duplicate>> {
        let mut told: Vec<Duplicate> = Vec::new();
        for (id, likeness) in found {
            if told.len() == DUPLICATES_MAX {
                break;
            }
            if told.iter().all(|d| d.record.id != id)
                && let Some(record) = self.live(id)?
            {
                told.push(Duplicate { record, likeness });
            }
        }
        Ok(told)
    }
}

/// The fields of an object that duplicates are told by, those that the actor may see.
pub fn compared<'a>(actor: &Actor, object: &'a Object) -> Vec<&'a Field> {
    let title = object.title_field();
    let told = |field: &Field| match field.kind {
        Kind::Emails | Kind::Phones => field.indexed,
        Kind::Link => is_website(object, field),
        _ => title.parts.contains(&field.name) || (is_organisation(object) && field.id == title.id),
    };
    let visible = |field: &&Field| rules::field_visible(actor, object.id, field.id);
    object.fields.iter().filter(visible).filter(|field| told(field)).collect()
}

/// Whether an object's records are named by one text that tells them apart, as companies are.
fn is_organisation(object: &Object) -> bool {
    let title = object.title_field();
    title.kind == Kind::Text && title.indexed
}

/// Whether a field is the web address that tells an organisation.
fn is_website(object: &Object, field: &Field) -> bool {
    field.kind == Kind::Link && field.name == "website" && is_organisation(object)
}

fn is_number(phone: &Phone) -> bool {
    phone.e164.is_some() || phone.typed.bytes().filter(u8::is_ascii_digit).count() >= DIGITS_MIN
}

/// A web address without what differs between two ways to write it.
#[derive(Debug, PartialEq, Eq)]
struct Site {
    host: String,
    path: String,
}

impl Site {
    fn of(text: &str) -> Option<Self> {
        let text = fold(text);
        let text = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let (host, path) = text.split_once('/').unwrap_or((text, ""));
        let host = host.strip_prefix("www.").unwrap_or(host);
        let whole = host.split_once('.').is_some_and(|(name, end)| !name.is_empty() && end.len() >= 2);
        whole.then(|| Self { host: host.to_owned(), path: path.trim_end_matches('/').to_owned() })
    }

    /// Whether both are of one site: pages of one host that many share (profiles, shops) are told apart by their path.
    fn is_same(&self, other: &Self) -> bool {
        self.host == other.host && (self.path == other.path || self.path.is_empty() != other.path.is_empty())
    }
}

/// A name taken apart: its words, folded.
#[derive(Debug, PartialEq, Eq)]
struct Name {
    words: Vec<String>,
    /// The words that have to be close: first and last of a person, all but the legal form of an organisation.
    core: Vec<String>,
}

impl Name {
    /// `None` for one that is too short to compare, such as a first name alone.
    fn of(text: &str, person: bool) -> Option<Self> {
        let folded = fold(text);
        let words: Vec<String> =
            folded.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect();
        let core: Vec<String> = if person {
            if words.len() < 2 {
                return None;
            }
            [words.first(), words.last()].into_iter().flatten().cloned().collect()
        } else {
            let core: Vec<String> = words.iter().filter(|w| !LEGAL_FORMS.contains(&w.as_str())).cloned().collect();
            if core.is_empty() { words.clone() } else { core }
        };
        let long = core.iter().map(|w| w.chars().count()).sum::<usize>() >= NAME_CHARS_MIN;
        (long && !words.is_empty()).then_some(Self { words, core })
    }

    /// What to search for.
    fn wanted(&self) -> String {
        self.core.join(" ")
    }

    fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.words == other.words || (self.core == other.core && self.core.len() == self.words.len()) {
            return Some(Likeness::SameName);
        }
        let swapped: Vec<String> = other.core.iter().rev().cloned().collect();
        let close =
            are_close(&self.core, &other.core) || self.core == swapped || self.core.concat() == other.core.concat();
        close.then_some(Likeness::CloseName)
    }
}

/// Whether words are the same but for a few edits.
fn are_close(a: &[String], b: &[String]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut total = 0;
    for (a, b) in a.iter().zip(b) {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let edits = edits(&a, &b);
        if edits > edits_allowed(a.len().max(b.len())) {
            return false;
        }
        total += edits;
    }
    total <= EDITS_MAX
}

/// Letters to put in, leave out, replace or swap with the next, to make one word of the other.
fn edits(a: &[char], b: &[char]) -> usize {
    if a.len().abs_diff(b.len()) > EDITS_MAX {
        return a.len().abs_diff(b.len());
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let mut least = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + usize::from(a[i - 1] != b[j - 1]));
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(a: &str, b: &str, person: bool) -> Option<Likeness> {
        Name::of(a, person).unwrap().likeness(&Name::of(b, person)?)
    }

    #[test]
    fn names_of_people_are_close_with_a_typo_a_middle_name_or_turned_round() {
        use Likeness::{CloseName, SameName};
        for (a, b, found) in [
            ("Daniel Marlowe", "daniel  MARLOWE", Some(SameName)),
            ("José Núñez", "Jose Nunez", Some(SameName)),
            ("Daniel Marlowe", "Daniel J. Marlowe", Some(SameName)),
            ("Daniel J Marlowe", "Daniel K Marlowe", Some(CloseName)),
            ("Daniel Marlowe", "Daniel Marlow", Some(CloseName)),
            ("Danile Marlowe", "Daniel Marlowe", Some(CloseName)),
            ("Marlowe Daniel", "Daniel Marlowe", Some(CloseName)),
            ("Daniel Marlowe", "Evelyn Marlowe", None),
            ("Daniel Marlowe", "Daniel Marlowe-Smith", None),
            ("Ian Lee", "Dan Lee", None),
            ("Daniel Marlowe", "Daniel", None),
        ] {
            assert_eq!(likeness(a, b, true), found, "{a} and {b}");
        }
        assert_eq!(Name::of("Daniel", true), None, "a first name alone says nothing");
    }

    #[test]
    fn names_of_companies_are_close_whatever_their_legal_form() {
        use Likeness::{CloseName, SameName};
        for (a, b, found) in [
            ("Kestrel Roofing", "kestrel roofing", Some(SameName)),
            ("Kestrel Roofing", "Kestrel Roofing, LLC", Some(SameName)),
            ("Kestrel Roofing Inc.", "Kestrel Roofing LLC", Some(CloseName)),
            ("Kestral Roofing", "Kestrel Roofing", Some(CloseName)),
            ("Blue Bird Childcare", "Bluebird Childcare", Some(CloseName)),
            ("Kestrel Roofing", "Kestrel Plumbing", None),
            ("Kestrel", "Kestrel Roofing", None),
        ] {
            assert_eq!(likeness(a, b, false), found, "{a} and {b}");
        }
        assert_eq!(Name::of("A", false), None);
    }

    #[test]
    fn web_addresses_are_the_same_however_they_are_written() {
        let same = |a: &str, b: &str| Site::of(a).unwrap().is_same(&Site::of(b).unwrap());
        assert!(same("https://www.Kestrel.com/", "kestrel.com"));
        assert!(same("http://kestrel.com/home?x=1", "https://kestrel.com"));
        assert!(same("facebook.com/kestrel", "https://facebook.com/kestrel/"));
        assert!(!same("facebook.com/kestrel", "facebook.com/osprey"));
        assert!(!same("kestrel.com", "kestrel.org"));
        assert_eq!(Site::of("kestrel"), None);
    }
}
