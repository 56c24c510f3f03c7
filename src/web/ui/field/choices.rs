//! Several of a field's options: pills, and boxes to tick, which script makes a picker of.

use super::Input;
use super::combo::{self, Combo};
use crate::base::id::OptionId;
use crate::model::Field;
use crate::web::ui::{Ui, pill};
use maud::{Markup, html};

pub(super) fn view(field: &Field, options: &[OptionId]) -> Markup {
    html! {
        @for choice in options.iter().filter_map(|o| field.choice_by_id(*o)) { (pill::pill(&choice.label, &choice.color)) }
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let now: Vec<&str> = input.parts.all().collect();
    let ticked = |id: OptionId| now.contains(&id.to_string().as_str());
    let offered = || input.field.options.iter().filter(|c| !c.retired || ticked(c.id));
    let store = html! {
        div class="choices" data-value {
            @for (i, choice) in offered().enumerate() {
                label {
                    input class="check" type="checkbox" id=[(i == 0).then_some(input.id)] name=(input.field.name) value=(choice.id) checked[ticked(choice.id)];
                    (pill::pill(&choice.label, &choice.color))
                }
            }
        }
    };
    let list = html! {
        @for choice in offered() { (combo::option(&choice.id.to_string(), &choice.label, pill::pill(&choice.label, &choice.color))) }
    };
    let placeholder = ui.t("field.choose_some").into_owned();
    html! {
        // So that a form in which nothing is ticked still says so.
        input type="hidden" name=(input.field.name) value="";
        (combo::combo(ui, input, Combo { many: true, placeholder, store, list: Some(list), ..Combo::default() }))
    }
}
