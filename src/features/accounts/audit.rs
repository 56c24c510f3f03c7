//! What accounts write to the change log: who signed in, whose password was set, which keys were made. Secrets never. These
//! are events of the workspace, not of a record; the body is the row of the member whose account it is, or for a setting JSON with
//! its name, its old and its new value.

use crate::base::id::{BatchId, Row, Seq};
use crate::base::{Error, Result};
use crate::model::Actor;
use crate::store::NewEvent;

/// What happened to an account. The numbers are part of format 1; records use those below 64.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum AccountEvent {
    /// Signed in.
    SignedIn = 64,
    /// Signed out.
    SignedOut = 65,
    /// A password was set.
    PasswordSet = 66,
    /// All sessions were ended by somebody.
    SessionsRevoked = 67,
    /// An API key was made.
    KeyAdded = 68,
    /// An API key was revoked.
    KeyRevoked = 69,
    /// The workspace was set up.
    SetUp = 70,
    /// A setting of the workspace was changed.
    SettingChanged = 71,
}

/// A change of the setting `name` by `actor`.
pub fn setting_event(actor: &Actor, name: &str, from: &str, to: &str, now: i64) -> Result<NewEvent> {
    let body = serde_json::to_vec(&serde_json::json!({ "setting": name, "from": from, "to": to }))
        .map_err(|e| Error::internal("a setting's event can't be written", e))?;
    Ok(NewEvent { body, ..AccountEvent::SettingChanged.of(actor, actor.member, now) })
}

impl AccountEvent {
    /// The event, done by `actor` to the account of `member`.
    pub fn of(self, actor: &Actor, member: Row, now: i64) -> NewEvent {
        NewEvent {
            actor: actor.member,
            acting_as: actor.member,
            role: actor.role.name.clone(),
            address: actor.address,
            time: now,
            record: None,
            kind: self as u8,
            batch: BatchId(0),
            cause: Seq(0),
            body: member.0.to_be_bytes().to_vec(),
        }
    }
}
