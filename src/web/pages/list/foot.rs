//! What stands under a list: how many records it has and what their money adds up to, and the way to its other pages.

use super::listing::Listing;
use super::rows::columns;
use crate::base::Result;
use crate::base::money::{Currency, Money};
use crate::model::{Field, Kind, Object};
use crate::records::query::{Aggregate, Figure, Measure, MeasureKind, Page};
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::ui::pagination::{Pagination, pagination};
use maud::{Markup, html};

/// Records up to which sums come with the page; those of longer lists follow, so that nobody waits for them.
const SUMS_INLINE_MAX: u64 = 20_000;

/// The foot of the table: with the sums or, for a long list, with the promise of them.
pub fn sums(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, total: u64) -> Result<Markup> {
    if total <= SUMS_INLINE_MAX {
        let figures = figures(desk, object, listing, &measured(&columns(desk, object, listing)))?;
        return Ok(foot(desk, object, listing, total, Some(&figures.amounts)));
    }
    Ok(foot(desk, object, listing, total, None))
}

/// The foot alone, as it is now: for a long list, and after a cell was saved.
pub fn sums_alone(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>) -> Result<Markup> {
    let figures = figures(desk, object, listing, &measured(&columns(desk, object, listing)))?;
    let foot = foot(desk, object, listing, figures.total, Some(&figures.amounts));
    Ok(html! { table { (foot) } })
}

/// The columns whose values are added up.
fn measured<'a>(columns: &[&'a Field]) -> Vec<&'a Field> {
    columns.iter().copied().filter(|f| f.kind == Kind::Currency).collect()
}

/// Figures over a whole list.
struct Sums {
    /// Records in it.
    total: u64,
    /// For each measured column an amount a currency.
    amounts: Vec<Vec<Money>>,
}

fn figures(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, fields: &[&Field]) -> Result<Sums> {
    let aggregate = Aggregate {
        object: object.id,
        filter: listing.whole_filter(),
        group: Vec::new(),
        measures: fields.iter().map(|f| Measure { kind: MeasureKind::Sum, field: f.name.clone() }).collect(),
    };
    let answer = desk.crm.engine.aggregate(desk.actor(), &aggregate)?;
    let figures = answer.groups.into_iter().next().map(|g| g.figures).unwrap_or_default();
    let money = |figure| if let Figure::Money(amounts) = figure { amounts } else { Vec::new() };
    Ok(Sums { total: answer.total, amounts: figures.into_iter().map(money).collect() })
}

fn foot(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, total: u64, sums: Option<&[Vec<Money>]>) -> Markup {
    let columns = columns(desk, object, listing);
    let measured = measured(&columns);
    let more = (!measured.is_empty()).then(|| listing.link(&format!("/{}", object.name), &[("part", "sums")]));
    let when = more.as_ref().map(|_| if sums.is_some() { "refresh" } else { "load, refresh" });
    let name = if total == 1 { &object.label } else { &object.label_plural };
    html! {
        tfoot id="list-sums" hx-get=[more] hx-trigger=[when] hx-target="this" hx-select="#list-sums" hx-swap="outerHTML" {
            tr {
                th scope="row" { b class="num" { (grouped(total)) } " " span translate="no" { (name.to_lowercase()) } }
                @for field in &columns {
                    td class=[(field.kind == Kind::Currency).then_some("right")] {
                        @if let Some(at) = measured.iter().position(|m| m.id == field.id)
                            && let Some(amounts) = sums.and_then(|s| s.get(at)) { (sum(desk, amounts)) }
                    }
                }
            }
        }
    }
}

/// The workspace's currency first; amounts of others are counted, and told in full by the title.
fn sum(desk: &Desk<'_>, amounts: &[Money]) -> Markup {
    let lang = desk.ask.lang;
    let shown = |money: &Money| money.brief(desk.schema.currency.parse::<Currency>().unwrap_or(money.currency));
    let home = amounts.iter().find(|m| m.currency.to_string() == desk.schema.currency).or(amounts.first());
    let all: Vec<String> = amounts.iter().map(shown).collect();
    html! {
        @if let Some(home) = home {
            span title=[(amounts.len() > 1).then(|| all.join(" · "))] {
                (lang.t("list.sum")) " " b class="num" translate="no" { (shown(home)) }
                @if amounts.len() > 1 { " " (lang.with("value.more", &[("n", &(amounts.len() - 1))])) }
            }
        }
    }
}

/// Which records the page shows, and the way to the others.
pub fn pages(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, page: &Page) -> Markup {
    let path = format!("/{}", object.name);
    let to = |more: (&str, &str)| listing.link(&path, &[more]);
    pagination(
        desk.ask.lang,
        &Pagination {
            position: page.position,
            shown: page.records.len() as u64,
            total: page.total,
            first: page.previous.as_ref().map(|_| listing.link(&path, &[])),
            previous: page.previous.as_ref().map(|c| to(("before", c))),
            next: page.next.as_ref().map(|c| to(("after", c))),
            last: page.next.as_ref().map(|_| to(("page", "last"))),
        },
    )
}
