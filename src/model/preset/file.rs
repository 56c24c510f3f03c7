//! The shape of a preset file, exactly as it is written: the format is explained at the top of `presets/base.toml`.
//! Nothing here knows what the entries mean together; [`super`] lays the files over each other.

use crate::base::{Error, Result};
use crate::model::field::Kind;
use crate::model::pipeline::StageKind;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use toml::Spanned;

/// A preset file's text and the name under which errors speak of it.
#[derive(Debug, Clone)]
pub struct Source {
    /// `presets/insurance.toml`, or its place in the folder that replaces it.
    pub name: String,
    /// TOML.
    pub text: String,
}

impl Source {
    /// Reads the text strictly: an unknown key, a wrong type or a missing one is an error with its line.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        toml::from_str(&self.text).map_err(|e| match e.span() {
            Some(span) => self.error(span.start, e.message()),
            None => Error::invalid("preset", "syntax", format!("{}: {}", self.name, e.message())),
        })
    }

    /// The error that something at this byte of the file is wrong.
    pub fn error(&self, at: usize, message: impl AsRef<str>) -> Error {
        let line = 1 + self.text.as_bytes()[..at.min(self.text.len())].iter().filter(|b| **b == b'\n').count();
        let message = message.as_ref().trim().replace('\n', " ");
        Error::Invalid(vec![
            crate::base::Problem::new("preset", "syntax", format!("{}, line {line}: {message}", self.name)).at(at),
        ])
    }
}

fn yes() -> bool {
    true
}

fn nothing() -> Spanned<String> {
    Spanned::new(0..0, String::new())
}

/// `base.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BaseFile {
    /// Fields of every object.
    pub system: Vec<FieldEntry>,
    /// Standard objects, in the order of the sidebar.
    pub objects: Vec<ObjectEntry>,
}

/// A standard object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectEntry {
    pub id: u16,
    pub name: Spanned<String>,
    pub label: String,
    pub label_plural: String,
    pub icon: String,
    pub title: Spanned<String>,
    pub default_sort: String,
    #[serde(default)]
    pub one_of: Vec<String>,
    #[serde(default = "yes")]
    pub listed: bool,
    #[serde(default = "yes")]
    pub searchable: bool,
    #[serde(default = "yes")]
    pub timeline: bool,
    pub owner: Option<OwnerEntry>,
    #[serde(default)]
    pub contact_rows: bool,
    pub groups: Vec<GroupEntry>,
}

/// What an object calls its owner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnerEntry {
    pub name: String,
    pub label: String,
}

/// A named group of fields.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupEntry {
    /// Only in industry files; contacts where it is left out.
    pub object: Option<Spanned<String>>,
    pub name: String,
    #[serde(default)]
    pub show_if: String,
    pub fields: Vec<FieldEntry>,
}

/// A field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldEntry {
    pub id: Option<u16>,
    pub name: Spanned<String>,
    pub label: String,
    pub kind: Kind,
    #[serde(default)]
    pub help: String,
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub choices: Vec<ChoiceEntry>,
    #[serde(default)]
    pub target: String,
    #[serde(default)]
    pub inverse: String,
    #[serde(default)]
    pub of: String,
    #[serde(default)]
    pub parts: Vec<String>,
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: bool,
    #[serde(default)]
    pub indexed: bool,
    #[serde(default)]
    pub system: bool,
    #[serde(default)]
    pub hidden: bool,
    #[serde(default)]
    pub quick: bool,
    #[serde(default)]
    pub listed: bool,
    #[serde(default)]
    pub default: String,
    #[serde(default)]
    pub show_if: String,
    #[serde(default)]
    pub min: String,
    #[serde(default)]
    pub max: String,
}

/// An option of which all is said.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChoiceEntry {
    pub id: u32,
    pub name: String,
    pub label: String,
    pub color: String,
}

/// An industry file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndustryFile {
    pub preset: Head,
    #[serde(default)]
    pub objects: BTreeMap<Spanned<String>, ObjectChange>,
    #[serde(default)]
    pub groups: Vec<GroupEntry>,
    #[serde(default)]
    pub pipelines: Vec<PipelineEntry>,
    #[serde(default)]
    pub parameters: Vec<ParameterEntry>,
    #[serde(default)]
    pub views: Vec<ViewEntry>,
    #[serde(default)]
    pub widgets: Vec<WidgetEntry>,
    #[serde(default)]
    pub rules: Vec<RuleEntry>,
    #[serde(default)]
    pub profiles: Vec<ProfileEntry>,
}

/// Whom the preset is for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    pub name: Spanned<String>,
    pub label: String,
    pub audience: String,
}

/// What an industry says differently of a standard object.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectChange {
    pub label: Option<String>,
    pub label_plural: Option<String>,
    pub icon: Option<String>,
    /// Names of the columns where a list says nothing else, instead of the base's.
    pub listed: Option<Vec<Spanned<String>>>,
    /// Names of the fields that stand first in the create form, instead of the base's.
    pub quick: Option<Vec<Spanned<String>>>,
}

/// A pipeline of deals.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PipelineEntry {
    pub name: Spanned<String>,
    pub label: String,
    pub meaning: String,
    #[serde(default)]
    pub preselect: String,
    pub stages: Vec<StageEntry>,
}

/// A stage.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageEntry {
    /// Snake case of the label where it is left out.
    pub name: Option<String>,
    pub label: Spanned<String>,
    pub meaning: String,
    pub kind: StageKind,
    pub probability: u8,
    pub stale_days: u16,
    pub color: String,
}

/// A number an admin can adjust.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterEntry {
    pub name: Spanned<String>,
    pub label: String,
    pub meaning: String,
    pub unit: String,
    pub value: i64,
}

/// A saved view.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewEntry {
    pub name: Spanned<String>,
    pub meaning: String,
    pub object: Spanned<String>,
    pub filter: Spanned<String>,
    pub sort: String,
    pub layout: String,
    #[serde(default)]
    pub columns: Vec<String>,
}

/// A dashboard widget.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WidgetEntry {
    pub name: Spanned<String>,
    pub meaning: String,
    pub chart: String,
    pub object: Spanned<String>,
    pub filter: Spanned<String>,
    pub measure: String,
    #[serde(default = "nothing")]
    pub of: Spanned<String>,
    #[serde(default)]
    pub group: String,
    #[serde(default)]
    pub sort: String,
    #[serde(default)]
    pub columns: Vec<String>,
}

/// An automation rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleEntry {
    pub name: Spanned<String>,
    pub meaning: String,
    pub trigger: String,
    pub object: Spanned<String>,
    pub condition: Spanned<String>,
    pub actions: Vec<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, i64>,
}

/// An advisor profile.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileEntry {
    pub name: Spanned<String>,
    pub meaning: String,
    pub views: Vec<String>,
    pub rules: Vec<String>,
}
