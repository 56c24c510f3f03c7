//! A member of the workspace.

use super::{Input, described_by};
use crate::base::id::{RecordRef, Row};
use crate::model::object::standard;
use crate::web::ui::{Ui, avatar};
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, row: Row) -> Markup {
    let id = RecordRef::new(standard::MEMBERS, row);
    let label = ui.label(id);
    html! { span class="person" { (avatar::sign(ui, id, &label, "avatar")) span { (label) } } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now = input.parts.one("");
    let offered = input.members.iter().any(|(row, _)| row.to_string() == now);
    html! {
        select class="input" id=(input.id) name=(input.field.name) required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] {
            option value="" selected[now.is_empty()] { (ui.t("value.nobody")) }
            @for (row, name) in input.members {
                @let value = row.to_string();
                option value=(value) selected[value == now] translate="no" { (name) }
            }
            @if !offered && !now.is_empty() {
                @let label = now.parse().map(|row| ui.label(RecordRef::new(standard::MEMBERS, Row(row)))).unwrap_or_default();
                option value=(now) selected translate="no" { (label) }
            }
        }
    }
}
