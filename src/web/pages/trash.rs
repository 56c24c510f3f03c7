//! The trash: what lies in it, moving a record there, and taking it out again.

use crate::app::Crm;
use crate::base::time;
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::object::system_field;
use crate::model::rules::{self, Action};
use crate::model::{Object, Value};
use crate::records::Context;
use crate::records::query::{Page, Query, Start};
use crate::records::save::Command;
use crate::web::ask::{Answer, Ask, link, object_of, record_of};
use crate::web::desk::{Desk, Frame};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::pagination::{Pagination, pagination};
use crate::web::ui::{avatar, icon};
use actix_web::{HttpResponse, web};
use maud::{Markup, html};

/// Records on a page.
const ROWS: usize = 50;

type Outcome = std::result::Result<HttpResponse, Failure>;

/// `GET /trash?object=contacts`.
pub async fn page(crm: CrmData, ask: Ask) -> Outcome {
    Ok(run(&crm, move |crm| render(crm, &ask)).await?.respond(false))
}

/// `POST /{object}/{row}/trash`.
pub async fn trash(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    let by_script = ask.by_script;
    let to = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let id = record_of(&schema, &object, &row)?;
        crm.engine.run(&ask.actor, Command::Trash(id), Context::default())?;
        Ok(link(&format!("/{object}"), [("done", "trashed"), ("of", &format!("/{object}/{row}"))]))
    });
    Ok(Answer::To(to.await?).respond(by_script))
}

/// `POST /{object}/{row}/restore`.
pub async fn restore(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    let by_script = ask.by_script;
    let to = run(&crm, move |crm| {
        let schema = crm.engine.schema();
        let id = record_of(&schema, &object, &row)?;
        crm.engine.run(&ask.actor, Command::Restore(id), Context::default())?;
        Ok(format!("/{object}/{row}?done=restored"))
    });
    Ok(Answer::To(to.await?).respond(by_script))
}

fn render(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let lang = ask.lang;
    let name = match ask.param("object") {
        "" => schema.objects.iter().find(|o| o.listed).map_or("", |o| &o.name),
        name => name,
    };
    let object = schema.object_by_id(object_of(&schema, name)?).ok_or(Error::NotFound)?;
    let start = match (ask.param("after"), ask.param("before")) {
        ("", "") => Start::First,
        ("", before) => Start::Before(before.into()),
        (after, _) => Start::After(after.into()),
    };
    let query = Query {
        object: object.id,
        filter: String::new(),
        sort: "-updated_at".into(),
        start,
        limit: ROWS,
        trashed: true,
    };
    let page = crm.engine.list(desk.actor(), &query)?;
    desk.learn_links(&page.records.iter().collect::<Vec<_>>())?;
    let body = html! {
        div class="list" id="list" {
            nav class="bar" aria-label=(lang.t("trash.objects")) {
                div class="small-tabs" {
                    @for other in schema.objects.iter().filter(|o| o.listed) {
                        a href={ "/trash?object=" (other.name) } aria-current=[(other.id == object.id).then_some("page")] translate="no" { (other.label_plural) }
                    }
                }
            }
            @if page.records.is_empty() {
                (Empty { icon: "trash-2", title: lang.t("trash.empty").into_owned(), text: lang.t("trash.empty_help").into_owned(), actions: html! {} })
            } @else { (table(&desk, object, &page)) }
        }
    };
    let crumbs = breadcrumb(
        &lang.t("shell.crumbs"),
        &[Crumb::link(&object.label_plural, format!("/{}", object.name)), Crumb::here(lang.t("trash.title"))],
        true,
    );
    let title = lang.t("trash.title");
    let page =
        desk.frame(Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body })?;
    Ok(Answer::Html(page))
}

fn table(desk: &Desk<'_>, object: &Object, page: &Page) -> Markup {
    let lang = desk.ask.lang;
    let ui = desk.ui();
    let may = rules::may(desk.actor(), Action::Delete, object.id);
    let path = |name: &str, cursor: &str| link("/trash", [("object", object.name.as_str()), (name, cursor)]);
    html! {
        div class="table-wrap" tabindex="0" role="region" aria-label=(lang.t("trash.title")) {
            table class="table table-rows" {
                thead { tr {
                    th scope="col" { (lang.t("trash.name")) }
                    th scope="col" { (lang.t("trash.when")) }
                    th scope="col" { span class="hidden-text" { (lang.t("record.restore")) } }
                } }
                tbody data-rows {
                    @for record in &page.records {
                        @let title = desk.title(object, record);
                        @let href = format!("/{}/{}", object.name, record.id.row);
                        tr {
                            th scope="row" translate="no" { span class="who" { (avatar::sign(&ui, record.id, &title, "avatar")) a href=(href) data-row { (title) } } }
                            td class="phone-line" translate="no" {
                                @if let Some(Value::Time(at)) = record.values.get(system_field::UPDATED_AT) { span class="num" { (time::show_moment(*at, ui.zone)) } }
                            }
                            td class="right phone-a" {
                                @if may { form method="post" action={ (href) "/restore" } { button class="btn" type="submit" { (icon::icon("rotate-ccw")) (lang.t("record.restore")) } } }
                            }
                        }
                    }
                }
            }
        }
        (pagination(lang, &Pagination {
            position: page.position, shown: page.records.len() as u64, total: page.total,
            first: page.previous.as_ref().map(|_| path("after", "")),
            previous: page.previous.as_ref().map(|c| path("before", c)),
            next: page.next.as_ref().map(|c| path("after", c)),
            last: None,
        }))
    }
}
