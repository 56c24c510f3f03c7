//! Column chunks as bytes: pure codecs that know no object and no field, only whole numbers, texts, and lists of them. A
//! chunk holds the values of [`CHUNK_ROWS`] rows in row order. Readers borrow the bytes and copy nothing; whatever bytes
//! they are given, they answer or return an error and never panic.

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
