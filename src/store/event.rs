//! The change log: append-only, each event carrying the hash of the one before. Bodies lie apart, so that a purge can
//! replace a body by a tombstone that keeps its digest, and the chain still verifies.

use crate::base::clock::Millis;
use crate::base::id::{BatchId, RecordRef, Row, Seq};
use std::net::IpAddr;

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
