//! The form over an object's fields: the ones that matter first, the rest by their groups one click away. A new record's form and
//! the one that changes all fields are the same; it stands on a page of its own or in the panel over another page.

use crate::base::Problem;
use crate::base::id::Row;
use crate::model::rules;
use crate::model::{Field, Kind, Object};
use crate::web::desk::Desk;
use crate::web::ui::field::frame::{Framed, framed};
use crate::web::ui::field::{self, Parts};
use crate::web::ui::icon;
use maud::{Markup, html};

/// A form over an object's fields.
pub struct FormPage<'a> {
    /// Which object.
    pub object: &'a Object,
    /// Where it is sent.
    pub action: String,
    /// Where one goes without sending it.
    pub cancel: String,
    /// What the button says.
    pub submit: String,
    /// What the controls hold, by field.
    pub parts: &'a [(String, Parts)],
    /// Hidden inputs.
    pub hidden: &'a [(String, String)],
    /// What is wrong, by field.
    pub problems: &'a [Problem],
    /// A sentence above everything.
    pub notice: Option<&'a str>,
    /// Members that person fields offer.
    pub members: &'a [(Row, String)],
    /// All fields are shown at once.
    pub open: bool,
    /// What a form for a new record has besides.
    pub making: Option<Making<'a>>,
}

/// What a form for a new record has besides.
pub struct Making<'a> {
    /// The panels that are open, this one with them; 0 for a page of its own.
    pub panel: u8,
    /// Name under which what is typed is kept on the device.
    pub draft: String,
    /// Address that tells of duplicates while one types.
    pub near: String,
    /// Fields that duplicates are told by.
    pub near_fields: &'a [&'a Field],
    /// Duplicates that are known now.
    pub duplicates: Markup,
    /// Fields that the address fills: they are shown first.
    pub filled: &'a [String],
    /// Nobody has typed in it yet.
    pub fresh: bool,
    /// It was sent, and asks back whether it is a duplicate.
    pub asked: bool,
}

/// Renders it.
pub fn form_page(desk: &Desk<'_>, page: &FormPage<'_>) -> Markup {
    let all: Vec<&Field> = desk
        .fields(page.object)
        .filter(|f| field::has_input(f) && rules::field_editable(desk.actor(), page.object.id, f))
        .collect();
    let making = page.making.as_ref();
    let panel = making.is_some_and(|m| m.panel > 0);
    let post = panel.then_some(&page.action);
    let near_fields = making.map(|m| m.near_fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>().join(" "));
    html! {
        form class={ "form-wrap" @if panel { " panel-form" } } method="post" action=(page.action) novalidate
            data-guard[making.is_none()] data-create[making.is_some()] data-draft=[making.map(|m| &m.draft)]
            data-fresh[making.is_some_and(|m| m.fresh)] data-asked[making.is_some_and(|m| m.asked)]
            data-near=[making.map(|m| &m.near)] data-near-fields=[near_fields]
            hx-post=[post] hx-target=[post.map(|_| "closest .panel-body")] hx-swap=[post.map(|_| "innerHTML settle:0")] hx-sync=[post.map(|_| "this:drop")] {
            // What Enter in a field presses: the first button of a form.
            button type="submit" hidden tabindex="-1" {}
            div class="scroll" { div class="form-page" {
                @for (name, text) in page.hidden { input type="hidden" name=(name) value=(text); }
                @if let Some(notice) = page.notice {
                    div class="notice notice-warning" role="alert" { (icon::icon("triangle-alert")) p translate="no" { (notice) } }
                }
                (general(page, &all))
                (fields(desk, page, &all))
            } }
            (foot(desk, page))
        }
    }
}

/// Quick, required and filled fields, what they are like, then the groups.
fn fields(desk: &Desk<'_>, page: &FormPage<'_>, all: &[&Field]) -> Markup {
    let lang = desk.ask.lang;
    let making = page.making.as_ref();
    let filled = |f: &Field| making.is_some_and(|m| m.filled.contains(&f.name));
    let (first, rest): (Vec<&Field>, Vec<&Field>) = all.iter().partition(|f| f.quick || f.required || filled(f));
    let mut groups: Vec<(&str, Vec<&Field>)> = Vec::new();
    for field in rest.iter().copied() {
        match groups.iter_mut().find(|(name, _)| *name == field.group) {
            Some((_, list)) => list.push(field),
            None => groups.push((&field.group, vec![field])),
        }
    }
    let open = page.open || page.problems.iter().any(|p| rest.iter().any(|f| f.name == p.field));
    // The warning stands under the last field that it can be about.
    let near = |f: &&Field| making.is_some_and(|m| m.near_fields.iter().any(|near| near.id == f.id));
    let upper = first.iter().rposition(near).map_or(0, |at| at + 1);
    let (above, below) = first.split_at(upper);
    html! {
        @if !above.is_empty() { div class="form-grid" { @for field in above { (one(desk, page, field)) } } }
        @if let Some(making) = making { div class="near" data-near-box aria-live="polite" { (making.duplicates) } }
        @if !below.is_empty() { div class="form-grid" { @for field in below { (one(desk, page, field)) } } }
        @if !rest.is_empty() {
            details class="more-fields" open[open] {
                summary { (icon::icon("chevron-right")) (lang.count("form.more_one", "form.more", rest.len() as u64)) }
                @for (name, fields) in &groups {
                    h3 class="group-head" { @if name.is_empty() { (lang.t("form.other")) } @else { span translate="no" { (name) } } }
                    div class="form-grid" { @for field in fields { (one(desk, page, field)) } }
                }
            }
        }
    }
}

fn foot(desk: &Desk<'_>, page: &FormPage<'_>) -> Markup {
    let lang = desk.ask.lang;
    let panel = page.making.as_ref().is_some_and(|m| m.panel > 0);
    html! {
        div class="form-foot" { div {
            @if page.making.is_some() {
                span class="draft" data-draft-kept hidden {
                    span role="status" { (lang.t("create.draft")) }
                    button class="btn btn-ghost btn-icon" type="button" data-draft-discard title=(lang.t("create.discard")) aria-label=(lang.t("create.discard")) { (icon::icon("trash-2")) }
                }
            }
            span class="grow" {}
            @if !panel { a class="btn" href=(page.cancel) { (lang.t("form.cancel")) } }
            @if page.making.is_some() {
                button class="btn" type="submit" name="another" value="1" { (lang.t("create.another")) }
            }
            button class="btn btn-primary" type="submit" data-submit {
                (page.submit)
                @if panel { span class="btn-keys only-desk" aria-hidden="true" { kbd translate="no" data-mod { "Ctrl" } kbd translate="no" { "↵" } } }
            }
        } }
    }
}

fn one(desk: &Desk<'_>, page: &FormPage<'_>, field: &Field) -> Markup {
    let nothing = Parts::default();
    let parts = page.parts.iter().find(|(name, _)| *name == field.name).map_or(&nothing, |(_, parts)| parts);
    let problem = page.problems.iter().find(|p| p.field == field.name).map(|p| p.message.as_str());
    let scope = match page.making.as_ref().map_or(0, |m| m.panel) {
        0 => String::new(),
        panel => format!("p{panel}-"),
    };
    let wide = matches!(
        field.kind,
        Kind::LongText
            | Kind::Address
            | Kind::Relation
            | Kind::Relations
            | Kind::Tags
            | Kind::MultiSelect
            | Kind::Emails
            | Kind::Phones
            | Kind::Link
            | Kind::Currency
    ) || field.id == page.object.title;
    html! {
        div class={ "form-cell" @if wide { " wide" } } {
            (framed(&desk.ui(), &Framed { scope: &scope, field, parts, problem, members: page.members }))
        }
    }
}

/// Problems that belong to no control of the form.
fn general(page: &FormPage<'_>, fields: &[&Field]) -> Markup {
    let loose: Vec<&Problem> = page.problems.iter().filter(|p| !fields.iter().any(|f| f.name == p.field)).collect();
    html! {
        @if !loose.is_empty() {
            div class="notice notice-error" role="alert" {
                (icon::icon("circle-alert"))
                div { @for problem in loose { p translate="no" { (problem.message) } } }
            }
        }
    }
}
