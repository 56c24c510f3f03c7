//! The filter language as a tree, and how a tree is printed. Reading text is in [`super::parse`]; what a name or a value
//! means is decided in [`super::compile`], never here: this file knows no field and no record.

use std::fmt;

pub use super::parse::parse;

/// A byte offset into the text a tree was read from. Two places are always equal, so that a tree equals the one read from
/// its print.
#[derive(Debug, Clone, Copy, Default)]
pub struct At(pub usize);

impl PartialEq for At {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for At {}

/// A filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expr {
    /// All of them hold; of none: everything matches.
    And(Vec<Expr>),
    /// One of them holds.
    Or(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// `path op value`.
    Compare(FieldPath, Op, Operand),
    /// `path IN (a, b)`.
    In(FieldPath, Vec<Operand>),
    /// `path BETWEEN a AND b`, both included.
    Between(FieldPath, Operand, Operand),
    /// `is_empty(path)`.
    IsEmpty(FieldPath),
    /// `has_all(path, a, b)`.
    HasAll(FieldPath, Vec<Operand>),
    /// `has_none(path, a, b)`.
    HasNone(FieldPath, Vec<Operand>),
}

/// `city`, `company.name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldPath {
    /// Names from the outside in; at least one.
    pub names: Vec<String>,
    /// Where it stands.
    pub at: At,
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
    /// `:`
    Has,
}

/// A value: a term, and what is added to it or taken from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// The first term.
    pub first: Term,
    /// What follows: true for `+`, false for `-`.
    pub more: Vec<(bool, Term)>,
    /// Where it stands.
    pub at: At,
}

/// One term of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Term {
    /// Written bare: an option's name, a number, a date.
    Word(String),
    /// In quotes.
    Text {
        /// What is between them, escapes resolved, without the outer stars.
        text: String,
        /// Began with an unescaped `*`: anything may stand before.
        open_start: bool,
        /// Ended with an unescaped `*`: anything may follow.
        open_end: bool,
    },
    /// `today()`, `start_of(month)`, `days(-12)`.
    Call(String, Vec<String>),
}

/// What may stand inside a bare word beside letters, digits and `_`, if a letter, digit or `_` follows.
pub(super) fn joins_word(c: char) -> bool {
    matches!(c, '.' | '-' | '@')
}

/// Letters, digits and `_`.
pub(super) fn in_word(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

impl Expr {
    fn write_inside(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(_) | Self::Or(_) => write!(f, "({self})"),
            _ => write!(f, "{self}"),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, values: &[Operand]) -> fmt::Result {
    for (i, value) in values.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{value}")?;
    }
    Ok(())
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::And(parts) | Self::Or(parts) => {
                let word = if matches!(self, Self::And(_)) { " AND " } else { " OR " };
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        f.write_str(word)?;
                    }
                    part.write_inside(f)?;
                }
                Ok(())
            }
            Self::Not(inner) => {
                f.write_str("NOT ")?;
                inner.write_inside(f)
            }
            Self::Compare(path, op, value) => write!(f, "{path} {op} {value}"),
            Self::In(path, values) => {
                write!(f, "{path} IN (")?;
                write_list(f, values)?;
                f.write_str(")")
            }
            Self::Between(path, low, high) => write!(f, "{path} BETWEEN {low} AND {high}"),
            Self::IsEmpty(path) => write!(f, "is_empty({path})"),
            Self::HasAll(path, values) | Self::HasNone(path, values) => {
                write!(f, "{}({path}, ", if matches!(self, Self::HasAll(..)) { "has_all" } else { "has_none" })?;
                write_list(f, values)?;
                f.write_str(")")
            }
        }
    }
}

impl fmt::Display for FieldPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names.join("."))
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eq => "=",
            Self::Ne => "!=",
            Self::Lt => "<",
            Self::Le => "<=",
            Self::Gt => ">",
            Self::Ge => ">=",
            Self::Has => ":",
        })
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.first)?;
        for (plus, term) in &self.more {
            write!(f, " {} {term}", if *plus { '+' } else { '-' })?;
        }
        Ok(())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => f.write_str(word),
            Self::Text { text, open_start, open_end } => {
                f.write_str(if *open_start { "\"*" } else { "\"" })?;
                for c in text.chars() {
                    match c {
                        '"' | '\\' | '*' => write!(f, "\\{c}")?,
                        '\n' => f.write_str("\\n")?,
                        '\t' => f.write_str("\\t")?,
                        _ => write!(f, "{c}")?,
                    }
                }
                f.write_str(if *open_end { "*\"" } else { "\"" })
            }
            Self::Call(name, arguments) => write!(f, "{name}({})", arguments.join(", ")),
        }
    }
}
