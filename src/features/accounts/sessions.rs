//! Signed-in browsers. The browser holds 256 random bits, the store only their hash. A session ends by signing out, without
//! a request for a while, after an absolute time, and at once when the member's password or role changes or they are
//! removed. When it was last seen is kept in memory and written at most once a minute, so that no page view commits.

use super::audit::AccountEvent;
use super::members::Member;
use super::sign_in::{Credentials, wrong};
use super::{Accounts, shelf, token};
use crate::base::Result;
use crate::base::clock::Millis;
use crate::base::id::Row;
use crate::model::{Actor, ActorKind};
use crate::store::{Priority, Table, WriteTx};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::PoisonError;

/// A session as the store keeps it, by the hash of its token.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Session {
    /// Whose.
    pub member: u64,
    /// When they signed in.
    pub created: Millis,
    /// When it was last used, to the minute.
    pub seen: Millis,
    /// The role it began with; another one ends it.
    pub role: String,
    /// From where they signed in.
    pub address: Option<IpAddr>,
    /// The browser's name for itself, cut.
    pub agent: String,
}

/// Seen times are written when they are so much newer than the stored ones.
const SEEN_MS: i64 = 60_000;
/// Characters of a browser's name for itself that are kept.
const AGENT_CHARACTERS_MAX: usize = 200;

impl Accounts {
    /// Begins a session; gives its token. `changed` is when the password that was checked had been set: where another one
    /// has been set meanwhile, the old one is good for nothing any more.
    pub(super) fn begin_session(
        &self,
        member: &Member,
        changed: Millis,
        address: Option<IpAddr>,
        agent: &str,
    ) -> Result<String> {
        let secret = token::new(self.rng());
        let now = self.engine().now();
        let session = Session {
            member: member.row.0,
            created: now,
            seen: now,
            role: member.role.clone(),
            address,
            agent: agent.chars().filter(|c| !c.is_control()).take(AGENT_CHARACTERS_MAX).collect(),
        };
        let actor = self.actor_of(member, ActorKind::Member, address)?;
        let key = token::hash(&secret);
        self.engine().store().write(Priority::People, move |tx| {
            let now_kept = shelf::get::<Credentials>(&*tx, Table::Credentials, &session.member.to_be_bytes())?;
            if now_kept.is_none_or(|c| c.changed != changed) {
                return Err(wrong());
            }
            shelf::put(tx, Table::Sessions, &key, &session)?;
            tx.append_event(AccountEvent::SignedIn.of(&actor, actor.member, now))?;
            Ok(())
        })?;
        Ok(secret)
    }

    /// Who a session token stands for, if it still does. Reads only.
    pub fn signed_in(&self, secret: &str, address: Option<IpAddr>) -> Result<Option<Actor>> {
        let key = token::hash(secret);
        let Some(session) = shelf::get::<Session>(&self.engine().store().read()?, Table::Sessions, &key)? else {
            return Ok(None);
        };
        let now = self.engine().now();
        if self.is_over(&key, &session, now) {
            return Ok(None);
        }
        let Ok(member) = self.member(Row(session.member)) else { return Ok(None) };
        if !member.active || member.role != session.role {
            return Ok(None);
        }
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert(key, now);
        drop(seen);
        Ok(Some(self.actor_of(&member, ActorKind::Member, address)?))
    }

    fn is_over(&self, key: &[u8; 32], session: &Session, now: Millis) -> bool {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(key).copied();
        let seen = seen.unwrap_or(session.seen).max(session.seen);
        now - seen > self.limits.idle_ms
            || now - session.created > self.limits.absolute_ms
            || now < session.created - SEEN_MS
    }

    /// Ends the session of this token.
    pub fn sign_out(&self, secret: &str, actor: &Actor) -> Result<()> {
        let key = token::hash(secret);
        let (now, actor) = (self.engine().now(), actor.clone());
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
        self.engine().store().write(Priority::People, move |tx| {
            tx.delete(Table::Sessions, &key);
            tx.append_event(AccountEvent::SignedOut.of(&actor, actor.member, now))?;
            Ok(())
        })
    }

    /// The sessions of a member that are not over, newest first.
    pub fn sessions_of(&self, member: Row) -> Result<Vec<Session>> {
        let now = self.engine().now();
        let mut sessions = Vec::new();
        for (key, mut session) in shelf::all::<Session>(&self.engine().store().read()?, Table::Sessions)? {
            let Ok(key) = <[u8; 32]>::try_from(key) else { continue };
            if session.member != member.0 || self.is_over(&key, &session, now) {
                continue;
            }
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied();
            session.seen = session.seen.max(seen.unwrap_or_default());
            sessions.push(session);
        }
        sessions.sort_by_key(|s| std::cmp::Reverse(s.seen));
        Ok(sessions)
    }

    /// Ends all sessions of a member; gives their number.
    pub fn revoke_sessions(&self, actor: &Actor, member: Row) -> Result<usize> {
        let (now, actor) = (self.engine().now(), actor.clone());
        self.engine().store().write(Priority::People, move |tx| {
            let ended = end_all(tx, member)?;
            tx.append_event(AccountEvent::SessionsRevoked.of(&actor, member, now))?;
            Ok(ended)
        })
    }

    /// Writes the seen times that are a minute newer than the stored ones and drops sessions that are over. Called once a
    /// minute and before the end; writes nothing where there is no news.
    pub fn write_seen(&self) -> Result<()> {
        let now = self.engine().now();
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let stored = shelf::all::<Session>(&self.engine().store().read()?, Table::Sessions)?;
        let mut news: Vec<([u8; 32], Option<Millis>)> = Vec::new();
        for (key, session) in &stored {
            let Ok(key) = <[u8; 32]>::try_from(key.as_slice()) else { continue };
            if self.is_over(&key, session, now) {
                news.push((key, None));
            } else if let Some(at) = seen.get(&key).filter(|at| **at - session.seen >= SEEN_MS) {
                news.push((key, Some(*at)));
            }
        }
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, at| now - *at < 2 * SEEN_MS);
        if news.is_empty() {
            return Ok(());
        }
        self.engine().store().write(Priority::Bulk, move |tx| {
            for (key, at) in &news {
                match (at, shelf::get::<Session>(tx, Table::Sessions, key)?) {
                    (Some(at), Some(mut session)) => {
                        session.seen = *at;
                        shelf::put(tx, Table::Sessions, key, &session)?;
                    }
                    _ => tx.delete(Table::Sessions, key),
                }
            }
            Ok(())
        })
    }
}

/// Deletes all sessions of a member.
pub(super) fn end_all(tx: &mut WriteTx<'_>, member: Row) -> Result<usize> {
    let mut ended = 0;
    for (key, session) in shelf::all::<Session>(&*tx, Table::Sessions)? {
        if session.member == member.0 {
            tx.delete(Table::Sessions, &key);
            ended += 1;
        }
    }
    Ok(ended)
}
