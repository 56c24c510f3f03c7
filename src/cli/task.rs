//! Doing a task where the data is: in the running server, through its socket, or else here, with the data directory opened.

use super::output::{self, Progress};
use crate::app::tasks::{self, Said, Task};
use crate::app::{Crm, Parts, socket};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::store::DATA_FILE;
use std::io::Read;

/// Does a task and prints what it says.
pub(super) fn perform(config: &Config, task: &Task) -> Result<()> {
    printed(|say| listen(config, task, say))
}

/// Prints what some work says.
pub(super) fn printed(work: impl FnOnce(&mut tasks::Say<'_>) -> Result<()>) -> Result<()> {
    let mut progress = None;
    let result = work(&mut |said| match said {
        Said::Line(text) => output::line(&text),
        Said::Table(rows) => output::table(&rows),
        Said::Note(text) => output::note(&text),
        Said::Progress(what, done, total) => progress.get_or_insert_with(Progress::new).at(&what, done, total),
        Said::Rejected(_) => {}
    });
    if let Some(progress) = progress {
        progress.end();
    }
    result
}

/// Does a task; what it says goes to `say`.
pub(super) fn listen(config: &Config, task: &Task, say: &mut tasks::Say<'_>) -> Result<()> {
    with_file(config, task, None, say)
}

/// Does a task that takes a file; what it says goes to `say`.
pub(super) fn with_file(
    config: &Config,
    task: &Task,
    file: Option<&mut (dyn Read + Send)>,
    say: &mut tasks::Say<'_>,
) -> Result<()> {
    if let Some(server) = socket::server_of(&config.data.dir) {
        return socket::ask(&server, task, file, say);
    }
    must_exist(config)?;
    let crm = Crm::open(config.clone(), Parts::default())?;
    match file {
        Some(mut file) => tasks::perform(&crm, task, &mut file, say),
        None => tasks::perform(&crm, task, &mut std::io::empty(), say),
    }
}

/// Refuses a data directory without data, which is nearly always the wrong one.
pub(super) fn must_exist(config: &Config) -> Result<()> {
    let dir = &config.data.dir;
    if dir.join(DATA_FILE).exists() {
        return Ok(());
    }
    let message = format!(
        "There is no workspace in {}; name its directory with --data DIR, or make one with `aventora init` or `aventora serve`.",
        dir.display()
    );
    Err(Error::External(message))
}
