//! Reading the configuration: defaults, then the file, then the environment. Every problem is told at once, with its line;
//! an unknown key is an error, because a misspelt one would be silently without effect.

use super::Config;
use super::keys::{KEYS, Key, Shape};
use crate::base::{Error, Problem, Result};
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Where settings come from.
#[derive(Debug, Default)]
pub struct Sources {
    /// The file named on the command line: it must exist.
    pub file: Option<PathBuf>,
    /// Files to try where none was named; the first that exists is read.
    pub fallbacks: Vec<PathBuf>,
    /// The environment, as (name, value).
    pub environment: Vec<(String, String)>,
}

/// Largest file that is read as configuration or as a secret, bytes.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Reads the configuration. All problems are told at once; nothing is half applied.
pub fn load(sources: &Sources) -> Result<Config> {
    let mut config = Config::default();
    let mut problems = Vec::new();
    let file = match &sources.file {
        Some(file) => Some(file.clone()),
        None => sources.fallbacks.iter().find(|f| f.exists()).cloned(),
    };
    if let Some(file) = file {
        let text = read_file(&file).map_err(|e| {
            Error::External(format!(
                "The configuration {} can't be read ({e}); check the path and its permissions.",
                file.display()
            ))
        })?;
        from_toml(&mut config, &text, &file, &mut problems);
    }
    from_environment(&mut config, &sources.environment, &mut problems);
    if problems.is_empty() { Ok(config) } else { Err(Error::Invalid(problems)) }
}

fn read_file(path: &Path) -> std::io::Result<String> {
    let metadata = std::fs::metadata(path)?;
    if metadata.is_dir() {
        return Err(std::io::Error::other("it is a directory"));
    }
    if metadata.len() > FILE_BYTES_MAX {
        return Err(std::io::Error::other("it is larger than 1 MiB"));
    }
    std::fs::read_to_string(path)
}

fn from_toml(config: &mut Config, text: &str, file: &Path, problems: &mut Vec<Problem>) {
    let place = |at: usize| format!("line {} of {}", line_of(text, at), file.display());
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        let at = error.span().map_or(0, |s| s.start);
        let message = format!("{}: this is not TOML: {}.", place(at), error.message().trim_end_matches('.'));
        problems.push(Problem::new("", "syntax", message).at(at));
    }
    if !problems.is_empty() {
        return;
    }
    for (section, value) in table.get_ref().iter() {
        let at = section.span().start;
        let name = section.get_ref().as_ref();
        if !KEYS.iter().any(|k| k.section == name) {
            let known = sections().join(", ");
            let message = format!("{}: there is no such section; there are {known}.", place(at));
            problems.push(Problem::new(name, "unknown", message).at(at));
            continue;
        }
        let Some(entries) = value.get_ref().as_table() else {
            let message = format!("{}: this is a section; write [{name}] on a line of its own.", place(at));
            problems.push(Problem::new(name, "type", message).at(at));
            continue;
        };
        for (entry, value) in entries.iter() {
            let at = entry.span().start;
            let path = format!("{name}.{}", entry.get_ref());
            let result = match KEYS.iter().find(|k| k.path() == path) {
                None => Err(("unknown", unknown(name))),
                Some(key) => as_text(key, value)
                    .and_then(|text| (key.set)(config, &text))
                    .map_err(|message| ("invalid", hide(key, message))),
            };
            if let Err((code, message)) = result {
                problems.push(Problem::new(path, code, format!("{}: {message}.", place(at))).at(at));
            }
        }
    }
}

/// A secret's wrong value is not told.
fn hide(key: &Key, message: String) -> String {
    if key.secret && message.contains('`') { "this value can't be used".into() } else { message }
}

fn unknown(section: &str) -> String {
    let names: Vec<_> = KEYS.iter().filter(|k| k.section == section).map(|k| k.name).collect();
    format!("there is no such key; [{section}] has {}", names.join(", "))
}

fn sections() -> Vec<&'static str> {
    let mut names: Vec<_> = KEYS.iter().map(|k| k.section).collect();
    names.dedup();
    names
}

/// The value as the text that [`Key::set`] takes, if it has the key's shape.
fn as_text(key: &Key, value: &Spanned<DeValue<'_>>) -> std::result::Result<String, String> {
    match (key.shape, value.get_ref()) {
        (Shape::Text, DeValue::String(s)) => Ok(s.to_string()),
        (Shape::Number, DeValue::Integer(n)) if n.radix() == 10 => Ok(n.as_str().replace('_', "")),
        (Shape::List, DeValue::Array(items)) => {
            let texts: Option<Vec<&str>> =
                items.iter().map(|i| i.get_ref().as_str().filter(|s| !s.contains(','))).collect();
            texts.map(|t| t.join(",")).ok_or_else(|| "every element must be a text in quotes".to_string())
        }
        (Shape::Text, other) => Err(format!("it must be a text in quotes, not {}", kind_of(other))),
        (Shape::Number, other) => Err(format!("it must be a whole number without quotes, not {}", kind_of(other))),
        (Shape::List, other) => Err(format!("it must be a list such as [\"10.0.0.0/8\"], not {}", kind_of(other))),
    }
}

fn kind_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

/// Line of byte `at`, from 1.
fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1
}

fn from_environment(config: &mut Config, environment: &[(String, String)], problems: &mut Vec<Problem>) {
    for (name, value) in environment {
        let Some(rest) = name.strip_prefix("AVENTORA_") else { continue };
        if let Some(key) = KEYS.iter().find(|k| &k.variable() == name) {
            apply(config, key, name, value.clone(), problems);
        } else if let Some(key) = KEYS.iter().find(|k| format!("{}_FILE", k.variable()) == *name) {
            match read_file(Path::new(value)) {
                Ok(text) => apply(config, key, name, text.trim_end_matches(['\n', '\r']).to_string(), problems),
                Err(e) => problems.push(Problem::new(
                    key.path(),
                    "file",
                    format!("{name} names the file {value}, which can't be read ({e})."),
                )),
            }
        } else if let Some(section) =
            sections().into_iter().find(|s| rest.starts_with(&format!("{}_", s.to_uppercase())))
        {
            let message = format!("the environment variable {name} means nothing: {}.", unknown(section));
            problems.push(Problem::new("", "unknown", message));
        }
    }
}

fn apply(config: &mut Config, key: &Key, name: &str, value: String, problems: &mut Vec<Problem>) {
    if let Err(message) = (key.set)(config, &value) {
        let message = format!("{} (from the environment variable {name}).", hide(key, message));
        problems.push(Problem::new(key.path(), "invalid", message));
    }
}
