//! One row's cells to values: several columns of one list are joined, parts of addresses put together, dates of other
//! programs understood. What can't be read is told with the column's name; nothing is looked up here.

use super::headers::Part;
use super::mapping::{Mapping, Target};
use crate::base::Problem;
use crate::base::id::FieldId;
use crate::model::{Address, Field, Kind, Object, Value, kinds};
use csv::StringRecord;
use std::borrow::Cow;

/// What a row says.
#[derive(Debug, Default)]
pub(crate) struct Values {
    /// Values by field.
    pub values: Vec<(FieldId, Value)>,
    /// Records that are named: which field, what name.
    pub named: Vec<(FieldId, String)>,
    /// Members that are named but not there: which field, what name.
    pub nobody: Vec<String>,
    /// What can't be read.
    pub problems: Vec<String>,
}

/// Reads the cells of a row.
pub(crate) fn read(
    object: &Object,
    header: &[String],
    mapping: &Mapping,
    record: &StringRecord,
    reading: &kinds::Reading<'_>,
) -> Values {
    let mut row = Values::default();
    let mut texts: Vec<(usize, FieldId, String)> = Vec::new();
    let mut addresses: Vec<(FieldId, &str, Address)> = Vec::new();
    let (mut middle, mut calling_code) = (None, None);
    for (column, (target, cell)) in mapping.targets.iter().zip(record.iter()).enumerate() {
        let cell = clean(cell);
        if cell.is_empty() {
            continue;
        }
        match target {
            Target::Nothing => {}
            Target::Middle => middle = Some(cell.into_owned()),
            Target::CallingCode => calling_code = Some(cell.into_owned()),
            Target::Named(field) => {
                if !row.named.iter().any(|(f, _)| f == field) {
                    row.named.push((*field, first_of(&cell).to_owned()));
                }
            }
            Target::Address { field, group, part } => add_part(&mut addresses, *field, group, *part, &cell),
            Target::Field(id) => {
                if let Some(field) = object.field_by_id(*id) {
                    let cell = adapt(field, &cell);
                    join(&mut texts, column, field, cell);
                }
            }
        }
    }
    drop_double_name(object, &mut texts);
    if let (Some(middle), Some(first)) = (middle, object.field("first_name"))
        && let Some((_, _, text)) = texts.iter_mut().find(|(_, f, _)| *f == first.id)
    {
        text.push(' ');
        text.push_str(&middle);
    }
    for (column, id, text) in texts {
        let Some(field) = object.field_by_id(id) else { continue };
        let text = match (&calling_code, field.kind) {
            (Some(code), Kind::Phones) if !text.starts_with('+') => format!("{} {text}", plus(code)),
            _ => text,
        };
        match kinds::from_text(field, &text, reading) {
            Ok(Some(value)) => row.values.push((id, value)),
            Ok(None) => {}
            // Colleagues who are not members here are no reason to refuse a customer.
            Err(_) if field.kind == Kind::Person => row.nobody.push(text),
            Err(problem) => row.problems.push(told(&header[column], &problem)),
        }
    }
    put_addresses(object, addresses, &mut row);
    row
}

/// Where first and last name have columns of their own, the full name says nothing more.
fn drop_double_name(object: &Object, texts: &mut Vec<(usize, FieldId, String)>) {
    let Some(whole) = object.fields.iter().find(|f| f.kind == Kind::FullName) else { return };
    let parts: Vec<FieldId> = whole.parts.iter().filter_map(|p| object.field(p)).map(|f| f.id).collect();
    if texts.iter().any(|(_, f, _)| parts.contains(f)) {
        texts.retain(|(_, f, _)| *f != whole.id);
    }
}

fn told(column: &str, problem: &Problem) -> String {
    format!("{column}: {}", problem.message)
}

/// Without what other programs put around a value: the joiner that Twenty and the quote that others guard formulas with.
fn clean(cell: &str) -> Cow<'_, str> {
    let cell = cell.trim().trim_start_matches('\u{200d}');
    match cell.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@']) => Cow::Borrowed(rest),
        _ => Cow::Borrowed(cell),
    }
}

/// The first of Google's joined values.
fn first_of(cell: &str) -> &str {
    cell.split(" ::: ").next().unwrap_or(cell).trim()
}

fn plus(code: &str) -> String {
    if code.starts_with('+') { code.to_owned() } else { format!("+{code}") }
}

fn is_list(field: &Field) -> bool {
    matches!(field.kind, Kind::Emails | Kind::Phones | Kind::Tags | Kind::MultiSelect)
}

/// Puts a cell beside those of the same field: lists and long texts are joined, else the first column wins.
fn join(texts: &mut Vec<(usize, FieldId, String)>, column: usize, field: &Field, cell: String) {
    match texts.iter_mut().find(|(_, f, _)| *f == field.id) {
        None => texts.push((column, field.id, cell)),
        Some((_, _, text)) if is_list(field) => {
            text.push('\n');
            text.push_str(&cell);
        }
        Some((_, _, text)) if field.kind == Kind::LongText => {
            text.push_str("\n\n");
            text.push_str(&cell);
        }
        Some(_) => {}
    }
}

/// A cell in the form that the field reads.
fn adapt(field: &Field, cell: &str) -> String {
    if is_list(field) {
        let parts: Vec<String> = if cell.starts_with('[') && cell.ends_with(']') {
            json_list(cell)
        } else {
            cell.split(" ::: ").map(str::to_owned).collect()
        };
        // Google marks its own groups with a star.
        let own = |part: &String| field.kind == Kind::Tags && matches!(part.trim(), "* myContacts" | "* starred");
        let named = parts.into_iter().filter(|p| !own(p));
        return named.map(|p| p.trim().trim_start_matches("* ").to_owned()).collect::<Vec<_>>().join("\n");
    }
    match field.kind {
        Kind::Date => date(cell).unwrap_or_else(|| cell.to_owned()),
        Kind::DateTime => moment(cell).unwrap_or_else(|| cell.to_owned()),
        Kind::LongText | Kind::Text | Kind::FullName => cell.to_owned(),
        _ => first_of(cell).to_owned(),
    }
}

/// Texts of a JSON list, of objects their number, address or URL.
fn json_list(cell: &str) -> Vec<String> {
    let Ok(serde_json::Value::Array(elements)) = serde_json::from_str(cell) else { return vec![cell.to_owned()] };
    let text = |element: &serde_json::Value| match element {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Object(members) => {
            let of = |name: &str| members.get(name).and_then(|v| v.as_str()).map(str::to_owned);
            let number = of("number").map(|n| match of("callingCode") {
                Some(code) if !n.starts_with('+') => format!("{} {n}", plus(&code)),
                _ => n,
            });
            number.or_else(|| of("email")).or_else(|| of("url"))
        }
        other => Some(other.to_string()),
    };
    elements.iter().filter_map(text).collect()
}

/// The day of a date as other programs write it: with a time behind it, as a number of Excel, month first or day first.
fn date(cell: &str) -> Option<String> {
    if let Some(days) = excel_days(cell) {
        let day = jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(days.0)).ok()?;
        return Some(day.to_string());
    }
    let day = cell.split(['T', ' ']).next()?;
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |text: &str| text.parse::<i64>().ok();
    let (a, b, c, years_first) = (number(a)?, number(b)?, number(c)?, a.len() == 4);
    let (year, month, day) = match (years_first, cell.contains('.')) {
        (true, _) => (a, b, c),
        (false, true) => (c, b, a),
        (false, false) if a > 12 => (c, b, a),
        (false, false) => (c, a, b),
    };
    let date = jiff::civil::Date::new(year.try_into().ok()?, month.try_into().ok()?, day.try_into().ok()?).ok()?;
    (year >= 1000).then(|| date.to_string())
}

/// Excel's days since 1899-12-30 and the part of a day, for the years 1927 to 2119.
fn excel_days(cell: &str) -> Option<(i64, f64)> {
    let number: f64 =
        cell.parse().ok().filter(|_| cell.len() >= 5 && cell.bytes().all(|b| b.is_ascii_digit() || b == b'.'))?;
    (10_000.0..80_000.0).contains(&number).then_some((number as i64, number.fract()))
}

/// A moment without a zone, such as `2024-03-12 09:14`, in the form that is read.
fn moment(cell: &str) -> Option<String> {
    if let Some((_, part)) = excel_days(cell) {
        let minutes = (part * 1440.0).round() as i64;
        return Some(format!("{}T{:02}:{:02}:00", date(cell)?, minutes / 60, minutes % 60));
    }
    let (day, time) = cell.split_once(' ')?;
    let day = date(day)?;
    let time = time.trim();
    let whole = if time.matches(':').count() == 1 { format!("{time}:00") } else { time.to_owned() };
    whole.bytes().all(|b| b.is_ascii_digit() || b == b':').then(|| format!("{day}T{whole}"))
}

fn add_part<'a>(
    addresses: &mut Vec<(FieldId, &'a str, Address)>,
    field: FieldId,
    group: &'a str,
    part: Part,
    cell: &str,
) {
    let at = match addresses.iter().position(|(f, g, _)| *f == field && *g == group) {
        Some(at) => at,
        None => {
            addresses.push((field, group, Address::default()));
            addresses.len() - 1
        }
    };
    let address = &mut addresses[at].2;
    let slot = match part {
        Part::Street => &mut address.street,
        Part::City => &mut address.city,
        Part::State => &mut address.state,
        Part::PostalCode => &mut address.postal_code,
        Part::Country => &mut address.country,
    };
    if part == Part::Street && !slot.is_empty() {
        slot.push('\n');
        slot.push_str(cell);
    } else if slot.is_empty() {
        *slot = first_of(cell).to_owned();
    }
}

/// Whether an address of this name goes before others: where people are met for business.
fn goes_first(group: &str) -> bool {
    matches!(group, "" | "map" | "business" | "work" | "mailing" | "organization")
}

/// Keeps one of several addresses; the city and the address's city fill each other.
fn put_addresses(object: &Object, addresses: Vec<(FieldId, &str, Address)>, row: &mut Values) {
    let city = object.field("city").map(|f| f.id);
    let mut addresses = addresses;
    addresses.sort_by_key(|(_, group, _)| !goes_first(group));
    for (field, _, mut address) in addresses {
        if row.values.iter().any(|(f, _)| *f == field) {
            continue;
        }
        let said = row.values.iter().find_map(|(f, v)| match v {
            Value::Text(text) if Some(*f) == city => Some(text.clone()),
            _ => None,
        });
        match (said, city) {
            (Some(said), _) if address.city.is_empty() => address.city = said,
            (None, Some(id)) if !address.city.is_empty() => row.values.push((id, Value::Text(address.city.clone()))),
            _ => {}
        }
        row.values.push((field, Value::Address(address)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_other_programs_are_understood() {
        for (cell, expected) in [
            ("2024-03-12 09:14", "2024-03-12"),
            ("45631.0", "2024-12-05"),
            ("3/12/2024", "2024-03-12"),
            ("25/12/2024", "2024-12-25"),
            ("12.03.2024", "2024-03-12"),
            ("2024-03-12T10:00:00Z", "2024-03-12"),
        ] {
            assert_eq!(date(cell).as_deref(), Some(expected), "{cell}");
        }
        assert_eq!(date("soon"), None);
        assert_eq!(moment("2024-03-12 09:14").as_deref(), Some("2024-03-12T09:14:00"));
    }

    #[test]
    fn json_lists_are_opened() {
        assert_eq!(json_list(r#"["a@x.org","b@x.org"]"#), ["a@x.org", "b@x.org"]);
        assert_eq!(json_list(r#"[{"number":"5550142","callingCode":"+1"}]"#), ["+1 5550142"]);
        assert_eq!(json_list("[not json]"), ["[not json]"]);
    }
}
