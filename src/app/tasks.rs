//! What an operator asks of a workspace from the shell. The same functions run in the command's own process where no server
//! runs, and in the server where one does, asked through its socket: there is never a second writer.

use super::Crm;
use crate::base::id::{BatchId, Row};
use crate::base::{Error, Result};
use crate::features::accounts::{Member, NewMember};
use crate::features::import::{self, ImportOptions};
use crate::model::{Actor, Object};
use crate::records::search::Search;
use crate::store;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::io::{Read, Write};
use std::time::Duration;

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
    Check {
        /// The end of the change log at an earlier time, as [`store::Head`] is shown, which must still be in it.
        since: Option<String>,
    },
    /// Rebuilds what is derived from the records: columns and search index.
    Reindex,
    /// Brings in a CSV file, whose bytes come as input.
    Import {
        /// API name of the object.
        object: String,
        /// Columns and their fields; others are guessed.
        map: Vec<(String, String)>,
        /// `skip`, `update` or `create`.
        duplicates: String,
        /// Report only.
        dry_run: bool,
        /// Bytes of the file, for the progress.
        bytes: u64,
    },
    /// Takes back what an import, or another batch, did.
    Undo {
        /// Its number.
        batch: u64,
    },
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
    /// Part of the file of rejected rows.
    Rejected(String),
}

/// Listens to what is said.
pub type Say<'a> = dyn FnMut(Said) + 'a;

/// Does it. `input` is the file of a task that takes one.
pub fn perform(crm: &Crm, task: &Task, input: &mut dyn Read, say: &mut Say<'_>) -> Result<()> {
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
        Task::Check { since } => check(crm, since.as_deref(), say),
        Task::Reindex => reindex(crm, say),
        Task::Import { object, map, duplicates, dry_run, bytes } => {
            let options = ImportOptions {
                object: object.clone(),
                map: map.clone(),
                duplicates: duplicates.parse()?,
                dry_run: *dry_run,
                region: crm.config.workspace.phone_region.clone(),
            };
            bring_in(crm, &options, *bytes, input, say)
        }
        Task::Undo { batch } => undo(crm, BatchId(*batch), say),
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

fn check(crm: &Crm, since: Option<&str>, say: &mut Say<'_>) -> Result<()> {
    let since = since.map(str::parse::<store::Head>).transpose()?;
    // Taken first, so that the events up to it are among those that are looked at.
    let head = store::chain_head(&crm.engine.store().read()?)?;
    let mut faults: Vec<String> = crm.engine.store().check(since.as_ref())?.iter().map(ToString::to_string).collect();
    let rows = |object: &Object| crm.engine.last_row(object.id).map(|row| row.0);
    let rows = crm.engine.schema().objects.iter().map(rows).sum::<Result<u64>>()?;
    // About so many: rows of purged records are gone, and the log may grow meanwhile.
    let total = rows + head.seq.0;
    let findings = crm.engine.check(&mut |done| {
        say(Said::Progress("Checking".into(), done.min(total), total));
    })?;
    faults.extend(findings.problems);
    for fault in &faults {
        say(Said::Line(fault.clone()));
    }
    if faults.is_empty() {
        say(Said::Note(format!(
            "No fault was found in {} records, {} index entries and {} events.",
            findings.records, findings.entries, findings.events
        )));
        if let Some(since) = since {
            say(Said::Note(format!("The change log still holds event {} as it was.", since.seq)));
        }
        say(Said::Note("Keep the end of the change log elsewhere, for a later `aventora check --since`:".into()));
        say(Said::Line(head.to_string()));
        return Ok(());
    }
    let found = if faults.len() == 1 { "1 fault was".into() } else { format!("{} faults were", faults.len()) };
    let message = format!("{found} found; restore a backup from before, or ask for help with this list.");
    Err(Error::External(message))
}

/// Waits until a search index that is being made is whole.
pub(super) fn wait_for_index(search: &Search, say: &mut Say<'_>) {
    while let Some(progress) = search.rebuilding() {
        say(Said::Progress("Search index".into(), progress.done, progress.total));
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Chunks of columns that are made again in one slice of the writer's time.
const CHUNKS_AT_ONCE: u32 = 2;
/// How often the search index is asked how far it is.
const LOOK_EVERY: Duration = Duration::from_millis(200);

fn reindex(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    crm.engine.rebuild_columns(CHUNKS_AT_ONCE, &mut |object, done, total| {
        say(Said::Progress(format!("Columns of {object}"), done, total));
    })?;
    crm.start()?;
    let Some(search) = crm.engine.searching() else { return Ok(()) };
    search.reindex();
    wait_for_index(search, say);
    say(Said::Note("Columns and search index are made anew.".into()));
    Ok(())
}

fn bring_in(crm: &Crm, options: &ImportOptions, bytes: u64, input: &mut dyn Read, say: &mut Say<'_>) -> Result<()> {
    let say = RefCell::new(|said: Said| say(said));
    let tell = |text: String| (say.borrow_mut())(Said::Note(text));
    let mut begun = false;
    let report = import::run(
        &crm.engine,
        &Actor::system("import"),
        options,
        input,
        Rejects { say: &say, text: Vec::new() },
        &mut |at| match at.batch {
            // Told before anything is saved, so that it is known whatever ends the import midway.
            Some(batch) if !begun => {
                begun = true;
                tell(format!("This is batch {batch}; `aventora import --undo {batch}` takes back what it saves."));
            }
            _ => (say.borrow_mut())(Said::Progress("Importing".into(), at.bytes.min(bytes), bytes)),
        },
    )?;
    for (column, field) in &report.columns {
        tell(format!("{column} → {}", field.as_deref().unwrap_or("(left out)")));
    }
    report.notes.iter().for_each(|note| tell(note.clone()));
    let (what, undo) = match report.batch {
        Some(batch) => ("", format!(" `aventora import --undo {batch}` takes it all back.")),
        None => ("Dry run, nothing was saved: ", String::new()),
    };
    tell(format!(
        "{what}{} rows: {} created, {} updated, {} skipped, {} rejected; {} companies made.{undo}",
        report.rows, report.created, report.updated, report.skipped, report.rejected, report.companies_created
    ));
    Ok(())
}

fn undo(crm: &Crm, batch: BatchId, say: &mut Say<'_>) -> Result<()> {
    let undone = crm.engine.undo(&Actor::system("cli"), batch, &mut |done, total| {
        say(Said::Progress("Taking back".into(), done, total));
    });
    let undone = undone.map_err(|error| match error {
        Error::NotFound => {
            let message = format!("There is no batch {batch}; an import tells its number when it begins and ends.");
            Error::invalid("", "not_found", message)
        }
        other => other,
    })?;
    let schema = crm.engine.schema();
    for (id, why) in &undone.skipped {
        let object = schema.object_by_id(id.object).map_or("", |o| o.name.as_str());
        say(Said::Line(format!("{object} {}: {why}", id.row)));
    }
    say(Said::Note(format!(
        "{} changes were taken back, {} were left as they are. `aventora import --undo {}` brings them back.",
        undone.reverted,
        undone.skipped.len(),
        undone.batch
    )));
    Ok(())
}

/// Passes rejected rows on, in whole characters.
struct Rejects<'a, F: FnMut(Said)> {
    say: &'a RefCell<F>,
    text: Vec<u8>,
}

/// Bytes of rejected rows that are passed on together.
const REJECTS_AT_ONCE: usize = 64 * 1024;

impl<F: FnMut(Said)> Write for Rejects<'_, F> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.text.extend_from_slice(bytes);
        if self.text.len() >= REJECTS_AT_ONCE {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        let whole = match std::str::from_utf8(&self.text) {
            Ok(text) => text.len(),
            Err(e) => e.valid_up_to(),
        };
        let rest = self.text.split_off(whole);
        let text = std::mem::replace(&mut self.text, rest);
        if !text.is_empty() {
            (self.say.borrow_mut())(Said::Rejected(String::from_utf8_lossy(&text).into_owned()));
        }
        Ok(())
    }
}

impl<F: FnMut(Said)> Drop for Rejects<'_, F> {
    fn drop(&mut self) {
        // Saying something can't fail.
        let _ = self.flush();
    }
}
