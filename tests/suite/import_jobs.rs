//! Imports in the browser: whose they are, that one runs at a time, what a restart tells, and that no file is left behind.

use crate::support::Workspace;
use aventora::base::Error;
use aventora::features::import::job::{Job, Phase};
use aventora::features::import::jobs::Imports;
use aventora::model::{Actor, Role};
use std::path::Path;
use std::sync::Arc;

fn imports(w: &Workspace) -> Arc<Imports> {
    Arc::new(Imports::open(Arc::clone(&w.engine), "US").unwrap())
}

fn file(rows: usize) -> Vec<u8> {
    let row = |n: usize| if n.is_multiple_of(10) { format!("Ada {n},soon\n") } else { format!("Ada {n},1980-02-03\n") };
    format!("First Name,Date of birth\n{}", (1..=rows).map(row).collect::<String>()).into_bytes()
}

/// Waits until nothing is at work on an import.
fn settled(imports: &Imports, actor: &Actor, id: u64) -> Job {
    for _ in 0..6_000 {
        let job = imports.get(actor, id).unwrap();
        if !job.phase.is_busy() && imports.get(actor, id).is_ok() {
            return job;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("the import takes too long");
}

/// Tries and saves a file; the thread may still be writing down how it ended when the phase is told.
fn done(
    imports: &Arc<Imports>,
    actor: &Actor,
    step: impl Fn(&Arc<Imports>) -> aventora::base::Result<()>,
    id: u64,
) -> Job {
    for _ in 0..6_000 {
        match step(imports) {
            Err(Error::Invalid(problems)) if problems[0].code == "busy" => {
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            other => {
                other.unwrap();
                return settled(imports, actor, id);
            }
        }
    }
    panic!("it stays busy");
}

fn uploads(dir: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(dir.join("uploads")) else { return Vec::new() };
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_tried_saved_and_taken_back_and_leaves_only_its_rejected_rows() {
    let w = Workspace::new();
    let imports = imports(&w);
    let job = imports.take(&w.admin, "contacts", "leads.csv", &file(50)[..]).unwrap();
    assert_eq!((job.phase, job.rows), (Phase::Matching, 50));
    let tried = done(&imports, &w.admin, |i| i.check(&w.admin, job.id, Vec::new(), "skip"), job.id);
    assert_eq!((tried.phase, tried.counts.created, tried.counts.rejected), (Phase::Checked, 45, 5));
    assert_eq!(tried.reasons[0].0, 11, "as a spreadsheet counts");
    assert_eq!(tried.blamed.get("Date of birth"), Some(&5));
    assert_eq!(w.engine.last_row(w.object("contacts").id).unwrap().0, 0, "nothing is saved");
    let ran = done(&imports, &w.admin, |i| i.run(&w.admin, job.id), job.id);
    assert_eq!((ran.phase, ran.counts.created, imports.saved(&ran).unwrap()), (Phase::Done, 45, 45));
    let undone = done(&imports, &w.admin, |i| i.undo(&w.admin, job.id), job.id);
    assert_eq!((undone.phase, undone.undone), (Phase::Undone, Some((45, 0))));
    assert_eq!(uploads(w.dir()), [format!("{}.rejected.csv", job.id)]);
    assert!(matches!(imports.run(&w.admin, job.id), Err(Error::Invalid(_))));
}

#[test]
fn an_import_is_its_members_and_only_who_may_import_has_any() {
    let w = Workspace::new();
    let imports = imports(&w);
    let (manager, member) = (w.member("Mia Manager", Role::manager()), w.member("Max Member", Role::member()));
    let job = imports.take(&manager, "contacts", "a.csv", &file(3)[..]).unwrap();
    assert!(imports.get(&w.admin, job.id).is_ok(), "who has the settings sees all");
    assert!(matches!(imports.get(&member, job.id), Err(Error::NotFound)));
    assert!(matches!(imports.take(&member, "contacts", "a.csv", &file(3)[..]), Err(Error::Denied(_))));
    let other = w.member("Moe Manager", Role::manager());
    assert!(matches!(imports.get(&other, job.id), Err(Error::NotFound)));
    assert!(matches!(imports.rejected(&other, job.id), Err(Error::NotFound)));
    assert!(!imports.stop(&manager, job.id).unwrap(), "one that waits is thrown away");
    assert!(uploads(w.dir()).is_empty());
}

#[test]
fn a_file_that_cannot_be_used_is_told_in_a_sentence_and_not_kept() {
    let w = Workspace::new();
    let imports = imports(&w);
    for bad in [&b""[..], b"a@example.com,+1 843 555 0142\n", b"Name,Name\nx,y\n"] {
        assert!(matches!(imports.take(&w.admin, "contacts", "a.csv", bad), Err(Error::Invalid(_))), "{bad:?}");
    }
    assert!(uploads(w.dir()).is_empty());
}

#[test]
fn after_a_restart_what_was_saved_is_told_and_what_waited_is_gone() {
    let w = Workspace::new();
    let (ran, waiting) = {
        let imports = imports(&w);
        let ran = imports.take(&w.admin, "contacts", "a.csv", &file(9)[..]).unwrap().id;
        done(&imports, &w.admin, |i| i.check(&w.admin, ran, Vec::new(), "create"), ran);
        done(&imports, &w.admin, |i| i.run(&w.admin, ran), ran);
        let waiting = imports.take(&w.admin, "contacts", "b.csv", &file(9)[..]).unwrap().id;
        // The thread lets go of the import when it has written down how it ended.
        done(&imports, &w.admin, |i| i.check(&w.admin, waiting, Vec::new(), "skip"), waiting);
        (ran, waiting)
    };
    let imports = imports(&w);
    let job = imports.get(&w.admin, ran).unwrap();
    assert_eq!((job.phase, job.counts.created), (Phase::Done, 9));
    assert!(matches!(imports.get(&w.admin, waiting), Err(Error::NotFound)));
    assert_eq!(uploads(w.dir()), [format!("{ran}.rejected.csv")]);
    assert_eq!(done(&imports, &w.admin, |i| i.undo(&w.admin, ran), ran).undone, Some((9, 0)));
}

#[test]
fn one_runs_at_a_time_and_one_that_is_stopped_says_so_and_can_go_on() {
    let w = Workspace::new();
    let imports = imports(&w);
    let manager = w.member("Mia Manager", Role::manager());
    let long = imports.take(&w.admin, "contacts", "long.csv", &file(10_000)[..]).unwrap();
    let mine = imports.take(&w.admin, "contacts", "mine.csv", &file(3)[..]).unwrap();
    let theirs = imports.take(&manager, "contacts", "theirs.csv", &file(3)[..]).unwrap();
    imports.check(&w.admin, long.id, Vec::new(), "create").unwrap();
    for (actor, id, said) in [
        (&w.admin, mine.id, "Your import of long.csv is running"),
        (&manager, theirs.id, "A colleague's import is running"),
    ] {
        let Err(Error::Invalid(problems)) = imports.check(actor, id, Vec::new(), "skip") else { panic!("{said}") };
        assert_eq!(problems[0].code, "busy");
        assert!(problems[0].message.starts_with(said), "{}", problems[0].message);
    }
    assert!(matches!(imports.stop(&manager, long.id), Err(Error::NotFound)), "only one's own is stopped");
    assert!(imports.stop(&w.admin, long.id).unwrap());
    let stopped = settled(&imports, &w.admin, long.id);
    assert_eq!((stopped.phase, stopped.trouble.as_deref()), (Phase::Matching, Some("It was stopped.")));
    let tried = done(&imports, &w.admin, |i| i.check(&w.admin, mine.id, Vec::new(), "skip"), mine.id);
    assert_eq!((tried.phase, tried.counts.created), (Phase::Checked, 3), "then the next one may run");
    done(&imports, &manager, |i| i.check(&manager, theirs.id, Vec::new(), "skip"), theirs.id);
    // What was saved before the stop is told and can be taken back.
    done(&imports, &w.admin, |i| i.check(&w.admin, long.id, Vec::new(), "create"), long.id);
    for _ in 0..6_000 {
        if imports.run(&w.admin, long.id).is_ok() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    assert!(imports.stop(&w.admin, long.id).unwrap());
    let stopped = settled(&imports, &w.admin, long.id);
    assert_eq!(stopped.phase, Phase::Stopped);
    let saved = imports.saved(&stopped).unwrap();
    assert!(saved < 9_000, "{saved} were saved in spite of the stop");
    assert_eq!(w.engine.last_row(w.object("contacts").id).unwrap().0, saved);
    if stopped.batch.is_some() {
        let undone = done(&imports, &w.admin, |i| i.undo(&w.admin, long.id), long.id);
        assert_eq!((undone.phase, undone.undone), (Phase::Undone, Some((saved, 0))));
    }
}
