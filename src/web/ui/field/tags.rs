//! Free tags, separated by semicolons where they are typed.

use super::{Input, described_by};
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(list: &[String]) -> Markup {
    html! { @for text in list { (pill::tag(text)) } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    html! {
        input class="input" type="text" id=(input.id) name=(input.field.name) value=(input.parts.one("")) autocomplete="off"
            placeholder=(ui.t("field.tags")) aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
    }
}
