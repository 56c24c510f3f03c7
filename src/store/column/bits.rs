//! Bitmaps of a chunk: which rows are live, in the trash, or pass a test.

use super::{CHUNK_ROWS, CHUNK_WORDS, Cut};
use crate::base::Result;

/// A bit for each row of a chunk.
pub type Words = [u64; CHUNK_WORDS];

/// No row.
pub const NONE: Words = [0; CHUNK_WORDS];
/// Every row.
pub const ALL: Words = [u64::MAX; CHUNK_WORDS];

/// The bytes of a bitmap.
pub fn encode(words: &Words) -> Vec<u8> {
    words.iter().flat_map(|w| w.to_le_bytes()).collect()
}

/// Reads a bitmap.
///
/// # Errors
/// [`crate::base::Error::Internal`] where these are not the bytes of one.
pub fn decode(bytes: &[u8]) -> Result<Words> {
    let mut cut = Cut(bytes);
    let mut words = NONE;
    for word in &mut words {
        *word = u64::from_le_bytes(cut.array()?);
    }
    cut.end()?;
    Ok(words)
}

/// A bitmap of the rows for which `f` is true.
#[inline]
pub fn from_fn(f: impl Fn(usize) -> bool) -> Words {
    let mut words = NONE;
    for (w, word) in words.iter_mut().enumerate() {
        for i in 0..64 {
            *word |= u64::from(f(w * 64 + i)) << i;
        }
    }
    words
}

/// Calls `f` with each row whose bit is set, in order.
#[inline]
pub fn each(words: &Words, mut f: impl FnMut(usize)) {
    for (w, &word) in words.iter().enumerate() {
        let mut rest = word;
        while rest != 0 {
            f(w * 64 + rest.trailing_zeros() as usize);
            rest &= rest - 1;
        }
    }
}

/// Sets the bit of `row`, which is below [`CHUNK_ROWS`].
#[inline]
pub fn set(words: &mut Words, row: usize, on: bool) {
    if row < CHUNK_ROWS {
        let bit = 1 << (row % 64);
        if on { words[row / 64] |= bit } else { words[row / 64] &= !bit }
    }
}

/// Whether the bit of `row` is set.
#[inline]
pub fn has(words: &Words, row: usize) -> bool {
    row < CHUNK_ROWS && words[row / 64] >> (row % 64) & 1 == 1
}

/// Rows in both.
#[inline]
pub fn and(a: &Words, b: &Words) -> Words {
    std::array::from_fn(|i| a[i] & b[i])
}

/// How many rows.
pub fn count(words: &Words) -> u64 {
    words.iter().map(|w| u64::from(w.count_ones())).sum()
}
