//! Search over everything: the results page and the list in the search dialog, which show the same; before anything is typed,
//! what one opened lately. The lists of the record pickers are in [`pick`].

pub mod pick;
mod row;

use crate::app::Crm;
use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef};
use crate::http::{CrmData, Failure, run};
use crate::model::field::Target;
use crate::model::object::standard;
use crate::model::rules::{self, Action};
use crate::model::{Kind, Object};
use crate::records::Record;
use crate::records::search::{COUNT_MAX, SearchQuery, SearchResults};
use crate::web::ask::{Answer, Ask, link, record_of};
use crate::web::desk::{Desk, Frame};
use crate::web::messages::grouped;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::empty::Empty;
use crate::web::ui::hits::{As, HitGroup, hits};
use crate::web::ui::icon;
use crate::web::ui::palette::{self, Scope};
use actix_web::HttpResponse;
use maud::{Markup, html};
use row::{mentioned, row};

/// Records of the dialog's list.
const DIALOG_MAX: usize = 14;
/// Of one object, as long as others have some.
const DIALOG_EACH: usize = 4;
/// Records of the dialog's list when one object was chosen.
const SCOPED_MAX: usize = 20;
/// Records of the results page.
const PAGE_MAX: usize = 50;
/// Of one object, as long as others have some.
const PAGE_EACH: usize = 10;
/// Records opened lately that are shown.
const OPENED_SHOWN: usize = 10;
/// Objects that the dialog offers to make a record of.
const CREATE_MAX: usize = 3;

/// `GET /search?q=&object=`.
pub async fn page(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| show(crm, &ask)).await?.respond(false))
}

/// `GET /search/hits?q=&object=&here=`: the dialog's list; `here` is the record one is on.
pub async fn dialog(crm: CrmData, ask: Ask) -> std::result::Result<HttpResponse, Failure> {
    Ok(run(&crm, move |crm| list(crm, &ask)).await?.respond(false))
}

/// What is looked for, and how much of it.
#[derive(Default)]
pub(super) struct Found<'a> {
    text: &'a str,
    object: Option<ObjectId>,
    limit: usize,
    each: Option<usize>,
    /// Rows of one object at most where several have some, even if that leaves room.
    most: Option<usize>,
    count_all: bool,
}

/// Searches; what the member opened lately comes first among equals.
fn look(desk: &Desk<'_>, found: &Found<'_>) -> Result<SearchResults> {
    if found.text.trim().is_empty() {
        return Ok(SearchResults::default());
    }
    let query = SearchQuery {
        text: found.text.to_owned(),
        object: found.object,
        limit: found.limit,
        each: found.each,
        count_all: found.count_all,
        opened: desk.crm.opened.of(desk.actor().member)?,
    };
    desk.crm.engine.search(desk.actor(), &query)
}

/// The latest records that the member opened, of one object or of all, as far as they are still there and theirs to see.
fn opened(desk: &Desk<'_>, object: Option<ObjectId>, most: usize) -> Result<Vec<Record>> {
    let mut ids = desk.crm.opened.of(desk.actor().member)?;
    ids.retain(|id| object.is_none_or(|o| o == id.object));
    desk.crm.engine.live(desk.actor(), &ids, most)
}

/// Groups in the order of their best record, equally good ones as in the sidebar; within one, best first.
fn groups(desk: &mut Desk<'_>, results: &SearchResults, found: &Found<'_>) -> Result<Vec<HitGroup>> {
    results.hits.iter().for_each(|hit| desk.note_photo(&hit.record));
    desk.learn(mentioned(desk, results.hits.iter().map(|h| &h.record)))?;
    let lang = desk.ask.lang;
    let mut groups: Vec<HitGroup> = Vec::new();
    for hit in &results.hits {
        let Some(object) = desk.schema.object_by_id(hit.id.object) else { continue };
        let row = row(desk, object, &hit.record, Some(hit));
        if let Some(group) = groups.iter_mut().find(|g| g.object == Some(object.id)) {
            group.rows.push(row);
            continue;
        }
        groups.push(HitGroup {
            object: Some(object.id),
            label: object.label_plural.clone(),
            data: true,
            all: None,
            rows: vec![row],
        });
    }
    let several = groups.len() > 1;
    for group in &mut groups {
        group.rows.truncate(found.most.filter(|_| several).unwrap_or(usize::MAX));
        let object = group.object.and_then(|id| desk.schema.object_by_id(id));
        let count = results.counts.iter().find(|(o, _)| Some(*o) == group.object).map_or(0, |(_, n)| *n);
        if let Some(object) = object.filter(|_| count > group.rows.len()) {
            let name = object.label_plural.to_lowercase();
            let all = lang.with("search.all_of", &[("n", &many(count)), ("objects", &name)]);
            group.all = Some((scope_link(found.text, Some(object)), all));
        }
    }
    Ok(groups)
}

/// What was opened lately, as one group; none where nothing was.
fn lately(desk: &mut Desk<'_>, here: Option<RecordRef>) -> Result<Vec<HitGroup>> {
    let mut records = opened(desk, None, OPENED_SHOWN + 1)?;
    records.retain(|r| Some(r.id) != here);
    records.truncate(OPENED_SHOWN);
    if records.is_empty() {
        return Ok(Vec::new());
    }
    records.iter().for_each(|record| desk.note_photo(record));
    desk.learn(mentioned(desk, &records))?;
    let rows = records.iter().filter_map(|r| Some(row(desk, desk.schema.object_by_id(r.id.object)?, r, None)));
    let rows = rows.collect();
    let label = desk.ask.lang.t("search.opened").into_owned();
    Ok(vec![HitGroup { object: None, label, data: false, all: None, rows }])
}

/// `1,234`, or `100+`.
fn many(count: usize) -> String {
    let more = if count > COUNT_MAX { "+" } else { "" };
    format!("{}{more}", grouped(count.min(COUNT_MAX) as u64))
}

/// All counts as one, above [`COUNT_MAX`] where there are more.
fn total(counts: &[(ObjectId, usize)]) -> usize {
    counts.iter().map(|(_, n)| *n).sum()
}

fn scope_link(text: &str, object: Option<&Object>) -> String {
    link("/search", [("q", text), ("object", object.map_or("", |o| &o.name))])
}

/// The kinds of record that something was found of, and the one that was chosen, all of them first.
fn scopes(desk: &Desk<'_>, text: &str, only: Option<ObjectId>, counts: &[(ObjectId, usize)]) -> Vec<Scope> {
    let count = |id: ObjectId| counts.iter().find(|(o, _)| *o == id).map_or(0, |(_, n)| *n);
    let objects = desk.schema.objects.iter().filter(|o| o.listed && (count(o.id) > 0 || only == Some(o.id)));
    let all = Scope {
        name: String::new(),
        label: desk.ask.lang.t("search.everything").into_owned(),
        data: false,
        count: many(total(counts)),
        href: scope_link(text, None),
        chosen: only.is_none(),
    };
    let of = |o: &Object| Scope {
        name: o.name.clone(),
        label: o.label_plural.clone(),
        data: true,
        count: many(count(o.id)),
        href: scope_link(text, Some(o)),
        chosen: only == Some(o.id),
    };
    std::iter::once(all).chain(objects.map(of)).collect()
}

fn list(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let lang = ask.lang;
    let text = ask.param("q").trim().to_owned();
    let only = schema.object(ask.param("object")).filter(|o| o.listed && !text.is_empty()).map(|o| o.id);
    let asked = Found {
        text: &text,
        object: only,
        limit: if only.is_some() { SCOPED_MAX } else { DIALOG_MAX },
        each: Some(if only.is_some() { SCOPED_MAX } else { DIALOG_EACH }),
        most: None,
        count_all: true,
    };
    let results = look(&desk, &asked)?;
    let here = ask.param("here").strip_prefix('/').and_then(|path| path.split_once('/'));
    let here = here.and_then(|(object, row)| record_of(&schema, object, row).ok());
    let groups = if text.is_empty() { lately(&mut desk, here)? } else { groups(&mut desk, &results, &asked)? };
    let counted = results.counts.iter().filter(|(o, _)| only.is_none_or(|only| only == *o)).copied();
    let counted: Vec<(ObjectId, usize)> = counted.collect();
    let answer = palette::Answer {
        lang,
        scopes: if results.counts.is_empty() && only.is_none() {
            Vec::new()
        } else {
            scopes(&desk, &text, only, &results.counts)
        },
        summary: match total(&counted) {
            _ if text.is_empty() => String::new(),
            1 => lang.t("search.one_result").into_owned(),
            n => lang.with("search.results_n", &[("n", &many(n))]),
        },
        notice: match groups.is_empty() {
            true if text.is_empty() => lang.t("search.nothing_opened").into_owned(),
            true => lang.with("search.none", &[("text", &text)]),
            false if results.partial => lang.t("search.partial").into_owned(),
            false => String::new(),
        },
        hits: hits(&desk.ui(), &groups, As::Options),
        actions: actions(&desk, &text, only, &groups, &counted),
    };
    Ok(Answer::Html(answer.render()))
}

/// What one can do beside opening a record: make one with the text as its name, write a note on the best one, see all.
fn actions(
    desk: &Desk<'_>,
    text: &str,
    only: Option<ObjectId>,
    groups: &[HitGroup],
    counts: &[(ObjectId, usize)],
) -> Vec<palette::Action> {
    let lang = desk.ask.lang;
    let mut actions = Vec::new();
    let may = |o: &&Object| o.listed && rules::may(desk.actor(), Action::Create, o.id);
    for object in desk.schema.objects.iter().filter(may).take(CREATE_MAX) {
        let name = object.label.to_lowercase();
        let given = given(object, text);
        let pairs = given.iter().map(|(n, t)| (n.as_str(), t.as_str()));
        actions.push(palette::Action {
            id: format!("o-new-{}", object.name),
            icon: object.icon.clone(),
            text: match text {
                "" => lang.with("search.create_any", &[("object", &name)]),
                _ => lang.with("search.create", &[("object", &name), ("text", &text)]),
            },
            href: link(&format!("/{}/new", object.name), pairs),
            panel: true,
        });
    }
    actions.extend(note(desk, groups));
    let shown: usize = groups.iter().map(|g| g.rows.len()).sum();
    if !text.is_empty() && total(counts) > shown {
        let object = only.and_then(|id| desk.schema.object_by_id(id));
        actions.push(palette::Action {
            id: "o-all".into(),
            icon: "search".into(),
            text: lang.t("search.all").into_owned(),
            href: scope_link(text, object),
            panel: false,
        });
    }
    actions
}

/// A note on the best person or organisation that was found.
fn note(desk: &Desk<'_>, groups: &[HitGroup]) -> Option<palette::Action> {
    let best = groups.first().filter(|g| matches!(g.object, Some(standard::CONTACTS | standard::COMPANIES)))?;
    let row = best.rows.first()?;
    let notes = desk.schema.object_by_id(standard::NOTES).filter(|o| o.listed)?;
    let field = desk.fields(notes).find(|f| f.target == Some(Target::Any))?;
    let object = desk.schema.object_by_id(row.id.object)?;
    rules::may(desk.actor(), Action::Create, notes.id).then(|| palette::Action {
        id: "o-note".into(),
        icon: notes.icon.clone(),
        text: desk.ask.lang.with("search.note_on", &[("note", &notes.label.to_lowercase()), ("record", &row.label)]),
        href: link(
            &format!("/{}/new", notes.name),
            [(field.name.as_str(), format!("{}/{}", object.name, row.id.row).as_str())],
        ),
        panel: true,
    })
}

/// The fields of the create form that take what was typed: an e-mail address, a phone number, a first and a last name, or
/// what names the record.
fn given(object: &Object, text: &str) -> Vec<(String, String)> {
    let of_kind = |kind: Kind| object.fields.iter().find(|f| f.kind == kind && f.quick).map(|f| f.name.clone());
    let is_phone = text.chars().filter(char::is_ascii_digit).count() >= 4
        && text.chars().all(|c| c.is_ascii_digit() || " +-().".contains(c));
    let by_kind = match (text.contains('@') && !text.contains(' '), is_phone) {
        (true, _) => of_kind(Kind::Emails),
        (_, true) => of_kind(Kind::Phones),
        _ => None,
    };
    if let Some(name) = by_kind {
        return vec![(name, text.to_owned())];
    }
    let title = object.title_field();
    match (title.parts.as_slice(), text.split_once(' ')) {
        ([first, last, ..], Some((given, family))) => {
            vec![(first.clone(), given.to_owned()), (last.clone(), family.trim().to_owned())]
        }
        ([first, ..], None) => vec![(first.clone(), text.to_owned())],
        _ => vec![(title.name.clone(), text.to_owned())],
    }
}

fn show(crm: &Crm, ask: &Ask) -> Result<Answer> {
    let mut desk = Desk::new(crm, ask);
    let schema = desk.schema.clone();
    let lang = ask.lang;
    let text = ask.param("q").trim().to_owned();
    let only = schema.object(ask.param("object")).filter(|o| o.listed).map(|o| o.id);
    let each = if only.is_some() { PAGE_MAX } else { PAGE_EACH };
    let asked =
        Found { text: &text, object: only, limit: PAGE_MAX, each: Some(each), most: Some(each), count_all: true };
    let results = look(&desk, &asked)?;
    let mut found = if text.is_empty() { lately(&mut desk, None)? } else { groups(&mut desk, &results, &asked)? };
    if only.is_some() {
        found.iter_mut().for_each(|g| g.all = None);
    }
    let shown: usize = found.iter().map(|g| g.rows.len()).sum();
    let body = html! {
        div class="scroll" { div class="search-page" {
            form method="get" action="/search" role="search" {
                span class="search-input" {
                    (icon::icon("search"))
                    input class="input" type="search" name="q" value=(text) placeholder=(lang.t("search.placeholder")) aria-label=(lang.t("shell.search")) autofocus[text.is_empty()];
                }
                @if let Some(object) = only.and_then(|id| schema.object_by_id(id)) { input type="hidden" name="object" value=(object.name); }
                button class="btn btn-primary" type="submit" { (lang.t("search.submit")) }
            }
            @if !text.is_empty() { (palette::scope_links(lang, &scopes(&desk, &text, only, &results.counts))) }
            @if results.partial { p class="notice notice-info" { (lang.t("search.partial")) } }
            (hits(&desk.ui(), &found, As::Links))
            @if only.is_some() && shown == PAGE_MAX { p class="text-3 search-end" { (lang.with("search.best_only", &[("n", &PAGE_MAX)])) } }
            @if found.is_empty() { (nothing(&desk, &text)) }
        } }
    };
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(lang.t("search.title"))], true);
    let title = lang.t("search.title");
    let page = desk.frame(Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body })?;
    Ok(Answer::Html(page))
}

/// What stands where nothing was found, or nothing opened yet.
fn nothing(desk: &Desk<'_>, text: &str) -> Markup {
    let lang = desk.ask.lang;
    let person = desk.schema.objects.iter().find(|o| o.listed && rules::may(desk.actor(), Action::Create, o.id));
    html! {
        @if text.is_empty() {
            (Empty { icon: "search", title: lang.t("search.title").into_owned(), text: lang.t("search.nothing_opened").into_owned(), actions: html! {} })
        } @else {
            (Empty {
                icon: "search-x", title: lang.with("search.none", &[("text", &text)]), text: lang.t("search.none_help").into_owned(),
                actions: html! {
                    @if let Some(object) = person {
                        @let given = given(object, text);
                        a class="btn" data-panel href=(link(&format!("/{}/new", object.name), given.iter().map(|(n, t)| (n.as_str(), t.as_str())))) {
                            (icon::icon("plus")) (lang.with("search.create", &[("object", &object.label.to_lowercase()), ("text", &text)]))
                        }
                    }
                },
            })
        }
    }
}
