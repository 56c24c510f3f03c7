//! Up to five stars. The control is a row of radios, so that arrows and clicks work without script.

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
    // No stars at all is rare and not the same as no rating: it is offered where it is there.
    let least = if now == "0" { 0 } else { 1 };
    html! {
        rating-stars class="rating" role="radiogroup" translate="no" aria-label=(input.field.label) aria-describedby=[described_by(input)] {
            @for n in least..=MAX {
                @let value = n.to_string();
                label class={ "star" @if n == 0 { " zero" } } title=(ui.lang.with("value.stars", &[("n", &n)])) {
                    input type="radio" name=(input.field.name) value=(value) checked[value == now] id=[(n == least).then_some(input.id)]
                        aria-label=(ui.lang.with("value.stars", &[("n", &n)]));
                    @if n == 0 { span class="num" { "0" } } @else { (icon::sized("star", "icon")) }
                }
            }
            @if !input.field.required {
                label class="star-none" title=(ui.t("field.clear")) {
                    input type="radio" name=(input.field.name) value="" checked[now.is_empty()] aria-label=(ui.t("value.none"));
                    (icon::sized("x", "icon icon-14"))
                }
            }
        }
    }
}
