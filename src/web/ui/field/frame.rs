//! What stands around an input in a form: label, help, error.

use super::{Input, Parts, input, is_group};
use crate::base::id::Row;
use crate::model::{Field, Kind};
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};

/// A field of a form.
pub struct Framed<'a> {
    /// In front of the ids, where the same form may stand twice in a document (a panel over a form); else empty.
    pub scope: &'a str,
    /// Which field.
    pub field: &'a Field,
    /// What it holds.
    pub parts: &'a Parts,
    /// What is wrong with that.
    pub problem: Option<&'a str>,
    /// Members that a person field offers.
    pub members: &'a [(Row, String)],
}

/// Renders it; long ones take the form's whole width.
pub fn framed(ui: &Ui<'_>, framed: &Framed<'_>) -> Markup {
    let field = framed.field;
    let id = format!("{}f-{}", framed.scope, field.name);
    let note = format!("{id}-note");
    let described_by = if framed.problem.is_some() || !field.help.is_empty() { note.as_str() } else { "" };
    let control = input(
        ui,
        &Input {
            field,
            id: &id,
            parts: framed.parts,
            invalid: framed.problem.is_some(),
            described_by,
            members: framed.members,
        },
    );
    let whole = matches!(field.kind, Kind::LongText | Kind::Address | Kind::Relations | Kind::Tags | Kind::MultiSelect);
    let label = html! {
        span translate="no" { (field.label) }
        @if field.required { span class="required" { (ui.t("form.required")) } }
    };
    html! {
        @if is_group(field.kind) {
            fieldset class={ "field" @if whole { " whole" } } { legend { (label) } (control) (foot(framed, &note)) }
        } @else {
            div class={ "field" @if whole { " whole" } } { label for=(id) { (label) } (control) (foot(framed, &note)) }
        }
    }
}

fn foot(framed: &Framed<'_>, id: &str) -> Markup {
    html! {
        @if let Some(problem) = framed.problem {
            p class="field-error" id=(id) { (icon::sized("circle-alert", "icon")) span translate="no" { (problem) } }
        } @else if !framed.field.help.is_empty() {
            p class="field-help" id=(id) translate="no" { (framed.field.help) }
        }
    }
}
