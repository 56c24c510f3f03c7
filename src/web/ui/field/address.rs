//! A postal address: its lines, and an input for each part.

use super::{Input, Place};
use crate::model::value::Address;
use crate::web::ui::Ui;
use maud::{Markup, html};

pub(super) fn view(address: &Address, place: Place) -> Markup {
    let town = [address.city.as_str(), &address.state, &address.postal_code]
        .into_iter()
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let lines: Vec<&str> =
        address.street.lines().chain([town.as_str(), &address.country]).filter(|l| !l.is_empty()).collect();
    match place {
        Place::Detail => html! { span class="lines" { @for line in lines { span { (line) } } } },
        Place::Cell => html! { span { (lines.join(", ")) } },
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let part = |suffix: &str, label: &str, first: bool, whole: bool| {
        html! {
            input class={ "input" @if whole { " whole" } } type="text" name={ (input.field.name) "." (suffix) } value=(input.parts.one(suffix))
                id=[first.then_some(input.id)] placeholder=(label) aria-label=(label) autocomplete="off"
                aria-invalid=[(first && input.invalid).then_some("true")];
        }
    };
    html! {
        div class="parts" {
            (part("street", &ui.t("address.street"), true, true))
            (part("city", &ui.t("address.city"), false, false))
            (part("state", &ui.t("address.state"), false, false))
            (part("postal_code", &ui.t("address.postal_code"), false, false))
            (part("country", &ui.t("address.country"), false, false))
        }
    }
}
