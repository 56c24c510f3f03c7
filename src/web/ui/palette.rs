//! The search dialog that every page carries: an input, a list filled while one types, hints at its foot.

use crate::web::messages::Lang;
use crate::web::ui::icon;
use maud::{Markup, html};

/// The search dialog; its list is filled while one types.
pub fn palette(lang: Lang) -> Markup {
    html! {
        dialog class="palette" id="palette" aria-label=(lang.t("shell.search")) {
            form method="get" action="/search" role="search" {
                (icon::sized("search", "icon icon-20"))
                input type="search" name="q" autocomplete="off" spellcheck="false" placeholder=(lang.t("search.placeholder")) aria-label=(lang.t("shell.search"))
                    role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                    hx-get="/search/hits" hx-trigger="input changed delay:80ms" hx-target="#palette-list" hx-sync="this:replace";
                button class="btn btn-ghost" type="button" data-palette-close { (lang.t("search.close")) }
            }
            div class="palette-list" id="palette-list" role="listbox" aria-label=(lang.t("search.results")) {}
            div class="palette-foot" aria-hidden="true" {
                span { kbd translate="no" { "↑" } kbd translate="no" { "↓" } (lang.t("search.move")) }
                span { kbd translate="no" { "↵" } (lang.t("search.open")) }
                span { kbd translate="no" { "Esc" } (lang.t("search.leave")) }
            }
        }
    }
}
