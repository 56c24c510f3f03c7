//! All integration tests, in one binary: a module per feature, in order.

mod config;
mod demo;
mod import;
mod presets;
mod presets_broken;
mod presets_views;
mod query;
mod records;
mod records_history;
mod records_roundtrip;
mod search;
mod search_engine;
mod search_rebuild;
mod support;
mod upgrade;
