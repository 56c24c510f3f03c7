//! A set of rows of one object: a bitmap for each chunk.

use crate::store::column::{CHUNK_ROWS, Words, bits};

/// A set of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowSet(pub(super) Vec<Words>);

impl RowSet {
    /// No row, of an object with so many chunks.
    pub fn none(chunks: usize) -> Self {
        Self(vec![bits::NONE; chunks])
    }

    /// How many rows.
    pub fn count(&self) -> u64 {
        self.0.iter().map(bits::count).sum()
    }

    /// Whether a row is in it.
    pub fn has(&self, row: u64) -> bool {
        let (chunk, at) = place(row);
        self.0.get(chunk).is_some_and(|words| bits::has(words, at))
    }

    /// Puts a row in; rows beyond the object's last chunk are left out.
    pub fn insert(&mut self, row: u64) {
        let (chunk, at) = place(row);
        if let Some(words) = self.0.get_mut(chunk) {
            bits::set(words, at, true);
        }
    }

    /// Puts a row in or takes it out; the set grows where it has no place for it yet.
    pub fn put(&mut self, row: u64, is_in: bool) {
        let (chunk, at) = place(row);
        if chunk >= self.0.len() {
            self.0.resize(chunk + 1, bits::NONE);
        }
        bits::set(&mut self.0[chunk], at, is_in);
    }

    /// Whether no row is in it.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|words| words.iter().all(|w| *w == 0))
    }

    /// Takes a row out.
    pub fn remove(&mut self, row: u64) {
        let (chunk, at) = place(row);
        if let Some(words) = self.0.get_mut(chunk) {
            bits::set(words, at, false);
        }
    }

    /// Whether a chunk has any row in it.
    pub fn any_in(&self, chunk: usize) -> bool {
        self.0.get(chunk).is_some_and(|words| words.iter().any(|w| *w != 0))
    }

    /// Rows in both.
    pub fn and(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & b)
    }

    /// Rows in this one alone.
    pub fn without(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a & !b)
    }

    /// Rows in either.
    pub fn or(&self, other: &Self) -> Self {
        self.zip(other, |a, b| a | b)
    }

    fn zip(&self, other: &Self, f: impl Fn(u64, u64) -> u64) -> Self {
        let pairs = self.0.iter().zip(&other.0);
        Self(pairs.map(|(a, b)| std::array::from_fn(|i| f(a[i], b[i]))).collect())
    }

    /// Every row, in order.
    pub fn rows(&self) -> impl Iterator<Item = u64> {
        self.0.iter().enumerate().flat_map(|(chunk, words)| {
            words.iter().enumerate().flat_map(move |(w, word)| {
                let first = (chunk * CHUNK_ROWS + w * 64) as u64;
                let mut rest = *word;
                std::iter::from_fn(move || {
                    let bit = (rest != 0).then(|| u64::from(rest.trailing_zeros()))?;
                    rest &= rest - 1;
                    Some(first + bit)
                })
            })
        })
    }

    /// The rows after `row`, in row order.
    pub fn after(&self, row: u64) -> Self {
        let mut rest = self.clone();
        let (chunk, at) = place(row);
        for (c, words) in rest.0.iter_mut().enumerate() {
            match c.cmp(&chunk) {
                std::cmp::Ordering::Less => *words = bits::NONE,
                std::cmp::Ordering::Equal => {
                    *words = bits::and(words, &bits::from_fn(|i| i > at));
                }
                std::cmp::Ordering::Greater => break,
            }
        }
        rest
    }

    /// The first rows in row order, at most `n`; the last ones, last first, where `backward`.
    pub fn first(&self, n: usize, backward: bool) -> Vec<u64> {
        if !backward {
            return self.rows().take(n).collect();
        }
        let mut rows = Vec::new();
        for chunk in (0..self.0.len()).rev() {
            if rows.len() >= n {
                break;
            }
            let mut here = Vec::new();
            bits::each(&self.0[chunk], |at| here.push((chunk * CHUNK_ROWS + at) as u64));
            rows.extend(here.into_iter().rev());
        }
        rows.truncate(n);
        rows
    }

    /// The row with so many before it.
    pub fn nth(&self, n: u64) -> Option<u64> {
        let mut left = n;
        for (chunk, words) in self.0.iter().enumerate() {
            let here = bits::count(words);
            if left < here {
                let mut found = None;
                bits::each(words, |at| {
                    if left == 0 && found.is_none() {
                        found = Some((chunk * CHUNK_ROWS + at) as u64);
                    }
                    left = left.saturating_sub(1);
                });
                return found;
            }
            left -= here;
        }
        None
    }
}

fn place(row: u64) -> (usize, usize) {
    ((row / CHUNK_ROWS as u64) as usize, (row % CHUNK_ROWS as u64) as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_in_order_from_both_ends() {
        let mut set = RowSet::none(3);
        let rows = [0, 63, 64, 959, 960, 2000, 2879];
        rows.iter().for_each(|r| set.insert(*r));
        set.insert(2880);
        assert_eq!(set.rows().collect::<Vec<_>>(), rows);
        assert_eq!(set.count(), 7);
        assert_eq!(set.first(2, true), [2879, 2000]);
        assert_eq!(set.first(2, false), [0, 63]);
        assert_eq!(set.nth(4), Some(960));
        assert_eq!(set.nth(7), None);
        assert_eq!(set.after(64).rows().collect::<Vec<_>>(), [959, 960, 2000, 2879]);
        assert_eq!(set.after(5000).count(), 0);
        set.put(2880, true);
        set.put(64, false);
        assert!(set.has(2880) && !set.has(64) && !set.is_empty());
    }
}
