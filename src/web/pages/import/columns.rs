//! Step 2: each column of the file with some of its cells, the field it goes into and how it fits, and what is done with rows
//! that are here already.

use super::{importable, path, steps};
use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::features::import::job::Job;
use crate::features::import::{Look, LookColumn, ROWS_LOOKED_AT};
use crate::model::{Field, Kind, Object};
use crate::web::ask::{Answer, Ask};
use crate::web::desk::Desk;
use crate::web::form::Form;
use crate::web::messages::{Lang, grouped};
use crate::web::ui::icon;
use maud::{Markup, html};

/// The policies, with their words.
const POLICIES: [(&str, &str); 3] = [("skip", "import.skip"), ("update", "import.update"), ("create", "import.create")];

pub(super) fn page(
    desk: &Desk<'_>,
    object: &Object,
    job: &Job,
    look: &Look,
    offered: &[(String, &Field)],
    problems: &[Problem],
) -> Markup {
    let lang = desk.ask.lang;
    let place = path(&object.name, job.id);
    let rows = html! { span class="text-3 num" { (lang.count("import.rows_one", "import.rows", job.rows)) } };
    html! {
        form class="card" method="post" action={ (place) "/check" } {
            (steps::head(desk, object, 2, "import.step_match", rows))
            (steps::trouble(job, problems))
            table class="columns" {
                thead { tr {
                    th scope="col" { (lang.t("import.column")) }
                    th scope="col" { (lang.t("import.sample")) }
                    th scope="col" { (lang.t("import.field")) }
                    th scope="col" { (lang.t("import.state")) }
                } }
                tbody {
                    @for (n, column) in look.columns.iter().enumerate() {
                        tr {
                            th scope="row" translate="no" { (column.name) }
                            td class="text-3" translate="no" { span class="trunc" { (column.samples.join(" · ")) } }
                            td { (choice(lang, n, column, offered, &place)) }
                            (check(lang, n, column, job.blamed.get(&column.name).copied()))
                        }
                    }
                }
            }
            div class="import-body" {
                label class="import-policy" {
                    span { (lang.t("import.duplicates")) }
                    select class="input" name="duplicates" {
                        @for (value, word) in POLICIES { option value=(value) selected[value == job.duplicates] { (lang.t(word)) } }
                    }
                }
                div class="import-foot" {
                    span class="text-3 grow" {
                        @if job.rows > ROWS_LOOKED_AT { (lang.with("import.looked_at", &[("n", &grouped(ROWS_LOOKED_AT))])) " " }
                        (lang.t("import.unsaved"))
                    }
                    button class="btn btn-ghost" type="submit" formaction={ (place) "/stop" } formnovalidate { (lang.t("import.discard")) }
                    button class="btn btn-primary" type="submit" { (lang.t("import.check")) }
                }
            }
        }
    }
}

fn choice(lang: Lang, n: usize, column: &LookColumn, offered: &[(String, &Field)], place: &str) -> Markup {
    let now = column.target.as_deref().unwrap_or_default();
    html! {
        select class="input" name={ "c" (n) } aria-label=(lang.with("import.for_column", &[("column", &column.name)]))
            hx-post={ (place) "/look?column=" (n) } hx-trigger="change" hx-include="closest form" hx-target={ "#check-" (n) } hx-swap="outerHTML" {
            option value="" selected[now.is_empty()] { (lang.t("import.nothing")) }
            @for (value, field) in offered {
                option value=(value) selected[value == now] translate="no" { (label(value, field)) }
            }
        }
    }
}

/// The field's label, of a part of an address with the part.
fn label(value: &str, field: &Field) -> String {
    match value.split_once('.').filter(|_| field.kind == Kind::Address) {
        Some((_, part)) => format!("{}: {}", field.label, part.replace('_', " ")),
        None => field.label.clone(),
    }
}

/// How a column fits: as far as it was looked at, or as the whole file was tried.
fn check(lang: Lang, n: usize, column: &LookColumn, tried: Option<u64>) -> Markup {
    let bad = tried.unwrap_or(column.bad);
    html! {
        td id={ "check-" (n) } {
            @if column.target.is_none() { span class="pill c-gray" { (lang.t("import.left_out")) } }
            @else if bad > 0 { span class="pill c-amber" { (lang.count("import.fix_one", "import.fix", bad)) } }
            @else { span class="pill c-green" { (icon::sized("check", "icon icon-12")) (lang.t("import.matched")) } }
        }
    }
}

/// The cell of the column that was just given another field.
pub(super) fn one(crm: &Crm, ask: &Ask, object: &str, id: u64, form: &Form) -> Result<Answer> {
    importable(ask, &crm.engine.schema(), object)?;
    let n: usize = ask.param("column").parse().map_err(|_| Error::NotFound)?;
    let look = crm.imports.look(&ask.actor, id, map_of(crm, ask, id, form)?)?;
    let column = look.columns.get(n).ok_or(Error::NotFound)?;
    Ok(Answer::Html(check(ask.lang, n, column, None)))
}

/// What the form says of the columns, where that is not what would be guessed: a guess knows more than a field's name.
pub(super) fn map_of(crm: &Crm, ask: &Ask, id: u64, form: &Form) -> Result<Vec<(String, String)>> {
    let look = crm.imports.look(&ask.actor, id, Vec::new())?;
    let mut map = Vec::new();
    for (n, column) in look.columns.into_iter().enumerate() {
        let Some(chosen) = form.get(&format!("c{n}")) else { continue };
        if chosen != column.guess.as_deref().unwrap_or_default() {
            map.push((column.name, chosen.to_owned()));
        }
    }
    Ok(map)
}
