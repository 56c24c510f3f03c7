//! What stands around every page: the document, the sidebar, the top bar, the bar at the foot of a phone, and the dialogs that
//! every page carries.

mod bottom;
mod keys;
mod menus;
mod side;

use crate::base::id::ObjectId;
use crate::web::assets::{FONT, SCRIPT, STYLE};
use crate::web::look::Look;
use crate::web::messages::Lang;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
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
    /// How many records are behind it.
    pub count: Option<u64>,
    /// The object whose entries can be folded away; `None` for an entry without any.
    pub object: Option<ObjectId>,
    /// Entries below it.
    pub below: Vec<NavItem>,
}

/// Something one may make.
pub struct NewItem {
    /// What it is called.
    pub text: String,
    /// Icon name.
    pub icon: String,
    /// Where its form is.
    pub href: String,
}

/// A page inside the shell.
pub struct Shell<'a> {
    /// The language.
    pub lang: Lang,
    /// Theme and mode.
    pub look: &'a Look,
    /// Whether the keys are a Mac's.
    pub mac: bool,
    /// Name of the workspace.
    pub workspace: &'a str,
    /// Title of the window, without the workspace's name.
    pub title: &'a str,
    /// The signed-in member's name.
    pub me_label: &'a str,
    /// Their picture or initials.
    pub me_sign: Markup,
    /// Whether they may change the workspace's settings.
    pub admin: bool,
    /// Entries above the objects.
    pub main: &'a [NavItem],
    /// The objects.
    pub objects: &'a [NavItem],
    /// What one may make; the first is what `New` makes here.
    pub new: &'a [NewItem],
    /// Address of this page, to come back to after a change of looks.
    pub here: &'a str,
    /// What stands above every page while something is wrong with the whole workspace.
    pub alarm: Option<Markup>,
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
                data-text-leave=(lang.t("shell.leave")) data-text-saved=(lang.t("done.saved")) { (body) }
        }
    }
}

/// The main part alone, for a script that has the shell already.
pub fn part(lang: Lang, look: &Look, title: &str, body: &Markup) -> Markup {
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(title)], false);
    html! { title { (title) } (main_part(lang, look, &crumbs, &html! {}, body)) }
}

/// The main part. A script that goes from page to page takes it out of the answer, if `data-assets` says that the answer is made
/// for the styles and scripts it has.
fn main_part(lang: Lang, look: &Look, crumbs: &Markup, actions: &Markup, body: &Markup) -> Markup {
    html! {
        main class="main" id="main" tabindex="-1" data-shell data-look=(look.classes()) data-assets={ (SCRIPT) (STYLE) } {
            header class="top" {
                a class="btn btn-ghost btn-icon only-phone" href="#menu" data-drawer-open aria-label=(lang.t("shell.menu")) { (icon::icon("menu")) }
                form class="side-show" method="post" action="/look" data-look {
                    button class="btn btn-ghost btn-icon" type="submit" name="side" value="on" data-hotkey="[" aria-label=(lang.t("shell.side_on")) title=(lang.t("shell.side_on")) { (icon::icon("panel-left")) }
                }
                (crumbs)
                (actions)
                a class="btn btn-ghost btn-icon only-phone" href="/search" data-palette-open aria-label=(lang.t("shell.search")) { (icon::icon("search")) }
            }
            (body)
        }
    }
}

impl maud::Render for Shell<'_> {
    fn render(&self) -> Markup {
        let lang = self.lang;
        let title = format!("{} · {}", self.title, self.workspace);
        let actions = html! { (self.actions) (self.new_menu()) };
        let page = html! { @if let Some(alarm) = &self.alarm { (alarm) } (self.body) };
        let body = html! {
            a class="skip" href="#main" { (lang.t("shell.skip")) }
            div class="progress" {}
            div class="app" {
                (self.side())
                a class="side-close" href="#main" data-drawer-close tabindex="-1" aria-hidden="true" {}
                (main_part(lang, self.look, &self.crumbs, &actions, &page))
                (self.bottom())
            }
            div class="offline" id="offline" role="status" hidden { (icon::sized("wifi-off", "icon icon-14")) span { (lang.t("shell.offline")) } }
            div id="toasts" class="toasts" aria-live="polite" {}
            (palette::palette(lang))
            (keys::dialog(lang, self.mac))
        };
        document(lang, self.look, &title, body)
    }
}
