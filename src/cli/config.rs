//! `aventora config check`: whether the configuration is right, and what is in force. Secrets are masked.

use super::{Common, output};
use crate::base::Result;
use clap::Subcommand;

#[derive(Debug, Subcommand)]
pub(super) enum ConfigCommand {
    /// Check the configuration and print what is in force, secrets masked
    Check,
}

pub(super) fn run(common: &Common, command: &ConfigCommand) -> Result<()> {
    let ConfigCommand::Check = command;
    let config = common.load(None)?;
    output::line(config.shown().trim_end());
    output::note("The configuration is right.");
    Ok(())
}
