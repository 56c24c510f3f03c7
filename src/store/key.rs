//! Keys whose bytes sort as what they stand for: big-endian numbers, sign bit flipped for signed ones.

use crate::base::id::{FieldId, ObjectId, RecordRef, Row};

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
