//! One of a field's options, a stage or a pipeline: a pill in its colour, and a list to pick from. Retired options show but are
//! not offered, save the one that is there.

use super::Input;
use super::combo::{self, Combo};
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
    let groups = groups(ui, input.field, now);
    let store = html! {
        @for group in &groups {
            @if group.label.is_empty() { (plain(group, now)) } @else { optgroup label=(group.label) { (plain(group, now)) } }
        }
    };
    let list = html! {
        @if !input.field.required { (combo::none(&ui.t("value.none"))) }
        @for group in &groups {
            @if group.label.is_empty() { (rich(group)) } @else {
                div role="group" aria-label=(group.label) {
                    div class="combo-head" role="presentation" translate="no" { (group.label) }
                    (rich(group))
                }
            }
        }
    };
    let store = combo::store(input, &ui.t("value.none"), store);
    combo::combo(
        ui,
        input,
        Combo { placeholder: ui.t("field.choose").into_owned(), store, list: Some(list), ..Combo::default() },
    )
}

/// Options that stand together.
struct Group<'a> {
    label: &'a str,
    options: Vec<Offer<'a>>,
}

/// One option: its id, its label and, where it is a pill, its colour.
type Offer<'a> = (OptionId, &'a str, Option<&'a str>);

/// What is offered: not what is retired, save what is chosen now.
fn groups<'a>(ui: &Ui<'a>, field: &'a Field, now: &str) -> Vec<Group<'a>> {
    let offered = |retired: bool, id: OptionId| !retired || id.to_string() == now;
    match field.kind {
        Kind::Stage => {
            let several = ui.schema.pipelines.len() > 1;
            let stages = |pipeline: &'a crate::model::Pipeline| Group {
                label: if several { &pipeline.label } else { "" },
                options: pipeline
                    .stages
                    .iter()
                    .filter(|s| offered(s.retired, s.id))
                    .map(|s| (s.id, s.label.as_str(), Some(s.color.as_str())))
                    .collect(),
            };
            ui.schema.pipelines.iter().map(stages).filter(|g| !g.options.is_empty()).collect()
        }
        Kind::Pipeline => {
            let options = ui.schema.pipelines.iter().map(|p| (p.id, p.label.as_str(), None)).collect();
            vec![Group { label: "", options }]
        }
        _ => {
            let options = field
                .options
                .iter()
                .filter(|c| offered(c.retired, c.id))
                .map(|c| (c.id, c.label.as_str(), Some(c.color.as_str())))
                .collect();
            vec![Group { label: "", options }]
        }
    }
}

fn plain(group: &Group<'_>, now: &str) -> Markup {
    html! {
        @for (id, label, _) in &group.options {
            @let id = id.to_string();
            option value=(id) selected[id == now] translate="no" { (label) }
        }
    }
}

fn rich(group: &Group<'_>) -> Markup {
    html! {
        @for (id, label, colour) in &group.options {
            (combo::option(&id.to_string(), label, match colour {
                Some(colour) => pill::pill(label, colour),
                None => html! { span class="trunc" { (label) } },
            }))
        }
    }
}
