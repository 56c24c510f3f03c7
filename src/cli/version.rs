//! `aventora version`, and `aventora openapi`: what this program is and what its API looks like here.

use super::{output, task};
use crate::api;
use crate::app::tasks::{Said, Task};
use crate::base::{Error, Result};
use crate::config::Config;

pub(super) fn run() -> Result<()> {
    output::line(concat!("aventora ", env!("CARGO_PKG_VERSION")));
    Ok(())
}

pub(super) fn openapi(config: &Config) -> Result<()> {
    let mut text = String::new();
    task::listen(config, &Task::Schema, &mut |said| {
        if let Said::Line(line) = said {
            text = line;
        }
    })?;
    let schema = serde_json::from_str(&text).map_err(|e| Error::internal("the data model can't be read", e))?;
    output::line(&api::openapi::document(&schema, &config.url()).to_string());
    Ok(())
}
