//! The real program on a disk that fails: full (a small tmpfs) and broken (`strace` makes a sync fail). Nothing is
//! acknowledged that is not kept, reading goes on, and it recovers without a restart.
//!
//! Both need root and tools that a desktop may lack; `AVENTORA_DISK_TESTS=1` (CI) turns them on.

#[path = "../client/mod.rs"]
mod client;
#[path = "../client/program.rs"]
mod program;

use client::Client;
use program::Server;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn wanted() -> bool {
    let wanted = std::env::var_os("AVENTORA_DISK_TESTS").is_some();
    if !wanted {
        println!("left out: set AVENTORA_DISK_TESTS=1 to mount a tmpfs and inject errors");
    }
    wanted
}

/// A tmpfs of its own, unmounted at the end.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn mount(at: PathBuf, size: &str) -> Self {
        std::fs::create_dir_all(&at).expect("a folder");
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(&at).status();
        assert!(status.is_ok_and(|s| s.success()), "a tmpfs can be mounted (needs root)");
        Self(at)
    }

    /// Leaves `free` bytes.
    fn fill(&self, free: u64) -> PathBuf {
        let ballast = self.0.join("ballast");
        let room = rustix::fs::statvfs(&self.0).expect("it is mounted");
        let room = room.f_bavail * room.f_frsize;
        std::fs::write(&ballast, vec![0; room.saturating_sub(free) as usize]).expect("there is room for it");
        ballast
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// Creates a contact with a long note on it; its id, or the status that refused it.
fn create(api: &mut Client, n: usize) -> Result<String, u16> {
    let body = json!({"first_name": format!("Disk {n}"), "description": "x".repeat(40_000)});
    let response = api.json("POST", "/api/v1/contacts", &body).expect("the server answers");
    match response.status {
        201 => Ok(response.json()["id"].as_str().expect("an id").to_owned()),
        other => Err(other),
    }
}

fn assert_there(api: &mut Client, ids: &[String]) {
    for id in ids {
        let response = api.get(&format!("/api/v1/contacts/{id}")).expect("the server answers");
        assert_eq!(response.status, 200, "contact {id} was acknowledged");
    }
}

/// Tries to save until it works again.
fn recovers(api: &mut Client, ids: &mut Vec<String>) {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        match create(api, 1_000_000) {
            Ok(id) => return ids.push(id),
            Err(status) => assert!(Instant::now() < deadline, "saving still answers {status}"),
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Fills a disk and frees it again. With a guard (`min_free_mb` above 0) the server knows that it can't save; without one
/// each save meets the end of the disk by itself, and the store is reopened after it.
fn full_disk(min_free_mb: &str) {
    let guarded = min_free_mb != "0";
    let folder = tempfile::tempdir().expect("a folder");
    let disk = SmallDisk::mount(folder.path().join("disk"), "96m");
    let data = disk.0.join("data");
    let key = program::workspace(&data, "generic");
    let mut command = Command::new(program::binary());
    command.env("AVENTORA_DATA_MIN_FREE_MB", min_free_mb);
    let server = Server::start_with(command, &data);
    let mut api = Client::api(server.address, &key);
    let mut ids = vec![create(&mut api, 0).expect("there is room")];
    let ballast = disk.fill(4 << 20);
    let mut refused = None;
    for n in 1..2_000 {
        match create(&mut api, n) {
            Ok(id) => ids.push(id),
            Err(status) => {
                refused = Some(status);
                break;
            }
        }
    }
    assert_eq!(refused, Some(507), "a full disk refuses with 507");
    assert_there(&mut api, &ids);
    if guarded {
        assert_eq!(api.get("/readyz").expect("the server answers").status, 503);
    }
    assert_eq!(api.get("/healthz").expect("the server answers").status, 200);
    std::fs::remove_file(ballast).expect("the ballast can go");
    recovers(&mut api, &mut ids);
    assert_there(&mut api, &ids);
    assert_eq!(api.get("/readyz").expect("the server answers").status, 200);
    server.kill();
    program::run_ok(&data, &["check"]);
}

#[test]
fn the_guard_refuses_saves_before_the_disk_is_full_and_they_work_again_after() {
    if wanted() {
        full_disk("2");
    }
}

#[test]
fn a_disk_that_fills_up_under_the_store_loses_nothing_and_recovers() {
    if wanted() {
        full_disk("0");
    }
}

/// The program with the `when`-th `call` failing with EIO.
fn broken(call: &str, when: usize, log: &Path) -> Command {
    let mut command = Command::new("strace");
    command.env("AVENTORA_DATA_MIN_FREE_MB", "0");
    command.args(["-D", "-f", "-qq", "-e", &format!("trace={call}"), "-o"]).arg(log);
    command.args(["-e", &format!("inject={call}:error=EIO:when={when}")]).arg(program::binary());
    command
}

#[test]
fn an_io_error_never_acknowledges_and_saving_works_again() {
    if !wanted() {
        return;
    }
    for (call, when) in [("fdatasync", 30), ("fdatasync", 41), ("pwrite64", 300), ("pwrite64", 411)] {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let key = program::workspace(&data, "generic");
        let server = Server::start_with(broken(call, when, &folder.path().join("strace")), &data);
        let mut api = Client::api(server.address, &key);
        let (mut ids, mut refused) = (Vec::new(), 0);
        for n in 0..150 {
            match create(&mut api, n) {
                Ok(id) => ids.push(id),
                Err(_) => refused += 1,
            }
        }
        recovers(&mut api, &mut ids);
        assert_there(&mut api, &ids);
        println!("{call} {when}: {} saved, {refused} refused", ids.len());
        let injected = std::fs::read_to_string(folder.path().join("strace")).expect("strace wrote its log");
        assert!(injected.contains("(INJECTED)"), "{call} number {when} was never reached");
        server.kill();
        program::run_ok(&data, &["check"]);
    }
}
