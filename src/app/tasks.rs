//! What an operator asks of a workspace from the shell. The same functions run in the command's own process where no server
//! runs, and in the server where one does, asked through its socket: there is never a second writer.

use super::Crm;
use crate::base::id::Row;
use crate::base::{Error, Result};
use crate::features::accounts::{Member, NewMember};
use crate::model::Actor;
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    /// All members.
    Users,
    /// A new member.
    AddUser {
        /// The address they sign in with.
        email: String,
        /// What people call them.
        name: String,
        /// API name of their role.
        role: String,
        /// Their password.
        password: String,
    },
    /// Another password for a member; their sessions end.
    ResetPassword {
        /// Whose.
        email: String,
        /// The new one.
        password: String,
    },
    /// The browsers a member is signed in with.
    Sessions {
        /// Whose.
        email: String,
    },
    /// Signs a member out everywhere.
    RevokeSessions {
        /// Whose.
        email: String,
    },
    /// A new API key.
    AddKey {
        /// Whose.
        email: String,
        /// What it is for.
        name: String,
    },
    /// All API keys.
    Keys,
    /// Revokes an API key.
    RevokeKey {
        /// Its number.
        id: u64,
    },
    /// The data model, as JSON.
    Schema,
    /// Checks the data.
    Check,
}

/// What is said meanwhile.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// A line of the result.
    Line(String),
    /// Lines of a table, its head first.
    Table(Vec<Vec<String>>),
    /// A note for the person.
    Note(String),
    /// How far it is: what, done, of how many.
    Progress(String, u64, u64),
}

/// Listens to what is said.
pub type Say<'a> = dyn FnMut(Said) + 'a;

/// Does it.
pub fn perform(crm: &Crm, task: &Task, say: &mut Say<'_>) -> Result<()> {
    let actor = Actor::system("cli");
    match task {
        Task::Users => users(crm, say),
        Task::AddUser { email, name, role, password } => {
            let new = NewMember { name: name.clone(), email: email.clone(), role: role.clone() };
            crm.accounts.check_password(password, &[email, name])?;
            let member = crm.accounts.add_member(&actor, &new)?;
            crm.accounts.set_password(&actor, &member, password)?;
            say(Said::Note(format!("{} can sign in now as {}.", member.email, member.role)));
            Ok(())
        }
        Task::ResetPassword { email, password } => {
            let member = find(crm, email)?;
            crm.accounts.set_password(&actor, &member, password)?;
            say(Said::Note(format!("{} has a new password and is signed out everywhere.", member.email)));
            Ok(())
        }
        Task::Sessions { email } => sessions(crm, &find(crm, email)?, say),
        Task::RevokeSessions { email } => {
            let ended = crm.accounts.revoke_sessions(&actor, find(crm, email)?.row)?;
            say(Said::Note(format!("{ended} sessions of {email} were ended.")));
            Ok(())
        }
        Task::AddKey { email, name } => {
            let (id, key) = crm.accounts.add_key(&actor, find(crm, email)?.row, name)?;
            say(Said::Note(format!("Key {id} acts as {email}. It is shown this once:")));
            say(Said::Line(key));
            Ok(())
        }
        Task::Keys => keys(crm, say),
        Task::RevokeKey { id } => {
            crm.accounts.revoke_key(&actor, *id)?;
            say(Said::Note(format!("Key {id} is good for nothing any more.")));
            Ok(())
        }
        Task::Schema => {
            let schema = serde_json::to_string(&*crm.engine.schema());
            say(Said::Line(schema.map_err(|e| Error::internal("the data model can't be written", e))?));
            Ok(())
        }
        Task::Check => check(crm, say),
    }
}

fn find(crm: &Crm, email: &str) -> Result<Member> {
    crm.accounts.member_by_email(email)?.ok_or_else(|| {
        let message =
            format!("There is no member with the e-mail address {email}; `aventora user list` tells who there is.");
        Error::invalid("", "not_found", message)
    })
}

fn users(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    let mut rows = vec![["e-mail", "name", "role", "state"].map(String::from).to_vec()];
    for member in crm.accounts.members()? {
        let state = if member.active { "active" } else { "removed" };
        rows.push(vec![member.email, member.name, member.role, state.into()]);
    }
    say(Said::Table(rows));
    Ok(())
}

fn sessions(crm: &Crm, member: &Member, say: &mut Say<'_>) -> Result<()> {
    let mut rows = vec![["signed in", "last seen", "from", "browser"].map(String::from).to_vec()];
    for session in crm.accounts.sessions_of(member.row)? {
        let from = session.address.map(|a| a.to_string()).unwrap_or_default();
        rows.push(vec![moment(session.created), moment(session.seen), from, session.agent]);
    }
    say(Said::Table(rows));
    Ok(())
}

fn keys(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    let members = crm.accounts.members()?;
    let mut rows = vec![["key", "member", "name", "made", "last used", "state"].map(String::from).to_vec()];
    for key in crm.accounts.keys()? {
        let whose = members.iter().find(|m| m.row == Row(key.member)).map(|m| m.email.clone());
        rows.push(vec![
            key.id.to_string(),
            whose.unwrap_or_else(|| format!("member {}", key.member)),
            key.name,
            moment(key.created),
            key.used.map(moment).unwrap_or_else(|| "never".into()),
            if key.revoked.is_some() { "revoked" } else { "active" }.into(),
        ]);
    }
    say(Said::Table(rows));
    Ok(())
}

/// A moment as an operator reads it: UTC, to the second.
fn moment(millis: i64) -> String {
    match jiff::Timestamp::from_millisecond(millis) {
        Ok(time) => time.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
        Err(_) => String::new(),
    }
}

fn check(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    let findings = crate::store::verify_chain(&crm.engine.store().read()?, None)?;
    for finding in &findings {
        say(Said::Line(finding.to_string()));
    }
    if findings.is_empty() {
        say(Said::Note("No fault was found.".into()));
        return Ok(());
    }
    let message =
        format!("{} faults were found; restore a backup from before, or ask for help with this list.", findings.len());
    Err(Error::External(message))
}
