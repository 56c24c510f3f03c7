//! A day.

use super::{Input, Line, line};
use crate::base::time;
use maud::{Markup, html};

pub(super) fn view(day: i32) -> Markup {
    html! { time class="num" datetime=(time::date_text(day)) { (time::show_date(day)) } }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "date", mode: None, value: input.parts.one(""), autocomplete: "off" })
}
