//! Yes, no, or nothing said.

use super::{Input, described_by};
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, yes: bool) -> Markup {
    let (text, colour) = if yes { (ui.t("value.yes"), "green") } else { (ui.t("value.no"), "gray") };
    html! { span class={ "pill " (pill::colour(colour)) } translate="yes" { (text) } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now = input.parts.one("");
    html! {
        select class="input" id=(input.id) name=(input.field.name)
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] {
            option value="" selected[now.is_empty()] { (ui.t("value.none")) }
            option value="true" selected[now == "true"] { (ui.t("value.yes")) }
            option value="false" selected[now == "false"] { (ui.t("value.no")) }
        }
    }
}
