//! Several of a field's options: pills, and boxes to tick.

use super::Input;
use crate::base::id::OptionId;
use crate::model::Field;
use crate::web::ui::pill;
use maud::{Markup, html};

pub(super) fn view(field: &Field, options: &[OptionId]) -> Markup {
    html! {
        @for choice in options.iter().filter_map(|o| field.choice_by_id(*o)) { (pill::pill(&choice.label, &choice.color)) }
    }
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    let now: Vec<&str> = input.parts.all().collect();
    html! {
        input type="hidden" name=(input.field.name) value="";
        div class="choices" {
            @for (i, choice) in input.field.options.iter().enumerate() {
                @let id = choice.id.to_string();
                @let ticked = now.contains(&id.as_str());
                @if ticked || !choice.retired {
                    label {
                        input class="check" type="checkbox" id=[(i == 0).then_some(input.id)] name=(input.field.name) value=(id) checked[ticked];
                        span translate="no" { (choice.label) }
                    }
                }
            }
        }
    }
}
