//! What queries of a workspace keep for the next one: ranks of linked records, what walled members see, and how
//! many records there are. Each thing kept
//! knows how far the objects it was made from had come; a snapshot that stands elsewhere makes its own, so no answer is
//! ever older or newer than its snapshot. The least used go first when there is no more room.

use super::keys::Ranks;
use super::predicate::Key;
use super::rowset::RowSet;
use crate::base::id::{ObjectId, Row};
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes kept at most.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// Bytes of one thing at most; a larger one is made each time.
const ONE_BYTES_MAX: usize = KEPT_BYTES_MAX / 2;

/// How often each object that something was made from had been written.
pub type Stamp = Vec<(ObjectId, u64)>;

/// What a thing is.
#[derive(Debug, Clone, PartialEq)]
pub enum Name {
    /// The ranks of an object's records by a key, for somebody who sees all of them.
    Ranks(ObjectId, Key),
    /// The rows of an object that somebody sees who sees the records of these members.
    Wall(ObjectId, Vec<Row>),
    /// How many live records an object has, for somebody who sees all of them.
    Count(ObjectId),
}

/// A thing kept.
#[derive(Debug, Clone)]
pub enum Thing {
    /// Of [`Name::Ranks`].
    Ranks(Arc<Ranks>),
    /// Of [`Name::Wall`].
    Wall(Arc<RowSet>),
    /// Of [`Name::Count`].
    Count(u64),
}

impl Thing {
    fn bytes(&self) -> usize {
        match self {
            Self::Ranks(ranks) => ranks.bytes(),
            Self::Wall(rows) => rows.0.len() * size_of::<crate::store::column::Words>(),
            Self::Count(_) => size_of::<u64>(),
        }
    }
}

struct Entry {
    name: Name,
    stamp: Stamp,
    thing: Thing,
    bytes: usize,
}

/// Things kept between the queries of a workspace, the last used first.
#[derive(Default)]
pub struct Kept(Mutex<Vec<Entry>>);

impl Kept {
    /// The thing of this name, where it was made at this very stamp.
    pub fn get(&self, name: &Name, stamp: &Stamp) -> Option<Thing> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|e| e.name == *name && e.stamp == *stamp)?;
        let entry = entries.remove(at);
        let thing = entry.thing.clone();
        entries.insert(0, entry);
        Some(thing)
    }

    /// Keeps a thing in the place of what had its name.
    pub fn put(&self, name: Name, stamp: Stamp, thing: Thing) {
        let bytes = thing.bytes();
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|e| e.name != name);
        if bytes > ONE_BYTES_MAX {
            return;
        }
        entries.insert(0, Entry { name, stamp, thing, bytes });
        let mut left = KEPT_BYTES_MAX;
        let room = |e: &Entry| {
            let fits = e.bytes <= left;
            left = left.saturating_sub(e.bytes);
            fits
        };
        let fitting = entries.iter().map(room).take_while(|fits| *fits).count();
        entries.truncate(fitting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTACTS: ObjectId = ObjectId(2);

    fn name(member: u64) -> Name {
        Name::Wall(CONTACTS, vec![Row(member)])
    }

    fn wall(chunks: usize) -> Thing {
        Thing::Wall(Arc::new(RowSet::none(chunks)))
    }

    #[test]
    fn a_thing_is_found_at_its_own_stamp_only() {
        let kept = Kept::default();
        kept.put(name(1), vec![(CONTACTS, 5)], wall(3));
        assert!(kept.get(&name(1), &vec![(CONTACTS, 5)]).is_some());
        assert!(kept.get(&name(1), &vec![(CONTACTS, 6)]).is_none());
        assert!(kept.get(&name(2), &vec![(CONTACTS, 5)]).is_none());
        kept.put(name(1), vec![(CONTACTS, 6)], wall(3));
        assert!(kept.get(&name(1), &vec![(CONTACTS, 5)]).is_none(), "the newer took its place");
    }

    #[test]
    fn the_least_used_go_when_there_is_no_more_room() {
        let (kept, stamp) = (Kept::default(), vec![(CONTACTS, 1)]);
        let third = KEPT_BYTES_MAX / 3 / size_of::<crate::store::column::Words>();
        for member in 1..=3 {
            kept.put(name(member), stamp.clone(), wall(third));
        }
        assert!(kept.get(&name(1), &stamp).is_some());
        kept.put(name(4), stamp.clone(), wall(third));
        assert!(kept.get(&name(2), &stamp).is_none());
        assert!(kept.get(&name(1), &stamp).is_some());
        kept.put(name(5), stamp.clone(), wall(third * 2));
        assert!(kept.get(&name(5), &stamp).is_none(), "too large to keep");
    }
}
