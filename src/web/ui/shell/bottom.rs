//! The bar at the foot of a phone: home, the first objects, and making something in the middle.

use super::{NavItem, Shell};
use crate::web::ui::icon;
use maud::{Markup, html};

impl Shell<'_> {
    /// The bar.
    pub(super) fn bottom(&self) -> Markup {
        let lang = self.lang;
        html! {
            nav class="bottom-nav" id="bottom-nav" aria-label=(lang.t("shell.bottom")) {
                @if let Some(home) = self.main.first() { (entry(home)) }
                @if let Some(first) = self.objects.first() { (entry(first)) }
                @match self.new.first() {
                    Some(new) => a class="plus" href=(new.href) data-panel aria-label=(lang.t("shell.new")) { span { (icon::icon("plus")) } },
                    None => span {},
                }
                @if let Some(third) = self.objects.get(2) { (entry(third)) }
                @if let Some(fourth) = self.objects.get(3) { (entry(fourth)) }
            }
        }
    }
}

fn entry(item: &NavItem) -> Markup {
    let inside = item.below.iter().any(|below| below.current);
    html! {
        a href=(item.href) aria-current=[(item.current || inside).then_some("page")] {
            (icon::icon(&item.icon)) span class="trunc" translate=[item.data.then_some("no")] { (item.text) }
        }
    }
}
