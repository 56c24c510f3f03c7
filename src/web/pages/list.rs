//! The list of an object's records: columns, sorting by click, a filter as text, pages with an exact total, saved views. All of it is
//! in the address, so that a link shows the same list and Back comes back to it.

use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::view::View;
use crate::model::{Field, Kind, Object, Value};
use crate::records::Record;
use crate::records::query::{Page, Query, Start, check_filter, check_sort};
use crate::web::ask::{Answer, Ask, link, object_of};
use crate::web::desk::{Desk, Frame};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::field::{self, Place};
use crate::web::ui::pagination::{Pagination, pagination};
use crate::web::ui::{avatar, icon};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use maud::{Markup, Render, html};

/// Records on a page.
const ROWS: usize = 50;

/// What the address says about a list.
#[derive(Debug, Clone, Default)]
pub struct Listing<'a> {
    /// The saved view, where one is open.
    pub view: Option<&'a View>,
    /// The filter somebody typed.
    pub filter: &'a str,
    /// The sort somebody clicked.
    pub sort: &'a str,
}

impl<'a> Listing<'a> {
    /// Reads it; a view that is not there is no view.
    pub fn of(desk: &'a Desk<'_>, object: &Object) -> Self {
        let ask = desk.ask;
        let id: Option<u32> = ask.param("view").parse().ok();
        let view = desk.schema.views.iter().find(|v| Some(v.id) == id && v.object == object.id);
        Self {
            view,
            filter: ask.query.get("filter").unwrap_or_default().trim(),
            sort: ask.query.get("sort").unwrap_or_default(),
        }
    }

    /// Whether the address says anything about the list.
    pub fn is_named(&self) -> bool {
        self.view.is_some() || !self.filter.is_empty() || !self.sort.is_empty()
    }

    /// The whole filter: the view's and the typed one.
    pub fn whole_filter(&self) -> String {
        match (self.view.map_or("", |v| v.filter.as_str()), self.filter) {
            ("", typed) => typed.to_owned(),
            (view, "") => view.to_owned(),
            (view, typed) => format!("({view}) AND ({typed})"),
        }
    }

    /// The sort: clicked, else the view's, else none.
    pub fn whole_sort(&self) -> &str {
        if self.sort.is_empty() { self.view.map_or("", |v| v.sort.as_str()) } else { self.sort }
    }

    /// An address that says the same, with `more` behind.
    pub fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let view = self.view.map(|v| v.id.to_string()).unwrap_or_default();
        let own = [("view", view.as_str()), ("filter", self.filter), ("sort", self.sort)];
        link(path, own.into_iter().filter(|(name, _)| !more.iter().any(|(n, _)| n == name)).chain(more.iter().copied()))
    }

    /// The list as a query.
    pub fn query(&self, object: &Object, start: Start, limit: usize) -> Query {
        Query {
            object: object.id,
            filter: self.whole_filter(),
            sort: self.whole_sort().to_owned(),
            start,
            limit,
            trashed: false,
        }
    }
}

/// `GET /{object}`.
pub async fn page(crm: CrmData, ask: Ask, object: web::Path<String>) -> std::result::Result<HttpResponse, Failure> {
    let object = object.into_inner();
    Ok(run(&crm, move |crm| render(crm, &ask, &object)).await?.respond(false))
}

fn render(crm: &Crm, ask: &Ask, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let id = object_of(&schema, name)?;
    let object = schema.object_by_id(id).ok_or(Error::NotFound)?;
    let (content, refused) = {
        let probe = Desk::new(crm, ask);
        let listing = Listing::of(&probe, object);
        match read(&probe, object, &listing)? {
            Ok(page) => {
                desk.learn_links(&page.records.iter().collect::<Vec<_>>())?;
                (shown(&desk, object, &listing, &page), false)
            }
            Err(problem) => (wrong(&desk, object, &listing, &problem), true),
        }
    };
    let view = Listing::of(&desk, object).view.map(|v| (v.id, v.name.clone()));
    let lang = ask.lang;
    let steps = match &view {
        Some((_, name)) => vec![Crumb::link(&object.label_plural, format!("/{}", object.name)), Crumb::here(name)],
        None => vec![Crumb::here(&object.label_plural)],
    };
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &steps, true);
    let may_create = rules::may(desk.actor(), Action::Create, id);
    let actions = html! { @if may_create { (new_button(&desk, object)) } };
    let title = view.as_ref().map_or(&object.label_plural, |(_, name)| name).clone();
    let frame = Frame { title: &title, object: Some(id), view: view.map(|(id, _)| id), crumbs, actions, body: content };
    let page = desk.frame(frame)?;
    Ok(if refused { Answer::Refused(StatusCode::BAD_REQUEST, page) } else { Answer::Html(page) })
}

fn new_button(desk: &Desk<'_>, object: &Object) -> Markup {
    let lang = desk.ask.lang;
    html! {
        a class="btn btn-primary only-desk" href={ "/" (object.name) "/new" } data-hotkey="c" aria-keyshortcuts="C" {
            (icon::icon("plus")) (lang.t("shell.new")) kbd translate="no" { "C" }
        }
    }
}

/// The page of records, or what is wrong with the typed filter or sort.
fn read(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Result<std::result::Result<Page, Problem>> {
    let ask = desk.ask;
    for checked in
        [check_filter(&desk.schema, object.id, listing.filter), check_sort(&desk.schema, object.id, listing.sort)]
    {
        if let Err(Error::Invalid(mut problems)) = checked
            && !problems.is_empty()
        {
            return Ok(Err(problems.remove(0)));
        }
    }
    let start = match (ask.param("after"), ask.param("before"), ask.param("page")) {
        ("", "", "last") => Start::Last,
        ("", "", "") if !ask.param("position").is_empty() => {
            Start::Position(ask.param("position").parse().unwrap_or_default())
        }
        ("", "", _) => Start::First,
        ("", before, _) => Start::Before(before.to_owned()),
        (after, _, _) => Start::After(after.to_owned()),
    };
    match desk.crm.engine.list(desk.actor(), &listing.query(object, start, ROWS)) {
        Ok(page) => Ok(Ok(page)),
        Err(Error::Invalid(mut problems)) if !problems.is_empty() => Ok(Err(problems.remove(0))),
        Err(error) => Err(error),
    }
}

fn shown(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, page: &Page) -> Markup {
    html! {
        div class="list" id="list" {
            (bar(desk, object, listing))
            @if page.records.is_empty() { (empty(desk, object, listing)) }
            @else {
                (table(desk, object, listing, page))
                (foot(desk, object, listing, page))
            }
        }
    }
}

fn bar(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    html! {
        div class="bar" {
            form class="filter" method="get" action=(path) role="search" aria-label=(lang.t("list.filter"))
                hx-get=(path) hx-target="#list" hx-select="#list" hx-swap="outerHTML" hx-push-url="true" {
                @if let Some(view) = listing.view { input type="hidden" name="view" value=(view.id); }
                @if !listing.sort.is_empty() { input type="hidden" name="sort" value=(listing.sort); }
                label class="filter-box" {
                    (icon::icon("list-filter"))
                    span class="hidden-text" { (lang.t("list.filter")) }
                    input type="text" name="filter" value=(listing.filter) placeholder=(lang.t("list.filter_example")) autocomplete="off" spellcheck="false" data-filter;
                }
                button class="btn" type="submit" { (lang.t("list.apply")) }
                @if !listing.filter.is_empty() {
                    a class="btn btn-ghost" href=(listing.link(&path, &[("filter", "")])) { (lang.t("list.clear")) }
                }
            }
            a class="btn btn-ghost btn-icon" href={ "/trash?object=" (object.name) } aria-label=(lang.t("trash.title")) title=(lang.t("trash.title")) { (icon::icon("trash-2")) }
        }
    }
}

/// The place in the text that can't be read, and what to do about it; the text stays in the box.
fn wrong(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, problem: &Problem) -> Markup {
    let lang = desk.ask.lang;
    let at = problem.at.filter(|at| listing.filter.get(..*at).is_some()).unwrap_or(listing.filter.len());
    let (before, rest) = listing.filter.split_at(at);
    let word = rest.find(|c: char| c.is_whitespace() || c == ')').filter(|i| *i > 0).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(word);
    html! {
        div class="list" id="list" {
            (bar(desk, object, listing))
            div class="filter-problem" {
                div class="notice notice-error" role="alert" {
                    (icon::icon("circle-alert"))
                    div {
                        p translate="no" { (problem.message) }
                        @if !listing.filter.is_empty() {
                            p class="where" translate="no" { (before) mark { @if word.is_empty() { "…" } @else { (word) } } (behind) }
                        }
                    }
                }
            }
            (Empty {
                icon: "search-x", title: lang.t("list.unread").into_owned(), text: lang.t("list.unread_help").into_owned(),
                actions: html! { a class="btn" href=(listing.link(&format!("/{}", object.name), &[("filter", ""), ("sort", "")])) { (lang.t("list.clear")) } },
            })
        }
    }
}

fn empty(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}", object.name);
    let plural = object.label_plural.to_lowercase();
    let filtered = !listing.filter.is_empty() || listing.view.is_some();
    let may_create = rules::may(desk.actor(), Action::Create, object.id);
    let actions = html! {
        @if !listing.filter.is_empty() { a class="btn" href=(listing.link(&path, &[("filter", "")])) { (lang.t("list.clear")) } }
        @else if listing.view.is_some() { a class="btn" href=(path) { (lang.t("list.show_all")) } }
        @if may_create { a class="btn btn-primary" href={ (path) "/new" } { (icon::icon("plus")) (lang.with("list.add", &[("object", &object.label.to_lowercase())])) } }
    };
    let (icon, title, text) = if filtered {
        ("search-x", "list.none_match", "list.none_match_help")
    } else {
        (object.icon.as_str(), "list.none", "list.none_help")
    };
    let of = [("objects", &plural as &dyn std::fmt::Display)];
    Empty { icon, title: lang.with(title, &of), text: lang.with(text, &of), actions }.render()
}

fn foot(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, page: &Page) -> Markup {
    let path = format!("/{}", object.name);
    let first = page.previous.as_ref().map(|_| listing.link(&path, &[]));
    let last = page.next.as_ref().map(|_| listing.link(&path, &[("page", "last")]));
    pagination(
        desk.ask.lang,
        &Pagination {
            position: page.position,
            shown: page.records.len() as u64,
            total: page.total,
            first,
            previous: page.previous.as_ref().map(|c| listing.link(&path, &[("before", c)])),
            next: page.next.as_ref().map(|c| listing.link(&path, &[("after", c)])),
            last,
        },
    )
}

/// The columns behind the title: the view's, else those the object lists.
fn columns<'a>(desk: &Desk<'_>, object: &'a Object, listing: &Listing<'_>) -> Vec<&'a Field> {
    let named = listing.view.map(|v| v.columns.as_slice()).unwrap_or_default();
    let all: Vec<&Field> = desk.fields(object).collect();
    let chosen: Vec<&Field> = if named.is_empty() {
        all.into_iter().filter(|f| f.listed).collect()
    } else {
        named.iter().filter_map(|n| all.iter().find(|f| f.name == *n).copied()).collect()
    };
    chosen.into_iter().filter(|f| f.id != object.title).collect()
}

fn table(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, page: &Page) -> Markup {
    let columns = columns(desk, object, listing);
    let roles = phone_roles(&columns);
    let label = desk.ask.lang.with("list.table", &[("objects", &object.label_plural)]);
    html! {
        div class="table-wrap" tabindex="0" role="region" aria-label=(label) {
            table class="table table-rows" {
                thead { tr {
                    (head(desk, object, listing, object.title_field()))
                    @for field in &columns { (head(desk, object, listing, field)) }
                } }
                tbody data-rows translate="no" {
                    @for record in &page.records { (row(desk, object, listing, &columns, &roles, record)) }
                }
            }
        }
    }
}

fn head(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, field: &Field) -> Markup {
    let lang = desk.ask.lang;
    let sort = if listing.whole_sort().is_empty() { &object.default_sort } else { listing.whole_sort() };
    let first = sort.split(',').next().unwrap_or_default().trim();
    let state = match first.strip_prefix('-') {
        Some(name) if name == field.name => Some("descending"),
        None if first == field.name => Some("ascending"),
        _ => None,
    };
    let next = if state == Some("ascending") { format!("-{}", field.name) } else { field.name.clone() };
    let href = listing.link(&format!("/{}", object.name), &[("sort", &next)]);
    html! {
        th scope="col" class=[field::is_right(field.kind).then_some("right")] aria-sort=[state] {
            @if field.has_column() {
                a href=(href) title=(lang.t("list.sort")) hx-get=(href) hx-target="#list" hx-select="#list" hx-swap="outerHTML" hx-push-url="true" {
                    span translate="no" { (field.label) }
                    @if let Some(state) = state { (icon::sized(if state == "ascending" { "arrow-up" } else { "arrow-down" }, "icon icon-14")) }
                }
            } @else { span translate="no" { (field.label) } }
        }
    }
}

fn row(
    desk: &Desk<'_>,
    object: &Object,
    listing: &Listing<'_>,
    columns: &[&Field],
    roles: &[&str],
    record: &Record,
) -> Markup {
    let ui = desk.ui();
    let title = desk.title(object, record);
    // A record knows the list one came from by its address; a list that says nothing names its own order.
    let sort = if listing.is_named() { listing.sort } else { object.default_sort.as_str() };
    let href = listing.link(&format!("/{}/{}", object.name, record.id.row), &[("sort", sort)]);
    html! {
        tr {
            th scope="row" { span class="who" {
                (avatar::sign(&ui, record.id, &title, "avatar"))
                a href=(href) data-row { (title) }
            } }
            @for (field, role) in columns.iter().zip(roles) {
                @let value = desk.value(object, field, record);
                td class={ (role) @if field::is_right(field.kind) { " right" } } { (field::view(&ui, field, value.as_ref(), Place::Cell)) }
            }
        }
    }
}

/// What each column is in a phone's two-line row: one under the name, one or two on the right, the others not at all.
fn phone_roles(columns: &[&Field]) -> Vec<&'static str> {
    let (mut line, mut a, mut b) = (false, false, false);
    let take = |free: &mut bool, role| if std::mem::replace(free, true) { "" } else { role };
    columns
        .iter()
        .map(|field| match field.kind {
            Kind::Currency | Kind::Number | Kind::Date => take(&mut a, "phone-a"),
            Kind::Select | Kind::Stage => take(&mut b, "phone-b"),
            Kind::Emails | Kind::Phones | Kind::Text | Kind::Relation | Kind::Relations | Kind::DateTime => {
                take(&mut line, "phone-line")
            }
            _ => "",
        })
        .collect()
}

/// Whether a value is worth a column on a record's small list: text people read at a glance.
pub fn glance(value: &Value) -> bool {
    matches!(value, Value::Money(_) | Value::Date(_) | Value::Choice(_) | Value::Time(_))
}
