//! Phone numbers, the main one first, written the way people of the region write them; what can't be dialled stays as typed.

use super::{Input, Place, emails};
use crate::base::phone;
use crate::model::value::Phone;
use crate::web::ui::Ui;
use maud::Markup;

pub(super) fn view(ui: &Ui<'_>, phones: &[Phone], place: Place) -> Markup {
    let shown: Vec<String> =
        phones.iter().map(|p| p.e164.as_ref().map_or_else(|| p.typed.clone(), |e| phone::show(e, ui.region))).collect();
    emails::several(ui, &shown, place)
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    emails::inputs(ui, input, "phone", "tel")
}
