//! Records that a record points to: links with their avatar, and a picker that searches while one types. Without script the
//! picker is an input of record numbers.

use super::combo::{self, Combo};
use super::parts::reference;
use super::{Input, Place, described_by};
use crate::base::id::{RecordRef, Row};
use crate::model::field::Target;
use crate::model::{Field, Kind};
use crate::web::ui::{Ui, avatar};
use maud::{Markup, html};

/// Records a table's cell shows.
const CELL_MAX: usize = 2;

pub(super) fn view(ui: &Ui<'_>, records: &[RecordRef], place: Place) -> Markup {
    let shown = if place == Place::Cell { &records[..records.len().min(CELL_MAX)] } else { records };
    html! {
        span class="lines" {
            @for id in shown {
                @let label = ui.label(*id);
                span class="person" {
                    (avatar::sign(ui, *id, &label, "avatar"))
                    @match ui.href(*id) {
                        Some(href) if place == Place::Cell => a href=(href) { (label) },
                        _ => span { (label) },
                    }
                }
            }
            @if shown.len() < records.len() {
                span class="text-3" translate="yes" { (ui.lang.with("value.more", &[("n", &(records.len() - shown.len()))])) }
            }
        }
    }
}

/// The records that a form's text names; what names none is left out.
pub(super) fn read(ui: &Ui<'_>, field: &Field, text: &str) -> Vec<RecordRef> {
    text.split(';').filter_map(|piece| read_one(ui, field, piece.trim())).collect()
}

fn read_one(ui: &Ui<'_>, field: &Field, text: &str) -> Option<RecordRef> {
    match field.target? {
        Target::Object(object) => Some(RecordRef::new(object, Row(text.parse().ok()?))),
        Target::Any => {
            let (object, row) = text.split_once('/')?;
            Some(RecordRef::new(ui.schema.object(object)?.id, Row(row.parse().ok()?)))
        }
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let field = input.field;
    let text = input.parts.one("");
    let object = match field.target {
        Some(Target::Object(id)) => ui.schema.object_by_id(id),
        _ => None,
    };
    let search = format!("/pick?object={}&q=", object.map_or("", |o| &o.name));
    let placeholder = match object {
        Some(object) => ui.lang.with("field.find", &[("object", &object.label_plural)]),
        None => ui.t("field.find_any").into_owned(),
    };
    let chips = html! {
        @for id in read(ui, field, text) {
            @let label = ui.label(id);
            span class="tag" data-id=(reference(ui, field, id)) data-label=(label) translate="no" {
                (avatar::sign(ui, id, &label, "avatar"))
                span { (label) }
                @if field.kind == Kind::Relations || !field.required {
                    button type="button" tabindex="-1" aria-label={ (ui.t("field.remove")) " " (label) } { "×" }
                }
            }
        }
    };
    let store = html! {
        input class="input" type="text" id=(input.id) name=(field.name) value=(text) data-value autocomplete="off"
            aria-label=(field.label) translate="no" aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
    };
    combo::combo(
        ui,
        input,
        Combo { many: field.kind == Kind::Relations, search, placeholder, chips, store, ..Combo::default() },
    )
}
