//! All integration tests, in one binary: a module per feature, in order.

mod config;
mod presets;
mod presets_broken;
mod search;
mod search_rebuild;
