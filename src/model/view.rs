//! What a preset brings beside objects: saved views, dashboard widgets, automation rules, advisor profiles. They come
//! alive in later issues; every filter in them compiles from now on.

use crate::base::id::ObjectId;
use serde::{Deserialize, Serialize};

/// A saved list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Never reused.
    pub id: u32,
    /// Label, exactly as the source spells it.
    pub name: String,
    /// What it means, one sentence.
    pub meaning: String,
    /// Of which object.
    pub object: ObjectId,
    /// Filter text.
    pub filter: String,
    /// Sort text.
    pub sort: String,
    /// `table`, `board`, `list`, `grid`.
    pub layout: String,
    /// API names of the columns; empty for the object's own.
    pub columns: Vec<String>,
}

/// A dashboard widget.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Widget {
    /// Label, exactly as the source spells it.
    pub name: String,
    /// What it shows, one sentence.
    pub meaning: String,
    /// `number`, `bar`, `line`, `funnel`, `table`, `calendar`.
    pub chart: String,
    /// Over which object.
    pub object: ObjectId,
    /// Filter text.
    pub filter: String,
    /// `count`, `sum(amount)`, …
    pub measure: String,
    /// API name of the field to group by; empty for none.
    pub group: String,
    /// Sort text, for tables.
    pub sort: String,
}

/// An automation rule, a draft until an admin activates it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Label, exactly as the source spells it.
    pub name: String,
    /// What it does, one sentence.
    pub meaning: String,
    /// `record_created`, `record_updated`, `stage_changed`, `date_approaching`, `schedule`, `signal`, …
    pub trigger: String,
    /// Over which object.
    pub object: ObjectId,
    /// Filter text.
    pub condition: String,
    /// `create_task`, `notify`, `suggest_action`, `start_engagement`, …
    pub actions: Vec<String>,
    /// Numbers an admin can adjust, such as `days_before = 120`.
    pub parameters: Vec<(String, i64)>,
    /// Whether it runs.
    pub active: bool,
}

/// An advisor profile: which views show and which rules are preselected.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// Label, exactly as the source spells it.
    pub name: String,
    /// Whom it is for.
    pub meaning: String,
    /// Names of the views shown by default.
    pub views: Vec<String>,
    /// Names of the rules preselected for activation.
    pub rules: Vec<String>,
}
