//! Keys whose bytes sort as what they stand for: big-endian numbers, sign bit flipped for signed ones.

use crate::base::id::{FieldId, ObjectId, RecordRef, Row, Seq};

/// Key of a record, a timeline prefix.
pub fn record(record: RecordRef) -> [u8; 10] {
    let mut key = [0; 10];
    key[..2].copy_from_slice(&record.object.0.to_be_bytes());
    key[2..].copy_from_slice(&record.row.0.to_be_bytes());
    key
}

/// The row at the end of a key (records, index).
pub fn row_at_end(key: &[u8]) -> Row {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&key[key.len() - 8..]);
    Row(u64::from_be_bytes(bytes))
}

/// Key of a timeline entry: the newest first.
pub fn timeline(of: RecordRef, seq: Seq) -> [u8; 18] {
    let mut key = [0; 18];
    key[..10].copy_from_slice(&record(of));
    key[10..].copy_from_slice(&(!seq.0).to_be_bytes());
    key
}

/// The event a timeline entry points to.
pub fn seq_of_timeline(key: &[u8]) -> Seq {
    Seq(!row_at_end(key).0)
}

/// Key of a column chunk.
pub fn column(object: ObjectId, field: FieldId, part: u8, chunk: u32) -> [u8; 9] {
    let mut key = [0; 9];
    key[..2].copy_from_slice(&object.0.to_be_bytes());
    key[2..4].copy_from_slice(&field.0.to_be_bytes());
    key[4] = part;
    key[5..].copy_from_slice(&chunk.to_be_bytes());
    key
}

/// Prefix of the index entries of one field.
pub fn index_field(object: ObjectId, field: FieldId) -> [u8; 4] {
    let mut key = [0; 4];
    key[..2].copy_from_slice(&object.0.to_be_bytes());
    key[2..].copy_from_slice(&field.0.to_be_bytes());
    key
}

/// A signed number whose bytes sort as numbers do.
pub fn signed(n: i64) -> [u8; 8] {
    ((n as u64) ^ (1 << 63)).to_be_bytes()
}

/// The first key after all keys that start with `prefix`; empty where there is none (all bytes 0xff).
pub fn after(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            return end;
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_sort_as_what_they_stand_for() {
        let numbers = [i64::MIN, -256, -1, 0, 1, 255, 256, i64::MAX];
        assert!(numbers.windows(2).all(|pair| signed(pair[0]) < signed(pair[1])));
        let of = RecordRef::new(ObjectId(2), Row(7));
        assert!(timeline(of, Seq(300)) < timeline(of, Seq(299)), "the newest first");
        assert!(timeline(of, Seq(0))[..] < record(RecordRef::new(ObjectId(2), Row(8)))[..]);
        assert_eq!(seq_of_timeline(&timeline(of, Seq(300))), Seq(300));
        assert_eq!(row_at_end(&record(of)), Row(7));
    }

    #[test]
    fn keys_have_the_bytes_of_format_1() {
        let of = RecordRef::new(ObjectId(0x102), Row(0x304));
        assert_eq!(record(of), [1, 2, 0, 0, 0, 0, 0, 0, 3, 4]);
        assert_eq!(timeline(of, Seq(1))[10..], [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfe]);
        assert_eq!(column(ObjectId(2), FieldId(10), 1, 0x506), [0, 2, 0, 10, 1, 0, 0, 5, 6]);
        assert_eq!(index_field(ObjectId(2), FieldId(10)), [0, 2, 0, 10]);
        assert_eq!(signed(1), [0x80, 0, 0, 0, 0, 0, 0, 1]);
        assert_eq!(signed(-1), [0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
    }

    #[test]
    fn after_a_prefix_comes_the_first_key_without_it() {
        assert_eq!(after(b"ab"), b"ac");
        assert_eq!(after(&[1, 0xff]), [2]);
        assert_eq!(after(&[0xff, 0xff]), b"");
    }
}
