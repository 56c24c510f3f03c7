//! Commands while a server runs: they reach it through its socket, do what they would do alone, and the server's answers show
//! it at once. And its end: what is in flight finishes first.

#[path = "../client/mod.rs"]
mod client;
#[path = "../client/program.rs"]
mod program;

use client::Client;
use program::{ADMIN, Server};
use serde_json::json;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};

/// Rows of the file that is brought in; enough for more than one slice.
const ROWS: usize = 3_000;
/// A server that is told to end has ended after so long.
const END_MAX: Duration = Duration::from_secs(10);

/// Runs a command that must succeed; gives its standard error.
fn notes(data: &Path, arguments: &[&str]) -> String {
    let output = program::run(data, arguments);
    let notes = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {notes}");
    notes
}

fn contacts(api: &mut Client) -> u64 {
    api.get("/api/v1/contacts?limit=1").expect("an answer").json()["total"].as_u64().expect("a total")
}

/// Tells the server to end, as `kill` does.
fn terminate(server: &Server) {
    let id = i32::try_from(server.child.id()).ok().and_then(rustix::process::Pid::from_raw).expect("a process");
    rustix::process::kill_process(id, rustix::process::Signal::TERM).expect("it can be told");
}

/// Waits for its end; gives whether it ended well.
fn ended(mut server: Server) -> bool {
    let told = Instant::now();
    loop {
        if let Some(status) = server.child.try_wait().expect("its state can be asked") {
            return status.success();
        }
        assert!(told.elapsed() < END_MAX, "it did not end in time");
        std::thread::sleep(Duration::from_millis(10));
    }
}

#[test]
fn commands_reach_the_running_server_through_its_socket() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let key = program::workspace(&data, "generic");
    let server = Server::start(&data);
    let mut api = Client::api(server.address, &key);

    let mut people = "First Name,Last Name,Email,Company\n".to_owned();
    for n in 0..ROWS {
        people.push_str(&format!("Ann {n},Lee,ann{n}@example.com,Company {}\n", n % 20));
    }
    people.push_str("Bad,Mail,not an address,Acme\nRagged,Row\n");
    let file = folder.path().join("people.csv");
    std::fs::write(&file, people).expect("written");
    let path = file.to_str().expect("a plain path");
    let told = notes(&data, &["import", path, "--object", "contacts"]);
    assert!(told.contains(&format!("{ROWS} created")) && told.contains("2 rejected"), "{told}");
    assert!(told.contains("Importing: ") && told.contains("100 %"), "progress comes back: {told}");
    let rejected = std::fs::read_to_string(folder.path().join("people.csv.rejected.csv")).expect("rejected rows");
    assert!(rejected.contains("Bad,Mail") && rejected.contains("Ragged,Row"), "{rejected}");
    assert_eq!(contacts(&mut api), ROWS as u64);

    let batch = told.split("--undo ").nth(1).and_then(|rest| rest.split('`').next()).expect("the batch's number");
    let told = notes(&data, &["import", "--undo", batch]);
    assert!(told.contains(&format!("{} changes were taken back, 0 were left", ROWS + 20)), "{told}");
    assert_eq!(contacts(&mut api), 0);

    let bad = program::run(&data, &["import", path, "--object", "spoons"]);
    let told = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(bad.status.code() == Some(1) && told.contains("no object \"spoons\""), "{told}");

    assert!(notes(&data, &["check"]).contains("No fault was found"));
    assert!(notes(&data, &["reindex"]).contains("made anew"));
    program::add_walled(&data);
    assert!(program::run_ok(&data, &["user", "list"]).contains(program::WALLED));
    let key = program::run_ok(&data, &["key", "add", "--user", program::WALLED, "--name", "w"]);
    let mut walled = Client::api(server.address, &key);
    assert_eq!(walled.get("/api/v1/contacts").expect("an answer").status, 200, "the key is good at once");
    program::run_ok(&data, &["key", "revoke", "2"]);
    assert_eq!(walled.get("/api/v1/contacts").expect("an answer").status, 401, "and at once no more");

    // A second server is refused, and harms nothing.
    let second = program::run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    let told = String::from_utf8_lossy(&second.stderr).into_owned();
    assert!(second.status.code() == Some(1) && told.contains("is in use by another process"), "{told}");
    assert!(program::run_ok(&data, &["user", "list"]).contains(ADMIN), "the socket is still the first one's");
    terminate(&server);
    assert!(ended(server));
    assert!(!data.join("socket").exists());
    assert!(notes(&data, &["check"]).contains("No fault was found"), "alone, once the server has ended");
}

/// Sends a batch's head and the first part of its body; the rest is for later.
fn begin(address: SocketAddr, key: &str, body: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_read_timeout(Some(END_MAX)).expect("a timeout");
    let head = format!(
        "POST /api/v1/contacts/batch HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).expect("sent");
    stream.write_all(&body[..body.len() / 2]).expect("sent");
    stream
}

#[test]
fn a_request_in_flight_finishes_when_the_server_is_told_to_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let key = program::workspace(&data, "generic");
    let server = Server::start(&data);
    let rows: Vec<_> =
        (0..1_000).map(|n| json!({"first_name": format!("Slow {n}"), "description": "x".repeat(500)})).collect();
    let body = json!({ "data": rows }).to_string().into_bytes();
    let mut stream = begin(server.address, &key, &body);
    // It has been read by a worker before the server is told.
    std::thread::sleep(Duration::from_millis(300));
    terminate(&server);
    std::thread::sleep(Duration::from_millis(300));
    stream.write_all(&body[body.len() / 2..]).expect("the server still reads");
    let mut answer = String::new();
    let _ = std::io::Read::read_to_string(&mut stream, &mut answer);
    assert!(answer.starts_with("HTTP/1.1 200"), "{:.300}", answer);
    assert!(ended(server));
    let server = Server::start(&data);
    assert_eq!(contacts(&mut Client::api(server.address, &key)), 1_000);
}

#[test]
fn an_import_in_flight_is_kept_up_to_where_the_server_ended_and_can_be_taken_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let key = program::workspace(&data, "generic");
    let server = Server::start(&data);
    // A pipe as the file: the import can't be over before the server is told to end.
    let pipe = folder.path().join("people.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|s| s.success()), "a pipe can be made");
    let path = pipe.to_str().expect("a plain path").to_owned();
    let inside = data.clone();
    let command = std::thread::spawn(move || program::run(&inside, &["import", &path, "--object", "contacts"]));
    let mut file = std::fs::OpenOptions::new().write(true).open(&pipe).expect("the command reads it");
    file.write_all(b"First Name,Email\n").expect("written");
    for n in 0..ROWS {
        file.write_all(format!("Ann {n},ann{n}@example.com\n").as_bytes()).expect("written");
    }
    let mut api = Client::api(server.address, &key);
    let begun = Instant::now();
    while contacts(&mut api) == 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "nothing comes in");
        std::thread::sleep(Duration::from_millis(20));
    }
    terminate(&server);
    assert!(ended(server));
    drop(file);
    let output = command.join().expect("it ends");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("connection to the server was lost"), "{told}");
    let batch = told.split("--undo ").nth(1).and_then(|rest| rest.split('`').next()).expect("the batch's number");
    notes(&data, &["import", "--undo", batch]);
    let server = Server::start(&data);
    assert_eq!(contacts(&mut Client::api(server.address, &key)), 0);
}
