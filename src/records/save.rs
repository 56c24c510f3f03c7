//! Commands that change records. All of them are all-or-nothing and tell all problems at once.

use crate::base::id::{FieldId, ObjectId, RecordRef};
use crate::model::Value;

/// A new value for a field; `None` clears it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Which field.
    pub field: FieldId,
    /// The value it gets.
    pub to: Option<Value>,
    /// The value the person was shown: the save conflicts only if that has changed since. `None` for no such check.
    pub shown: Option<Option<Value>>,
}

/// One thing to do; a batch is a list of them in one transaction.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Make a record.
    Create {
        /// Of which object.
        object: ObjectId,
        /// Its values.
        values: Vec<(FieldId, Value)>,
    },
    /// Change fields of a live record.
    Update {
        /// Which.
        id: RecordRef,
        /// What.
        changes: Vec<Change>,
        /// The version the asker knows (`If-Match`); `None` for no check.
        version: Option<u64>,
    },
    /// Move to the trash.
    Trash(RecordRef),
    /// Take out of the trash.
    Restore(RecordRef),
    /// Delete for ever: values leave records, columns, indexes, log, search and files.
    Purge(RecordRef),
}
