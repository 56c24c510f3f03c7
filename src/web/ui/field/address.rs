//! A postal address: its lines, and an input for each part.

use super::{Input, Place, described_by};
use crate::model::value::Address;
use crate::web::ask::link;
use crate::web::ui::Ui;
use maud::{Markup, html};

/// A map of the place; `None` where the address says too little to find it.
pub fn target(address: &Address) -> Option<String> {
    let parts = [&address.street, &address.city, &address.state, &address.postal_code, &address.country];
    if address.street.is_empty() && address.city.is_empty() && address.postal_code.is_empty() {
        return None;
    }
    let words: Vec<&str> = parts.iter().flat_map(|part| part.lines()).filter(|part| !part.is_empty()).collect();
    Some(link("https://www.openstreetmap.org/search", [("query", words.join(", ").as_str())]))
}

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
    let part = |suffix: &str, label: &str, class: &str| {
        let first = suffix == "street";
        html! {
            input class={ "input " (class) } type="text" name={ (input.field.name) "." (suffix) } value=(input.parts.one(suffix))
                id=[first.then_some(input.id)] placeholder=(label) aria-label=(label) autocomplete="off" translate="no"
                aria-invalid=[(first && input.invalid).then_some("true")] aria-describedby=[first.then(|| described_by(input)).flatten()];
        }
    };
    // A street may have several lines; a line break in one is kept.
    let street = input.parts.one("street");
    let label = ui.t("address.street");
    html! {
        div class="parts" {
            @if street.contains('\n') {
                textarea class="input whole" name={ (input.field.name) ".street" } id=(input.id) placeholder=(label) aria-label=(label) rows="2" translate="no" { "\n" (street) }
            } @else { (part("street", &label, "whole")) }
            (part("city", &ui.t("address.city"), ""))
            (part("state", &ui.t("address.state"), ""))
            (part("postal_code", &ui.t("address.postal_code"), ""))
            (part("country", &ui.t("address.country"), ""))
        }
    }
}
