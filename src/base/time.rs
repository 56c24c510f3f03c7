//! Days and moments: reading and writing them, and the calendar of relative dates. A day is a number of days since
//! 1970-01-01, a moment a number of milliseconds; years are 1 to 9999. Which day a moment belongs to depends on a time
//! zone that is always passed in.

use crate::base::clock::Millis;
use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use std::fmt;
use std::ops::Range;

/// 0001-01-01.
pub const DAY_MIN: i32 = -719_162;
/// 9999-12-31.
pub const DAY_MAX: i32 = 2_932_896;
/// Milliseconds of a day without a change of the clocks.
pub const DAY_MILLIS: Millis = 86_400_000;
/// The first moment of year 1, UTC.
pub const MOMENT_MIN: Millis = DAY_MIN as Millis * DAY_MILLIS;
/// The last moment of year 9999 that every time zone has.
pub const MOMENT_MAX: Millis = (DAY_MAX as Millis - 1) * DAY_MILLIS;
/// Days, weeks, months, quarters or years added at once, at most.
pub const STEPS_MAX: i64 = 4_000_000;

/// Why a text is no day or moment, or a calculation leads nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeError {
    /// No date in the form wanted.
    DateSyntax,
    /// No moment in the form wanted.
    MomentSyntax,
    /// The form is right but there is no such day, such as February 30.
    NoSuchDay,
    /// Outside the years 1 to 9999.
    Range,
}

impl TimeError {
    /// The stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::DateSyntax | Self::MomentSyntax => "syntax",
            Self::NoSuchDay => "no_such_day",
            Self::Range => "out_of_range",
        }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DateSyntax => "Write a date as year-month-day, for example 2026-11-26.",
            Self::MomentSyntax => "Write a date and time, for example 2026-11-26T14:30:00Z.",
            Self::NoSuchDay => "There is no such day in the calendar.",
            Self::Range => "Dates lie between the years 1 and 9999.",
        })
    }
}

impl std::error::Error for TimeError {}

/// What this module's functions return.
pub type Result<T> = std::result::Result<T, TimeError>;

/// The day number of a calendar date; years before 1 are out of range.
pub fn day(date: Date) -> Result<i32> {
    if date.year() < 1 {
        return Err(TimeError::Range);
    }
    let epoch = Date::constant(1970, 1, 1);
    Ok(epoch.until(date).map_err(|_| TimeError::Range)?.get_days())
}

/// The calendar date of a day number; those out of range give the nearest.
pub fn date(day: i32) -> Date {
    Date::constant(1970, 1, 1).saturating_add(day.clamp(DAY_MIN, DAY_MAX).days())
}

/// Whether a day number is in the calendar.
pub fn is_day(day: i32) -> bool {
    (DAY_MIN..=DAY_MAX).contains(&day)
}

/// Whether a moment is in the calendar.
pub fn is_moment(moment: Millis) -> bool {
    (MOMENT_MIN..=MOMENT_MAX).contains(&moment)
}

/// The day a year, month and day of the month make.
pub fn day_of_calendar(year: i64, month: i64, day_of_month: i64) -> Result<i32> {
    if !(1..=9999).contains(&year) {
        return Err(TimeError::Range);
    }
    let (Ok(y), Ok(m), Ok(d)) = (i16::try_from(year), i8::try_from(month), i8::try_from(day_of_month)) else {
        return Err(TimeError::NoSuchDay);
    };
    day(Date::new(y, m, d).map_err(|_| TimeError::NoSuchDay)?)
}

/// Reads `2026-11-26`.
pub fn parse_date(text: &str) -> Result<i32> {
    let mut parts = text.split('-');
    let (Some(y), Some(m), Some(d), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err(TimeError::DateSyntax);
    };
    let number = |part: &str, len: usize| {
        let fits = part.len() == len && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<i64>().ok()).flatten().ok_or(TimeError::DateSyntax)
    };
    // A year of five digits and more is a date far away, not another form.
    if y.len() > 4 && y.bytes().all(|b| b.is_ascii_digit()) {
        return Err(TimeError::Range);
    }
    day_of_calendar(number(y, 4)?, number(m, 2)?, number(d, 2)?)
}

/// Writes `2026-11-26`.
pub fn date_text(day: i32) -> String {
    let date = date(day);
    format!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
}

/// Reads RFC 3339: `2026-11-26T14:30:00Z`, `2026-11-26T09:30:00.250-05:00`; parts of a millisecond are dropped.
pub fn parse_moment(text: &str) -> Result<Millis> {
    if text.contains('[') {
        return Err(TimeError::MomentSyntax);
    }
    let shape = text.as_bytes();
    if shape.len() < 11 || !matches!(shape[10], b'T' | b't' | b' ') {
        return Err(TimeError::MomentSyntax);
    }
    parse_date(text.get(..10).ok_or(TimeError::MomentSyntax)?).map_err(as_moment)?;
    let moment = text.parse::<Timestamp>().map_err(|_| TimeError::MomentSyntax)?;
    in_range(moment.as_nanosecond().div_euclid(1_000_000) as Millis)
}

/// Reads what a clock on the wall in `zone` shows: `2026-11-26T14:30` or `2026-11-26 14:30:05`. A time that a change of
/// the clocks skips is read as if they had not been changed; one that comes twice is the first.
pub fn parse_local(text: &str, zone: &TimeZone) -> Result<Millis> {
    let shape = text.as_bytes();
    if shape.len() < 16 || !matches!(shape[10], b'T' | b't' | b' ') {
        return Err(TimeError::MomentSyntax);
    }
    parse_date(text.get(..10).ok_or(TimeError::MomentSyntax)?).map_err(as_moment)?;
    let local = text.parse::<DateTime>().map_err(|_| TimeError::MomentSyntax)?;
    let moment = zone.to_ambiguous_timestamp(local).compatible().map_err(|_| TimeError::Range)?;
    in_range(moment.as_millisecond())
}

fn as_moment(error: TimeError) -> TimeError {
    if error == TimeError::DateSyntax { TimeError::MomentSyntax } else { error }
}

fn in_range(moment: Millis) -> Result<Millis> {
    if is_moment(moment) { Ok(moment) } else { Err(TimeError::Range) }
}

/// Writes RFC 3339 in UTC: `2026-11-26T14:30:00Z`, with three decimals where there are milliseconds.
pub fn moment_text(moment: Millis) -> String {
    let moment = moment.clamp(MOMENT_MIN, MOMENT_MAX);
    let (seconds, millis) = (moment.div_euclid(1_000), moment.rem_euclid(1_000));
    let (day, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let date = date_text(i32::try_from(day).unwrap_or(DAY_MAX));
    let (h, m, s) = (second / 3_600, second / 60 % 60, second % 60);
    if millis == 0 {
        format!("{date}T{h:02}:{m:02}:{s:02}Z")
    } else {
        format!("{date}T{h:02}:{m:02}:{s:02}.{millis:03}Z")
    }
}

/// The moment as a clock in `zone` shows it.
pub fn local(moment: Millis, zone: &TimeZone) -> DateTime {
    let moment = moment.clamp(MOMENT_MIN, MOMENT_MAX);
    let moment = Timestamp::from_millisecond(moment).expect("moments of the years 1 to 9999 are timestamps");
    zone.to_datetime(moment)
}

/// The day a moment belongs to in `zone`.
pub fn day_of(moment: Millis, zone: &TimeZone) -> i32 {
    day(local(moment, zone).date()).unwrap_or(DAY_MIN)
}

/// The moments of a day in `zone`: 23, 24 or 25 hours, the end not included.
pub fn day_range(day: i32, zone: &TimeZone) -> Range<Millis> {
    start_of_day(day, zone)..start_of_day(day.saturating_add(1), zone)
}

/// The first moment of a day in `zone`: midnight, or what the clocks jump to where there is none.
pub fn start_of_day(day: i32, zone: &TimeZone) -> Millis {
    if day > DAY_MAX {
        return MOMENT_MAX + 1;
    }
    let midnight = date(day).at(0, 0, 0, 0);
    zone.to_ambiguous_timestamp(midnight)
        .compatible()
        .map_or(if day < 0 { MOMENT_MIN } else { MOMENT_MAX }, |t| t.as_millisecond().clamp(MOMENT_MIN, MOMENT_MAX))
}

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unit {
    /// A day.
    Day,
    /// Seven days, from the workspace's first day of the week.
    Week,
    /// A month.
    Month,
    /// Three months from January, April, July, October.
    Quarter,
    /// A year.
    Year,
}

impl Unit {
    /// The unit of a word of the filter language: `month`, also `months`.
    pub fn parse(word: &str) -> Option<Self> {
        Some(match word.strip_suffix('s').unwrap_or(word) {
            "day" => Self::Day,
            "week" => Self::Week,
            "month" => Self::Month,
            "quarter" => Self::Quarter,
            "year" => Self::Year,
            _ => return None,
        })
    }
}

/// The first day of the part of the calendar that `today` lies in.
pub fn start_of(unit: Unit, today: i32, week_start: Weekday) -> i32 {
    let now = date(today);
    let first = match unit {
        Unit::Day => return today,
        Unit::Week => return today.saturating_sub(i32::from(now.weekday().since(week_start))).max(DAY_MIN),
        Unit::Month => now.first_of_month(),
        Unit::Quarter => Date::new(now.year(), (now.month() - 1) / 3 * 3 + 1, 1).unwrap_or(now),
        Unit::Year => now.first_of_year(),
    };
    day(first).unwrap_or(DAY_MIN)
}

/// The last day of the part of the calendar that `today` lies in.
pub fn end_of(unit: Unit, today: i32, week_start: Weekday) -> i32 {
    let first = start_of(unit, today, week_start);
    match unit {
        Unit::Day => today,
        Unit::Week => first.saturating_add(6).min(DAY_MAX),
        _ => add(unit, first, 1).map_or(DAY_MAX, |next| next - 1),
    }
}

/// `today` and `n` parts of the calendar more (or less); from the end of a long month to the end of a short one.
pub fn add(unit: Unit, today: i32, n: i64) -> Result<i32> {
    if !(-STEPS_MAX..=STEPS_MAX).contains(&n) {
        return Err(TimeError::Range);
    }
    let months = match unit {
        Unit::Day => return add_days(today, n),
        Unit::Week => return add_days(today, n * 7),
        Unit::Month => n,
        Unit::Quarter => n * 3,
        Unit::Year => n * 12,
    };
    let now = date(today);
    let month = i64::from(now.year()) * 12 + i64::from(now.month()) - 1 + months;
    let year = i16::try_from(month.div_euclid(12)).map_err(|_| TimeError::Range)?;
    let month = i8::try_from(month.rem_euclid(12) + 1).map_err(|_| TimeError::Range)?;
    let first = Date::new(year, month, 1).map_err(|_| TimeError::Range)?;
    day(Date::new(year, month, now.day().min(first.days_in_month())).map_err(|_| TimeError::Range)?)
}

fn add_days(today: i32, n: i64) -> Result<i32> {
    let sum = i64::from(today) + n;
    i32::try_from(sum).ok().filter(|day| is_day(*day)).ok_or(TimeError::Range)
}

/// `moment` and `n` parts of the calendar more (or less), at the same time on the clock in `zone`.
pub fn add_to_moment(unit: Unit, moment: Millis, n: i64, zone: &TimeZone) -> Result<Millis> {
    let now = local(moment, zone);
    let then = date(add(unit, day(now.date())?, n)?).to_datetime(now.time());
    let moment = zone.to_ambiguous_timestamp(then).compatible().map_err(|_| TimeError::Range)?;
    in_range(moment.as_millisecond())
}

/// A day as people read it: `Nov 26, 2026`.
pub fn show_date(day: i32) -> String {
    let date = date(day);
    format!("{} {}, {}", MONTHS[date.month() as usize - 1], date.day(), date.year())
}

/// A moment as people in `zone` read it: `Nov 26, 2026, 2:30 PM`.
pub fn show_moment(moment: Millis, zone: &TimeZone) -> String {
    let at = local(moment, zone);
    let (half, hour) = (if at.hour() < 12 { "AM" } else { "PM" }, (at.hour() + 11) % 12 + 1);
    format!("{} {}, {}, {hour}:{:02} {half}", MONTHS[at.month() as usize - 1], at.day(), at.year(), at.minute())
}

/// Short names of the months, from January.
pub const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn d(text: &str) -> i32 {
        parse_date(text).expect(text)
    }

    fn at(text: &str) -> Millis {
        parse_moment(text).expect(text)
    }

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).expect(name)
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(d("1970-01-01"), 0);
        assert_eq!(d("2026-11-26"), 20_783);
        assert_eq!((d("0001-01-01"), d("9999-12-31")), (DAY_MIN, DAY_MAX));
        assert_eq!(date_text(DAY_MIN), "0001-01-01");
    }

    #[test]
    fn bad_dates_say_what_is_wrong() {
        for text in [
            "",
            "2026",
            "2026-1-1",
            "26-11-2026",
            "2026-11-26x",
            "2026/11/26",
            "-2026-11-26",
            "2026-11-26-01",
            "٢٠٢٦-١١-٢٦",
        ] {
            assert_eq!(parse_date(text), Err(TimeError::DateSyntax), "{text}");
        }
        for text in ["2026-02-30", "2026-13-01", "2025-02-29", "2026-00-10"] {
            assert_eq!(parse_date(text), Err(TimeError::NoSuchDay), "{text}");
        }
        for text in ["0000-01-01", "10000-01-01", "99999999999999999999-01-01"] {
            assert_eq!(parse_date(text), Err(TimeError::Range), "{text}");
        }
    }

    #[test]
    fn moments_are_rfc_3339() {
        assert_eq!(at("1970-01-01T00:00:00Z"), 0);
        assert_eq!(at("2026-11-26T09:30:00.250-05:00"), at("2026-11-26T14:30:00.25Z"));
        assert_eq!(moment_text(at("2026-11-26T14:30:00Z")), "2026-11-26T14:30:00Z");
        assert_eq!(moment_text(at("1969-12-31T23:59:59.999Z")), "1969-12-31T23:59:59.999Z");
        for text in [
            "",
            "2026-11-26",
            "2026-11-26T14:30",
            "now",
            "2026-11-26T14:30:00",
            "2026-11-26T14:30:00Z[UTC]",
            "éééééééééééééééé",
        ] {
            assert_eq!(parse_moment(text), Err(TimeError::MomentSyntax), "{text}");
        }
        assert_eq!(parse_moment("0000-01-01T00:00:00Z"), Err(TimeError::Range));
        assert_eq!(parse_moment("2026-02-30T00:00:00Z"), Err(TimeError::NoSuchDay));
    }

    #[test]
    fn a_wall_clock_is_read_in_its_zone() {
        let toronto = zone("America/Toronto");
        assert_eq!(parse_local("2026-11-26T14:30", &toronto), Ok(at("2026-11-26T19:30:00Z")));
        assert_eq!(
            parse_local("2026-03-08 02:30:00", &toronto),
            Ok(at("2026-03-08T07:30:00Z")),
            "skipped by the clocks"
        );
        assert_eq!(parse_local("2026-11-01T01:30", &toronto), Ok(at("2026-11-01T05:30:00Z")), "comes twice");
        assert_eq!(parse_local("2026-11-26", &toronto), Err(TimeError::MomentSyntax));
    }

    #[test]
    fn a_day_lasts_23_24_or_25_hours() {
        let toronto = zone("America/Toronto");
        let hours = |day: &str| {
            let range = day_range(d(day), &toronto);
            (range.end - range.start) / 3_600_000
        };
        assert_eq!((hours("2026-03-07"), hours("2026-03-08"), hours("2026-11-01")), (24, 23, 25));
        assert_eq!(day_range(d("2026-11-26"), &toronto).start, at("2026-11-26T05:00:00Z"));
        assert_eq!(day_of(at("2026-11-26T04:59:59Z"), &toronto), d("2026-11-25"));
        let beirut = zone("Asia/Beirut");
        assert_eq!(day_range(d("2022-03-27"), &beirut).start, at("2022-03-26T22:00:00Z"), "midnight is skipped");
        assert!(day_range(DAY_MAX, &toronto).end > day_range(DAY_MAX, &toronto).start);
        assert!(day_range(DAY_MIN, &zone("Asia/Tokyo")).end > MOMENT_MIN);
    }

    #[test]
    fn parts_of_the_calendar_start_and_end() {
        let today = d("2026-11-26");
        let part =
            |unit| (date_text(start_of(unit, today, Weekday::Monday)), date_text(end_of(unit, today, Weekday::Monday)));
        assert_eq!(part(Unit::Day), ("2026-11-26".into(), "2026-11-26".into()));
        assert_eq!(part(Unit::Week), ("2026-11-23".into(), "2026-11-29".into()));
        assert_eq!(part(Unit::Month), ("2026-11-01".into(), "2026-11-30".into()));
        assert_eq!(part(Unit::Quarter), ("2026-10-01".into(), "2026-12-31".into()));
        assert_eq!(part(Unit::Year), ("2026-01-01".into(), "2026-12-31".into()));
        assert_eq!(date_text(start_of(Unit::Week, today, Weekday::Sunday)), "2026-11-22");
        assert_eq!(end_of(Unit::Year, DAY_MAX, Weekday::Monday), DAY_MAX);
    }

    #[test]
    fn months_are_added_to_the_last_day_they_have() {
        assert_eq!(add(Unit::Month, d("2026-01-31"), 1), Ok(d("2026-02-28")));
        assert_eq!(add(Unit::Month, d("2024-03-31"), -1), Ok(d("2024-02-29")));
        assert_eq!(add(Unit::Quarter, d("2026-11-30"), 1), Ok(d("2027-02-28")));
        assert_eq!(add(Unit::Year, d("2024-02-29"), 1), Ok(d("2025-02-28")));
        assert_eq!(add(Unit::Week, d("2026-11-26"), -2), Ok(d("2026-11-12")));
        assert_eq!(add(Unit::Year, d("2026-01-01"), 8_000), Err(TimeError::Range));
        assert_eq!(add(Unit::Day, d("0001-01-01"), -1), Err(TimeError::Range));
        assert_eq!(add(Unit::Day, 0, i64::MAX), Err(TimeError::Range));
    }

    #[test]
    fn a_moment_keeps_its_time_on_the_clock() {
        let toronto = zone("America/Toronto");
        assert_eq!(add_to_moment(Unit::Day, at("2026-10-31T13:00:00Z"), 1, &toronto), Ok(at("2026-11-01T14:00:00Z")));
    }

    #[test]
    fn people_read_short_months() {
        assert_eq!(show_date(d("2026-11-26")), "Nov 26, 2026");
        assert_eq!(show_moment(at("2026-11-26T19:05:00Z"), &zone("America/Toronto")), "Nov 26, 2026, 2:05 PM");
        assert_eq!(show_moment(at("2026-11-26T05:00:00Z"), &zone("America/Toronto")), "Nov 26, 2026, 12:00 AM");
    }

    proptest! {
        #[test]
        fn writing_and_reading_gives_the_same(day in DAY_MIN..=DAY_MAX, moment in MOMENT_MIN..=MOMENT_MAX) {
            prop_assert_eq!(parse_date(&date_text(day)), Ok(day));
            prop_assert_eq!(parse_moment(&moment_text(moment)), Ok(moment));
        }

        #[test]
        fn every_moment_lies_in_its_day(moment in MOMENT_MIN + 2 * DAY_MILLIS..=MOMENT_MAX - 2 * DAY_MILLIS) {
            let zone = TimeZone::get("America/Toronto").expect("bundled");
            let range = day_range(day_of(moment, &zone), &zone);
            prop_assert!(range.contains(&moment));
        }
    }
}
