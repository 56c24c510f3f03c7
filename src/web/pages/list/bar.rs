//! Above a list: the filter as text, what is wrong with it, and the other lists of the same object.

use super::listing::Listing;
use crate::base::Problem;
use crate::model::Object;
use crate::model::rules::{self, Action};
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::ui::empty::Empty;
use crate::web::ui::icon;
use maud::{Markup, Render, html};

/// The bar; `problem` is what is wrong with the filter in it. A filter that can't be read leaves the rows as they were.
pub fn bar(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, problem: Option<&Problem>) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    html! {
        div class="bar" id="list-bar" {
            form class="filter" method="get" action=(path) role="search" aria-label=(lang.t("list.filter"))
                hx-get=(path) hx-target="#list" hx-select="#list" hx-swap="outerHTML" hx-push-url="true"
                hx-status:400="target:#list-bar select:#list-bar" {
                @if let Some(view) = listing.view { input type="hidden" name="view" value=(view.id); }
                @if !listing.sort.is_empty() { input type="hidden" name="sort" value=(listing.sort); }
                label class="filter-box" {
                    (icon::sized("list-filter", "icon icon-14"))
                    span class="hidden-text" { (lang.t("list.filter")) }
                    input id="filter" type="text" name="filter" value=(listing.filter) placeholder=(lang.t("list.filter_example")) autocomplete="off" spellcheck="false" data-filter
                        aria-invalid=[problem.map(|_| "true")] aria-describedby=[problem.map(|_| "filter-problem")];
                    @if !listing.filter.is_empty() {
                        a class="filter-clear" href=(listing.link(&path, &[("filter", "")])) aria-label=(lang.t("list.clear")) title=(lang.t("list.clear")) { (icon::sized("x", "icon icon-14")) }
                    }
                }
                button class="btn hidden-text" type="submit" tabindex="-1" { (lang.t("list.apply")) }
            }
            a class="btn btn-ghost btn-icon" href=(link("/trash", [("object", object.name.as_str())])) aria-label=(lang.t("trash.title")) title=(lang.t("trash.title")) { (icon::icon("trash-2")) }
            @if rules::may(desk.actor(), Action::Import, object.id) {
                @let label = lang.with("list.import_objects", &[("objects", &object.label_plural.to_lowercase())]);
                a class="btn btn-ghost btn-icon" href={ "/import/" (object.name) } aria-label=(label) title=(label) { (icon::icon("upload")) }
            }
            @if let Some(problem) = problem { (mistake(listing, problem)) }
        }
    }
}

/// The place in the text that can't be read, and what to do about it; the text stays in the box.
fn mistake(listing: &Listing<'_>, problem: &Problem) -> Markup {
    let at = problem.at.filter(|at| listing.filter.get(..*at).is_some()).unwrap_or(listing.filter.len());
    let (before, rest) = listing.filter.split_at(at);
    let word = rest.find(|c: char| c.is_whitespace() || c == ')').filter(|i| *i > 0).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(word);
    html! {
        div class="filter-problem" id="filter-problem" role="alert" translate="no" {
            @if !listing.filter.is_empty() {
                p class="where" { (before) mark { @if word.is_empty() { "…" } @else { (word) } } (behind) }
            }
            p { (icon::sized("circle-alert", "icon icon-14")) (problem.message) }
        }
    }
}

/// In the place of the rows, where the address holds a filter that can't be read.
pub fn unread(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Markup {
    let lang = desk.ask.lang;
    let all = listing.link(&format!("/{}", object.name), &[("filter", ""), ("sort", "")]);
    Empty {
        icon: "search-x",
        title: lang.t("list.unread").into_owned(),
        text: lang.t("list.unread_help").into_owned(),
        actions: html! { a class="btn" href=(all) { (lang.t("list.clear")) } },
    }
    .render()
}

/// In the place of the rows, where there are none: nothing yet, or nothing that matches.
pub fn empty(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Markup {
    let filtered = !listing.filter.is_empty() || listing.view.is_some();
    if filtered { none_match(desk, object, listing) } else { none_yet(desk, object) }
}

fn none_match(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    let plural = object.label_plural.to_lowercase();
    let by: String = match (listing.view, listing.filter) {
        (Some(view), "") => view.name.clone(),
        (_, filter) => filter.to_owned(),
    };
    Empty {
        icon: "search-x",
        title: lang.with("list.none_match", &[("objects", &plural)]),
        text: lang.with("list.none_match_help", &[("filter", &by)]),
        actions: html! {
            @if !listing.filter.is_empty() { a class="btn" href=(listing.link(&path, &[("filter", "")])) { (lang.t("list.clear")) } }
            @if listing.view.is_some() { a class="btn" href=(path) { (lang.with("list.all", &[("objects", &plural)])) } }
        },
    }
    .render()
}

fn none_yet(desk: &Desk<'_>, object: &Object) -> Markup {
    let lang = desk.ask.lang;
    let plural = object.label_plural.to_lowercase();
    let may_create = rules::may(desk.actor(), Action::Create, object.id);
    let help = if may_create { "list.none_help" } else { "list.none_yet" };
    Empty {
        icon: &object.icon,
        title: lang.with("list.none", &[("objects", &plural)]),
        text: lang.with(help, &[("objects", &plural)]),
        actions: html! {
            @if may_create {
                a class="btn btn-primary" href={ "/" (object.name) "/new" } data-panel { (icon::icon("plus")) (lang.with("list.add", &[("object", &object.label.to_lowercase())])) }
            }
            @if rules::may(desk.actor(), Action::Import, object.id) {
                a class="btn" href={ "/import/" (object.name) } { (icon::icon("upload")) (lang.t("list.import")) }
            }
        },
    }
    .render()
}

/// The name of the open list, which opens a menu of the object's other ones; nothing where there are none.
pub fn views(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Option<Markup> {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    let views: Vec<_> = desk.schema.views.iter().filter(|v| v.object == object.id).collect();
    if views.is_empty() {
        return None;
    }
    let all = lang.with("list.all", &[("objects", &object.label_plural.to_lowercase())]);
    let here = listing.view.map(|v| v.id);
    Some(html! {
        details class="menu menu-down views" {
            summary class="btn btn-ghost" {
                (icon::sized("table-2", "icon icon-14"))
                @match listing.view { Some(view) => b class="trunc" translate="no" { (view.name) }, None => b class="trunc" { (all) } }
                (icon::sized("chevron-down", "icon icon-12"))
            }
            ul class="menu-list" {
                li { a class="menu-item" href=(path) aria-current=[here.is_none().then_some("page")] { (all) } }
                @for view in views {
                    li { a class="menu-item" href=(link(&path, [("view", view.id.to_string().as_str())])) translate="no" title=(view.meaning)
                        aria-current=[(here == Some(view.id)).then_some("page")] { (view.name) } }
                }
            }
        }
    })
}
