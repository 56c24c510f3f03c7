//! A record's bytes: a directory of fields in front of their values, so that a few fields of many are read without
//! touching the rest. This code knows field numbers, type tags and bytes; what the bytes mean is `model::value`'s.
//!
//! Layout 1, numbers little-endian:
//!
//! | at | what |
//! |---|---|
//! | 0 | layout u8 = 1 |
//! | 1 | state u8 |
//! | 2 | number of fields u16 |
//! | 4 | CRC-32 of all other bytes u32 |
//! | 8 | version u64 |
//! | 16 | for each field, ascending: id u16, type u8, end u32 of its value, counted from the first value |
//! | | the values, in the same order |

use crate::base::id::FieldId;
use crate::base::{Error, Result};

const LAYOUT: u8 = 1;
const CRC_AT: usize = 4;
const VERSION_AT: usize = 8;
const HEAD: usize = 16;
const ENTRY: usize = 7;

/// Makes a record's bytes.
#[derive(Debug, Clone, Copy)]
pub struct RecordBytes;

impl RecordBytes {
    /// The bytes of a record with these fields: number, type tag and value, in strictly ascending order of number.
    ///
    /// [`Error::Internal`] where they are not in order, or too many or too long for the layout.
    pub fn build<P: AsRef<[u8]>>(
        version: u64,
        state: u8,
        fields: impl IntoIterator<Item = (FieldId, u8, P)>,
    ) -> Result<Vec<u8>> {
        let fields = fields.into_iter();
        let mut out = Vec::with_capacity(HEAD + fields.size_hint().0 * (ENTRY + 16));
        out.resize(HEAD, 0);
        let mut values = Vec::with_capacity(512);
        let (mut count, mut before) = (0_u16, None);
        for (field, tag, value) in fields {
            if before >= Some(field) {
                return Err(Error::Internal(format!("field {field} of a record stands out of order")));
            }
            before = Some(field);
            values.extend_from_slice(value.as_ref());
            let end = u32::try_from(values.len()).map_err(|e| Error::internal("a record is too long", e))?;
            out.extend_from_slice(&field.0.to_le_bytes());
            out.push(tag);
            out.extend_from_slice(&end.to_le_bytes());
            count += 1;
        }
        out.extend_from_slice(&values);
        out[0] = LAYOUT;
        out[1] = state;
        out[2..CRC_AT].copy_from_slice(&count.to_le_bytes());
        out[VERSION_AT..HEAD].copy_from_slice(&version.to_le_bytes());
        let crc = checksum(&out);
        out[CRC_AT..VERSION_AT].copy_from_slice(&crc.to_le_bytes());
        Ok(out)
    }
}

/// A record's bytes, read where they lie.
#[derive(Debug, Clone, Copy)]
pub struct RecordView<'a> {
    bytes: &'a [u8],
    directory: &'a [u8],
    values: &'a [u8],
}

impl<'a> RecordView<'a> {
    /// Reads the head. [`Error::Internal`] where these are not a record's bytes. The checksum is not compared here: see
    /// [`RecordView::is_sound`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        Self::try_parse(bytes)
            .ok_or_else(|| Error::Internal("A record is unreadable. Please run `aventora check`.".into()))
    }

    fn try_parse(bytes: &'a [u8]) -> Option<Self> {
        let (head, rest) = bytes.split_at_checked(HEAD)?;
        if head[0] != LAYOUT {
            return None;
        }
        let count = usize::from(u16::from_le_bytes([head[2], head[3]]));
        let (directory, values) = rest.split_at_checked(count * ENTRY)?;
        Some(Self { bytes, directory, values })
    }

    /// Grows by one with every change.
    pub fn version(&self) -> u64 {
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&self.bytes[VERSION_AT..HEAD]);
        u64::from_le_bytes(bytes)
    }

    /// Live, trashed, …: one byte with a meaning given above this row.
    pub fn state(&self) -> u8 {
        self.bytes[1]
    }

    /// Whether the bytes are the ones that were written: compares the checksum and the order of the directory.
    pub fn is_sound(&self) -> bool {
        let mut stored = [0; 4];
        stored.copy_from_slice(&self.bytes[CRC_AT..VERSION_AT]);
        let whole = self.end(self.len()) == self.values.len();
        u32::from_le_bytes(stored) == checksum(self.bytes)
            && whole
            && (1..self.len()).all(|i| self.id(i - 1) < self.id(i) && self.end(i) <= self.end(i + 1))
    }

    /// Type tag and bytes of a field; `None` where the record has no value for it.
    pub fn field(&self, field: FieldId) -> Option<(u8, &'a [u8])> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            match self.id(middle).cmp(&field.0) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return self.value(middle),
            }
        }
        None
    }

    /// Every field with its type tag and bytes, in ascending order.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, u8, &'a [u8])> + use<'a> {
        let view = *self;
        (0..view.len()).filter_map(move |i| view.value(i).map(|(tag, value)| (FieldId(view.id(i)), tag, value)))
    }

    /// How many fields have a value.
    pub fn len(&self) -> usize {
        self.directory.len() / ENTRY
    }

    /// Whether no field has a value.
    pub fn is_empty(&self) -> bool {
        self.directory.is_empty()
    }

    fn id(&self, place: usize) -> u16 {
        let at = place * ENTRY;
        u16::from_le_bytes([self.directory[at], self.directory[at + 1]])
    }

    /// Where the value of the `n`-th field from 1 ends; 0 for `n` = 0.
    fn end(&self, n: usize) -> usize {
        if n == 0 {
            return 0;
        }
        let at = n * ENTRY - 4;
        let entry = &self.directory[at..at + 4];
        u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]) as usize
    }

    fn value(&self, place: usize) -> Option<(u8, &'a [u8])> {
        let value = self.values.get(self.end(place)..self.end(place + 1))?;
        Some((self.directory[place * ENTRY + 2], value))
    }
}

fn checksum(bytes: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&bytes[..CRC_AT]);
    hasher.update(&bytes[VERSION_AT..]);
    hasher.finalize()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Format 1: these bytes must be read for ever.
    const LITERAL: [u8; 43] = [
        1, 0, 3, 0, // layout, state, three fields
        0x03, 0x82, 0x76, 0x16, // checksum
        7, 0, 0, 0, 0, 0, 0, 0, // version
        1, 0, 9, 1, 0, 0, 0, // field 1, type 9, its value ends at 1
        10, 0, 2, 1, 0, 0, 0, // field 10, type 2, empty
        0x2c, 1, 3, 6, 0, 0, 0, // field 300, type 3, ends at 6
        0xff, b'h', b'e', b'l', b'l', b'o',
    ];

    fn fields() -> [(FieldId, u8, &'static [u8]); 3] {
        [(FieldId(1), 9, &[0xff]), (FieldId(10), 2, b""), (FieldId(300), 3, b"hello")]
    }

    #[test]
    fn a_record_has_the_bytes_of_format_1() {
        assert_eq!(RecordBytes::build(7, 0, fields()).unwrap(), LITERAL);
        let view = RecordView::parse(&LITERAL).unwrap();
        assert_eq!((view.version(), view.state(), view.len()), (7, 0, 3));
        assert_eq!(view.fields().collect::<Vec<_>>(), fields());
        assert_eq!(view.field(FieldId(300)), Some((3, &b"hello"[..])));
        assert_eq!(view.field(FieldId(10)), Some((2, &b""[..])));
        for absent in [0, 2, 11, 299, 301, u16::MAX] {
            assert_eq!(view.field(FieldId(absent)), None);
        }
        assert!(view.is_sound());
    }

    #[test]
    fn an_empty_record_can_be_read() {
        let bytes = RecordBytes::build(1, 2, Vec::<(FieldId, u8, Vec<u8>)>::new()).unwrap();
        let view = RecordView::parse(&bytes).unwrap();
        assert!(view.is_empty() && view.is_sound() && view.field(FieldId(1)).is_none());
        assert_eq!(view.state(), 2);
    }

    #[test]
    fn fields_out_of_order_or_twice_are_refused() {
        for ids in [[2, 1], [1, 1]] {
            let fields = ids.map(|id| (FieldId(id), 0, b""));
            assert!(matches!(RecordBytes::build(1, 0, fields), Err(Error::Internal(_))));
        }
    }

    #[test]
    fn every_flipped_bit_is_found_and_none_panics() {
        for bit in 0..LITERAL.len() * 8 {
            let mut bytes = LITERAL;
            bytes[bit / 8] ^= 1 << (bit % 8);
            if let Ok(view) = RecordView::parse(&bytes) {
                assert!(!view.is_sound(), "bit {bit}");
                let _ = view.fields().count();
                let _ = view.field(FieldId(300));
            }
        }
        for len in 0..LITERAL.len() {
            assert!(!RecordView::parse(&LITERAL[..len]).is_ok_and(|view| view.is_sound()));
        }
    }
}
