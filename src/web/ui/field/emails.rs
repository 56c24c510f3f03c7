//! E-mail addresses, the main one first: one input for each and an empty one to add another.

use super::{Input, Place};
use crate::web::ui::Ui;
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, list: &[String], place: Place) -> Markup {
    several(ui, list, place)
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    inputs(ui, input, "email", "email")
}

/// Texts under one another, or the first and how many more.
pub(super) fn several(ui: &Ui<'_>, list: &[String], place: Place) -> Markup {
    match place {
        Place::Detail => html! { span class="lines" { @for text in list { span { (text) } } } },
        Place::Cell => html! {
            @if let Some(first) = list.first() { span { (first) } }
            @if list.len() > 1 { " " span class="text-3" translate="yes" { (ui.lang.with("value.more", &[("n", &(list.len() - 1))])) } }
        },
    }
}

/// One input for each text, and one more.
pub(super) fn inputs(ui: &Ui<'_>, input: &Input<'_>, kind: &str, mode: &str) -> Markup {
    let texts: Vec<&str> = input.parts.all().filter(|t| !t.is_empty()).chain([""]).collect();
    html! {
        div class="input-list" {
            @for (i, text) in texts.iter().enumerate() {
                // The browser must not refuse what the server explains better.
                input class="input" type="text" translate="no" inputmode=(mode) name=(input.field.name) value=(text) autocomplete="off" spellcheck="false"
                    id=[(i == 0).then_some(input.id)] data-kind=(kind)
                    aria-label=(if i == 0 { input.field.label.clone() } else { ui.lang.with("field.another", &[("field", &input.field.label)]) })
                    placeholder=[(i > 0 && text.is_empty()).then(|| ui.t("field.add_another"))]
                    aria-invalid=[(input.invalid && i == 0).then_some("true")] aria-describedby=[super::described_by(input)];
            }
        }
    }
}
