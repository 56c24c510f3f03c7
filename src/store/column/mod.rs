//! Column chunks as bytes: pure codecs that know no object and no field, only whole numbers, texts, and lists of them. A
//! chunk holds the values of [`CHUNK_ROWS`] rows in row order; a chunk without any value is not kept at all. Readers borrow
//! the bytes and copy nothing; whatever bytes they are given, they answer or return an error and never panic.
//!
//! Layout 1, numbers little-endian; the first byte says which, the next three are widths in bytes:
//!
//! | chunk | bytes |
//! |---|---|
//! | ints | 1, value width, has empty rows, 0; smallest i64; largest i64; bitmap of rows with a value if some have none; value - smallest for each row |
//! | texts | 2, code width, offset width, 0; texts u32; arena bytes u32; code for each row (0 for empty, else place + 1); offsets (one more than texts); arena |
//! | int lists | 3, value width, end width, 0; smallest i64; largest i64; elements u32; end of each row's elements; value - smallest for each element |
//! | text lists | 4, code width, offset width, end width; texts u32; arena bytes u32; elements u32; ends; code for each element; offsets; arena |
//!
//! The texts of a chunk are sorted, each once: its dictionary.

pub mod bits;
pub mod ints;
pub mod texts;

pub use bits::Words;
pub use ints::{IntLists, IntsChunk};
pub use texts::{Dictionary, TextLists, TextsChunk};

use crate::base::{Error, Result};

/// Rows of a chunk: 15 words of a bitmap, and four bytes each stay just under 4 KiB.
pub const CHUNK_ROWS: usize = 960;
/// Words of a chunk's bitmap.
pub const CHUNK_WORDS: usize = CHUNK_ROWS / 64;

/// How a chunk is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Physical {
    /// A whole number per row.
    Ints,
    /// A text per row.
    Texts,
    /// A list of whole numbers per row.
    IntLists,
    /// A list of texts per row.
    TextLists,
}

fn damaged() -> Error {
    Error::Internal("A column is unreadable. Please run `aventora check`.".into())
}

/// Takes bytes from the front of a chunk, or fails where there are too few.
struct Cut<'a>(&'a [u8]);

impl<'a> Cut<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n).ok_or_else(damaged)?;
        self.0 = rest;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk::<N>().ok_or_else(damaged)?;
        self.0 = rest;
        Ok(*head)
    }

    /// The three widths behind the tag.
    fn head(&mut self, tag: u8) -> Result<[usize; 3]> {
        let [found, a, b, c] = self.array::<4>()?;
        if found == tag { Ok([a.into(), b.into(), c.into()]) } else { Err(damaged()) }
    }

    fn u32(&mut self) -> Result<usize> {
        Ok(u32::from_le_bytes(self.array()?) as usize)
    }

    fn i64(&mut self) -> Result<i64> {
        Ok(i64::from_le_bytes(self.array()?))
    }

    /// `count` numbers of `width` bytes.
    fn numbers(&mut self, count: usize, width: usize) -> Result<Numbers<'a>> {
        if !matches!(width, 0 | 1 | 2 | 4 | 8) {
            return Err(damaged());
        }
        let bytes = self.take(count.checked_mul(width).ok_or_else(damaged)?)?;
        Ok(Numbers { bytes, width })
    }

    fn end(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(damaged()) }
    }
}

/// Unsigned numbers of 0, 1, 2, 4 or 8 bytes each.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'a> {
    bytes: &'a [u8],
    width: usize,
}

impl Numbers<'_> {
    /// The number at `i`; 0 beyond the end.
    pub fn get(&self, i: usize) -> u64 {
        let at = i * self.width;
        match (self.width, self.bytes.get(at..at + self.width)) {
            (1, Some(b)) => u64::from(b[0]),
            (2, Some(b)) => u64::from(u16::from_le_bytes([b[0], b[1]])),
            (4, Some(b)) => u64::from(u32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            (8, Some(b)) => u64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]),
            _ => 0,
        }
    }

    /// The first [`CHUNK_ROWS`] numbers, as ends of lists of `count` elements in all: none smaller than the one before.
    fn ends(&self, count: usize) -> [u32; CHUNK_ROWS] {
        let mut ends = [0; CHUNK_ROWS];
        self.fill(&mut ends, |n| n.min(count as u64) as u32);
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        ends
    }

    /// Rows of lists with these ends that have an element which passes, of `count` in all. Counts instead of branching:
    /// which rows have one is nothing a processor could guess.
    fn rows_with(&self, ends: &[u32; CHUNK_ROWS], count: usize, passes: impl Fn(u64) -> bool) -> Words {
        let mut numbers = vec![0; count];
        self.fill(&mut numbers, |n| n);
        let mut before = Vec::with_capacity(count + 1);
        let mut passed = 0_u32;
        before.push(0);
        before.extend(numbers.into_iter().map(|n| {
            passed += u32::from(passes(n));
            passed
        }));
        if passed == 0 {
            return bits::NONE;
        }
        let at = |i: usize| before.get(ends[i] as usize).copied().unwrap_or_default();
        bits::from_fn(|i| at(i) > if i == 0 { 0 } else { at(i - 1) })
    }

    /// Calls `f` with each of the first `out.len()` numbers' place, to fill `out`.
    fn fill<T: Copy>(&self, out: &mut [T], f: impl Fn(u64) -> T) {
        match self.width {
            0 => out.fill(f(0)),
            1 => out.iter_mut().zip(self.bytes).for_each(|(o, b)| *o = f(u64::from(*b))),
            2 => out
                .iter_mut()
                .zip(self.bytes.as_chunks::<2>().0)
                .for_each(|(o, b)| *o = f(u64::from(u16::from_le_bytes(*b)))),
            4 => out
                .iter_mut()
                .zip(self.bytes.as_chunks::<4>().0)
                .for_each(|(o, b)| *o = f(u64::from(u32::from_le_bytes(*b)))),
            _ => out.iter_mut().zip(self.bytes.as_chunks::<8>().0).for_each(|(o, b)| *o = f(u64::from_le_bytes(*b))),
        }
    }
}

/// Bytes that numbers up to `max` need: 0, 1, 2, 4 or 8.
fn width_of(max: u64) -> usize {
    match max {
        0 => 0,
        1..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 4,
        _ => 8,
    }
}

fn push(out: &mut Vec<u8>, n: u64, width: usize) {
    out.extend_from_slice(&n.to_le_bytes()[..width]);
}
