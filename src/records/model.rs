//! The data model as the store keeps it: `SCHEMA` holds it in JSON parts, one per object and one for the rest, so that a
//! change of one object rewrites one part.

use crate::base::clock::Millis;
use crate::base::text::FOLD_VERSION;
use crate::base::{Error, Result};
use crate::model::{Object, Schema};
use crate::store::{Direction, Priority, Reads, Store, Table, WriteTx};
use std::ops::ControlFlow;

const WORKSPACE: &str = "workspace";
const OBJECT_PREFIX: &str = "object/";
/// When the workspace was made, in `META`: milliseconds, big-endian.
const META_CREATED: &[u8] = b"created_at";
/// [`FOLD_VERSION`] of columns and indexes, in `META`.
const META_FOLD: &[u8] = b"fold_version";

/// Puts a new workspace's data model into an empty store.
pub(crate) fn create(store: &Store, schema: &Schema, now: Millis) -> Result<()> {
    let schema = schema.clone();
    store.write(Priority::People, move |tx| {
        if tx.get(Table::Schema, WORKSPACE.as_bytes())?.is_some() {
            return Err(Error::invalid("", "exists", "There is already a workspace in this data directory."));
        }
        tx.put(Table::Meta, META_CREATED, &now.to_be_bytes());
        tx.put(Table::Meta, META_FOLD, &FOLD_VERSION.to_be_bytes());
        save(tx, &schema)
    })
}

/// Writes the data model.
pub(crate) fn save(tx: &mut WriteTx<'_>, schema: &Schema) -> Result<()> {
    let failed = |e| Error::internal("writing the data model", e);
    let rest = Schema { objects: Vec::new(), ..schema.clone() };
    tx.put(Table::Schema, WORKSPACE.as_bytes(), &serde_json::to_vec(&rest).map_err(failed)?);
    for (place, object) in schema.objects.iter().enumerate() {
        let part = serde_json::to_vec(object).map_err(failed)?;
        tx.put(Table::Schema, format!("{OBJECT_PREFIX}{place:05}").as_bytes(), &part);
    }
    Ok(())
}

/// Reads the data model; `None` where there is no workspace yet.
pub(crate) fn load<R: Reads>(tx: &R) -> Result<Option<Schema>> {
    let failed = |e| Error::internal("The data model is unreadable", e);
    let Some(rest) = tx.get(Table::Schema, WORKSPACE.as_bytes())? else { return Ok(None) };
    let mut schema: Schema = serde_json::from_slice(&rest).map_err(failed)?;
    let (from, to) = (OBJECT_PREFIX.as_bytes(), crate::store::key::after(OBJECT_PREFIX.as_bytes()));
    tx.scan(Table::Schema, from, &to, Direction::Forward, &mut |_, part| {
        let object: Object = serde_json::from_slice(part).map_err(failed)?;
        schema.objects.push(object);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(Some(schema))
}
