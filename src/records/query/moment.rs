//! Days and moments of a filter: literals, `today()`, `start_of(month)`, and what is added to them.

use super::filter::{Operand, Term};
use crate::base::clock::Millis;
use crate::base::time::{self, Unit};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;

/// When it is for the one who asks.
#[derive(Debug, Clone)]
pub struct Now<'a> {
    /// The moment.
    pub now: Millis,
    /// The zone whose days count.
    pub zone: &'a TimeZone,
    /// First day of the week.
    pub week_start: Weekday,
}

/// A point in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A whole day.
    Day(i32),
    /// A moment.
    Moment(Millis),
}

/// How far.
enum Span {
    Parts(Unit, i64),
    Millis(i64),
}

/// The point in time that an operand stands for, or a sentence why it is none.
pub fn when(operand: &Operand, now: &Now<'_>) -> Result<When, String> {
    let mut point = first(&operand.first, now)?;
    for (plus, term) in &operand.more {
        let Term::Call(name, arguments) = term else {
            return Err("Only days(…), weeks(…), months(…), quarters(…), years(…), hours(…) and minutes(…) can be added to a date.".into());
        };
        let span = span(name, arguments)?.ok_or_else(|| format!("{name}(…) can't be added to a date; days(…) can."))?;
        point = add(point, span, *plus, now)?;
    }
    Ok(point)
}

fn first(term: &Term, now: &Now<'_>) -> Result<When, String> {
    let today = || time::day_of(now.now, now.zone);
    match term {
        Term::Word(text) | Term::Text { text, open_start: false, open_end: false } => literal(text, now),
        Term::Text { .. } => Err("A date can't have a *; give a date such as 2026-11-26.".into()),
        Term::Call(name, arguments) => match (name.to_ascii_lowercase().as_str(), arguments.as_slice()) {
            ("today", []) => Ok(When::Day(today())),
            ("now", []) => Ok(When::Moment(now.now)),
            ("start_of", [unit]) => Ok(When::Day(time::start_of(part(unit)?, today(), now.week_start))),
            ("end_of", [unit]) => Ok(When::Day(time::end_of(part(unit)?, today(), now.week_start))),
            ("today" | "now", _) => Err(format!("{name}() takes nothing between its parentheses.")),
            ("start_of" | "end_of", _) => Err(format!("{name}(…) takes one of day, week, month, quarter, year.")),
            _ => match span(name, arguments)? {
                Some(span) => add(When::Day(today()), span, true, now),
                None => Err(format!(
                    "There is no date function {name}; there are today(), now(), start_of(…), end_of(…), days(…), weeks(…), months(…), quarters(…), years(…)."
                )),
            },
        },
    }
}

fn literal(text: &str, now: &Now<'_>) -> Result<When, String> {
    if text.contains(['T', 't']) && text.starts_with(|c: char| c.is_ascii_digit()) {
        let moment = time::parse_moment(text).or_else(|_| time::parse_local(text, now.zone));
        return moment.map(When::Moment).map_err(|e| e.to_string());
    }
    time::parse_date(text).map(When::Day).map_err(|e| e.to_string())
}

fn part(word: &str) -> Result<Unit, String> {
    Unit::parse(word).ok_or_else(|| format!("“{word}” is none of day, week, month, quarter, year."))
}

fn span(name: &str, arguments: &[String]) -> Result<Option<Span>, String> {
    let name = name.to_ascii_lowercase();
    let millis = match name.as_str() {
        "hours" => Some(3_600_000),
        "minutes" => Some(60_000),
        _ => None,
    };
    let unit = if name.ends_with('s') { Unit::parse(&name) } else { None };
    if millis.is_none() && unit.is_none() {
        return Ok(None);
    }
    let n = match arguments {
        [n] => n.parse::<i64>().ok().filter(|n| n.abs() <= time::STEPS_MAX),
        _ => None,
    };
    let n = n.ok_or_else(|| format!("{name}(…) takes one whole number, up to {}.", time::STEPS_MAX))?;
    Ok(match (unit, millis) {
        (Some(unit), _) => Some(Span::Parts(unit, n)),
        (None, Some(millis)) => Some(Span::Millis(n * millis)),
        (None, None) => None,
    })
}

fn add(point: When, span: Span, plus: bool, now: &Now<'_>) -> Result<When, String> {
    let sign = if plus { 1 } else { -1 };
    let result = match (point, span) {
        (When::Day(day), Span::Parts(unit, n)) => time::add(unit, day, n * sign).map(When::Day),
        (When::Moment(at), Span::Parts(unit, n)) => time::add_to_moment(unit, at, n * sign, now.zone).map(When::Moment),
        (point, Span::Millis(n)) => {
            let start = match point {
                When::Day(day) => time::start_of_day(day, now.zone),
                When::Moment(at) => at,
            };
            Ok(When::Moment((start + n * sign).clamp(time::MOMENT_MIN, time::MOMENT_MAX)))
        }
    };
    result.map_err(|e| e.to_string())
}
