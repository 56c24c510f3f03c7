//! The one picker behind options, people, records and tags: a plain control that keeps the value, and the list from which script
//! lets one choose by typing. Without script the plain control is all there is.

use super::{Input, described_by};
use crate::web::ui::Ui;
use maud::{Markup, html};

/// What a picker is made of.
#[derive(Default)]
pub(super) struct Combo {
    /// Takes several.
    pub many: bool,
    /// Takes what is typed.
    pub free: bool,
    /// Address that a text is added to for the list; empty where the page has it.
    pub search: String,
    /// What the empty input says.
    pub placeholder: String,
    /// Chips of what is chosen, where the list can't tell.
    pub chips: Markup,
    /// The plain control; its outer element has `data-value`.
    pub store: Markup,
    /// The options, where the page has them.
    pub list: Option<Markup>,
}

/// Renders it.
pub(super) fn combo(ui: &Ui<'_>, input: &Input<'_>, combo: Combo) -> Markup {
    html! {
        combo-box class="combo" data-label=(input.field.label) data-remove=(ui.t("field.remove")) data-none=(ui.t("field.nothing_found"))
            data-placeholder=(combo.placeholder) data-search=[(!combo.search.is_empty()).then_some(&combo.search)]
            data-many[combo.many] data-free[combo.free] data-invalid[input.invalid] data-required[input.field.required] {
            (combo.chips)
            (combo.store)
            @if let Some(list) = combo.list {
                div class="combo-list" role="listbox" popover="manual" translate="no" aria-label=(input.field.label) { (list) }
            }
        }
    }
}

/// An option of a list; `inside` is what people see, `label` what they type.
pub(super) fn option(id: &str, label: &str, inside: Markup) -> Markup {
    html! { div role="option" aria-selected="false" data-id=(id) data-label=(label) translate="no" { (inside) } }
}

/// The option that chooses nothing.
pub(super) fn none(text: &str) -> Markup {
    html! { div role="option" aria-selected="false" data-id="" data-label=(text) { span class="text-3" translate="yes" { (text) } } }
}

/// A select that keeps one value; `options` are its options but the empty one.
pub(super) fn store(input: &Input<'_>, none: &str, options: Markup) -> Markup {
    let now = input.parts.one("");
    html! {
        select class="input" data-value data-part id=(input.id) name=(input.field.name) required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] {
            @if !input.field.required || now.is_empty() { option value="" selected[now.is_empty()] { (none) } }
            (options)
        }
    }
}
