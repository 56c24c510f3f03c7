//! Settings: what holds for the whole workspace, for those who may change it, and what a member chooses for themselves. What
//! stands here exists; what is not there yet has no entry.

use crate::app::Crm;
use crate::base::{Error, Result};
use crate::features::accounts::GeneralChange;
use crate::http::{CrmData, Failure, run};
use crate::model::object::standard::MEMBERS;
use crate::model::rules::{self, Action};
use crate::web::ask::{Answer, Ask};
use crate::web::desk::{Desk, Frame};
use crate::web::form::Form;
use crate::web::look::{MODES, THEMES};
use crate::web::messages::Lang;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::icon;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Form as Body;
use maud::{Markup, html};

type Outcome = std::result::Result<HttpResponse, Failure>;

/// The pages, by the last part of their address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    General,
    Experience,
}

/// `GET /settings`: the first page one may see.
pub async fn page(ask: Ask) -> Outcome {
    let first = if may_change_workspace(&ask) { "/settings/general" } else { "/settings/experience" };
    Ok(Answer::To(first.into()).respond(false))
}

/// `GET /settings/general`.
pub async fn general(crm: CrmData, ask: Ask) -> Outcome {
    Ok(run(&crm, move |crm| show_general(crm, &ask, None)).await?.respond(false))
}

/// `POST /settings/general`: `workspace` or `theme`.
pub async fn save_general(crm: CrmData, ask: Ask, body: Body<Vec<(String, String)>>) -> Outcome {
    let by_script = ask.by_script;
    let answer = run(&crm, move |crm| {
        let form = Form(body.into_inner());
        for (name, change) in [
            ("workspace", GeneralChange::Name as fn(String) -> GeneralChange),
            ("theme", GeneralChange::Theme as fn(String) -> GeneralChange),
        ] {
            let Some(text) = form.get(name) else { continue };
            match crm.accounts.change_general(&ask.actor, change(text.to_owned())) {
                Err(Error::Invalid(_)) if !ask.by_script => return show_general(crm, &ask, Some(text)),
                other => other?,
            }
        }
        Ok(if ask.by_script { Answer::Html(html! {}) } else { Answer::To("/settings/general?done=saved".into()) })
    });
    Ok(answer.await?.respond(by_script))
}

/// `GET /settings/experience`.
pub async fn experience(crm: CrmData, ask: Ask) -> Outcome {
    let answer = run(&crm, move |crm| {
        let lang = ask.lang;
        let body = html! {
            h2 { (lang.t("look.mode")) }
            p class="text-2" { (lang.t("settings.mode_help")) }
            form method="post" action="/look" data-look {
                input type="hidden" name="back" value="/settings/experience";
                div class="modes" role="group" aria-label=(lang.t("look.mode")) { @for (mode, name, key) in MODES.iter().zip(["monitor", "sun", "moon"]).zip(["look.system", "look.light", "look.dark"]).map(|((m, i), k)| (m, i, k)) {
                    button class="mode" type="submit" name="mode" value=(mode) aria-pressed=(*mode == ask.look.mode) { (icon::sized(name, "icon icon-20")) (lang.t(key)) }
                } }
            }
        };
        frame(&mut Desk::new(crm, &ask), Place::Experience, &body)
    });
    Ok(answer.await?.respond(false))
}

fn may_change_workspace(ask: &Ask) -> bool {
    rules::may(&ask.actor, Action::Settings, MEMBERS)
}

/// `refused` is a name that can't be taken.
fn show_general(crm: &Crm, ask: &Ask, refused: Option<&str>) -> Result<Answer> {
    if !may_change_workspace(ask) {
        return Err(Error::Denied("Only an admin may change the workspace's settings.".into()));
    }
    let lang = ask.lang;
    let general = crm.accounts.general()?;
    let body = html! {
        form class="setting" method="post" action="/settings/general" data-autosave {
            div class="field" {
                label for="workspace" { (lang.t("settings.name")) }
                div class="row" {
                    input class="input" id="workspace" name="workspace" required maxlength="100" autocomplete="off" value=(refused.unwrap_or(&general.name))
                        translate="no" aria-invalid=[refused.map(|_| "true")] aria-describedby="workspace-note";
                    button class="btn without-script" type="submit" { (lang.t("settings.save")) }
                }
                p class="setting-note" id="workspace-note" role="status" data-note { @if refused.is_some() { span class="text-red" { (lang.t("settings.name_help")) } } }
            }
        }
        form class="setting" method="post" action="/settings/general" data-autosave data-theme-form {
            fieldset {
                legend { (lang.t("settings.theme")) }
                p class="text-2" { (lang.t("settings.theme_help")) }
                div class="themes" {
                    @for theme in THEMES {
                        label class={ "theme-card theme-" (theme) } {
                            input type="radio" name="theme" value=(theme) checked[theme == general.theme];
                            (sample())
                            span class="theme-name" { (theme_name(lang, theme)) }
                        }
                    }
                }
                button class="btn without-script" type="submit" { (lang.t("settings.save")) }
                p class="setting-note" role="status" data-note {}
            }
        }
    };
    let answer = frame(&mut Desk::new(crm, ask), Place::General, &body)?;
    Ok(match answer {
        Answer::Html(page) if refused.is_some() => Answer::Refused(StatusCode::UNPROCESSABLE_ENTITY, page),
        answer => answer,
    })
}

/// A small picture of a page in the theme of the element around it.
fn sample() -> Markup {
    html! {
        span class="theme-sample" aria-hidden="true" {
            span class="side" { i {} i {} i {} }
            span class="sheet-sample" { i class="line" {} i {} i {} b {} }
        }
    }
}

fn theme_name(lang: Lang, theme: &str) -> std::borrow::Cow<'static, str> {
    match theme {
        "ocean" => lang.t("look.ocean"),
        "forest" => lang.t("look.forest"),
        "sunset" => lang.t("look.sunset"),
        "violet" => lang.t("look.violet"),
        "rose" => lang.t("look.rose"),
        "midnight" => lang.t("look.midnight"),
        _ => lang.t("look.classic"),
    }
}

fn frame(desk: &mut Desk<'_>, place: Place, body: &Markup) -> Result<Answer> {
    let lang = desk.ask.lang;
    let (title, help) = match place {
        Place::General => (lang.t("settings.general"), lang.t("settings.general_help")),
        Place::Experience => (lang.t("settings.experience"), lang.t("settings.experience_help")),
    };
    let entry = |to: Place, href: &str, sign: &str, text: &str| {
        html! { a class="nav-link" href=(href) aria-current=[(to == place).then_some("page")] { (icon::icon(sign)) (text) } }
    };
    let page = html! {
        div class="settings" {
            nav class="settings-nav" aria-label=(lang.t("settings.pages")) {
                @if may_change_workspace(desk.ask) { (entry(Place::General, "/settings/general", "settings", &lang.t("settings.general"))) }
                (entry(Place::Experience, "/settings/experience", "user-cog", &lang.t("settings.experience")))
            }
            div class="scroll" { div class="settings-page" {
                h1 { (title) }
                p class="text-2" { (help) }
                (body)
            } }
        }
    };
    let crumbs = breadcrumb(
        &lang.t("shell.crumbs"),
        &[Crumb::link(lang.t("settings.title"), "/settings"), Crumb::here(title.clone())],
        false,
    );
    let frame = Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body: page };
    Ok(Answer::Html(desk.frame(frame)?))
}
