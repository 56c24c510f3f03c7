//! Days and times the way people say them: `next friday`, `in 3 weeks`, `26 nov`, `11/26`, `tomorrow at 3pm`. Pure code: today and the
//! reader's habits come in. Only what a person types into a form is read this way; files and the API say the whole date, because
//! nobody sees there what a guess has become.

use super::date::{month, whole};
use crate::base::time::{self, Result, TimeError, Unit};
use jiff::civil::Weekday;

/// Characters that are looked at, at most.
const TYPED_MAX: usize = 60;
/// Days back that a date without a year still means, rather than next year's.
const YEARLESS_PAST_DAYS: i32 = 92;
/// Years ahead that are looked through for February 29.
const YEARS_AHEAD: i16 = 8;
/// A year of two digits lies at most so many years ahead; others are of the century before.
const SHORT_YEAR_AHEAD: i64 = 20;
/// When a day that is said without a time begins: people meet in the morning, not at midnight.
const MORNING: (i64, i64) = (9, 0);

/// What words are measured against.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    /// Today.
    pub today: i32,
    /// Whether `11/12` is November 12 (`Some(true)`) or December 11; `None` where people write both.
    pub month_first: Option<bool>,
}

impl Habit {
    /// The habit of a region, such as `US`.
    pub fn of(today: i32, region: &str) -> Self {
        let month_first = match region {
            "US" | "PH" | "PR" | "GU" | "VI" => Some(true),
            "CA" | "KE" | "ZA" | "" => None,
            _ => Some(false),
        };
        Self { today, month_first }
    }
}

/// The day that is said; `None` where the text says none this way.
pub fn day(text: &str, habit: Habit) -> Option<Result<i32>> {
    if text.len() > TYPED_MAX {
        return None;
    }
    let lower = text.to_lowercase();
    if let Some(found) = numbers(&lower, habit) {
        return Some(found);
    }
    let words: Vec<&str> = words(&lower).collect();
    let words = match words.split_first() {
        Some((first, rest)) if matches!(*first, "on" | "by" | "due" | "until") && !rest.is_empty() => rest,
        _ => &words[..],
    };
    named(words, habit)
        .map(Ok)
        .or_else(|| counted(words, habit.today))
        .or_else(|| edge(words, habit.today))
        .or_else(|| of_month(words, habit.today))
}

/// The day and the minute of it (hour, minute) that is said; a day alone is its morning, a time alone is today.
pub fn moment(text: &str, habit: Habit) -> Option<Result<(i32, (i64, i64))>> {
    if text.len() > TYPED_MAX {
        return None;
    }
    let lower = text.to_lowercase();
    let words: Vec<&str> = lower.split([' ', ',']).filter(|w| !w.is_empty()).collect();
    for taken in [2, 1] {
        let Some(at) = words.len().checked_sub(taken) else { continue };
        let Some(clock) = clock(&words[at..].concat(), at > 0 && words[at - 1] == "at") else { continue };
        let rest = if at > 0 && matches!(words[at - 1], "at" | "@") { &words[..at - 1] } else { &words[..at] };
        if rest.is_empty() {
            return Some(Ok((habit.today, clock)));
        }
        return day(&rest.join(" "), habit).map(|day| day.map(|day| (day, clock)));
    }
    day(text, habit).map(|day| day.map(|day| (day, MORNING)))
}

/// `3pm`, `3:30pm`, `15:30`, `noon`; a bare hour only where `at` stands before it.
fn clock(text: &str, bare: bool) -> Option<(i64, i64)> {
    match text {
        "noon" | "midday" => return Some((12, 0)),
        "midnight" => return Some((0, 0)),
        _ => {}
    }
    let plain = text.replace('.', "");
    let (digits, half) = match (plain.strip_suffix("pm"), plain.strip_suffix("am")) {
        (Some(digits), _) => (digits, Some(12)),
        (_, Some(digits)) => (digits, Some(0)),
        _ => (plain.as_str(), None),
    };
    let (hour, minute) = match digits.split_once(':') {
        Some((hour, minute)) if minute.len() == 2 => (whole(hour)?, whole(minute)?),
        Some(_) => return None,
        None if half.is_some() || bare => (whole(digits)?, 0),
        None => return None,
    };
    let hour = match half {
        Some(add) if (1..=12).contains(&hour) => hour % 12 + add,
        Some(_) => return None,
        None => hour,
    };
    (hour < 24 && minute < 60).then_some((hour, minute))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '.', '\u{a0}']).filter(|w| !w.is_empty())
}

/// Days that have a name: `tomorrow`, `friday`, `next friday`, `last friday`.
fn named(words: &[&str], habit: Habit) -> Option<i32> {
    let today = habit.today;
    match words {
        ["today" | "now"] => Some(today),
        ["tomorrow" | "tmrw" | "tomorow"] => Some(today + 1),
        ["yesterday"] => Some(today - 1),
        ["day", "after", "tomorrow"] | ["the", "day", "after", "tomorrow"] => Some(today + 2),
        ["day", "before", "yesterday"] | ["the", "day", "before", "yesterday"] => Some(today - 2),
        [day] | ["this" | "coming", day] => weekday(day).map(|day| today + until(today, day)),
        // The one of next week, counted from Monday: on a Wednesday `friday` is in two days and `next friday` in nine.
        ["next", day] => weekday(day)
            .map(|day| time::start_of(Unit::Week, today, Weekday::Monday) + 7 + i32::from(day.since(Weekday::Monday))),
        ["last" | "past" | "previous", day] => {
            weekday(day).map(|day| today + until(today, day) - if time::date(today).weekday() == day { 14 } else { 7 })
        }
        _ => None,
    }
}

/// Days until the next such day of the week, at least one.
fn until(today: i32, day: Weekday) -> i32 {
    let days = i32::from(day.since(time::date(today).weekday()));
    if days == 0 { 7 } else { days }
}

fn weekday(word: &str) -> Option<Weekday> {
    const NAMES: [(&str, Weekday); 7] = [
        ("monday", Weekday::Monday),
        ("tuesday", Weekday::Tuesday),
        ("wednesday", Weekday::Wednesday),
        ("thursday", Weekday::Thursday),
        ("friday", Weekday::Friday),
        ("saturday", Weekday::Saturday),
        ("sunday", Weekday::Sunday),
    ];
    if word.len() < 3 {
        return None;
    }
    NAMES.iter().find(|(name, _)| name.starts_with(word)).map(|(_, day)| *day)
}

/// Days counted from today: `in 3 weeks`, `2 months ago`, `next month`, `+10d`.
fn counted(words: &[&str], today: i32) -> Option<Result<i32>> {
    let words = words.strip_prefix(&["in"]).unwrap_or(words);
    let (n, unit) = match words {
        ["next", word] => (1, unit(word)?),
        ["last" | "past" | "previous", word] => (-1, unit(word)?),
        [n, word, "ago"] => (-count(n)?, unit(word)?),
        [n, word, "from", "now" | "today"] | [n, word] => (count(n)?, unit(word)?),
        [short] => compact(short)?,
        _ => return None,
    };
    Some(time::add(unit, today, n))
}

fn unit(word: &str) -> Option<Unit> {
    match word {
        "d" => Some(Unit::Day),
        "w" | "wk" | "wks" => Some(Unit::Week),
        "mo" | "mos" => Some(Unit::Month),
        "y" | "yr" | "yrs" => Some(Unit::Year),
        word => Unit::parse(word),
    }
}

fn count(word: &str) -> Option<i64> {
    const NAMES: [&str; 12] =
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    match word {
        "a" | "an" => Some(1),
        word => whole(word).or_else(|| NAMES.iter().position(|name| *name == word).map(|i| i as i64 + 1)),
    }
}

/// `3d`, `+2w`, `-1y`.
fn compact(word: &str) -> Option<(i64, Unit)> {
    let (sign, rest) = match word.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, word.strip_prefix('+').unwrap_or(word)),
    };
    let at = rest.find(|c: char| !c.is_ascii_digit())?;
    let (digits, word) = rest.split_at(at);
    let unit = if word == "m" { Unit::Month } else { unit(word)? };
    Some((sign * whole(digits)?, unit))
}

/// The first or last day of a part of the calendar: `end of month`, `start of next year`.
fn edge(words: &[&str], today: i32) -> Option<Result<i32>> {
    let (end, step, word) = match words {
        ["eom"] => (true, 0, "month"),
        ["eow"] => (true, 0, "week"),
        ["eoq"] => (true, 0, "quarter"),
        ["eoy"] => (true, 0, "year"),
        [side, "of", word] | [side, "of", "the" | "this", word] => (is_end(side)?, 0, *word),
        [side, "of", "next", word] => (is_end(side)?, 1, *word),
        [side, "of", "last", word] => (is_end(side)?, -1, *word),
        _ => return None,
    };
    let unit = unit(word)?;
    let within = match time::add(unit, time::start_of(unit, today, Weekday::Monday), step) {
        Ok(day) => day,
        Err(error) => return Some(Err(error)),
    };
    let edge = if end { time::end_of(unit, within, Weekday::Monday) } else { within };
    Some(Ok(edge))
}

fn is_end(word: &str) -> Option<bool> {
    match word {
        "end" => Some(true),
        "start" | "beginning" | "first" => Some(false),
        _ => None,
    }
}

/// `26 nov`, `november 26th`, and with two digits of a year behind.
fn of_month(words: &[&str], today: i32) -> Option<Result<i32>> {
    let (a, b, year) = match words {
        [a, "of", b] | [a, b] => (a, b, None),
        [a, b, year] if short_year(year).is_some() => (a, b, short_year(year)),
        _ => return None,
    };
    let (month, day) = match (month(a), month(b)) {
        (Some(month), None) => (month, ordinal(b)?),
        (None, Some(month)) => (month, ordinal(a)?),
        _ => return None,
    };
    Some(match year {
        Some(year) => time::day_of_calendar(full_year(year, today), month, day),
        None => without_year(month, day, today),
    })
}

fn ordinal(word: &str) -> Option<i64> {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    matches!(&word[digits.len()..], "" | "st" | "nd" | "rd" | "th").then(|| whole(digits)).flatten()
}

/// Two digits, also with the apostrophe people write for the century.
fn short_year(word: &str) -> Option<i64> {
    let digits = word.trim_start_matches(['\'', '’']);
    (digits.len() == 2).then(|| whole(digits)).flatten()
}

fn full_year(short: i64, today: i32) -> i64 {
    let now = i64::from(time::date(today).year());
    let year = now - now.rem_euclid(100) + short;
    if year > now + SHORT_YEAR_AHEAD { year - 100 } else { year }
}

/// The first such day that is not long gone.
fn without_year(month: i64, day: i64, today: i32) -> Result<i32> {
    let now = time::date(today).year();
    let found = (now - 1..=now + YEARS_AHEAD)
        .filter_map(|year| time::day_of_calendar(i64::from(year), month, day).ok())
        .find(|found| *found >= today.saturating_sub(YEARLESS_PAST_DAYS));
    found.ok_or(TimeError::NoSuchDay)
}

/// `11/26`, `11/26/26` and, where the habit is known, `11/12/2026`.
fn numbers(text: &str, habit: Habit) -> Option<Result<i32>> {
    let separator = text.chars().find(|c| matches!(c, '/' | '.' | '-'))?;
    let parts: Vec<&str> = text.trim().trim_end_matches('.').split(separator).collect();
    let (a, b, year) = match parts[..] {
        [a, b] if separator == '/' => (whole(a)?, whole(b)?, None),
        [a, b, year] if year.len() == 2 || year.len() == 4 => (whole(a)?, whole(b)?, Some(year)),
        _ => return None,
    };
    // Four digits in front are a year: that is a whole date, not one that is said.
    if a > 31 || parts[0].len() > 2 {
        return None;
    }
    let (month, day) = match (a > 12, b > 12) {
        (true, false) => (b, a),
        (false, true) => (a, b),
        (false, false) if a == b => (a, b),
        (false, false) if habit.month_first? => (a, b),
        (false, false) => (b, a),
        (true, true) => return Some(Err(TimeError::NoSuchDay)),
    };
    Some(match year {
        None => without_year(month, day, habit.today),
        Some(year) if year.len() == 2 => time::day_of_calendar(full_year(whole(year)?, habit.today), month, day),
        Some(year) => time::day_of_calendar(whole(year)?, month, day),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said on a day, in a region where the month comes first.
    fn said(text: &str, today: &str) -> Option<String> {
        let today = time::parse_date(today).expect(today);
        day(text, Habit::of(today, "US"))?.ok().map(time::date_text)
    }

    #[test]
    fn people_say_days_in_many_ways() {
        // Thursday, November 26, 2026.
        for (text, expected) in [
            ("today", "2026-11-26"),
            ("Tomorrow", "2026-11-27"),
            ("yesterday", "2026-11-25"),
            ("day after tomorrow", "2026-11-28"),
            ("friday", "2026-11-27"),
            ("fri", "2026-11-27"),
            ("this Friday", "2026-11-27"),
            ("on friday", "2026-11-27"),
            ("thursday", "2026-12-03"),
            ("next friday", "2026-12-04"),
            ("Next Thurs", "2026-12-03"),
            ("next monday", "2026-11-30"),
            ("last friday", "2026-11-20"),
            ("last thursday", "2026-11-19"),
            ("in 3 weeks", "2026-12-17"),
            ("in three weeks", "2026-12-17"),
            ("3 weeks", "2026-12-17"),
            ("in a month", "2026-12-26"),
            ("10 days from now", "2026-12-06"),
            ("2 months ago", "2026-09-26"),
            ("a year ago", "2025-11-26"),
            ("next week", "2026-12-03"),
            ("next month", "2026-12-26"),
            ("last year", "2025-11-26"),
            ("+3d", "2026-11-29"),
            ("2w", "2026-12-10"),
            ("-1y", "2025-11-26"),
            ("6mo", "2027-05-26"),
            ("end of month", "2026-11-30"),
            ("eom", "2026-11-30"),
            ("end of next month", "2026-12-31"),
            ("end of the year", "2026-12-31"),
            ("start of next quarter", "2027-01-01"),
            ("end of week", "2026-11-29"),
            ("26 nov", "2026-11-26"),
            ("Nov 26", "2026-11-26"),
            ("November 26th", "2026-11-26"),
            ("1st of December", "2026-12-01"),
            ("Nov. 20", "2026-11-20"),
            ("jan 5", "2027-01-05"),
            ("feb 29", "2028-02-29"),
            ("26 Nov '79", "1979-11-26"),
            ("nov 26 31", "2031-11-26"),
            ("11/26", "2026-11-26"),
            ("1/5", "2027-01-05"),
            ("26/11", "2026-11-26"),
            ("11/26/26", "2026-11-26"),
            ("4/12/79", "1979-04-12"),
            ("11/12/2026", "2026-11-12"),
            ("26.11.2026", "2026-11-26"),
        ] {
            assert_eq!(said(text, "2026-11-26").as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn next_friday_is_the_one_of_next_week() {
        for (today, friday, next) in [
            ("2026-11-22", "2026-11-27", "2026-11-27"),
            ("2026-11-23", "2026-11-27", "2026-12-04"),
            ("2026-11-27", "2026-12-04", "2026-12-04"),
            ("2026-11-28", "2026-12-04", "2026-12-04"),
        ] {
            assert_eq!(said("friday", today).as_deref(), Some(friday), "on {today}");
            assert_eq!(said("next friday", today).as_deref(), Some(next), "on {today}");
        }
    }

    #[test]
    fn what_says_no_day_is_left_alone() {
        for text in [
            "",
            "soon",
            "next",
            "in weeks",
            "32 nov",
            "nov 2026",
            "13/32",
            "x/y",
            "3",
            "next blue moon",
            "ago",
            "éé nov",
        ] {
            assert_eq!(said(text, "2026-11-26"), None, "{text}");
        }
        assert_eq!(said(&"1".repeat(500), "2026-11-26"), None);
        assert_eq!(said("in 9999 years", "2026-11-26"), None, "beyond the calendar");
    }

    #[test]
    fn the_region_decides_whether_the_month_comes_first() {
        let today = time::parse_date("2026-11-26").expect("a date");
        let read = |region| day("11/12/2026", Habit::of(today, region)).map(|d| d.map(time::date_text));
        assert_eq!(read("US"), Some(Ok("2026-11-12".into())));
        assert_eq!(read("GB"), Some(Ok("2026-12-11".into())));
        assert_eq!(read("CA"), None, "both are in use there");
    }

    #[test]
    fn times_are_said_behind_the_day() {
        let today = time::parse_date("2026-11-26").expect("a date");
        let at = |text| {
            moment(text, Habit::of(today, "US"))
                .and_then(|found| found.ok())
                .map(|(day, (h, m))| format!("{} {h:02}:{m:02}", time::date_text(day)))
        };
        for (text, expected) in [
            ("tomorrow at 3pm", "2026-11-27 15:00"),
            ("tomorrow at 3", "2026-11-27 03:00"),
            ("next friday 14:30", "2026-12-04 14:30"),
            ("fri, 9:15 a.m.", "2026-11-27 09:15"),
            ("Nov 26, 2:30 PM", "2026-11-26 14:30"),
            ("noon", "2026-11-26 12:00"),
            ("12am", "2026-11-26 00:00"),
            ("in 2 weeks", "2026-12-10 09:00"),
            ("11/26/26 @ 5pm", "2026-11-26 17:00"),
        ] {
            assert_eq!(at(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["25:00", "13pm", "tomorrow 3", "whenever at noon", "5"] {
            assert_eq!(at(text), None, "{text}");
        }
    }
}
