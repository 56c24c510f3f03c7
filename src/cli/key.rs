//! `aventora key`: API keys from the shell. A new key is printed once, alone on a line of stdout.

use super::task;
use crate::app::tasks::Task;
use crate::base::Result;
use crate::config::Config;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum Key {
    /// Make a key and print it, once
    Add {
        /// The e-mail address of the member it acts as
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it is for
        #[arg(long)]
        name: String,
    },
    /// List the keys; the keys themselves are not kept
    List,
    /// Revoke a key for ever
    Revoke {
        /// Its number, as `key list` tells it
        key: u64,
    },
}

pub(super) fn run(config: &Config, key: &Key) -> Result<()> {
    let task = match key {
        Key::Add { user, name } => Task::AddKey { email: user.clone(), name: name.clone() },
        Key::List => Task::Keys,
        Key::Revoke { key } => Task::RevokeKey { id: *key },
    };
    task::perform(config, &task)
}
