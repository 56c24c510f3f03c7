//! Phone numbers, the primary one first: E.164 where they can be dialled from everywhere, and what was typed.

use super::{
    FieldKind, Labels, Locale, Read, Reading, check_bytes, check_characters, check_count, elements, json_elements,
    not_empty, problem, wrong_type,
};
use crate::base::error::Problem;
use crate::base::phone;
use crate::model::{Field, Phone, Schema, Value};
use serde_json::Value as Json;

/// Phone numbers.
pub struct Phones;

/// Bytes of a typed number at most.
const TYPED_MAX: usize = 100;
/// Digits a number has at least.
const DIGITS_MIN: usize = 3;
/// Digits from which on a part between commas is a number of its own.
const DIGITS_WHOLE: usize = 7;

/// Two numbers in one cell, separated by a comma; a comma before an extension separates nothing.
fn split_commas(text: &str) -> Vec<&str> {
    let parts: Vec<&str> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    let all_whole = parts.iter().all(|part| phone::digits(part).len() >= DIGITS_WHOLE);
    if all_whole && !parts.is_empty() { parts } else { vec![text] }
}

fn numbers<'a>(field: &Field, texts: impl Iterator<Item = &'a str>, reading: &Reading<'_>) -> Read {
    in_regions(field, texts.map(|text| (text, reading.region)))
}

/// Numbers as typed, each with the region it is read in; an unknown region keeps what was typed without reading it.
pub(super) fn in_regions<'a>(field: &Field, texts: impl Iterator<Item = (&'a str, &'a str)>) -> Read {
    let mut list: Vec<Phone> = Vec::new();
    let texts =
        texts.flat_map(|(text, region)| elements(text).flat_map(split_commas).map(move |typed| (typed, region)));
    for (typed, region) in texts {
        check_bytes(field, typed, TYPED_MAX)?;
        let number = Phone { e164: phone::e164(typed, region), typed: typed.replace('\t', " ") };
        check_number(field, &number)?;
        if !list.iter().any(|known| same(known, &number)) {
            list.push(number);
        }
    }
    Ok(not_empty(list, Value::Phones))
}

fn same(a: &Phone, b: &Phone) -> bool {
    a.typed == b.typed || (a.e164.is_some() && a.e164 == b.e164 && !has_extension(a) && !has_extension(b))
}

/// Whether letters or a # follow the digits: two extensions of one switchboard are two numbers, and the extension stays
/// readable.
fn has_extension(number: &Phone) -> bool {
    let digits = number.typed.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.contains(|c: char| c.is_alphabetic() || c == '#')
}

fn check_number(field: &Field, number: &Phone) -> Result<(), Problem> {
    check_bytes(field, &number.typed, TYPED_MAX)?;
    check_characters(field, &number.typed)?;
    if phone::digits(&number.typed).len() < DIGITS_MIN && number.e164.is_none() {
        let message = if number.typed.chars().any(|c| c.is_ascii_digit()) {
            format!("{}: The number is too short; add the area code, for example (843) 555-0142.", number.typed)
        } else {
            format!("{}: A phone number has digits, for example (843) 555-0142.", number.typed)
        };
        return Err(problem(field, "phone", message));
    }
    Ok(())
}

fn list(value: &Value) -> &[Phone] {
    if let Value::Phones(list) = value { list } else { &[] }
}

fn shown(number: &Phone, region: &str) -> String {
    match &number.e164 {
        Some(e164) if !has_extension(number) => phone::show(e164, region),
        _ => number.typed.clone(),
    }
}

impl FieldKind for Phones {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        numbers(field, json_elements(field, json, "a list of phone numbers")?.into_iter(), reading)
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        numbers(field, elements(text), reading)
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Phones(list) = value else { return Err(wrong_type(field, "a list of phone numbers")) };
        check_count(field, list.len())?;
        list.iter().try_for_each(|number| check_number(field, number))
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        list(value).iter().map(|number| number.e164.as_deref().unwrap_or(&number.typed)).collect()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        list(value).iter().map(|number| number.typed.as_str()).collect::<Vec<_>>().join("; ")
    }

    fn show(&self, _field: &Field, value: &Value, _schema: &Schema, locale: &Locale<'_>, _label: Labels<'_>) -> String {
        list(value).iter().map(|number| shown(number, locale.region)).collect::<Vec<_>>().join(", ")
    }
}
