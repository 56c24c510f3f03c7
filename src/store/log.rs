//! The change log's bytes and its chain. An event's hash is SHA-256 over the hash of the event before it, its number and
//! its head, which holds the digest of its body; so a body can be purged and the chain still verifies, while no head,
//! body or order can be changed unseen. Events are appended by [`WriteTx::append_event`] and never rewritten.
//!
//! Event 1 stands on 32 zero bytes. The value of an event is the hash before it, then its head:
//! version u8 (1), actor u64, acting as u64, time i64, kind u8, batch u64, cause u64, digest [32],
//! record (0, or 1 with object u16 and row u64), address (0, or 4 or 6 with its bytes), role (length u8, bytes);
//! all numbers big-endian. A body is 1 and its bytes, or 0 alone once purged; an empty body is not stored.

use super::event::{BODY_BYTES_MAX, ROLE_BYTES_MAX};
use super::{Event, EventBody, NewEvent, Reads, Table, WriteTx};
use crate::base::id::{BatchId, ObjectId, RecordRef, Row, Seq};
use crate::base::{Error, Result};
use sha2::{Digest, Sha256};
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Where `META` keeps the end of the chain.
pub(super) const META_CHAIN: &[u8] = b"chain";

/// Version of the event's bytes.
const EVENT_VERSION: u8 = 1;
const BODY_PURGED: u8 = 0;
const BODY_BYTES: u8 = 1;

/// The end of the chain: the last event and its hash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Head {
    /// Number of the last event; 0 for none.
    pub seq: Seq,
    /// Its hash; zeros for none.
    pub hash: [u8; 32],
}

/// Hexadecimal digits of a hash.
const HASH_DIGITS: usize = 64;

/// `SEQ:HASH`, as an operator keeps it.
impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.seq)?;
        self.hash.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Head {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        parse_shown(text.trim()).ok_or_else(|| {
            let message = format!("\"{text}\" is no end of a change log; it is a number, a colon and 64 hexadecimal digits, as `aventora check` prints it at its end.");
            Error::invalid("since", "syntax", message)
        })
    }
}

fn parse_shown(text: &str) -> Option<Head> {
    let (seq, digits) = text.split_once(':')?;
    let well_formed = digits.len() == HASH_DIGITS && digits.bytes().all(|d| d.is_ascii_hexdigit());
    let numbered = !seq.is_empty() && seq.bytes().all(|d| d.is_ascii_digit());
    if !well_formed || !numbered {
        return None;
    }
    let mut hash = [0; 32];
    for (byte, at) in hash.iter_mut().zip((0..HASH_DIGITS).step_by(2)) {
        *byte = u8::from_str_radix(&digits[at..at + 2], 16).ok()?;
    }
    Some(Head { seq: Seq(seq.parse().ok()?), hash })
}

impl Head {
    /// The last head that stands in a text, such as a log or the kept end of a check; `None` where there is none.
    pub fn last_in(text: &str) -> Option<Self> {
        let word = |c: char| c == ':' || c.is_ascii_alphanumeric();
        text.rsplit(|c| !word(c)).find_map(parse_shown)
    }
}

/// The end of the chain, as `META` keeps it.
pub fn head(reads: &impl Reads) -> Result<Head> {
    match reads.with(Table::Meta, META_CHAIN, parse_head)? {
        None => Ok(Head::default()),
        Some(head) => head,
    }
}

/// Reads the bytes of [`head_bytes`].
pub(super) fn parse_head(bytes: &[u8]) -> Result<Head> {
    let parsed = bytes
        .split_first_chunk::<8>()
        .and_then(|(seq, hash)| Some(Head { seq: Seq(u64::from_be_bytes(*seq)), hash: hash.try_into().ok()? }));
    parsed
        .ok_or_else(|| Error::Internal("The end of the change log is unreadable. Please run `aventora check`.".into()))
}

/// The bytes `META` keeps for the end of the chain.
pub(super) fn head_bytes(head: &Head) -> [u8; 40] {
    let mut bytes = [0; 40];
    bytes[..8].copy_from_slice(&head.seq.0.to_be_bytes());
    bytes[8..].copy_from_slice(&head.hash);
    bytes
}

/// SHA-256 of a body.
pub fn digest(body: &[u8]) -> [u8; 32] {
    Sha256::digest(body).into()
}

/// The hash of the event `seq` with this value (the hash before it, then its head).
pub(super) fn hash(seq: Seq, value: &[u8]) -> [u8; 32] {
    let (previous, head) = value.split_at(value.len().min(32));
    let mut hasher = Sha256::new();
    hasher.update(previous);
    hasher.update(seq.0.to_be_bytes());
    hasher.update(head);
    hasher.finalize().into()
}

/// The value stored for an event.
pub(super) fn encode(event: &NewEvent, digest: &[u8; 32], previous: &[u8; 32]) -> Vec<u8> {
    let mut out = Vec::with_capacity(160);
    out.extend_from_slice(previous);
    out.push(EVENT_VERSION);
    out.extend_from_slice(&event.actor.0.to_be_bytes());
    out.extend_from_slice(&event.acting_as.0.to_be_bytes());
    out.extend_from_slice(&event.time.to_be_bytes());
    out.push(event.kind);
    out.extend_from_slice(&event.batch.0.to_be_bytes());
    out.extend_from_slice(&event.cause.0.to_be_bytes());
    out.extend_from_slice(digest);
    match event.record {
        None => out.push(0),
        Some(record) => {
            out.push(1);
            out.extend_from_slice(&record.object.0.to_be_bytes());
            out.extend_from_slice(&record.row.0.to_be_bytes());
        }
    }
    match event.address {
        None => out.push(0),
        Some(IpAddr::V4(address)) => {
            out.push(4);
            out.extend_from_slice(&address.octets());
        }
        Some(IpAddr::V6(address)) => {
            out.push(6);
            out.extend_from_slice(&address.octets());
        }
    }
    out.push(event.role.len() as u8);
    out.extend_from_slice(event.role.as_bytes());
    out
}

/// Reads the value stored for event `seq`; `None` where it is not an event.
pub(super) fn decode(seq: Seq, value: &[u8]) -> Option<Event> {
    let mut rest = value;
    let previous = take::<32>(&mut rest)?;
    if take::<1>(&mut rest)? != [EVENT_VERSION] {
        return None;
    }
    let actor = Row(u64::from_be_bytes(take(&mut rest)?));
    let acting_as = Row(u64::from_be_bytes(take(&mut rest)?));
    let time = i64::from_be_bytes(take(&mut rest)?);
    let [kind] = take(&mut rest)?;
    let batch = BatchId(u64::from_be_bytes(take(&mut rest)?));
    let cause = Seq(u64::from_be_bytes(take(&mut rest)?));
    let digest = take::<32>(&mut rest)?;
    let record = match take(&mut rest)? {
        [0] => None,
        [1] => {
            let object = ObjectId(u16::from_be_bytes(take(&mut rest)?));
            Some(RecordRef::new(object, Row(u64::from_be_bytes(take(&mut rest)?))))
        }
        _ => return None,
    };
    let address = match take(&mut rest)? {
        [0] => None,
        [4] => Some(IpAddr::from(take::<4>(&mut rest)?)),
        [6] => Some(IpAddr::from(take::<16>(&mut rest)?)),
        _ => return None,
    };
    let [role_len] = take(&mut rest)?;
    if rest.len() != usize::from(role_len) {
        return None;
    }
    let role = std::str::from_utf8(rest).ok()?.to_owned();
    let head = NewEvent { actor, acting_as, role, address, time, record, kind, batch, cause, body: Vec::new() };
    Some(Event { seq, head, digest, previous })
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (first, after) = rest.split_first_chunk::<N>()?;
    *rest = after;
    Some(*first)
}

/// Reads a stored body; `None` where it is not one.
pub(super) fn decode_body(value: &[u8]) -> Option<EventBody> {
    match value.split_first()? {
        (&BODY_BYTES, bytes) => Some(EventBody::Bytes(bytes.to_vec())),
        (&BODY_PURGED, []) => Some(EventBody::Purged),
        _ => None,
    }
}

impl WriteTx<'_> {
    /// Appends an event and gives it its number. [`Error::Internal`] where its body or role is too long.
    pub fn append_event(&mut self, event: NewEvent) -> Result<Seq> {
        if event.body.len() > BODY_BYTES_MAX || event.role.len() > ROLE_BYTES_MAX {
            return Err(Error::Internal(format!(
                "an event's body ({} bytes) or role ({} bytes) is too long",
                event.body.len(),
                event.role.len()
            )));
        }
        let seq = Seq(self.head.seq.0 + 1);
        let key = seq.0.to_be_bytes();
        let value = encode(&event, &digest(&event.body), &self.head.hash);
        self.put(Table::Events, &key, &value);
        if !event.body.is_empty() {
            let mut body = Vec::with_capacity(event.body.len() + 1);
            body.push(BODY_BYTES);
            body.extend_from_slice(&event.body);
            self.put(Table::EventBodies, &key, &body);
        }
        self.head = Head { seq, hash: hash(seq, &value) };
        Ok(seq)
    }

    /// Replaces the body of an event by a tombstone; its digest stays in the event, so the chain still verifies.
    /// An event without a body stays as it is.
    pub fn purge_event_body(&mut self, seq: Seq) -> Result<()> {
        let key = seq.0.to_be_bytes();
        if self.with(Table::EventBodies, &key, |_| ())?.is_some() {
            self.put(Table::EventBodies, &key, &[BODY_PURGED]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_shown_as_it_is_read() {
        let head = Head { seq: Seq(1_204), hash: std::array::from_fn(|i| i as u8 * 7) };
        let shown = head.to_string();
        assert!(shown.starts_with("1204:00070e"), "{shown}");
        assert_eq!(shown.parse::<Head>().unwrap(), head);
        assert_eq!(format!(" {shown}\n").parse::<Head>().unwrap(), head);
        for wrong in ["", "7", "x:00", "7:00", ":", &shown[..shown.len() - 1], &shown[4..], &format!("+{shown}")] {
            assert!(wrong.parse::<Head>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_last_head_in_a_log_is_found() {
        let heads = [1, 2].map(|n| Head { seq: Seq(n), hash: [n as u8; 32] });
        let log = format!("12:30 INFO \"head\":\"{}\"\n12:40:11 head={} of the log.\nat 5:6", heads[0], heads[1]);
        assert_eq!(Head::last_in(&log), Some(heads[1].clone()));
        assert_eq!(Head::last_in("12:30 INFO nothing"), None);
    }
}
