//! Step 1: a file is dropped or chosen; below it what was imported before.

use super::{path, steps};
use crate::base::{Problem, time};
use crate::features::import::job::{Job, Phase};
use crate::features::import::jobs::FILE_BYTES_MAX;
use crate::model::Object;
use crate::web::desk::Desk;
use crate::web::ui::icon;
use maud::{Markup, html};

/// Earlier imports that are shown.
const EARLIER_MAX: usize = 10;

pub(super) fn page(desk: &Desk<'_>, object: &Object, earlier: &[Job], problems: &[Problem]) -> Markup {
    let lang = desk.ask.lang;
    let action = format!("/import/{}", object.name);
    let megabytes = FILE_BYTES_MAX >> 20;
    html! {
        section class="card" {
            (steps::head(desk, object, 1, "import.step_upload", html! {}))
            form class="import-body" method="post" action=(action) enctype="multipart/form-data" data-drop
                data-limit=(FILE_BYTES_MAX) data-text-large=(lang.with("import.too_large", &[("limit", &megabytes)])) {
                label class="drop" {
                    span class="empty-icon" aria-hidden="true" { (icon::icon("file-up")) }
                    b { (lang.t("import.drop")) }
                    span class="text-3" { (lang.t("import.drop_or")) }
                    span class="hidden-text" { (lang.t("import.file")) }
                    input class="file" type="file" name="file" required accept=".csv,.tsv,.txt,text/csv,text/plain"
                        aria-describedby="import-help" aria-invalid=[(!problems.is_empty()).then_some("true")];
                }
                p class="text-3" id="import-help" { (lang.with("import.help", &[("limit", &megabytes)])) }
                p class="notice notice-error" role="alert" data-problem hidden[problems.is_empty()] {
                    (icon::icon("circle-alert"))
                    span translate="no" { @for problem in problems { (problem.message) " " } }
                }
                div class="import-foot" {
                    span class="text-3 grow" { (lang.t("import.unsaved")) }
                    button class="btn btn-primary" type="submit" { (lang.t("import.upload")) }
                }
            }
        }
        @if !earlier.is_empty() {
            section class="card earlier" {
                h2 { (lang.t("import.earlier")) }
                ul {
                    @for job in earlier.iter().take(EARLIER_MAX) {
                        li {
                            a href=(path(&object.name, job.id)) translate="no" { (icon::icon("file-text")) span class="trunc" { (job.file) } }
                            span class="text-3 num" { (lang.count("import.rows_one", "import.rows", job.rows)) }
                            time class="text-3 num" datetime=(time::moment_text(job.at)) translate="no" { (time::show_moment(job.at, desk.ui().zone)) }
                            span class={ "pill " (colour(job.phase)) } { (lang.t(word(job.phase))) }
                        }
                    }
                }
            }
        }
    }
}

fn colour(phase: Phase) -> &'static str {
    match phase {
        Phase::Done => "c-green",
        Phase::Stopped => "c-amber",
        Phase::Undone | Phase::Undoing => "c-gray",
        _ => "c-blue",
    }
}

fn word(phase: Phase) -> &'static str {
    match phase {
        Phase::Matching => "import.phase_matching",
        Phase::Checking => "import.phase_checking",
        Phase::Checked => "import.phase_checked",
        Phase::Importing => "import.phase_importing",
        Phase::Done => "import.phase_done",
        Phase::Stopped => "import.phase_stopped",
        Phase::Undoing => "import.phase_undoing",
        Phase::Undone => "import.phase_undone",
    }
}
