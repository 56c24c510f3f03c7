//! The commands as an operator meets them: exit codes, one clear sentence on stderr, and nothing changed on a mistake.

use crate::server::PASSWORD;
use aventora::store::{DATA_FILE, Options, Priority, Store, Table};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn run(data: &Path, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_aventora"))
        .args(arguments)
        .arg("--data")
        .arg(data)
        .current_dir(data.ancestors().skip(1).find(|p| p.is_dir()).expect("a folder above"))
        .env("AVENTORA_DATA_MIN_FREE_MB", "0")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A command that reads no input may have ended already.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    child.wait_with_output().expect("the program ends")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// One sentence on stderr that has `word` in it, and exit code 1.
fn assert_refused(output: &Output, word: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", err(output));
    // The server notes first that there is no workspace yet.
    let told = err(output).lines().filter(|line| !line.starts_with("NOTE")).collect::<Vec<_>>().join("\n");
    assert!(told.contains(word), "{word}: {told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

/// Commands that open the data, each with what it reads from its input.
const OPENING: [(&[&str], &str); 4] = [
    (&["serve", "--listen", "127.0.0.1:0"], ""),
    (&["init", "--preset", "generic", "--name", "A", "--admin-email", "amy@example.com"], PASSWORD),
    (&["user", "list"], ""),
    (&["check"], ""),
];

fn init(data: &Path) {
    let arguments = ["init", "--preset", "generic", "--name", "Acme", "--admin-email", "amy@example.com"];
    let output = run(data, &arguments, &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{}", err(&output));
}

#[test]
fn a_workspace_is_made_once_and_its_people_and_keys_are_managed() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let again = ["init", "--preset", "generic", "--name", "Acme", "--admin-email", "amy@example.com"];
    let output = run(&data, &again, PASSWORD);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("has a workspace already"), "{}", err(&output));
    let add = ["user", "add", "ben@example.com", "--name", "Ben", "--role", "member", "--password-file", "-"];
    assert!(run(&data, &add, PASSWORD).status.success());
    let listed = out(&run(&data, &["user", "list"], ""));
    assert!(listed.contains("amy@example.com") && listed.contains("ben@example.com"), "{listed}");
    let key = run(&data, &["key", "add", "--user", "ben@example.com", "--name", "script"], "");
    assert_eq!(out(&key).lines().count(), 1, "{}", out(&key));
    assert!(out(&key).starts_with("avk_1_"));
    let listed = out(&run(&data, &["key", "list"], ""));
    assert!(listed.contains("script") && !listed.contains(out(&key).trim()), "{listed}");
    assert!(run(&data, &["key", "revoke", "1"], "").status.success());
    assert!(out(&run(&data, &["key", "list"], "")).contains("revoked"));
    let checked = run(&data, &["check"], "");
    assert!(checked.status.success() && err(&checked).contains("No fault"), "{}", err(&checked));
    assert!(out(&run(&data, &["openapi"], "")).contains("\"/contacts/{id}\""));
}

#[test]
fn mistakes_are_told_in_a_sentence_and_change_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let init_with = |preset: &str, email: &str, password: &str| {
        run(&data, &["init", "--preset", preset, "--name", "Acme", "--admin-email", email], password)
    };
    for (output, word) in [
        (init_with("plumbing", "amy@example.com", PASSWORD), "insurance"),
        (init_with("generic", "nobody", PASSWORD), "e-mail"),
        (init_with("generic", "amy@example.com", "short"), "at least 8"),
        (init_with("generic", "amy@example.com", "password1"), "first that anybody would try"),
        (run(&data, &["user", "list"], ""), "no workspace in"),
        (run(&data, &["check"], ""), "no workspace in"),
        (run(&data, &["config", "check", "--config", "/nowhere.toml"], ""), "can't be read"),
        (run(&data, &["serve", "--listen", "203.0.113.1:80"], ""), "no address of this machine"),
    ] {
        assert_eq!(output.status.code(), Some(1), "{}", err(&output));
        assert!(err(&output).contains(word), "{word}: {}", err(&output));
        assert_eq!(err(&output).trim().lines().count(), 1, "{}", err(&output));
    }
    assert!(!data.exists(), "nothing was made");
    for usage in [vec!["frobnicate"], vec!["serve", "--listen", "x"], vec!["key", "revoke", "x"], vec![]] {
        assert_eq!(run(&data, &usage, "").status.code(), Some(2), "{usage:?}");
    }
    assert_eq!(run(&data, &["version"], "").status.code(), Some(0));
}

#[test]
fn a_port_in_use_is_told_before_the_data_directory_is_touched() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = run(&data, &["serve", "--listen", &address], "");
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("is in use"), "{}", err(&output));
    assert!(!data.exists());
}

#[test]
fn a_broken_preset_file_is_refused_with_its_place() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    std::fs::write(dir.path().join("generic.toml"), "this is = = not toml").expect("written");
    let config = dir.path().join("c.toml");
    std::fs::write(&config, format!("[workspace]\npresets_dir = \"{}\"", dir.path().display())).expect("written");
    let arguments = ["init", "--preset", "generic", "--name", "A", "--admin-email", "amy@example.com", "--config"];
    let output = run(&data, &[&arguments[..], &[config.to_str().expect("plain")]].concat(), PASSWORD);
    assert_eq!(output.status.code(), Some(1));
    assert!(err(&output).contains("generic.toml"), "{}", err(&output));
    assert!(!data.exists());
}

#[test]
fn an_import_brings_rows_in_and_puts_bad_ones_aside() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let file = dir.path().join("people.csv");
    std::fs::write(&file, "First Name,Last Name,Email\nAnn,Ames,ann@x.com\nBad,Mail,not an address\n")
        .expect("written");
    let path = file.to_str().expect("a plain path");
    let output = run(&data, &["import", path, "--object", "contacts"], "");
    assert!(output.status.success(), "{}", err(&output));
    assert!(err(&output).contains("1 created") && err(&output).contains("1 rejected"), "{}", err(&output));
    let rejected = std::fs::read_to_string(dir.path().join("people.csv.rejected.csv")).expect("rejected rows");
    assert!(rejected.contains("Bad,Mail"), "{rejected}");
    assert_eq!(run(&data, &["import", "/nowhere.csv", "--object", "contacts"], "").status.code(), Some(1));
    assert_eq!(run(&data, &["import", path, "--object", "spoons"], "").status.code(), Some(1));
}

#[test]
fn a_data_directory_in_use_is_told_and_left_as_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    // Another process (this one) has it open, and no socket to ask through.
    let store = Store::open(Options { min_free_bytes: 0, ..Options::new(&data) }).expect("it opens");
    for (arguments, input) in OPENING {
        assert_refused(&run(&data, arguments, input), "is in use by another process");
    }
    drop(store);
    assert!(out(&run(&data, &["user", "list"], "")).contains("amy@example.com"));
}

#[test]
fn a_data_directory_that_cant_be_written_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("file");
    std::fs::write(&file, "something else").expect("written");
    for data in [file.clone(), file.join("below")] {
        for (arguments, input) in &OPENING[..2] {
            assert_refused(&run(&data, arguments, input), "it is not a directory");
        }
    }
    assert_eq!(std::fs::read(&file).expect("read"), b"something else");
    // Somebody else's file in its place.
    let data = dir.path().join("data");
    std::fs::create_dir(&data).expect("made");
    std::fs::write(data.join(DATA_FILE), "something else").expect("written");
    for (arguments, input) in OPENING {
        assert_refused(&run(&data, arguments, input), "is not a data file of Aventora");
    }
    assert_eq!(std::fs::read(data.join(DATA_FILE)).expect("read"), b"something else");
    if !rustix::process::geteuid().is_root() {
        use std::os::unix::fs::PermissionsExt;
        let closed = dir.path().join("closed");
        std::fs::create_dir(&closed).expect("made");
        std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o500)).expect("closed");
        assert_refused(&run(&closed, OPENING[0].0, ""), "permission denied");
    }
}

#[test]
fn data_of_a_newer_version_is_refused_and_left_as_it_is() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let store = Store::open(Options { min_free_bytes: 0, ..Options::new(&data) }).expect("it opens");
    let newer = store.write(Priority::People, |tx| {
        tx.put(Table::Meta, b"format", &99_u32.to_be_bytes());
        Ok(())
    });
    newer.expect("written");
    store.close();
    drop(store);
    let before = std::fs::read(data.join(DATA_FILE)).expect("read");
    for (arguments, input) in OPENING {
        assert_refused(&run(&data, arguments, input), "was written by a newer Aventora");
    }
    assert!(std::fs::read(data.join(DATA_FILE)).expect("read") == before, "not a byte is changed");
}

#[test]
fn an_import_is_taken_back_by_the_number_that_it_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let file = dir.path().join("people.csv");
    std::fs::write(&file, "First Name,Email,Company\nAnn,ann@x.com,Acme\nBob,bob@x.com,\n").expect("written");
    let path = file.to_str().expect("a plain path");
    let told = err(&run(&data, &["import", path, "--object", "contacts"], ""));
    let numbers: Vec<&str> = told.split("--undo ").skip(1).filter_map(|rest| rest.split('`').next()).collect();
    assert_eq!(numbers.len(), 2, "told before the first row and at the end: {told}");
    assert_eq!(numbers[0], numbers[1]);
    let undone = run(&data, &["import", "--undo", numbers[0]], "");
    assert!(undone.status.success() && err(&undone).contains("3 changes were taken back"), "{}", err(&undone));
    let again = run(&data, &["import", "--undo", numbers[0]], "");
    assert!(err(&again).contains("0 changes were taken back"), "{}", err(&again));
    assert_refused(&run(&data, &["import", "--undo", "999"], ""), "There is no batch 999");
    for usage in [&["import", "--undo", "x"][..], &["import", path], &["import", path, "--undo", "1"], &["import"]] {
        assert_eq!(run(&data, usage, "").status.code(), Some(2), "{usage:?}");
    }
}

#[test]
fn an_import_that_breaks_off_tells_how_to_take_back_what_was_saved() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let mut rows = "First Name,Email,City\n".to_owned();
    (0..2_000).for_each(|n| rows.push_str(&format!("Ann {n},ann{n}@example.com,Lund\n")));
    rows.push_str("Open,open@example.com,\"Lund\n");
    rows.push_str(&"x".repeat(9 * 1024 * 1024));
    let file = dir.path().join("people.csv");
    std::fs::write(&file, rows).expect("written");
    let output = run(&data, &["import", file.to_str().expect("a plain path"), "--object", "contacts"], "");
    assert_eq!(output.status.code(), Some(1));
    let told = err(&output);
    assert!(told.contains("quote"), "{told}");
    let number = told.split("--undo ").nth(1).and_then(|rest| rest.split('`').next()).expect("the batch's number");
    let undone = err(&run(&data, &["import", "--undo", number], ""));
    let reverted: u64 = undone.split(" changes").next().and_then(|n| n.lines().last()?.parse().ok()).expect("a number");
    assert!((1..=2_000).contains(&reverted), "{undone}");
}

#[test]
fn a_check_tells_the_end_of_the_change_log_and_a_later_one_finds_a_log_that_was_rewritten() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    init(&data);
    let head = out(&run(&data, &["check"], "")).trim().to_owned();
    let add = ["user", "add", "ben@example.com", "--name", "Ben", "--role", "member", "--password-file", "-"];
    assert!(run(&data, &add, PASSWORD).status.success());
    let since = run(&data, &["check", "--since", &head], "");
    assert!(since.status.success() && err(&since).contains("still holds event"), "{}", err(&since));
    assert_ne!(out(&since).trim(), head, "the log has grown");
    let kept = dir.path().join("kept.log");
    std::fs::write(&kept, format!("INFO the end of the change log head={head}\n")).expect("a file");
    let file = kept.to_str().expect("a plain path");
    assert!(run(&data, &["check", "--since", file], "").status.success());

    let (seq, hash) = head.split_once(':').expect("a number and a hash");
    let forged = format!("{seq}:{}", hash.chars().rev().collect::<String>());
    let refused = run(&data, &["check", "--since", &forged], "");
    assert!(out(&refused).contains("the change log was rewritten"), "{}", out(&refused));
    assert!(refused.status.code() == Some(1) && err(&refused).contains("1 fault was found"), "{}", err(&refused));
    let refused = run(&data, &["check", "--since", &format!("999999:{hash}")], "");
    assert!(out(&refused).contains("the change log ends before it"), "{}", out(&refused));
    assert_refused(&run(&data, &["check", "--since", "yesterday"], ""), "is no end of a change log");
    std::fs::write(&kept, "nothing").expect("a file");
    assert_refused(&run(&data, &["check", "--since", file], ""), "holds no end of a change log");
}
