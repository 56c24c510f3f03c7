//! Phone numbers, the main one first, written the way people of the region write them; what can't be dialled stays as typed. Each
//! has the country its digits are read in.

use super::emails::{Row, rows};
use super::{Input, Parts, Place};
use crate::base::phone;
use crate::model::value::Phone;
use crate::web::ui::Ui;
use maud::{Markup, html};

/// Stands for no country: the number is kept as it was typed.
const NO_REGION: &str = "–";

/// A number as people of the region read it.
pub(super) fn shown(phone: &Phone, region: &str) -> String {
    let extension =
        phone.typed.trim_start_matches(|c: char| !c.is_ascii_digit()).contains(|c: char| c.is_alphabetic() || c == '#');
    match &phone.e164 {
        Some(e164) if !extension => phone::show(e164, region),
        _ => phone.typed.clone(),
    }
}

/// What a telephone dials.
pub fn target(phone: &Phone) -> String {
    let number = phone.e164.as_ref().unwrap_or(&phone.typed);
    format!("tel:{}", number.chars().filter(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#')).collect::<String>())
}

pub(super) fn view(ui: &Ui<'_>, phones: &[Phone], place: Place) -> Markup {
    match place {
        Place::Detail => {
            html! { span class="lines" { @for number in phones { span { (shown(number, ui.region)) } } } }
        }
        Place::Cell => html! {
            @if let Some(first) = phones.first() { a href=(target(first)) { (shown(first, ui.region)) } }
            (super::emails::more(ui, phones.len()))
        },
    }
}

/// The numbers as typed, each with the region that reads the same number out of it.
pub(super) fn parts(phones: &[Phone], home: &str) -> Parts {
    let mut parts = Vec::new();
    for number in phones {
        parts.push((String::new(), number.typed.clone()));
        parts.push(("region".into(), region(number, home).into()));
    }
    Parts(parts)
}

fn region<'a>(number: &Phone, home: &'a str) -> &'a str {
    let of_number = number.e164.as_deref().and_then(phone::region_of);
    let mut regions = [Some(home), of_number].into_iter().flatten();
    regions.find(|region| phone::e164(&number.typed, region) == number.e164).unwrap_or(NO_REGION)
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let mut regions = input.parts.all_of("region");
    let filled: Vec<Row<'_>> = input
        .parts
        .all()
        .map(|text| Row { text, before: country(ui, input, regions.next().unwrap_or(ui.region)) })
        .collect();
    rows(ui, input, "tel", filled, country(ui, input, ui.region))
}

/// The country a number's digits are read in.
fn country(ui: &Ui<'_>, input: &Input<'_>, now: &str) -> Markup {
    let option = |region: &str| {
        let code = phone::calling_code(region);
        html! { option value=(region) selected[region == now] { (region) @if let Some(code) = code { " +" (code) } } }
    };
    html! {
        select class="input country" name={ (input.field.name) ".region" } data-part translate="no" aria-label=(ui.t("field.country")) {
            (option(ui.region))
            @for region in phone::REGIONS.iter().filter(|r| **r != ui.region) { (option(region)) }
            (option(NO_REGION))
        }
    }
}
