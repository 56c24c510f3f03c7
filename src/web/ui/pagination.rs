//! The foot of a list: which records are on the page, how many there are, and the way to the others. A step swaps the rows and this
//! foot only, so that the head of the table and its columns stay where they are.

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

/// Characters of a range that fits beside a sum.
const SHORT_CHARS: usize = 6;

/// Renders it; a list of one page says only how many it has, and that on phones alone: the table's foot says it elsewhere.
pub fn pagination(lang: Lang, p: &Pagination) -> Markup {
    let range = [
        ("from", &grouped((p.position + 1).min(p.total)) as &dyn std::fmt::Display),
        ("to", &grouped(p.position + p.shown)),
        ("total", &grouped(p.total)),
    ];
    let single = p.shown == p.total;
    html! {
        nav class={ "pagination" @if single { " only-phone" } } id="list-pages" aria-label=(lang.t("list.pages"))
            hx-target:inherited="#list-rows" hx-select:inherited="#list-rows" hx-swap:inherited="outerHTML" hx-select-oob:inherited="#list-pages" hx-push-url:inherited="true" {
            p class="num" {
                // Beside the sums the total stands already, and there is room for little.
                @let short = lang.with("list.range_short", &range[..2]);
                span class={ "short" @if short.chars().count() > SHORT_CHARS { " long" } } aria-hidden="true" { (short) }
                span class="whole" { (lang.with("list.range", &range)) }
            }
            @if !single {
                (step(&p.first, &lang.t("list.first"), "first", "chevrons-left"))
                (step(&p.previous, &lang.t("list.previous"), "prev", "chevron-left"))
                (step(&p.next, &lang.t("list.next"), "next", "chevron-right"))
                (step(&p.last, &lang.t("list.last"), "last", "chevrons-right"))
            }
        }
    }
}

fn step(href: &Option<String>, label: &str, rel: &str, icon: &str) -> Markup {
    html! {
        @match href {
            Some(href) => a class="btn btn-ghost btn-icon" id={ "page-" (rel) } rel=(rel) href=(href) aria-label=(label) title=(label) hx-get=(href) { (icon::icon(icon)) },
            // It keeps the focus of whoever has just come to the first or last page.
            None => span class="btn btn-ghost btn-icon" id={ "page-" (rel) } tabindex="-1" role="link" aria-label=(label) aria-disabled="true" { (icon::icon(icon)) },
        }
    }
}
