//! Text of one line; full names are shown the same way.

use super::{Input, Line, line};
use maud::{Markup, html};

pub(super) fn view(text: &str) -> Markup {
    html! { span { (text) } }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "text", mode: None, value: input.parts.one(""), autocomplete: "off" })
}
