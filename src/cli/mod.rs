//! Row 9: the commands, one file each. They read their arguments, call what a server would call too, and say how it went:
//! exit code 0, 1 for a failure, 2 for bad usage; an error is one sentence on stderr that says what to do next.

mod check;
mod config;
mod demo;
mod import;
mod init;
mod key;
mod output;
mod secret;
mod serve;
mod task;
mod user;
mod version;

use crate::base::{Error, Result};
use crate::config::{Config, Sources, load};
use clap::{Args, Parser, Subcommand};
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Exit code of bad usage.
const USAGE: u8 = 2;

/// A CRM that runs on one machine of your own.
#[derive(Debug, Parser)]
#[command(name = "aventora", version, arg_required_else_help = true)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Common {
    /// Configuration file [default: ./config.toml, else /etc/aventora/config.toml, if there]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Data directory [default: ./data]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the server
    Serve {
        /// Address and port to listen on [default: 127.0.0.1:8080]
        #[arg(long, value_name = "ADDR")]
        listen: Option<SocketAddr>,
        /// With /dev/components: every part of the pages in every state, for those who build Aventora
        #[arg(long)]
        dev: bool,
    },
    /// Make (or reopen) a workspace with sample data in ./demo-data, and serve it
    Demo(demo::Demo),
    /// Make a workspace without the browser
    Init(init::Init),
    /// Check the data: checksums, links, indexes, columns, log
    Check(check::Check),
    /// Bring records in from a CSV file
    Import(import::Import),
    /// Rebuild the search index and the columns
    Reindex,
    /// Make the data anew, without a trace of what was purged (no server may run)
    Compact,
    /// Members: list, add, reset a password, sessions
    #[command(subcommand)]
    User(user::User),
    /// API keys: add, list, revoke
    #[command(subcommand)]
    Key(key::Key),
    /// The configuration
    #[command(subcommand)]
    Config(config::ConfigCommand),
    /// Print this workspace's API description
    Openapi,
    /// Print the version
    Version,
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let usage = error.use_stderr();
            // Nothing can be done where even the help can't be printed.
            let _ = error.print();
            return if usage { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    match execute(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

fn execute(arguments: Arguments) -> Result<()> {
    let common = &arguments.common;
    match arguments.command {
        Command::Serve { listen, dev } => serve::run(&common.load(listen)?, dev),
        Command::Demo(demo) => {
            let mut config = common.load(demo.listen)?;
            if common.data.is_none() {
                config.data.dir = demo::DIR.into();
            }
            demo::run(&config, &demo)
        }
        Command::Init(init) => init::run(&common.load(None)?, &init),
        Command::Import(import) => import::run(&common.load(None)?, &import),
        Command::Reindex => check::reindex(&common.load(None)?),
        Command::Compact => check::compact(&common.load(None)?),
        Command::Check(check) => check::check(&common.load(None)?, &check),
        Command::User(user) => user::run(&common.load(None)?, &user),
        Command::Key(key) => key::run(&common.load(None)?, &key),
        Command::Config(command) => config::run(common, &command),
        Command::Openapi => version::openapi(&common.load(None)?),
        Command::Version => version::run(),
    }
}

impl Common {
    /// The configuration, with what the command line says over it.
    fn load(&self, listen: Option<SocketAddr>) -> Result<Config> {
        let mut config = load(&self.sources())?;
        if let Some(dir) = &self.data {
            config.data.dir.clone_from(dir);
        }
        if let Some(listen) = listen {
            config.server.listen = listen;
        }
        Ok(config)
    }

    fn sources(&self) -> Sources {
        Sources {
            file: self.config.clone(),
            fallbacks: vec!["config.toml".into(), "/etc/aventora/config.toml".into()],
            environment: std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        }
    }
}

/// Starts the log on stderr, at the level and in the form of the configuration.
fn start_log(config: &Config) -> Result<()> {
    use tracing_subscriber::EnvFilter;
    let level = &config.log.level;
    // The libraries' own chatter is of no use to an operator below `debug`.
    let directives = format!("warn,aventora={level},access={level}");
    let filter = EnvFilter::try_new(directives).map_err(|e| Error::internal("the log's level is not known", e))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let result = if config.log.format == "json" {
        log.json().flatten_event(true).try_init()
    } else {
        log.with_target(false).with_ansi(std::io::stderr().is_terminal()).try_init()
    };
    result.map_err(|e| Error::internal("the log can't be started", e))
}
