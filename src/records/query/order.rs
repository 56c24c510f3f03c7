//! Puts rows in order without sorting them all: the first few of a set, those after a key, the one at a position. A level
//! of the sort is one pass over its column; only rows that tie there are looked at in the next.

use super::keys::{Compared, Keys, Part};
use super::predicate::Sort;
use super::rowset::RowSet;
use super::scan::Scan;
use super::view::View;
use crate::base::Result;
use crate::base::id::ObjectId;
use crate::store::column::{Words, bits};
use std::cmp::Ordering;
use std::rc::Rc;

/// Candidates kept beside four times the rows wanted, before the rest is thrown away.
const SPARE: usize = 1_024;
/// Texts that tie in their first bytes up to which they are compared whole.
const FEW_TEXTS: usize = 4_096;

/// A record's whole sort key: one for each level, and its row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// By level; `None` for empty.
    pub parts: Vec<Option<Part>>,
    /// Its row.
    pub row: u64,
}

/// Which way the list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// As the sort says, empty values last.
    Forward,
    /// The very reverse.
    Backward,
}

/// A sort over one object.
pub struct Order<'a> {
    view: Rc<View<'a>>,
    levels: Vec<(Compared, bool)>,
}

/// How one level is compared.
#[derive(Clone, Copy)]
struct Sense {
    descending: bool,
    empty_first: bool,
}

impl Sense {
    fn cmp(self, a: &Part, b: &Part) -> Ordering {
        if self.descending { b.cmp(a) } else { a.cmp(b) }
    }

    /// Rows of the chunk whose key comes before `part`, and those whose key it is.
    fn compare(self, keys: &Keys<'_>, part: &Part) -> (Words, Words) {
        let (at, exact) = keys.place(part);
        let local = keys.local;
        let before = match (self.descending, exact) {
            (false, _) => bits::from_fn(|i| local[i] < at),
            (true, true) => bits::from_fn(|i| local[i] > at),
            (true, false) => bits::from_fn(|i| local[i] >= at),
        };
        let equal = if exact { bits::from_fn(|i| local[i] == at) } else { bits::NONE };
        (bits::and(&before, &keys.present), bits::and(&equal, &keys.present))
    }
}

/// What one level knows of the first rows: these are among them, and of those that tie some are.
struct Top {
    sure: Vec<u64>,
    ties: Option<RowSet>,
}

impl<'a> Order<'a> {
    /// Makes a sort of `object` ready.
    pub fn new(scan: &Scan<'a>, object: ObjectId, sort: &Sort) -> Result<Self> {
        let levels: Result<Vec<_>> =
            sort.levels.iter().map(|l| Ok((Compared::prepare(scan, &l.key)?, l.descending))).collect();
        Ok(Self { view: scan.view(object)?, levels: levels? })
    }

    /// How many levels it has.
    pub fn levels(&self) -> usize {
        self.levels.len()
    }

    fn sense(&self, level: usize, way: Way) -> Sense {
        let back = way == Way::Backward;
        Sense { descending: self.levels[level].1 != back, empty_first: back }
    }

    /// The first rows of a set, in order, at most `n`.
    pub fn first(&self, within: &RowSet, n: usize, way: Way) -> Result<Vec<Place>> {
        let rows = self.select(0, within, n, way)?;
        let mut places = self.places(&rows)?;
        places.sort_by(|a, b| self.compare(a, b, way));
        Ok(places)
    }

    fn compare(&self, a: &Place, b: &Place, way: Way) -> Ordering {
        for (level, (x, y)) in a.parts.iter().zip(&b.parts).enumerate() {
            let sense = self.sense(level, way);
            let order = match (x, y) {
                (Some(x), Some(y)) => sense.cmp(x, y),
                (None, None) => Ordering::Equal,
                (None, Some(_)) if sense.empty_first => Ordering::Less,
                (Some(_), None) if !sense.empty_first => Ordering::Less,
                _ => Ordering::Greater,
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        if way == Way::Backward { b.row.cmp(&a.row) } else { a.row.cmp(&b.row) }
    }

    /// Whole sort keys of rows, in no order.
    pub fn places(&self, rows: &[u64]) -> Result<Vec<Place>> {
        let mut sorted = rows.to_vec();
        sorted.sort_unstable();
        let mut set = RowSet::none(self.view.chunks);
        sorted.iter().for_each(|row| set.insert(*row));
        let mut places: Vec<Place> = sorted.iter().map(|row| Place { parts: Vec::new(), row: *row }).collect();
        for (compared, _) in &self.levels {
            let mut at = 0;
            compared.each(&self.view, &set, &mut |_, wanted, keys| {
                bits::each(wanted, |i| {
                    places[at].parts.push(bits::has(&keys.present, i).then(|| keys.part(i)));
                    at += 1;
                });
                Ok(())
            })?;
        }
        Ok(places)
    }

    /// The first `n` rows, in no order.
    fn select(&self, level: usize, within: &RowSet, n: usize, way: Way) -> Result<Vec<u64>> {
        if level == self.levels.len() {
            return Ok(within.first(n, way == Way::Backward));
        }
        let Top { mut sure, ties } = self.top(level, within, n, way)?;
        if let Some(ties) = ties.filter(|_| sure.len() < n) {
            sure.extend(self.select(level + 1, &ties, n - sure.len(), way)?);
        }
        Ok(sure)
    }

    fn top(&self, level: usize, within: &RowSet, n: usize, way: Way) -> Result<Top> {
        let sense = self.sense(level, way);
        let mut best = Best { rows: Vec::new(), n, sense, limit: None, full: false };
        let mut empty = RowSet::none(self.view.chunks);
        self.levels[level].0.each(&self.view, within, &mut |chunk, wanted, keys| {
            empty.0[chunk] = std::array::from_fn(|w| wanted[w] & !keys.present[w]);
            best.take(&bits::and(wanted, &keys.present), keys);
            Ok(())
        })?;
        let empties = empty.count() as usize;
        if sense.empty_first && empties >= n {
            return Ok(Top { sure: Vec::new(), ties: Some(empty) });
        }
        let wanted = if sense.empty_first { n - empties } else { n };
        let mut top = self.grouped(level, within, best, wanted, way)?;
        if sense.empty_first {
            top.sure.extend(empty.rows());
        } else if let (Some(ties), true) = (&top.ties, empties > 0) {
            // All that tie are in; the empty ones come after them.
            if top.sure.len() + (ties.count() as usize) < n {
                top.sure.extend(ties.rows());
                top.ties = Some(empty);
            }
        } else if empties > 0 && top.sure.len() < n {
            top.ties = Some(empty);
        }
        Ok(top)
    }

    /// Which of the best are surely among the first `n`, and which tie for the last places.
    fn grouped(&self, level: usize, within: &RowSet, best: Best, n: usize, way: Way) -> Result<Top> {
        let Best { mut rows, sense, limit, full, .. } = best;
        if n == 0 {
            return Ok(Top { sure: Vec::new(), ties: None });
        }
        rows.sort_unstable_by(|(a, x), (b, y)| sense.cmp(a, b).then(x.cmp(y)));
        if rows.len() >= n {
            let last = rows[n - 1].0.clone();
            let sure = rows.iter().filter(|(p, _)| sense.cmp(p, &last) == Ordering::Less).map(|(_, r)| *r).collect();
            let mut ties = RowSet::none(self.view.chunks);
            rows.iter().filter(|(p, _)| *p == last).for_each(|(_, r)| ties.insert(*r));
            return Ok(Top { sure, ties: Some(ties) });
        }
        let sure = rows.into_iter().map(|(_, row)| row).collect();
        let ties = match limit {
            Some(limit) if full => Some(self.split(level, within, Some(&limit), way)?.1),
            _ => None,
        };
        Ok(Top { sure, ties })
    }

    /// Rows that come before a key of one level, and those that have it.
    fn split(&self, level: usize, within: &RowSet, part: Option<&Part>, way: Way) -> Result<(RowSet, RowSet)> {
        let sense = self.sense(level, way);
        let (mut before, mut equal) = (RowSet::none(self.view.chunks), RowSet::none(self.view.chunks));
        self.levels[level].0.each(&self.view, within, &mut |chunk, wanted, keys| {
            let empty: Words = std::array::from_fn(|w| wanted[w] & !keys.present[w]);
            let (mut less, mut same) = match part {
                Some(part) => sense.compare(keys, part),
                None => (if sense.empty_first { bits::NONE } else { keys.present }, empty),
            };
            if sense.empty_first && part.is_some() {
                less = std::array::from_fn(|w| less[w] | empty[w]);
            }
            less = bits::and(&less, wanted);
            same = bits::and(&same, wanted);
            before.0[chunk] = less;
            equal.0[chunk] = same;
            Ok(())
        })?;
        Ok((before, equal))
    }

    /// The rows of a set that come after a place.
    pub fn after(&self, within: &RowSet, place: &Place, way: Way) -> Result<RowSet> {
        let (mut after, mut equal) = (RowSet::none(self.view.chunks), within.clone());
        for (level, part) in place.parts.iter().enumerate().take(self.levels.len()) {
            if equal.count() == 0 {
                return Ok(after);
            }
            let (before, same) = self.split(level, &equal, part.as_ref(), way)?;
            after = after.or(&equal.without(&before).without(&same));
            equal = same;
        }
        let rest = match way {
            Way::Forward => equal.after(place.row),
            Way::Backward => {
                let mut rest = equal.without(&equal.after(place.row));
                rest.remove(place.row);
                rest
            }
        };
        Ok(after.or(&rest))
    }

    /// The place with so many of the set before it.
    pub fn nth(&self, within: &RowSet, n: u64) -> Result<Option<Place>> {
        let (mut within, mut left) = (within.clone(), n);
        let mut parts = Vec::new();
        for level in 0..self.levels.len() {
            let part = self.nth_part(level, &within, left)?;
            let (before, equal) = self.split(level, &within, part.as_ref(), Way::Forward)?;
            left = left.saturating_sub(before.count());
            within = equal;
            parts.push(part);
        }
        Ok(within.nth(left).map(|row| Place { parts, row }))
    }

    /// The key of one level that has so many of the set before it.
    fn nth_part(&self, level: usize, within: &RowSet, n: u64) -> Result<Option<Part>> {
        let (mut numbers, mut texts) = (Vec::new(), 0_usize);
        let mut ranked = None;
        let compared = &self.levels[level].0;
        compared.each(&self.view, within, &mut |_, wanted, keys| {
            let here = bits::and(wanted, &keys.present);
            if keys.dictionary().is_some() {
                texts += bits::count(&here) as usize;
            } else {
                bits::each(&here, |i| numbers.push(keys.local[i]));
            }
            Ok(())
        })?;
        if let Compared::Linked(_, ranks) = compared {
            ranked = Some(ranks);
        }
        let count = if texts > 0 { texts } else { numbers.len() };
        let Some(from_end) = (count as u64).checked_sub(n + 1) else { return Ok(None) };
        let n = if self.levels[level].1 { from_end } else { n } as usize;
        if texts > 0 {
            return self.nth_text(compared, within, n).map(|t| Some(Part::Text(t)));
        }
        let (_, nth, _) = numbers.select_nth_unstable(n);
        Ok(Some(match ranked {
            Some(ranks) => ranks.values[*nth as usize].clone(),
            None => Part::Int(*nth),
        }))
    }

    /// The text with so many smaller ones before it, eight bytes at a time.
    fn nth_text(&self, compared: &Compared, within: &RowSet, n: usize) -> Result<Vec<u8>> {
        let (mut prefix, mut n) = (Vec::new(), n);
        loop {
            let mut words: Vec<u64> = Vec::new();
            compared.each(&self.view, within, &mut |_, wanted, keys| {
                let Some(dictionary) = keys.dictionary() else { return Ok(()) };
                let codes = dictionary.prefix(&prefix);
                let first = i64::from(codes.start);
                let by_code: Vec<u64> =
                    codes.map(|code| word(dictionary.get(code).get(prefix.len()..).unwrap_or_default())).collect();
                bits::each(&bits::and(wanted, &keys.present), |i| {
                    words.extend(by_code.get(keys.local[i].wrapping_sub(first) as usize));
                });
                Ok(())
            })?;
            let (before, nth, _) = words.select_nth_unstable(n);
            let (nth, less) = (*nth, before.iter().filter(|w| **w < *nth).count());
            n -= less;
            let bytes = nth.to_be_bytes();
            let length = bytes.iter().position(|b| *b == 0).unwrap_or(8);
            prefix.extend_from_slice(&bytes[..length]);
            if length < 8 {
                return Ok(prefix);
            }
            if words.iter().filter(|w| **w == nth).count() <= FEW_TEXTS {
                return self.nth_of_few(compared, within, &prefix, n);
            }
        }
    }

    fn nth_of_few(&self, compared: &Compared, within: &RowSet, prefix: &[u8], n: usize) -> Result<Vec<u8>> {
        let mut texts: Vec<Vec<u8>> = Vec::new();
        compared.each(&self.view, within, &mut |_, wanted, keys| {
            let Some(dictionary) = keys.dictionary() else { return Ok(()) };
            let codes = dictionary.prefix(prefix);
            let (from, to) = (i64::from(codes.start), i64::from(codes.end));
            if from < to {
                bits::each(&bits::and(wanted, &keys.present), |i| {
                    if (from..to).contains(&keys.local[i]) {
                        texts.push(dictionary.get(keys.local[i] as u32).to_vec());
                    }
                });
            }
            Ok(())
        })?;
        let n = n.min(texts.len().saturating_sub(1));
        Ok(if texts.is_empty() { prefix.to_vec() } else { texts.select_nth_unstable(n).1.clone() })
    }
}

/// The first eight bytes as a number that sorts as they do; shorter texts first.
fn word(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(8);
    bytes[..length].copy_from_slice(&text[..length]);
    u64::from_be_bytes(bytes)
}

/// The smallest keys seen so far.
struct Best {
    rows: Vec<(Part, u64)>,
    n: usize,
    sense: Sense,
    /// Keys after it are of no use.
    limit: Option<Part>,
    /// So many have the limit as their key that they are not kept.
    full: bool,
}

impl Best {
    fn take(&mut self, wanted: &Words, keys: &Keys<'_>) {
        let mut wanted = *wanted;
        if let Some(limit) = &self.limit {
            let (before, equal) = self.sense.compare(keys, limit);
            let useful: Words = if self.full { before } else { std::array::from_fn(|w| before[w] | equal[w]) };
            wanted = bits::and(&wanted, &useful);
        }
        bits::each(&wanted, |i| self.rows.push((keys.part(i), keys.row(i))));
        if self.rows.len() >= 4 * self.n + SPARE {
            self.prune();
        }
    }

    fn prune(&mut self) {
        let Self { rows, n, sense, limit, full } = self;
        let Some(last) = n.checked_sub(1) else {
            rows.clear();
            return;
        };
        let (_, nth, _) = rows.select_nth_unstable_by(last, |(a, _), (b, _)| sense.cmp(a, b));
        let nth = nth.0.clone();
        rows.retain(|(p, _)| sense.cmp(p, &nth) != Ordering::Greater);
        *full = rows.len() > 2 * *n + SPARE / 2;
        if *full {
            rows.retain(|(p, _)| sense.cmp(p, &nth) == Ordering::Less);
        }
        *limit = Some(nth);
    }
}
