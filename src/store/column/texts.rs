//! Chunks of texts and of lists of texts: a sorted dictionary and codes into it.

use super::bits::{self, Words};
use super::{CHUNK_ROWS, Cut, Numbers, damaged, push, width_of};
use crate::base::Result;
use std::collections::BTreeSet;
use std::ops::Range;

const TEXTS: u8 = 2;
const TEXT_LISTS: u8 = 4;

/// The different texts of a chunk, sorted by their bytes. Codes begin at 1.
#[derive(Debug, Clone, Copy)]
pub struct Dictionary<'a> {
    count: usize,
    offsets: Numbers<'a>,
    arena: &'a [u8],
}

impl<'a> Dictionary<'a> {
    /// How many texts.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The text of a code; empty for 0 and codes beyond the last.
    pub fn get(&self, code: u32) -> &'a [u8] {
        let code = code as usize;
        if code == 0 || code > self.count {
            return &[];
        }
        self.arena.get(self.offsets.get(code - 1) as usize..self.offsets.get(code) as usize).unwrap_or(&[])
    }

    /// The code of the first text for which `below` is false; one more than the last code where there is none.
    pub fn partition(&self, below: impl Fn(&[u8]) -> bool) -> u32 {
        let (mut low, mut high) = (1, self.count as u32 + 1);
        while low < high {
            let middle = low.midpoint(high);
            if below(self.get(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The code of this text.
    pub fn code(&self, text: &[u8]) -> Option<u32> {
        let code = self.partition(|t| t < text);
        ((code as usize) <= self.count && self.get(code) == text).then_some(code)
    }

    /// Codes of the texts that begin so.
    pub fn prefix(&self, prefix: &[u8]) -> Range<u32> {
        let from = self.partition(|t| t < prefix);
        let to = self.partition(|t| t < prefix || t.starts_with(prefix));
        from..to.max(from)
    }

    /// Calls `f` with each code and its text, in order.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(u32, &'a [u8])) {
        let mut start = self.offsets.get(0) as usize;
        for code in 1..=self.count {
            let end = self.offsets.get(code) as usize;
            f(code as u32, self.arena.get(start..end).unwrap_or(&[]));
            start = end;
        }
    }

    /// All texts one after the other, for a search over all of them at once.
    pub fn arena(&self) -> &'a [u8] {
        self.arena
    }

    /// Where the text of a code lies in the arena.
    pub fn span(&self, code: u32) -> Range<usize> {
        let code = code as usize;
        if code == 0 { 0..0 } else { self.offsets.get(code - 1) as usize..self.offsets.get(code) as usize }
    }

    /// The code of the text that covers byte `at` of the arena, where none before `from` does.
    pub fn covering(&self, at: usize, from: u32) -> u32 {
        let (mut low, mut high) = (from.max(1), self.count as u32);
        while low < high {
            let middle = low.midpoint(high);
            if self.offsets.get(middle as usize) as usize <= at { low = middle + 1 } else { high = middle }
        }
        low
    }
}

struct Written {
    offset_width: usize,
    arena: Vec<u8>,
    offsets: Vec<u64>,
}

/// The sorted texts of a chunk, as they are written.
fn dictionary(texts: &[&str]) -> Written {
    let (mut arena, mut offsets) = (Vec::new(), vec![0]);
    for text in texts {
        arena.extend_from_slice(text.as_bytes());
        offsets.push(arena.len() as u64);
    }
    Written { offset_width: width_of(arena.len() as u64).max(2), arena, offsets }
}

fn code_of(texts: &[&str], text: &str) -> u64 {
    texts.binary_search(&text).map_or(0, |i| i as u64 + 1)
}

/// The bytes of a chunk of texts, row by row; `None` where no row has one.
pub fn encode<T: AsRef<str>>(rows: &[Option<T>]) -> Option<Vec<u8>> {
    let all: BTreeSet<&str> = rows.iter().flatten().map(AsRef::as_ref).collect();
    let texts: Vec<&str> = all.into_iter().collect();
    if texts.is_empty() {
        return None;
    }
    let Written { offset_width, arena, offsets } = dictionary(&texts);
    let code_width = width_of(texts.len() as u64);
    let mut out = Vec::with_capacity(12 + CHUNK_ROWS * code_width + offsets.len() * offset_width + arena.len());
    out.extend([TEXTS, code_width as u8, offset_width as u8, 0]);
    out.extend((texts.len() as u32).to_le_bytes());
    out.extend((arena.len() as u32).to_le_bytes());
    for i in 0..CHUNK_ROWS {
        let code = rows.get(i).and_then(Option::as_ref).map_or(0, |t| code_of(&texts, t.as_ref()));
        push(&mut out, code, code_width);
    }
    offsets.iter().for_each(|o| push(&mut out, *o, offset_width));
    out.extend(arena);
    Some(out)
}

/// A chunk of texts.
#[derive(Debug, Clone, Copy)]
pub struct TextsChunk<'a> {
    /// Its texts.
    pub dictionary: Dictionary<'a>,
    codes: Numbers<'a>,
}

impl<'a> TextsChunk<'a> {
    /// Reads a chunk.
    ///
    /// # Errors
    /// [`crate::base::Error::Internal`] where these are not the bytes of one.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut cut = Cut(bytes);
        let [code_width, offset_width, _] = cut.head(TEXTS)?;
        let (count, arena) = (cut.u32()?, cut.u32()?);
        if count > CHUNK_ROWS {
            return Err(damaged());
        }
        let codes = cut.numbers(CHUNK_ROWS, code_width)?;
        let offsets = cut.numbers(count + 1, offset_width)?;
        let arena = cut.take(arena)?;
        cut.end()?;
        Ok(Self { dictionary: Dictionary { count, offsets, arena }, codes })
    }

    /// The text of a row.
    pub fn get(&self, row: usize) -> Option<&'a [u8]> {
        let code = self.codes.get(row) as u32;
        (code != 0).then(|| self.dictionary.get(code))
    }

    /// Every row's code; 0 for empty.
    pub fn fill(&self, out: &mut [u32; CHUNK_ROWS]) {
        self.codes.fill(out, |n| n as u32);
    }

    /// Rows whose code is in a range, which never holds 0.
    pub fn range(&self, codes: Range<u32>) -> Words {
        let from = codes.start.max(1);
        if from >= codes.end {
            return bits::NONE;
        }
        let mut all = [0; CHUNK_ROWS];
        self.fill(&mut all);
        let span = codes.end - from;
        bits::from_fn(|i| all[i].wrapping_sub(from) < span)
    }

    /// Rows that have a text.
    pub fn present(&self) -> Words {
        self.range(1..u32::MAX)
    }

    /// Every row's text.
    pub fn decode(&self) -> Vec<Option<String>> {
        (0..CHUNK_ROWS).map(|i| self.get(i).map(|t| String::from_utf8_lossy(t).into_owned())).collect()
    }
}

/// The bytes of a chunk of lists of texts, row by row; `None` where all are empty.
pub fn encode_lists<T: AsRef<str>>(rows: &[Vec<T>]) -> Option<Vec<u8>> {
    let all: BTreeSet<&str> = rows.iter().flatten().map(AsRef::as_ref).collect();
    let texts: Vec<&str> = all.into_iter().collect();
    if texts.is_empty() {
        return None;
    }
    let Written { offset_width, arena, offsets } = dictionary(&texts);
    let count = rows.iter().map(Vec::len).sum::<usize>();
    let (code_width, end_width) = (width_of(texts.len() as u64), width_of(count as u64));
    let mut out = Vec::with_capacity(16 + CHUNK_ROWS * end_width + count * code_width + offsets.len() * offset_width);
    out.extend([TEXT_LISTS, code_width as u8, offset_width as u8, end_width as u8]);
    out.extend((texts.len() as u32).to_le_bytes());
    out.extend((arena.len() as u32).to_le_bytes());
    out.extend((count as u32).to_le_bytes());
    let mut end = 0;
    for i in 0..CHUNK_ROWS {
        end += rows.get(i).map_or(0, Vec::len) as u64;
        push(&mut out, end, end_width);
    }
    rows.iter().flatten().for_each(|t| push(&mut out, code_of(&texts, t.as_ref()), code_width));
    offsets.iter().for_each(|o| push(&mut out, *o, offset_width));
    out.extend(arena);
    Some(out)
}

/// A chunk of lists of texts.
#[derive(Debug, Clone, Copy)]
pub struct TextLists<'a> {
    /// Its texts.
    pub dictionary: Dictionary<'a>,
    count: usize,
    ends: Numbers<'a>,
    codes: Numbers<'a>,
}

impl<'a> TextLists<'a> {
    /// Reads a chunk.
    ///
    /// # Errors
    /// [`crate::base::Error::Internal`] where these are not the bytes of one.
    pub fn read(bytes: &'a [u8]) -> Result<Self> {
        let mut cut = Cut(bytes);
        let [code_width, offset_width, end_width] = cut.head(TEXT_LISTS)?;
        let (texts, arena, count) = (cut.u32()?, cut.u32()?, cut.u32()?);
        if code_width == 0 || offset_width == 0 || end_width == 0 || texts > count {
            return Err(damaged());
        }
        let ends = cut.numbers(CHUNK_ROWS, end_width)?;
        let codes = cut.numbers(count, code_width)?;
        let offsets = cut.numbers(texts + 1, offset_width)?;
        let arena = cut.take(arena)?;
        cut.end()?;
        Ok(Self { dictionary: Dictionary { count: texts, offsets, arena }, count, ends, codes })
    }

    /// Calls `f` with each row and the code of each of its elements, in order.
    #[inline]
    pub fn each(&self, mut f: impl FnMut(usize, u32)) {
        let mut at = 0;
        for (row, end) in self.ends.ends(self.count).into_iter().enumerate() {
            while at < end as usize {
                f(row, self.codes.get(at) as u32);
                at += 1;
            }
        }
    }

    /// The codes of a row's elements.
    pub fn row(&self, row: usize) -> impl Iterator<Item = u32> + use<'a> {
        let this = *self;
        let end = (this.ends.get(row) as usize).min(this.count);
        let start = if row == 0 { 0 } else { this.ends.get(row - 1) as usize };
        (start..end).map(move |i| this.codes.get(i) as u32)
    }

    /// Rows that have an element whose code passes.
    pub fn rows_with(&self, passes: impl Fn(u32) -> bool) -> Words {
        self.codes.rows_with(&self.ends.ends(self.count), self.count, |code| passes(code as u32))
    }

    /// The code of each row's first element; 0 for none.
    pub fn fill_first(&self, out: &mut [u32; CHUNK_ROWS]) {
        let mut codes = vec![0; self.count + 1];
        self.codes.fill(&mut codes[..self.count], |n| n as u32);
        let mut start = 0;
        for (code, end) in out.iter_mut().zip(self.ends.ends(self.count)) {
            *code = codes[start as usize] * u32::from(start < end);
            start = end;
        }
    }

    /// Rows that have an element.
    pub fn present(&self) -> Words {
        let ends = self.ends.ends(self.count);
        bits::from_fn(|i| ends[i] > if i == 0 { 0 } else { ends[i - 1] })
    }

    /// Every row's list.
    pub fn decode(&self) -> Vec<Vec<String>> {
        let text = |code| String::from_utf8_lossy(self.dictionary.get(code)).into_owned();
        (0..CHUNK_ROWS).map(|i| self.row(i).map(text).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn chunks_have_the_bytes_of_format_1() {
        let bytes = encode(&[Some("b"), None, Some("ab"), Some("b")]).expect("it has texts");
        assert_eq!(bytes[..12], [2, 1, 2, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(bytes[12..17], [2, 0, 1, 2, 0]);
        assert_eq!(bytes[12 + 960..], [0, 0, 2, 0, 3, 0, b'a', b'b', b'b']);
        let bytes = encode_lists(&[vec!["b", "a"], vec![], vec!["a"]]).expect("it has texts");
        assert_eq!(bytes[..16], [4, 1, 2, 1, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0]);
        assert_eq!(bytes[16..20], [2, 2, 3, 3]);
        assert_eq!(bytes[16 + 960..], [2, 1, 1, 0, 0, 1, 0, 2, 0, b'a', b'b']);
    }

    #[test]
    fn a_dictionary_is_searched_by_its_order() {
        let bytes = encode(&[Some("pear"), Some("apple"), Some("apricot"), Some("fig")]).expect("it has texts");
        let chunk = TextsChunk::read(&bytes).expect("its own bytes");
        let d = chunk.dictionary;
        assert_eq!((d.code(b"fig"), d.code(b"figs")), (Some(3), None));
        assert_eq!(d.prefix(b"ap"), 1..3);
        assert_eq!(d.prefix(b"z"), 5..5);
        assert_eq!(bits::count(&chunk.range(d.prefix(b"ap"))), 2);
        assert_eq!([0, 4, 5, 12, 15].map(|at| d.covering(at, 1)), [1, 1, 2, 3, 4]);
    }

    proptest! {
        #[test]
        fn texts_come_back(rows in prop::collection::vec(prop::option::of("[a-cé]{1,3}"), 0..=CHUNK_ROWS), low in "[a-c]{0,2}") {
            if let Some(bytes) = encode(&rows) {
                let chunk = TextsChunk::read(&bytes).expect("its own bytes");
                let mut wanted = rows;
                wanted.resize(CHUNK_ROWS, None);
                prop_assert_eq!(chunk.decode(), wanted.clone());
                let found = chunk.range(chunk.dictionary.prefix(low.as_bytes()));
                for (i, row) in wanted.iter().enumerate() {
                    prop_assert_eq!(bits::has(&found, i), row.as_ref().is_some_and(|t| t.starts_with(&low)));
                }
            }
        }

        #[test]
        fn lists_come_back(rows in prop::collection::vec(prop::collection::vec("[a-cé]{1,3}", 0..4), 0..=CHUNK_ROWS)) {
            if let Some(bytes) = encode_lists(&rows) {
                let mut wanted = rows;
                wanted.resize(CHUNK_ROWS, Vec::new());
                prop_assert_eq!(TextLists::read(&bytes).expect("its own bytes").decode(), wanted);
            }
        }

        #[test]
        fn garbage_never_panics(mut bytes in prop::collection::vec(any::<u8>(), 0..5000), head in "[\\x00-\\x04]{4}[\\x00-\\x09]\\x00\\x00\\x00[\\x00-\\x09]\\x00\\x00\\x00[\\x00-\\x20]\\x00\\x00\\x00") {
            for (byte, b) in bytes.iter_mut().zip(head.as_bytes()) {
                *byte = *b;
            }
            for cut in [bytes.len(), 12 + 960 + 8, 16 + 960 + 12] {
                let bytes = &bytes[..cut.min(bytes.len())];
                if let Ok(chunk) = TextsChunk::read(bytes) { chunk.decode(); chunk.range(chunk.dictionary.prefix(b"a")); }
                if let Ok(chunk) = TextLists::read(bytes) { chunk.decode(); chunk.present(); chunk.fill_first(&mut [0; CHUNK_ROWS]); }
            }
        }
    }
}
