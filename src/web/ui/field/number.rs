//! A number, with a comma between thousands where it is read and where it is typed.

use super::{Input, Line, line};
use crate::base::money::Decimal;
use maud::{Markup, html};

/// Smaller numbers have no comma, so that years look like years.
const GROUPED_FROM: i64 = 10_000;

/// The number as people read and type it: `12,500.5`.
pub(super) fn text(number: Decimal) -> String {
    let large = Decimal::whole(GROUPED_FROM).is_some_and(|from| number >= from || number.0 <= -from.0);
    if large { number.grouped(0) } else { number.to_string() }
}

pub(super) fn view(number: Decimal) -> Markup {
    html! { span class="num" { (text(number)) } }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "text", mode: Some("decimal"), value: input.parts.one(""), autocomplete: "off" })
}
