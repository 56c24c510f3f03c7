//! The index is disposable: whatever happens to it, the records are found again, and what was saved is found at once.

use super::search::{Records, doc, find, opened, rows, settled, with_people, with_some_people};
use aventora::base::id::Seq;
use aventora::model::object::standard::CONTACTS;
use aventora::records::search::index::{Index, Place};
use aventora::records::search::typed::Typed;
use aventora::records::search::{Search, Source};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() { all.extend(files(&entry)) } else { all.push(entry) }
    }
    all.sort();
    all
}

fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let target = to.join(file.strip_prefix(from).unwrap());
        std::fs::create_dir_all(target.parent().unwrap()).unwrap();
        std::fs::copy(&file, target).unwrap();
    }
}

const ASKED: [&str; 5] = ["evelyn", "marlowe", "garcia ma", "@example3.com", "nakamrua"];

fn answers(search: &Search) -> Vec<Vec<u64>> {
    ASKED.iter().map(|text| rows(search, text)).collect()
}

#[test]
fn an_index_with_a_damaged_file_is_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_some_people(400);
    let search = opened(dir.path(), &records);
    let expected = answers(&search);
    search.stop();
    let all = files(dir.path());
    assert!(all.len() > 5, "{all:?}");
    for file in &all {
        for damage in ["deleted", "truncated", "garbled"] {
            let broken = tempfile::tempdir().unwrap();
            copy(dir.path(), broken.path());
            let file = broken.path().join(file.strip_prefix(dir.path()).unwrap());
            let mut bytes = std::fs::read(&file).unwrap();
            match damage {
                "deleted" => std::fs::remove_file(&file).unwrap(),
                "truncated" => std::fs::write(&file, &bytes[..bytes.len() / 2]).unwrap(),
                _ => {
                    bytes.iter_mut().skip(8).step_by(17).for_each(|b| *b ^= 0x55);
                    std::fs::write(&file, &bytes).unwrap();
                }
            }
            let search = Search::open(broken.path(), records.clone()).unwrap();
            // Up meanwhile: an answer, whole or in part.
            let _ = search.find(&Typed::new("evelyn"), &[CONTACTS], 20, &|_, _| true).unwrap();
            search.wait_until_checked();
            settled(&search, &records);
            assert_eq!(answers(&search), expected, "{damage} {}", file.display());
        }
    }
}

#[test]
fn an_index_of_another_shape_or_another_log_is_built_anew() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    let expected = answers(&opened(dir.path(), &records));
    records.reshape();
    assert_eq!(answers(&opened(dir.path(), &records)), expected);
    let other = Arc::new(Records::default());
    other.put(doc(CONTACTS, 1, "Evelyn Marlowe"));
    assert_eq!(rows(&opened(dir.path(), &other), "evelyn"), [1]);
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "the old ones are gone");
}

#[test]
fn the_index_is_built_anew_when_the_data_model_changes_while_it_answers() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_some_people(300);
    let search = opened(dir.path(), &records);
    records.reshape_with(doc(CONTACTS, 7, "Quentin Newlabel"));
    for _ in 0..3_000 {
        if rows(&search, "newlabel") == [7] {
            return;
        }
        records.wait(records.last(), Duration::from_millis(10));
    }
    panic!("it still answers what it was");
}

#[test]
fn a_save_is_found_at_once_and_a_trashed_record_is_gone_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    let search = opened(dir.path(), &records);
    for round in 0..20 {
        let new = doc(CONTACTS, 9_000 + round, &format!("Quentin Uniquename{round}"));
        records.put(new.clone());
        let typed = format!("uniquename{round}");
        assert_eq!(rows(&search, &typed), [9_000 + round]);
        records
            .put(aventora::records::search::doc::SearchDoc { title: format!("Quentin Other{round}"), ..new.clone() });
        assert_eq!(rows(&search, &typed), [] as [u64; 0]);
        assert_eq!(rows(&search, &format!("other{round}")), [9_000 + round]);
        records.trash(new.id);
        assert_eq!(rows(&search, &format!("other{round}")), [] as [u64; 0]);
    }
    settled(&search, &records);
    assert!(find(&search, "quentin").is_empty());
}

#[test]
fn nothing_is_lost_where_the_program_ends_before_a_commit() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    drop(opened(dir.path(), &records));
    for round in 0..10 {
        let search = Search::open(dir.path(), records.clone()).unwrap();
        for i in 0..50 {
            records.put(doc(CONTACTS, 10_000 + round * 50 + i, &format!("Lost{round}x{i} Found")));
        }
        // Dropped at once: whatever was committed by then, the rest is read from the log.
        drop(search);
    }
    let search = Search::open(dir.path(), records.clone()).unwrap();
    for (round, i) in [(0, 0), (4, 49), (9, 49), (9, 0)] {
        assert_eq!(rows(&search, &format!("lost{round}x{i}")), [10_000 + round * 50 + i]);
    }
    settled(&search, &records);
    assert_eq!(search.documents(), 5_500);
}

#[test]
fn an_index_at_rest_has_few_segments_and_has_lost_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let index = Index::create(dir.path()).unwrap();
    let place = |seq| Place { seq: Seq(seq), mark: 1, shape: 1, whole: true };
    for part in 1..=15 {
        let docs: Vec<_> = (0..10).map(|i| doc(CONTACTS, part * 10 + i, "Evelyn Marlowe")).collect();
        index.change(&[], &docs).unwrap();
        index.commit(place(part)).unwrap();
    }
    index.condense(&|| false).unwrap();
    // Meanwhile one is changed and one goes.
    let (changed, gone) = (doc(CONTACTS, 17, "Quentin Changed"), doc(CONTACTS, 23, ""));
    index.change(&[changed.id, gone.id], &[changed]).unwrap();
    index.commit(place(16)).unwrap();
    index.rest(&|| false).unwrap();
    index.condense(&|| false).unwrap();
    index.rest(&|| false).unwrap();
    assert!(index.segments().len() <= 3, "{}", index.segments().len());
    assert_eq!(index.documents(), 149);
    drop(index);
    let (_, opened) = Index::open(dir.path()).unwrap().unwrap();
    assert_eq!(opened, place(16));
}

#[test]
fn a_new_index_is_built_beside_the_one_that_answers() {
    let dir = tempfile::tempdir().unwrap();
    let records = with_people();
    let search = opened(dir.path(), &records);
    let expected = answers(&search);
    search.reindex();
    let mut round = 0;
    while search.rebuilding().is_some() {
        assert_eq!(answers(&search), expected);
        round += 1;
        records.put(doc(CONTACTS, 20_000, &format!("Meanwhile{round}")));
        assert_eq!(rows(&search, &format!("meanwhile{round}")), [20_000]);
    }
    assert!(round > 0);
    settled(&search, &records);
    assert_eq!(rows(&search, &format!("meanwhile{round}")), [20_000]);
    assert_eq!(search.documents(), 5_001);
    assert_eq!(records.last(), search.indexed());
}
