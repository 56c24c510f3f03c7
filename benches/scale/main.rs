//! The product at the size it is built for: 1,000,000 contacts, 300,000 deals, 1,000,000 notes and 10,000,000 events, made
//! once and kept under `target/scale/`, and the budgets of the architecture measured through HTTP with a real client.
//!
//! `cargo bench --bench scale` prints the table; it never runs in CI. `SCALE_CONTACTS` makes it smaller, `SCALE_ONLY` picks
//! lines by a part of their name. `benches/scale/smoke` runs it at 1/50 and compares its answers with a plain scan instead
//! of looking at the clock. `AVENTORA_BIN` names the binary to measure; else it is the one cargo built.
#![allow(clippy::unwrap_used, reason = "a bench ends at the first surprise")]

mod budgets;
#[path = "../../tests/client/mod.rs"]
mod client;
mod data;
mod importing;
mod measure;
#[path = "../../tests/client/program.rs"]
mod program;
mod smoke;

use budgets::{Run, Table};
use program::Server;
use serde::Deserialize;
use std::path::Path;
use std::time::Instant;

#[derive(Deserialize)]
struct Queries {
    query: Vec<Case>,
}

/// A fixed query.
#[derive(Deserialize)]
pub(crate) struct Case {
    pub(crate) name: String,
    #[serde(default = "contacts")]
    pub(crate) object: String,
    #[serde(default)]
    pub(crate) filter: String,
    #[serde(default)]
    pub(crate) sort: String,
    #[serde(default)]
    start: String,
    #[serde(default)]
    pub(crate) who: String,
    /// Milliseconds through HTTP, rendered.
    #[serde(default = "page_budget")]
    pub(crate) budget: f64,
    pub(crate) group: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) measures: Vec<String>,
}

/// Which page of a list.
pub(crate) enum Place {
    First,
    Next,
    Last,
    Position(u64),
}

impl Case {
    /// Which page it asks for.
    pub(crate) fn place(&self) -> Place {
        match self.start.split_once(':') {
            Some((_, position)) => Place::Position(position.parse().unwrap()),
            None if self.start == "last" => Place::Last,
            None if self.start == "next" => Place::Next,
            None => Place::First,
        }
    }
}

fn contacts() -> String {
    "contacts".into()
}

fn page_budget() -> f64 {
    30.0
}

fn main() {
    let contacts: u64 = std::env::var("SCALE_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/scale/{contacts}"));
    let (data, key_file) = (folder.join("data"), folder.join("key"));
    if !key_file.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        program::workspace(&data, "insurance");
        program::add_walled(&data);
        let began = Instant::now();
        data::make(&data, contacts);
        eprintln!("made in {:.0} s", began.elapsed().as_secs_f64());
        std::fs::write(&key_file, program::key(&data)).unwrap();
    }
    let key = std::fs::read_to_string(&key_file).unwrap();
    let cases: Queries = toml::from_str(include_str!("queries.toml")).unwrap();
    if std::env::args().any(|a| a == "--smoke") {
        return smoke::run(&data, &key, &cases.query);
    }
    let mut table = Table::default();
    let began = Instant::now();
    let server = Server::start(&data);
    table.figure("ready to serve, ms", began.elapsed().as_secs_f64() * 1e3, 300.0, "");
    server.kill();
    let began = Instant::now();
    let server = Server::start(&data);
    table.figure("ready to serve after kill -9, ms", began.elapsed().as_secs_f64() * 1e3, 300.0, "");
    budgets::wait_until_searchable(&server, &key);
    Run { server: &server, data: &data, key: &key, contacts }.all(&cases.query, &mut table);
    table.figure("data file, GB", measure::bytes_below(&data) as f64 / 1e9, 6.0, "");
    let binary = std::fs::metadata(program::binary()).map_or(0, |m| m.len());
    table.figure("binary, MB", binary as f64 / 1e6, 25.0, "");
    let over = table.print();
    println!("\n{} contacts; load {:.1}; {over} over their budget.", contacts, measure::load());
}
