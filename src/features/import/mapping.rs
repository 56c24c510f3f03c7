//! Which column goes into which field: guessed from the header, overruled by a mapping file.

use super::headers::{self, Part};
use crate::base::id::FieldId;
use crate::base::{Error, Problem, Result};
use crate::model::{Field, Kind, Object};

/// What a column is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Not brought in.
    Nothing,
    /// A field, from its text.
    Field(FieldId),
    /// Middle names, joined to the first name.
    Middle,
    /// A part of the address in `field`; `group` says of which of several.
    Address { field: FieldId, group: String, part: Part },
    /// A record that is named: a company by its name, a person by e-mail.
    Named(FieldId),
    /// The calling code of the phone number in the next column.
    CallingCode,
}

/// Name of the column that rejected rows get; passed over when they are brought in again.
pub(crate) const REASON: &str = "Rejected because";

/// One target per column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub targets: Vec<Target>,
}

impl Mapping {
    /// The mapping of a header: what `map` says (column, field), and of other columns a guess. At least one must be for
    /// something.
    pub fn new(object: &Object, header: &[String], map: &[(String, String)]) -> Result<Self> {
        let mapping = Self::of(object, header, map)?;
        if mapping.targets.iter().all(|t| *t == Target::Nothing) {
            let message = "None of the columns is known. Say which column goes into which field (on the command line with --map).";
            return Err(Error::invalid("file", "no_header", message));
        }
        Ok(mapping)
    }

    /// The same, also where no column is for anything.
    pub fn of(object: &Object, header: &[String], map: &[(String, String)]) -> Result<Self> {
        let mut problems = Vec::new();
        for (column, _) in map {
            if !header.iter().any(|h| h.eq_ignore_ascii_case(column.trim())) {
                let message = format!("The mapping names a column \"{column}\", which the file does not have.");
                problems.push(Problem::new("map", "unknown", message));
            }
        }
        let mut targets = Vec::with_capacity(header.len());
        for name in header {
            match map.iter().find(|(column, _)| name.eq_ignore_ascii_case(column.trim())) {
                None => targets.push(guess(object, name)),
                Some((_, field)) => match named(object, field) {
                    Some(target) => targets.push(target),
                    None => {
                        let message = format!("There is no field \"{field}\" on {} to import into.", object.name);
                        problems.push(Problem::new("map", "unknown", message));
                    }
                },
            }
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        let mut mapping = Self { targets };
        mapping.settle(object, header);
        Ok(mapping)
    }

    /// What each column is for, as API names; `None` for those not brought in.
    pub fn told(&self, object: &Object) -> Vec<Option<String>> {
        let name = |id: &FieldId| object.field_by_id(*id).map(|f| f.name.clone());
        self.targets
            .iter()
            .map(|target| match target {
                Target::Nothing => None,
                Target::Field(id) | Target::Named(id) => name(id),
                Target::Middle => Some("first_name".to_owned()),
                Target::Address { field, part, .. } => name(field).map(|n| format!("{n}.{}", part.word())),
                Target::CallingCode => Some("phones".to_owned()),
            })
            .collect()
    }

    /// Guesses that depend on the other columns.
    fn settle(&mut self, object: &Object, header: &[String]) {
        let titles = header.iter().filter(|h| headers::shape(h) == "job title").count();
        for (target, name) in self.targets.iter_mut().zip(header) {
            // Outlook's `Title` is Mr. or Mrs. where there is a `Job Title`.
            let salutation = titles > 0 && object.name == "contacts" && headers::shape(name) == "title";
            if salutation {
                *target = Target::Nothing;
            }
        }
    }
}

/// Reads a mapping file: TOML with a line `"CSV column" = "field"` each; an empty field leaves the column out.
pub fn map_from_toml(text: &str) -> Result<Vec<(String, String)>> {
    let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
        let problem = Problem::new("map", "syntax", format!("The mapping file is no TOML: {}", e.message()));
        Error::Invalid(vec![match e.span() {
            Some(span) => problem.at(span.start),
            None => problem,
        }])
    })?;
    table
        .into_iter()
        .map(|(column, field)| match field {
            toml::Value::String(field) => Ok((column, field)),
            _ => Err(Error::invalid("map", "type", format!("The field for the column \"{column}\" must be a text."))),
        })
        .collect()
}

/// The target that a mapping file names: a field, `address.city`, or nothing.
fn named(object: &Object, text: &str) -> Option<Target> {
    let text = text.trim();
    if text.is_empty() || text == "-" {
        return Some(Target::Nothing);
    }
    if let Some((field, part)) = text.split_once('.') {
        let part = match part {
            "street" => Part::Street,
            "city" => Part::City,
            "state" => Part::State,
            "postal_code" => Part::PostalCode,
            "country" => Part::Country,
            _ => return None,
        };
        let field = object.field(field).filter(|f| f.kind == Kind::Address)?;
        return Some(Target::Address { field: field.id, group: "map".to_owned(), part });
    }
    object.field(text).and_then(target)
}

/// Parts of an address, by the word that a mapping names them with.
pub(crate) const ADDRESS_PARTS: [&str; 5] = ["street", "city", "state", "postal_code", "country"];

/// What a column may be for, as a mapping names it, with the field.
pub(crate) fn offered(object: &Object) -> Vec<(String, &Field)> {
    let mut all = Vec::new();
    for field in object.fields.iter().filter(|f| target(f).is_some()) {
        match field.kind {
            Kind::Address => all.extend(ADDRESS_PARTS.map(|part| (format!("{}.{part}", field.name), field))),
            _ => all.push((field.name.clone(), field)),
        }
    }
    all
}

/// How a field is filled from text; `None` where it can't be.
fn target(field: &Field) -> Option<Target> {
    let made = matches!(field.name.as_str(), "created_at" | "updated_at");
    match field.kind {
        Kind::File => None,
        _ if field.hidden || (field.system && !made) => None,
        Kind::Relation | Kind::Relations => Some(Target::Named(field.id)),
        _ => Some(Target::Field(field.id)),
    }
}

fn guess(object: &Object, header: &str) -> Target {
    let shape = headers::shape(header);
    if shape.is_empty() || header.eq_ignore_ascii_case(REASON) {
        return Target::Nothing;
    }
    // The workspace's own names come first.
    let own = |f: &&Field| headers::shape(&f.name) == shape || headers::shape(&f.label) == shape;
    if let Some(target) = object.fields.iter().find(own).and_then(target) {
        return target;
    }
    match headers::known(&object.name, &shape) {
        Some("+middle") => return Target::Middle,
        Some("+calling_code") => return Target::CallingCode,
        Some(name) => return object.field(name).and_then(target).unwrap_or(Target::Nothing),
        None => {}
    }
    let address = object.fields.iter().find(|f| f.kind == Kind::Address && !f.hidden);
    match (address, headers::address_part(header)) {
        (Some(field), Some((group, part))) => Target::Address { field: field.id, group, part },
        _ => Target::Nothing,
    }
}
