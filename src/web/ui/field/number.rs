//! A number, with separators where it is read and without where it is typed.

use super::{Input, Line, line};
use crate::base::money::Decimal;
use maud::{Markup, html};

pub(super) fn view(number: Decimal) -> Markup {
    html! { span class="num" { (number.grouped(0)) } }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "text", mode: Some("decimal"), value: input.parts.one(""), autocomplete: "off" })
}
