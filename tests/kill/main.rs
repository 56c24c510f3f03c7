//! `kill -9` of the real program under clients that remember every acknowledged create, edit and delete. After each
//! kill every record has the last acknowledged value or a later one that was sent and not acknowledged; at the end
//! `aventora check` compares columns, indexes, log and search with a full scan.
//!
//! `AVENTORA_KILLS` and `AVENTORA_SAVES` set how many kills and acknowledged saves there are at least: few in a quick
//! run, 30 and 20,000 in CI.

#[path = "../client/mod.rs"]
mod client;
#[path = "../client/program.rs"]
mod program;

use aventora::base::rng::SeededRng;
use client::Client;
use program::Server;
use serde_json::json;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

const CLIENTS: u64 = 8;

/// What a record must look like: `None` is deleted.
type Content = Option<String>;

/// What one client knows.
struct Memory {
    rng: SeededRng,
    /// Last acknowledged content of each record.
    known: HashMap<String, Content>,
    /// A change that was sent and never answered: it may or may not be there.
    unsure: HashMap<String, Content>,
    /// Creates that were sent and never answered.
    unsure_creates: u64,
    next: u64,
}

impl Memory {
    fn new(client: u64) -> Self {
        let (known, unsure) = (HashMap::new(), HashMap::new());
        Self { rng: SeededRng::new(client), known, unsure, unsure_creates: 0, next: client * 1_000_000_000 }
    }

    /// A live record of this client's that no unanswered change is open on.
    fn pick(&mut self) -> Option<String> {
        let live: Vec<_> = self.known.iter().filter(|(id, c)| c.is_some() && !self.unsure.contains_key(*id)).collect();
        let at = self.rng.below(live.len() as u64) as usize;
        live.get(at).map(|(id, _)| (*id).clone())
    }

    /// Saves until the server goes away; counts what was acknowledged.
    fn work(&mut self, address: SocketAddr, key: &str, acknowledged: &AtomicU64, stop: &AtomicBool) {
        let mut api = Client::api(address, key);
        while !stop.load(Ordering::Relaxed) {
            self.next += 1;
            let name = format!("Value {}", self.next);
            let dice = self.rng.below(10);
            let target = if dice < 4 { None } else { self.pick() };
            let Some(id) = target else {
                let body = json!({"first_name": name, "emails": [format!("c{}@example.com", self.next)]});
                match api.json("POST", "/api/v1/contacts", &body) {
                    Ok(r) if r.status == 201 => {
                        let id = r.json()["id"].as_str().expect("a created record has an id").to_owned();
                        self.known.insert(id, Some(name));
                        acknowledged.fetch_add(1, Ordering::Relaxed);
                    }
                    Ok(r) => panic!("create answered {}: {}", r.status, r.text()),
                    Err(_) => return self.unsure_creates += 1,
                }
                continue;
            };
            let path = format!("/api/v1/contacts/{id}");
            let content = (dice < 9).then_some(name);
            let answer = match &content {
                Some(name) => api.json("PATCH", &path, &json!({"first_name": name})),
                None => api.send("DELETE", &path, &[], b""),
            };
            match answer {
                Ok(r) if r.status < 300 => {
                    self.known.insert(id, content);
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Ok(r) => panic!("change of {id} answered {}: {}", r.status, r.text()),
                Err(_) => {
                    self.unsure.insert(id, content);
                    return;
                }
            }
        }
    }

    /// Every record is as last acknowledged, or as a later change that was never answered left it.
    fn verify(&mut self, api: &mut Client) {
        for (id, known) in &mut self.known {
            let response = api.get(&format!("/api/v1/contacts/{id}")).expect("the server answers");
            let found: Content = match response.status {
                200 => response.json()["first_name"].as_str().map(str::to_owned),
                404 => None,
                other => panic!("record {id} answers {other}: {}", response.text()),
            };
            if found != *known {
                assert_eq!(self.unsure.get(id), Some(&found), "record {id}: acknowledged {known:?}, found {found:?}");
                known.clone_from(&found);
            }
        }
        self.unsure.clear();
    }
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(default)
}

#[test]
fn an_acknowledged_save_survives_kill_9() {
    let (kills, saves) = (setting("AVENTORA_KILLS", 3), setting("AVENTORA_SAVES", 200));
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let key = program::workspace(&data, "insurance");
    let acknowledged = AtomicU64::new(0);
    let mut memories: Vec<Memory> = (1..=CLIENTS).map(Memory::new).collect();
    let mut rng = SeededRng::new(99);
    let mut round = 0;
    while round < kills || acknowledged.load(Ordering::Relaxed) < saves {
        let server = Server::start(&data);
        let (address, stop) = (server.address, AtomicBool::new(false));
        std::thread::scope(|scope| {
            for memory in &mut memories {
                let (key, acknowledged, stop) = (&key, &acknowledged, &stop);
                scope.spawn(move || memory.work(address, key, acknowledged, stop));
            }
            let goal = saves * (round + 1) / kills;
            while round < kills && acknowledged.load(Ordering::Relaxed) < goal {
                std::thread::sleep(Duration::from_millis(5));
            }
            std::thread::sleep(Duration::from_millis(20 + rng.below(150)));
            server.kill();
            stop.store(true, Ordering::Relaxed);
        });
        round += 1;
        if round % 5 == 0 || round >= kills {
            let server = Server::start(&data);
            let mut api = Client::api(server.address, &key);
            memories.iter_mut().for_each(|m| m.verify(&mut api));
            server.kill();
        }
    }
    let server = Server::start(&data);
    let mut api = Client::api(server.address, &key);
    memories.iter_mut().for_each(|m| m.verify(&mut api));
    let live: u64 = memories.iter().map(|m| m.known.values().flatten().count() as u64).sum();
    let unsure: u64 = memories.iter().map(|m| m.unsure_creates).sum();
    let total = api.get("/api/v1/contacts?limit=1").expect("the server answers").json()["total"].as_u64();
    let total = total.expect("a list has a total");
    assert!((live..=live + unsure).contains(&total), "{total} contacts, {live} acknowledged, {unsure} unsure");
    server.kill();
    let report = program::run_ok(&data, &["check"]);
    println!("{round} kills, {} acknowledged saves, {total} contacts. {report}", acknowledged.load(Ordering::Relaxed));
}

/// Kills of a compaction, spread over the time that it takes.
const COMPACT_KILLS: u32 = 8;

#[test]
fn a_compact_that_is_killed_at_any_moment_leaves_the_data_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    program::workspace(&data, "generic");
    let file = folder.path().join("people.csv");
    let rows: String = (0..4_000).map(|n| format!("Person {n},p{n}@example.com\n")).collect();
    std::fs::write(&file, format!("First Name,Email\n{rows}")).expect("a file");
    program::run_ok(&data, &["import", file.to_str().expect("a plain path"), "--object", "contacts"]);
    let head = program::run_ok(&data, &["check"]);
    let began = std::time::Instant::now();
    program::run_ok(&data, &["compact"]);
    let takes = began.elapsed();
    let mut broken_off = 0;
    for kill in 1..=COMPACT_KILLS {
        let mut command = std::process::Command::new(program::binary());
        command.arg("compact").arg("--data").arg(&data).env("AVENTORA_DATA_MIN_FREE_MB", "0");
        let mut child = command.stderr(std::process::Stdio::null()).spawn().expect("the program starts");
        std::thread::sleep(takes * kill / (COMPACT_KILLS + 1));
        child.kill().expect("it can be killed");
        broken_off += u32::from(!child.wait().expect("it ends").success());
        // Every record, index entry, column and event is as it was, and so is the end of the change log.
        assert_eq!(program::run_ok(&data, &["check", "--since", &head]), head, "kill {kill}");
        assert!(!data.join("aventora.redb.partial").exists(), "the next start clears what was left");
    }
    assert!(broken_off >= COMPACT_KILLS / 2, "only {broken_off} were killed in time");
    program::run_ok(&data, &["compact"]);
    assert_eq!(program::run_ok(&data, &["check"]), head);
    println!("{broken_off} compactions killed within {takes:?}");
}
