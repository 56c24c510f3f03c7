//! `aventora compact` as a reader of the data directory sees it: no byte of any file holds a value of a purged person, as
//! it was written or folded, and everything else is as it was.

use crate::support::{Workspace, link};
use aventora::base::Error;
use aventora::features::import::jobs::Imports;
use aventora::records::save::Command;
use aventora::store::chain_head;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::sync::Arc;

/// What only the purged person has: name, e-mail, phone, a word of a note, of a file's name and bytes; also without accents.
const TRACES: [&str; 8] =
    ["Xäverine", "xaverine", "Øyquist", "oyquist", "xav@quxville.example", "8435550177", "wombatplan", "kumquatfile"];

fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Which traces stand in which files, in whatever case of ASCII letters.
fn left(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(dir) {
        let bytes = std::fs::read(&file).unwrap().to_ascii_lowercase();
        for trace in TRACES {
            let trace = trace.to_ascii_lowercase();
            if bytes.windows(trace.len()).any(|part| part == trace.as_bytes()) {
                found.push(format!("{trace} in {}", file.strip_prefix(dir).unwrap().display()));
            }
        }
    }
    found
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_aventora"));
    command.args(arguments).arg("--data").arg(dir).env("AVENTORA_DATA_MIN_FREE_MB", "0").output().unwrap()
}

/// A workspace that knew a person, their note and their file, and was told to forget them for ever.
fn with_a_purged_person() -> Workspace {
    let w = Workspace::new();
    let search = w.engine.open_search(Vec::new()).unwrap();
    let person = w.create(
        &w.admin,
        "contacts",
        &[
            ("first_name", "Xäverine"),
            ("last_name", "Øyquist"),
            ("emails", "xav@quxville.example"),
            ("phones", "+1 843 555 0177"),
        ],
    );
    let note = w.create(&w.admin, "notes", &[("title", "Wombatplan"), ("links", &link(person))]);
    let attachment = w.attach(person, "kumquatfile.txt", "the kumquatfile");
    // An upload that broke off.
    let incoming = w.dir().join("files/incoming");
    std::fs::write(incoming.join("17-3"), "half a kumquatfile").unwrap();
    for n in 0..50 {
        w.create(&w.admin, "contacts", &[("first_name", &format!("Person {n}")), ("city", "Lund")]);
    }
    // The index has them when they go, so their words lie in a segment of it.
    while search.indexed() < w.engine.store().last_seq() || search.rebuilding().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    for id in [attachment, note, person] {
        w.run(&w.admin, Command::Purge(id));
    }
    search.stop();
    with_an_import_that_rejected_them(&w);
    w
}

/// An import in the browser, of which one row is saved and the other, theirs, can't be used.
fn with_an_import_that_rejected_them(w: &Workspace) {
    let imports = Arc::new(Imports::open(Arc::clone(&w.engine), "US").unwrap());
    let file = "First Name,Email,Date of birth\nXäverine,xav@quxville.example,wombatplan\nAnn,ann@x.com,1980-02-03\n";
    let id = imports.take(&w.admin, "contacts", "Xaverine.csv", file.as_bytes()).unwrap().id;
    let ended = |begun: &dyn Fn() -> Result<(), Error>| {
        // The thread of the step before lets go a moment after it told its end.
        while let Err(error) = begun() {
            assert!(matches!(&error, Error::Invalid(problems) if problems[0].code == "busy"), "{error:?}");
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        while imports.get(&w.admin, id).unwrap().phase.is_busy() {
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
    };
    ended(&|| imports.check(&w.admin, id, Vec::new(), "create"));
    ended(&|| imports.run(&w.admin, id));
    let job = imports.get(&w.admin, id).unwrap();
    assert_eq!((job.counts.created, job.counts.rejected), (1, 1), "{job:?}");
    while Arc::strong_count(&imports) > 1 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(left(&w.dir().join("uploads")).len() >= 3, "its rejected rows are kept");
}

#[test]
fn after_compact_no_byte_of_the_data_directory_tells_of_a_purged_person() {
    let w = with_a_purged_person();
    let head = chain_head(&w.engine.store().read().unwrap()).unwrap();
    let before = left(w.dir());
    let in_data_file = before.iter().filter(|found| found.ends_with("aventora.redb")).count();
    assert!(in_data_file >= 4 && before.len() > in_data_file, "they are there to be found: {before:?}");

    let refused = run(w.dir(), &["compact"]);
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && told.contains("in use by another process"), "{told}");
    assert_eq!(left(w.dir()), before, "nothing was changed");

    let dir = w.close();
    let done = run(dir.path(), &["compact"]);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(left(dir.path()), [""; 0]);
    let checked = run(dir.path(), &["check", "--since", &head.to_string()]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    assert_eq!(String::from_utf8_lossy(&checked.stdout).trim(), head.to_string(), "the change log is the same");
    let said = String::from_utf8_lossy(&done.stderr).into_owned() + &String::from_utf8_lossy(&done.stdout);
    assert!(said.contains("file names of imports (1) were removed"), "{said}");
    assert!(files(&dir.path().join("uploads")).is_empty());
    let again = run(dir.path(), &["compact"]);
    assert!(again.status.success(), "{}", String::from_utf8_lossy(&again.stderr));
}
