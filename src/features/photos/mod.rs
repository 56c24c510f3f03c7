//! Pictures of people and organisations. One is kept in three sizes under one name, as the value of the record's field `photo`,
//! so that permission, history, undo and purge are those of any field; the bytes lie where all files do.

mod picture;

pub use picture::SIZES;

use crate::base::id::{FieldId, RecordRef};
use crate::base::{Error, Result};
use crate::model::{Actor, FileRef, Object, Schema, Value, rules};
use crate::records::save::{Change, Command};
use crate::records::{Context, Engine, Record, State};
use std::io::Read;
use std::sync::{Mutex, PoisonError};

/// Bytes of an uploaded picture at most.
pub const UPLOAD_BYTES_MAX: u64 = 10 << 20;
/// Bytes of one of our own squares at most; a see-through one of noise has 256 KB.
const SQUARE_BYTES_MAX: u64 = 1 << 20;

/// Unpacking takes much memory, so it is done for one at a time.
static UNPACKING: Mutex<()> = Mutex::new(());

/// One size of a picture, to be sent.
#[derive(Debug)]
pub struct Photo {
    /// Its file.
    pub bytes: Vec<u8>,
    /// What it is.
    pub media_type: String,
    /// Whether it is the picture of this version, see [`version`].
    pub current: bool,
}

/// Whether the actor may give this record another picture.
pub fn may_change(actor: &Actor, object: &Object, record: &Record) -> bool {
    record.state == State::Live
        && !rules::is_settled(object, &record.values)
        && rules::may(actor, rules::Action::Edit, object.id)
        && object.photo_field().is_some_and(|field| rules::field_editable(actor, object.id, field))
}

/// What tells one picture from another in an address: the beginning of its name.
pub fn version(sha256: &[u8; 32]) -> String {
    sha256[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Gives a record another picture. [`Error::Invalid`] where the bytes are none, [`Error::Denied`] where the actor may not.
pub fn set(engine: &Engine, actor: &Actor, id: RecordRef, bytes: &[u8]) -> Result<()> {
    let field = changeable(engine, actor, id)?;
    let squares = {
        let _one = UNPACKING.lock().unwrap_or_else(PoisonError::into_inner);
        picture::squares(bytes)?
    };
    let mut files = Vec::with_capacity(squares.len());
    for square in squares {
        let arrived = engine.store().put_file(square.bytes.as_slice(), SQUARE_BYTES_MAX)?;
        files.push(FileRef {
            sha256: arrived.sha256,
            name: if square.media_type == "image/png" { "picture.png".into() } else { "picture.jpg".into() },
            size: arrived.size,
            media_type: square.media_type.into(),
        });
    }
    save(engine, actor, id, field, Some(Value::Files(files)))
}

/// Takes a record's picture away.
pub fn remove(engine: &Engine, actor: &Actor, id: RecordRef) -> Result<()> {
    let field = changeable(engine, actor, id)?;
    save(engine, actor, id, field, None)
}

fn changeable(engine: &Engine, actor: &Actor, id: RecordRef) -> Result<FieldId> {
    let record = engine.get(actor, id)?;
    let schema = engine.schema();
    let (object, field) = photo_field(&schema, id)?;
    if may_change(actor, object, &record) {
        return Ok(field);
    }
    Err(Error::Denied(format!("Your role may not change {}.", object.label_plural.to_lowercase())))
}

fn photo_field(schema: &Schema, id: RecordRef) -> Result<(&Object, FieldId)> {
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    Ok((object, object.photo_field().ok_or(Error::NotFound)?.id))
}

fn save(engine: &Engine, actor: &Actor, id: RecordRef, field: FieldId, to: Option<Value>) -> Result<()> {
    let command = Command::Update { id, changes: vec![Change::set(field, to)], version: None };
    engine.run(actor, command, Context::default()).map(drop)
}

/// A record's picture in the smallest of [`SIZES`] that is at least `size`. [`Error::NotFound`] where there is none, or none
/// that the actor may see.
pub fn read(engine: &Engine, actor: &Actor, id: RecordRef, size: u32, asked: &str) -> Result<Photo> {
    let record = engine.get(actor, id)?;
    let schema = engine.schema();
    let (object, field) = photo_field(&schema, id)?;
    if !rules::field_visible(actor, object.id, field) {
        return Err(Error::NotFound);
    }
    let Some(Value::Files(files)) = record.values.get(field) else { return Err(Error::NotFound) };
    let place = SIZES.iter().rposition(|s| *s >= size).ok_or(Error::NotFound)?;
    let (Some(first), Some(file)) = (files.first(), files.get(place)) else { return Err(Error::NotFound) };
    let store = engine.store();
    let mut bytes = Vec::with_capacity(file.size.min(SQUARE_BYTES_MAX) as usize);
    let opened = store.open_file(&store.read()?, &file.sha256)?;
    opened
        .take(SQUARE_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|e| Error::internal("a picture can't be read from the data directory", e))?;
    Ok(Photo { bytes, media_type: file.media_type.clone(), current: asked == version(&first.sha256) })
}
