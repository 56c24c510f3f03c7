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
    /// Filter text, with the parameters filled in.
    pub filter: String,
    /// Filter text with `{parameter}` where an admin's number goes; empty where it is the filter itself.
    #[serde(default)]
    pub template: String,
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
    /// Filter text, with the parameters filled in.
    pub filter: String,
    /// Filter text with `{parameter}` where an admin's number goes; empty where it is the filter itself.
    #[serde(default)]
    pub template: String,
    /// `count`, `sum(f)`, `avg(f)`, `min(f)`, `max(f)`, `unique(f)`, `weighted(f)` (times the probability) or `share` (the
    /// count of `filter` divided by that of `of`); several are separated by `, `.
    pub measure: String,
    /// For `share`: filter text of the whole; empty for other measures.
    #[serde(default)]
    pub of: String,
    /// The same with `{parameter}` where an admin's number goes.
    #[serde(default)]
    pub of_template: String,
    /// API name of the field to group by; empty for none.
    pub group: String,
    /// Sort text, for tables.
    pub sort: String,
    /// API names of a table's columns; empty for the object's own.
    #[serde(default)]
    pub columns: Vec<String>,
}

/// An automation rule, a draft until an admin activates it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Label, exactly as the source spells it.
    pub name: String,
    /// What it does, one sentence.
    pub meaning: String,
    /// A word, and after a colon what it needs: `record_created`, `stage_changed`, `date_approaching: policy_renewal_date`,
    /// `schedule: daily`, `signal: missed_call`, …
    pub trigger: String,
    /// Over which object.
    pub object: ObjectId,
    /// Filter text, with the parameters filled in.
    pub condition: String,
    /// Filter text with `{parameter}` where an admin's number goes; empty where it is the condition itself.
    #[serde(default)]
    pub template: String,
    /// A word, and after a colon what it needs: `create_task: Call back`, `notify: owner`, `suggest_action: Call Now`,
    /// `start_engagement: Follow-up check-in`, `set: lapsed = true`.
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

/// A number of the workspace that an admin can adjust: what "high", "soon" or "stale" mean in its views and widgets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// API name; stands as `{name}` in templates.
    pub name: String,
    /// What people read.
    pub label: String,
    /// One sentence.
    pub meaning: String,
    /// `days`, `months`, `amount`, `points`, `percent`, `stars`.
    pub unit: String,
    /// What it is set to.
    pub value: i64,
}
