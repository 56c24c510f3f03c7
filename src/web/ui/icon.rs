//! Icons: references into the sprite that the asset build makes. The name comes from our code or the data model; a name that is
//! not in the sprite shows a plain circle.

use crate::web::assets::{ICONS, SPRITE};
use maud::{Markup, html};

/// An icon of 16 pixels; it says nothing to a screen reader.
pub fn icon(name: &str) -> Markup {
    sized(name, "icon")
}

/// An icon with these classes, such as `icon icon-14`.
pub fn sized(name: &str, class: &str) -> Markup {
    let name = if ICONS.split(' ').any(|i| i == name) { name } else { "circle-alert" };
    html! { svg class=(class) aria-hidden="true" { use href={ "/assets/" (SPRITE) "#" (name) } {} } }
}
