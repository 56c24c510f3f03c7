//! What the names of a path mean for an actor. A field they may not see is told exactly like one that does not exist.

use super::filter::FieldPath;
use crate::base::Problem;
use crate::base::id::ObjectId;
use crate::base::limits::PATH_STEPS_MAX;
use crate::model::object::standard;
use crate::model::{Actor, Field, Kind, Object, Schema, Target, rules};
use crate::records::columns::{self, Column};

/// Edits between a mistyped name and one that is suggested, at most.
const TYPO_EDITS_MAX: usize = 2;

/// One step over a relation.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// Over a relation field to its target.
    Forward(Column, ObjectId, Kind),
    /// To the records of an object that point here through these fields.
    Inverse(Vec<Column>, ObjectId),
}

/// What stands at the end of a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum End<'a> {
    /// A field that is no relation to a fixed object.
    Field(&'a Field),
    /// The record that the last step leads to, or the record itself (`id`) where there is no step.
    Record,
}

/// A path, resolved.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolved<'a> {
    /// From the outside in.
    pub steps: Vec<Step>,
    /// The object at the end.
    pub object: &'a Object,
    /// What is looked at there.
    pub end: End<'a>,
}

/// Who names fields, and in which data model.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The data model.
    pub schema: &'a Schema,
    /// Whose eyes count.
    pub actor: &'a Actor,
}

impl<'a> Names<'a> {
    /// The field of this name, where the actor may see it.
    pub fn field(&self, object: &'a Object, name: &str) -> Option<&'a Field> {
        object.field(name).filter(|f| self.sees(object, f))
    }

    fn sees(&self, object: &Object, field: &Field) -> bool {
        rules::field_visible(self.actor, object.id, field.id)
    }

    /// Follows a path from `object`; `word` names the parameter in problems.
    pub fn resolve(&self, object: ObjectId, path: &FieldPath, word: &str) -> Result<Resolved<'a>, Problem> {
        let schema = self.schema;
        let wrong = |code, message: String| Problem::new(word, code, message).at(path.at.0);
        let mut here =
            schema.object_by_id(object).ok_or_else(|| Problem::new(word, "unknown", "There is no such object."))?;
        let mut steps = Vec::new();
        for (i, name) in path.names.iter().enumerate() {
            let last = i + 1 == path.names.len();
            if let Some(field) = self.field(here, name) {
                let target = relation_target(field);
                if let (Some(target), Some(column)) = (target, columns::column(here, field)) {
                    steps.push(Step::Forward(column, target, field.kind));
                    here = schema.object_by_id(target).ok_or_else(|| wrong("unknown", "It leads nowhere.".into()))?;
                } else if last {
                    self.check_steps(&steps, path, word)?;
                    return Ok(Resolved { steps, object: here, end: End::Field(field) });
                } else {
                    let message = match field.target {
                        Some(Target::Any) => format!("“{name}” may point to anything, so no path leads over it."),
                        _ => format!("“{name}” is no relation, so it has no field “{}”.", path.names[i + 1]),
                    };
                    return Err(wrong("unknown", message));
                }
            } else if last && name == "id" {
                self.check_steps(&steps, path, word)?;
                return Ok(Resolved { steps, object: here, end: End::Record });
            } else if let Some((source, columns)) = self.inverse(here, name) {
                steps.push(Step::Inverse(columns, source.id));
                here = source;
            } else {
                return Err(wrong("unknown", self.unknown(here, name)));
            }
        }
        self.check_steps(&steps, path, word)?;
        Ok(Resolved { steps, object: here, end: End::Record })
    }

    fn check_steps(&self, steps: &[Step], path: &FieldPath, word: &str) -> Result<(), Problem> {
        if steps.len() <= PATH_STEPS_MAX {
            return Ok(());
        }
        let message = format!("A path may have {PATH_STEPS_MAX} steps at most.");
        Err(Problem::new(word, "too_deep", message).at(path.at.0))
    }

    /// The object whose records point to `here` under this name, and the columns of the fields they do it with.
    fn inverse(&self, here: &Object, name: &str) -> Option<(&'a Object, Vec<Column>)> {
        self.schema.objects.iter().find_map(|source| {
            let points_here = |f: &&Field| {
                f.inverse == name
                    && matches!(f.target, Some(t) if t == Target::Object(here.id) || t == Target::Any)
                    && self.sees(source, f)
            };
            let columns: Vec<Column> =
                source.fields.iter().filter(points_here).filter_map(|f| columns::column(source, f)).collect();
            (!columns.is_empty()).then_some((source, columns))
        })
    }

    fn unknown(&self, here: &Object, name: &str) -> String {
        let shown: String = name.chars().take(60).collect();
        let names = here.fields.iter().filter(|f| self.sees(here, f)).map(|f| f.name.as_str());
        match nearest(name, names) {
            Some(near) => format!("{} have no field “{shown}”; did you mean “{near}”?", here.label_plural),
            None => format!("{} have no field “{shown}”.", here.label_plural),
        }
    }
}

/// The one object a relation leads to; members for a person. `None` for other fields.
fn relation_target(field: &Field) -> Option<ObjectId> {
    match (field.kind, field.target) {
        (Kind::Person, _) => Some(standard::MEMBERS),
        (Kind::Relation | Kind::Relations, Some(Target::Object(target))) => Some(target),
        _ => None,
    }
}

/// The one of `names` that `typed` is most probably a slip of.
pub fn nearest<'n>(typed: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    if typed.len() > 60 {
        return None;
    }
    let typed = typed.to_lowercase();
    names
        .map(|n| (edits(&typed, n), n))
        .filter(|(edits, n)| *edits <= TYPO_EDITS_MAX && *edits * 2 < n.len().max(1))
        .min_by_key(|(edits, _)| *edits)
        .map(|(_, n)| n)
}

fn edits(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = corner + usize::from(ca != *cb);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}
