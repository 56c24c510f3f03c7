//! Finds what was typed in the parts of the index, tier by tier: the whole name, exact words of a name, beginnings of a
//! name, other fields, then (only where little was found) names with typos, then long texts; newest first within a tier.
//! Who may see what is asked through [`Ask::accept`]; nothing here reads a record.

use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::text::is_word_char;
use crate::records::search::COUNT_MAX;
use crate::records::search::docs::{Docs, END};
use crate::records::search::key::{self, BODY, CODE_EDGE_MAX, Class, EDGE_MAX, EMAIL, NAME, OTHER, key};
use crate::records::search::part::Part;
use crate::records::search::typed::{Typed, Unit, Word};
use crate::records::search::typo::{self, Typos};
use crate::records::search::words::{WORD_BYTES_MAX, is_code, runs, stands_alone};
use std::collections::HashMap;

/// Fewer hits than this in names and short fields, and typos are looked for.
const TYPOS_BELOW: usize = 5;

/// How well a record matches; less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The whole title, e-mail address or phone number.
    Whole,
    /// Every word is a word of the title.
    Exact,
    /// The same, the last word only begun.
    Name,
    /// Words of other short fields too.
    Other,
    /// With typos.
    Typo,
    /// Words of long texts too.
    Text,
}

/// The tiers that are looked up without forgiving anything, narrowest first; each holds those before it.
const TIERS: [Tier; 5] = [Tier::Whole, Tier::Exact, Tier::Name, Tier::Other, Tier::Text];

/// A record that matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Which.
    pub id: RecordRef,
    /// How well.
    pub tier: Tier,
    /// Within [`Tier::Typo`], how much was forgiven.
    pub cost: u8,
    /// When it was last changed.
    pub updated_at: i64,
}

/// A question to the parts.
pub struct Ask<'a> {
    /// What was typed.
    pub typed: &'a Typed,
    /// Of which objects.
    pub objects: &'a [ObjectId],
    /// Candidates of each object at least, where there are so many.
    pub limit: usize,
    /// The record of a document where it may be found by whoever asks.
    pub accept: &'a dyn Fn(&dyn Part, u32) -> Option<RecordRef>,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Hits of each object that has any, up to one more than [`COUNT_MAX`].
    pub counts: Vec<(ObjectId, usize)>,
}

/// Answers.
pub fn find(parts: &[&dyn Part], ask: &Ask<'_>) -> Result<Found> {
    let mut gathered = Gathered::default();
    if ask.typed.is_empty() {
        return Ok(Found::default());
    }
    for object in ask.objects {
        for part in parts.iter().filter(|p| p.has(*object)) {
            plain(*part, *object, ask, &mut gathered)?;
        }
    }
    let mut typos = Typos::default();
    for edits in 1..=2 {
        if gathered.close() >= TYPOS_BELOW || gathered.is_sure() || !typo::worth(ask.typed, edits) {
            break;
        }
        for object in ask.objects {
            for part in parts.iter().filter(|p| p.has(*object)) {
                for candidate in typo::forgiving(*part, *object, ask, &mut typos, edits)? {
                    gathered.add_typo(candidate);
                }
            }
        }
    }
    Ok(gathered.found(ask.objects))
}

#[derive(Default)]
struct Gathered {
    best: HashMap<RecordRef, Candidate>,
    counts: HashMap<ObjectId, usize>,
}

impl Gathered {
    fn add(&mut self, candidate: Candidate) {
        self.best.insert(candidate.id, candidate);
    }

    /// Adds a hit with typos; one that was only found in long texts moves up.
    fn add_typo(&mut self, candidate: Candidate) {
        match self.best.get_mut(&candidate.id) {
            Some(known) if (known.tier, known.cost) <= (candidate.tier, candidate.cost) => {}
            Some(known) => *known = candidate,
            None => {
                self.add(candidate);
                *self.counts.entry(candidate.id.object).or_default() += 1;
            }
        }
    }

    /// Hits in names and short fields.
    fn close(&self) -> usize {
        self.best.values().filter(|c| c.tier < Tier::Text).count()
    }

    /// Whether some record's title has all that was typed, to the letter.
    fn is_sure(&self) -> bool {
        self.best.values().any(|c| c.tier <= Tier::Exact)
    }

    fn found(self, objects: &[ObjectId]) -> Found {
        let mut candidates: Vec<Candidate> = self.best.into_values().collect();
        candidates.sort_by_key(|c| (c.tier, c.cost, std::cmp::Reverse(c.updated_at), c.id));
        let count = |o: &ObjectId| self.counts.get(o).map(|n| (*o, (*n).min(COUNT_MAX + 1)));
        Found { candidates, counts: objects.iter().filter_map(count).filter(|(_, n)| *n > 0).collect() }
    }
}

/// The hits of one object in one part, nothing forgiven. Few hits are all known after one walk and only sorted into
/// their tiers; many are walked tier by tier, each only as far as the answer needs.
fn plain(part: &dyn Part, object: ObjectId, ask: &Ask<'_>, gathered: &mut Gathered) -> Result<()> {
    let mut all = of_tier(part, object, ask.typed, Tier::Text)?;
    let count = gathered.counts.entry(object).or_default();
    let mut known = Vec::new();
    let counting = *count <= COUNT_MAX;
    if counting {
        known = walk(part, &mut all, ask, COUNT_MAX + 1);
        *count += known.len();
    }
    if all.doc() == END && known.is_empty() {
        return Ok(());
    }
    let few = counting && known.len() <= COUNT_MAX;
    let mut left = known;
    let mut wanted = ask.limit;
    for tier in TIERS {
        let mut docs = of_tier(part, object, ask.typed, tier)?;
        let hits: Vec<(u32, RecordRef)> = match (few, tier) {
            (true, Tier::Text) => std::mem::take(&mut left),
            (true, _) => left.extract_if(.., |(doc, _)| docs.seek(*doc) == *doc).collect(),
            (false, _) => walk(part, &mut docs, ask, ask.limit),
        };
        for (doc, id) in hits {
            let candidate = Candidate { id, tier, cost: 0, updated_at: part.updated_at(doc) };
            if !gathered.best.contains_key(&id) {
                gathered.add(candidate);
                wanted = wanted.saturating_sub(1);
            }
        }
        if wanted == 0 && !few {
            break;
        }
    }
    Ok(())
}

/// The first `most` documents that may be found, with their records.
pub fn walk(part: &dyn Part, docs: &mut Docs, ask: &Ask<'_>, most: usize) -> Vec<(u32, RecordRef)> {
    let mut hits = Vec::new();
    while docs.doc() != END && hits.len() < most {
        let doc = docs.doc();
        if part.is_alive(doc) {
            hits.extend((ask.accept)(part, doc).map(|id| (doc, id)));
        }
        docs.advance();
    }
    hits
}

/// The documents of an object in which every unit matches at this tier or better.
pub fn of_tier(part: &dyn Part, object: ObjectId, typed: &Typed, tier: Tier) -> Result<Docs> {
    if tier == Tier::Whole {
        return whole(part, object, typed);
    }
    let mut sets = Vec::with_capacity(typed.units.len());
    for unit in &typed.units {
        // One or two letters begin almost every long text, so after other words they are taken as begun.
        if tier == Tier::Text && typed.units.len() > 1 && unit.words().iter().all(barely_begun) {
            continue;
        }
        let set = of_unit(part, object, unit, tier)?;
        if set.doc() == END {
            return Ok(Docs::Nothing);
        }
        sets.push(set);
    }
    Ok(Docs::all(sets))
}

fn barely_begun(word: &Word) -> bool {
    word.last && !is_code(&word.joined) && word.joined.chars().count() < EDGE_MAX
}

fn whole(part: &dyn Part, object: ObjectId, typed: &Typed) -> Result<Docs> {
    let mut sets = vec![part.exact(&key(key::WHOLE, object, &typed.whole))?];
    for digits in &typed.phone {
        if let Some(last) = key::last_four(digits) {
            let mut number = vec![part.exact(&key(key::PHONE_LAST, object, last))?];
            number.extend(phone(part, object, digits)?);
            sets.push(Docs::all(number));
        }
    }
    Ok(Docs::any(sets))
}

/// The documents in which a unit matches.
pub fn of_unit(part: &dyn Part, object: ObjectId, unit: &Unit, tier: Tier) -> Result<Docs> {
    match unit {
        Unit::Word(word) => of_word(part, object, word, tier),
        Unit::Number(words, spellings) => {
            let sets: Result<Vec<Docs>> = words.iter().map(|w| of_word(part, object, w, tier)).collect();
            let mut any = vec![Docs::all(sets?)];
            if tier >= Tier::Other {
                for digits in spellings {
                    any.extend(phone(part, object, digits)?);
                }
            }
            Ok(Docs::any(any))
        }
    }
}

fn of_word(part: &dyn Part, object: ObjectId, word: &Word, tier: Tier) -> Result<Docs> {
    let mut any = Vec::new();
    of_token(part, object, &word.joined, word.last, tier, &mut any)?;
    if word.runs.len() > 1 {
        let mut all = Vec::with_capacity(word.runs.len());
        for (i, run) in word.runs.iter().enumerate() {
            let mut sets = Vec::new();
            of_token(part, object, run, word.last && i + 1 == word.runs.len(), tier, &mut sets)?;
            all.push(Docs::any(sets));
        }
        any.push(Docs::all(all));
    }
    if tier >= Tier::Other {
        if word.is_address() {
            let key = key(EMAIL, object, word.raw.trim_start_matches('@'));
            any.push(if word.last { part.beginning(&key)? } else { part.exact(&key)? });
        }
        for digits in &word.phone {
            any.extend(phone(part, object, digits)?);
        }
    }
    Ok(Docs::any(any))
}

/// Documents with a phone number that holds these digits; `None` for fewer than four.
fn phone(part: &dyn Part, object: ObjectId, digits: &str) -> Result<Option<Docs>> {
    let grams: Result<Vec<Docs>> = key::grams(digits).map(|g| part.exact(&key(key::PHONE_GRAM, object, g))).collect();
    let grams = grams?;
    Ok((!grams.is_empty()).then(|| Docs::all(grams)))
}

/// Adds the documents with a word, or where it is the last one, a word that begins so.
pub fn of_token(
    part: &dyn Part,
    object: ObjectId,
    word: &str,
    last: bool,
    tier: Tier,
    out: &mut Vec<Docs>,
) -> Result<()> {
    for (class, from) in [(NAME, Tier::Exact), (OTHER, Tier::Other), (BODY, Tier::Text)] {
        if tier < from {
            break;
        }
        if last && tier >= Tier::Name {
            beginning(part, object, word, class, out)?;
        } else {
            let kind = if is_code(word) { class.code } else { class.word };
            out.push(part.exact(&key(kind, object, word))?);
        }
    }
    Ok(())
}

/// Adds the documents with a word of this class that begins so.
fn beginning(part: &dyn Part, object: ObjectId, word: &str, class: Class, out: &mut Vec<Docs>) -> Result<()> {
    let letters = word.chars().count();
    let has_edge = letters <= CODE_EDGE_MAX;
    if has_edge {
        out.push(part.exact(&key(class.edge, object, word))?);
    } else {
        out.push(part.beginning(&key(class.code, object, word))?);
    }
    if is_code(word) || (class.edges && letters <= EDGE_MAX) {
        return Ok(());
    }
    match letters < EDGE_MAX {
        true => out.push(part.exact(&key(class.word, object, word))?),
        false => out.push(part.beginning(&key(class.word, object, word))?),
    }
    Ok(())
}

/// Records whose long texts may hold `text`: its first word may be the end of a word, its last the beginning of one. `None`
/// where `text` has no word to look for.
pub fn rows_with_text(
    parts: &[&dyn Part],
    object: ObjectId,
    text: &str,
    accept: &dyn Fn(&dyn Part, u32) -> Option<RecordRef>,
) -> Result<Option<Vec<Row>>> {
    let folded = crate::base::text::fold(text);
    let runs = runs(&folded);
    if runs.is_empty() || runs.iter().any(|r| r.len() >= WORD_BYTES_MAX) {
        return Ok(None);
    }
    let open_start = folded.starts_with(|c: char| is_word_char(c) && !stands_alone(c));
    let open_end = folded.ends_with(|c: char| is_word_char(c) && !stands_alone(c));
    let mut rows = Vec::new();
    for part in parts.iter().filter(|p| p.has(object)) {
        let mut all = Vec::with_capacity(runs.len());
        for (i, run) in runs.iter().enumerate() {
            let ends = (open_start && i == 0, open_end && i + 1 == runs.len());
            let fits = |word: &[u8]| contains(word, run.as_bytes(), ends);
            let words = part.matching(&key(BODY.word, object, ""), &fits)?;
            let codes = part.matching(&key(BODY.code, object, ""), &fits)?;
            all.push(Docs::any(vec![words, codes]));
        }
        let mut docs = Docs::all(all);
        while docs.doc() != END {
            if part.is_alive(docs.doc()) {
                rows.extend(accept(*part, docs.doc()).map(|id| id.row));
            }
            docs.advance();
        }
    }
    rows.sort_unstable();
    rows.dedup();
    Ok(Some(rows))
}

/// Whether a word holds `wanted`, with more in front or behind only where that is open. A word that was cut may hold it
/// where nobody can see, and so may a document that has more words than are kept, see [`key::keys_of`].
fn contains(word: &[u8], wanted: &[u8], open: (bool, bool)) -> bool {
    if word.is_empty() || word.len() + 4 > WORD_BYTES_MAX {
        return true;
    }
    match open {
        (false, false) => word == wanted,
        (true, false) => word.ends_with(wanted),
        (false, true) => word.starts_with(wanted),
        (true, true) => word.windows(wanted.len()).any(|w| w == wanted),
    }
}
