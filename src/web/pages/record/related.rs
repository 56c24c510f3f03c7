//! What points to a record: its lists on tabs of their own, and in short beside the details.

use crate::base::Result;
use crate::base::id::{RecordRef, Row};
use crate::base::money::{Currency, Money};
use crate::model::field::Target;
use crate::model::rules::{self, Action};
use crate::model::{Field, Kind, Object};
use crate::records::Record;
use crate::records::query::{Aggregate, Figure, Measure, MeasureKind, Page, Query, Start};
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::pages::list::glance;
use crate::web::ui::empty::Empty;
use crate::web::ui::field;
use crate::web::ui::{avatar, icon};
use maud::{Markup, html};

/// Records of a related list on its tab.
const RELATED: usize = 50;
/// Records of a related list beside the details.
const RELATED_SHORT: usize = 3;

/// Related records up to which their amounts are added up while the page is made.
const SUMMED_MAX: u64 = 20_000;

/// Facts of a record in its related list.
const FACTS: usize = 4;

/// Which lists a page needs.
pub(super) enum Wanted<'a> {
    /// All of them, the open one in full.
    All(&'a str),
    /// Only this one.
    Only(&'a str),
    /// None.
    None,
}

/// A list of records that point to this one.
pub(super) struct Related<'a> {
    /// Name in the address: the inverse's.
    pub(super) name: String,
    pub(super) object: &'a Object,
    /// The fields that point here.
    fields: Vec<&'a Field>,
    filter: String,
    pub(super) page: Page,
    /// What they are worth together, an amount for each currency.
    sum: Vec<Money>,
}

/// The lists of what points here; the open one is read in full, the others only as far as the details show.
pub(super) fn related<'a>(
    desk: &'a Desk<'_>,
    object: &Object,
    id: RecordRef,
    wanted: &Wanted<'_>,
) -> Result<Vec<Related<'a>>> {
    let mut lists = Vec::new();
    for name in desk.schema.inverse_names(object.id) {
        let limit = match wanted {
            Wanted::All(open) | Wanted::Only(open) if *open == name => RELATED,
            Wanted::All(_) => RELATED_SHORT,
            _ => continue,
        };
        let ends = desk.schema.inverse(object.id, name);
        let Some((target, _)) = ends.first().copied() else { continue };
        let fields: Vec<&Field> = ends
            .iter()
            .filter(|(o, f)| o.id == target.id && !f.hidden && rules::field_visible(desk.actor(), o.id, f.id))
            .map(|(_, f)| *f)
            .collect();
        if !target.listed || fields.is_empty() {
            continue;
        }
        let filter = fields.iter().map(|f| points_to(f, object, id.row)).collect::<Vec<_>>().join(" OR ");
        let query = Query {
            object: target.id,
            filter: filter.clone(),
            sort: String::new(),
            start: Start::First,
            limit,
            trashed: false,
        };
        let page = desk.crm.engine.list(desk.actor(), &query)?;
        let sum = if (2..=SUMMED_MAX).contains(&page.total) { sum(desk, target, &filter)? } else { Vec::new() };
        lists.push(Related { name: name.to_owned(), object: target, fields, filter, page, sum });
    }
    Ok(lists)
}

/// What a list is worth, where its records have an amount that people look at first.
fn sum(desk: &Desk<'_>, object: &Object, filter: &str) -> Result<Vec<Money>> {
    let amount = desk.fields(object).find(|f| f.kind == Kind::Currency && f.listed && object.timeline);
    let Some(amount) = amount else { return Ok(Vec::new()) };
    let measures = vec![Measure { kind: MeasureKind::Sum, field: amount.name.clone() }];
    let aggregate = Aggregate { object: object.id, filter: filter.to_owned(), group: Vec::new(), measures };
    let figures = desk.crm.engine.aggregate(desk.actor(), &aggregate)?;
    let first = figures.groups.into_iter().next().and_then(|g| g.figures.into_iter().next());
    Ok(if let Some(Figure::Money(sums)) = first { sums } else { Vec::new() })
}

fn points_to(field: &Field, object: &Object, row: Row) -> String {
    match field.target {
        Some(Target::Any) => format!("{} = \"{}/{row}\"", field.name, object.name),
        _ => format!("{} = {row}", field.name),
    }
}

impl Related<'_> {
    /// Address of the whole list, with its filter, sort and paging.
    fn whole(&self) -> String {
        link(&format!("/{}", self.object.name), [("filter", self.filter.as_str())])
    }

    /// Address of the form for a new one that is linked already; `None` for who may not make one.
    fn new_one(&self, desk: &Desk<'_>, object: &Object, id: RecordRef) -> Option<String> {
        let field = self.fields.first().filter(|_| rules::may(desk.actor(), Action::Create, self.object.id))?;
        let value = match field.target {
            Some(Target::Any) => format!("{}/{}", object.name, id.row),
            _ => id.row.to_string(),
        };
        Some(link(&format!("/{}/new", self.object.name), [(field.name.as_str(), value.as_str())]))
    }

    /// `3 · $9,120`.
    fn figures(&self, desk: &Desk<'_>) -> Markup {
        let home: Option<Currency> = desk.schema.currency.parse().ok();
        html! {
            span class="text-3 num" translate="no" {
                (grouped(self.page.total))
                @for money in &self.sum { " · " (money.brief(home.unwrap_or(money.currency))) }
            }
        }
    }

    /// What is shown of each record beside its name: the columns of its list, without those that point back.
    fn facts<'b>(&'b self, desk: &Desk<'_>) -> Vec<&'b Field> {
        let object = self.object;
        desk.fields(object)
            .filter(|f| f.listed && f.id != object.title && f.kind != Kind::LongText && f.kind != Kind::File)
            .filter(|f| !self.fields.iter().any(|own| own.id == f.id))
            .take(FACTS)
            .collect()
    }
}

/// A list on its own tab.
pub(super) fn related_tab(
    desk: &Desk<'_>,
    object: &Object,
    id: RecordRef,
    related: &[Related<'_>],
    name: &str,
) -> Markup {
    let lang = desk.ask.lang;
    let Some(list) = related.iter().find(|l| l.name == name) else {
        return html! { p class="text-3" { (lang.t("record.no_tab")) } };
    };
    let plural = list.object.label_plural.to_lowercase();
    html! {
        @if list.page.records.is_empty() {
            (Empty {
                icon: &list.object.icon,
                title: lang.with("record.none", &[("objects", &plural)]),
                text: lang.t("record.none_help").into_owned(),
                actions: add_button(desk, object, id, list),
            })
        } @else {
            div class="related-tab" {
                div class="section-head" {
                    h2 translate="no" { (list.object.label_plural) }
                    (list.figures(desk))
                    a class="btn btn-ghost" href=(list.whole()) { (icon::sized("list", "icon icon-14")) (lang.t("record.as_list")) }
                    (add_button(desk, object, id, list))
                }
                (table(desk, list))
                @if list.page.total > list.page.records.len() as u64 {
                    a class="link" href=(list.whole()) { (lang.with("record.all", &[("n", &grouped(list.page.total))])) }
                }
            }
        }
    }
}

fn add_button(desk: &Desk<'_>, object: &Object, id: RecordRef, list: &Related<'_>) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @if let Some(href) = list.new_one(desk, object, id) {
            a class="btn" href=(href) data-panel {
                (icon::sized("plus", "icon icon-14")) (lang.with("list.add", &[("object", &list.object.label.to_lowercase())]))
            }
        }
    }
}

fn table(desk: &Desk<'_>, list: &Related<'_>) -> Markup {
    let ui = desk.ui();
    let object = list.object;
    let facts = list.facts(desk);
    html! {
        table class="related-table" {
            thead { tr {
                th scope="col" translate="no" { (object.title_field().label) }
                @for field in &facts { th scope="col" class=[field::is_right(field.kind).then_some("right")] translate="no" { (field.label) } }
            } }
            tbody translate="no" {
                @for record in &list.page.records {
                    @let title = desk.title(object, record);
                    @let open = field::is_open(&ui, object, &record.values);
                    tr {
                        th scope="row" { span class="who" {
                            (avatar::sign(&ui, record.id, &title, "avatar avatar-28"))
                            a href={ "/" (object.name) "/" (record.id.row) } { (title) }
                        } }
                        @for field in &facts {
                            @let value = desk.value(object, field, record);
                            td class=[field::is_right(field.kind).then_some("right")] { (field::view_in(&ui, field, value.as_ref(), open)) }
                        }
                    }
                }
            }
        }
    }
}

/// The related lists in short, under the details.
pub(super) fn beside(desk: &Desk<'_>, object: &Object, id: RecordRef, related: &[Related<'_>]) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @for list in related.iter().filter(|l| !l.page.records.is_empty() && l.object.timeline) {
            section class="section" {
                div class="section-head" {
                    h2 { a href=(list.whole()) translate="no" { (list.object.label_plural) } }
                    (list.figures(desk))
                    @if let Some(href) = list.new_one(desk, object, id) {
                        @let label = lang.with("list.add", &[("object", &list.object.label.to_lowercase())]);
                        a class="btn btn-ghost btn-icon" aria-label=(label) title=(label) href=(href) data-panel { (icon::icon("plus")) }
                    }
                }
                @for record in list.page.records.iter().take(RELATED_SHORT) { (short(desk, list, record)) }
            }
        }
    }
}

/// A record in short: its name, what it is worth on the right, and two more facts below.
fn short(desk: &Desk<'_>, list: &Related<'_>, record: &Record) -> Markup {
    let ui = desk.ui();
    let object = list.object;
    let title = desk.title(object, record);
    let has = |f: &&Field| f.listed && record.values.get(f.id).is_some_and(glance);
    let mut glances: Vec<&Field> = desk.fields(object).filter(has).collect();
    glances.sort_by_key(|f| f.kind != Kind::Currency);
    let open = field::is_open(&ui, object, &record.values);
    let view = |field: &Field| field::view_in(&ui, field, record.values.get(field.id), open);
    html! {
        a class="related" href={ "/" (object.name) "/" (record.id.row) } translate="no" {
            (avatar::sign(&ui, record.id, &title, "avatar avatar-28"))
            span class="grow" {
                b class="trunc" { (title) }
                @if glances.len() > 1 { small { @for field in glances.iter().skip(1).take(2) { span { (view(field)) } } } }
            }
            @if let Some(field) = glances.first() { (view(field)) }
        }
    }
}
