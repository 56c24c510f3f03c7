//! Free tags: chips with suggestions; without script one text with semicolons between them.

use super::combo::{self, Combo};
use super::{Input, described_by};
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(list: &[String]) -> Markup {
    html! { @for text in list { (pill::tag(text)) } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let search = super::object_of(ui, input.field)
        .map(|o| format!("/pick/tags?object={}&field={}&q=", o.name, input.field.name))
        .unwrap_or_default();
    let store = html! {
        input class="input" type="text" data-value id=(input.id) name=(input.field.name) value=(input.parts.one("")) autocomplete="off"
            placeholder=(ui.t("field.tags")) aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
    };
    let placeholder = ui.t("field.add_tag").into_owned();
    combo::combo(ui, input, Combo { many: true, free: true, search, placeholder, store, ..Combo::default() })
}
