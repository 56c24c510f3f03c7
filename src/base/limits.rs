//! Limits that more than one row needs. A limit of one place stands there, beside what it bounds.

/// Records on a page at most, in the API and in lists.
pub const PAGE_MAX: usize = 200;
/// Records on a page where nothing else is said.
pub const PAGE_DEFAULT: usize = 50;
/// Rows of one batch request at most.
pub const BATCH_MAX: usize = 1_000;
/// Bytes of a filter text at most.
pub const FILTER_BYTES_MAX: usize = 16 * 1024;
/// Nesting of a filter at most.
pub const FILTER_DEPTH_MAX: usize = 20;
/// Values in an `IN` list at most.
pub const FILTER_IN_MAX: usize = 1_000;
/// Steps of a path through relations at most.
pub const PATH_STEPS_MAX: usize = 3;
/// Bytes of a text value at most.
pub const TEXT_BYTES_MAX: usize = 1_000;
/// Bytes of a long text value at most.
pub const LONG_TEXT_BYTES_MAX: usize = 60_000;
/// Elements of a list value (e-mails, phones, tags, links) at most.
pub const LIST_MAX: usize = 100;
