//! Money: an amount and its currency, the workspace's where none was chosen.

use super::{Input, described_by};
use crate::base::money::{Currency, Money};
use crate::web::ui::Ui;
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, money: Money) -> Markup {
    let home: Currency = ui.schema.currency.parse().unwrap_or(money.currency);
    html! { span class="num" { (money.show(home)) } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let name = &input.field.name;
    let currency = match input.parts.one("currency") {
        "" => &ui.schema.currency,
        code => code,
    };
    html! {
        div class="input-row" {
            input class="input" type="text" inputmode="decimal" id=(input.id) name=(name) value=(input.parts.one("")) autocomplete="off"
                aria-label=(input.field.label) translate="no" required[input.field.required]
                aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
            input class="input currency" type="text" name={ (name) ".currency" } value=(currency) maxlength="3" autocomplete="off"
                spellcheck="false" aria-label=(ui.lang.with("field.currency_of", &[("field", &input.field.label)]));
        }
    }
}
