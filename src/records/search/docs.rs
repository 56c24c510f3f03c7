//! Sets of documents of one part of the index, walked in order: newest first, since parts are sorted by recency.

use tantivy::postings::SegmentPostings;
use tantivy::{DocSet, TERMINATED};

/// Where a walk has ended.
pub const END: u32 = TERMINATED;

/// A set of documents, walked forward once; a clone walks from where the original stands.
#[derive(Clone)]
pub enum Docs {
    /// None.
    Nothing,
    /// One list of the index.
    List(Box<SegmentPostings>),
    /// Sorted documents in memory and the place in them.
    Few(Vec<u32>, usize),
    /// A bit for each document of the part, and the place.
    Bits(Vec<u64>, u32),
    /// Documents of any of these.
    Any(Box<Union>),
    /// Documents of all of these.
    All(Vec<Docs>),
}

impl Docs {
    /// Sorted documents.
    pub fn few(docs: Vec<u32>) -> Self {
        match docs.is_empty() {
            true => Self::Nothing,
            false => Self::Few(docs, 0),
        }
    }

    /// The set of the bits.
    pub fn bits(bits: Vec<u64>) -> Self {
        let first = next_bit(&bits, 0);
        Self::Bits(bits, first)
    }

    /// The union.
    pub fn any(mut sets: Vec<Docs>) -> Self {
        sets.retain(|s| s.doc() != END);
        match sets.len() {
            0 => Self::Nothing,
            1 => sets.pop().unwrap_or(Self::Nothing),
            _ => Self::Any(Box::new(Union::new(sets))),
        }
    }

    /// The intersection; no sets at all mean nothing.
    pub fn all(mut sets: Vec<Docs>) -> Self {
        if sets.is_empty() || sets.iter().any(|s| s.doc() == END) {
            return Self::Nothing;
        }
        if sets.len() == 1 {
            return sets.pop().unwrap_or(Self::Nothing);
        }
        sets.sort_by_key(Docs::about);
        let mut all = Self::All(sets);
        all.align();
        all
    }

    /// About how many documents it has; only to begin with the shortest.
    fn about(&self) -> u64 {
        match self {
            Self::Nothing => 0,
            Self::List(list) => u64::from(list.doc_freq()),
            Self::Few(docs, _) => docs.len() as u64,
            Self::Bits(bits, _) => bits.len() as u64 * 8,
            Self::Any(union) => union.sets.iter().map(Docs::about).sum(),
            Self::All(sets) => sets.iter().map(Docs::about).min().unwrap_or(0),
        }
    }

    /// The document it stands on; [`END`] at the end.
    pub fn doc(&self) -> u32 {
        match self {
            Self::Nothing => END,
            Self::List(list) => list.doc(),
            Self::Few(docs, at) => docs.get(*at).copied().unwrap_or(END),
            Self::Bits(_, at) => *at,
            Self::Any(union) => union.at,
            Self::All(sets) => sets[0].doc(),
        }
    }

    /// Goes to the next document.
    pub fn advance(&mut self) -> u32 {
        let now = self.doc();
        if now == END {
            return END;
        }
        match self {
            Self::List(list) => list.advance(),
            Self::Any(union) => union.advance(),
            Self::All(sets) => {
                sets[0].advance();
                self.align()
            }
            _ => self.seek(now + 1),
        }
    }

    /// Goes to `target`, or to the first document after it; never back.
    pub fn seek(&mut self, target: u32) -> u32 {
        if self.doc() >= target {
            return self.doc();
        }
        match self {
            Self::Nothing => END,
            Self::List(list) => list.seek(target),
            Self::Few(docs, at) => {
                *at += docs[*at..].partition_point(|d| *d < target);
                docs.get(*at).copied().unwrap_or(END)
            }
            Self::Bits(bits, at) => {
                *at = next_bit(bits, target);
                *at
            }
            Self::Any(union) => union.seek(target),
            Self::All(sets) => {
                sets[0].seek(target);
                self.align()
            }
        }
    }

    /// Brings all sets of an intersection to the next common document.
    fn align(&mut self) -> u32 {
        let Self::All(sets) = self else { return self.doc() };
        let mut target = sets[0].doc();
        'again: while target != END {
            for i in 1..sets.len() {
                let doc = sets[i].seek(target);
                if doc != target {
                    target = sets[0].seek(doc);
                    continue 'again;
                }
            }
            return target;
        }
        END
    }
}

/// Several sets as one. Going from document to document, it takes a window of them from all sets at a time; a leap beyond
/// the window is asked of each set alone.
#[derive(Clone)]
pub struct Union {
    sets: Vec<Docs>,
    at: u32,
    /// Documents `start` to `start + WINDOW` where `filled`; the sets then stand behind them, else not before `at`.
    window: [u64; (WINDOW / 64) as usize],
    start: u32,
    filled: bool,
}

/// Documents of a window of a [`Union`].
const WINDOW: u32 = 1_024;

impl Union {
    fn new(sets: Vec<Docs>) -> Self {
        let mut new = Self { sets, at: END, window: [0; (WINDOW / 64) as usize], start: 0, filled: false };
        new.at = new.first();
        new
    }

    fn first(&self) -> u32 {
        self.sets.iter().map(Docs::doc).min().unwrap_or(END)
    }

    fn advance(&mut self) -> u32 {
        if !self.filled {
            self.fill();
        }
        self.at = match self.in_window(self.at + 1) {
            Some(next) => next,
            None => {
                self.at = self.first();
                self.fill();
                self.at
            }
        };
        self.at
    }

    fn seek(&mut self, target: u32) -> u32 {
        self.at = match self.in_window(target) {
            Some(next) => next,
            None => {
                self.filled = false;
                self.sets.iter_mut().map(|s| s.seek(target)).min().unwrap_or(END)
            }
        };
        self.at
    }

    /// Takes the documents from `at` on into the window.
    fn fill(&mut self) {
        self.window.fill(0);
        (self.start, self.filled) = (self.at, self.at != END);
        let end = self.start.saturating_add(WINDOW).min(END);
        for set in &mut self.sets {
            let mut doc = set.doc();
            while doc < end {
                let bit = doc - self.start;
                self.window[(bit / 64) as usize] |= 1 << (bit % 64);
                doc = set.advance();
            }
        }
    }

    /// The first document from `target` on that the window holds.
    fn in_window(&self, target: u32) -> Option<u32> {
        let bit = target.checked_sub(self.start).filter(|bit| self.filled && *bit < WINDOW)?;
        Some(next_bit(&self.window, bit)).filter(|bit| *bit != END).map(|bit| self.start + bit)
    }
}

/// The first set bit from `from` on.
fn next_bit(bits: &[u64], from: u32) -> u32 {
    let mut i = (from / 64) as usize;
    let Some(word) = bits.get(i) else { return END };
    let mut word = word & (u64::MAX << (from % 64));
    loop {
        if word != 0 {
            return i as u32 * 64 + word.trailing_zeros();
        }
        i += 1;
        match bits.get(i) {
            Some(next) => word = *next,
            None => return END,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(mut docs: Docs) -> Vec<u32> {
        let mut out = Vec::new();
        while docs.doc() != END {
            out.push(docs.doc());
            docs.advance();
        }
        out
    }

    fn bits(of: &[u32]) -> Docs {
        let mut words = vec![0u64; 4];
        for d in of {
            words[*d as usize / 64] |= 1 << (d % 64);
        }
        Docs::bits(words)
    }

    #[test]
    fn unions_and_intersections_walk_in_order_once_each() {
        let any = || Docs::any(vec![Docs::few(vec![1, 5, 9]), bits(&[5, 63, 64, 200]), Docs::Nothing]);
        assert_eq!(walk(any()), [1, 5, 9, 63, 64, 200]);
        let all = Docs::all(vec![any(), Docs::few(vec![5, 6, 64, 200, 201])]);
        assert_eq!(walk(all), [5, 64, 200]);
        assert_eq!(walk(Docs::all(vec![any(), Docs::Nothing])), Vec::<u32>::new());
        assert_eq!(walk(Docs::all(vec![])), Vec::<u32>::new());
    }

    #[test]
    fn a_union_walks_and_leaps_like_a_sorted_list() {
        let sets: Vec<Vec<u32>> =
            [3u32, 7, 1_000, 1_500].iter().map(|step| (1..6_000).filter(|n| n % step == 0).collect()).collect();
        let mut expected: Vec<u32> = sets.concat();
        expected.sort_unstable();
        expected.dedup();
        let union = || Docs::any(sets.iter().cloned().map(Docs::few).collect());
        assert_eq!(walk(union()), expected);
        // A walk of steps and leaps of many lengths, in windows and out of them.
        let (mut docs, mut at, mut leap) = (union(), 0, 1);
        while docs.doc() != END {
            assert_eq!(docs.doc(), expected[at]);
            leap = leap * 5 % 1_777;
            let target = docs.doc() + leap;
            match leap % 3 {
                0 => {
                    docs.seek(target);
                    at = expected.partition_point(|doc| *doc < target);
                }
                _ => {
                    docs.advance();
                    at += 1;
                }
            }
        }
        assert_eq!(at, expected.len());
    }

    #[test]
    fn seeking_never_goes_back() {
        let mut docs = Docs::any(vec![Docs::few(vec![1, 5, 9]), bits(&[7])]);
        assert_eq!(docs.seek(6), 7);
        assert_eq!(docs.seek(2), 7);
        assert_eq!(docs.advance(), 9);
        assert_eq!(docs.seek(100), END);
        assert_eq!(docs.advance(), END);
    }
}
