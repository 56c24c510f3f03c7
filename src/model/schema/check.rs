//! Whether a data model holds together: names and ids unique, relations and parts resolving, palettes and numbers known.
//! All problems are told at once. Filters are not looked at here: they are compiled by a higher row.

use super::Schema;
use crate::base::{Error, Problem, Result};
use crate::model::field::{COLORS, Field, Kind, Target};
use crate::model::object::Object;
use crate::model::pipeline::{Pipeline, StageKind};
use std::collections::HashSet;
use std::hash::Hash;

const CHARTS: [&str; 6] = ["number", "bar", "line", "funnel", "table", "calendar"];
const LAYOUTS: [&str; 4] = ["table", "board", "list", "grid"];
const TRIGGERS: [&str; 13] = [
    "record_created",
    "record_updated",
    "record_deleted",
    "stage_changed",
    "won",
    "lost",
    "date_approaching",
    "date_passed",
    "schedule",
    "signal",
    "webhook",
    "activity_completed",
    "manual",
];
const ACTIONS: [&str; 5] = ["create_task", "notify", "suggest_action", "start_engagement", "set"];
const MEASURES: [&str; 8] = ["count", "sum", "avg", "min", "max", "unique", "weighted", "share"];

/// Problems found so far.
struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, place: &str, message: impl Into<String>) {
        self.0.push(Problem::new(place, "schema", message));
    }

    fn unless(&mut self, good: bool, place: &str, message: impl FnOnce() -> String) {
        if !good {
            self.add(place, message());
        }
    }
}

impl Schema {
    /// Whether the data model holds together; every problem names its place.
    pub fn check(&self) -> Result<()> {
        let mut found = Findings(Vec::new());
        for name in repeated(self.objects.iter().map(|o| o.name.as_str())) {
            found.add(name, "two objects have this name");
        }
        for id in repeated(self.objects.iter().map(|o| o.id)) {
            found.add("objects", format!("two objects have the id {id}"));
        }
        for object in &self.objects {
            self.check_object(object, &mut found);
        }
        self.check_pipelines(&mut found);
        self.check_views(&mut found);
        self.check_widgets(&mut found);
        self.check_rules(&mut found);
        if found.0.is_empty() { Ok(()) } else { Err(Error::Invalid(found.0)) }
    }

    fn check_object(&self, object: &Object, found: &mut Findings) {
        let place = &object.name;
        found.unless(is_api_name(&object.name), place, || "an API name is snake_case".into());
        let title = object.field_by_id(object.title);
        let titles = |f: &Field| matches!(f.kind, Kind::Text | Kind::FullName);
        found.unless(title.is_some_and(titles), place, || "the title must be a text field of the object".into());
        for name in repeated(object.fields.iter().map(|f| f.name.as_str())) {
            found.add(place, format!("two fields are named {name}"));
        }
        for id in repeated(object.fields.iter().map(|f| f.id)) {
            found.add(place, format!("two fields have the id {id}"));
        }
        for name in &object.one_of {
            found.unless(object.field(name).is_some(), place, || format!("one_of names {name}, which is no field"));
        }
        self.check_sort(object, &object.default_sort, place, found);
        for field in &object.fields {
            self.check_field(object, field, found);
        }
    }

    fn check_field(&self, object: &Object, field: &Field, found: &mut Findings) {
        let place = &format!("{}.{}", object.name, field.name);
        found.unless(is_api_name(&field.name), place, || "an API name is snake_case".into());
        found.unless(!field.label.trim().is_empty(), place, || "a field needs a label".into());
        let chooses = matches!(field.kind, Kind::Select | Kind::MultiSelect);
        found
            .unless(chooses != field.options.is_empty(), place, || "a select has options, and nothing else has".into());
        for name in repeated(field.options.iter().map(|c| c.name.as_str())) {
            found.add(place, format!("two options are named {name}"));
        }
        for id in repeated(field.options.iter().map(|c| c.id)) {
            found.add(place, format!("two options have the id {id}"));
        }
        for c in &field.options {
            found.unless(COLORS.contains(&c.color.as_str()), place, || format!("{} is no colour", c.color));
            found.unless(is_api_name(&c.name), place, || format!("option {}: an API name is snake_case", c.label));
        }
        if chooses && !field.default.is_empty() {
            let known = field.choice(&field.default).is_some();
            found.unless(known, place, || format!("the default {} is no option", field.default));
        }
        self.check_relation(object, field, place, found);
        let of = object.field(&field.of).map(|f| f.kind);
        let code = field.kind == Kind::CurrencyCode;
        found.unless(code == (of == Some(Kind::Currency)), place, || "`of` must name a money field".into());
        let parts: Vec<_> = field.parts.iter().map(|p| object.field(p).map(|f| f.kind)).collect();
        let both = parts.len() == 2 && parts.iter().all(|p| *p == Some(Kind::Text));
        let none = parts.is_empty();
        let good = if field.kind == Kind::FullName { both } else { none };
        found.unless(good, place, || "a full name, and nothing else, has two text fields as parts".into());
    }

    fn check_relation(&self, object: &Object, field: &Field, place: &str, found: &mut Findings) {
        let relates = matches!(field.kind, Kind::Relation | Kind::Relations);
        found.unless(relates == field.target.is_some(), place, || "a relation, and nothing else, has a target".into());
        found.unless(relates || field.inverse.is_empty(), place, || "only a relation has an inverse".into());
        let targets: Vec<&Object> = match field.target {
            Some(Target::Object(id)) => self.object_by_id(id).into_iter().collect(),
            Some(Target::Any) => self.objects.iter().collect(),
            None => return,
        };
        found.unless(!targets.is_empty(), place, || "the target is no object".into());
        if field.inverse.is_empty() {
            return;
        }
        found.unless(is_api_name(&field.inverse), place, || "an inverse is snake_case".into());
        for target in targets {
            let taken = target.field(&field.inverse).is_some();
            found.unless(!taken, place, || format!("{} has a field {} already", target.name, field.inverse));
            let others = self.inverse(target.id, &field.inverse).iter().any(|(o, _)| o.id != object.id);
            found.unless(!others, place, || format!("another object's inverse is named {} too", field.inverse));
        }
    }

    fn check_pipelines(&self, found: &mut Findings) {
        for name in repeated(self.pipelines.iter().map(|p| p.name.as_str())) {
            found.add("pipelines", format!("two pipelines are named {name}"));
        }
        let stages = self.pipelines.iter().flat_map(|p| &p.stages);
        for id in repeated(stages.map(|s| s.id).chain(self.pipelines.iter().map(|p| p.id))) {
            found.add("pipelines", format!("two stages or pipelines have the id {id}"));
        }
        for pipeline in &self.pipelines {
            check_pipeline(pipeline, found);
        }
        let staged = |o: &&Object| o.fields.iter().any(|f| f.kind == Kind::Stage);
        for object in self.objects.iter().filter(staged) {
            let has = self.pipelines_of(object.id).next().is_some();
            found.unless(has, &object.name, || "an object with stages needs a pipeline".into());
        }
    }

    fn check_views(&self, found: &mut Findings) {
        for id in repeated(self.views.iter().map(|v| v.id)) {
            found.add("views", format!("two views have the id {id}"));
        }
        for view in &self.views {
            let place = &format!("view {}", view.name);
            found.unless(LAYOUTS.contains(&view.layout.as_str()), place, || format!("{} is no layout", view.layout));
            let Some(object) = self.object_by_id(view.object) else {
                found.add(place, "its object does not exist");
                continue;
            };
            self.check_sort(object, &view.sort, place, found);
            self.check_columns(object, &view.columns, place, found);
        }
        for profile in &self.profiles {
            let place = &format!("profile {}", profile.name);
            for name in &profile.views {
                let known = self.views.iter().any(|v| v.name == *name);
                found.unless(known, place, || format!("there is no view {name}"));
            }
            for name in &profile.rules {
                let known = self.rules.iter().any(|r| r.name == *name);
                found.unless(known, place, || format!("there is no rule {name}"));
            }
        }
    }

    fn check_widgets(&self, found: &mut Findings) {
        for widget in &self.widgets {
            let place = &format!("widget {}", widget.name);
            found.unless(CHARTS.contains(&widget.chart.as_str()), place, || format!("{} is no chart", widget.chart));
            let Some(object) = self.object_by_id(widget.object) else {
                found.add(place, "its object does not exist");
                continue;
            };
            let mut shares = false;
            for measure in widget.measure.split(", ") {
                let (word, field) = measure.trim_end_matches(')').split_once('(').unwrap_or((measure, ""));
                shares |= word == "share";
                found.unless(MEASURES.contains(&word), place, || format!("{word} is no measure"));
                let needs = !matches!(word, "count" | "share");
                found.unless(needs != field.is_empty(), place, || format!("{measure} names no field, or one too many"));
                found.unless(!needs || object.field(field).is_some(), place, || format!("there is no field {field}"));
            }
            found.unless(shares != widget.of.is_empty(), place, || "`of` goes with the measure share".into());
            self.check_sort(object, &widget.sort, place, found);
            self.check_columns(object, &widget.columns, place, found);
            let group = widget.group.split('.').next().unwrap_or_default();
            let known = group.is_empty() || object.field(group).is_some();
            found.unless(known, place, || format!("there is no field {group} to group by"));
        }
    }

    fn check_rules(&self, found: &mut Findings) {
        for name in repeated(self.rules.iter().map(|r| r.name.as_str())) {
            found.add("rules", format!("two rules are named {name}"));
        }
        for rule in &self.rules {
            let place = &format!("rule {}", rule.name);
            let (word, argument) = rule.trigger.split_once(": ").unwrap_or((&rule.trigger, ""));
            found.unless(TRIGGERS.contains(&word), place, || format!("{word} is no trigger"));
            let Some(object) = self.object_by_id(rule.object) else {
                found.add(place, "its object does not exist");
                continue;
            };
            if matches!(word, "date_approaching" | "date_passed") {
                let dated = |f: &Field| matches!(f.kind, Kind::Date | Kind::DateTime);
                let good = object.field(argument).is_some_and(dated);
                found.unless(good, place, || format!("{argument} is no date field of {}", object.name));
            }
            found.unless(!rule.actions.is_empty(), place, || "a rule needs an action".into());
            for action in &rule.actions {
                let word = action.split(": ").next().unwrap_or_default();
                found.unless(ACTIONS.contains(&word), place, || format!("{word} is no action"));
            }
        }
    }

    fn check_sort(&self, object: &Object, sort: &str, place: &str, found: &mut Findings) {
        for key in sort.split(',').filter(|k| !k.is_empty()) {
            let name = key.trim_start_matches('-').split('.').next().unwrap_or_default();
            let sortable = object.field(name).is_some_and(Field::has_column);
            found.unless(sortable, place, || format!("{} can't be sorted by {name}", object.name));
        }
    }

    fn check_columns(&self, object: &Object, columns: &[String], place: &str, found: &mut Findings) {
        for name in columns {
            let first = name.split('.').next().unwrap_or_default();
            found.unless(object.field(first).is_some(), place, || format!("{} has no field {first}", object.name));
        }
    }
}

fn check_pipeline(pipeline: &Pipeline, found: &mut Findings) {
    let place = &format!("pipeline {}", pipeline.name);
    for name in repeated(pipeline.stages.iter().map(|s| s.name.as_str())) {
        found.add(place, format!("two stages are named {name}"));
    }
    for kind in [StageKind::Open, StageKind::Won, StageKind::Lost] {
        let has = pipeline.stages.iter().any(|s| s.kind == kind);
        found.unless(has, place, || format!("no stage is of the kind {kind:?}").to_lowercase());
    }
    for stage in &pipeline.stages {
        found.unless(stage.probability <= 100, place, || format!("{}: a probability is 0 to 100", stage.label));
        found.unless(stage.stale_days > 0, place, || format!("{}: stale_days is at least 1", stage.label));
        found.unless(is_api_name(&stage.name), place, || format!("{}: an API name is snake_case", stage.label));
        found.unless(COLORS.contains(&stage.color.as_str()), place, || format!("{} is no colour", stage.color));
    }
}

/// Whether a name can stand in filters and URLs: letters, digits and `_`, beginning with a letter.
fn is_api_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// Those that come more than once, each once.
fn repeated<T: Eq + Hash + Copy>(items: impl Iterator<Item = T>) -> Vec<T> {
    let (mut seen, mut twice) = (HashSet::new(), Vec::new());
    for item in items {
        if !seen.insert(item) && !twice.contains(&item) {
            twice.push(item);
        }
    }
    twice
}
