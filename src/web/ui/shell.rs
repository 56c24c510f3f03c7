//! What stands around every page: the document, the sidebar, the top bar, the search dialog, the bar at the foot of a phone.

use crate::web::assets::{FONT, SCRIPT, STYLE};
use crate::web::look::{Look, MODES, THEMES};
use crate::web::messages::Lang;
use crate::web::ui::{icon, palette};
use maud::{DOCTYPE, Markup, html};

/// One entry of the sidebar.
pub struct NavItem {
    /// What it is called.
    pub text: String,
    /// Whether the name is data, not ours.
    pub data: bool,
    /// Icon name; empty for none.
    pub icon: String,
    /// Where it leads.
    pub href: String,
    /// The page one is on.
    pub current: bool,
    /// Entries below it.
    pub below: Vec<NavItem>,
}

/// A page inside the shell.
pub struct Shell<'a> {
    /// The language.
    pub lang: Lang,
    /// Theme and mode.
    pub look: &'a Look,
    /// Name of the workspace.
    pub workspace: &'a str,
    /// Title of the window, without the workspace's name.
    pub title: &'a str,
    /// And their name.
    pub me_label: &'a str,
    /// Their picture or initials.
    pub me_sign: Markup,
    /// Entries above the objects.
    pub main: &'a [NavItem],
    /// The objects.
    pub objects: &'a [NavItem],
    /// Where `New` leads.
    pub new_href: Option<String>,
    /// Address of this page, to come back to after a change of looks.
    pub here: &'a str,
    /// Left of the top bar.
    pub crumbs: Markup,
    /// Right of the top bar.
    pub actions: Markup,
    /// The page.
    pub body: Markup,
}

/// A document: head, then `body`.
pub fn document(lang: Lang, look: &Look, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.tag()) class=(look.classes()) {
            head {
                meta charset="utf-8";
                title { (title) }
                meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                meta name="htmx-config" content="includeIndicatorCSS:false, defaultTimeout:30000";
                link rel="icon" href="data:,";
                link rel="preload" href={ "/assets/" (FONT) } as="font" type="font/woff2" crossorigin="anonymous";
                link rel="stylesheet" href={ "/assets/" (STYLE) };
                script src={ "/assets/" (SCRIPT) } defer {}
            }
            body hx-sync="replace" data-text-failed=(lang.t("error.failed")) data-text-offline=(lang.t("error.offline"))
                data-text-leave=(lang.t("shell.leave")) { (body) }
        }
    }
}

impl maud::Render for Shell<'_> {
    fn render(&self) -> Markup {
        let lang = self.lang;
        let title = format!("{} · {}", self.title, self.workspace);
        let body = html! {
            a class="skip" href="#main" { (lang.t("shell.skip")) }
            div class="progress" {}
            div class="app" {
                (self.side())
                a class="side-close" href="#main" tabindex="-1" aria-label=(lang.t("shell.close_menu")) {}
                (self.page())
                (self.bottom())
            }
            div id="toasts" class="toasts" aria-live="polite" {}
            (palette::palette(lang))
        };
        document(lang, self.look, &title, body)
    }
}

/// The main part alone, for a script that has the shell already.
pub fn part(lang: Lang, look: &Look, title: &str, body: Markup) -> Markup {
    let crumbs = crate::web::ui::breadcrumb::breadcrumb(
        &lang.t("shell.crumbs"),
        &[crate::web::ui::breadcrumb::Crumb::here(title)],
        false,
    );
    html! { title { (title) } (main_part(lang, look, &crumbs, &html! {}, &body)) }
}

/// The main part. A script that goes from page to page takes it out of the answer, if `data-assets` says that the answer is made
/// for the styles and scripts it has.
fn main_part(lang: Lang, look: &Look, crumbs: &Markup, actions: &Markup, body: &Markup) -> Markup {
    html! {
        main class="main" id="main" tabindex="-1" data-shell data-look=(look.classes()) data-assets={ (SCRIPT) (STYLE) } {
            header class="top" {
                a class="btn btn-ghost btn-icon only-phone" href="#menu" aria-label=(lang.t("shell.menu")) { (icon::icon("menu")) }
                (crumbs)
                (actions)
                a class="btn btn-ghost btn-icon only-phone" href="/search" data-palette-open aria-label=(lang.t("shell.search")) { (icon::icon("search")) }
            }
            (body)
        }
    }
}

impl Shell<'_> {
    fn page(&self) -> Markup {
        main_part(self.lang, self.look, &self.crumbs, &self.actions, &self.body)
    }

    fn side(&self) -> Markup {
        let lang = self.lang;
        html! {
            aside class="side" id="menu" aria-label=(lang.t("shell.workspace")) {
                a class="workspace" href="/" {
                    span class="logo" { (icon::icon("handshake")) }
                    span class="trunc" translate="no" { (self.workspace) }
                }
                a class="side-search" href="/search" data-palette-open data-hotkey="/" aria-keyshortcuts="Control+K Meta+K /" {
                    (icon::icon("search")) span class="grow" { (lang.t("shell.search")) }
                    kbd translate="no" { "/" }
                }
                nav class="nav" id="nav" aria-label=(lang.t("shell.main")) tabindex="-1" {
                    (list(self.main))
                    h2 { (lang.t("shell.records")) }
                    (list(self.objects))
                }
                div class="side-foot" { (self.me()) }
            }
        }
    }

    fn me(&self) -> Markup {
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
                        h3 { (lang.t("look.theme")) }
                        div class="swatches" role="group" aria-label=(lang.t("look.theme")) {
                            @for theme in THEMES {
                                button type="submit" class={ "swatch theme-" (theme) } name="theme" value=(theme) title=(theme_name(lang, theme))
                                    aria-label=(theme_name(lang, theme)) aria-pressed=(theme == self.look.theme) { (icon::icon("check")) }
                            }
                        }
                    }
                    hr;
                    form method="post" action="/logout" {
                        button class="menu-item" type="submit" { (icon::icon("log-out")) (lang.t("shell.sign_out")) }
                    }
                }
            }
        }
    }

    fn bottom(&self) -> Markup {
        let lang = self.lang;
        let entry = |item: &NavItem| {
            html! {
                a href=(item.href) aria-current=[item.current.then_some("page")] {
                    (icon::icon(&item.icon)) span class="trunc" translate=[item.data.then_some("no")] { (item.text) }
                }
            }
        };
        html! {
            nav class="bottom-nav" id="bottom-nav" aria-label=(lang.t("shell.bottom")) {
                @if let Some(home) = self.main.first() { (entry(home)) }
                @if let Some(first) = self.objects.first() { (entry(first)) }
                @match &self.new_href {
                    Some(href) => a class="plus" href=(href) data-panel aria-label=(lang.t("shell.new")) { span { (icon::icon("plus")) } },
                    None => span {},
                }
                @if let Some(third) = self.objects.get(2) { (entry(third)) }
                @if let Some(fourth) = self.objects.get(3) { (entry(fourth)) }
            }
        }
    }
}

fn theme_name(lang: Lang, theme: &str) -> std::borrow::Cow<'static, str> {
    match theme {
        "ocean" => lang.t("look.ocean"),
        "forest" => lang.t("look.forest"),
        "sunset" => lang.t("look.sunset"),
        "violet" => lang.t("look.violet"),
        "rose" => lang.t("look.rose"),
        "midnight" => lang.t("look.midnight"),
        _ => lang.t("look.classic"),
    }
}

fn list(items: &[NavItem]) -> Markup {
    html! { ul { @for item in items { li { (link(item)) @if !item.below.is_empty() { ul class="sub-nav" { @for below in &item.below { li { (link(below)) } } } } } } } }
}

fn link(item: &NavItem) -> Markup {
    html! {
        a class="nav-link" href=(item.href) aria-current=[item.current.then_some("page")] {
            @if !item.icon.is_empty() { (icon::icon(&item.icon)) }
            span class="trunc" translate=[item.data.then_some("no")] { (item.text) }
        }
    }
}
