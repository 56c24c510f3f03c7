//! `aventora check`: whether the data is as it was written. Reads only; repairs nothing.

use super::task;
use crate::app::tasks::Task;
use crate::base::Result;
use crate::config::Config;

pub(super) fn check(config: &Config) -> Result<()> {
    task::perform(config, &Task::Check)
}
