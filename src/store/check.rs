//! What is wrong with a data directory, in sentences. Checking reads through one snapshot and changes nothing.

use super::codec::RecordView;
use super::disk::Shadow;
use super::{Direction, Head, Reads, Store, Table, blobs, chain, folder, key};
use crate::base::Result;
use std::fmt;
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// Length of a timeline entry's key.
const TIMELINE_KEY: usize = 18;
/// Memory for pages while redb looks at all of them, in bytes.
const CHECK_CACHE: usize = 64 << 20;
/// Findings of one kind at most: a torn disk would otherwise fill the screen.
pub(super) const FINDINGS_MAX: usize = 1_000;

/// One thing that is not as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: an event, a record, a file.
    pub place: String,
    /// What is wrong with it, a sentence.
    pub message: String,
}

impl Finding {
    /// A finding.
    pub fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

impl Store {
    /// Looks at everything this row keeps: records, the change log (from a `known` head where one is given), timelines
    /// and files. Reads one snapshot and changes nothing; a part that is too broken to be read is a finding, not an end.
    pub fn check(&self, known: Option<&Head>) -> Result<Vec<Finding>> {
        let reads = self.read()?;
        let mut findings = guarded("records", || records(&reads));
        findings.extend(guarded("change log", || chain::verify_chain(&reads, known)));
        findings.extend(guarded("timelines", || timelines(&reads)));
        findings.extend(guarded("files", || files(&reads, self.dir())));
        Ok(findings)
    }
}

/// Runs a part of a check. redb may panic on a damaged page, and one part's end must not hide the others' findings.
pub fn guarded(part: &str, check: impl FnOnce() -> Result<Vec<Finding>>) -> Vec<Finding> {
    match catch_unwind(AssertUnwindSafe(check)) {
        Ok(Ok(findings)) => findings,
        Ok(Err(e)) => vec![Finding::new(part, format!("They can't be read to the end: {e}"))],
        Err(_) => vec![Finding::new(part, "They can't be read to the end: the data file is damaged.")],
    }
}

/// Lets redb look at the pages of a data file that nobody has open, without changing a byte of it.
pub fn check_pages(dir: &Path) -> Vec<Finding> {
    guarded("data file", || {
        let file = folder::data_file(dir);
        let shadow = Shadow::open(&file).map_err(|e| folder::trouble(&file, &e))?;
        let opened = redb::Database::builder().set_cache_size(CHECK_CACHE).create_with_backend(shadow);
        let mut database = opened.map_err(|e| folder::opening(dir, e))?;
        match database.check_integrity() {
            Ok(true) => Ok(Vec::new()),
            Ok(false) => Ok(vec![Finding::new("data file", "Its pages are not in order.")]),
            Err(e) => Err(folder::opening(dir, e)),
        }
    })
}

fn records(reads: &impl Reads) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    reads.scan(Table::Records, &[], &[], Direction::Forward, &mut |key, value| {
        if !RecordView::parse(value).is_ok_and(|view| view.is_sound()) {
            findings.push(Finding::new(record_place(key), "Its bytes are not the ones that were written."));
        }
        Ok(until_enough(&findings))
    })?;
    Ok(findings)
}

fn timelines(reads: &impl Reads) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    reads.scan(Table::Timeline, &[], &[], Direction::Forward, &mut |key, _| {
        if key.len() != TIMELINE_KEY {
            findings.push(Finding::new("timeline", "An entry's key is unreadable."));
            return Ok(until_enough(&findings));
        }
        let seq = key::seq_of_timeline(key);
        if reads.with(Table::Events, &seq.0.to_be_bytes(), |_| ())?.is_none() {
            let message = format!("Its timeline points to event {seq}, which is not in the change log.");
            findings.push(Finding::new(record_place(key), message));
        }
        Ok(until_enough(&findings))
    })?;
    Ok(findings)
}

fn files(reads: &impl Reads, dir: &Path) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    blobs::damaged(reads, dir, |name, what| findings.push(Finding::new(format!("file {name}"), what)))?;
    Ok(findings)
}

fn record_place(key: &[u8]) -> String {
    match key.split_first_chunk::<2>() {
        Some((object, row)) if row.len() >= 8 => {
            let row = key::row_at_end(&row[..8]);
            format!("record {row} of object {}", u16::from_be_bytes(*object))
        }
        _ => "record with an unreadable key".into(),
    }
}

fn until_enough(findings: &[Finding]) -> ControlFlow<()> {
    if findings.len() < FINDINGS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{FieldId, ObjectId, RecordRef, Row, Seq};
    use crate::store::codec::RecordBytes;
    use crate::store::{Options, Priority};

    fn store() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Options { min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
        let arrived = store.put_file(&b"hello"[..], 10).unwrap();
        store
            .write(Priority::People, move |tx| {
                for row in 1..=3 {
                    let record = RecordBytes::build(1, 0, [(FieldId(1), 1, b"Ada")])?;
                    tx.put(Table::Records, &key::record(RecordRef::new(ObjectId(2), Row(row))), &record);
                }
                tx.keep_file(&arrived, "text/plain")
            })
            .unwrap();
        (dir, store)
    }

    fn check(store: &Store) -> Vec<String> {
        store.check(None).unwrap().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn sound_data_has_no_findings() {
        let (dir, store) = store();
        assert_eq!(check(&store), [""; 0]);
        drop(store);
        assert_eq!(check_pages(dir.path()), []);
    }

    #[test]
    fn a_damaged_record_a_stray_timeline_entry_and_a_changed_file_are_named() {
        let (dir, store) = store();
        store
            .write(Priority::People, |tx| {
                let record = key::record(RecordRef::new(ObjectId(2), Row(2)));
                let mut bytes = tx.get(Table::Records, &record)?.unwrap_or_default();
                *bytes.last_mut().unwrap() ^= 1;
                tx.put(Table::Records, &record, &bytes);
                tx.put(Table::Timeline, &key::timeline(RecordRef::new(ObjectId(2), Row(1)), Seq(5)), b"");
                Ok(())
            })
            .unwrap();
        let file = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
        std::fs::write(dir.path().join("files/2c").join(file), b"hellO").unwrap();
        assert_eq!(
            check(&store),
            [
                "record 2 of object 2: Its bytes are not the ones that were written.",
                "record 1 of object 2: Its timeline points to event 5, which is not in the change log.",
                &format!("file {file}: Its bytes were changed after they arrived."),
            ]
        );
        std::fs::remove_file(dir.path().join("files/2c").join(file)).unwrap();
        assert!(check(&store)[2].contains("Its bytes are missing"));
    }

    #[test]
    fn a_check_that_panics_is_a_finding() {
        let findings = guarded("records", || panic!("as redb does on a damaged page"));
        assert_eq!(findings[0].to_string(), "records: They can't be read to the end: the data file is damaged.");
    }

    /// Where the data lies a flipped byte is found, elsewhere (old pages, empty ones) it may be harmless; nowhere does it
    /// end the program.
    #[test]
    fn a_flipped_byte_is_found_and_never_ends_the_program() {
        const NEEDLE: &[u8] = b"Countess of Lovelace";
        let (dir, store) = store();
        store
            .write(Priority::People, |tx| {
                let record = RecordBytes::build(1, 0, [(FieldId(1), 1, NEEDLE.repeat(100))])?;
                tx.put(Table::Records, &key::record(RecordRef::new(ObjectId(2), Row(9))), &record);
                Ok(())
            })
            .unwrap();
        drop(store);
        let file = folder::data_file(dir.path());
        let sound = std::fs::read(&file).unwrap();
        let data = sound.windows(NEEDLE.len()).position(|window| window == NEEDLE).unwrap();
        let used: Vec<usize> = (0..sound.len()).filter(|&at| sound[at] != 0).collect();
        let anywhere = used.iter().step_by(used.len() / 12 + 1).map(|&at| (at, false));
        for (at, must_be_found) in anywhere.chain((0..8).map(|n| (data + n * 199, true))) {
            let mut bytes = sound.clone();
            bytes[at] ^= 0x55;
            std::fs::write(&file, &bytes).unwrap();
            let pages = check_pages(dir.path());
            let options = Options { min_free_bytes: 0, read_only: true, ..Options::new(dir.path()) };
            let content = guarded("data", || Store::open(options)?.check(None));
            assert!(!must_be_found || !(pages.is_empty() || content.is_empty()), "byte {at}: {pages:?}, {content:?}");
            assert!(std::fs::read(&file).unwrap() == bytes, "checking changes nothing");
        }
    }
}
