//! Who counts on a file: each time one comes into a field of a record, the store counts one more, also where the record later
//! lets it go, because its history can bring it back. Purging the record takes all of that back, and the bytes go.

use crate::base::Result;
use crate::base::id::{FieldId, RecordRef};
use crate::model::Value;
use crate::records::event::{Written, decode_body};
use crate::records::read::Stored;
use crate::records::timeline;
use crate::store::blobs::{Arrived, Sha};
use crate::store::{self, EventBody, WriteTx};
use std::collections::{BTreeMap, BTreeSet};

/// Counts the files that come into the record. [`crate::base::Error::Unavailable`] where one's bytes are not there.
pub(crate) fn keep_new(tx: &mut WriteTx<'_>, old: Option<&Stored>, new: Option<&Stored>) -> Result<()> {
    let Some(new) = new else { return Ok(()) };
    for (field, value) in new.values.iter() {
        let Value::Files(files) = value else { continue };
        let mut known = names(old.and_then(|o| o.values.get(field)));
        for file in files {
            if known.insert(file.sha256) {
                tx.keep_file(&Arrived { sha256: file.sha256, size: file.size }, &file.media_type)?;
            }
        }
    }
    Ok(())
}

/// Takes back all that the record, which is being purged, ever counted; its events must still have their bodies.
pub(crate) fn release_all(tx: &mut WriteTx<'_>, id: RecordRef, last: Option<&Stored>) -> Result<()> {
    let mut held: BTreeMap<FieldId, BTreeSet<Sha>> = BTreeMap::new();
    for (field, value) in last.iter().flat_map(|stored| stored.values.iter()) {
        held.insert(field, names(Some(value)));
    }
    let mut released = Vec::new();
    for seq in timeline::own(tx, id)? {
        let Some(EventBody::Bytes(body)) = store::event_body(tx, seq)? else { continue };
        for (field, written) in decode_body(&body)? {
            let Written::Full { from, to } = written else { continue };
            let (before, after) = (names(from.as_ref()), names(to.as_ref()));
            released.extend(after.difference(&before).copied());
            held.insert(field, before);
        }
    }
    // What is left came when the record was made.
    released.extend(held.into_values().flatten());
    released.iter().try_for_each(|sha256| tx.release_file(sha256))
}

fn names(value: Option<&Value>) -> BTreeSet<Sha> {
    match value {
        Some(Value::Files(files)) => files.iter().map(|file| file.sha256).collect(),
        _ => BTreeSet::new(),
    }
}
