//! The sidebar: the workspace, search, where one can go, settings and oneself.

use super::{NavItem, Shell};
use crate::web::look::Look;
use crate::web::messages::{Lang, grouped};
use crate::web::ui::icon;
use maud::{Markup, html};

impl Shell<'_> {
    /// The sidebar.
    pub(super) fn side(&self) -> Markup {
        let lang = self.lang;
        html! {
            aside class="side" id="menu" aria-label=(lang.t("shell.workspace")) {
                div class="side-head" {
                    (self.workspace_menu())
                    form class="side-hide" method="post" action="/look" data-look {
                        button class="btn btn-ghost btn-icon" type="submit" name="side" value="off" data-hotkey="[" aria-label=(lang.t("shell.side_off")) title=(lang.t("shell.side_off")) { (icon::icon("panel-left")) }
                    }
                    a class="btn btn-ghost btn-icon side-x" href="#main" data-drawer-close aria-label=(lang.t("shell.close_menu")) { (icon::icon("x")) }
                }
                a class="side-search" href="/search" data-palette-open data-hotkey="/" aria-keyshortcuts="Control+K Meta+K /" {
                    (icon::icon("search")) span class="grow" { (lang.t("shell.search")) }
                    kbd translate="no" { (if self.mac { "⌘" } else { "Ctrl" }) } kbd translate="no" { "K" }
                }
                nav class="nav" id="nav" aria-label=(lang.t("shell.main")) tabindex="-1" {
                    ul { @for item in self.main { li { (link(item)) } } }
                    h2 { (lang.t("shell.records")) }
                    ul { @for item in self.objects { (section(lang, self.look, item)) } }
                }
                div class="side-foot" id="side-foot" {
                    a class="nav-link" href="/settings" aria-current=[self.here.starts_with("/settings").then_some("page")] { (icon::icon("settings")) span class="trunc" { (lang.t("settings.title")) } }
                    (self.me_menu())
                }
            }
        }
    }
}

/// An object with its saved views, which can be folded away.
fn section(lang: Lang, look: &Look, item: &NavItem) -> Markup {
    let Some(object) = item.object.filter(|_| !item.below.is_empty()) else { return html! { li { (link(item)) } } };
    html! {
        li class="nav-section" {
            (link(item))
            details id={ "views-" (object.0) } data-fold=(object.0) open[!look.folded.contains(&object)] {
                summary aria-label=(lang.with("shell.views_of", &[("object", &item.text)])) { (icon::sized("chevron-right", "icon icon-14")) }
                ul class="sub-nav" { @for below in &item.below { li { (link(below)) } } }
            }
        }
    }
}

fn link(item: &NavItem) -> Markup {
    html! {
        a class="nav-link" href=(item.href) aria-current=[item.current.then_some("page")] {
            @if !item.icon.is_empty() { (icon::icon(&item.icon)) }
            span class="trunc" translate=[item.data.then_some("no")] { (item.text) }
            @if let Some(count) = item.count { span class="count" translate="no" { (grouped(count)) } }
        }
    }
}
