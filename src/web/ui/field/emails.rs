//! E-mail addresses, the main one first: a line for each and an empty one to add another. One of them is marked as the main one.

use super::{Input, Place, described_by};
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};

pub(super) fn view(ui: &Ui<'_>, list: &[String], place: Place) -> Markup {
    match place {
        Place::Detail => html! { span class="lines" { @for text in list { span { (text) } } } },
        Place::Cell => html! {
            @if let Some(first) = list.first() { a href={ "mailto:" (first) } { (first) } }
            (more(ui, list.len()))
        },
    }
}

/// How many there are beside the first.
pub(super) fn more(ui: &Ui<'_>, count: usize) -> Markup {
    html! { @if count > 1 { " " span class="text-3" translate="yes" { (ui.lang.with("value.more", &[("n", &(count - 1))])) } } }
}

pub(super) fn input(ui: &Ui<'_>, input: &Input<'_>) -> Markup {
    let filled = input.parts.all().map(|text| Row { text, before: html! {} }).collect();
    rows(ui, input, "email", filled, html! {})
}

/// A line of a list that is edited.
pub(super) struct Row<'a> {
    /// Its text.
    pub text: &'a str,
    /// What stands before its input.
    pub before: Markup,
}

/// The lines that are filled and an empty one; `spare` stands in that. The one that is marked comes first when it is saved.
pub(super) fn rows(ui: &Ui<'_>, input: &Input<'_>, mode: &str, all: Vec<Row<'_>>, spare: Markup) -> Markup {
    let main = input.parts.one("primary").parse().unwrap_or(0);
    let mut lines: Vec<(bool, Row<'_>)> =
        all.into_iter().enumerate().map(|(i, row)| (i == main, row)).filter(|(_, row)| !row.text.is_empty()).collect();
    let several = lines.len() > 1;
    let marked = lines.iter().position(|(main, _)| *main).unwrap_or(0);
    lines.push((false, Row { text: "", before: spare }));
    html! {
        line-list class={ "input-list" @if several { " several" } } data-text-add=(ui.t("field.add_another")) {
            @for (i, (_, row)) in lines.iter().enumerate() {
                div class={ "input-line" @if i > 0 && row.text.is_empty() { " spare" } } {
                    label class="primary" title=(ui.t("field.primary")) {
                        input class="check" type="radio" name={ (input.field.name) ".primary" } value=(i) checked[i == marked] data-part
                            aria-label=(ui.t("field.primary"));
                    }
                    (row.before)
                    // The browser must not refuse what the server explains better.
                    input class="input" type="text" translate="no" inputmode=(mode) name=(input.field.name) value=(row.text) autocomplete="off" spellcheck="false"
                        id=[(i == 0).then_some(input.id)]
                        aria-label=(if i == 0 { input.field.label.clone() } else { ui.lang.with("field.another", &[("field", &input.field.label)]) })
                        placeholder=[(i > 0 && row.text.is_empty()).then(|| ui.t("field.add_another"))]
                        aria-invalid=[(input.invalid && i == 0).then_some("true")] aria-describedby=[described_by(input)];
                    button class="line-remove" type="button" hidden aria-label=(ui.t("field.remove_line")) { (icon::sized("x", "icon icon-14")) }
                }
            }
        }
    }
}
