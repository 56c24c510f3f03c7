//! People at work while a file is brought in: their saves, lists and searches, and what the import itself takes of the
//! processor and of memory. The imported rows are taken back afterwards, so that the kept data stays as large as it was.

use super::budgets::{Table, signed_in};
use super::client::{Client, escape};
use super::measure::{self, Times, get};
use super::program::{self, Server};
use serde_json::json;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Rows of the file.
const ROWS: u64 = 200_000;
/// Companies that its rows name.
const COMPANIES: u64 = 10_000;

fn file(path: &Path) {
    let mut text = String::from("First Name,Last Name,Email,Phone,Company,City,Notes\n");
    for n in 0..ROWS {
        let company = n % COMPANIES;
        let _ = writeln!(
            text,
            "Busy{},Import{n},busy{n}@import.example,+1 416 555 {:04},Busy Firm {company},Toronto,Came with the file",
            n % 900,
            n % 10_000,
        );
    }
    std::fs::write(path, text).expect("a file beside the data");
}

/// Measures while an import runs.
pub fn while_importing(server: &Server, data: &Path, key: &str, contacts: u64, table: &mut Table) {
    let path = data.with_extension("import.csv");
    file(&path);
    let mut import = Command::new(program::binary())
        .args(["import", "--object", "contacts", "--duplicates", "create", "--data"])
        .arg(data)
        .arg(&path)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let (mut page, mut api) = (signed_in(server.address, program::ADMIN), Client::api(server.address, key));
    let (mut saves, mut lists, mut searches, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0.0_f64);
    let began = Instant::now();
    let timed = |samples: &mut Vec<Duration>, request: &mut dyn FnMut()| {
        let start = Instant::now();
        request();
        samples.push(start.elapsed());
    };
    let mut n = 0;
    while import.try_wait().expect("its state can be asked").is_none() {
        n += 1;
        timed(&mut saves, &mut || {
            let body = json!({"city": format!("Busy {n}")});
            let path = format!("/api/v1/contacts/{}", 1 + n * 7_919 % contacts);
            assert!(api.json("PATCH", &path, &body).expect("the server answers").status < 300);
        });
        timed(&mut lists, &mut || {
            drop(get(&mut page, "/contacts?filter=city%20%3D%20%22Toronto%22&sort=-annual_premium"))
        });
        let text = ["ann", "anna ber", "555-01", "Torotno"][n as usize % 4];
        timed(&mut searches, &mut || drop(get(&mut page, &format!("/search/hits?q={}", escape(text)))));
        memory = memory.max(measure::rss_anon_mb(server.child.id()));
    }
    let took = began.elapsed().as_secs_f64();
    let said = std::io::read_to_string(import.stdout.take().expect("its output is piped")).expect("it is text");
    let note = format!("({ROWS} rows in {took:.0} s, {n} rounds)");
    let saves = Times::of(saves);
    table.judge("save while an import runs (p99)", saves, 80.0, saves.p99, note);
    let lists = Times::of(lists);
    table.judge("list while an import runs", lists, 60.0, lists.p95, String::new());
    let searches = Times::of(searches);
    table.judge("search while an import runs", searches, 30.0, searches.p95, String::new());
    table.figure("memory (RssAnon) while an import runs, MB", memory, 256.0, "at most");
    take_back(data, &said);
    let _ = std::fs::remove_file(path);
}

/// Takes the import back by the number that it told.
fn take_back(data: &Path, said: &str) {
    let batch = said.split("--undo ").nth(1).and_then(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    });
    match batch {
        Some(batch) => drop(program::run_ok(data, &["import", "--undo", &batch])),
        None => eprintln!("the import told no number, so it stays: {said}"),
    }
}
