//! `aventora demo`: a workspace with sample data, made or opened again, and served.

use super::{output, serve, start_log};
use crate::app::{Crm, Parts};
use crate::base::clock::{Clock, SystemClock};
use crate::base::rng::{Rng, SystemRng};
use crate::base::{Error, Result, time};
use crate::config::Config;
use crate::features::accounts::{NewMember, Setup};
use crate::features::demo::{CONTACTS_DEFAULT, DemoPlan, MEMBERS, fill};
use crate::http;
use crate::model::Actor;
use crate::model::preset::Preset;
use clap::Args;
use jiff::tz::TimeZone;
use std::path::{Path, PathBuf};

/// Where sample data lies where nothing else is said.
pub(super) const DIR: &str = "demo-data";
/// In the demo's data directory: who signs in with what. Written last, so that it is there only where all the rest is.
const SIGN_IN_FILE: &str = "demo-sign-in.txt";
/// Characters of a random password.
const PASSWORD_LENGTH: usize = 14;

#[derive(Debug, Args)]
pub(super) struct Demo {
    /// generic, insurance, mortgage, financial-advisor or real-estate [default: insurance, or that of the demo data there]
    #[arg(long)]
    preset: Option<String>,
    /// How many contacts; they bring a third as many deals, half as many tasks, as many notes
    #[arg(long, default_value_t = CONTACTS_DEFAULT)]
    contacts: usize,
    /// Another seed, other people
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day the sample data is told up to, such as 2026-11-26 [default: today]
    #[arg(long, value_name = "DATE")]
    today: Option<String>,
    /// Address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(super) listen: Option<std::net::SocketAddr>,
}

pub(super) fn run(config: &Config, demo: &Demo) -> Result<()> {
    start_log(config)?;
    let file = config.data.dir.join(SIGN_IN_FILE);
    let plan = plan(config, demo)?;
    let listening = http::listen(config.server.listen)?;
    if !listening.address.ip().is_loopback() {
        output::note(
            "WARNING: everybody who reaches this address can try the sample workspace; don't put real data in it.",
        );
    }
    let mut config = config.clone();
    config.server.listen = listening.address;
    let made = file.exists();
    if !made && config.data.dir.join(crate::store::DATA_FILE).exists() {
        return Err(Error::invalid("data", "not_empty", not_ours(&config.data.dir)));
    }
    let crm = Crm::open(config, Parts::default())?;
    let text = if made { reopen(&crm, demo, &file)? } else { make(&crm, demo, plan, &file)? };
    serve::until_the_end(&crm, listening, move |_| text.lines().for_each(output::line))
}

fn not_ours(dir: &Path) -> String {
    format!(
        "{} has data that is no finished sample data; choose another directory with --data DIR, or delete it.",
        dir.display()
    )
}

/// What to make, as far as that is known before there are members.
fn plan(config: &Config, demo: &Demo) -> Result<DemoPlan> {
    let zone = TimeZone::get(&config.workspace.time_zone).unwrap_or(TimeZone::UTC);
    let today = match &demo.today {
        Some(text) => {
            time::parse_date(text).map_err(|error| Error::invalid("today", error.code(), error.to_string()))?
        }
        None => time::day_of(SystemClock.now(), &zone),
    };
    let region = config.workspace.phone_region.clone();
    Ok(DemoPlan { contacts: demo.contacts, seed: demo.seed, today, zone, region, members: Vec::new() })
}

/// Opens what an earlier call made; another preset is refused.
fn reopen(crm: &Crm, demo: &Demo, file: &PathBuf) -> Result<String> {
    let there = crm.engine.schema().preset.clone();
    if let Some(wanted) = &demo.preset
        && *wanted != there
    {
        let message = format!(
            "The sample data there is of the preset {there}; choose another directory with --data DIR, or delete it."
        );
        return Err(Error::invalid("preset", "mismatch", message));
    }
    std::fs::read_to_string(file).map_err(|error| Error::External(format!("{} can't be read: {error}", file.display())))
}

/// Makes members and sample data.
fn make(crm: &Crm, demo: &Demo, mut plan: DemoPlan, file: &Path) -> Result<String> {
    let preset = demo.preset.clone().unwrap_or_else(|| "insurance".into());
    let loaded = Preset::load(&preset, crm.config.workspace.presets_dir.as_deref())?;
    let passwords: Vec<String> = MEMBERS.iter().map(|_| password()).collect();
    let setup = Setup {
        preset,
        workspace: format!("{} Demo", loaded.label),
        presets_dir: crm.config.workspace.presets_dir.clone(),
        currency: crm.config.workspace.currency.clone(),
        name: MEMBERS[0].0.into(),
        email: MEMBERS[0].1.into(),
        password: passwords[0].clone(),
    };
    let system = Actor::system("demo");
    plan.members.push(crm.accounts.set_up(&setup)?.row);
    let mut members = Vec::new();
    for (name, email, role) in &MEMBERS[1..] {
        let new = NewMember { name: (*name).into(), email: (*email).into(), role: (*role).into() };
        members.push(crm.accounts.add_member(&system, &new)?);
    }
    plan.members.extend(members.iter().map(|member| member.row));
    // Hashing four passwords takes as long as a thousand records: both at once.
    std::thread::scope(|scope| {
        let hashing = scope.spawn(|| {
            let mut each = members.iter().zip(&passwords[1..]);
            each.try_for_each(|(member, password)| crm.accounts.set_password(&system, member, password))
        });
        let report = fill(&crm.engine, &Actor::system("demo"), &plan)?;
        tracing::info!(?report, "sample data is ready");
        hashing.join().map_err(|_| Error::Internal("hashing the passwords failed".into()))?
    })?;
    let lines = MEMBERS
        .iter()
        .zip(&passwords)
        .map(|((_, email, role), password)| format!("{:<10} {email:<22} {password}\n", role.replace('_', "-")));
    let text = format!("Sign in with one of these e-mail addresses and passwords:\n{}", lines.collect::<String>());
    write_private(file, &text)
        .map_err(|error| Error::External(format!("{} can't be written: {error}", file.display())))?;
    Ok(text)
}

/// A password of letters and digits that are not mistaken for each other.
fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; PASSWORD_LENGTH];
    SystemRng.fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// Only the owner of the process may read it.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
