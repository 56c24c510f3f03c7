//! Every table, in one list. Keys and values are bytes; [`crate::store::key`] says how keys are made.

/// A table, named for what leads to what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// object u16, row u64 → record.
    Records,
    /// object u16, field u16, part u8, chunk u32 → column chunk.
    Columns,
    /// object u16, field u16, order-preserving value, row u64 → ().
    Index,
    /// seq u64 → event head.
    Events,
    /// seq u64 → event body (old → new), or a tombstone that keeps the digest.
    EventBodies,
    /// object u16, row u64, descending seq u64 → ().
    Timeline,
    /// batch u64, seq u64 → ().
    Batches,
    /// SHA-256 → size, type, references.
    Blobs,
    /// consumer name → seq.
    Cursors,
    /// due millis i64, job id u64 → job.
    Jobs,
    /// key hash → request digest, answer, time.
    Idempotency,
    /// name → part of the data model.
    Schema,
    /// name → setting.
    Settings,
    /// token hash → session.
    Sessions,
    /// member row u64 → password hash and the like.
    Credentials,
    /// key id u64 → API key (hashed).
    Keys,
    /// name → u64: next row per object, next batch, …
    Counters,
    /// name → bytes: format version, collation version, chain head, created at.
    Meta,
}

impl Table {
    /// All of them, in order.
    pub const ALL: [Table; 18] = [
        Table::Records,
        Table::Columns,
        Table::Index,
        Table::Events,
        Table::EventBodies,
        Table::Timeline,
        Table::Batches,
        Table::Blobs,
        Table::Cursors,
        Table::Jobs,
        Table::Idempotency,
        Table::Schema,
        Table::Settings,
        Table::Sessions,
        Table::Credentials,
        Table::Keys,
        Table::Counters,
        Table::Meta,
    ];
}
