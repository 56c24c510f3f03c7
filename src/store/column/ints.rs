//! Chunks of whole numbers and of lists of them.

use super::bits::{self, Words};
use super::{CHUNK_ROWS, Cut, Numbers, damaged, push, width_of};
use crate::base::Result;

const INTS: u8 = 1;
const INT_LISTS: u8 = 3;
/// Bytes of a bitmap.
const BITMAP: usize = CHUNK_ROWS / 8;

/// The bytes of a chunk of whole numbers, row by row; `None` where no row has one. Rows beyond the slice are empty.
pub fn encode(rows: &[Option<i64>]) -> Option<Vec<u8>> {
    let low = rows.iter().flatten().min().copied()?;
    let high = rows.iter().flatten().max().copied()?;
    let width = width_of(high.wrapping_sub(low) as u64);
    let empty = rows.len() < CHUNK_ROWS || rows.iter().any(Option::is_none);
    let mut out = Vec::with_capacity(20 + BITMAP + CHUNK_ROWS * width);
    out.extend([INTS, width as u8, u8::from(empty), 0]);
    out.extend(low.to_le_bytes());
    out.extend(high.to_le_bytes());
    if empty {
        out.extend(bits::encode(&bits::from_fn(|i| rows.get(i).copied().flatten().is_some())));
    }
    for i in 0..CHUNK_ROWS {
        let n = rows.get(i).copied().flatten().unwrap_or(low);
        push(&mut out, n.wrapping_sub(low) as u64, width);
    }
    Some(out)
}

/// A chunk of whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct IntsChunk<'a> {
    /// No value is smaller.
    pub low: i64,
    /// No value is larger.
    pub high: i64,
    present: Words,
    values: Numbers<'a>,
}

impl<'a> IntsChunk<'a> {
    /// Reads a chunk.
    ///
    /// # Errors
    /// [`crate::base::Error::Internal`] where these are not the bytes of one.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut cut = Cut(bytes);
        let [width, empty, _] = cut.head(INTS)?;
        let (low, high) = (cut.i64()?, cut.i64()?);
        let present = if empty == 0 { bits::ALL } else { bits::decode(cut.take(BITMAP)?)? };
        let values = cut.numbers(CHUNK_ROWS, width)?;
        cut.end()?;
        Ok(Self { low, high, present, values })
    }

    /// Rows that have a value.
    pub fn present(&self) -> &Words {
        &self.present
    }

    /// The value of a row.
    pub fn get(&self, row: usize) -> Option<i64> {
        bits::has(&self.present, row).then(|| self.low.wrapping_add(self.values.get(row) as i64))
    }

    /// All values; those of empty rows are anything.
    pub fn fill(&self, out: &mut [i64; CHUNK_ROWS]) {
        self.values.fill(out, |n| self.low.wrapping_add(n as i64));
    }

    /// Rows with a value from `low` to `high`, both included.
    pub fn range(&self, low: i64, high: i64) -> Words {
        if low > high || low > self.high || high < self.low {
            return bits::NONE;
        }
        if low <= self.low && high >= self.high {
            return self.present;
        }
        let from = low.max(self.low).wrapping_sub(self.low) as u64;
        let span = (high.min(self.high).wrapping_sub(self.low) as u64).wrapping_sub(from);
        let bytes = self.values.bytes;
        let found = match self.values.width {
            1 => within(bytes.as_chunks::<1>().0, |b| b[0].wrapping_sub(from as u8) <= span as u8),
            2 => within(bytes.as_chunks::<2>().0, |b| u16::from_le_bytes(b).wrapping_sub(from as u16) <= span as u16),
            4 => within(bytes.as_chunks::<4>().0, |b| u32::from_le_bytes(b).wrapping_sub(from as u32) <= span as u32),
            8 => within(bytes.as_chunks::<8>().0, |b| u64::from_le_bytes(b).wrapping_sub(from) <= span),
            _ => bits::ALL,
        };
        bits::and(&found, &self.present)
    }

    /// Every row's value.
    pub fn decode(&self) -> Vec<Option<i64>> {
        (0..CHUNK_ROWS).map(|i| self.get(i)).collect()
    }
}

/// A bit for each of [`CHUNK_ROWS`] numbers that passes.
fn within<const N: usize>(numbers: &[[u8; N]], passes: impl Fn([u8; N]) -> bool) -> Words {
    let mut words = bits::NONE;
    for (word, sixty_four) in words.iter_mut().zip(numbers.chunks(64)) {
        let mut found = 0;
        for (i, n) in sixty_four.iter().enumerate() {
            found |= u64::from(passes(*n)) << i;
        }
        *word = found;
    }
    words
}

/// The bytes of a chunk of lists of whole numbers, row by row; `None` where all are empty.
pub fn encode_lists(rows: &[Vec<i64>]) -> Option<Vec<u8>> {
    let all = || rows.iter().flatten().copied();
    let (low, high) = (all().min()?, all().max()?);
    let (width, count) = (width_of(high.wrapping_sub(low) as u64), all().count());
    let end_width = width_of(count as u64).max(1);
    let mut out = Vec::with_capacity(24 + CHUNK_ROWS * end_width + count * width);
    out.extend([INT_LISTS, width as u8, end_width as u8, 0]);
    out.extend(low.to_le_bytes());
    out.extend(high.to_le_bytes());
    out.extend((count as u32).to_le_bytes());
    let mut end = 0;
    for i in 0..CHUNK_ROWS {
        end += rows.get(i).map_or(0, Vec::len) as u64;
        push(&mut out, end, end_width);
    }
    all().for_each(|n| push(&mut out, n.wrapping_sub(low) as u64, width));
    Some(out)
}

/// A chunk of lists of whole numbers.
#[derive(Debug, Clone, Copy)]
pub struct IntLists<'a> {
    /// No element is smaller.
    pub low: i64,
    /// No element is larger.
    pub high: i64,
    count: usize,
    ends: Numbers<'a>,
    values: Numbers<'a>,
}

impl<'a> IntLists<'a> {
    /// Reads a chunk.
    ///
    /// # Errors
    /// [`crate::base::Error::Internal`] where these are not the bytes of one.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut cut = Cut(bytes);
        let [width, end_width, _] = cut.head(INT_LISTS)?;
        let (low, high) = (cut.i64()?, cut.i64()?);
        let count = cut.u32()?;
        if end_width == 0 || (width == 0 && count > CHUNK_ROWS << 16) {
            return Err(damaged());
        }
        let ends = cut.numbers(CHUNK_ROWS, end_width)?;
        let values = cut.numbers(count, width)?;
        cut.end()?;
        Ok(Self { low, high, count, ends, values })
    }

    /// Calls `f` with each row and each of its elements, in order.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(usize, i64)) {
        let mut at = 0;
        for (row, end) in self.ends.ends(self.count).into_iter().enumerate() {
            while at < end as usize {
                f(row, self.low.wrapping_add(self.values.get(at) as i64));
                at += 1;
            }
        }
    }

    /// Rows that have an element which passes.
    pub fn rows_with(&self, passes: impl Fn(i64) -> bool) -> Words {
        self.values.rows_with(&self.ends.ends(self.count), self.count, |n| passes(self.low.wrapping_add(n as i64)))
    }

    /// The elements of a row.
    pub fn row(&self, row: usize) -> impl Iterator<Item = i64> + use<'a> {
        let this = *self;
        let end = (this.ends.get(row) as usize).min(this.count);
        let start = if row == 0 { 0 } else { this.ends.get(row - 1) as usize };
        (start..end).map(move |i| this.low.wrapping_add(this.values.get(i) as i64))
    }

    /// Rows that have an element.
    pub fn present(&self) -> Words {
        let ends = self.ends.ends(self.count);
        bits::from_fn(|i| ends[i] > if i == 0 { 0 } else { ends[i - 1] })
    }

    /// Every row's list.
    pub fn decode(&self) -> Vec<Vec<i64>> {
        (0..CHUNK_ROWS).map(|i| self.row(i).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chunks_have_the_bytes_of_format_1() {
        let bytes = encode(&[Some(-5), None, Some(250)]).expect("it has values");
        assert_eq!(bytes[..4], [1, 1, 1, 0]);
        assert_eq!(bytes[4..12], (-5i64).to_le_bytes());
        assert_eq!(bytes[12..20], 250i64.to_le_bytes());
        assert_eq!(bytes[20..22], [0b101, 0]);
        assert_eq!(bytes[140..143], [0, 0, 255]);
        assert_eq!(bytes.len(), 20 + 120 + 960);
        assert_eq!(encode(&[Some(7); 960]).expect("it has values").len(), 20);
        assert_eq!(encode(&[None; 10]), None);
        let bytes = encode_lists(&[vec![], vec![3, 1000]]).expect("it has values");
        assert_eq!(bytes[..4], [3, 2, 1, 0]);
        assert_eq!(bytes[20..24], 2u32.to_le_bytes());
        assert_eq!(bytes[24..27], [0, 2, 2]);
        assert_eq!(bytes[24 + 960..], [0, 0, 229, 3]);
    }

    #[test]
    fn a_chunk_of_four_byte_numbers_stays_under_a_page() {
        let mut rows = vec![Some(0), None];
        rows.extend((2..960).map(|i| Some(i * 4_000_000)));
        assert!(encode(&rows).expect("it has values").len() < 4096 - 60);
    }

    fn number() -> impl Strategy<Value = i64> {
        prop_oneof![-3..3i64, 0..70_000i64, any::<i64>(), Just(i64::MIN), Just(i64::MAX)]
    }

    proptest! {
        #[test]
        fn numbers_come_back(rows in prop::collection::vec(prop::option::of(number()), 0..=CHUNK_ROWS), low in number(), high in number()) {
            if let Some(bytes) = encode(&rows) {
                let chunk = IntsChunk::read(&bytes).expect("its own bytes");
                let mut wanted = rows.clone();
                wanted.resize(CHUNK_ROWS, None);
                prop_assert_eq!(chunk.decode(), wanted.clone());
                let found = chunk.range(low, high);
                for (i, row) in wanted.iter().enumerate() {
                    prop_assert_eq!(bits::has(&found, i), row.is_some_and(|n| low <= n && n <= high));
                }
                let mut all = [0; CHUNK_ROWS];
                chunk.fill(&mut all);
                prop_assert!(wanted.iter().zip(all).all(|(w, n)| w.is_none_or(|w| w == n)));
            }
        }

        #[test]
        fn lists_come_back(rows in prop::collection::vec(prop::collection::vec(number(), 0..4), 0..=CHUNK_ROWS)) {
            if let Some(bytes) = encode_lists(&rows) {
                let mut wanted = rows;
                wanted.resize(CHUNK_ROWS, Vec::new());
                let chunk = IntLists::read(&bytes).expect("its own bytes");
                prop_assert_eq!(chunk.decode(), wanted.clone());
                let mut again = vec![Vec::new(); CHUNK_ROWS];
                chunk.each(|row, n| again[row].push(n));
                prop_assert_eq!(again, wanted);
            }
        }

        #[test]
        fn garbage_never_panics(mut bytes in prop::collection::vec(any::<u8>(), 0..3000), tag in 0u8..5, width in 0u8..9, end in 0u8..5) {
            for (at, b) in [tag, width, end].into_iter().enumerate() {
                if let Some(byte) = bytes.get_mut(at) { *byte = b; }
            }
            if let Ok(chunk) = IntsChunk::read(&bytes) { chunk.decode(); chunk.range(0, 100); }
            if let Ok(chunk) = IntLists::read(&bytes) { chunk.decode(); chunk.present(); chunk.each(|_, _| ()); }
        }
    }
}
