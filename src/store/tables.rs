//! Every table, in one list. Keys and values are bytes; [`crate::store::key`] says how keys are made.

use redb::TableDefinition;

/// How redb knows each of our tables: bytes to bytes.
pub(super) type Definition = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// How many tables there are.
pub(super) const COUNT: usize = Table::ALL.len();

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

    /// Its name in the data file.
    pub const fn name(self) -> &'static str {
        match self {
            Table::Records => "records",
            Table::Columns => "columns",
            Table::Index => "index",
            Table::Events => "events",
            Table::EventBodies => "event_bodies",
            Table::Timeline => "timeline",
            Table::Batches => "batches",
            Table::Blobs => "blobs",
            Table::Cursors => "cursors",
            Table::Jobs => "jobs",
            Table::Idempotency => "idempotency",
            Table::Schema => "schema",
            Table::Settings => "settings",
            Table::Sessions => "sessions",
            Table::Credentials => "credentials",
            Table::Keys => "keys",
            Table::Counters => "counters",
            Table::Meta => "meta",
        }
    }

    /// Its place in [`Table::ALL`].
    pub(super) const fn index(self) -> usize {
        self as usize
    }

    /// What redb opens it by.
    pub(super) const fn definition(self) -> Definition {
        TableDefinition::new(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_stands_at_its_own_place() {
        for (place, table) in Table::ALL.into_iter().enumerate() {
            assert_eq!(table.index(), place);
        }
    }
}
