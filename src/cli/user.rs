//! `aventora user`: members from the shell, so that nobody is ever locked out.

use super::{secret, task};
use crate::app::tasks::Task;
use crate::base::Result;
use crate::config::Config;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// List the members
    List,
    /// Add a member who signs in with a password
    Add {
        /// The address they sign in with
        email: String,
        /// What people call them
        #[arg(long)]
        name: String,
        /// admin, manager, member, read_only, …
        #[arg(long)]
        role: String,
        /// File with the password, - for stdin
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// Give a member another password and end their sessions
    ResetPassword {
        /// The address they sign in with
        email: String,
        /// File with the password, - for stdin
        #[arg(long, value_name = "FILE")]
        password_file: PathBuf,
    },
    /// List the browsers a member is signed in with
    Sessions {
        /// The address they sign in with
        email: String,
    },
    /// Sign a member out everywhere
    Revoke {
        /// The address they sign in with
        email: String,
    },
}

pub(super) fn run(config: &Config, user: &User) -> Result<()> {
    let task = match user {
        User::List => Task::Users,
        User::Add { email, name, role, password_file } => Task::AddUser {
            email: email.clone(),
            name: name.clone(),
            role: role.clone(),
            password: secret::read(password_file)?,
        },
        User::ResetPassword { email, password_file } => {
            Task::ResetPassword { email: email.clone(), password: secret::read(password_file)? }
        }
        User::Sessions { email } => Task::Sessions { email: email.clone() },
        User::Revoke { email } => Task::RevokeSessions { email: email.clone() },
    };
    task::perform(config, &task)
}
