//! Decimal numbers and ratings.

use super::{FieldKind, Labels, Locale, Read, Reading, problem, text_or_number, wrong_type};
use crate::base::error::Problem;
use crate::base::money::{Decimal, DecimalError};
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// A decimal number.
pub struct Number;
/// 0 to 5 stars.
pub struct Rating;

/// Stars at most.
const STARS_MAX: u8 = 5;
/// Smaller numbers are shown without a comma, so that years look like years.
const GROUPED_FROM: i64 = 10_000;

/// A number as people type it: `12,500`, `12 500`, `85 %`.
pub fn typed(field: &Field, text: &str) -> Result<Decimal, Problem> {
    let plain = text.trim().trim_end_matches('%').trim_end();
    plain
        .parse::<Decimal>()
        .or_else(|error: DecimalError| ungrouped(plain).map_or(Err(error), |plain| plain.parse()))
        .map_err(|error| problem(field, error.code(), error.to_string()))
}

/// The number without the marks between its thousands; `None` where they stand elsewhere.
fn ungrouped(text: &str) -> Option<String> {
    let separator = text.chars().find(|c| matches!(c, ',' | ' ' | '\'' | '’' | '\u{a0}' | '\u{202f}'))?;
    let (whole, part) = text.split_once('.').map_or((text, None), |(whole, part)| (whole, Some(part)));
    let sign = whole.strip_prefix('-').map_or("", |_| "-");
    let mut groups = whole.strip_prefix('-').unwrap_or(whole).split(separator);
    let first = groups.next().filter(|group| (1..=3).contains(&group.len()))?;
    let mut plain = format!("{sign}{first}");
    for group in groups {
        if group.len() != 3 {
            return None;
        }
        plain.push_str(group);
    }
    if let Some(part) = part {
        plain.push('.');
        plain.push_str(part);
    }
    Some(plain)
}

/// Checks a number against the field's limits.
pub fn check_limits(field: &Field, number: Decimal) -> Result<(), Problem> {
    if let Ok(min) = field.min.parse::<Decimal>()
        && number < min
    {
        return Err(problem(field, "too_small", format!("The smallest number allowed here is {min}.")));
    }
    if let Ok(max) = field.max.parse::<Decimal>()
        && number > max
    {
        return Err(problem(field, "too_large", format!("The largest number allowed here is {max}.")));
    }
    Ok(())
}

fn decimal(value: &Value) -> Decimal {
    if let Value::Number(number) = value { *number } else { Decimal::ZERO }
}

/// A decimal as a JSON number, digit by digit.
fn json(number: Decimal) -> Json {
    number.to_string().parse::<serde_json::Number>().map_or(Json::Null, Json::Number)
}

impl FieldKind for Number {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        let text = text_or_number(field, json, "a number")?;
        let number = text.parse::<Decimal>().map_err(|error| problem(field, error.code(), error.to_string()))?;
        Ok(Some(Value::Number(number)))
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        typed(field, text).map(|number| Some(Value::Number(number)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        let Value::Number(number) = value else { return Err(wrong_type(field, "a number")) };
        check_limits(field, *number)
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        json(decimal(value))
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        decimal(value).to_string()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        let number = decimal(value);
        let large = Decimal::whole(GROUPED_FROM).is_some_and(|from| number >= from || number.0 <= -from.0);
        if large { number.grouped(0) } else { number.to_string() }
    }
}

fn stars(field: &Field, text: &str) -> Read {
    let stars =
        text.parse::<Decimal>().ok().and_then(|n| (0..=STARS_MAX).find(|s| Decimal::whole(i64::from(*s)) == Some(n)));
    stars.map(|stars| Some(Value::Rating(stars))).ok_or_else(|| too_many_stars(field))
}

fn too_many_stars(field: &Field) -> Problem {
    problem(field, "out_of_range", format!("A rating is a whole number from 0 to {STARS_MAX}."))
}

fn rating(value: &Value) -> u8 {
    if let Value::Rating(stars) = value { *stars } else { 0 }
}

impl FieldKind for Rating {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        let Json::Number(number) = json else { return Err(wrong_type(field, "a whole number from 0 to 5")) };
        stars(field, &number.to_string())
    }

    fn read_text(&self, field: &Field, text: &str, _reading: &Reading<'_>) -> Read {
        stars(field, text)
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Rating(stars) if *stars <= STARS_MAX => Ok(()),
            Value::Rating(_) => Err(too_many_stars(field)),
            _ => Err(wrong_type(field, "a whole number from 0 to 5")),
        }
    }

    fn to_json(&self, _field: &Field, value: &Value, _schema: &Schema, _label: Labels<'_>) -> Json {
        rating(value).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        rating(value).to_string()
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        let stars = usize::from(rating(value).min(STARS_MAX));
        "★".repeat(stars) + &"☆".repeat(usize::from(STARS_MAX) - stars)
    }
}
