//! The distributable alone in an empty root: no libraries, no time zones, no certificates, no name service, nothing but
//! the binary and a data directory. Time zones are compiled in: a relative date across a change of the clocks shows it.
//!
//! `AVENTORA_ALONE_TESTS=1` (CI, after `packaging/build`) turns it on; it needs `bwrap` and `AVENTORA_BIN`.

#[path = "../client/mod.rs"]
mod client;
#[path = "../client/program.rs"]
mod program;

use client::{Client, escape};
use program::Server;
use serde_json::json;
use std::path::Path;
use std::process::Command;

/// The binary in a root that holds nothing else but `data` and an empty `tmp`.
fn alone(root: &Path, data: &Path) -> Command {
    let mut command = Command::new("bwrap");
    command
        .arg("--bind")
        .arg(root)
        .arg("/")
        .arg("--bind")
        .arg(data)
        .arg(data)
        .args(["--die-with-parent", "--clearenv"]);
    command.args(["--setenv", "AVENTORA_WORKSPACE_TIME_ZONE", "America/Toronto"]);
    command.args(["--setenv", "AVENTORA_DATA_MIN_FREE_MB", "0", "/aventora"]);
    command
}

fn folder(path: &Path) {
    std::fs::create_dir_all(path).expect("a folder");
}

#[test]
fn the_static_binary_runs_alone_in_an_empty_root() {
    if std::env::var_os("AVENTORA_ALONE_TESTS").is_none() {
        println!("left out: set AVENTORA_ALONE_TESTS=1 and AVENTORA_BIN to the distributable");
        return;
    }
    let place = tempfile::tempdir().expect("a folder");
    let (root, data) = (place.path().join("root"), place.path().join("data"));
    for path in [&root, &data, &root.join("tmp"), &root.join(data.strip_prefix("/").expect("an absolute path"))] {
        folder(path);
    }
    std::fs::copy(program::binary(), root.join("aventora")).expect("the binary can be copied");
    std::fs::write(data.join("password"), "correct horse battery staple\n").expect("a file");
    let workspace = data.join("workspace");
    folder(&workspace);
    let password = data.join("password");
    let run = |arguments: &[&str]| {
        let output = alone(&root, &data).args(arguments).arg("--data").arg(&workspace).output().expect("bwrap starts");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8_lossy(&output.stdout).trim().to_owned()
    };
    let password = password.to_str().expect("a plain path");
    let admin = ["--admin-email", "a@example.com", "--admin-password-file", password];
    run(&[&["init", "--preset", "insurance", "--name", "Alone"], &admin[..]].concat());
    let key = run(&["key", "add", "--user", "a@example.com", "--name", "alone"]);
    let server = Server::start_with(alone(&root, &data), &workspace);
    let mut api = Client::api(server.address, &key);
    // In Toronto the clocks go forward on 2026-03-08, so that day has 23 hours: 05:00Z to 04:00Z of the next.
    for (title, due_at) in [
        ("before", "2026-03-08T04:59:59Z"),
        ("first", "2026-03-08T05:00:00Z"),
        ("last", "2026-03-09T03:59:59Z"),
        ("after", "2026-03-09T04:00:00Z"),
    ] {
        let answer = api.json("POST", "/api/v1/tasks", &json!({"title": title, "due_at": due_at})).expect("it answers");
        assert_eq!(answer.status, 201, "{}", answer.text());
    }
    let mut titles = |filter: &str| {
        let answer = api.get(&format!("/api/v1/tasks?sort=due_at&filter={}", escape(filter))).expect("it answers");
        assert_eq!(answer.status, 200, "{}", answer.text());
        let list = answer.json()["data"].as_array().cloned().unwrap_or_default();
        list.iter().map(|t| t["title"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(titles("due_at = 2026-03-08"), ["first", "last"]);
    assert_eq!(titles("due_at BETWEEN 2026-03-08 AND 2026-03-09"), ["first", "last", "after"]);
    assert_eq!(titles("due_at < today() + days(100000)").len(), 4);
    drop(server);
    run(&["check"]);
}
