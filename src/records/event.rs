//! What an event says and how its body is laid out: for every changed field the value before and after. A create carries
//! no values. Long text is kept as the part that differs; what does not fit into a body is left out and said to be. The
//! chain, numbers and digests are the store's; nothing here writes.
//!
//! Body: version byte 1, then per field: id u16, form u8, length u32, payload. Form 0 is (before, after) in full; form 1 is
//! two texts by common head and tail, the differing middles and a checksum of the text after; form 2 says only that the
//! field changed.

use crate::base::clock::Millis;
use crate::base::id::{BatchId, FieldId, RecordRef, Seq};
use crate::base::{Error, Result};
use crate::model::{Actor, ActorKind, Value};
use crate::records::Context;
use crate::store::NewEvent;

/// Bytes of an event's body at most.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Texts longer than this are kept as a difference.
const DIFF_FROM_BYTES: usize = 200;
/// Bytes of the text after the change that a difference keeps; more is in the record itself.
const DIFF_AFTER_BYTES_MAX: usize = 2_000;
const BODY_VERSION: u8 = 1;

/// What happened to a record. The numbers are part of format 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum EventKind {
    /// Made.
    Created = 1,
    /// Fields changed.
    Updated = 2,
    /// Moved to the trash.
    Trashed = 3,
    /// Taken out of the trash.
    Restored = 4,
    /// Deleted for ever.
    Purged = 5,
    /// Made by an import.
    Imported = 6,
    /// Another record was linked to this one or let go; stands in the timeline of the one linked.
    Linked = 7,
}

impl EventKind {
    /// The kind of this number; `None` for events that are not about records.
    pub fn from_byte(byte: u8) -> Option<Self> {
        [Self::Created, Self::Updated, Self::Trashed, Self::Restored, Self::Purged, Self::Imported, Self::Linked]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }

    /// The API's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Trashed => "trashed",
            Self::Restored => "restored",
            Self::Purged => "purged",
            Self::Imported => "imported",
            Self::Linked => "linked",
        }
    }
}

/// One changed field, as a body keeps it.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// Both values in full.
    Full {
        /// Before.
        from: Option<Value>,
        /// After.
        to: Option<Value>,
    },
    /// Two texts by what differs.
    Diff {
        /// Bytes both begin with.
        head: usize,
        /// Bytes both end with.
        tail: usize,
        /// What stood between, before.
        from: String,
        /// What stands between, after; cut at [`DIFF_AFTER_BYTES_MAX`].
        to: String,
        /// crc32 of the whole text after.
        after: u32,
    },
    /// Changed; the values were too large to keep.
    Large,
}

impl Written {
    /// The change of a field from one value to another.
    pub fn of(from: Option<&Value>, to: Option<&Value>) -> Self {
        let text = |v: Option<&Value>| match v {
            Some(Value::Text(text)) => Some(text.clone()),
            None => Some(String::new()),
            Some(_) => None,
        };
        let long = |v: Option<&Value>| matches!(v, Some(Value::Text(t)) if t.len() > DIFF_FROM_BYTES);
        if let (true, Some(a), Some(b)) = (long(from) || long(to), text(from), text(to)) {
            return Self::diff(&a, &b);
        }
        Self::Full { from: from.cloned(), to: to.cloned() }
    }

    fn diff(from: &str, to: &str) -> Self {
        let mut head = from.bytes().zip(to.bytes()).take_while(|(a, b)| a == b).count();
        while !(from.is_char_boundary(head) && to.is_char_boundary(head)) {
            head -= 1;
        }
        let room = from.len().min(to.len()) - head;
        let mut tail = from.bytes().rev().zip(to.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
        while !(from.is_char_boundary(from.len() - tail) && to.is_char_boundary(to.len() - tail)) {
            tail -= 1;
        }
        let mut end = (to.len() - tail).min(head + DIFF_AFTER_BYTES_MAX);
        while !to.is_char_boundary(end) {
            end -= 1;
        }
        Self::Diff {
            head,
            tail,
            from: from[head..from.len() - tail].to_owned(),
            to: to[head..end].to_owned(),
            after: crc32fast::hash(to.as_bytes()),
        }
    }

    /// Whether `now` is still what this change wrote, and so can be taken back.
    pub fn still(&self, now: Option<&Value>) -> bool {
        match self {
            Self::Full { to, .. } => to.as_ref() == now,
            Self::Diff { after, .. } => match now {
                Some(Value::Text(text)) => crc32fast::hash(text.as_bytes()) == *after,
                None => crc32fast::hash(b"") == *after,
                Some(_) => false,
            },
            Self::Large => false,
        }
    }

    /// The value before, given the value after; `None` where it was not kept. Ask [`Written::still`] first.
    pub fn before(&self, now: Option<&Value>) -> Option<Option<Value>> {
        match self {
            Self::Full { from, .. } => Some(from.clone()),
            Self::Diff { head, tail, from, .. } => {
                let text = match now {
                    Some(Value::Text(text)) => text.as_str(),
                    None => "",
                    Some(_) => return None,
                };
                let (start, end) = (text.get(..*head)?, text.get(text.len().checked_sub(*tail)?..)?);
                let whole = format!("{start}{from}{end}");
                Some(if whole.is_empty() { None } else { Some(Value::Text(whole)) })
            }
            Self::Large => None,
        }
    }

    /// What people see of it: before and after, of long texts the parts that differ.
    pub fn shown(&self) -> (Option<Value>, Option<Value>) {
        match self {
            Self::Full { from, to } => (from.clone(), to.clone()),
            Self::Diff { head, tail, from, to, .. } => {
                let part = |middle: &str| {
                    let whole =
                        format!("{}{middle}{}", if *head > 0 { "…" } else { "" }, if *tail > 0 { "…" } else { "" });
                    if whole.is_empty() { None } else { Some(Value::Text(whole)) }
                };
                (part(from), part(to))
            }
            Self::Large => (None, None),
        }
    }
}

/// Lays out the changes of an update.
pub fn encode_body(changes: &[(FieldId, Written)]) -> Vec<u8> {
    let mut body = vec![BODY_VERSION];
    for (i, (field, written)) in changes.iter().enumerate() {
        // Every later field must at least be able to say that it changed.
        let reserve = (changes.len() - i - 1) * 7;
        let start = body.len();
        push(&mut body, *field, written);
        if body.len() + reserve > BODY_BYTES_MAX {
            body.truncate(start);
            push(&mut body, *field, &Written::Large);
        }
    }
    body
}

fn push(body: &mut Vec<u8>, field: FieldId, written: &Written) {
    body.extend(field.0.to_be_bytes());
    let mut payload = Vec::new();
    match written {
        Written::Full { from, to } => {
            body.push(0);
            push_value(&mut payload, from.as_ref());
            push_value(&mut payload, to.as_ref());
        }
        Written::Diff { head, tail, from, to, after } => {
            body.push(1);
            payload.extend((*head as u32).to_be_bytes());
            payload.extend((*tail as u32).to_be_bytes());
            payload.extend(after.to_be_bytes());
            payload.extend((from.len() as u32).to_be_bytes());
            payload.extend(from.as_bytes());
            payload.extend(to.as_bytes());
        }
        Written::Large => body.push(2),
    }
    body.extend((payload.len() as u32).to_be_bytes());
    body.extend(payload);
}

fn push_value(out: &mut Vec<u8>, value: Option<&Value>) {
    let Some(value) = value else {
        out.extend([0xff, 0, 0, 0, 0]);
        return;
    };
    out.push(value.type_tag());
    let at = out.len();
    out.extend([0; 4]);
    value.encode(out);
    let length = (out.len() - at - 4) as u32;
    out[at..at + 4].copy_from_slice(&length.to_be_bytes());
}

/// Reads the changes of an update.
pub fn decode_body(body: &[u8]) -> Result<Vec<(FieldId, Written)>> {
    let mut read = Bytes(body);
    if body.is_empty() {
        return Ok(Vec::new());
    }
    if read.take(1)?[0] != BODY_VERSION {
        return Err(Error::Internal("an event's body has an unknown layout".into()));
    }
    let mut changes = Vec::new();
    while !read.0.is_empty() {
        let field = FieldId(read.u16()?);
        let form = read.take(1)?[0];
        let length = read.u32()? as usize;
        let mut payload = Bytes(read.take(length)?);
        let written = match form {
            0 => Written::Full { from: payload.value()?, to: payload.value()? },
            1 => {
                let (head, tail, after) = (payload.u32()? as usize, payload.u32()? as usize, payload.u32()?);
                let middle = payload.u32()? as usize;
                let from = payload.text(middle)?;
                let to = payload.text(payload.0.len())?;
                Written::Diff { head, tail, from, to, after }
            }
            _ => Written::Large,
        };
        changes.push((field, written));
    }
    Ok(changes)
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8]> {
        let Some((head, rest)) = self.0.split_at_checked(n) else {
            return Err(Error::Internal("an event's body is cut short".into()));
        };
        self.0 = rest;
        Ok(head)
    }

    fn u16(&mut self) -> Result<u16> {
        Ok(u16::from_be_bytes(self.take(2)?.try_into().expect("two bytes were taken")))
    }

    fn u32(&mut self) -> Result<u32> {
        Ok(u32::from_be_bytes(self.take(4)?.try_into().expect("four bytes were taken")))
    }

    fn text(&mut self, n: usize) -> Result<String> {
        String::from_utf8(self.take(n)?.to_vec()).map_err(|e| Error::internal("an event's text is not UTF-8", e))
    }

    fn value(&mut self) -> Result<Option<Value>> {
        let tag = self.take(1)?[0];
        let length = self.u32()? as usize;
        let bytes = self.take(length)?;
        if tag == 0xff { Ok(None) } else { Value::decode(tag, bytes).map(Some) }
    }
}

/// The head of an event by `actor`.
pub fn new_event(
    actor: &Actor,
    context: Context,
    batch: BatchId,
    now: Millis,
    record: RecordRef,
    kind: EventKind,
    body: Vec<u8>,
) -> NewEvent {
    NewEvent {
        actor: actor.member,
        acting_as: actor.member,
        role: match actor.kind {
            ActorKind::System(reason) => reason.to_owned(),
            _ => actor.role.name.clone(),
        },
        address: actor.address,
        time: now,
        record: Some(record),
        kind: kind as u8,
        batch,
        cause: context.cause.unwrap_or(Seq(0)),
        body,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(s: &str) -> Option<Value> {
        Some(Value::Text(s.to_owned()))
    }

    #[test]
    fn a_long_text_is_kept_as_what_differs_and_can_be_taken_back() {
        let before = format!("{} old words {}", "é".repeat(300), "tail ".repeat(40));
        let after = format!("{} new, and more {}", "é".repeat(300), "tail ".repeat(40));
        let written = Written::of(text(&before).as_ref(), text(&after).as_ref());
        let body = encode_body(&[(FieldId(12), written)]);
        assert!(body.len() < 100, "{} bytes", body.len());
        let read = decode_body(&body).unwrap();
        assert!(read[0].1.still(text(&after).as_ref()));
        assert!(!read[0].1.still(text(&before).as_ref()));
        assert_eq!(read[0].1.before(text(&after).as_ref()), Some(text(&before)));
    }

    #[test]
    fn clearing_a_long_text_can_be_taken_back() {
        let before = "x".repeat(50_000);
        let body = encode_body(&[(FieldId(12), Written::of(text(&before).as_ref(), None))]);
        let read = decode_body(&body).unwrap();
        assert!(read[0].1.still(None));
        assert_eq!(read[0].1.before(None), Some(text(&before)));
    }

    #[test]
    fn a_body_never_grows_beyond_its_limit_and_names_every_field() {
        let changes: Vec<_> = (10..14)
            .map(|f| (FieldId(f), Written::of(text(&"a".repeat(60_000)).as_ref(), text(&"b".repeat(60_000)).as_ref())))
            .collect();
        let body = encode_body(&changes);
        assert!(body.len() <= BODY_BYTES_MAX);
        let read = decode_body(&body).unwrap();
        assert_eq!(read.iter().map(|(f, _)| f.0).collect::<Vec<_>>(), [10, 11, 12, 13]);
        assert_eq!(read[3].1, Written::Large);
    }

    #[test]
    fn cut_bodies_are_refused_and_never_panic() {
        let body = encode_body(&[(FieldId(12), Written::of(text("old").as_ref(), text("new").as_ref()))]);
        for n in 1..body.len() {
            let _ = decode_body(&body[..n]);
        }
    }
}
