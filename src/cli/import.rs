//! `aventora import`: a CSV file into an object, or an import taken back. Rejected rows go to `FILE.rejected.csv` with the
//! reason in the last column.

use super::output::{self, Progress};
use super::task;
use crate::app::tasks::{Said, Task};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::features::import::map_from_toml;
use clap::Args;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(super) struct Import {
    /// The CSV file
    #[arg(required_unless_present = "undo")]
    file: Option<PathBuf>,
    /// contacts, companies, …
    #[arg(long, required_unless_present = "undo")]
    object: Option<String>,
    /// TOML file with a line `"CSV column" = "field"` for each column that is not guessed right
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// What is done with rows that are there already: skip, update or create
    #[arg(long, value_name = "POLICY", default_value = "skip", value_parser = ["skip", "update", "create"])]
    duplicates: String,
    /// Report what would be done and save nothing
    #[arg(long)]
    dry_run: bool,
    /// Take back an import, by the number that it told: what it made goes to the trash, what it changed gets its old value
    #[arg(long, value_name = "BATCH", conflicts_with_all = ["file", "object", "map", "duplicates", "dry_run"])]
    undo: Option<u64>,
}

pub(super) fn run(config: &Config, import: &Import) -> Result<()> {
    match (&import.file, &import.object, import.undo) {
        (_, _, Some(batch)) => task::perform(config, &Task::Undo { batch }),
        (Some(path), Some(object), None) => bring_in(config, import, path, object),
        // The arguments' rules let nobody come here.
        _ => Err(Error::External("Name a file and --object, or --undo.".into())),
    }
}

fn bring_in(config: &Config, import: &Import, path: &Path, object: &str) -> Result<()> {
    let mut file = File::open(path).map_err(|e| unreadable(path, &e))?;
    let metadata = file.metadata().map_err(|e| unreadable(path, &e))?;
    if metadata.is_dir() {
        return Err(unreadable(path, &std::io::Error::other("it is a directory")));
    }
    let map = match &import.map {
        Some(map) => map_from_toml(&std::fs::read_to_string(map).map_err(|e| unreadable(map, &e))?)?,
        None => Vec::new(),
    };
    let task = Task::Import {
        object: object.to_owned(),
        map,
        duplicates: import.duplicates.clone(),
        dry_run: import.dry_run,
        bytes: metadata.len(),
    };
    let mut rejected = Rejected::beside(path);
    let mut progress = Progress::new();
    let result = task::with_file(config, &task, Some(&mut file), &mut |said| match said {
        Said::Line(text) => output::line(&text),
        Said::Table(rows) => output::table(&rows),
        Said::Note(text) => output::note(&text),
        Said::Progress(what, done, total) => progress.at(&what, done, total),
        Said::Rejected(text) => rejected.write(&text),
    });
    progress.end();
    result?;
    rejected.finish()
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    Error::External(format!("The file {} can't be read ({error}); check its name and permissions.", path.display()))
}

/// The file of rejected rows, made when the first one comes.
struct Rejected {
    path: PathBuf,
    file: Option<std::io::Result<File>>,
}

impl Rejected {
    fn beside(file: &Path) -> Self {
        let mut name = file.as_os_str().to_owned();
        name.push(".rejected.csv");
        Self { path: name.into(), file: None }
    }

    fn write(&mut self, text: &str) {
        let file = self.file.get_or_insert_with(|| File::create(&self.path));
        if let Ok(open) = file
            && let Err(error) = open.write_all(text.as_bytes())
        {
            *file = Err(error);
        }
    }

    fn finish(self) -> Result<()> {
        match self.file {
            None => Ok(()),
            Some(Ok(_)) => {
                output::note(&format!("Rejected rows, with reasons, are in {}.", self.path.display()));
                Ok(())
            }
            Some(Err(error)) => Err(Error::External(format!(
                "The good rows are in, but the rejected ones could not be written to {} ({error}).",
                self.path.display()
            ))),
        }
    }
}
