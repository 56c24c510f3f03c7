//! A first look at a file before anything is decided: its columns with what they seem to be for, some of their cells, and how
//! many rows at its beginning can't be read that way. Nothing is looked up and nothing saved.

use super::known::Members;
use super::mapping::{Mapping, offered};
use super::row;
use super::table::{Row, Table};
use super::{ImportOptions, importable};
use crate::base::Result;
use crate::base::id;
use crate::model::{Actor, Field, Object, kinds, rules};
use crate::records::Engine;
use csv::StringRecord;
use std::io::Read;

/// Rows at the beginning of a file that are read as values.
pub const ROWS_LOOKED_AT: u64 = 1_000;
/// Cells of a column that are shown.
const SAMPLES: usize = 3;
/// Characters of such a cell that are shown.
const SAMPLE_CHARS_MAX: usize = 60;

/// What is seen of a file.
#[derive(Debug, Clone, Default)]
pub struct Look {
    /// Its columns.
    pub columns: Vec<LookColumn>,
    /// Its rows, empty ones aside; where the whole was not asked for, those looked at.
    pub rows: u64,
}

/// A column.
#[derive(Debug, Clone, Default)]
pub struct LookColumn {
    /// As the file names it.
    pub name: String,
    /// The first cells that are not empty, each once, cut where they are long.
    pub samples: Vec<String>,
    /// What it would be for were nothing said, as a mapping names it.
    pub guess: Option<String>,
    /// What it is for.
    pub target: Option<String>,
    /// Rows whose cell can't be read so.
    pub bad: u64,
}

/// Looks at the first [`ROWS_LOOKED_AT`] rows, and where `whole`, counts the others too. Errors are those of
/// [`super::run`], but for a file of which no column is known.
pub fn look(engine: &Engine, actor: &Actor, options: &ImportOptions, source: impl Read, whole: bool) -> Result<Look> {
    let schema = engine.schema();
    let object = importable(&schema, actor, &options.object)?;
    let mut table = Table::open(source)?;
    let header = table.header().to_vec();
    let guesses = Mapping::of(object, &header, &[])?.told(object);
    let mapping = Mapping::of(object, &header, &options.map)?;
    let targets = mapping.told(object);
    let column = |((name, guess), target): ((&String, Option<String>), Option<String>)| LookColumn {
        name: name.clone(),
        guess,
        target,
        ..LookColumn::default()
    };
    let mut look = Look { columns: header.iter().zip(guesses).zip(targets).map(column).collect(), rows: 0 };
    let members = Members::read(&engine.finder(actor)?)?;
    let reading = kinds::Reading {
        schema: &schema,
        now: engine.now(),
        zone: &actor.zone,
        region: &options.region,
        me: actor.member,
        member: &|text: &str| -> Option<id::Row> { members.find(text) },
    };
    let mut record = StringRecord::new();
    while let Some(state) = table.next(&mut record)? {
        look.rows += 1;
        if look.rows > ROWS_LOOKED_AT {
            if !whole {
                look.rows -= 1;
                break;
            }
            continue;
        }
        sample(&mut look.columns, &record);
        if let Row::Good = state {
            let values = row::read(object, &header, &mapping, &record, &reading);
            values.problems.iter().for_each(|problem| blame(&mut look.columns, object, problem));
        }
    }
    Ok(look)
}

fn sample(columns: &mut [LookColumn], record: &StringRecord) {
    for (column, cell) in columns.iter_mut().zip(record.iter()) {
        let cell = cell.trim();
        if column.samples.len() == SAMPLES || cell.is_empty() {
            continue;
        }
        let mut short: String = cell.chars().take(SAMPLE_CHARS_MAX).collect();
        if short.len() < cell.len() {
            short.push('…');
        }
        if !column.samples.contains(&short) {
            column.samples.push(short);
        }
    }
}

/// Counts a problem with a row for the columns it names, by their own name or their field's label.
pub(super) fn blame(columns: &mut [LookColumn], object: &Object, problem: &str) {
    for column in columns {
        let about = |name: &str| problem.strip_prefix(name).is_some_and(|rest| rest.starts_with(": "));
        let field = column.target.as_deref().and_then(|t| object.field(t.split('.').next().unwrap_or(t)));
        if about(&column.name) || field.is_some_and(|f| about(&f.label)) {
            column.bad += 1;
        }
    }
}

/// What a column may be for: a word for the mapping, the field, and the part of an address.
pub fn offers<'a>(actor: &Actor, object: &'a Object) -> Vec<(String, &'a Field)> {
    offered(object).into_iter().filter(|(_, field)| rules::field_visible(actor, object.id, field.id)).collect()
}
