//! Verifying the change log: every event stands on the one before it, every body has the digest its event names, and
//! the end is the one that was last written. Who holds a head from before (a backup, a log line) also finds a log that
//! was rewritten as a whole.

use super::check::{FINDINGS_MAX, Finding};
use super::log::{self, Head};
use super::{Direction, EventBody, Reads, Table, key};
use crate::base::Result;
use crate::base::id::Seq;
use std::ops::ControlFlow;

/// The end of the chain: the last event's number and hash, which backups and the daily log line carry.
pub fn chain_head(reads: &impl Reads) -> Result<Head> {
    log::head(reads)
}

/// What is wrong with the change log, from its first event. Where a head is `known` from before, its event must still be
/// the same: without one, a log that was written anew as a whole looks sound.
pub fn verify_chain(reads: &impl Reads, known: Option<&Head>) -> Result<Vec<Finding>> {
    let mut walk = Walk { reads, known, before: None, expected: Seq(1), findings: Vec::new() };
    reads.scan(Table::Events, &[], &[], Direction::Forward, &mut |key, value| {
        walk.event(Seq(key::row_at_end(key).0), value)?;
        Ok(if walk.findings.len() < FINDINGS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    if walk.findings.len() < FINDINGS_MAX {
        walk.end()?;
        walk.stray_bodies()?;
    }
    Ok(walk.findings)
}

struct Walk<'a, R> {
    reads: &'a R,
    known: Option<&'a Head>,
    before: Option<Head>,
    expected: Seq,
    findings: Vec<Finding>,
}

impl<R: Reads> Walk<'_, R> {
    fn find(&mut self, seq: Seq, message: &str) {
        self.findings.push(Finding::new(format!("event {seq}"), message));
    }

    fn event(&mut self, seq: Seq, value: &[u8]) -> Result<()> {
        if seq != self.expected {
            self.find(self.expected, "It is missing from the change log.");
        }
        let previous = value.get(..32).unwrap_or_default();
        let stands_on_it = match &self.before {
            Some(before) => before.hash == previous,
            None => seq != Seq(1) || previous == [0; 32],
        };
        if seq == self.expected && !stands_on_it {
            let changed = if seq.0 > 1 { Seq(seq.0 - 1) } else { seq };
            self.find(changed, "It was changed after it was written: the event after it carries another hash.");
        }
        match log::decode(seq, value) {
            None => self.find(seq, "It is unreadable."),
            Some(event) => self.body(seq, &event.digest)?,
        }
        let here = Head { seq, hash: log::hash(seq, value) };
        if self.known.is_some_and(|known| known.seq == seq && known.hash != here.hash) {
            self.find(seq, "It is not the event that the known head names: the change log was rewritten.");
        }
        self.before = Some(here);
        self.expected = Seq(seq.0 + 1);
        Ok(())
    }

    fn body(&mut self, seq: Seq, digest: &[u8; 32]) -> Result<()> {
        let sound = match self.reads.with(Table::EventBodies, &seq.0.to_be_bytes(), log::decode_body)? {
            Some(Some(EventBody::Bytes(bytes))) => log::digest(&bytes) == *digest,
            Some(Some(EventBody::Purged)) => true,
            Some(None) => false,
            None => log::digest(&[]) == *digest,
        };
        if !sound {
            self.find(seq, "Its body was changed or removed after it was written.");
        }
        Ok(())
    }

    fn end(&mut self) -> Result<()> {
        let last = self.before.clone().unwrap_or_default();
        let written = log::head(self.reads)?;
        if let Some(known) = self.known
            && known.seq > last.seq
        {
            self.find(known.seq, "The known head names it, but the change log ends before it.");
        } else if written.seq > last.seq {
            self.find(Seq(last.seq.0 + 1), &format!("It and all after it, up to {}, are missing.", written.seq));
        } else if written != last {
            self.find(last.seq, "It is not the event that was written last.");
        }
        Ok(())
    }

    fn stray_bodies(&mut self) -> Result<()> {
        let mut strays = Vec::new();
        self.reads.scan(Table::EventBodies, &[], &[], Direction::Forward, &mut |key, _| {
            if self.reads.with(Table::Events, key, |_| ())?.is_none() {
                strays.push(Seq(key::row_at_end(key).0));
            }
            Ok(if strays.len() < FINDINGS_MAX { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        for seq in strays {
            self.find(seq, "It has a body but is not in the change log.");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::{BatchId, ObjectId, RecordRef, Row};
    use crate::store::{NewEvent, Options, Priority, Store, WriteTx, event, event_body, events_from};

    fn new_event(n: u64) -> NewEvent {
        NewEvent {
            actor: Row(n),
            acting_as: Row(2),
            role: "admin".into(),
            address: Some("192.0.2.1".parse().unwrap()),
            time: 5,
            record: Some(RecordRef::new(ObjectId(2), Row(9))),
            kind: 3,
            batch: BatchId(4),
            cause: Seq(6),
            body: format!("body of {n}").into_bytes(),
        }
    }

    fn log_of_five() -> (tempfile::TempDir, Store) {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(Options { min_free_bytes: 0, ..Options::new(dir.path()) }).unwrap();
        change(&store, |tx| (1..=5).try_for_each(|n| tx.append_event(new_event(n)).map(drop)));
        (dir, store)
    }

    fn change(store: &Store, f: impl FnOnce(&mut WriteTx<'_>) -> Result<()> + Send + 'static) {
        store.write(Priority::People, f).unwrap();
    }

    fn findings(store: &Store, known: Option<&Head>) -> Vec<String> {
        verify_chain(&store.read().unwrap(), known).unwrap().iter().map(ToString::to_string).collect()
    }

    fn key_of(seq: u64) -> [u8; 8] {
        seq.to_be_bytes()
    }

    /// Format 1: these bytes must be read for ever.
    #[test]
    fn an_event_has_the_bytes_of_format_1() {
        let mut literal = vec![7; 32]; // hash of the event before
        literal.extend([1, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 5]);
        literal.extend([3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 6]);
        literal.extend([9; 32]); // digest of the body
        literal.extend([1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 9, 4, 192, 0, 2, 1, 5]);
        literal.extend(b"admin");
        assert_eq!(log::encode(&new_event(8), &[9; 32], &[7; 32]), literal);
        let event = log::decode(Seq(1), &literal).unwrap();
        assert_eq!(event.head, NewEvent { body: Vec::new(), ..new_event(8) });
        assert_eq!((event.digest, event.previous), ([9; 32], [7; 32]));
        for len in 0..literal.len() {
            assert_eq!(log::decode(Seq(1), &literal[..len]), None);
        }
    }

    #[test]
    fn events_are_read_as_they_were_appended() {
        let (_dir, store) = log_of_five();
        let reads = store.read().unwrap();
        assert_eq!(event(&reads, Seq(3)).unwrap().unwrap().head, NewEvent { body: Vec::new(), ..new_event(3) });
        assert_eq!(event_body(&reads, Seq(3)).unwrap(), Some(EventBody::Bytes(b"body of 3".to_vec())));
        assert_eq!(event_body(&reads, Seq(6)).unwrap(), None);
        let mut seen = Vec::new();
        events_from(&reads, Seq(4), |event| {
            seen.push(event.seq.0);
            Ok(ControlFlow::Continue(()))
        })
        .unwrap();
        assert_eq!(seen, [4, 5]);
    }

    #[test]
    fn an_untouched_log_verifies_from_its_start_and_from_any_known_head() {
        let (_dir, store) = log_of_five();
        let known = chain_head(&store.read().unwrap()).unwrap();
        change(&store, |tx| tx.append_event(new_event(6)).map(drop));
        assert_eq!(findings(&store, None), [""; 0]);
        assert_eq!(findings(&store, Some(&known)), [""; 0]);
        assert_eq!(findings(&store, Some(&Head::default())), [""; 0]);
    }

    #[test]
    fn an_edited_head_is_found_wherever_it_stands() {
        for seq in 1..=5 {
            let (_dir, store) = log_of_five();
            change(&store, move |tx| {
                let mut value = tx.get(Table::Events, &key_of(seq))?.unwrap();
                value[40] ^= 1; // another actor
                tx.put(Table::Events, &key_of(seq), &value);
                Ok(())
            });
            let found = findings(&store, None);
            assert!(found.len() == 1 && found[0].starts_with(&format!("event {seq}:")), "{found:?}");
        }
    }

    #[test]
    fn a_known_head_hides_nothing_that_stands_before_it() {
        let (_dir, store) = log_of_five();
        let known = chain_head(&store.read().unwrap()).unwrap();
        change(&store, |tx| {
            tx.put(Table::EventBodies, &key_of(2), b"\x01other");
            Ok(())
        });
        assert_eq!(findings(&store, Some(&known)).len(), 1);
    }

    #[test]
    fn an_edited_or_removed_body_is_found() {
        let (_dir, store) = log_of_five();
        change(&store, |tx| {
            tx.put(Table::EventBodies, &key_of(2), b"\x01other");
            tx.delete(Table::EventBodies, &key_of(4));
            tx.put(Table::EventBodies, &key_of(9), b"\x01stray");
            Ok(())
        });
        let found = findings(&store, None);
        assert_eq!(found.iter().map(|f| &f[..7]).collect::<Vec<_>>(), ["event 2", "event 4", "event 9"]);
    }

    #[test]
    fn a_removed_event_is_found() {
        let (_dir, store) = log_of_five();
        change(&store, |tx| {
            tx.delete(Table::Events, &key_of(3));
            tx.delete(Table::EventBodies, &key_of(3));
            Ok(())
        });
        assert_eq!(findings(&store, None), ["event 3: It is missing from the change log."]);
    }

    #[test]
    fn a_removed_tail_is_found_even_where_the_end_was_forged_by_a_known_head() {
        let (_dir, store) = log_of_five();
        let known = chain_head(&store.read().unwrap()).unwrap();
        change(&store, |tx| {
            for seq in [4, 5] {
                tx.delete(Table::Events, &key_of(seq));
                tx.delete(Table::EventBodies, &key_of(seq));
            }
            Ok(())
        });
        assert_eq!(findings(&store, None), ["event 4: It and all after it, up to 5, are missing."]);
        change(&store, |tx| {
            let third = tx.get(Table::Events, &key_of(3))?.unwrap();
            tx.head = Head { seq: Seq(3), hash: log::hash(Seq(3), &third) };
            tx.put(Table::Settings, b"x", b"");
            Ok(())
        });
        assert_eq!(findings(&store, None), [""; 0], "nothing in the file tells it any more");
        let found = findings(&store, Some(&known));
        assert_eq!(found, ["event 5: The known head names it, but the change log ends before it."]);
    }

    #[test]
    fn a_recomputed_chain_is_found_by_a_known_head() {
        let (_dir, store) = log_of_five();
        let known = chain_head(&store.read().unwrap()).unwrap();
        change(&store, |tx| {
            tx.head = Head::default();
            (1..=5).try_for_each(|n| {
                let actor = if n == 2 { Row(99) } else { Row(n) };
                tx.append_event(NewEvent { actor, ..new_event(n) }).map(drop)
            })
        });
        assert_eq!(findings(&store, None), [""; 0], "nothing in the file tells it");
        let found = findings(&store, Some(&known));
        assert!(found[0].contains("the change log was rewritten"), "{found:?}");
    }

    #[test]
    fn a_purged_body_is_gone_and_the_chain_still_verifies() {
        let (_dir, store) = log_of_five();
        change(&store, |tx| tx.purge_event_body(Seq(2)));
        let reads = store.read().unwrap();
        assert_eq!(event_body(&reads, Seq(2)).unwrap(), Some(EventBody::Purged));
        assert_eq!(findings(&store, None), [""; 0]);
    }

    #[test]
    fn a_body_that_is_too_long_is_refused() {
        let (_dir, store) = log_of_five();
        let body = vec![0; crate::store::event::BODY_BYTES_MAX + 1];
        let refused = store.write(Priority::People, |tx| tx.append_event(NewEvent { body, ..new_event(6) }));
        assert!(refused.is_err());
        assert_eq!(store.last_seq(), Seq(5));
    }
}
