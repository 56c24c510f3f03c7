//! A web address. Only http and https, so that a link never runs a script; a bare domain gets https.

use super::{FieldKind, Labels, Locale, Read, Reading, check_bytes, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::limits::TEXT_BYTES_MAX;
use crate::model::kinds::text::text;
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// A web address.
pub struct Link;

/// The address with its scheme; `None` where that is neither http nor https.
fn with_scheme(typed: &str) -> Option<String> {
    let lower = typed.get(..8).unwrap_or(typed).to_ascii_lowercase();
    for scheme in ["https://", "http://"] {
        if lower.starts_with(scheme) {
            return Some(format!("{scheme}{}", &typed[scheme.len()..]));
        }
    }
    // `example.com:8080/a` has a port, `javascript:` and `ftp://` have another scheme.
    let scheme_end = typed.find(':').filter(|at| typed[..*at].find(['.', '/', '?', '#']).is_none());
    if scheme_end.is_some() || typed.starts_with("//") {
        return None;
    }
    Some(format!("https://{typed}"))
}

/// What is wrong with an address that has a scheme.
fn fault(address: &str) -> Option<(&'static str, &'static str)> {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
    if authority.contains('@') {
        return Some(("syntax", "Leave the user name out of the web address."));
    }
    let (host, port) = authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
    if port.is_some_and(|port| port.parse::<u16>().is_err()) {
        return Some(("syntax", "The port in the web address is a number up to 65535."));
    }
    let odd = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | '\\' | '`' | '{' | '}' | '|' | '^')
    };
    if address.contains(odd) {
        return Some(("syntax", "A web address has no spaces, quotes or brackets."));
    }
    let label_fits =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_');
    if !host.contains('.') {
        return Some(("syntax", "Add the part after the dot, for example .com."));
    }
    if !host.split('.').all(label_fits) {
        return Some(("syntax", "Write a web address, for example https://example.com."));
    }
    None
}

impl FieldKind for Link {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        self.read_text(field, json.as_str().ok_or_else(|| wrong_type(field, "a web address"))?.trim(), reading)
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        let address = with_scheme(text)
            .ok_or_else(|| problem(field, "scheme", "A web address starts with https:// or http://."))?;
        Ok(Some(Value::Text(address)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Text(address) = value else { return Err(wrong_type(field, "a web address")) };
        check_bytes(field, address, TEXT_BYTES_MAX)?;
        if !address.starts_with("https://") && !address.starts_with("http://") {
            return Err(problem(field, "scheme", "A web address starts with https:// or http://."));
        }
        fault(address).map_or(Ok(()), |(code, message)| Err(problem(field, code, message)))
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        text(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        text(value).into()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        let address = text(value);
        let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
        bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').into()
    }
}
