//! Deleting for ever, as a reader of the data directory sees it: no value of the person is left in any table, in the folder
//! of files, or in the search index once that is made anew.

use crate::support::{Workspace, all_bytes, link};
use aventora::records::save::Command;
use aventora::records::{Context, Engine, columns};
use aventora::store::{DATA_FILE, Priority};
use std::path::{Path, PathBuf};

/// Words that only the purged records hold.
const WORDS: [&str; 7] = ["xaverine", "quxville", "otherplace", "zebrastripe", "5550177", "wombatplan", "kumquatfile"];
/// More than a chunk of columns, so that the values are sealed.
const OTHERS: usize = 1_100;

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return all };
    for entry in entries.map(|e| e.unwrap().path()) {
        if entry.is_dir() { all.extend(files(&entry)) } else { all.push(entry) }
    }
    all
}

/// Which words stand in which files, in whatever case.
fn left(dir: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for file in files(dir) {
        // The index may take a file away meanwhile.
        let Ok(bytes) = std::fs::read(&file) else { continue };
        let bytes = bytes.to_ascii_lowercase();
        for word in WORDS {
            if bytes.windows(word.len()).any(|part| part == word.as_bytes()) {
                found.push(format!("{word} in {}", file.strip_prefix(dir).unwrap().display()));
            }
        }
    }
    found
}

fn until(what: &str, done: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if done() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{what} takes too long");
}

fn indexed(engine: &Engine) {
    let search = engine.searching().expect("search is open");
    until("the index", || search.indexed() >= engine.store().last_seq() && search.rebuilding().is_none());
}

#[test]
fn a_purged_person_leaves_no_value_in_any_table_kept_file_or_index() {
    let w = Workspace::new();
    w.engine.open_search(Vec::new()).unwrap();
    let person = w.create(
        &w.admin,
        "contacts",
        &[("first_name", "Xaverine"), ("emails", "xaverine@example.com"), ("phones", "+1 843 555 0177")],
    );
    w.update(&w.admin, person, &[("city", "Quxville"), ("description", &"Zebrastripe ".repeat(60))]);
    w.update(&w.admin, person, &[("city", "Otherplace")]);
    let note = w.create(&w.admin, "notes", &[("title", "Wombatplan"), ("links", &link(person))]);
    let attachment = w.attach(person, "kumquatfile.txt", "the kumquatfile");
    let others = (0..OTHERS).map(|n| Command::Create {
        object: person.object,
        values: w.values("contacts", &[("first_name", &format!("Person {n}")), ("city", "Lund")]),
    });
    w.engine.run_each(&w.admin, others.collect(), Context::default()).unwrap();
    let schema = w.engine.schema();
    w.engine.store().write(Priority::Bulk, move |tx| columns::seal_slice(tx, &schema, 64)).unwrap();
    indexed(&w.engine);
    let before = left(w.dir());
    assert!(before.len() > WORDS.len(), "they are there to be found: {before:?}");

    let held = |w: &Workspace| {
        let told = all_bytes(&w.engine.store().read().unwrap());
        WORDS.into_iter().filter(|word| told.contains(word)).collect::<Vec<_>>()
    };
    assert_eq!(held(&w), WORDS, "and all are in the tables");

    for id in [attachment, note, person] {
        w.run(&w.admin, Command::Purge(id));
    }
    // Sealed columns, change log, index of values: no table holds one of them any more.
    assert!(held(&w).is_empty(), "{:?}", held(&w));
    assert_eq!(w.engine.store().sweep_files().unwrap(), 1);
    let search = w.engine.searching().expect("search is open");
    search.reindex();
    indexed(&w.engine);
    search.stop();
    // The data file's free pages keep old bytes until they are used again; all other files are clean.
    let after: Vec<String> = left(w.dir()).into_iter().filter(|found| !found.ends_with(DATA_FILE)).collect();
    assert!(after.is_empty(), "{after:?}");
}
