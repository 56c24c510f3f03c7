//! Text of many lines, shown with its line breaks.

use super::{Input, Place, described_by};
use maud::{Markup, html};

/// Characters a table's cell shows.
const CELL_CHARS: usize = 120;

pub(super) fn view(text: &str, place: Place) -> Markup {
    match place {
        Place::Detail => html! { span class="long" { (text) } },
        Place::Cell => {
            let short: String = text.chars().take(CELL_CHARS).map(|c| if c.is_control() { ' ' } else { c }).collect();
            html! { span { (short) @if short.len() < text.len() { "…" } } }
        }
    }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    html! {
        textarea class="input" id=(input.id) name=(input.field.name) rows="4" required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] { "\n" (input.parts.one("")) }
    }
}
