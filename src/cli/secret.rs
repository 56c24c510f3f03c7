//! Passwords on the way in: from a file or stdin, never from an argument, where every process of the machine could read it.

use crate::base::{Error, Result};
use std::io::Read;
use std::path::Path;

/// Bytes of a password file at most.
const BYTES_MAX: u64 = 4_096;

/// The password in `file`, `-` for stdin; one line end after it is not part of it.
pub(super) fn read(file: &Path) -> Result<String> {
    let mut text = String::new();
    let result = if file == Path::new("-") {
        std::io::stdin().lock().take(BYTES_MAX).read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|f| f.take(BYTES_MAX).read_to_string(&mut text))
    };
    result.map_err(|e| {
        Error::External(format!(
            "The password can't be read from {} ({e}); name a text file, or - for stdin.",
            file.display()
        ))
    })?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_string())
}
