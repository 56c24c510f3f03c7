//! `aventora check`, `aventora reindex` and `aventora compact`: whether the data is as it was written, making anew what is
//! derived from it, and making all of it anew without what was purged.

use super::task;
use crate::app::tasks::Task;
use crate::app::{self, Parts, socket};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::store::Head;
use clap::Args;
use std::path::Path;

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Also make sure that the change log still holds this end of it, as an earlier check or the server's daily log line
    /// told it; or a file with such lines, of which the last counts
    #[arg(long, value_name = "SEQ:HASH or FILE")]
    since: Option<String>,
}

pub(super) fn check(config: &Config, check: &Check) -> Result<()> {
    let since = check.since.as_deref().map(known_head).transpose()?;
    task::perform(config, &Task::Check { since: since.map(|head| head.to_string()) })
}

/// The head that is written there, or the last one in the file of that name.
fn known_head(text: &str) -> Result<Head> {
    if !Path::new(text).is_file() {
        return text.parse();
    }
    let file = std::fs::read(text).map_err(|e| Error::External(format!("The file {text} can't be read ({e}).")))?;
    Head::last_in(&String::from_utf8_lossy(&file)).ok_or_else(|| {
        let message = format!("The file {text} holds no end of a change log, such as `aventora check` prints.");
        Error::invalid("since", "syntax", message)
    })
}

pub(super) fn reindex(config: &Config) -> Result<()> {
    task::perform(config, &Task::Reindex)
}

pub(super) fn compact(config: &Config) -> Result<()> {
    if socket::server_of(&config.data.dir).is_some() {
        let message = "A server runs on this data directory; stop it first, then run `aventora compact` again.";
        return Err(Error::Unavailable(message.into()));
    }
    task::must_exist(config)?;
    task::printed(|say| app::compact::compact(config, Parts::default(), say))
}
