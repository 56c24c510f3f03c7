//! A day. Without script the browser's own control; with it a text that takes what people say (`next friday`) and a calendar. Days
//! on which something is due say how far away they are, in red once they have passed.

use super::{Input, described_by};
use crate::base::time;
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, StageKind, Value};
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};

/// Days from today, either way, that a hint counts one by one.
const HINT_DAYS: i32 = 365;
/// Words in the names of fields whose day, once passed, means that something is late.
const DUE_WORDS: [&str; 8] = ["due", "renewal", "renews", "close", "closing", "expiry", "expires", "expiration"];
/// Statuses that close a record: nothing of it is late any more.
const CLOSED: [&str; 6] = ["completed", "done", "closed", "closed_won", "closed_lost", "cancelled"];
/// Regions whose calendars begin on Sunday.
const SUNDAY_REGIONS: [&str; 9] = ["US", "CA", "MX", "BR", "JP", "IL", "PH", "IN", "KR"];

pub(super) fn view(day: i32) -> Markup {
    html! { time class="num" datetime=(time::date_text(day)) { (time::show_date(day)) } }
}

/// A day as a table shows it; one on which something is due says how far away it is, in red where it has passed and the record is
/// still open.
pub(super) fn view_due(ui: &Ui<'_>, field: &Field, day: i32, open: bool) -> Markup {
    let hint = is_due(field).then(|| hint(ui, day, open)).flatten();
    html! {
        (view(day))
        @if let Some((text, late)) = hint { " " span class={ "hint num" @if late { " late" } } translate="yes" { (text) } }
    }
}

/// Whether nothing has closed the record: neither its stage nor its status.
pub fn is_open(ui: &Ui<'_>, object: &Object, values: &Values) -> bool {
    object.fields.iter().filter_map(|field| Some((field, values.get(field.id)?))).all(|(field, value)| match value {
        Value::Choice(id) if field.kind == Kind::Stage => {
            ui.schema.stage(*id).is_none_or(|(_, stage)| stage.kind == StageKind::Open)
        }
        Value::Choice(id) if field.name == "status" => {
            field.choice_by_id(*id).is_none_or(|choice| !CLOSED.contains(&choice.name.as_str()))
        }
        _ => true,
    })
}

/// Whether the field's day means that something is to be done by then.
fn is_due(field: &Field) -> bool {
    field.name.split('_').any(|word| DUE_WORDS.contains(&word))
}

/// `6d`, `3d late`; nothing for days far away.
fn hint(ui: &Ui<'_>, day: i32, open: bool) -> Option<(String, bool)> {
    let days = day - time::day_of(ui.now, ui.zone);
    match days {
        0 if open => Some((ui.t("value.today").into_owned(), false)),
        1..=HINT_DAYS => Some((ui.lang.with("value.in_days", &[("n", &days)]), false)),
        _ if open && (-HINT_DAYS..0).contains(&days) => Some((ui.lang.with("value.days_ago", &[("n", &-days)]), true)),
        _ => None,
    }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let typed = input.parts.one("");
    let day = time::parse_date(typed).ok();
    // A year of fewer digits reads as another date when it is written out.
    let shown = day.filter(|day| time::date(*day).year() >= 1000).map(time::show_date).unwrap_or_default();
    picker(ui, input, &Picker { native: "date", is_native: day.is_some() || typed.is_empty(), shown: &shown })
}

/// What a control for days or moments is made of.
pub(super) struct Picker<'a> {
    /// The browser's own control.
    pub native: &'a str,
    /// Whether that can hold the text; what was typed otherwise stays as text.
    pub is_native: bool,
    /// The text as people read it; empty where only the exact one comes back as the same value.
    pub shown: &'a str,
}

/// The control, which script turns into a text with a calendar.
pub(super) fn picker(ui: &Ui<'_>, input: &Input<'_>, picker: &Picker<'_>) -> Markup {
    let today = time::date_text(time::day_of(ui.now, ui.zone));
    let sunday = SUNDAY_REGIONS.contains(&ui.region);
    let preview = super::object_of(ui, input.field)
        .map(|o| format!("/pick/dates?object={}&field={}&text=", o.name, input.field.name));
    html! {
        date-picker class="date" data-preview=[preview] data-kind=(picker.native) data-today=(today) data-week-start=(if sunday { 0 } else { 1 }) data-shown=(picker.shown)
            data-name=(input.field.label) data-text-open=(ui.t("date.open")) data-text-before=(ui.t("date.before")) data-text-after=(ui.t("date.after"))
            data-text-today=(ui.t("date.today")) data-text-clear=(ui.t("date.clear")) data-text-time=(ui.t("date.time"))
            data-text-hint=(ui.t("date.hint")) data-lang=(ui.lang.tag()) {
            input class="input" type=(if picker.is_native { picker.native } else { "text" }) id=(input.id) name=(input.field.name)
                value=(input.parts.one("")) autocomplete="off" spellcheck="false" required[input.field.required]
                aria-invalid=[input.invalid.then_some("true")] aria-describedby=[described_by(input)];
            span class="date-icon" aria-hidden="true" { (icon::sized("calendar", "icon icon-14")) }
        }
    }
}
