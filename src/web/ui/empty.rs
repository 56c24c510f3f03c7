//! What stands where nothing is: why, and what to do about it.

use crate::web::ui::icon;
use maud::{Markup, html};

/// An empty place.
pub struct Empty<'a> {
    /// Icon name.
    pub icon: &'a str,
    /// Heading.
    pub title: String,
    /// A sentence.
    pub text: String,
    /// Buttons.
    pub actions: Markup,
}

impl maud::Render for Empty<'_> {
    fn render(&self) -> Markup {
        html! {
            div class="empty-state" {
                span class="empty-icon" { (icon::icon(self.icon)) }
                h2 { (self.title) }
                p { (self.text) }
                div class="row" { (self.actions) }
            }
        }
    }
}
