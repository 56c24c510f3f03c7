//! The sections of a record's page, as links. Script fetches only the section, puts it into its place and the address into the bar.

use crate::web::messages::grouped;
use maud::{Markup, html};

/// One tab.
pub struct Tab {
    /// What it is called.
    pub text: String,
    /// Whether the name is data, not ours.
    pub data: bool,
    /// Where it leads.
    pub href: String,
    /// Where script finds the section alone.
    pub fetch: String,
    /// How many are in it, where that is worth saying.
    pub count: Option<u64>,
    /// The one that is open.
    pub current: bool,
}

/// The row of tabs; `into` selects the section that a click puts anew.
pub fn tabs(label: &str, into: &str, tabs: &[Tab]) -> Markup {
    html! {
        nav class="tabs" data-tabs aria-label=(label) {
            @for tab in tabs {
                a href=(tab.href) hx-get=(tab.fetch) hx-target=(into) hx-swap="outerHTML" hx-push-url=(tab.href) aria-current=[tab.current.then_some("page")] {
                    span translate=[tab.data.then_some("no")] { (tab.text) }
                    @if let Some(count) = tab.count { span class="count" translate="no" { (grouped(count)) } }
                }
            }
        }
    }
}
