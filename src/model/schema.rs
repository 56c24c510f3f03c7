//! The data model of a workspace as it is now: a value that is replaced as a whole when it changes.

use crate::base::id::{ObjectId, OptionId};
use crate::model::object::Object;
use crate::model::pipeline::{Pipeline, Stage};
use crate::model::view::{Profile, Rule, View, Widget};
use serde::{Deserialize, Serialize};

/// Objects, pipelines and what the preset brought along.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Schema {
    /// Name of the preset the workspace was made from: `insurance`.
    pub preset: String,
    /// Grows by one with every change of the data model.
    pub version: u64,
    /// In the order of the sidebar.
    pub objects: Vec<Object>,
    /// In order; all for deals so far.
    pub pipelines: Vec<Pipeline>,
    /// Saved views, of the preset and shared.
    pub views: Vec<View>,
    /// Dashboard widgets of the preset.
    pub widgets: Vec<Widget>,
    /// Automation rules of the preset.
    pub rules: Vec<Rule>,
    /// Advisor profiles of the preset.
    pub profiles: Vec<Profile>,
    /// The workspace's currency.
    pub currency: String,
    /// Next free stage, pipeline and option id.
    pub next_option: u32,
}

impl Schema {
    /// The object with this API name.
    pub fn object(&self, name: &str) -> Option<&Object> {
        self.objects.iter().find(|o| o.name == name)
    }

    /// The object with this id.
    pub fn object_by_id(&self, id: ObjectId) -> Option<&Object> {
        self.objects.iter().find(|o| o.id == id)
    }

    /// The stage with this id, and its pipeline.
    pub fn stage(&self, id: OptionId) -> Option<(&Pipeline, &Stage)> {
        self.pipelines.iter().find_map(|p| p.stages.iter().find(|s| s.id == id).map(|s| (p, s)))
    }

    /// The pipelines of an object.
    pub fn pipelines_of(&self, object: ObjectId) -> impl Iterator<Item = &Pipeline> {
        self.pipelines.iter().filter(move |p| p.object == object)
    }
}
