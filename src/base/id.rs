//! Names of things as numbers. Ids are dense, stable and never reused.

use std::fmt;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident($int:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $int);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl std::str::FromStr for $name {
            type Err = std::num::ParseIntError;
            fn from_str(s: &str) -> std::result::Result<Self, Self::Err> { s.parse().map(Self) }
        }
    };
}

id!(/// An object of the data model: contacts, companies, a custom one.
    ObjectId(u16));
id!(/// A field of an object; unique within its object, never reused.
    FieldId(u16));
id!(/// An option of a select field; unique within its field, never reused.
    OptionId(u32));
id!(/// A record within its object: dense from 1, never reused.
    Row(u64));
id!(/// A place in the change log, from 1.
    Seq(u64));
id!(/// What was done together and can be undone together: an import, a bulk edit, a request.
    BatchId(u64));

/// One record of one object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Its object.
    pub object: ObjectId,
    /// Its row there.
    pub row: Row,
}

impl RecordRef {
    /// The record `row` of `object`.
    pub fn new(object: ObjectId, row: Row) -> Self {
        Self { object, row }
    }
}
