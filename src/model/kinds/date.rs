//! Days and moments, in the forms people type: `2026-11-26`, `Nov 26, 2026`, and `26/11/2026` where only one reading makes
//! sense.

use super::spoken::{self, Habit};
use super::{FieldKind, Labels, Locale, Read, Reading, problem, wrong_type};
use crate::base::clock::Millis;
use crate::base::error::Problem;
use crate::base::time::{self, TimeError};
use crate::model::{Field, Schema, Value};
use serde_json::Value as Json;

/// A day.
pub struct Date;
/// A moment.
pub struct DateTime;

/// What is said where a form's text is no date.
const FORM_DATE: &str = "Write a date, for example Nov 26, 2026, 11/26/2026 or next friday.";
/// What is said where a form's text is no moment.
const FORM_TIME: &str = "Write a date and a time, for example Nov 26, 2026, 2:30 PM or tomorrow at 3pm.";
/// Characters of a typed date that are looked at, at most.
const TYPED_MAX: usize = 60;

fn time_problem(field: &Field, error: TimeError) -> Problem {
    problem(field, error.code(), error.to_string())
}

/// A day as typed.
fn typed_day(field: &Field, text: &str, reading: &Reading<'_>) -> Result<i32, Problem> {
    let error = match time::parse_date(text) {
        Ok(day) => return Ok(day),
        Err(TimeError::DateSyntax) => time_problem(field, TimeError::DateSyntax),
        Err(error) => return Err(time_problem(field, error)),
    };
    if text.len() > TYPED_MAX {
        return Err(error);
    }
    let today = time::day_of(reading.now, reading.zone);
    match text.to_ascii_lowercase().as_str() {
        "today" => return Ok(today),
        "tomorrow" => return Ok(today + 1),
        "yesterday" => return Ok(today - 1),
        _ => {}
    }
    let parts: Vec<&str> = text.split([' ', ',', '/', '.', '-']).filter(|part| !part.is_empty()).collect();
    let [a, b, c] = parts[..] else { return Err(error) };
    if let Some(result) = with_month_name(a, b, c) {
        return result.map_err(|error| time_problem(field, error));
    }
    let (Some(a), Some(b), Some(c)) = (whole(a), whole(b), whole(c)) else { return Err(error) };
    numeric(field, a, b, c, error)
}

pub(super) fn whole(text: &str) -> Option<i64> {
    let digits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// `Nov 26 2026`, `26 November 2026`, `2026 Nov 26`; `None` where no part is a month's name.
fn with_month_name(a: &str, b: &str, c: &str) -> Option<time::Result<i32>> {
    let parts = [a, b, c];
    let at = parts.iter().position(|part| month(part).is_some())?;
    let month = month(parts[at])?;
    let ordinal = |part: &str| {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        let suffix = &part[digits.len()..];
        let fits = matches!(suffix.to_ascii_lowercase().as_str(), "" | "st" | "nd" | "rd" | "th");
        if fits { whole(digits) } else { None }
    };
    let (first, second) = match at {
        0 => (b, c),
        1 => (a, c),
        _ => return None,
    };
    let is_year = |part: &str| part.len() == 4 && whole(part).is_some();
    let (day, year) = if is_year(first) { (second, first) } else { (first, second) };
    if !is_year(year) {
        return Some(Err(TimeError::DateSyntax));
    }
    let (Some(day), Some(year)) = (ordinal(day), whole(year)) else { return Some(Err(TimeError::DateSyntax)) };
    Some(time::day_of_calendar(year, month, day))
}

/// The number of a month from its English name or its first three letters (or more).
pub(super) fn month(text: &str) -> Option<i64> {
    const NAMES: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let text = text.to_ascii_lowercase();
    if text.len() < 3 || !text.is_ascii() {
        return None;
    }
    NAMES.iter().position(|name| name.starts_with(&text)).map(|i| i as i64 + 1)
}

/// Three numbers: year first, or the year last and only one reading of the others.
fn numeric(field: &Field, a: i64, b: i64, c: i64, error: Problem) -> Result<i32, Problem> {
    let day = |y, m, d| time::day_of_calendar(y, m, d).map_err(|error| time_problem(field, error));
    if a > 31 {
        return day(a, b, c);
    }
    if c < 1_000 {
        return Err(error);
    }
    match (a > 12, b > 12) {
        (true, false) => day(c, b, a),
        (false, true) => day(c, a, b),
        (false, false) if a == b => day(c, a, b),
        (true, true) => Err(time_problem(field, TimeError::NoSuchDay)),
        (false, false) => {
            let (one, other) = (day(c, a, b)?, day(c, b, a)?);
            let (shown, other_shown) = (time::show_date(one), time::show_date(other));
            let message = format!(
                "This could be {shown} or {other_shown}. Write it as {} or {}.",
                time::date_text(one),
                time::date_text(other)
            );
            Err(problem(field, "ambiguous", message))
        }
    }
}

/// The date of a text that has a time behind it, such as a spreadsheet's `2026-11-26 00:00:00`.
fn before_time(text: &str) -> &str {
    let Some(colon) = text.find(':') else { return text };
    let head = text[..colon].trim_end_matches(|c: char| c.is_ascii_digit());
    head.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | 't' | ','))
}

fn day(value: &Value) -> i32 {
    if let Value::Date(day) = value { *day } else { 0 }
}

fn check_day_limits(field: &Field, day: i32) -> Result<(), Problem> {
    if let Ok(min) = time::parse_date(&field.min)
        && day < min
    {
        return Err(problem(field, "too_small", format!("The first day allowed here is {}.", field.min)));
    }
    if let Ok(max) = time::parse_date(&field.max)
        && day > max
    {
        return Err(problem(field, "too_large", format!("The last day allowed here is {}.", field.max)));
    }
    Ok(())
}

impl FieldKind for Date {
    fn read_json(&self, field: &Field, json: &Json, _reading: &Reading<'_>) -> Read {
        let text = json.as_str().ok_or_else(|| wrong_type(field, "a date such as \"2026-11-26\""))?;
        let day = time::parse_date(text.trim()).map_err(|error| time_problem(field, error))?;
        Ok(Some(Value::Date(day)))
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        typed_day(field, before_time(text), reading).map(|day| Some(Value::Date(day)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Date(day) if time::is_day(*day) => check_day_limits(field, *day),
            Value::Date(_) => Err(time_problem(field, TimeError::Range)),
            _ => Err(wrong_type(field, "a date such as \"2026-11-26\"")),
        }
    }

    fn to_json(&self, field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> Json {
        self.to_text(field, value, schema).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        time::date_text(day(value))
    }

    fn show(
        &self,
        _field: &Field,
        value: &Value,
        _schema: &Schema,
        _locale: &Locale<'_>,
        _label: Labels<'_>,
    ) -> String {
        time::show_date(day(value))
    }
}

/// A moment as typed, in the reader's time zone where the text names none; a day alone is its first moment.
fn typed_moment(field: &Field, text: &str, reading: &Reading<'_>) -> Result<Millis, Problem> {
    let error = match time::parse_moment(text).or_else(|_| time::parse_local(text, reading.zone)) {
        Ok(moment) => return Ok(moment),
        Err(error) => error,
    };
    if error != TimeError::MomentSyntax || text.len() > TYPED_MAX {
        return Err(time_problem(field, error));
    }
    let date = before_time(text);
    let day = typed_day(field, date, reading)?;
    let clock = text[date.len()..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, 'T' | 't' | ','));
    if clock.is_empty() {
        return Ok(time::start_of_day(day, reading.zone));
    }
    let clock = clock_24h(clock).ok_or_else(|| time_problem(field, error))?;
    time::parse_local(&format!("{}T{clock}", time::date_text(day)), reading.zone)
        .map_err(|error| time_problem(field, error))
}

/// `2:30 PM` as `14:30`; `14:30` and `14:30:05` as they are.
fn clock_24h(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (digits, half) = match lower.strip_suffix("pm").or_else(|| lower.strip_suffix("p.m.")) {
        Some(digits) => (digits, Some(12)),
        None => match lower.strip_suffix("am").or_else(|| lower.strip_suffix("a.m.")) {
            Some(digits) => (digits, Some(0)),
            None => (lower.as_str(), None),
        },
    };
    let (hour, rest) = digits.trim_end().split_once(':')?;
    let hour = whole(hour)?;
    let hour = match half {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => hour,
    };
    Some(format!("{hour:02}:{rest}"))
}

/// A day as somebody types it into a form: as files write it, and as people say it.
pub(super) fn said_day(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let habit = Habit::of(time::day_of(reading.now, reading.zone), reading.region);
    let day = match spoken::day(text, habit) {
        Some(day) => day.map_err(|error| time_problem(field, error)),
        None => typed_day(field, before_time(text), reading),
    };
    day.map(|day| Some(Value::Date(day))).map_err(|error| plainer(error, FORM_DATE))
}

/// A moment as somebody types it into a form.
pub(super) fn said_moment(field: &Field, text: &str, reading: &Reading<'_>) -> Read {
    let exact = typed_moment(field, text, reading).ok().filter(|_| text.contains(':'));
    let habit = Habit::of(time::day_of(reading.now, reading.zone), reading.region);
    let moment = match (exact, spoken::moment(text, habit)) {
        (Some(moment), _) => Ok(moment),
        (None, Some(Ok((day, (hour, minute))))) => {
            let local = format!("{}T{hour:02}:{minute:02}", time::date_text(day));
            time::parse_local(&local, reading.zone).map_err(|error| time_problem(field, error))
        }
        (None, Some(Err(error))) => Err(time_problem(field, error)),
        (None, None) => typed_moment(field, text, reading),
    };
    moment.map(|moment| Some(Value::Time(moment))).map_err(|error| plainer(error, FORM_TIME))
}

/// The problem in words for somebody at a form, who may write a date in many ways.
fn plainer(problem: Problem, message: &str) -> Problem {
    if problem.code == "syntax" { Problem { message: message.into(), ..problem } } else { problem }
}

fn moment(value: &Value) -> Millis {
    if let Value::Time(moment) = value { *moment } else { 0 }
}

impl FieldKind for DateTime {
    fn read_json(&self, field: &Field, json: &Json, reading: &Reading<'_>) -> Read {
        let text = json.as_str().ok_or_else(|| wrong_type(field, "a time such as \"2026-11-26T14:30:00Z\""))?.trim();
        let moment = match time::parse_date(text) {
            Ok(day) => time::start_of_day(day, reading.zone),
            Err(_) => time::parse_moment(text).map_err(|error| time_problem(field, error))?,
        };
        Ok(Some(Value::Time(moment)))
    }

    fn read_text(&self, field: &Field, text: &str, reading: &Reading<'_>) -> Read {
        typed_moment(field, text, reading).map(|moment| Some(Value::Time(moment)))
    }

    fn check(&self, field: &Field, value: &Value) -> Result<(), Problem> {
        match value {
            Value::Time(moment) if time::is_moment(*moment) => Ok(()),
            Value::Time(_) => Err(time_problem(field, TimeError::Range)),
            _ => Err(wrong_type(field, "a time such as \"2026-11-26T14:30:00Z\"")),
        }
    }

    fn to_json(&self, field: &Field, value: &Value, schema: &Schema, _label: Labels<'_>) -> Json {
        self.to_text(field, value, schema).into()
    }

    fn to_text(&self, _field: &Field, value: &Value, _schema: &Schema) -> String {
        time::moment_text(moment(value))
    }

    fn show(&self, _field: &Field, value: &Value, _schema: &Schema, locale: &Locale<'_>, _label: Labels<'_>) -> String {
        time::show_moment(moment(value), locale.zone)
    }
}
