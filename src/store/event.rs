//! The change log: append-only, each event carrying the hash of the one before. Bodies lie apart, so that a purge can
//! replace a body by a tombstone that keeps its digest, and the chain still verifies.

use super::{Direction, Reads, Table, log};
use crate::base::clock::Millis;
use crate::base::id::{BatchId, RecordRef, Row, Seq};
use crate::base::{Error, Result};
use std::net::IpAddr;
use std::ops::ControlFlow;

/// An event to append; the store gives it its number, digest and place in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The member who did it; `Row(0)` for the program.
    pub actor: Row,
    /// On whose behalf, where that is somebody else (impersonation); else the same as `actor`.
    pub acting_as: Row,
    /// API name of the role they had.
    pub role: String,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// When.
    pub time: Millis,
    /// Which record; `None` for events of the workspace (sign-in, settings).
    pub record: Option<RecordRef>,
    /// What happened: one byte with a stable meaning, see `records::event::EventKind`.
    pub kind: u8,
    /// What it was done together with; 0 for nothing.
    pub batch: BatchId,
    /// The event that caused it; 0 for none.
    pub cause: Seq,
    /// Old → new, as `records::event` lays it out; at most 64 KiB.
    pub body: Vec<u8>,
}

/// An event as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its number.
    pub seq: Seq,
    /// What was appended; the body is empty here and read apart.
    pub head: NewEvent,
    /// SHA-256 of the body.
    pub digest: [u8; 32],
    /// Hash of the event before it.
    pub previous: [u8; 32],
}

/// The body of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventBody {
    /// What was written.
    Bytes(Vec<u8>),
    /// Purged: the values are gone, the digest stays in the event.
    Purged,
}

/// Bytes of an event's body at most.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Bytes of the role's name in an event at most.
pub const ROLE_BYTES_MAX: usize = 255;

/// The event `seq`; `None` where there is none.
pub fn event(reads: &impl Reads, seq: Seq) -> Result<Option<Event>> {
    match reads.with(Table::Events, &seq.0.to_be_bytes(), |value| log::decode(seq, value))? {
        None => Ok(None),
        Some(Some(event)) => Ok(Some(event)),
        Some(None) => Err(unreadable(seq)),
    }
}

/// The body of event `seq`; `None` where there is no such event.
pub fn event_body(reads: &impl Reads, seq: Seq) -> Result<Option<EventBody>> {
    match reads.with(Table::EventBodies, &seq.0.to_be_bytes(), log::decode_body)? {
        Some(Some(body)) => Ok(Some(body)),
        Some(None) => Err(unreadable(seq)),
        None => {
            let exists = reads.with(Table::Events, &seq.0.to_be_bytes(), |_| ())?.is_some();
            Ok(exists.then(|| EventBody::Bytes(Vec::new())))
        }
    }
}

/// Calls `visit` for every event from `first` on, in order, until it breaks.
pub fn events_from(
    reads: &impl Reads,
    first: Seq,
    mut visit: impl FnMut(Event) -> Result<ControlFlow<()>>,
) -> Result<()> {
    reads.scan(Table::Events, &first.0.to_be_bytes(), &[], Direction::Forward, &mut |key, value| {
        let seq = Seq(super::key::row_at_end(key).0);
        visit(log::decode(seq, value).ok_or_else(|| unreadable(seq))?)
    })
}

fn unreadable(seq: Seq) -> Error {
    Error::Internal(format!("Event {seq} of the change log is unreadable. Please run `aventora check`."))
}
