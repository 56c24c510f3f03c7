//! The data model of a workspace as it is now: a value that is replaced as a whole when it changes.

mod check;

use crate::base::id::{ObjectId, OptionId};
use crate::model::field::{Field, Target};
use crate::model::object::{Object, standard};
use crate::model::pipeline::{Pipeline, Stage};
use crate::model::view::{Parameter, Profile, Rule, View, Widget};
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
    /// Numbers of the views, widgets and rules that an admin can adjust.
    #[serde(default)]
    pub parameters: Vec<Parameter>,
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

    /// What `name` means on records of `object` when it is no field: the relation fields of other objects that point here and
    /// call themselves so from this side. Several are taken together (`deals` of a contact: point of contact or further
    /// contact). Empty where there is no such inverse.
    pub fn inverse(&self, object: ObjectId, name: &str) -> Vec<(&Object, &Field)> {
        let points_here = |f: &&Field| {
            f.inverse == name
                && !name.is_empty()
                && matches!(f.target, Some(t) if t == Target::Object(object) || t == Target::Any)
        };
        self.objects.iter().flat_map(|o| o.fields.iter().filter(points_here).map(move |f| (o, f))).collect()
    }

    /// Names of the inverses of `object`: `people`, `deals`, `tasks`, …, each once, in the order of the objects.
    pub fn inverse_names(&self, object: ObjectId) -> Vec<&str> {
        let mut names = Vec::new();
        for field in self.objects.iter().flat_map(|o| &o.fields) {
            let here = matches!(field.target, Some(t) if t == Target::Object(object) || t == Target::Any);
            if here && !field.inverse.is_empty() && !names.contains(&field.inverse.as_str()) {
                names.push(field.inverse.as_str());
            }
        }
        names
    }

    /// Every filter text of the data model: where it stands, the object it is over, and the text. A higher row compiles them.
    pub fn filters(&self) -> Vec<(String, ObjectId, &str)> {
        let mut found: Vec<(String, ObjectId, &str)> = Vec::new();
        for view in &self.views {
            found.push((format!("view {}", view.name), view.object, &view.filter));
        }
        for widget in &self.widgets {
            found.push((format!("widget {}", widget.name), widget.object, &widget.filter));
            found.push((format!("widget {}, of", widget.name), widget.object, &widget.of));
        }
        for rule in &self.rules {
            found.push((format!("rule {}", rule.name), rule.object, &rule.condition));
        }
        for pipeline in &self.pipelines {
            found.push((format!("pipeline {}", pipeline.name), standard::CONTACTS, &pipeline.preselect));
        }
        for object in &self.objects {
            for field in &object.fields {
                found.push((format!("field {}.{}", object.name, field.name), object.id, &field.show_if));
            }
        }
        found.retain(|(_, _, filter)| !filter.is_empty());
        found
    }

    /// Every sort text of the data model: where it stands, the object it is over, and the text.
    pub fn sorts(&self) -> Vec<(String, ObjectId, &str)> {
        let views = self.views.iter().map(|v| (format!("view {}", v.name), v.object, v.sort.as_str()));
        let widgets = self.widgets.iter().map(|w| (format!("widget {}", w.name), w.object, w.sort.as_str()));
        let objects = self.objects.iter().map(|o| (o.name.clone(), o.id, o.default_sort.as_str()));
        views.chain(widgets).chain(objects).filter(|(_, _, sort)| !sort.is_empty()).collect()
    }

    /// `text`, the meaning of a view, widget or parameter, with the parameters filled in.
    pub fn explain(&self, text: &str) -> String {
        let shared: Vec<(String, i64)> = self.parameters.iter().map(|p| (p.name.clone(), p.value)).collect();
        filled(text, &[&shared])
    }

    /// Fills the parameters into the filters of views, widgets and rules; to be called after a parameter changed.
    pub fn fill_parameters(&mut self) {
        let shared: Vec<(String, i64)> = self.parameters.iter().map(|p| (p.name.clone(), p.value)).collect();
        for view in self.views.iter_mut().filter(|v| !v.template.is_empty()) {
            view.filter = filled(&view.template, &[&shared]);
        }
        for widget in self.widgets.iter_mut().filter(|w| !w.template.is_empty()) {
            widget.filter = filled(&widget.template, &[&shared]);
            widget.of = filled(&widget.of_template, &[&shared]);
        }
        for rule in self.rules.iter_mut().filter(|r| !r.template.is_empty()) {
            rule.condition = filled(&rule.template, &[&rule.parameters, &shared]);
        }
    }
}

/// `template` with every `{name}` replaced by its number; the first list that has the name wins, and a name that none has stays.
pub(crate) fn filled(template: &str, parameters: &[&[(String, i64)]]) -> String {
    let mut text = template.to_string();
    for (name, value) in parameters.iter().flat_map(|list| list.iter()) {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::preset::Preset;

    fn schema() -> Schema {
        Preset::load("insurance", None).and_then(|p| p.schema("USD")).expect("the preset holds together")
    }

    #[test]
    fn an_inverse_takes_together_all_relations_of_that_name() {
        let schema = schema();
        let names = |object, inverse| -> Vec<String> {
            schema.inverse(object, inverse).iter().map(|(o, f)| format!("{}.{}", o.name, f.name)).collect()
        };
        assert_eq!(names(standard::CONTACTS, "deals"), ["deals.point_of_contact", "deals.contacts"]);
        assert_eq!(names(standard::COMPANIES, "people"), ["contacts.company"]);
        assert_eq!(names(standard::DEALS, "tasks"), ["tasks.links"]);
        assert!(names(standard::COMPANIES, "tags").is_empty() && names(standard::COMPANIES, "").is_empty());
    }

    #[test]
    fn inverse_names_come_once_each() {
        let contacts = ["primary_of", "deals", "tasks", "notes", "activities", "attachments"];
        assert_eq!(schema().inverse_names(standard::CONTACTS), contacts);
        assert_eq!(schema().inverse_names(standard::COMPANIES)[..2], ["people", "deals"]);
    }

    #[test]
    fn a_rules_own_parameter_comes_before_a_shared_one() {
        let shared = [("low".to_string(), 1), ("high".to_string(), 9)];
        let own = [("low".to_string(), 5)];
        assert_eq!(filled("a > {low} AND b < {high}", &[&own, &shared]), "a > 5 AND b < 9");
    }
}
