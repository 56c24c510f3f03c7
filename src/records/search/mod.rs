//! Global search: the only tantivy code.
