//! The one domain error. It knows nothing of HTTP: rows 7 to 9 map it once to a page, a problem document or a line on
//! stderr. Its messages are whole sentences for the person who reads them and never hold a secret.

use std::fmt;

/// What every fallible function of ours returns.
pub type Result<T> = std::result::Result<T, Error>;

/// One thing wrong with what was sent. All problems of a request are told at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The API name of the field, parameter or config key; empty where the whole is meant.
    pub field: String,
    /// A stable word for programs: `required`, `too_long`, `unknown`, `taken`, `not_found`, `syntax`, …
    pub code: &'static str,
    /// A sentence for people, without the field's name in front.
    pub message: String,
    /// Byte offset into the text that was sent (filters, files), where there is one.
    pub at: Option<usize>,
    /// Index of the row in a batch, from 0, where there is one.
    pub row: Option<usize>,
}

impl Problem {
    /// A problem of a field.
    pub fn new(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self { field: field.into(), code, message: message.into(), at: None, row: None }
    }

    /// The same problem, pointing at byte `at` of the text.
    pub fn at(mut self, at: usize) -> Self {
        self.at = Some(at);
        self
    }

    /// The same problem, in row `row` of a batch.
    pub fn in_row(mut self, row: usize) -> Self {
        self.row = Some(row);
        self
    }
}

/// Why something was not done.
#[derive(Debug)]
pub enum Error {
    /// Absent, or not visible to the one who asks: the two are never told apart.
    NotFound,
    /// Visible, but this actor may not do that.
    Denied(String),
    /// What was sent is wrong; nothing was changed.
    Invalid(Vec<Problem>),
    /// Somebody changed it first; nothing was changed.
    Conflict {
        /// API name of the field that has a newer value; empty when the whole record's version is stale.
        field: String,
        /// A sentence for people.
        message: String,
    },
    /// Too many requests or too much work queued; try again after so many seconds.
    Limited {
        /// Seconds to wait.
        retry_after_s: u64,
        /// A sentence for people.
        message: String,
    },
    /// The store can't take writes now (busy, reopening, low on disk); reads may still work.
    Unavailable(String),
    /// The disk is full or nearly so; nothing was saved.
    Full(String),
    /// Something outside failed (a file, another server).
    External(String),
    /// Our fault; the source is logged once at the boundary and never shown.
    Internal(String),
}

impl Error {
    /// One problem of one field.
    pub fn invalid(field: impl Into<String>, code: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(vec![Problem::new(field, code, message)])
    }

    /// An internal error with its cause in the text.
    pub fn internal(what: &str, cause: impl fmt::Display) -> Self {
        Self::Internal(format!("{what}: {cause}"))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("There is no such record."),
            Self::Invalid(problems) => {
                for (i, p) in problems.iter().enumerate() {
                    if i > 0 {
                        f.write_str("; ")?;
                    }
                    if let Some(row) = p.row {
                        write!(f, "row {row}: ")?;
                    }
                    if !p.field.is_empty() {
                        write!(f, "{}: ", p.field)?;
                    }
                    // One sentence of several parts: only the last part ends it.
                    let more = i + 1 < problems.len();
                    f.write_str(if more { p.message.trim_end_matches('.') } else { &p.message })?;
                }
                Ok(())
            }
            Self::Denied(m) | Self::Unavailable(m) | Self::Full(m) | Self::External(m) | Self::Internal(m) => {
                f.write_str(m)
            }
            Self::Conflict { message, .. } | Self::Limited { message, .. } => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_problems_read_as_one_sentence() {
        let problems = vec![
            Problem::new("email", "taken", "Somebody else has this address."),
            Problem::new("role", "unknown", "There is no such role."),
        ];
        let said = Error::Invalid(problems).to_string();
        assert_eq!(said, "email: Somebody else has this address; role: There is no such role.");
    }
}
