//! E-mail addresses, the primary one first. The rule is practical: what a mail server on the internet would take.

use super::{
    FieldKind, Labels, Locale, Read, Reading, check_count, elements, json_elements, not_empty, problem, wrong_type,
};
use crate::base::error::Problem;
use crate::base::text::fold;
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// E-mail addresses.
pub struct Emails;

/// Bytes of an address at most (RFC 5321).
const ADDRESS_MAX: usize = 254;
/// Bytes before the @ at most.
const LOCAL_MAX: usize = 64;

/// What is wrong with an address.
pub fn fault(address: &str) -> Option<&'static str> {
    if address.len() > ADDRESS_MAX {
        return Some("An e-mail address has at most 254 characters.");
    }
    let odd = |c: char| {
        c.is_whitespace()
            || c.is_control()
            || matches!(c, '<' | '>' | '(' | ')' | '[' | ']' | ',' | ';' | ':' | '\\' | '"')
    };
    if address.contains(odd) {
        return Some("An e-mail address has no spaces, quotes or brackets.");
    }
    let Some((local, domain)) = address.split_once('@') else {
        return Some("Add the @ and what follows it, for example jane@example.com.");
    };
    if domain.contains('@') {
        return Some("An e-mail address has one @ only.");
    }
    if local.is_empty() {
        return Some("Add the part before the @, for example jane@example.com.");
    }
    if local.len() > LOCAL_MAX {
        return Some("The part before the @ has at most 64 characters.");
    }
    if local.starts_with('.') || local.ends_with('.') || address.contains("..") {
        return Some("A dot stands between letters, and never twice in a row.");
    }
    domain_fault(domain)
}

fn domain_fault(domain: &str) -> Option<&'static str> {
    let Some((_, last)) = domain.rsplit_once('.') else {
        return Some("Add the part after the dot, for example .com.");
    };
    if last.chars().count() < 2 || last.chars().all(|c| c.is_ascii_digit()) {
        return Some("Add the part after the dot, for example .com.");
    }
    let label_fits = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    if domain.split('.').all(label_fits) { None } else { Some("Write the part after the @ like example.com.") }
}

/// The address in `Jane Doe <jane@example.com>` or `mailto:jane@example.com`.
fn bare(text: &str) -> &str {
    let text = text.trim();
    let inside = text.strip_suffix('>').and_then(|t| t.rsplit_once('<')).map_or(text, |(_, address)| address.trim());
    inside.strip_prefix("mailto:").unwrap_or(inside)
}

/// The addresses in texts that may hold several, each once.
fn addresses<'a>(field: &Field, texts: impl Iterator<Item = &'a str>) -> Read {
    let mut list: Vec<String> = Vec::new();
    for address in texts.flat_map(|text| text.split(',')).map(bare).filter(|address| !address.is_empty()) {
        if let Some(message) = fault(address) {
            return Err(problem(field, "email", format!("{address}: {message}")));
        }
        if !list.iter().any(|known| known.eq_ignore_ascii_case(address) || fold(known) == fold(address)) {
            list.push(address.to_owned());
        }
    }
    Ok(not_empty(list, Value::List))
}

/// The texts of a list value.
pub fn list(value: &Value) -> &[String] {
    if let Value::List(list) = value { list } else { &[] }
}

impl FieldKind for Emails {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        addresses(field, json_elements(field, json, "a list of e-mail addresses")?.into_iter())
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        addresses(field, elements(text))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::List(list) = value else { return Err(wrong_type(field, "a list of e-mail addresses")) };
        check_count(field, list.len())?;
        for address in list {
            if let Some(message) = fault(address) {
                return Err(problem(field, "email", message));
            }
        }
        Ok(())
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        list(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        list(value).join("; ")
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        list(value).join(", ")
    }
}
