//! API keys: a member's leave for a program to act as them. Shown once when made; kept is a hash. `avk_NUMBER_SECRET`: the
//! number finds the key, the secret proves it.

use super::audit::AccountEvent;
use super::{Accounts, shelf, token};
use crate::base::clock::Millis;
use crate::base::id::Row;
use crate::base::{Error, Result};
use crate::model::{Actor, ActorKind};
use crate::store::{Priority, Table};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::PoisonError;

/// What every key begins with, so that scanners for leaked secrets can know it.
const PREFIX: &str = "avk_";
/// Characters of a key's name at most.
const NAME_CHARACTERS_MAX: usize = 100;
/// Keys of a member at most, revoked ones not counted.
const KEYS_MAX: usize = 100;

/// A key as the store keeps it, by its number.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    /// Its number.
    pub id: u64,
    /// Whose.
    pub member: u64,
    /// What it is for.
    pub name: String,
    hash: String,
    /// When it was made.
    pub created: Millis,
    /// When it was last used, to the minute.
    pub used: Option<Millis>,
    /// When it was revoked.
    pub revoked: Option<Millis>,
}

impl Accounts {
    /// Makes a key; gives its number and the key itself, which nobody can tell again.
    pub fn add_key(&self, actor: &Actor, member: Row, name: &str) -> Result<(u64, String)> {
        let name = name.trim().to_string();
        if name.is_empty() || name.chars().count() > NAME_CHARACTERS_MAX {
            let message = format!("Say what the key is for, in at most {NAME_CHARACTERS_MAX} characters.");
            return Err(Error::invalid("name", "invalid", message));
        }
        if !self.member(member)?.active {
            return Err(Error::invalid("user", "removed", "This member is removed and can't have keys."));
        }
        let secret = token::new(self.rng());
        let hash = token::text(&token::hash(&secret));
        let (now, actor) = (self.engine().now(), actor.clone());
        let id = self.engine().store().write(Priority::People, move |tx| {
            let theirs = shelf::all::<Key>(&*tx, Table::Keys)?;
            if theirs.iter().filter(|(_, k)| k.member == member.0 && k.revoked.is_none()).count() >= KEYS_MAX {
                let message = format!("A member has at most {KEYS_MAX} keys; revoke one first.");
                return Err(Error::invalid("user", "too_many", message));
            }
            let id = tx.next_counter("keys")?;
            let key = Key {
                id,
                member: member.0,
                name: name.clone(),
                hash: hash.clone(),
                created: now,
                used: None,
                revoked: None,
            };
            shelf::put(tx, Table::Keys, &id.to_be_bytes(), &key)?;
            tx.append_event(AccountEvent::KeyAdded.of(&actor, member, now))?;
            Ok(id)
        })?;
        Ok((id, format!("{PREFIX}{id}_{secret}")))
    }

    /// All keys, by number, revoked ones too.
    pub fn keys(&self) -> Result<Vec<Key>> {
        let mut keys: Vec<Key> =
            shelf::all(&self.engine().store().read()?, Table::Keys)?.into_iter().map(|(_, k)| k).collect();
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        for key in &mut keys {
            key.used = key.used.max(used.get(&key.id).copied());
        }
        Ok(keys)
    }

    /// Revokes a key for ever; revoking twice changes nothing.
    pub fn revoke_key(&self, actor: &Actor, id: u64) -> Result<()> {
        let (now, actor) = (self.engine().now(), actor.clone());
        self.engine().store().write(Priority::People, move |tx| {
            let Some(mut key) = shelf::get::<Key>(&*tx, Table::Keys, &id.to_be_bytes())? else {
                return Err(Error::invalid("key", "not_found", format!("There is no key {id}.")));
            };
            if key.revoked.is_some() {
                return Ok(());
            }
            key.revoked = Some(now);
            shelf::put(tx, Table::Keys, &id.to_be_bytes(), &key)?;
            tx.append_event(AccountEvent::KeyRevoked.of(&actor, Row(key.member), now))?;
            Ok(())
        })
    }

    /// Who a key stands for, if it still does. Reads only; when it was used is written once a minute.
    pub fn by_key(&self, text: &str, address: Option<IpAddr>) -> Result<Option<Actor>> {
        let Some((id, secret)) = text.strip_prefix(PREFIX).and_then(|t| t.split_once('_')) else { return Ok(None) };
        let Ok(id) = id.parse::<u64>() else { return Ok(None) };
        let Some(key) = shelf::get::<Key>(&self.engine().store().read()?, Table::Keys, &id.to_be_bytes())? else {
            return Ok(None);
        };
        if !token::matches(secret, &token::bytes(&key.hash)) || key.revoked.is_some() {
            return Ok(None);
        }
        let Ok(member) = self.member(Row(key.member)) else { return Ok(None) };
        if !member.active {
            return Ok(None);
        }
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(id, self.engine().now());
        Ok(Some(self.actor_of(&member, ActorKind::Key(id), address)?))
    }

    /// Writes when keys were last used; called once a minute.
    pub fn write_used(&self) -> Result<()> {
        let used = std::mem::take(&mut *self.used.lock().unwrap_or_else(PoisonError::into_inner));
        if used.is_empty() {
            return Ok(());
        }
        self.engine().store().write(Priority::Bulk, move |tx| {
            for (id, at) in &used {
                if let Some(mut key) = shelf::get::<Key>(&*tx, Table::Keys, &id.to_be_bytes())? {
                    key.used = key.used.max(Some(*at));
                    shelf::put(tx, Table::Keys, &id.to_be_bytes(), &key)?;
                }
            }
            Ok(())
        })
    }
}
