//! Pipelines: the ordered stages a deal moves through.

use crate::base::id::{ObjectId, OptionId};
use serde::{Deserialize, Serialize};

/// Whether a stage is on the way or an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StageKind {
    /// On the way.
    Open,
    /// Success.
    Won,
    /// Failure.
    Lost,
}

/// One stage. Its id is unique in the whole workspace, so that a stage names its pipeline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stage {
    /// Never reused.
    pub id: OptionId,
    /// Stable snake_case API name, unique within its pipeline.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Open, won or lost.
    pub kind: StageKind,
    /// Palette class.
    pub color: String,
    /// 0 to 100; what a deal gets when it enters.
    pub probability: u8,
    /// Days without a change after which a deal counts as stale.
    pub stale_days: u16,
    /// What it means, one sentence.
    pub meaning: String,
    /// No longer offered; history keeps it.
    pub retired: bool,
}

/// A pipeline of an object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Never reused.
    pub id: OptionId,
    /// Whose records move through it: deals.
    pub object: ObjectId,
    /// Stable snake_case API name.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What it tracks, one sentence.
    #[serde(default)]
    pub meaning: String,
    /// A new deal of a contact for whom this filter holds begins here; empty for no such rule.
    #[serde(default)]
    pub preselect: String,
    /// In order.
    pub stages: Vec<Stage>,
}
