//! `aventora init`: a workspace without the browser.

use super::{output, secret};
use crate::app::{Crm, Parts, socket};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::features::accounts::Setup;
use clap::Args;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct Init {
    /// generic, insurance, mortgage, financial-advisor or real-estate
    #[arg(long)]
    preset: String,
    /// What the workspace is called
    #[arg(long)]
    name: String,
    /// The address the first admin signs in with
    #[arg(long, value_name = "EMAIL")]
    admin_email: String,
    /// What people call the first admin [default: the part of the address before the @]
    #[arg(long, value_name = "NAME")]
    admin_name: Option<String>,
    /// File with the admin's password, - for stdin
    #[arg(long, value_name = "FILE", default_value = "-")]
    admin_password_file: PathBuf,
    /// ISO 4217 code of the workspace's money [default: that of the configuration]
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
}

pub(super) fn run(config: &Config, init: &Init) -> Result<()> {
    if UnixStream::connect(socket::path(&config.data.dir)).is_ok() {
        let message = "A server runs on this data directory; stop it first, or open its setup page.";
        return Err(Error::Unavailable(message.into()));
    }
    // Wrong arguments are told before anything is made.
    crate::model::preset::Preset::load(&init.preset, config.workspace.presets_dir.as_deref())?;
    let password = secret::read(&init.admin_password_file)?;
    let local = init.admin_email.split('@').next().unwrap_or_default();
    let setup = Setup {
        preset: init.preset.clone(),
        workspace: init.name.clone(),
        presets_dir: config.workspace.presets_dir.clone(),
        currency: init.currency.clone().unwrap_or_else(|| config.workspace.currency.clone()),
        name: init.admin_name.clone().unwrap_or_else(|| local.to_string()),
        email: init.admin_email.clone(),
        password,
    };
    setup.check()?;
    let crm = Crm::open(config.clone(), Parts::default())?;
    let member = crm.accounts.set_up(&setup)?;
    output::note(&format!(
        "The workspace {} is in {}. Start it with `aventora serve --data {}` and sign in as {}.",
        init.name,
        config.data.dir.display(),
        config.data.dir.display(),
        member.email
    ));
    Ok(())
}
