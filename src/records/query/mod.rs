//! Asking for many records: filter, sort, page, count, aggregate. The actor's visibility is one more bitmap of the plan.

pub mod aggregate;
mod check;
pub mod compile;
mod cursor;
pub mod filter;
#[cfg(test)]
pub(crate) mod fixture;
mod group;
pub mod kept;
pub mod keys;
mod moment;
mod narrow;
mod operand;
pub mod order;
pub mod page;
mod parse;
mod path;
pub mod predicate;
pub mod rowset;
pub mod scan;
pub mod sort;
mod view;

pub use check::check_schema;
pub use compile::{check_filter, check_sort};

use crate::base::id::{FieldId, ObjectId};
use crate::records::Record;

/// A list to read.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// Of which object.
    pub object: ObjectId,
    /// Filter text of the contract; empty for all.
    pub filter: String,
    /// Sort text of the contract; empty for the object's default.
    pub sort: String,
    /// Where to begin.
    pub start: Start,
    /// Records at most, up to [`crate::base::limits::PAGE_MAX`].
    pub limit: usize,
    /// Live records, or those in the trash.
    pub trashed: bool,
}

/// Where a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Start {
    /// At the beginning.
    First,
    /// At the end: the last page.
    Last,
    /// After this cursor.
    After(String),
    /// Before this cursor, nearest records, in the list's order.
    Before(String),
    /// At this position, from 0.
    Position(u64),
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// In the list's order.
    pub records: Vec<Record>,
    /// How many the whole list has, exactly.
    pub total: u64,
    /// Position of the first record in the whole list, from 0.
    pub position: u64,
    /// Opaque; for [`Start::After`]. `None` on the last page.
    pub next: Option<String>,
    /// Opaque; for [`Start::Before`]. `None` on the first page.
    pub previous: Option<String>,
}

/// Figures over a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Aggregate {
    /// Of which object.
    pub object: ObjectId,
    /// Filter text.
    pub filter: String,
    /// Up to two fields to group by: API names or paths, date parts as `close_date.month`.
    pub group: Vec<String>,
    /// What to compute beside the count.
    pub measures: Vec<Measure>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// What is computed.
    pub kind: MeasureKind,
    /// API name of the field.
    pub field: String,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeasureKind {
    /// Sum; one per currency for money.
    Sum,
    /// Mean; one per currency for money.
    Avg,
    /// Smallest.
    Min,
    /// Largest.
    Max,
    /// Different values.
    Unique,
    /// Empty values.
    Empty,
}

/// Where a field is: on the object itself, or over relations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Path {
    /// Relations walked, outermost first: (object, relation field).
    pub steps: Vec<(ObjectId, FieldId)>,
    /// The object the field is on.
    pub object: ObjectId,
    /// The field.
    pub field: FieldId,
}

/// A record's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Neighbours {
    /// Position from 0.
    pub position: u64,
    /// How many the list has.
    pub total: u64,
    /// The one before.
    pub previous: Option<crate::base::id::RecordRef>,
    /// The one after.
    pub next: Option<crate::base::id::RecordRef>,
}

/// One figure of a group.
#[derive(Debug, Clone, PartialEq)]
pub enum Figure {
    /// Nothing to compute from.
    Nothing,
    /// A plain number (also of `unique`, `empty`).
    Number(crate::base::money::Decimal),
    /// One amount per currency, by code.
    Money(Vec<crate::base::money::Money>),
    /// A smallest or largest value.
    Value(crate::model::Value),
}

/// One group of an aggregate.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The value of each group field; `None` for empty. Date parts are the first day of the part.
    pub keys: Vec<Option<crate::model::Value>>,
    /// Records in it.
    pub count: u64,
    /// A figure for each measure asked.
    pub figures: Vec<Figure>,
}

/// The answer to an [`Aggregate`].
#[derive(Debug, Clone, PartialEq)]
pub struct Figures {
    /// Groups, by key, empty last; one group without keys where nothing is grouped by.
    pub groups: Vec<Group>,
    /// Records in all.
    pub total: u64,
}
