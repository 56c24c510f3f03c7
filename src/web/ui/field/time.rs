//! A moment, in the reader's time zone.

use super::{Input, Line, line};
use crate::base::clock::Millis;
use crate::base::time;
use crate::web::ui::Ui;
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, moment: Millis) -> Markup {
    html! { time class="num" datetime=(time::moment_text(moment)) { (time::show_moment(moment, ui.zone)) } }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "datetime-local", mode: None, value: input.parts.one(""), autocomplete: "off" })
}
