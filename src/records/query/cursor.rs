//! Cursors: where a page ended, as an opaque text. It holds the whole sort key and the row, so it stays good though its
//! record was edited, trashed or purged; and a mark of the list and the asker, so it is refused anywhere else.

use super::Query;
use super::keys::Part;
use super::order::Place;
use crate::base::{Error, Result};
use crate::model::{Actor, ActorKind, Scope};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

const LAYOUT: u8 = 1;
const EMPTY: u8 = 0;
const INT: u8 = 1;
const TEXT: u8 = 2;
/// Bytes of a cursor at most.
const CURSOR_BYTES_MAX: usize = 32 * 1024;

/// A mark of the list (object, filter, sort, trash) and of who asks.
pub fn mark(actor: &Actor, query: &Query) -> u64 {
    let kind = match actor.kind {
        ActorKind::System(_) => "system",
        ActorKind::Member | ActorKind::Key(_) => "member",
    };
    let scope = match actor.role.scope {
        Scope::All => "all",
        Scope::Team => "team",
        Scope::Own => "own",
    };
    let list = format!("{}/{}/{}", query.object, query.filter.trim().len(), query.trashed);
    let asker = format!("{}/{kind}/{}/{scope}", actor.member, actor.role.name);
    [list.as_str(), query.filter.trim(), query.sort.trim(), &asker].iter().fold(0xcbf2_9ce4_8422_2325, |hash, text| {
        text.bytes().chain([0]).fold(hash, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    })
}

/// A place as a cursor.
pub fn write(mark: u64, place: &Place) -> String {
    let mut bytes = vec![LAYOUT];
    bytes.extend(mark.to_be_bytes());
    bytes.extend(place.row.to_be_bytes());
    for part in &place.parts {
        match part {
            None => bytes.push(EMPTY),
            Some(Part::Int(n)) => {
                bytes.push(INT);
                bytes.extend(n.to_be_bytes());
            }
            Some(Part::Text(text)) => {
                bytes.push(TEXT);
                bytes.extend((text.len() as u32).to_be_bytes());
                bytes.extend(text);
            }
        }
    }
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads a cursor of this list for this asker, of so many levels.
///
/// # Errors
/// [`Error::Invalid`] of `cursor` where it is none, or of another list or asker.
pub fn read(mark: u64, levels: usize, text: &str) -> Result<Place> {
    let foreign = || {
        let message = "This cursor is not of this list; begin at the first page.";
        Error::invalid("cursor", "cursor", message)
    };
    if text.len() > CURSOR_BYTES_MAX {
        return Err(foreign());
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| foreign())?;
    parse(&bytes, levels).filter(|(found, _)| *found == mark).map(|(_, place)| place).ok_or_else(foreign)
}

fn parse(bytes: &[u8], levels: usize) -> Option<(u64, Place)> {
    let (head, mut rest) = bytes.split_first_chunk::<17>()?;
    let [layout, numbers @ ..] = head;
    if *layout != LAYOUT {
        return None;
    }
    let mark = u64::from_be_bytes(*numbers.first_chunk()?);
    let row = u64::from_be_bytes(*numbers.last_chunk()?);
    let mut parts = Vec::new();
    while let Some((tag, after)) = rest.split_first() {
        rest = after;
        parts.push(match *tag {
            EMPTY => None,
            INT => {
                let (n, after) = rest.split_first_chunk::<8>()?;
                rest = after;
                Some(Part::Int(i64::from_be_bytes(*n)))
            }
            TEXT => {
                let (length, after) = rest.split_first_chunk::<4>()?;
                let (text, after) = after.split_at_checked(u32::from_be_bytes(*length) as usize)?;
                rest = after;
                Some(Part::Text(text.to_vec()))
            }
            _ => return None,
        });
    }
    (parts.len() == levels).then_some((mark, Place { parts, row }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_cursor_reads_back_and_no_other_list_takes_it() {
        let place = Place { parts: vec![None, Some(Part::Int(-5)), Some(Part::Text(b"acme".to_vec()))], row: 77 };
        let text = write(42, &place);
        assert_eq!(read(42, 3, &text).expect("its own"), place);
        assert!(read(43, 3, &text).is_err());
        assert!(read(42, 2, &text).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[A-Za-z0-9_-]{0,80}|.{0,20}") {
            let _ = read(1, 1, &text);
        }
    }
}
