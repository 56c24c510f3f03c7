//! A postal address of five parts. As text they are separated by `;`: street, city, state, postal code, country; a text
//! without `;` is a street.

use super::{FieldKind, Labels, Locale, Read, Reading, check_bytes, check_characters, problem, wrong_type};
use crate::base::error::Problem;
use crate::base::limits::TEXT_BYTES_MAX;
use crate::model::kinds::text::one_line;
use crate::model::value::Address as Postal;
use crate::model::{Field, Schema, Value};
use serde_json::{Map, Value as Json};

/// A postal address.
pub struct Address;

/// API names of the parts, in order.
const PARTS: [&str; 5] = ["street", "city", "state", "postal_code", "country"];

fn parts(address: &Postal) -> [&str; 5] {
    [&address.street, &address.city, &address.state, &address.postal_code, &address.country]
}

/// An address of parts in order; `None` where all are empty.
fn made_of(parts: [String; 5]) -> Option<Value> {
    if parts.iter().all(String::is_empty) {
        return None;
    }
    let [street, city, state, postal_code, country] = parts;
    Some(Value::Address(Postal { street, city, state, postal_code, country }))
}

/// A part without the sign that separates parts; the street keeps its lines.
fn part(index: usize, text: &str) -> String {
    let text = text.replace(';', ",");
    if index > 0 {
        return one_line(&text);
    }
    text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn address(value: &Value) -> Option<&Postal> {
    if let Value::Address(address) = value { Some(address) } else { None }
}

/// The address on one line: `12 Main St, Toronto, ON M5V 1A1, Canada`.
fn one_line_of(address: &Postal) -> String {
    let region = format!("{} {}", address.state, address.postal_code);
    let street = address.street.replace('\n', ", ");
    let parts = [street.as_str(), &address.city, region.trim(), &address.country];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

impl FieldKind for Address {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        const WANTED: &str = "an address with street, city, state, postal_code and country";
        let members = match json {
            Json::String(text) => return self.read_text(field, text.trim(), reading),
            Json::Object(members) => members,
            _ => return Err(wrong_type(field, WANTED)),
        };
        if let Some(odd) = members.keys().find(|key| !PARTS.contains(&key.as_str())) {
            let message = format!("An address has a street, city, state, postal_code and country, but no {odd:?}.");
            return Err(problem(field, "unknown", message));
        }
        let mut made: [String; 5] = Default::default();
        for (index, name) in PARTS.iter().enumerate() {
            match members.get(*name) {
                None | Some(Json::Null) => {}
                Some(Json::String(text)) => made[index] = part(index, text),
                Some(_) => return Err(wrong_type(field, WANTED)),
            }
        }
        Ok(made_of(made))
    }

    fn read_text(&self, _field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        let mut made: [String; 5] = Default::default();
        for (index, typed) in text.splitn(5, ';').enumerate() {
            made[index] = part(index, typed);
        }
        Ok(made_of(made))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let address = address(value).ok_or_else(|| wrong_type(field, "an address"))?;
        for part in parts(address) {
            check_bytes(field, part, TEXT_BYTES_MAX)?;
            check_characters(field, part)?;
        }
        Ok(())
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        let Some(address) = address(value) else { return Json::Null };
        let members = PARTS.iter().zip(parts(address)).map(|(name, part)| ((*name).to_owned(), Json::from(part)));
        Json::Object(members.collect::<Map<_, _>>())
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        let Some(address) = address(value) else { return String::new() };
        match parts(address) {
            [street, "", "", "", ""] => street.to_owned(),
            all => all.join("; "),
        }
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        address(value).map(one_line_of).unwrap_or_default()
    }
}
