//! Signing in, and setting passwords. Known, unknown and removed people get the same answer after the same work; tries are
//! charged before the password is looked at.

use super::audit::AccountEvent;
use super::members::{Member, folded};
use super::{Accounts, passwords, sessions, shelf, token};
use crate::base::clock::Millis;
use crate::base::id::Row;
use crate::base::{Error, Result};
use crate::model::Actor;
use crate::store::{Priority, Table};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Browsers that an account remembers at most; the oldest is forgotten first.
const DEVICES_MAX: usize = 20;

/// What proves a member, as the store keeps it by their row.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Credentials {
    pub password: passwords::Kept,
    pub changed: Millis,
    /// Hashes of the tokens of browsers that signed in before, oldest first.
    pub devices: Vec<String>,
}

/// A try to sign in.
#[derive(Debug, Clone, Default)]
pub struct SignIn {
    /// As typed.
    pub email: String,
    /// As typed.
    pub password: String,
    /// Where it comes from.
    pub address: Option<IpAddr>,
    /// The browser's name for itself.
    pub agent: String,
    /// The device token this browser got when it signed in before.
    pub device: Option<String>,
}

/// A successful one.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub member: Member,
    /// The session's token, for the cookie.
    pub token: String,
    /// The browser's device token, for a cookie that outlives the session; lets the owner in while strangers try.
    pub device: String,
}

/// The answer to a sign-in that is not right, whatever of it.
pub(super) fn wrong() -> Error {
    Error::invalid("email", "wrong", "The e-mail address or the password is not right.")
}

impl Accounts {
    /// Signs in. Wrong: [`Error::Invalid`] with code `wrong`, the same for known and unknown people; too often:
    /// [`Error::Limited`].
    pub fn sign_in(&self, try_: &SignIn) -> Result<SignedIn> {
        let account = folded(&try_.email);
        let member = self.member_by_email(&account)?.filter(|m| m.active);
        let credentials = match &member {
            Some(member) => self.credentials(member.row)?,
            None => None,
        };
        let device = try_.device.as_deref().filter(|device| {
            credentials.iter().flat_map(|c| &c.devices).any(|kept| token::matches(device, &token::bytes(kept)))
        });
        let now = self.engine().now();
        let charge = self.throttle.charge(now, &account, try_.address, device)?;
        let kept = credentials.as_ref().map(|c| &c.password);
        let right = match passwords::verify(&self.gate, self.limits.cost, &try_.password, kept) {
            Ok(right) => right,
            Err(error) => {
                self.throttle.refund(now, charge);
                return Err(error);
            }
        };
        let (Some(member), true) = (member, right) else {
            return Err(wrong());
        };
        self.throttle.refund(now, charge);
        let changed = credentials.map(|c| c.changed).unwrap_or_default();
        let token = self.begin_session(&member, changed, try_.address, &try_.agent)?;
        let device = match device {
            Some(known) => known.to_string(),
            None => self.remember_device(member.row)?,
        };
        Ok(SignedIn { member, token, device })
    }

    fn remember_device(&self, member: Row) -> Result<String> {
        let secret = token::new(self.rng());
        let hash = token::text(&token::hash(&secret));
        self.engine().store().write(Priority::People, move |tx| {
            let key = member.0.to_be_bytes();
            let Some(mut credentials) = shelf::get::<Credentials>(&*tx, Table::Credentials, &key)? else {
                return Err(Error::NotFound);
            };
            credentials.devices.push(hash.clone());
            let surplus = credentials.devices.len().saturating_sub(DEVICES_MAX);
            credentials.devices.drain(..surplus);
            shelf::put(tx, Table::Credentials, &key, &credentials)
        })?;
        Ok(secret)
    }

    /// Refuses a password that is too short, common, or one of `words`, before anything is made.
    pub fn check_password(&self, password: &str, words: &[&str]) -> Result<()> {
        passwords::check(password, words)
    }

    /// Sets a member's password; all their sessions end and no browser is remembered.
    pub fn set_password(&self, actor: &Actor, member: &Member, password: &str) -> Result<()> {
        passwords::check(password, &[&member.email, &member.name])?;
        let kept = passwords::keep(&self.gate, self.rng(), self.limits.cost, password)?;
        let (now, actor, row) = (self.engine().now(), actor.clone(), member.row);
        let credentials = Credentials { password: kept, changed: now, devices: Vec::new() };
        self.engine().store().write(Priority::People, move |tx| {
            shelf::put(tx, Table::Credentials, &row.0.to_be_bytes(), &credentials)?;
            sessions::end_all(tx, row)?;
            tx.append_event(AccountEvent::PasswordSet.of(&actor, row, now))?;
            Ok(())
        })
    }

    pub(super) fn credentials(&self, member: Row) -> Result<Option<Credentials>> {
        shelf::get(&self.engine().store().read()?, Table::Credentials, &member.0.to_be_bytes())
    }
}
