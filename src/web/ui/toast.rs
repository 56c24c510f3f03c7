//! Short news after something was done, with a way to take it back. It is part of the page; script moves it to the corner.

use maud::{Markup, html};

/// A way to take it back.
pub struct Undo<'a> {
    /// What the button says.
    pub label: &'a str,
    /// Where its form goes.
    pub action: String,
}

/// The news.
pub fn toast(text: &str, undo: Option<&Undo<'_>>) -> Markup {
    html! {
        div class="notice toast-inline" role="status" data-toast {
            p class="grow" { (text) }
            @if let Some(undo) = undo {
                form method="post" action=(undo.action) { button type="submit" { (undo.label) } }
            }
        }
    }
}
