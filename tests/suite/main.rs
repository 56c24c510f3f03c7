//! All integration tests, in one binary: a module per feature, in order.
#![allow(clippy::unwrap_used, reason = "builders of tests are no tests to clippy, and panic like them")]

mod accounts;
mod api;
mod api_walls;
mod cli;
#[path = "../client/mod.rs"]
mod client;
mod compact;
mod config;
mod demo;
mod duplicates;
mod fragments;
mod http;
mod import;
mod import_jobs;
mod import_pages;
mod list;
mod opened;
mod photos;
mod presets;
mod presets_broken;
mod presets_views;
mod purge;
mod query;
mod records;
mod records_history;
mod records_roundtrip;
mod search;
mod search_engine;
mod search_rebuild;
mod server;
mod settings;
mod states;
mod support;
mod upgrade;
mod web;
