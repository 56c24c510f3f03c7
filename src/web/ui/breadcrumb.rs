//! Where one is: links to what is above, the page's own name last.

use crate::web::ui::icon;
use maud::{Markup, html};

/// One step; the last has no address and is the page's heading unless `heading` says that another element is.
pub struct Crumb {
    /// What it is called.
    pub text: String,
    /// Where it leads; `None` for the page itself.
    pub href: Option<String>,
    /// Stands in the name's place and says it: a menu of the page's siblings.
    pub menu: Option<Markup>,
}

impl Crumb {
    /// A step with a link.
    pub fn link(text: impl Into<String>, href: impl Into<String>) -> Self {
        Self { text: text.into(), href: Some(href.into()), menu: None }
    }

    /// The page itself.
    pub fn here(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None, menu: None }
    }

    /// The same with a menu that says its name.
    #[must_use]
    pub fn with_menu(self, menu: Markup) -> Self {
        Self { menu: Some(menu), ..self }
    }
}

/// The steps; `heading` makes the last one the page's `h1`.
pub fn breadcrumb(label: &str, crumbs: &[Crumb], heading: bool) -> Markup {
    html! {
        nav class="grow" aria-label=(label) { ol class="crumb" {
            @for (i, crumb) in crumbs.iter().enumerate() {
                li translate="no" {
                    @if i > 0 { span class="only-desk" { (icon::sized("chevron-right", "icon icon-14")) } }
                    @if let Some(menu) = &crumb.menu { h1 class="hidden-text" { (crumb.text) } (menu) }
                    @else { @match &crumb.href {
                        Some(href) => a href=(href) { (crumb.text) },
                        None if heading => h1 class="trunc" { (crumb.text) },
                        None => b class="trunc" aria-current="page" { (crumb.text) },
                    } }
                }
            }
        } }
    }
}
