//! Presets: what a workspace is made of at first, per industry, read from `presets/*.toml` and laid over the standard objects
//! of `base.toml`. The files' format is explained there. No industry is special-cased in code, here or anywhere.

mod file;

use crate::base::id::{FieldId, ObjectId, OptionId};
use crate::base::money::Currency;
use crate::base::{Error, Result};
use crate::model::field::{COLORS, Choice, Field, Kind, Target};
use crate::model::object::{Object, standard, system_field};
use crate::model::pipeline::{Pipeline, Stage};
use crate::model::schema::Schema;
use crate::model::view::{Parameter, Profile, Rule, View, Widget};
use file::{BaseFile, FieldEntry, GroupEntry, IndustryFile, ObjectEntry, PipelineEntry, Source};
use std::path::Path;
use toml::Spanned;

/// Names of the presets that come with the program.
pub const NAMES: [&str; 5] = ["generic", "insurance", "mortgage", "financial-advisor", "real-estate"];

/// Ids of base fields end below this; fields of an industry begin here.
const PRESET_FIELDS: u16 = 1_000;
/// Fields that an admin adds begin here.
const CUSTOM_FIELDS: u16 = 2_000;
/// Options, stages and pipelines that an admin adds begin here.
const CUSTOM_OPTIONS: u32 = 10_000;

const EMBEDDED: [(&str, &str); 6] = [
    ("base", include_str!("../../presets/base.toml")),
    ("generic", include_str!("../../presets/generic.toml")),
    ("insurance", include_str!("../../presets/insurance.toml")),
    ("mortgage", include_str!("../../presets/mortgage.toml")),
    ("financial-advisor", include_str!("../../presets/financial-advisor.toml")),
    ("real-estate", include_str!("../../presets/real-estate.toml")),
];

/// A preset, read but not yet laid over the base.
#[derive(Debug, Clone)]
pub struct Preset {
    /// API name: `financial-advisor`.
    pub name: String,
    /// What people read: `Financial Advisor`.
    pub label: String,
    /// Whom it is for, one sentence.
    pub audience: String,
    base: BaseFile,
    base_source: Source,
    industry: IndustryFile,
    source: Source,
}

impl Preset {
    /// Reads the preset `name`, and the base, from `dir` where the files are there, else the embedded ones.
    pub fn load(name: &str, dir: Option<&Path>) -> Result<Self> {
        let Some(source) = source(name, dir)?.filter(|_| name != "base") else {
            let known = names(dir).join(", ");
            return Err(Error::invalid(
                "preset",
                "unknown",
                format!("There is no preset \"{name}\"; choose one of {known}."),
            ));
        };
        let base_source = source_of_base(dir)?;
        let base: BaseFile = base_source.read()?;
        let industry: IndustryFile = source.read()?;
        if industry.preset.name.as_ref() != name {
            let at = industry.preset.name.span().start;
            return Err(source.error(at, format!("the preset in this file must be named \"{name}\"")));
        }
        Ok(Self {
            name: name.into(),
            label: industry.preset.label.clone(),
            audience: industry.preset.audience.clone(),
            base,
            base_source,
            industry,
            source,
        })
    }

    /// The data model of a new workspace whose money is in `currency` (ISO 4217) where nothing else is said.
    pub fn schema(&self, currency: &str) -> Result<Schema> {
        let currency =
            currency.parse::<Currency>().map_err(|e| Error::invalid("currency", "unknown", e.to_string()))?;
        let mut objects = self.base_objects()?;
        self.change_objects(&mut objects)?;
        self.add_groups(&mut objects)?;
        let mut next_option = 1;
        let mut pipelines = Vec::new();
        for entry in &self.industry.pipelines {
            pipelines.push(self.pipeline(entry, &mut next_option)?);
        }
        let mut schema = Schema {
            preset: self.name.clone(),
            version: 1,
            objects,
            pipelines,
            views: Vec::new(),
            widgets: Vec::new(),
            rules: Vec::new(),
            profiles: Vec::new(),
            parameters: self.parameters(),
            currency: currency.to_string(),
            next_option: CUSTOM_OPTIONS,
        };
        schema.views = self.views(&schema)?;
        schema.widgets = self.widgets(&schema)?;
        schema.rules = self.rules(&schema)?;
        schema.profiles = self.profiles();
        schema.fill_parameters();
        self.first_stage_as_default(&mut schema);
        self.label_fields(&mut schema);
        schema.check().map_err(|e| match e {
            Error::Invalid(mut problems) => {
                for p in &mut problems {
                    p.message = format!("{}: {}", self.source.name, p.message);
                }
                Error::Invalid(problems)
            }
            other => other,
        })?;
        Ok(schema)
    }

    fn base_objects(&self) -> Result<Vec<Object>> {
        self.base.objects.iter().map(|entry| self.base_object(entry)).collect()
    }

    fn base_object(&self, entry: &ObjectEntry) -> Result<Object> {
        let source = &self.base_source;
        let mut fields = Vec::new();
        for group in &entry.groups {
            for f in &group.fields {
                let known = system_field::FIRST_FREE.0..PRESET_FIELDS;
                let Some(id) = f.id.filter(|id| known.contains(id)) else {
                    let at = f.name.span().start;
                    return Err(source.error(at, format!("field {} needs an id of 10 to 999", f.name.as_ref())));
                };
                fields.push(self.field(source, f, group, id, "base")?);
            }
        }
        let Some(title) = fields.iter().find(|f| f.name == *entry.title.as_ref()).map(|f| f.id) else {
            return Err(source.error(entry.title.span().start, format!("{} is no field here", entry.title.as_ref())));
        };
        fields.extend(self.system_fields(entry)?);
        Ok(Object {
            id: ObjectId(entry.id),
            name: entry.name.as_ref().clone(),
            label: entry.label.clone(),
            label_plural: entry.label_plural.clone(),
            icon: entry.icon.clone(),
            title,
            fields,
            default_sort: entry.default_sort.clone(),
            one_of: entry.one_of.clone(),
            listed: entry.listed,
            searchable: entry.searchable,
            timeline: entry.timeline,
            custom: false,
            next_field: CUSTOM_FIELDS,
        })
    }

    /// The fields that every object has; walls need the contact rows only where a record hangs on contacts.
    fn system_fields(&self, entry: &ObjectEntry) -> Result<Vec<Field>> {
        let group = GroupEntry { object: None, name: "System".into(), show_if: String::new(), fields: Vec::new() };
        let mut fields = Vec::new();
        for f in &self.base.system {
            let id = f.id.unwrap_or_default();
            if id == 0 || id >= system_field::FIRST_FREE.0 {
                return Err(self.base_source.error(f.name.span().start, "a system field needs an id of 1 to 9"));
            }
            let mut field = self.field(&self.base_source, f, &group, id, "base")?;
            if field.id == system_field::CONTACT_ROWS && !entry.contact_rows {
                continue;
            }
            if let (system_field::OWNER, Some(owner)) = (field.id, &entry.owner) {
                field.name = owner.name.clone();
                field.label = owner.label.clone();
            }
            fields.push(field);
        }
        Ok(fields)
    }

    fn field(&self, source: &Source, f: &FieldEntry, group: &GroupEntry, id: u16, origin: &str) -> Result<Field> {
        let target = match f.target.as_str() {
            "" => None,
            "any" => Some(Target::Any),
            name => match self.base.objects.iter().find(|o| o.name.as_ref() == name) {
                Some(object) => Some(Target::Object(ObjectId(object.id))),
                None => return Err(source.error(f.name.span().start, format!("there is no object {name}"))),
            },
        };
        if matches!(f.kind, Kind::Stage | Kind::Pipeline) && !f.options.is_empty() {
            return Err(source.error(f.name.span().start, "stages come from the pipelines"));
        }
        let show_if = if f.show_if.is_empty() { &group.show_if } else { &f.show_if };
        Ok(Field {
            id: FieldId(id),
            name: f.name.as_ref().clone(),
            label: f.label.clone(),
            kind: f.kind,
            help: f.help.clone(),
            group: group.name.clone(),
            origin: origin.into(),
            options: choices(f),
            target,
            inverse: f.inverse.clone(),
            of: f.of.clone(),
            parts: f.parts.clone(),
            required: f.required,
            unique: f.unique,
            indexed: f.indexed,
            system: f.system,
            hidden: f.hidden,
            quick: f.quick,
            listed: f.listed,
            default: f.default.clone(),
            show_if: show_if.clone(),
            min: f.min.clone(),
            max: f.max.clone(),
        })
    }

    fn change_objects(&self, objects: &mut [Object]) -> Result<()> {
        for (name, change) in &self.industry.objects {
            let Some(object) = objects.iter_mut().find(|o| o.name == *name.as_ref()) else {
                return Err(self.source.error(name.span().start, format!("there is no object {}", name.as_ref())));
            };
            if let Some(label) = &change.label {
                object.label = label.clone();
            }
            if let Some(label) = &change.label_plural {
                object.label_plural = label.clone();
            }
            if let Some(icon) = &change.icon {
                object.icon = icon.clone();
            }
        }
        Ok(())
    }

    /// Adds the industry's fields, before the system fields, then says which are columns and which stand in the create form.
    fn add_groups(&self, objects: &mut [Object]) -> Result<()> {
        for group in &self.industry.groups {
            let name = group.object.as_ref().map_or("contacts", |o| o.as_ref().as_str());
            let Some(object) = objects.iter_mut().find(|o| o.name == name) else {
                let at = group.object.as_ref().map_or(0, |o| o.span().start);
                return Err(self.source.error(at, format!("there is no object {name}")));
            };
            for f in &group.fields {
                let taken = object.fields.iter().map(|f| f.id.0 + 1).filter(|id| *id > PRESET_FIELDS).max();
                let id = f.id.unwrap_or(taken.unwrap_or(PRESET_FIELDS));
                if !(PRESET_FIELDS..CUSTOM_FIELDS).contains(&id) {
                    return Err(self.source.error(f.name.span().start, "a preset's field has an id of 1000 to 1999"));
                }
                let field = self.field(&self.source, f, group, id, "preset")?;
                let end = object.fields.iter().position(|f| f.id < system_field::FIRST_FREE);
                object.fields.insert(end.unwrap_or(object.fields.len()), field);
            }
        }
        for (name, change) in &self.industry.objects {
            let object = objects.iter_mut().find(|o| o.name == *name.as_ref());
            let object = object.expect("the objects that change were found before");
            if let Some(names) = &change.listed {
                self.flag(object, names, |f| &mut f.listed)?;
            }
            if let Some(names) = &change.quick {
                self.flag(object, names, |f| &mut f.quick)?;
            }
        }
        Ok(())
    }

    fn flag(&self, object: &mut Object, names: &[Spanned<String>], of: fn(&mut Field) -> &mut bool) -> Result<()> {
        for field in &mut object.fields {
            *of(field) = false;
        }
        for name in names {
            let Some(field) = object.fields.iter_mut().find(|f| f.name == *name.as_ref()) else {
                let message = format!("{} has no field {}", object.name, name.as_ref());
                return Err(self.source.error(name.span().start, message));
            };
            *of(field) = true;
        }
        Ok(())
    }

    fn pipeline(&self, entry: &PipelineEntry, next: &mut u32) -> Result<Pipeline> {
        let mut take = || {
            let id = OptionId(*next);
            *next += 1;
            id
        };
        let id = take();
        let stages = entry.stages.iter().map(|s| Stage {
            id: take(),
            name: s.name.clone().unwrap_or_else(|| snake_case(s.label.as_ref())),
            label: s.label.as_ref().clone(),
            kind: s.kind,
            color: s.color.clone(),
            probability: s.probability,
            stale_days: s.stale_days,
            meaning: s.meaning.clone(),
            retired: false,
        });
        let stages: Vec<Stage> = stages.collect();
        if stages.is_empty() {
            return Err(self.source.error(entry.name.span().start, "a pipeline needs stages"));
        }
        Ok(Pipeline {
            id,
            object: standard::DEALS,
            name: entry.name.as_ref().clone(),
            label: entry.label.clone(),
            meaning: entry.meaning.clone(),
            preselect: entry.preselect.clone(),
            stages,
        })
    }

    fn parameters(&self) -> Vec<Parameter> {
        let parameter = |p: &file::ParameterEntry| Parameter {
            name: p.name.as_ref().clone(),
            label: p.label.clone(),
            meaning: p.meaning.clone(),
            unit: p.unit.clone(),
            value: p.value,
        };
        self.industry.parameters.iter().map(parameter).collect()
    }

    fn object_named(&self, schema: &Schema, name: &Spanned<String>) -> Result<ObjectId> {
        match schema.object(name.as_ref()) {
            Some(object) => Ok(object.id),
            None => Err(self.source.error(name.span().start, format!("there is no object {}", name.as_ref()))),
        }
    }

    /// Refuses a `{name}` in a filter that is no parameter, with its line.
    fn known_parameters(&self, filter: &Spanned<String>, own: &[(String, i64)]) -> Result<()> {
        for part in filter.as_ref().split('{').skip(1) {
            let name = part.split('}').next().unwrap_or_default();
            let shared = self.industry.parameters.iter().any(|p| p.name.as_ref() == name);
            if !shared && !own.iter().any(|(n, _)| n == name) {
                return Err(self.source.error(filter.span().start, format!("there is no parameter {name}")));
            }
        }
        Ok(())
    }

    fn views(&self, schema: &Schema) -> Result<Vec<View>> {
        let mut views = Vec::new();
        for (i, v) in self.industry.views.iter().enumerate() {
            self.known_parameters(&v.filter, &[])?;
            views.push(View {
                id: i as u32 + 1,
                name: v.name.as_ref().clone(),
                meaning: v.meaning.clone(),
                object: self.object_named(schema, &v.object)?,
                filter: String::new(),
                template: v.filter.as_ref().clone(),
                sort: v.sort.clone(),
                layout: v.layout.clone(),
                columns: v.columns.clone(),
            });
        }
        Ok(views)
    }

    fn widgets(&self, schema: &Schema) -> Result<Vec<Widget>> {
        let mut widgets = Vec::new();
        for w in &self.industry.widgets {
            self.known_parameters(&w.filter, &[])?;
            self.known_parameters(&w.of, &[])?;
            widgets.push(Widget {
                name: w.name.as_ref().clone(),
                meaning: w.meaning.clone(),
                chart: w.chart.clone(),
                object: self.object_named(schema, &w.object)?,
                filter: String::new(),
                template: w.filter.as_ref().clone(),
                measure: w.measure.clone(),
                of: String::new(),
                of_template: w.of.as_ref().clone(),
                group: w.group.clone(),
                sort: w.sort.clone(),
                columns: w.columns.clone(),
            });
        }
        Ok(widgets)
    }

    fn rules(&self, schema: &Schema) -> Result<Vec<Rule>> {
        let mut rules = Vec::new();
        for r in &self.industry.rules {
            let parameters: Vec<(String, i64)> = r.parameters.iter().map(|(n, v)| (n.clone(), *v)).collect();
            self.known_parameters(&r.condition, &parameters)?;
            rules.push(Rule {
                name: r.name.as_ref().clone(),
                meaning: r.meaning.clone(),
                trigger: r.trigger.clone(),
                object: self.object_named(schema, &r.object)?,
                condition: String::new(),
                template: r.condition.as_ref().clone(),
                actions: r.actions.clone(),
                parameters,
                active: false,
            });
        }
        Ok(rules)
    }

    fn profiles(&self) -> Vec<Profile> {
        let profile = |p: &file::ProfileEntry| Profile {
            name: p.name.as_ref().clone(),
            meaning: p.meaning.clone(),
            views: p.views.clone(),
            rules: p.rules.clone(),
        };
        self.industry.profiles.iter().map(profile).collect()
    }

    /// A new deal stands at the beginning of the first pipeline where nothing else is said.
    fn first_stage_as_default(&self, schema: &mut Schema) {
        for object in &mut schema.objects {
            let Some(pipeline) = schema.pipelines.iter().find(|p| p.object == object.id) else { continue };
            for field in object.fields.iter_mut().filter(|f| f.default.is_empty()) {
                match field.kind {
                    Kind::Pipeline => field.default = pipeline.name.clone(),
                    Kind::Stage => field.default = pipeline.stages[0].name.clone(),
                    _ => {}
                }
            }
        }
    }

    /// Puts the preset's words for contact, company and deal where the base's labels leave room for them.
    fn label_fields(&self, schema: &mut Schema) {
        let mut words = Vec::new();
        for (id, one, many) in [
            (standard::CONTACTS, "{contact}", "{contacts}"),
            (standard::COMPANIES, "{company}", "{companies}"),
            (standard::DEALS, "{deal}", "{deals}"),
        ] {
            if let Some(object) = schema.object_by_id(id) {
                words.push((one, object.label.clone()));
                words.push((many, object.label_plural.clone()));
            }
        }
        for field in schema.objects.iter_mut().flat_map(|o| &mut o.fields) {
            for text in [&mut field.label, &mut field.help, &mut field.group] {
                for (word, label) in &words {
                    if text.contains(word) {
                        *text = text.replace(word, label);
                    }
                }
            }
        }
    }
}

/// Names of the presets there are: those of the program, then those that `dir` adds.
pub fn names(dir: Option<&Path>) -> Vec<String> {
    let mut names: Vec<String> = NAMES.iter().map(|n| (*n).to_string()).collect();
    let entries = dir.and_then(|d| std::fs::read_dir(d).ok()).into_iter().flatten().flatten();
    let files = entries.filter_map(|e| e.file_name().to_str()?.strip_suffix(".toml").map(String::from));
    let mut added: Vec<String> = files.filter(|n| n != "base" && !names.contains(n)).collect();
    added.sort();
    names.extend(added);
    names
}

fn source_of_base(dir: Option<&Path>) -> Result<Source> {
    source("base", dir)?.ok_or_else(|| Error::Internal("the base preset is not embedded".into()))
}

/// The file `name` of `dir`, else the embedded one; `None` where there is neither.
fn source(name: &str, dir: Option<&Path>) -> Result<Option<Source>> {
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if let Some(path) = dir.filter(|_| plain).map(|d| d.join(format!("{name}.toml"))) {
        match std::fs::read_to_string(&path) {
            Ok(text) => return Ok(Some(Source { name: path.display().to_string(), text })),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
            Err(e) => return Err(Error::External(format!("The preset file {} can't be read: {e}.", path.display()))),
        }
    }
    let embedded = EMBEDDED.iter().find(|(n, _)| *n == name);
    Ok(embedded.map(|(n, text)| Source { name: format!("presets/{n}.toml"), text: (*text).into() }))
}

fn choices(f: &FieldEntry) -> Vec<Choice> {
    let colors = &COLORS[..COLORS.len() - 1]; // red means danger or late, nothing else
    let plain = f.options.iter().enumerate().map(|(i, label)| Choice {
        id: OptionId(i as u32 + 1),
        name: snake_case(label),
        label: label.clone(),
        color: colors[(i + 1) % colors.len()].into(),
        retired: false,
    });
    let full = f.choices.iter().map(|c| Choice {
        id: OptionId(c.id),
        name: c.name.clone(),
        label: c.label.clone(),
        color: c.color.clone(),
        retired: false,
    });
    plain.chain(full).collect()
}

/// The API name of a label: `Buyer & Seller` → `buyer_and_seller`, `Pre-Approved` → `pre_approved`.
pub fn snake_case(label: &str) -> String {
    let mut name = String::new();
    for c in label.replace('&', " and ").chars() {
        if c.is_alphanumeric() {
            name.extend(c.to_lowercase());
        } else if !name.is_empty() && !name.ends_with('_') {
            name.push('_');
        }
    }
    name.trim_end_matches('_').into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_makes_a_data_model_that_holds_together() {
        for (name, _) in EMBEDDED.iter().skip(1) {
            let schema = Preset::load(name, None).and_then(|p| p.schema("USD")).unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(schema.preset, *name);
        }
    }
}
