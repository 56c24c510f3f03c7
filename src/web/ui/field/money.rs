//! Money: an amount and its currency, the workspace's where none was chosen.

use super::{Input, Place, described_by};
use crate::base::money::{Currency, Money};
use crate::web::ui::Ui;
use maud::{Markup, html};

/// Currencies that are offered first, after the workspace's own.
const USUAL: [&str; 8] = ["USD", "CAD", "EUR", "GBP", "AUD", "MXN", "CHF", "JPY"];

pub(super) fn view(ui: &Ui<'_>, money: Money, place: Place) -> Markup {
    let home: Currency = ui.schema.currency.parse().unwrap_or(money.currency);
    let abroad = money.currency != home && !money.show(home).contains(&money.currency.to_string());
    let amount = match place {
        Place::Cell => money.brief(home),
        Place::Detail => money.show(home),
    };
    html! {
        span class="num" {
            (amount)
            @if abroad && place == Place::Detail { " " span class="text-3" { (money.currency) } }
        }
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let name = &input.field.name;
    let home = ui.schema.currency.as_str();
    let now = match input.parts.one("currency") {
        "" => home,
        code => code,
    };
    let first: Vec<&str> = std::iter::once(home).chain(USUAL.into_iter().filter(|code| *code != home)).collect();
    let known = Currency::all().any(|code| code.to_string() == now);
    html! {
        div class="input-row money" {
            input class="input num" type="text" inputmode="decimal" id=(input.id) name=(name) value=(input.parts.one("")) autocomplete="off"
                aria-label=(input.field.label) translate="no" required[input.field.required] placeholder="0.00"
                aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
            select class="input currency" name={ (name) ".currency" } data-part translate="no"
                aria-label=(ui.lang.with("field.currency_of", &[("field", &input.field.label)])) {
                // A code that is none comes back as it was typed, with its problem.
                @if !known { option selected { (now) } }
                @for code in &first { option selected[*code == now] { (code) } }
                hr;
                @for code in Currency::all().map(|c| c.to_string()).filter(|c| !first.contains(&c.as_str())) {
                    option selected[code == now] { (code) }
                }
            }
        }
    }
}
