//! Aventora: a CRM that a small brokerage runs on one machine of its own.
//!
//! The house has ten rows; an import goes only to a lower row or inside its own module, and siblings of rows 1, 4, 5
//! and 8 never import each other. `tests/tidy.rs` keeps it so.
//!
//! | row | module | what it is | what must never happen there |
//! |---|---|---|---|
//! | 0 | [`base`] | ids, clock, money, text, phone, errors, limits, randomness | import anything of ours |
//! | 1 | [`store`] | the only redb and data-directory code | know what a contact is |
//! | 1 | [`config`] | file and environment to typed sections | change at run time |
//! | 2 | [`model`] | objects, fields, kinds, pipelines, presets, actors, rules | read or write storage |
//! | 3 | [`records`] | the only door to customer data: save, read, query, search | skip the permission filter |
//! | 4 | [`features`] | accounts, import, sample data: small behaviours over records | import each other |
//! | 6 | [`app`] | wiring: the [`app::Crm`] handle and its background work | hold business rules |
//! | 7 | [`http`] | sessions, CSRF, errors, assets, limits | render a page |
//! | 8 | [`api`], [`web`] | REST and pages | talk to the store |
//! | 9 | [`cli`] | one file a command | hold logic a server would need too |
#![allow(missing_docs)]

pub mod api;
pub mod app;
pub mod base;
pub mod cli;
pub mod config;
pub mod features;
pub mod http;
pub mod model;
pub mod records;
pub mod store;
pub mod web;
