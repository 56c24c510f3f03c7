//! The foot of a list: which records are on the page, how many there are, and the way to the others.

use crate::web::messages::{Lang, grouped};
use crate::web::ui::icon;
use maud::{Markup, html};

/// A list's foot.
pub struct Pagination {
    /// Position of the first shown, from 0.
    pub position: u64,
    /// How many are shown.
    pub shown: u64,
    /// How many there are.
    pub total: u64,
    /// Addresses of the first, previous, next and last page, where there are such.
    pub first: Option<String>,
    /// Previous.
    pub previous: Option<String>,
    /// Next.
    pub next: Option<String>,
    /// Last.
    pub last: Option<String>,
}

/// Renders it; links swap the list only.
pub fn pagination(lang: Lang, p: &Pagination) -> Markup {
    html! {
        nav class="pagination" aria-label=(lang.t("list.pages")) {
            p class="grow" {
                (lang.with("list.range", &[("from", &grouped((p.position + 1).min(p.total))), ("to", &grouped(p.position + p.shown)), ("total", &grouped(p.total))]))
            }
            (step(&p.first, &lang.t("list.first"), "first", &[("chevron-left", true)]))
            (step(&p.previous, &lang.t("list.previous"), "prev", &[("chevron-left", false)]))
            (step(&p.next, &lang.t("list.next"), "next", &[("chevron-right", false)]))
            (step(&p.last, &lang.t("list.last"), "last", &[("chevron-right", true)]))
        }
    }
}

fn step(href: &Option<String>, label: &str, rel: &str, icons: &[(&str, bool)]) -> Markup {
    let (name, double) = icons[0];
    let name = match (name, double) {
        ("chevron-left", true) => "chevrons-left",
        ("chevron-right", true) => "chevrons-right",
        (name, _) => name,
    };
    html! {
        @match href {
            Some(href) => a class="btn btn-icon" rel=(rel) href=(href) aria-label=(label) title=(label)
                hx-get=(href) hx-target="#list" hx-select="#list" hx-swap="outerHTML" hx-push-url="true" { (icon::icon(name)) },
            None => span class="btn btn-icon" aria-disabled="true" { (icon::icon(name)) },
        }
    }
}
