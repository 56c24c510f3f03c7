//! Search over everything: the results page, the list in the search dialog, and the lists of the record pickers.

use crate::app::Crm;
use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object, kinds};
use crate::records::query::{Query, Start};
use crate::records::search::{COUNT_MAX, SearchQuery, SearchResults};
use crate::web::ask::{Answer, Ask, link};
use crate::web::desk::{Desk, Frame};
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::hits::{As, HitGroup, HitRow, hits};
use crate::web::ui::{avatar, icon};
use actix_web::HttpResponse;
use maud::{Markup, html};

/// Records of the dialog's list.
const DIALOG_MAX: usize = 12;
/// Records of the results page.
const PAGE_MAX: usize = 50;
/// Records a picker offers.
const PICK_MAX: usize = 8;

/// `GET /search?q=&object=`.
pub async fn page(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| show(crm, &ask)).await?.respond(false))
}

/// `GET /search/hits?q=`: the dialog's list.
pub async fn dialog(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| list(crm, &ask)).await?.respond(false))
}

/// `GET /pick?object=&q=`: what a record picker offers.
pub async fn pick(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| offers(crm, &ask)).await?.respond(false))
}

fn search(desk: &Desk<'_>, text: &str, object: Option<ObjectId>, limit: usize) -> Result<SearchResults> {
    if text.trim().is_empty() {
        return Ok(SearchResults::default());
    }
    desk.crm.engine.search(desk.actor(), &SearchQuery { text: text.to_owned(), object, limit })
}

/// Groups in the order of their best record, equally good ones as in the sidebar, so that people come before what is
/// written about them; within one, best first.
fn groups(desk: &Desk<'_>, results: &SearchResults) -> Vec<HitGroup> {
    let mut groups: Vec<HitGroup> = Vec::new();
    let mut best: Vec<(f32, ObjectId)> = Vec::new();
    for hit in &results.hits {
        let Some(object) = desk.schema.object_by_id(hit.id.object) else { continue };
        let by_title = hit.field == object.title || hit.snippet == hit.label;
        let field = object.field_by_id(hit.field).map(|f| f.label.clone()).unwrap_or_default();
        let snippet = if by_title { String::new() } else { hit.snippet.clone() };
        let marks = if by_title && hit.snippet != hit.label { Vec::new() } else { hit.marks.clone() };
        let row =
            HitRow { id: hit.id, label: hit.label.clone(), field, snippet, marks, line: line(desk, hit.id, object) };
        match groups.iter_mut().find(|g| g.object == hit.id.object) {
            Some(group) => group.rows.push(row),
            None => {
                let count = results.counts.iter().find(|(o, _)| *o == hit.id.object).map_or(1, |(_, n)| *n);
                best.push((hit.score, hit.id.object));
                groups.push(HitGroup {
                    object: hit.id.object,
                    label: object.label_plural.clone(),
                    count: count.min(COUNT_MAX),
                    more: count > COUNT_MAX,
                    rows: vec![row],
                });
            }
        }
    }
    let place = |id: ObjectId| desk.schema.objects.iter().position(|o| o.id == id);
    best.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| place(a.1).cmp(&place(b.1))));
    groups.sort_by_key(|g| best.iter().position(|(_, id)| *id == g.object));
    groups
}

/// E-mail, phone, amount or date: what tells two records of the same name apart.
fn line(desk: &Desk<'_>, id: RecordRef, object: &Object) -> String {
    let Ok(record) = desk.crm.engine.get(desk.actor(), id) else { return String::new() };
    let telling = |f: &&Field| {
        matches!(f.kind, Kind::Emails | Kind::Phones | Kind::Currency | Kind::Date | Kind::DateTime | Kind::Link)
    };
    let locale = desk.locale();
    desk.fields(object)
        .filter(|f| f.listed)
        .filter(telling)
        .filter_map(|f| record.values.get(f.id).map(|v| first_of(&kinds::show(f, v, &desk.schema, &locale, &|_| None))))
        .take(2)
        .collect::<Vec<_>>()
        .join(" · ")
}

fn first_of(text: &str) -> String {
    text.split(", ").next().filter(|_| text.contains('@') || text.contains(") ")).unwrap_or(text).to_owned()
}

fn list(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let desk = Desk::new(crm, ask);
    let text = ask.param("q");
    let results = search(&desk, text, None, DIALOG_MAX)?;
    let groups = groups(&desk, &results);
    let lang = ask.lang;
    Ok(Answer::Html(html! {
        (hits(&desk.ui(), &groups, As::Options))
        @if groups.is_empty() && !text.trim().is_empty() {
            p class="none text-2" role="option" aria-disabled="true" aria-selected="false" { (lang.with("search.none", &[("text", &text)])) }
        }
        @if !text.trim().is_empty() { (actions(&desk, text)) }
    }))
}

/// What one can do with the text beside opening a record.
fn actions(desk: &Desk<'_>, text: &str) -> Markup {
    let lang = desk.ask.lang;
    let listed = desk.schema.objects.iter().find(|o| o.listed && rules::may(desk.actor(), Action::Create, o.id));
    html! {
        div class="hits" role="group" aria-labelledby="hits-actions" {
            div class="hits-head" id="hits-actions" role="presentation" { (lang.t("search.actions")) }
            a class="hit" role="option" aria-selected="false" id="o-all" href=(link("/search", [("q", text)])) {
                span class="avatar avatar-28 avatar-square c-gray" { (icon::icon("search")) }
                span class="hit-text" { b { (lang.t("search.all")) } }
            }
            @if let Some(object) = listed {
                a class="hit" role="option" aria-selected="false" id="o-new" href=(link(&format!("/{}/new", object.name), [(first_text(object), text)])) {
                    span class="avatar avatar-28 avatar-square c-gray" { (icon::icon("circle-plus")) }
                    span class="hit-text" { b { (lang.with("search.create", &[("object", &object.label.to_lowercase()), ("text", &text)])) } }
                }
            }
        }
    }
}

/// The first text field of the create form, which takes what was typed.
fn first_text(object: &Object) -> &str {
    object.fields.iter().find(|f| f.quick && f.kind == Kind::Text).map_or("name", |f| &f.name)
}

fn show(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let lang = ask.lang;
    let text = ask.param("q").trim().to_owned();
    let only = schema.object(ask.param("object")).filter(|o| o.listed).map(|o| o.id);
    let results = search(&desk, &text, only, PAGE_MAX)?;
    let all = if only.is_some() { search(&desk, &text, None, 1)?.counts } else { results.counts.clone() };
    let found = groups(&desk, &results);
    let body = html! {
        div class="scroll" { div class="search-page" {
            form method="get" action="/search" role="search" {
                input class="input" type="search" name="q" value=(text) placeholder=(lang.t("search.placeholder")) aria-label=(lang.t("shell.search")) autofocus[text.is_empty()];
                button class="btn btn-primary" type="submit" { (lang.t("search.submit")) }
            }
            @if !text.is_empty() { (scopes(&desk, &text, only, &all)) }
            @if results.partial { p class="notice notice-info" { (lang.t("search.partial")) } }
            (hits(&desk.ui(), &found, As::Links))
            @if found.is_empty() && !text.is_empty() {
                (Empty {
                    icon: "search-x", title: lang.with("search.none", &[("text", &text)]), text: lang.t("search.none_help").into_owned(),
                    actions: html! {},
                })
            }
        } }
    };
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(lang.t("search.title"))], true);
    let title = lang.t("search.title");
    let page = desk.frame(Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body })?;
    Ok(Answer::Html(page))
}

fn scopes(desk: &Desk<'_>, text: &str, only: Option<ObjectId>, counts: &[(ObjectId, usize)]) -> Markup {
    let lang = desk.ask.lang;
    html! {
        nav class="small-tabs" aria-label=(lang.t("search.scopes")) {
            a href=(link("/search", [("q", text)])) aria-current=[only.is_none().then_some("page")] { (lang.t("search.everything")) }
            @for (id, count) in counts.iter().filter(|(_, n)| *n > 0) {
                @if let Some(object) = desk.schema.object_by_id(*id).filter(|o| o.listed) {
                    a href=(link("/search", [("q", text), ("object", &object.name)])) aria-current=[(only == Some(*id)).then_some("page")] translate="no" {
                        (object.label_plural) " " span class="num" { ((*count).min(COUNT_MAX)) @if *count > COUNT_MAX { "+" } }
                    }
                }
            }
        }
    }
}

fn offers(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let text = ask.param("q").trim().to_owned();
    let object = schema.object(ask.param("object"));
    let ids: Vec<RecordRef> = if text.is_empty() || object.is_some_and(|o| !o.searchable) {
        newest(&desk, object.or_else(|| schema.objects.iter().find(|o| o.listed)), &text)?
    } else {
        search(&desk, &text, object.map(|o| o.id), PICK_MAX)?.hits.into_iter().map(|h| h.id).collect()
    };
    desk.learn(ids.iter().copied())?;
    let ui = desk.ui();
    Ok(Answer::Html(html! {
        @for id in &ids {
            @let label = ui.label(*id);
            @let reference = if object.is_some() { id.row.to_string() } else { schema.object_by_id(id.object).map(|o| format!("{}/{}", o.name, id.row)).unwrap_or_default() };
            div role="option" data-id=(reference) data-label=(label) aria-selected="false" translate="no" {
                (avatar::sign(&ui, *id, &label, "avatar")) span class="trunc grow" { (label) }
                @if object.is_none() { @if let Some(of) = schema.object_by_id(id.object) { span class="text-3" { (of.label) } } }
            }
        }
        @if ids.is_empty() { p class="none" { (ask.lang.t("field.nothing_found")) } }
    }))
}

/// The newest records, or those whose title contains the text.
fn newest(desk: &Desk<'_>, object: Option<&Object>, text: &str) -> Result<Vec<RecordRef>> {
    let Some(object) = object else { return Ok(Vec::new()) };
    let filter = if text.is_empty() {
        String::new()
    } else {
        format!("{} : \"{}\"", object.title_field().name, text.replace('\\', "\\\\").replace('"', "\\\""))
    };
    let query = Query {
        object: object.id,
        filter,
        sort: "-updated_at".into(),
        start: Start::First,
        limit: PICK_MAX,
        trashed: false,
    };
    Ok(desk.crm.engine.list(desk.actor(), &query)?.records.into_iter().map(|r| r.id).collect())
}
