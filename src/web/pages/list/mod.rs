//! The list of an object's records: columns, sorting by click, a filter as text, pages with an exact total, saved views. All of it is
//! in the address, so that a link shows the same list and Back comes back to it.

mod bar;
mod foot;
mod listing;
mod rows;

pub use listing::Listing;
pub use rows::cell;

use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::{Object, Value};
use crate::records::query::{Page, Start, check_filter, check_sort};
use crate::web::ask::{Answer, Ask, object_of};
use crate::web::desk::{Desk, Frame};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

/// Records on a page.
const ROWS: usize = 50;

/// `GET /{object}`; with `part=sums` the foot of its table alone.
pub async fn page(crm: CrmData, ask: Ask, object: web::Path<String>) -> std::result::Result<HttpResponse, Failure> {
    let object = object.into_inner();
    Ok(run(&crm, move |crm| render(crm, &ask, &object)).await?.respond(false))
}

fn render(crm: &Crm, ask: &Ask, name: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let id = object_of(&schema, name)?;
    let object = schema.object_by_id(id).ok_or(Error::NotFound)?;
    let looking = Desk::new(crm, ask);
    let listing = Listing::of(&looking, object);
    if ask.param("part") == "sums" {
        return Ok(Answer::Html(foot::sums_alone(&desk, object, &listing)?));
    }
    let read = read(&looking, object, &listing)?;
    let (body, refused) = match &read {
        Ok(page) => {
            page.records.iter().for_each(|record| desk.note_photo(record));
            desk.learn(rows::mentioned(&rows::columns(&looking, object, &listing), page))?;
            (shown(&desk, object, &listing, page)?, false)
        }
        Err(problem) => {
            let bar = bar::bar(&desk, object, &listing, Some(problem));
            (html! { div class="list" id="list" { (bar) (bar::unread(&desk, object, &listing)) } }, true)
        }
    };
    let title = listing.view.map_or(&object.label_plural, |view| &view.name);
    let crumbs = crumbs(&desk, object, &listing, title);
    let actions = html! {};
    let view = listing.view.map(|view| view.id);
    let page = desk.frame(Frame { title, object: Some(id), view, crumbs, actions, body })?;
    Ok(if refused { Answer::Refused(StatusCode::BAD_REQUEST, page) } else { Answer::Html(page) })
}

fn crumbs(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, title: &str) -> Markup {
    let label = desk.ask.lang.t("shell.crumbs");
    match bar::views(desk, object, listing) {
        Some(menu) => {
            let steps =
                [Crumb::link(&object.label_plural, format!("/{}", object.name)), Crumb::here(title).with_menu(menu)];
            breadcrumb(&label, &steps, true)
        }
        None => breadcrumb(&label, &[Crumb::here(title)], true),
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
    let beyond = matches!(start, Start::Position(_));
    let list = |start| desk.crm.engine.list(desk.actor(), &listing.query(object, start, ROWS));
    let page = match list(start) {
        // A place that was there once, in a list that is shorter by now.
        Ok(page) if beyond && page.records.is_empty() && page.total > 0 => list(Start::Last),
        other => other,
    };
    match page {
        Ok(page) => Ok(Ok(page)),
        Err(Error::Invalid(mut problems)) if !problems.is_empty() => Ok(Err(problems.remove(0))),
        Err(error) => Err(error),
    }
}

fn shown(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, page: &Page) -> Result<Markup> {
    let rows = if page.records.is_empty() {
        bar::empty(desk, object, listing)
    } else {
        let sums = foot::sums(desk, object, listing, page.total)?;
        rows::table(desk, object, listing, page, &sums, &foot::pages(desk, object, listing, page))
    };
    Ok(html! { div class="list" id="list" { (bar::bar(desk, object, listing, None)) (rows) } })
}

/// Whether a value is worth a column on a record's small list: text people read at a glance.
pub fn glance(value: &Value) -> bool {
    matches!(value, Value::Money(_) | Value::Date(_) | Value::Choice(_) | Value::Time(_))
}
