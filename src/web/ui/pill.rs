//! Small words in a shape: a choice in its colour, a tag.

use maud::{Markup, html};

/// The twelve colours a choice may have, as CSS classes.
const PALETTE: [&str; 12] =
    ["gray", "red", "orange", "amber", "lime", "green", "teal", "cyan", "blue", "indigo", "violet", "pink"];

/// The CSS class of a choice's colour; gray for a word that is not in the palette.
pub fn colour(name: &str) -> String {
    format!("c-{}", PALETTE.iter().find(|c| **c == name).unwrap_or(&"gray"))
}

/// A choice's label in its colour.
pub fn pill(label: &str, name: &str) -> Markup {
    html! { span class={ "pill " (colour(name)) } translate="no" { span { (label) } } }
}

/// A free tag.
pub fn tag(text: &str) -> Markup {
    html! { span class="tag" translate="no" { span { (text) } } }
}
