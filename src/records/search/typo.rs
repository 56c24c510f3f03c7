//! Forgiveness: words one or two edits away, a space left out or put in between. Only asked where little else was found,
//! since a walk over similar words costs more than looking one up.

use crate::base::Result;
use crate::base::id::ObjectId;
use crate::records::search::docs::{Docs, END};
use crate::records::search::key::{self, NAME_WORD, OTHER_WORD, key};
use crate::records::search::part::Part;
use crate::records::search::query::{Ask, Candidate, Tier, of_token, of_unit, walk};
use crate::records::search::typed::{Typed, Unit, Word};
use levenshtein_automata::{DFA, LevenshteinAutomatonBuilder};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Hits with typos that are looked at, of each object in each part.
const WALK_MAX: usize = 400;
/// Hits with typos that are kept of those, the best.
const KEEP_MAX: usize = 60;
/// Letters of each half of a word that misses a space.
const HALF_MIN: usize = 2;
/// Words of a search in which a space too many is looked for.
const JOIN_WORDS_MAX: usize = 4;

/// What one edit more costs than another way to forgive, in tier [`Tier::Typo`].
mod cost {
    /// A word one edit away, a missing space, a space too many.
    pub(super) const ONE: u8 = 1;
    /// A word that begins with something one edit away.
    pub(super) const BEGUN: u8 = 2;
    /// A word two edits away.
    pub(super) const TWO: u8 = 3;
    /// A word that begins with something two edits away.
    pub(super) const TWO_BEGUN: u8 = 4;
}

static ONE_EDIT: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(1, true));
static TWO_EDITS: LazyLock<LevenshteinAutomatonBuilder> = LazyLock::new(|| LevenshteinAutomatonBuilder::new(2, true));

/// The automata of one search, made once for all parts.
#[derive(Default)]
pub struct Typos(HashMap<(String, usize, bool), Arc<DFA>>);

impl Typos {
    fn test(&mut self, word: &str, edits: usize, begun: bool) -> Arc<DFA> {
        let make = || {
            let builder = if edits == 1 { &ONE_EDIT } else { &TWO_EDITS };
            Arc::new(if begun { builder.build_prefix_dfa(word) } else { builder.build_dfa(word) })
        };
        self.0.entry((word.to_owned(), edits, begun)).or_insert_with(make).clone()
    }
}

/// Whether forgiving so many edits could find more than was found without.
pub fn worth(typed: &Typed, edits: usize) -> bool {
    typed.words().any(|w| w.forgives() >= edits)
}

/// The hits of one object in one part where every unit matches names or short fields, some only with forgiveness.
pub fn forgiving(
    part: &dyn Part,
    object: ObjectId,
    ask: &Ask<'_>,
    typos: &mut Typos,
    edits: usize,
) -> Result<Vec<Candidate>> {
    let mut found = graded(part, object, ask, typos, edits)?;
    if edits == 1 && (2..=JOIN_WORDS_MAX).contains(&ask.typed.units.len()) {
        for i in 1..ask.typed.units.len() {
            let mut docs = joined(part, object, ask.typed, i)?;
            found.extend(walk(part, &mut docs, ask, KEEP_MAX).into_iter().map(|(doc, id)| Candidate {
                id,
                tier: Tier::Typo,
                cost: cost::ONE,
                updated_at: part.updated_at(doc),
            }));
        }
    }
    found.sort_by_key(|c| (c.cost, std::cmp::Reverse(c.updated_at)));
    found.truncate(KEEP_MAX);
    Ok(found)
}

fn graded(part: &dyn Part, object: ObjectId, ask: &Ask<'_>, typos: &mut Typos, edits: usize) -> Result<Vec<Candidate>> {
    let units = &ask.typed.units;
    let mut grades = Vec::with_capacity(units.len());
    let mut sets = Vec::with_capacity(units.len());
    for unit in units {
        let grade = grades_of(part, object, unit, typos, edits)?;
        if grade.iter().all(|(_, docs)| docs.doc() == END) {
            return Ok(Vec::new());
        }
        sets.push(Docs::any(grade.iter().map(|(_, docs)| docs.clone()).collect()));
        grades.push(grade);
    }
    let mut docs = Docs::all(sets);
    let mut found = Vec::new();
    for (doc, id) in walk(part, &mut docs, ask, WALK_MAX) {
        let mut total = 0;
        for grade in &mut grades {
            let matching = grade.iter_mut().filter(|(_, docs)| docs.doc() <= doc).map(|(c, docs)| (*c, docs.seek(doc)));
            total += matching.filter(|(_, at)| *at == doc).map(|(c, _)| c).min().unwrap_or(0);
        }
        found.push(Candidate { id, tier: Tier::Typo, cost: total, updated_at: part.updated_at(doc) });
    }
    Ok(found)
}

/// The documents in which a unit matches, by what is forgiven.
fn grades_of(
    part: &dyn Part,
    object: ObjectId,
    unit: &Unit,
    typos: &mut Typos,
    edits: usize,
) -> Result<Vec<(u8, Docs)>> {
    let mut grades = vec![(0, of_unit(part, object, unit, Tier::Other)?)];
    let Unit::Word(word) = unit else { return Ok(grades) };
    let (mut costs, mut tests) = (Vec::new(), Vec::new());
    for n in 1..=edits.min(word.forgives()) {
        let (whole, begun) = if n == 1 { (cost::ONE, cost::BEGUN) } else { (cost::TWO, cost::TWO_BEGUN) };
        costs.push(whole);
        tests.push(typos.test(&word.joined, n, false));
        if word.last {
            costs.push(begun);
            tests.push(typos.test(&word.joined, n, true));
        }
    }
    for kind in [NAME_WORD, OTHER_WORD] {
        let found = part.similar(&key(kind, object, ""), &tests)?;
        grades.extend(costs.iter().copied().zip(found));
    }
    if word.forgives() > 0 {
        grades.push((cost::ONE, split(part, object, word)?));
    }
    Ok(grades)
}

/// Documents whose title has both halves of a word that misses a space.
fn split(part: &dyn Part, object: ObjectId, word: &Word) -> Result<Docs> {
    let mut any = Vec::new();
    for (at, _) in word.joined.char_indices() {
        let (left, right) = word.joined.split_at(at);
        if left.chars().count() < HALF_MIN || right.chars().count() < HALF_MIN {
            continue;
        }
        let first = part.exact(&key(key::NAME_WORD, object, left))?;
        if first.doc() == END {
            continue;
        }
        let mut second = Vec::new();
        let tier = if word.last { Tier::Name } else { Tier::Exact };
        of_token(part, object, right, word.last, tier, &mut second)?;
        any.push(Docs::all(vec![first, Docs::any(second)]));
    }
    Ok(Docs::any(any))
}

/// Documents that match where the space before unit `i` is left out.
fn joined(part: &dyn Part, object: ObjectId, typed: &Typed, i: usize) -> Result<Docs> {
    let (Unit::Word(left), Unit::Word(right)) = (&typed.units[i - 1], &typed.units[i]) else {
        return Ok(Docs::Nothing);
    };
    let mut one = Vec::new();
    of_token(part, object, &format!("{}{}", left.joined, right.joined), right.last, Tier::Other, &mut one)?;
    let mut all = vec![Docs::any(one)];
    for (n, unit) in typed.units.iter().enumerate() {
        if n != i && n + 1 != i {
            all.push(of_unit(part, object, unit, Tier::Other)?);
        }
    }
    Ok(Docs::all(all))
}
