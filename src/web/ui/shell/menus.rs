//! The menus of the shell: the workspace's, one's own, and what one can make.

use super::Shell;
use crate::web::look::MODES;
use crate::web::ui::icon;
use maud::{Markup, html};

impl Shell<'_> {
    /// The workspace's menu, behind its name.
    pub(super) fn workspace_menu(&self) -> Markup {
        let lang = self.lang;
        let initial: String = self
            .workspace
            .chars()
            .find(|c| c.is_alphanumeric())
            .map_or_else(|| "A".into(), |c| c.to_uppercase().collect());
        html! {
            details class="menu grow" {
                summary class="workspace" {
                    span class="logo" aria-hidden="true" translate="no" { (initial) }
                    span class="trunc" translate="no" id="workspace-name" { (self.workspace) }
                    (icon::sized("chevrons-up-down", "icon icon-14"))
                }
                div class="menu-list menu-below" {
                    a class="menu-item" href="/" { (icon::icon("house")) (lang.t("home.title")) }
                    @if self.admin {
                        a class="menu-item" href="/settings/general" { (icon::icon("settings")) (lang.t("shell.workspace_settings")) }
                    }
                    a class="menu-item" href="/trash" { (icon::icon("trash-2")) (lang.t("trash.title")) }
                }
            }
        }
    }

    /// One's own menu, at the foot.
    pub(super) fn me_menu(&self) -> Markup {
        let lang = self.lang;
        html! {
            details class="menu menu-up" {
                summary class="nav-link" {
                    (self.me_sign)
                    span class="trunc grow" translate="no" { (self.me_label) }
                    (icon::icon("ellipsis"))
                }
                div class="menu-list" {
                    form method="post" action="/look" data-look {
                        input type="hidden" name="back" value=(self.here);
                        h3 { (lang.t("look.mode")) }
                        div class="seg" role="group" aria-label=(lang.t("look.mode")) {
                            @for (mode, name, key) in MODES.iter().zip(["monitor", "sun", "moon"]).zip(["look.system", "look.light", "look.dark"]).map(|((m, i), k)| (m, i, k)) {
                                button type="submit" name="mode" value=(mode) aria-pressed=(*mode == self.look.mode) title=(lang.t(key)) aria-label=(lang.t(key)) { (icon::icon(name)) }
                            }
                        }
                    }
                    hr;
                    a class="menu-item" href="/settings/experience" { (icon::icon("user-cog")) (lang.t("settings.experience")) }
                    button class="menu-item needs-script" type="button" data-open="keys" data-hotkey="?" { (icon::icon("keyboard")) span class="grow" { (lang.t("keys.title")) } kbd translate="no" { "?" } }
                    hr;
                    form method="post" action="/logout" {
                        button class="menu-item" type="submit" { (icon::icon("log-out")) (lang.t("shell.sign_out")) }
                    }
                }
            }
        }
    }

    /// `New` makes what the page is about; the menu beside it everything else.
    pub(super) fn new_menu(&self) -> Markup {
        let lang = self.lang;
        let Some(first) = self.new.first() else { return html! {} };
        html! {
            div class="split only-desk" {
                a class="btn btn-primary" href=(first.href) data-panel data-hotkey="c" aria-keyshortcuts="C" title=(lang.with("shell.new_of", &[("object", &first.text)])) {
                    (icon::icon("plus")) (lang.t("shell.new")) kbd translate="no" { "C" }
                }
                details class="menu menu-down" {
                    summary class="btn btn-primary btn-icon" aria-label=(lang.t("shell.new_menu")) { (icon::sized("chevron-down", "icon icon-14")) }
                    div class="menu-list" {
                        @for item in self.new {
                            a class="menu-item" href=(item.href) data-panel { (icon::icon(&item.icon)) span translate="no" { (item.text) } }
                        }
                    }
                }
            }
        }
    }
}
