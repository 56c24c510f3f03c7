//! A moment, in the reader's time zone. The control is a text that takes what people say (`tomorrow at 3pm`); script adds the
//! calendar.

use super::date::{Picker, picker};
use super::{Input, Place};
use crate::base::clock::Millis;
use crate::base::time;
use crate::model::Field;
use crate::web::ui::Ui;
use jiff::tz::TimeZone;
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, moment: Millis, place: Place) -> Markup {
    let text = match place {
        Place::Detail => time::show_moment(moment, ui.zone),
        Place::Cell => time::show_date(time::day_of(moment, ui.zone)),
    };
    html! {
        time class="num" datetime=(time::moment_text(moment)) title=[(place == Place::Cell).then(|| time::show_moment(moment, ui.zone))] { (text) }
    }
}

/// A moment as a table shows it: its day, and how far away that is where something is due.
pub(super) fn view_due(ui: &Ui<'_>, field: &Field, moment: Millis, open: bool) -> Markup {
    html! { span title=(time::show_moment(moment, ui.zone)) { (super::date::view_due(ui, field, time::day_of(moment, ui.zone), open)) } }
}

/// The moment as its control holds it: what a clock on the wall shows, and the whole truth where that says too little (a time
/// that comes twice, parts of a second).
pub(super) fn text(moment: Millis, zone: &TimeZone) -> String {
    let local = time::local(moment, zone);
    for form in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"] {
        let text = local.strftime(form).to_string();
        if time::parse_local(&text, zone) == Ok(moment) {
            return text;
        }
    }
    time::moment_text(moment)
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let typed = input.parts.one("");
    let moment = time::parse_local(typed, ui.zone).ok();
    let shown = moment.map(|moment| time::show_moment(moment, ui.zone)).unwrap_or_default();
    let exact = moment.is_some_and(|moment| moment % 60_000 == 0);
    picker(
        ui,
        input,
        &Picker {
            native: "datetime-local",
            is_native: moment.is_some() || typed.is_empty(),
            shown: if exact { &shown } else { "" },
        },
    )
}
