//! The first run: a workspace is made from a preset and gets its first admin. From the browser it takes a token that only
//! the log has shown; it expires, and is gone once an admin exists. Of two who race, one wins.

use super::audit::AccountEvent;
use super::general::{NAME_SETTING, checked_name};
use super::members::{Member, NewMember, is_email};
use super::{Accounts, passwords, shelf, token};
use crate::base::clock::Millis;
use crate::base::{Error, Result};
use crate::model::Actor;
use crate::model::preset::Preset;
use crate::records::query::check_schema;
use crate::store::{Priority, Table};
use std::sync::PoisonError;

/// The token is good for so long; starting the program again makes a new one.
const TOKEN_MS: i64 = 24 * 3_600_000;

/// The one-time token, by its hash, and when it expires.
#[derive(Debug, Default)]
pub(super) struct State {
    token: Option<([u8; 32], Millis)>,
}

/// What makes a workspace.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Name of a preset: `insurance`.
    pub preset: String,
    /// What the workspace is called.
    pub workspace: String,
    /// Folder whose preset files replace the embedded ones.
    pub presets_dir: Option<std::path::PathBuf>,
    /// ISO 4217 code of its money.
    pub currency: String,
    /// The first admin's name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// Their password.
    pub password: String,
}

impl Accounts {
    /// Whether nobody can sign in yet.
    pub fn needs_setup(&self) -> Result<bool> {
        let found = shelf::starting_with::<serde_json::Value>(&self.engine().store().read()?, Table::Credentials, &[])?;
        Ok(found.is_empty())
    }

    /// A new token for the setup page, replacing the one before; `None` where there is an admin already.
    pub fn setup_token(&self) -> Result<Option<String>> {
        if !self.needs_setup()? {
            return Ok(None);
        }
        let secret = token::new(self.rng());
        let expires = self.engine().now() + TOKEN_MS;
        self.setup.lock().unwrap_or_else(PoisonError::into_inner).token = Some((token::hash(&secret), expires));
        Ok(Some(secret))
    }

    /// Whether the setup page may be shown to whoever brings this token.
    pub fn may_set_up(&self, secret: &str) -> Result<bool> {
        let good = self.setup.lock().unwrap_or_else(PoisonError::into_inner).good(secret, self.engine().now());
        Ok(good && self.needs_setup()?)
    }

    /// Makes the workspace and its admin from the browser. A wrong or expired token, or an admin that exists:
    /// [`Error::NotFound`].
    pub fn set_up_with_token(&self, secret: &str, setup: &Setup) -> Result<Member> {
        let mut state = self.setup.lock().unwrap_or_else(PoisonError::into_inner);
        if !state.good(secret, self.engine().now()) || !self.needs_setup()? {
            return Err(Error::NotFound);
        }
        let member = self.make(setup)?;
        state.token = None;
        Ok(member)
    }

    /// Makes the workspace and its admin from the shell.
    pub fn set_up(&self, setup: &Setup) -> Result<Member> {
        let mut state = self.setup.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.needs_setup()? {
            let message = "This data directory has a workspace already; choose another with --data DIR.";
            return Err(Error::Conflict { field: String::new(), message: message.into() });
        }
        let member = self.make(setup)?;
        state.token = None;
        Ok(member)
    }

    /// The workspace's name.
    pub fn workspace_name(&self) -> Result<String> {
        Ok(self.general()?.name.clone())
    }

    fn make(&self, setup: &Setup) -> Result<Member> {
        check(setup)?;
        let schema = Preset::load(&setup.preset, setup.presets_dir.as_deref())?.schema(&setup.currency)?;
        check_schema(&schema)?;
        if !self.engine().is_founded()? {
            self.engine().found(schema)?;
        }
        let actor = Actor::system("setup");
        let new = NewMember { name: setup.name.clone(), email: setup.email.clone(), role: "admin".into() };
        // A setup that was cut short may have left the member without a password.
        let member = match self.member_by_email(&setup.email)? {
            Some(member) => member,
            None => self.add_member(&actor, &new)?,
        };
        let name = setup.workspace.trim().to_string();
        let (now, founder, row) = (self.engine().now(), actor.clone(), member.row);
        self.engine().store().write(Priority::People, move |tx| {
            tx.append_event(AccountEvent::SetUp.of(&founder, row, now))?;
            shelf::put(tx, Table::Settings, NAME_SETTING, &name)
        })?;
        self.forget_general();
        self.set_password(&actor, &member, &setup.password)?;
        Ok(member)
    }
}

impl State {
    fn good(&self, secret: &str, now: Millis) -> bool {
        self.token.as_ref().is_some_and(|(kept, expires)| token::matches(secret, kept) && now < *expires)
    }
}

impl Setup {
    /// Refuses what no workspace can be made of; all problems at once.
    pub fn check(&self) -> Result<()> {
        check(self)
    }
}

fn check(setup: &Setup) -> Result<()> {
    let mut problems = Vec::new();
    let mut wrong = |field: &str, code, message: String| problems.push(crate::base::Problem::new(field, code, message));
    let name = checked_name(&setup.workspace);
    if setup.name.trim().is_empty() {
        wrong("name", "required", "Give your name.".into());
    }
    if !is_email(setup.email.trim()) {
        wrong("email", "invalid", "Give an e-mail address such as amy@example.com.".into());
    }
    if setup.currency.len() != 3 || !setup.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong("currency", "invalid", "Give a currency as three capital letters, such as USD or CAD.".into());
    }
    if let Err(Error::Invalid(more)) = name {
        problems.extend(more);
    }
    if let Err(Error::Invalid(more)) = passwords::check(&setup.password, &[&setup.email, &setup.name]) {
        problems.extend(more);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Invalid(problems)) }
}
