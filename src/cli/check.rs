//! `aventora check` and `aventora reindex`: whether the data is as it was written, and making anew what is derived from it.

use super::task;
use crate::app::tasks::Task;
use crate::base::Result;
use crate::config::Config;

pub(super) fn check(config: &Config) -> Result<()> {
    task::perform(config, &Task::Check)
}

pub(super) fn reindex(config: &Config) -> Result<()> {
    task::perform(config, &Task::Reindex)
}
