//! Requests that must not be done twice: what was done under a key is remembered for a day, in the transaction that did it.
//! Not the answer is kept but the records it told of, so nothing of a purged person stays here.
//!
//! Value: time i64, digest of the request (32 bytes), then object u16 and row u64 for each record; all big-endian.

use super::Once;
use crate::base::clock::Millis;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::{Error, Result};
use crate::store::{Direction, Priority, Reads, Store, Table, WriteTx};
use sha2::{Digest, Sha256};
use std::ops::ControlFlow;

/// A key is remembered for so long, milliseconds.
pub const KEPT_MS: i64 = 24 * 3_600_000;
const HEAD: usize = 40;
const RECORD: usize = 10;

/// What was done under a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// Whether the request was the same.
    pub same: bool,
    /// The records it told of, in order.
    pub records: Vec<RecordRef>,
}

impl Once {
    /// The mark of a form that a member sends to `place`: the same one with the same content is the same request. `None` where the form
    /// carries no token (`once`).
    pub fn of_form(member: Row, place: &str, pairs: &[(String, String)]) -> Option<Self> {
        pairs.iter().find(|(name, text)| name == "once" && !text.is_empty())?;
        let mut digest = Sha256::new().chain_update(b"form").chain_update(member.0.to_be_bytes()).chain_update(place);
        for (name, text) in pairs {
            for piece in [name, text] {
                digest = digest.chain_update((piece.len() as u64).to_be_bytes()).chain_update(piece);
            }
        }
        let key: [u8; 32] = digest.finalize().into();
        Some(Self { key, request: key })
    }
}

/// What was done under this key in the last day; `None` for nothing.
pub(crate) fn before(reads: &impl Reads, once: &Once, now: Millis) -> Result<Option<Before>> {
    let Some(bytes) = reads.get(Table::Idempotency, &once.key)? else { return Ok(None) };
    let (Some((time, rest)), true) = (bytes.split_first_chunk::<8>(), bytes.len() >= HEAD) else { return Ok(None) };
    if now - i64::from_be_bytes(*time) > KEPT_MS {
        return Ok(None);
    }
    let (request, records) = rest.split_at(HEAD - 8);
    let records = records.chunks_exact(RECORD).map(|r| {
        let (mut object, mut row) = ([0; 2], [0; 8]);
        object.copy_from_slice(&r[..2]);
        row.copy_from_slice(&r[2..]);
        RecordRef::new(ObjectId(u16::from_be_bytes(object)), Row(u64::from_be_bytes(row)))
    });
    Ok(Some(Before { same: request == once.request, records: records.collect() }))
}

/// Refuses what is being done, or was done, under the same key a moment ago.
pub(crate) fn refuse_twice(tx: &WriteTx<'_>, once: Option<&Once>, now: Millis) -> Result<()> {
    match once {
        Some(once) if before(tx, once, now)?.is_some() => Err(Error::Conflict {
            field: "Idempotency-Key".into(),
            message: "A request with this Idempotency-Key has just been done; send it again to get its answer.".into(),
        }),
        _ => Ok(()),
    }
}

/// Remembers what was done.
pub(crate) fn remember(tx: &mut WriteTx<'_>, once: &Once, now: Millis, records: impl Iterator<Item = RecordRef>) {
    let mut bytes = Vec::with_capacity(HEAD + RECORD);
    bytes.extend_from_slice(&now.to_be_bytes());
    bytes.extend_from_slice(&once.request);
    for id in records {
        bytes.extend_from_slice(&id.object.0.to_be_bytes());
        bytes.extend_from_slice(&id.row.0.to_be_bytes());
    }
    tx.put(Table::Idempotency, &once.key, &bytes);
}

/// Forgets keys older than a day, some at a time; gives their number.
pub(crate) fn forget_old(store: &Store, now: Millis) -> Result<usize> {
    const AT_ONCE: usize = 1_000;
    let mut old: Vec<Vec<u8>> = Vec::new();
    store.read()?.scan(Table::Idempotency, &[], &[], Direction::Forward, &mut |key, value| {
        let time = value.first_chunk::<8>().map_or(0, |t| i64::from_be_bytes(*t));
        if now - time > KEPT_MS {
            old.push(key.to_vec());
        }
        Ok(if old.len() < AT_ONCE { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    let count = old.len();
    if count > 0 {
        store.write(Priority::Bulk, move |tx| {
            old.iter().for_each(|key| tx.delete(Table::Idempotency, key));
            Ok(())
        })?;
    }
    Ok(count)
}
