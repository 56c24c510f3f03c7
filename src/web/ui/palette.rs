//! The search dialog that every page carries: an input, a list filled while one types, hints at its foot; and what the list
//! is filled with.

use crate::web::messages::Lang;
use crate::web::ui::icon;
use maud::{Markup, html};

/// A kind of record that results can be narrowed to.
pub struct Scope {
    /// Name of the object; empty for all.
    pub name: String,
    /// What it is called.
    pub label: String,
    /// Whether that is data, not ours.
    pub data: bool,
    /// How many were found, as text.
    pub count: String,
    /// The results page narrowed so.
    pub href: String,
    /// It is the one that is shown.
    pub chosen: bool,
}

/// Something to do beside opening a record.
pub struct Action {
    /// Its option's id.
    pub id: String,
    /// Icon name.
    pub icon: String,
    /// What it does.
    pub text: String,
    /// Where.
    pub href: String,
    /// The page may come as a panel on the right.
    pub panel: bool,
}

/// What the dialog shows for what was typed.
pub struct Answer {
    /// The language.
    pub lang: Lang,
    /// What results can be narrowed to; none where nothing was found.
    pub scopes: Vec<Scope>,
    /// How much was found; empty before anything is typed.
    pub summary: String,
    /// A sentence above the list; empty for none.
    pub notice: String,
    /// The records, as options.
    pub hits: Markup,
    /// And what one can do.
    pub actions: Vec<Action>,
}

impl Answer {
    /// As the dialog takes it.
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if !self.scopes.is_empty() {
                div class="small-tabs palette-scopes" role="tablist" aria-label=(lang.t("search.scopes")) {
                    @for scope in &self.scopes {
                        button type="button" role="tab" data-scope=(scope.name) aria-controls="palette-list" aria-selected=(scope.chosen)
                            tabindex=(if scope.chosen { "0" } else { "-1" }) translate=[scope.data.then_some("no")] { (scope.label) " " span class="num" { (scope.count) } }
                    }
                }
            }
            @if !self.notice.is_empty() { p class="palette-notice" { (self.notice) } }
            div class="palette-list" id="palette-list" role="listbox" aria-label=(lang.t("search.results")) data-summary=(self.summary) {
                (self.hits)
                @if !self.actions.is_empty() {
                    div class="hits" role="group" aria-labelledby="hits-actions" data-actions {
                        div class="hits-head" id="hits-actions" role="presentation" { (lang.t("search.actions")) }
                        @for action in &self.actions {
                            a class="hit" role="option" aria-selected="false" tabindex="-1" id=(action.id) href=(action.href) data-panel[action.panel] {
                                span class="avatar avatar-28 avatar-square c-gray" aria-hidden="true" { (icon::icon(&action.icon)) }
                                span class="hit-text" { b class="trunc" { (action.text) } }
                                span class="hit-fact" {}
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The scopes as links of the results page.
pub fn scope_links(lang: Lang, scopes: &[Scope]) -> Markup {
    html! {
        nav class="small-tabs" aria-label=(lang.t("search.scopes")) {
            @for scope in scopes {
                a href=(scope.href) aria-current=[scope.chosen.then_some("page")] translate=[scope.data.then_some("no")] { (scope.label) " " span class="num" { (scope.count) } }
            }
        }
    }
}

/// The search dialog; its list is filled while one types.
pub fn palette(lang: Lang) -> Markup {
    html! {
        dialog class="palette" id="palette" aria-label=(lang.t("shell.search")) data-text-failed=(lang.t("search.failed")) {
            form method="get" action="/search" role="search" {
                (icon::sized("search", "icon icon-20"))
                input type="text" name="q" autocomplete="off" autocapitalize="off" spellcheck="false" enterkeyhint="go" maxlength="200"
                    placeholder=(lang.t("search.placeholder")) aria-label=(lang.t("shell.search"))
                    role="combobox" aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list" aria-haspopup="listbox";
                button class="btn btn-ghost only-desk" type="button" data-palette-close { kbd translate="no" { "Esc" } span class="hidden-text" { (lang.t("search.close")) } }
                button class="btn btn-ghost only-phone" type="button" data-palette-close { (lang.t("search.cancel")) }
            }
            div class="palette-body" data-palette-answer {
                div class="palette-list" id="palette-list" role="listbox" aria-label=(lang.t("search.results")) {}
            }
            div class="palette-foot" {
                span class="palette-keys" aria-hidden="true" {
                    span { kbd translate="no" { "↑" } kbd translate="no" { "↓" } (lang.t("search.move")) }
                    span { kbd translate="no" { "↵" } (lang.t("search.open")) }
                    span { kbd translate="no" data-mod { "Ctrl" } kbd translate="no" { "↵" } (lang.t("search.new_tab")) }
                    span { kbd translate="no" { "→" } (lang.t("search.narrow")) }
                    span { kbd translate="no" { "Tab" } (lang.t("search.to_actions")) }
                }
                span class="num" role="status" data-palette-summary {}
            }
        }
    }
}
