//! Up to five stars.

use super::{Input, described_by};
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};

/// The most there are.
const MAX: u8 = 5;

pub(super) fn view(ui: &Ui<'_>, stars: u8) -> Markup {
    html! {
        span class="stars" role="img" aria-label=(ui.lang.with("value.stars", &[("n", &stars)])) {
            @for i in 0..MAX { (icon::sized("star", if i < stars { "icon icon-fill" } else { "icon off" })) }
        }
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now = input.parts.one("");
    html! {
        select class="input" id=(input.id) name=(input.field.name) required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] {
            option value="" selected[now.is_empty()] { (ui.t("value.none")) }
            @for n in 0..=MAX {
                @let value = n.to_string();
                option value=(value) selected[value == now] { (ui.lang.with("value.stars", &[("n", &n)])) }
            }
        }
    }
}
