//! The first run: the workspace is made from a preset and gets its first admin, by whoever has the one-time token of the log.

use crate::app::Crm;
use crate::base::{Error, Problem, Result};
use crate::features::accounts::{Setup, SignIn};
use crate::http::{CrmData, Failure, address_of, agent_of, run, run_sign_in};
use crate::model::preset::{NAMES, Preset};
use crate::web::ask::{self, look_of, query_of};
use crate::web::form::Form;
use crate::web::messages::Lang;
use crate::web::pages::sign_in::welcome;
use crate::web::ui::icon;
use crate::web::ui::shell::document;
use actix_web::http::{StatusCode, header};
use actix_web::web::Form as Body;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

/// A preset as the page offers it.
struct Offer {
    name: &'static str,
    label: String,
    audience: String,
}

fn offers(crm: &Crm) -> Result<Vec<Offer>> {
    let folder = crm.config.workspace.presets_dir.as_deref();
    NAMES
        .iter()
        .map(|name| {
            Preset::load(name, folder).map(|p| Offer { name, label: p.label.clone(), audience: p.audience.clone() })
        })
        .collect()
}

/// `GET /setup?token=…`.
pub async fn page(crm: CrmData, request: HttpRequest) -> std::result::Result<HttpResponse, Failure> {
    let query = query_of(&request);
    let token = query.get("token").unwrap_or_default().to_owned();
    let look = look_of(&request);
    let lang = Lang::of(&look.language);
    let asked = token.clone();
    let (needs, may) =
        run(&crm, move |crm| Ok((crm.accounts.needs_setup()?, crm.accounts.may_set_up(&asked)?))).await?;
    if !needs {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/login")).finish());
    }
    let body = if may {
        let offers = run(&crm, offers).await?;
        card(lang, &offers, &token, &Form(vec![("currency".into(), crm.config.workspace.currency.clone())]), &[])
    } else {
        ask_token(lang, !token.is_empty())
    };
    let status = if may || token.is_empty() { StatusCode::OK } else { StatusCode::FORBIDDEN };
    Ok(ask::html(status, document(lang, &look, &lang.t("setup.title"), body)))
}

/// `POST /setup`: `token`, `preset`, `workspace`, `currency`, `name`, `email`, `password`.
pub async fn submit(
    crm: CrmData,
    request: HttpRequest,
    body: Body<Vec<(String, String)>>,
) -> std::result::Result<HttpResponse, Failure> {
    let form = Form(body.into_inner());
    let text = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
    let setup = Setup {
        preset: text("preset"),
        workspace: text("workspace"),
        currency: text("currency").to_uppercase(),
        name: text("name"),
        email: text("email"),
        password: form.get("password").unwrap_or_default().to_owned(),
        presets_dir: crm.config.workspace.presets_dir.clone(),
    };
    let token = text("token");
    let attempt = SignIn {
        email: setup.email.clone(),
        password: setup.password.clone(),
        address: address_of(&request, &crm),
        agent: agent_of(&request),
        device: None,
    };
    let secret = token.clone();
    let made = run_sign_in(&crm, move |crm| {
        Ok(match crm.set_up_with_token(&secret, &setup) {
            Ok(_) => Ok(crm.accounts.sign_in(&attempt)?),
            Err(Error::Invalid(problems)) => Err(problems),
            Err(error) => return Err(error),
        })
    })
    .await?;
    match made {
        Ok(signed) => Ok(welcome(&crm, &signed.token, &signed.device, "/".into())),
        Err(problems) => {
            let look = look_of(&request);
            let lang = Lang::of(&look.language);
            let offers = run(&crm, offers).await?;
            let body = card(lang, &offers, &token, &form, &problems);
            Ok(ask::html(StatusCode::UNPROCESSABLE_ENTITY, document(lang, &look, &lang.t("setup.title"), body)))
        }
    }
}

fn ask_token(lang: Lang, wrong: bool) -> Markup {
    html! {
        main class="sign" id="main" {
            div class="sign-card" {
                div class="brand" { span class="logo" { (icon::icon("handshake")) } span translate="no" { "Aventora" } }
                h1 { (lang.t("setup.heading")) }
                p { (lang.t("setup.token_help")) }
                form method="get" action="/setup" {
                    @if wrong { div class="notice notice-error" role="alert" { (icon::icon("circle-alert")) p { (lang.t("setup.token_wrong")) } } }
                    div class="field" {
                        label for="token" { (lang.t("setup.token")) }
                        input class="input" type="text" id="token" name="token" autocomplete="off" spellcheck="false" required autofocus;
                    }
                    button class="btn btn-primary btn-wide" type="submit" { (lang.t("setup.continue")) }
                }
            }
        }
    }
}

fn card(lang: Lang, offers: &[Offer], token: &str, form: &Form, problems: &[Problem]) -> Markup {
    let problem = |name: &str| problems.iter().find(|p| p.field == name).map(|p| p.message.as_str());
    let chosen = form.get("preset").unwrap_or(offers.first().map_or("", |o| o.name));
    let given = |name: &str| form.get(name).unwrap_or_default();
    html! {
        main class="sign" id="main" {
            div class="sign-card sign-wide" {
                div class="brand" { span class="logo" { (icon::icon("handshake")) } span translate="no" { "Aventora" } }
                h1 { (lang.t("setup.heading")) }
                p { (lang.t("setup.help")) }
                form method="post" action="/setup" {
                    input type="hidden" name="token" value=(token);
                    fieldset class="field" {
                        legend { (lang.t("setup.preset")) }
                        div class="presets" {
                            @for offer in offers {
                                label class="preset" {
                                    input class="check" type="radio" name="preset" value=(offer.name) checked[offer.name == chosen] required;
                                    span translate="no" { b { (offer.label) } small { (offer.audience) } }
                                }
                            }
                        }
                        (error(problem("preset"), "preset"))
                    }
                    div class="two" {
                        (line(&Line { name: "workspace", label: &lang.t("setup.workspace"), kind: "text", complete: "organization", value: given("workspace"), problem: problem("workspace"), help: "" }))
                        (line(&Line { name: "currency", label: &lang.t("setup.currency"), kind: "text", complete: "off", value: form.get("currency").unwrap_or("USD"), problem: problem("currency"), help: "" }))
                        (line(&Line { name: "name", label: &lang.t("setup.name"), kind: "text", complete: "name", value: given("name"), problem: problem("name"), help: "" }))
                        (line(&Line { name: "email", label: &lang.t("setup.email"), kind: "email", complete: "username", value: given("email"), problem: problem("email"), help: "" }))
                    }
                    (line(&Line { name: "password", label: &lang.t("setup.password"), kind: "password", complete: "new-password", value: "", problem: problem("password"), help: &lang.t("setup.password_help") }))
                    button class="btn btn-primary btn-wide" type="submit" { (lang.t("setup.submit")) }
                }
            }
        }
    }
}

struct Line<'a> {
    name: &'a str,
    label: &'a str,
    kind: &'a str,
    complete: &'a str,
    value: &'a str,
    problem: Option<&'a str>,
    help: &'a str,
}

fn line(l: &Line<'_>) -> Markup {
    let note = format!("{}-note", l.name);
    let noted = l.problem.is_some() || !l.help.is_empty();
    html! {
        div class="field" {
            label for=(l.name) { (l.label) }
            input class="input" type=(l.kind) id=(l.name) name=(l.name) value=(l.value) autocomplete=(l.complete) required
                aria-invalid=[l.problem.map(|_| "true")] aria-describedby=[noted.then_some(&note)];
            @if l.problem.is_some() { (error(l.problem, l.name)) }
            @else if !l.help.is_empty() { p class="field-help" id=(note) { (l.help) } }
        }
    }
}

fn error(problem: Option<&str>, name: &str) -> Markup {
    html! {
        @if let Some(text) = problem {
            p class="field-error" id={ (name) "-note" } { (icon::icon("circle-alert")) span translate="no" { (text) } }
        }
    }
}
