//! The trash: what lies in it, who put it there and when; moving a record there, taking it out again, and deleting it for ever,
//! which is asked once more on a page of its own.

use crate::app::Crm;
use crate::base::id::RecordRef;
use crate::base::{Error, Result, time};
use crate::http::{CrmData, Failure, run};
use crate::model::Object;
use crate::model::rules::{self, Action};
use crate::records::engine::Trashed;
use crate::records::query::{Page, Query, Start};
use crate::records::save::Command;
use crate::records::{Context, Record, State};
use crate::web::ask::{Answer, Ask, link, object_of, opened, record_of};
use crate::web::desk::{Desk, Frame};
use crate::web::ui::ago::ago;
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

/// `GET /{object}/{row}/purge`: asks once more.
pub async fn confirm(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    Ok(run(&crm, move |crm| render_question(crm, &ask, &object, &row)).await?.respond(false))
}

/// `POST /{object}/{row}/purge`.
pub async fn purge(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    let by_script = ask.by_script;
    let to = run(&crm, move |crm| {
        let id = record_of(&crm.engine.schema(), &object, &row)?;
        // Restored by somebody since the question was shown: then it is no longer what was asked about.
        if crm.engine.get(&ask.actor, id)?.state != State::Trashed {
            return Ok(format!("/{object}/{row}"));
        }
        crm.engine.run(&ask.actor, Command::Purge(id), Context::default())?;
        Ok(link("/trash", [("object", object.as_str()), ("done", "purged")]))
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
    let ids: Vec<RecordRef> = page.records.iter().map(|record| record.id).collect();
    let moved = crm.engine.trashed(desk.actor(), &ids)?;
    desk.learn(moved.iter().flatten().filter_map(|moved| moved.by))?;
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
            } @else { (table(&desk, object, &page, &moved)) }
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

fn table(desk: &Desk<'_>, object: &Object, page: &Page, moved: &[Option<Trashed>]) -> Markup {
    let lang = desk.ask.lang;
    let path = |name: &str, cursor: &str| link("/trash", [("object", object.name.as_str()), (name, cursor)]);
    html! {
        div class="table-wrap" tabindex="0" role="region" aria-label=(lang.t("trash.title")) {
            table class="table table-rows trash" {
                colgroup { col; col class="col-xl"; col class="col-xxl"; col class="trash-do"; }
                thead { tr {
                    th scope="col" { (lang.t("trash.name")) }
                    th scope="col" { (lang.t("trash.by")) }
                    th scope="col" { (lang.t("trash.when")) }
                    th scope="col" { span class="hidden-text" { (lang.t("trash.do")) } }
                } }
                tbody data-rows { @for (record, moved) in page.records.iter().zip(moved) { (row(desk, object, record, *moved)) } }
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

fn row(desk: &Desk<'_>, object: &Object, record: &Record, moved: Option<Trashed>) -> Markup {
    let (lang, ui) = (desk.ask.lang, desk.ui());
    let title = desk.title(object, record);
    let href = format!("/{}/{}", object.name, record.id.row);
    let may = |action| rules::may(desk.actor(), action, object.id);
    html! {
        tr {
            th scope="row" translate="no" { span class="who" { (avatar::sign(&ui, record.id, &title, "avatar")) a href=(href) data-row { (title) } } }
            td class="trash-by" {
                @match moved.map(|moved| moved.by) {
                    Some(Some(by)) => { span class="person" translate="no" { (avatar::sign(&ui, by, &ui.label(by), "avatar")) span { (ui.label(by)) } } }
                    Some(None) => (lang.t("trash.program")),
                    None => span class="empty" { (lang.t("trash.unknown")) },
                }
            }
            td class="phone-line" {
                @if let Some(moved) = moved {
                    time class="num only-desk" datetime=(time::moment_text(moved.time)) translate="no" { (time::show_moment(moved.time, ui.zone)) }
                    span class="only-phone" translate="no" { (ago(lang, ui.now, moved.time)) @if let Some(by) = moved.by { " · " (ui.label(by)) } }
                }
            }
            td class="right phone-a" {
                div class="row" {
                    @if may(Action::Delete) {
                        form method="post" action={ (href) "/restore" } {
                            button class="btn" type="submit" aria-label=(lang.with("trash.restore_one", &[("name", &title)])) { (icon::sized("rotate-ccw", "icon icon-14")) span class="only-desk" { (lang.t("record.restore")) } }
                        }
                    }
                    @if may(Action::Purge) {
                        a class="btn btn-ghost btn-icon" href={ (href) "/purge" } aria-label=(lang.with("trash.purge_one", &[("name", &title)])) title=(lang.t("trash.purge")) { (icon::icon("trash-2")) }
                    }
                }
            }
        }
    }
}

/// The question before a record is deleted for ever.
fn render_question(crm: &Crm, ask: &Ask, object: &str, row: &str) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let (schema, lang) = (desk.schema.clone(), ask.lang);
    let (object, record) = opened(crm, ask, &schema, object, row)?;
    if !rules::may(desk.actor(), Action::Purge, object.id) {
        return Err(Error::Denied(format!("You may not delete {} for ever.", object.label_plural)));
    }
    let at = format!("/{}/{}", object.name, record.id.row);
    if record.state != State::Trashed {
        return Ok(Answer::To(at));
    }
    desk.learn_links(&[&record])?;
    let trash = link("/trash", [("object", object.name.as_str())]);
    let title = lang.t("trash.purge");
    let body = html! {
        div class="scroll" {
            form class="error-page" method="post" action={ (at) "/purge" } {
                span class="empty-icon" { (icon::icon("trash-2")) }
                h1 { (lang.with("trash.ask", &[("name", &desk.title(object, &record))])) }
                p { (lang.t("trash.ask_help")) }
                p { b { (lang.t("trash.ask_last")) } }
                div class="row" {
                    a class="btn" href=(trash) { (lang.t("trash.keep")) }
                    button class="btn btn-danger" type="submit" { (icon::icon("trash-2")) (title) }
                }
            }
        }
    };
    let crumbs = breadcrumb(
        &lang.t("shell.crumbs"),
        &[
            Crumb::link(&object.label_plural, format!("/{}", object.name)),
            Crumb::link(lang.t("trash.title"), trash.clone()),
            Crumb::here(title.clone()),
        ],
        false,
    );
    let frame = Frame { title: &title, object: Some(object.id), view: None, crumbs, actions: html! {}, body };
    Ok(Answer::Html(desk.frame(frame)?))
}
