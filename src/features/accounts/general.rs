//! What holds for the whole workspace (its name, its theme) and what a member chose for themselves (light or dark). Every change
//! is told in the log; the workspace's settings are read on every page, so they are remembered here.

use super::audit::setting_event;
use super::members::Member;
use super::{Accounts, shelf};
use crate::base::{Error, Result};
use crate::model::object::standard::MEMBERS;
use crate::model::rules;
use crate::model::{Actor, Value};
use crate::records::Context;
use crate::records::save::{Change, Command};
use crate::store::{Priority, Table};
use std::sync::{Arc, PoisonError};

/// The workspace-wide themes, by the word that is kept.
pub const THEMES: [&str; 7] = ["classic", "ocean", "forest", "sunset", "violet", "rose", "midnight"];
/// Light, dark, or as the device says: what a member may choose for themselves.
pub const MODES: [&str; 3] = ["system", "light", "dark"];
/// Characters of a workspace's name at most.
pub(super) const NAME_CHARACTERS_MAX: usize = 100;

pub(super) const NAME_SETTING: &[u8] = b"workspace.name";
const THEME_SETTING: &[u8] = b"workspace.theme";

/// What holds for the whole workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct General {
    /// What it is called.
    pub name: String,
    /// One of [`THEMES`].
    pub theme: &'static str,
}

/// A change of what holds for the whole workspace.
#[derive(Debug, Clone)]
pub enum GeneralChange {
    /// Another name.
    Name(String),
    /// Another theme.
    Theme(String),
}

impl Accounts {
    /// What holds for the whole workspace, as it is now.
    pub fn general(&self) -> Result<Arc<General>> {
        if let Some(known) = &*self.general.lock().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(known));
        }
        let reads = self.engine().store().read()?;
        let name = shelf::get(&reads, Table::Settings, NAME_SETTING)?;
        let theme: Option<String> = shelf::get(&reads, Table::Settings, THEME_SETTING)?;
        let theme = theme.and_then(|kept| THEMES.into_iter().find(|t| *t == kept)).unwrap_or(THEMES[0]);
        let general = Arc::new(General { name: name.unwrap_or_else(|| "Aventora".into()), theme });
        *self.general.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&general));
        Ok(general)
    }

    /// Changes what holds for the whole workspace; for those who may.
    pub fn change_general(&self, actor: &Actor, change: GeneralChange) -> Result<()> {
        if !rules::may(actor, rules::Action::Settings, MEMBERS) {
            return Err(Error::Denied("Only an admin may change the workspace's settings.".into()));
        }
        let before = self.general()?;
        let (key, from, to) = match change {
            GeneralChange::Name(name) => (NAME_SETTING, before.name.clone(), checked_name(&name)?),
            GeneralChange::Theme(theme) if THEMES.contains(&theme.as_str()) => {
                (THEME_SETTING, before.theme.to_owned(), theme)
            }
            GeneralChange::Theme(_) => return Err(Error::invalid("theme", "unknown", "There is no such theme.")),
        };
        if from == to {
            return Ok(());
        }
        let event = setting_event(actor, &String::from_utf8_lossy(key), &from, &to, self.engine().now())?;
        self.engine().store().write(Priority::People, move |tx| {
            tx.append_event(event)?;
            shelf::put(tx, Table::Settings, key, &to)
        })?;
        self.forget_general();
        Ok(())
    }

    /// Reads the workspace's settings anew at the next question.
    pub(super) fn forget_general(&self) {
        *self.general.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// What a member chose: one of [`MODES`].
    pub fn set_color_mode(&self, actor: &Actor, mode: &str) -> Result<()> {
        if !MODES.contains(&mode) {
            return Err(Error::invalid("mode", "unknown", "There is no such colour mode."));
        }
        if !rules::may_choose_for(actor, actor.member) {
            return Err(Error::Denied("Only a member may choose how their pages look.".into()));
        }
        let schema = self.engine().schema();
        let object = schema.object_by_id(MEMBERS).ok_or(Error::NotFound)?;
        // A workspace without that field keeps the choice in the browser alone.
        let Some(field) = object.field("color_mode") else { return Ok(()) };
        let Some(choice) = field.choice(mode) else { return Ok(()) };
        let to = Some(Value::Choice(choice.id));
        let id = crate::base::id::RecordRef::new(MEMBERS, actor.member);
        let command = Command::Update { id, changes: vec![Change { field: field.id, to, shown: None }], version: None };
        // Members' records are the admins'; this one field is the member's own.
        let own = Actor { member: actor.member, address: actor.address, ..Actor::system("experience") };
        self.engine().run(&own, command, Context::default())?;
        Ok(())
    }
}

impl Member {
    /// One of [`MODES`].
    pub(super) fn mode(&self) -> &'static str {
        MODES.into_iter().find(|m| *m == self.color_mode).unwrap_or(MODES[0])
    }
}

/// A workspace's name as it is kept; empty or too long: [`Error::Invalid`].
pub(super) fn checked_name(name: &str) -> Result<String> {
    let name = name.trim();
    let characters = name.chars().count();
    if characters == 0 || characters > NAME_CHARACTERS_MAX || name.chars().any(char::is_control) {
        let message = format!("Give the workspace a name of at most {NAME_CHARACTERS_MAX} characters.");
        return Err(Error::invalid("workspace", "required", &message));
    }
    Ok(name.to_owned())
}
