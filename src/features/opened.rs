//! What each member opened lately, for the search that shows it before anything is typed. A page view only changes memory;
//! the background writes what is new once a minute and before the end, so that no reading commits. Kept are records' ids
//! and nothing of what is in them: whoever shows them asks the engine, as the member, what they are called.

use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::{Error, Result};
use crate::records::Engine;
use crate::store::{Priority, Reads, Table};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, PoisonError};

/// Records of a member that are remembered.
pub const OPENED_MAX: usize = 20;
/// Members whose lists stay in memory; above, those that are written are dropped and read again when asked for.
const MEMBERS_MAX: usize = 1_000;
/// What a member's key in the settings begins with; their row follows.
const KEY: &str = "opened/";

/// The records that members opened lately.
pub struct Opened {
    engine: Arc<Engine>,
    lists: Mutex<HashMap<Row, List>>,
}

/// The records of one member, latest first.
struct List {
    records: Vec<RecordRef>,
    /// Changed since it was written.
    news: bool,
}

impl Opened {
    /// What members of `engine`'s workspace opened.
    pub fn new(engine: Arc<Engine>) -> Self {
        Self { engine, lists: Mutex::default() }
    }

    /// A member opened a record.
    pub fn remember(&self, member: Row, id: RecordRef) -> Result<()> {
        self.with(member, |list| {
            if list.records.first() == Some(&id) {
                return;
            }
            list.records.retain(|known| *known != id);
            list.records.insert(0, id);
            list.records.truncate(OPENED_MAX);
            list.news = true;
        })
    }

    /// What a member opened, latest first, whether or not it is still there and theirs to see.
    pub fn of(&self, member: Row) -> Result<Vec<RecordRef>> {
        self.with(member, |list| list.records.clone())
    }

    fn with<T>(&self, member: Row, act: impl FnOnce(&mut List) -> T) -> Result<T> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = match lists.entry(member) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let bytes = self.engine.store().read()?.get(Table::Settings, key(member).as_bytes())?;
                let records = bytes.map(|b| decode(&b)).transpose()?.unwrap_or_default();
                unknown.insert(List { records, news: false })
            }
        };
        Ok(act(list))
    }

    /// Writes the lists that changed, in one transaction. Called once a minute and before the end.
    pub fn write(&self) -> Result<()> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let mut news = Vec::new();
        for (member, list) in lists.iter_mut().filter(|(_, list)| list.news) {
            news.push((*member, key(*member), encode(&list.records)?));
            list.news = false;
        }
        if lists.len() > MEMBERS_MAX {
            lists.retain(|member, _| news.iter().any(|(m, ..)| m == member));
        }
        drop(lists);
        if news.is_empty() {
            return Ok(());
        }
        let members: Vec<Row> = news.iter().map(|(member, ..)| *member).collect();
        let written = self.engine.store().write(Priority::Bulk, move |tx| {
            for (_, key, bytes) in &news {
                tx.put(Table::Settings, key.as_bytes(), bytes);
            }
            Ok(())
        });
        if written.is_err() {
            let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
            for member in members {
                lists.entry(member).and_modify(|list| list.news = true);
            }
        }
        written
    }
}

fn key(member: Row) -> String {
    format!("{KEY}{member}")
}

fn encode(records: &[RecordRef]) -> Result<Vec<u8>> {
    let pairs: Vec<(u16, u64)> = records.iter().map(|id| (id.object.0, id.row.0)).collect();
    serde_json::to_vec(&pairs).map_err(|e| Error::internal("what was opened can't be written", e))
}

fn decode(bytes: &[u8]) -> Result<Vec<RecordRef>> {
    let pairs: Vec<(u16, u64)> = serde_json::from_slice(bytes)
        .map_err(|e| Error::internal("a kept value can't be read; run `aventora check`", e))?;
    Ok(pairs.into_iter().map(|(object, row)| RecordRef::new(ObjectId(object), Row(row))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_of_a_list_stays_readable() {
        let records = [RecordRef::new(ObjectId(2), Row(7)), RecordRef::new(ObjectId(4), Row(1))];
        assert_eq!(encode(&records).unwrap(), b"[[2,7],[4,1]]");
        assert_eq!(decode(b"[[2,7],[4,1]]").unwrap(), records);
    }
}
