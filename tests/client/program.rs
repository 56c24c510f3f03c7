//! The real program, started for a test on a data directory of its own, and ended with it.
#![allow(dead_code, reason = "each test binary that includes this file uses its own part of it")]

use super::client::Client;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

/// Password of everybody who signs in in a test.
pub const PASSWORD: &str = "correct horse battery staple";
/// The admin of [`workspace`].
pub const ADMIN: &str = "admin@example.com";
/// A rep who sees only what is theirs; see [`add_walled`].
pub const WALLED: &str = "walled@example.com";

/// The binary under test: `AVENTORA_BIN` (CI's one release build), else the one cargo built for this test.
pub fn binary() -> PathBuf {
    std::env::var_os("AVENTORA_BIN").map_or_else(|| PathBuf::from(env!("CARGO_BIN_EXE_aventora")), PathBuf::from)
}

/// Runs a command to its end.
pub fn run(data: &Path, arguments: &[&str]) -> Output {
    Command::new(binary())
        .args(arguments)
        .arg("--data")
        .arg(data)
        .env("AVENTORA_API_REQUESTS_PER_MINUTE", "0")
        .env("AVENTORA_DATA_MIN_FREE_MB", "0")
        .stdin(Stdio::null())
        .output()
        .expect("the program starts")
}

/// Runs a command that must succeed and gives its standard output.
pub fn run_ok(data: &Path, arguments: &[&str]) -> String {
    let output = run(data, arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "aventora {arguments:?} failed: {errors}");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Makes a workspace and gives an API key of its admin.
pub fn workspace(data: &Path, preset: &str) -> String {
    let password = password_file(data);
    let admin = ["--admin-email", ADMIN, "--admin-password-file", password.as_str()];
    run_ok(data, &[&["init", "--preset", preset, "--name", "Test"], &admin[..]].concat());
    key(data)
}

/// Adds an API key of the admin and gives it.
pub fn key(data: &Path) -> String {
    run_ok(data, &["key", "add", "--user", ADMIN, "--name", "test"])
}

/// Adds the member who sees only their own records.
pub fn add_walled(data: &Path) {
    let (password, role) = (password_file(data), ["--role", "own_rep", "--name", "Walled Rep"]);
    run_ok(data, &[&["user", "add", WALLED, "--password-file", password.as_str()], &role[..]].concat());
}

fn password_file(data: &Path) -> String {
    let path = data.with_extension("password");
    std::fs::write(&path, format!("{PASSWORD}\n")).expect("a file beside the data directory");
    path.to_str().expect("a plain path").to_owned()
}

/// A running server.
pub struct Server {
    pub address: SocketAddr,
    pub child: Child,
}

impl Server {
    /// Starts `serve` on a free port and waits until it can serve.
    pub fn start(data: &Path) -> Self {
        let mut command = Command::new(binary());
        command.env("AVENTORA_DATA_MIN_FREE_MB", "0");
        Self::start_with(command, data)
    }

    /// The same through `command`, which may wrap the program (strace).
    pub fn start_with(mut command: Command, data: &Path) -> Self {
        let address = free_address();
        command.arg("serve").arg("--listen").arg(address.to_string()).arg("--data").arg(data);
        command.env("AVENTORA_API_REQUESTS_PER_MINUTE", "0").env("AVENTORA_LOG_LEVEL", "warn");
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let mut server = Self { address, child: child.expect("the program starts") };
        let errors = server.child.stderr.take().expect("standard error is piped");
        std::thread::spawn(move || {
            for line in BufReader::new(errors).lines().map_while(Result::ok) {
                eprintln!("server: {line}");
            }
        });
        server.wait_ready();
        server
    }

    fn wait_ready(&mut self) {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = Client::new(self.address, &[]).get("/readyz");
            if answer.is_ok_and(|r| r.status == 200) {
                return;
            }
            let ended = self.child.try_wait().expect("its state can be asked");
            assert!(ended.is_none() && Instant::now() < deadline, "the server is not ready: {ended:?}");
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends it the hard way: SIGKILL.
    pub fn kill(mut self) {
        self.child.kill().expect("it can be killed");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("it has an address")
}
