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

/// The foot of the table, with the sums or, for a long list, with the promise of them.
pub fn sums(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, total: u64, now: bool) -> Result<Markup> {
    let columns = columns(desk, object, listing);
    let measured: Vec<&Field> = columns.iter().copied().filter(|f| f.kind == Kind::Currency).collect();
    let now = now || total <= SUMS_INLINE_MAX;
    let figures = if now && !measured.is_empty() { figures(desk, object, listing, &measured)? } else { Vec::new() };
    let href = listing.link(&format!("/{}", object.name), &[("part", "sums")]);
    let more = (!measured.is_empty()).then_some(href);
    let name = if total == 1 { &object.label } else { &object.label_plural };
    Ok(html! {
        tfoot id="list-sums" hx-get=[more.as_ref()] hx-trigger=[more.as_ref().map(|_| if now { "refresh" } else { "load, refresh" })]
            hx-target="this" hx-select="#list-sums" hx-swap="outerHTML" {
            tr {
                th scope="row" { b class="num" { (grouped(total)) } " " span translate="no" { (name.to_lowercase()) } }
                @for field in &columns {
                    td class=[(field.kind == Kind::Currency).then_some("right")] {
                        @if let Some(at) = measured.iter().position(|m| m.id == field.id)
                            && let Some(amounts) = figures.get(at) { (sum(desk, amounts)) }
                    }
                }
            }
        }
    })
}

/// The sums of money columns over the whole list, an amount a currency.
fn figures(desk: &Desk<'_>, object: &Object, listing: &Listing<'_>, fields: &[&Field]) -> Result<Vec<Vec<Money>>> {
    let aggregate = Aggregate {
        object: object.id,
        filter: listing.whole_filter(),
        group: Vec::new(),
        measures: fields.iter().map(|f| Measure { kind: MeasureKind::Sum, field: f.name.clone() }).collect(),
    };
    let answer = desk.crm.engine.aggregate(desk.actor(), &aggregate)?;
    let figures = answer.groups.into_iter().next().map(|g| g.figures).unwrap_or_default();
    let money = |figure| if let Figure::Money(amounts) = figure { amounts } else { Vec::new() };
    Ok(figures.into_iter().map(money).collect())
}

/// The workspace's currency first; amounts of others are counted, and told in full by the title.
fn sum(desk: &Desk<'_>, amounts: &[Money]) -> Markup {
    let lang = desk.ask.lang;
    let shown = |money: &Money| money.show(desk.schema.currency.parse::<Currency>().unwrap_or(money.currency));
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
