//! The tables of accounts (credentials, sessions, keys, settings) as typed values in JSON. Customer data never passes here.

use crate::base::{Error, Result};
use crate::store::{Reads, Table, WriteTx, key};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::ops::ControlFlow;

/// The value of `key`.
pub fn get<T: DeserializeOwned>(reads: &impl Reads, table: Table, key: &[u8]) -> Result<Option<T>> {
    reads.with(table, key, decode)?.transpose()
}

/// All of a table, by key.
pub fn all<T: DeserializeOwned>(reads: &impl Reads, table: Table) -> Result<Vec<(Vec<u8>, T)>> {
    starting_with(reads, table, &[])
}

/// All whose key begins with `prefix`.
pub fn starting_with<T: DeserializeOwned>(
    reads: &impl Reads,
    table: Table,
    prefix: &[u8],
) -> Result<Vec<(Vec<u8>, T)>> {
    let mut found = Vec::new();
    let end = key::after(prefix);
    reads.scan(table, prefix, &end, crate::store::Direction::Forward, &mut |key, value| {
        found.push((key.to_vec(), decode(value)?));
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(found)
}

/// Writes the value of `key`.
pub fn put<T: Serialize>(tx: &mut WriteTx<'_>, table: Table, key: &[u8], value: &T) -> Result<()> {
    let bytes = serde_json::to_vec(value).map_err(|e| Error::internal("a value can't be written", e))?;
    tx.put(table, key, &bytes);
    Ok(())
}

fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    serde_json::from_slice(bytes).map_err(|e| Error::internal("a kept value can't be read; run `aventora check`", e))
}
