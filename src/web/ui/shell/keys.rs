//! The dialog that lists the keys, opened by `?`.

use crate::web::messages::Lang;
use crate::web::ui::icon;
use maud::{Markup, html};

/// What one does, and the keys that do it; a space between two means together.
type Line = (&'static str, &'static [&'static str]);

/// What the keys do, by the place they do it in.
const GROUPS: [(&str, &[Line]); 3] = [
    (
        "keys.everywhere",
        &[
            ("keys.search", &["Ctrl K", "/"]),
            ("keys.new", &["C"]),
            ("keys.side", &["["]),
            ("keys.help", &["?"]),
            ("keys.close", &["Esc"]),
        ],
    ),
    ("keys.lists", &[("keys.next", &["J", "↓"]), ("keys.previous", &["K", "↑"]), ("keys.open", &["↵"])]),
    ("keys.records", &[("keys.edit", &["E", "F2", "↵"]), ("keys.save", &["↵", "Tab"]), ("keys.undo", &["Esc"])]),
];

/// The dialog.
pub(super) fn dialog(lang: Lang, mac: bool) -> Markup {
    html! {
        dialog class="sheet" id="keys" aria-labelledby="keys-title" {
            header class="sheet-head" {
                h2 id="keys-title" class="grow" { (lang.t("keys.title")) }
                form method="dialog" { button class="btn btn-ghost btn-icon" aria-label=(lang.t("keys.leave")) { (icon::icon("x")) } }
            }
            div class="keys" {
                @for (group, keys) in GROUPS {
                    section {
                        h3 { (lang.t(group)) }
                        dl { @for (what, keys) in keys { div { dt { (lang.t(what)) } dd translate="no" { @for key in *keys { (strokes(key, mac)) } } } } }
                    }
                }
            }
        }
    }
}

fn strokes(keys: &str, mac: bool) -> Markup {
    html! { span class="strokes" { @for key in keys.split(' ') { kbd { (if mac && key == "Ctrl" { "⌘" } else { key }) } } } }
}
