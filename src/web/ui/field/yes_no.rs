//! Yes, no, or nothing said: three buttons side by side, of which one is pressed.

use super::{Input, described_by};
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, yes: bool) -> Markup {
    let (text, colour) = if yes { (ui.t("value.yes"), "green") } else { (ui.t("value.no"), "gray") };
    html! { span class={ "pill " (pill::colour(colour)) } translate="yes" { (text) } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now = input.parts.one("");
    let choices = [("true", ui.t("value.yes")), ("false", ui.t("value.no")), ("", ui.t("value.not_set"))];
    let offered = choices.iter().filter(|(value, _)| !value.is_empty() || !input.field.required || now.is_empty());
    html! {
        yes-no class="three" role="radiogroup" translate="no" aria-label=(input.field.label) aria-describedby=[described_by(input)] {
            @for (i, (value, text)) in offered.enumerate() {
                label {
                    input type="radio" name=(input.field.name) value=(value) checked[*value == now] id=[(i == 0).then_some(input.id)];
                    span translate="yes" { (text) }
                }
            }
        }
    }
}
