//! Bringing in a CSV file: columns are guessed or mapped, companies linked by name, duplicates met by a policy, and every
//! row that can't be used goes to a file with the reason, to be mended and brought in again. One batch holds the whole, so
//! that it can be undone. The file is read as a stream; memory does not grow with it.

mod decode;
mod headers;
pub mod job;
pub mod jobs;
mod known;
mod look;
mod mapping;
mod reject;
mod row;
mod slice;
mod table;

pub use look::{Look, LookColumn, ROWS_LOOKED_AT, look, offers};
pub use mapping::map_from_toml;
pub use reject::Hear;

use crate::base::id::BatchId;
use crate::base::{Error, Result};
use crate::model::rules::{self, Action};
use crate::model::{Actor, ActorKind, Object, Schema};
use crate::records::Engine;
use csv::StringRecord;
use mapping::Mapping;
use reject::Rejected;
use slice::Slicer;
use std::io::{Read, Write};
use table::{Row, Table};

/// What is done with a row whose record is there already: one with the same e-mail, or with the same phone and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Duplicates {
    /// The row is passed over.
    #[default]
    Skip,
    /// Its values go into the record; empty cells change nothing, lists are joined.
    Update,
    /// A second record is made.
    Create,
}

impl std::str::FromStr for Duplicates {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "skip" => Ok(Self::Skip),
            "update" => Ok(Self::Update),
            "create" => Ok(Self::Create),
            _ => Err(Error::invalid("duplicates", "unknown", "Choose one of skip, update, create.")),
        }
    }
}

/// How a file is brought in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportOptions {
    /// API name of the object.
    pub object: String,
    /// Columns and their fields, from [`map_from_toml`]; other columns are guessed.
    pub map: Vec<(String, String)>,
    /// The policy for duplicates.
    pub duplicates: Duplicates,
    /// Report only; nothing is saved.
    pub dry_run: bool,
    /// Region of phone numbers that name none: `US`.
    pub region: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// What it can be undone by, also where it stops midway; `None` in a dry run.
    pub batch: Option<BatchId>,
    /// Rows done.
    pub rows: u64,
    /// Bytes of the file read.
    pub bytes: u64,
}

/// What an import did, or in a dry run would do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// What it can be undone by; `None` in a dry run.
    pub batch: Option<BatchId>,
    /// Rows of the file, empty ones aside.
    pub rows: u64,
    /// Records made.
    pub created: u64,
    /// Records changed.
    pub updated: u64,
    /// Rows passed over because their record is there already, or says nothing new.
    pub skipped: u64,
    /// Rows that can't be used.
    pub rejected: u64,
    /// Companies made because no other has their name.
    pub companies_created: u64,
    /// Each column with the field it goes into, as API names; `None` for those left out.
    pub columns: Vec<(String, Option<String>)>,
    /// What else should be known, in sentences.
    pub notes: Vec<String>,
}

/// Brings in a file. Rows that can't be used go to `rejected` as CSV with the reason in the last column; nothing is written
/// there where all can be used. `progress` is called before the first row and after every slice.
///
/// [`Error::Denied`] where the actor may not import, [`Error::Invalid`] where the file as a whole can't be used; what was
/// saved before the place of the fault stays, under the batch.
pub fn run(
    engine: &Engine,
    actor: &Actor,
    options: &ImportOptions,
    source: impl Read,
    rejected: impl Write,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport> {
    run_heard(engine, actor, options, source, rejected, &mut |_, _| (), progress)
}

/// The same, and `hear` is told of every rejected row.
pub fn run_heard<'a>(
    engine: &Engine,
    actor: &Actor,
    options: &ImportOptions,
    source: impl Read,
    rejected: impl Write,
    hear: &'a mut Hear<'a>,
    progress: &mut dyn FnMut(Progress),
) -> Result<ImportReport> {
    let schema = engine.schema();
    let object = importable(&schema, actor, &options.object)?;
    let mut table = Table::open(source)?;
    let mapping = Mapping::new(object, table.header(), &options.map)?;
    let columns = table.header().iter().cloned().zip(mapping.told(object)).collect();
    let batch = if options.dry_run { None } else { Some(engine.new_batch()?) };
    let report = ImportReport { batch, columns, ..ImportReport::default() };
    // The program acts, for this member and with their rights: it may say when a record was made.
    let actor = Actor { kind: ActorKind::System("import"), ..actor.clone() };
    let header = table.header().to_vec();
    let mut rejected = Rejected::new(rejected, &header, hear);
    let mut slicer = Slicer::new(engine, &actor, object, &header, &mapping, options, report)?;
    let mut record = StringRecord::new();
    progress(Progress { batch, rows: 0, bytes: 0 });
    while let Some(row) = table.next(&mut record)? {
        match row {
            Row::Good => slicer.add(&record, &mut rejected)?,
            Row::Bad(reason) => slicer.refuse(&record, &reason, &mut rejected)?,
        }
        if slicer.is_fresh() {
            progress(Progress { batch, rows: slicer.rows(), bytes: table.bytes() });
        }
    }
    let report = slicer.finish(&mut rejected)?;
    rejected.finish()?;
    progress(Progress { batch, rows: report.rows, bytes: table.bytes() });
    Ok(report)
}

/// The object of this name, where the actor may import into it.
fn importable<'a>(schema: &'a Schema, actor: &Actor, name: &str) -> Result<&'a Object> {
    let Some(object) = schema.object(name).filter(|o| o.listed) else {
        let names: Vec<&str> = schema.objects.iter().filter(|o| o.listed).map(|o| o.name.as_str()).collect();
        let message = format!("There is no object \"{}\"; choose one of {}.", name, names.join(", "));
        return Err(Error::invalid("object", "unknown", message));
    };
    if !rules::may(actor, Action::Import, object.id) {
        return Err(Error::Denied("Your role may not import.".to_owned()));
    }
    Ok(object)
}
