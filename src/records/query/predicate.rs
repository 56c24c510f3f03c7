//! What a filter and a sort mean once every name and value is resolved: tests of columns, and walks over relations. Pure
//! data; [`super::compile`] makes it and [`super::scan`] evaluates it.

use crate::base::id::{FieldId, ObjectId};
use crate::records::columns::Column;

/// A filter over the records of one object. Two-valued: an empty field fails every test, and `Not` turns that round.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// All hold; of none: every record.
    And(Vec<Predicate>),
    /// One holds; of none: no record.
    Or(Vec<Predicate>),
    /// It does not hold.
    Not(Box<Predicate>),
    /// The record's own row number.
    Row(Ints),
    /// A column of whole numbers, or of lists of them (any element).
    Ints(Column, Ints),
    /// A column of folded texts, or of lists of them (any element).
    Texts(Column, Texts),
    /// A field without a column: its records are read one by one.
    Read(FieldId, Texts),
    /// A record linked through a relation field of this object, visible to the asker, passes.
    Through(Column, Box<Linked>),
    /// A record of another object that points here through one of these fields passes.
    Inverse(Vec<Column>, Box<Linked>),
}

/// The other end of a relation.
#[derive(Debug, Clone, PartialEq)]
pub struct Linked {
    /// Its object.
    pub object: ObjectId,
    /// What its records must pass.
    pub passes: Predicate,
}

/// A test of a whole number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ints {
    /// Not empty.
    Any,
    /// Between the two, both included; nothing where the first is larger.
    Range(i64, i64),
    /// One of these; sorted.
    In(Vec<i64>),
}

/// A test of a folded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Texts {
    /// Not empty.
    Any,
    /// One of these; sorted.
    In(Vec<String>),
    /// Begins with it.
    Prefix(String),
    /// Ends with it.
    Suffix(String),
    /// Has it anywhere.
    Contains(String),
    /// At least (`true`: or equal) the first, at most (`true`: or equal) the second.
    Range(Option<(String, bool)>, Option<(String, bool)>),
}

/// A sort, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Sort {
    /// Levels; ties of the last are in row order.
    pub levels: Vec<Level>,
}

/// One level of a sort.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// What is compared.
    pub key: Key,
    /// Largest first.
    pub descending: bool,
}

/// What a record is sorted or grouped by.
#[derive(Debug, Clone, PartialEq)]
pub enum Key {
    /// The record's own row number.
    Row,
    /// The (first) value of a column; options by their place in the field's list.
    Column(Column, Vec<i64>),
    /// A key of the (first) record linked.
    Through(Column, ObjectId, Box<Key>),
}

impl Predicate {
    /// Every record passes.
    pub fn all() -> Self {
        Self::And(Vec::new())
    }

    /// No record passes.
    pub fn none() -> Self {
        Self::Or(Vec::new())
    }

    /// The opposite.
    pub fn negated(self) -> Self {
        match self {
            Self::Not(inner) => *inner,
            other => Self::Not(Box::new(other)),
        }
    }
}

impl Ints {
    /// Whether `n` passes.
    pub fn passes(&self, n: i64) -> bool {
        match self {
            Self::Any => true,
            Self::Range(low, high) => *low <= n && n <= *high,
            Self::In(all) => all.binary_search(&n).is_ok(),
        }
    }
}

impl Texts {
    /// Whether a folded text passes.
    pub fn passes(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::In(all) => all.binary_search_by(|t| t.as_str().cmp(text)).is_ok(),
            Self::Prefix(p) => text.starts_with(p.as_str()),
            Self::Suffix(s) => text.ends_with(s.as_str()),
            Self::Contains(c) => text.contains(c.as_str()),
            Self::Range(low, high) => {
                low.as_ref().is_none_or(|(t, equal)| text > t.as_str() || (*equal && text == t))
                    && high.as_ref().is_none_or(|(t, equal)| text < t.as_str() || (*equal && text == t))
            }
        }
    }
}
