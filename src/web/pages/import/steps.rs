//! Steps 3 and 4: what is running and how far it is, what would come of the file, and what came of it.

use super::path;
use crate::base::{Problem, time};
use crate::features::import::job::{Counts, Job, Phase};
use crate::features::import::jobs::REASONS_MAX;
use crate::model::Object;
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::messages::grouped;
use crate::web::ui::{icon, progress};
use maud::{Markup, html};

/// Words for the counts before and after.
const WOULD: [&str; 5] = [
    "import.would_create",
    "import.would_update",
    "import.would_skip",
    "import.would_reject",
    "import.would_companies",
];
const DID: [&str; 5] = ["import.created", "import.updated", "import.skipped", "import.rejected", "import.companies"];

/// The head of every step: which it is, and how many there are.
pub(super) fn head(desk: &Desk<'_>, object: &Object, n: u64, what: &'static str, beside: Markup) -> Markup {
    let lang = desk.ask.lang;
    let step = lang.with("import.step", &[("n", &n), ("what", &lang.t(what))]);
    html! {
        div class="import-head" {
            div class="row wrap" {
                h1 { (lang.with("import.title", &[("objects", &object.label_plural.to_lowercase())])) }
                span class="text-3" { (step) }
                span class="grow" {}
                (beside)
            }
            (progress::bar(n, 4, &step))
        }
    }
}

/// Why the last step did not go on.
pub(super) fn trouble(job: &Job, problems: &[Problem]) -> Markup {
    let told = problems.iter().map(|p| p.message.as_str()).chain(job.trouble.as_deref());
    html! {
        @for sentence in told {
            p class="notice notice-error import-trouble" role="alert" { (icon::icon("circle-alert")) span translate="no" { (sentence) } }
        }
    }
}

pub(super) fn page(desk: &Desk<'_>, object: &Object, job: &Job, saved: u64, problems: &[Problem]) -> Markup {
    match job.phase {
        Phase::Checking => running(desk, object, job, 3, "import.step_check", "import.checking"),
        Phase::Importing => running(desk, object, job, 4, "import.step_run", "import.running"),
        Phase::Undoing => running(desk, object, job, 4, "import.step_run", "import.undoing"),
        Phase::Done | Phase::Stopped | Phase::Undone => ended(desk, object, job, saved, problems),
        Phase::Matching | Phase::Checked => checked(desk, object, job, problems),
    }
}

/// What is running: asks again every second, by script or without.
fn running(desk: &Desk<'_>, object: &Object, job: &Job, n: u64, step: &'static str, told: &'static str) -> Markup {
    let lang = desk.ask.lang;
    let place = path(&object.name, job.id);
    let (done, total) = job.progress;
    let percent = (done.min(total) * 100).checked_div(total).unwrap_or_default();
    let told = lang.t(told);
    html! {
        section class="card" hx-get={ (place) "?part=yes" } hx-trigger="every 1s" hx-swap="outerHTML" hx-target="this" {
            (head(desk, object, n, step, html! { span class="text-3 trunc" translate="no" { (job.file) } }))
            div class="import-body" {
                p role="status" { (told) }
                (progress::bar(done, total, &told))
                p class="text-3 num" translate="no" { (percent) " %" }
                div class="import-foot" {
                    span class="grow" {}
                    noscript { meta http-equiv="refresh" content="2"; a class="btn" href=(place) { (lang.t("import.reload")) } }
                    @if job.phase != Phase::Undoing {
                        form method="post" action={ (place) "/stop" } { button class="btn" type="submit" { (lang.t("import.stop")) } }
                    }
                }
            }
        }
    }
}

fn counts(desk: &Desk<'_>, counts: &Counts, words: [&'static str; 5]) -> Markup {
    let lang = desk.ask.lang;
    let Counts { created, updated, skipped, rejected, companies, .. } = counts;
    let all = [*created, *updated, *skipped, *rejected, *companies];
    html! {
        dl class="import-counts" {
            @for (word, n) in words.into_iter().zip(all) {
                // Making and failing are always told, the rest where it happens.
                @if n > 0 || word == words[0] || word == words[3] {
                    div class=[(word == words[3] && n > 0).then_some("bad")] {
                        dt { (lang.t(word)) }
                        dd class="num" translate="no" { (grouped(n)) }
                    }
                }
            }
        }
        @for note in &counts.notes { p class="text-3" translate="no" { (note) } }
    }
}

/// The rejected rows that are shown, with their reasons.
fn reasons(desk: &Desk<'_>, job: &Job, first: &'static str) -> Markup {
    let lang = desk.ask.lang;
    html! {
        @if !job.reasons.is_empty() {
            section class="import-reasons" {
                h2 { (lang.t("import.reasons")) }
                div class="import-reasons-list" tabindex="0" role="region" aria-label=(lang.t("import.reasons")) {
                    table {
                        thead { tr { th scope="col" { (lang.t("import.line")) } th scope="col" { (lang.t("import.reason")) } } }
                        tbody translate="no" {
                            @for (line, reason) in &job.reasons { tr { th scope="row" class="num" { (grouped(*line)) } td { (reason) } } }
                        }
                    }
                }
                @if job.counts.rejected > REASONS_MAX as u64 {
                    p class="text-3" { (lang.with(first, &[("n", &REASONS_MAX), ("total", &grouped(job.counts.rejected))])) }
                }
            }
        }
    }
}

fn checked(desk: &Desk<'_>, object: &Object, job: &Job, problems: &[Problem]) -> Markup {
    let lang = desk.ask.lang;
    let place = path(&object.name, job.id);
    let good = job.counts.created + job.counts.updated;
    let rows = html! { span class="text-3 num" { (lang.count("import.rows_one", "import.rows", job.counts.rows)) } };
    html! {
        section class="card" {
            (head(desk, object, 3, "import.step_check", rows))
            (trouble(job, problems))
            div class="import-body" {
                (counts(desk, &job.counts, WOULD))
                (reasons(desk, job, "import.first"))
                div class="import-foot" {
                    span class="text-3 grow" { (lang.t(if good == 0 { "import.none_good" } else { "import.unsaved" })) }
                    a class="btn" href={ (place) "?step=match" } { (lang.t("import.back")) }
                    @if good > 0 {
                        form method="post" action={ (place) "/run" } {
                            button class="btn btn-primary" type="submit" { (lang.count("import.run_one", "import.run", good)) }
                        }
                    }
                }
            }
        }
    }
}

fn ended(desk: &Desk<'_>, object: &Object, job: &Job, saved: u64, problems: &[Problem]) -> Markup {
    let lang = desk.ask.lang;
    let place = path(&object.name, job.id);
    let (title, mark, colour) = match job.phase {
        Phase::Done => ("import.finished", "circle-check", "c-green"),
        Phase::Undone => ("import.was_undone", "undo-2", "c-gray"),
        _ => ("import.was_stopped", "triangle-alert", "c-amber"),
    };
    let may_undo = matches!(job.phase, Phase::Done | Phase::Stopped) && saved > 0;
    html! {
        section class="card" {
            (head(desk, object, 4, "import.step_run", html! { span class="text-3 trunc" translate="no" { (job.file) } }))
            (trouble(job, problems))
            div class="import-body" {
                div class="import-end" role="status" { span class={ "empty-icon " (colour) } { (icon::icon(mark)) } h2 { (lang.t(title)) } }
                @match job.phase {
                    Phase::Stopped if saved == 0 => p { (lang.t("import.saved_none")) },
                    Phase::Stopped => p { (lang.count("import.saved_one", "import.saved", saved)) },
                    Phase::Undone => (undone(desk, job)),
                    _ => (counts(desk, &job.counts, DID)),
                }
                @if job.phase != Phase::Undone { (reasons(desk, job, "import.first_done")) }
                div class="import-foot" {
                    @if !job.reasons.is_empty() {
                        a class="btn" href={ (place) "/rejected" } download { (icon::icon("download")) (lang.t("import.download")) }
                    }
                    @if may_undo {
                        form method="post" action={ (place) "/undo" } {
                            button class="btn" type="submit" { (icon::icon("undo-2")) (lang.t("import.undo")) }
                        }
                    }
                    span class="grow" {}
                    a class="btn" href={ "/import/" (object.name) } { (lang.t("import.again")) }
                    @let (href, word) = shown(object, job);
                    a class="btn btn-primary" href=(href) {
                        (lang.with(word, &[("objects", &object.label_plural.to_lowercase())]))
                    }
                }
            }
        }
    }
}

fn undone(desk: &Desk<'_>, job: &Job) -> Markup {
    let lang = desk.ask.lang;
    let (reverted, kept) = job.undone.unwrap_or_default();
    html! {
        p { (lang.count("import.reverted_one", "import.reverted", reverted)) }
        @if kept > 0 { p { (lang.count("import.kept_one", "import.kept", kept)) } }
    }
}

/// The list of what was made since the import began, which may hold what a colleague made too; where that can't be told from the
/// time, the whole list.
fn shown(object: &Object, job: &Job) -> (String, &'static str) {
    let list = format!("/{}", object.name);
    if job.phase == Phase::Undone || job.dated || job.counts.created == 0 {
        return (list, "import.show");
    }
    let filter = format!("created_at >= {}", time::moment_text(job.begun));
    (link(&list, [("filter", filter.as_str()), ("sort", "-created_at")]), "import.show_new")
}
