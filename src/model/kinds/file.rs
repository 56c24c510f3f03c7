//! Files. They come by upload; JSON and text only tell of them.

use super::{FieldKind, Labels, Locale, Read, Reading, check_bytes, check_count, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::limits::TEXT_BYTES_MAX;
use crate::model::{Field, FileRef, Schema, Value};
use serde_json::{Value as Json, json};

/// Files.
pub struct File;

fn files(value: &Value) -> &[FileRef] {
    if let Value::Files(files) = value { files } else { &[] }
}

fn upload_instead(field: &Field) -> Problem {
    problem(field, "type", "Files are added by uploading them.")
}

/// The files' names; a picture that is kept in several sizes under one name is told once.
fn names(value: &Value) -> String {
    let mut names: Vec<&str> = files(value).iter().map(|file| file.name.as_str()).collect();
    names.dedup();
    names.join(", ")
}

impl FieldKind for File {
    fn read_json(&self, field: &Field, _json: &Json, _reading: &Reading<'_>) -> Read {
        Err(upload_instead(field))
    }

    fn read_text(&self, field: &Field, _text: &str, _reading: &Reading<'_>) -> Read {
        Err(upload_instead(field))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Files(files) = value else { return Err(wrong_type(field, "a file")) };
        check_count(field, files.len())?;
        files.iter().try_for_each(|file| {
            check_bytes(field, &file.name, TEXT_BYTES_MAX)?;
            check_bytes(field, &file.media_type, TEXT_BYTES_MAX)
        })
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        let hex = |file: &FileRef| file.sha256.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let one = |file: &FileRef| json!({ "name": file.name, "size": file.size, "media_type": file.media_type, "sha256": hex(file) });
        files(value).iter().map(one).collect()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        names(value)
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        names(value)
    }
}
