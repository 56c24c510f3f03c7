//! One of a field's options, a stage or a pipeline: a pill in its colour, and a list to pick from. Retired options show but are
//! not offered, save the one that is there.

use super::{Input, described_by};
use crate::base::id::OptionId;
use crate::model::{Field, Kind};
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, field: &Field, option: OptionId) -> Markup {
    match field.kind {
        Kind::Stage => match ui.schema.stage(option) {
            Some((_, stage)) => pill::pill(&stage.label, &stage.color),
            None => html! {},
        },
        Kind::Pipeline => match ui.schema.pipelines.iter().find(|p| p.id == option) {
            Some(pipeline) => html! { span { (pipeline.label) } },
            None => html! {},
        },
        _ => match field.choice_by_id(option) {
            Some(choice) => pill::pill(&choice.label, &choice.color),
            None => html! {},
        },
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now = input.parts.one("");
    let option = |id: OptionId, label: &str| {
        let id = id.to_string();
        html! { option value=(id) selected[id == now] translate="no" { (label) } }
    };
    html! {
        select class="input" id=(input.id) name=(input.field.name) required[input.field.required]
            aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)] {
            @if !input.field.required || now.is_empty() { option value="" selected[now.is_empty()] { (ui.t("value.none")) } }
            @match input.field.kind {
                Kind::Stage => { @for pipeline in &ui.schema.pipelines {
                    optgroup label=(pipeline.label) {
                        @for stage in pipeline.stages.iter().filter(|s| !s.retired || s.id.to_string() == now) { (option(stage.id, &stage.label)) }
                    }
                } },
                Kind::Pipeline => { @for pipeline in &ui.schema.pipelines { (option(pipeline.id, &pipeline.label)) } },
                _ => { @for choice in input.field.options.iter().filter(|c| !c.retired || c.id.to_string() == now) { (option(choice.id, &choice.label)) } },
            }
        }
    }
}
