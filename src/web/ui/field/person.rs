//! A member of the workspace.

use super::Input;
use super::combo::{self, Combo};
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
    let mut offered: Vec<(Row, &str)> = input.members.iter().map(|(row, name)| (*row, name.as_str())).collect();
    offered.sort_by_key(|(row, _)| *row != ui.me);
    // Somebody who has left is not offered any more, but stays where they are.
    let gone = now.parse().map(Row).ok().filter(|row| !offered.iter().any(|(known, _)| known == row));
    let label = gone.map(|row| ui.label(RecordRef::new(standard::MEMBERS, row)));
    offered.extend(gone.zip(label.as_deref()));
    let store = html! {
        @for (row, name) in &offered {
            @let value = row.to_string();
            option value=(value) selected[value == now] translate="no" { (name) }
        }
    };
    let list = html! {
        @if !input.field.required { (combo::none(&ui.t("value.nobody"))) }
        @for (row, name) in &offered {
            (combo::option(&row.to_string(), name, html! {
                (avatar::avatar(RecordRef::new(standard::MEMBERS, *row), name, "avatar"))
                span class="trunc" { (name) }
                @if *row == ui.me { span class="text-3" translate="yes" { (ui.t("field.me")) } }
            }))
        }
    };
    let store = combo::store(input, &ui.t("value.nobody"), store);
    let placeholder = ui.t("field.find_person").into_owned();
    combo::combo(ui, input, Combo { placeholder, store, list: Some(list), ..Combo::default() })
}
