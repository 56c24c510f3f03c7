//! Signing in and out.

use crate::app::Crm;
use crate::base::{Error, Result};
use crate::features::accounts::SignIn;
use crate::http::{Asker, Cookie, CrmData, Failure, Signed, address_of, agent_of, local, run, run_sign_in};
use crate::web::ask::{self, look_of, query_of};
use crate::web::form::Form;
use crate::web::messages::Lang;
use crate::web::ui::icon;
use crate::web::ui::shell::document;
use actix_web::http::{StatusCode, header};
use actix_web::web::Form as Body;
use actix_web::{HttpRequest, HttpResponse};
use maud::{Markup, html};

/// What the page shows.
struct View<'a> {
    lang: Lang,
    workspace: &'a str,
    email: &'a str,
    next: &'a str,
    problem: Option<String>,
}

/// `GET /login`.
pub async fn page(crm: CrmData, asker: Asker, request: HttpRequest) -> std::result::Result<HttpResponse, Failure> {
    let query = query_of(&request);
    let next = local(query.get("next").unwrap_or("/")).to_owned();
    if asker.0.is_some() {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, next)).finish());
    }
    let (needs_setup, workspace) = run(&crm, |crm| Ok((crm.accounts.needs_setup()?, name(crm)?))).await?;
    if needs_setup {
        return Ok(HttpResponse::SeeOther().insert_header((header::LOCATION, "/setup")).finish());
    }
    let look = look_of(&request);
    let lang = Lang::of(&look.language);
    let view = View { lang, workspace: &workspace, email: "", next: &next, problem: None };
    Ok(ask::html(StatusCode::OK, document(lang, &look, &lang.t("sign_in.title"), card(&view))))
}

/// `POST /login`: `email`, `password`, `next`.
pub async fn submit(
    crm: CrmData,
    request: HttpRequest,
    body: Body<Vec<(String, String)>>,
) -> std::result::Result<HttpResponse, Failure> {
    let form = Form(body.into_inner());
    let email = form.get("email").unwrap_or_default().to_owned();
    let next = local(form.get("next").unwrap_or("/")).to_owned();
    let attempt = SignIn {
        email: email.clone(),
        password: form.get("password").unwrap_or_default().to_owned(),
        address: address_of(&request, &crm),
        agent: agent_of(&request),
        device: Cookie::Device.read(&request, &crm.config),
    };
    let (outcome, workspace) = run_sign_in(&crm, move |crm| Ok((crm.accounts.sign_in(&attempt), name(crm)?))).await?;
    let signed = match outcome {
        Ok(signed) => signed,
        Err(error @ (Error::Invalid(_) | Error::Limited { .. })) => {
            let look = look_of(&request);
            let lang = Lang::of(&look.language);
            let problem = match &error {
                Error::Invalid(_) => lang.t("sign_in.wrong").into_owned(),
                other => other.to_string(),
            };
            let failure = Failure::from(error);
            let view = View { lang, workspace: &workspace, email: &email, next: &next, problem: Some(problem) };
            let mut answer = ask::html(failure.status(), document(lang, &look, &lang.t("sign_in.title"), card(&view)));
            if let Some(seconds) = failure.retry_after_s() {
                answer.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            }
            return Ok(answer);
        }
        Err(error) => return Err(error.into()),
    };
    Ok(welcome(&crm, &signed.token, &signed.device, next))
}

/// The answer that signs a browser in.
pub fn welcome(crm: &Crm, token: &str, device: &str, to: String) -> HttpResponse {
    HttpResponse::SeeOther()
        .append_header((header::SET_COOKIE, Cookie::Session.set(&crm.config, token)))
        .append_header((header::SET_COOKIE, Cookie::Device.set(&crm.config, device)))
        .insert_header((header::LOCATION, to))
        .finish()
}

/// `POST /logout`.
pub async fn sign_out(
    crm: CrmData,
    signed: Signed,
    request: HttpRequest,
) -> std::result::Result<HttpResponse, Failure> {
    if let Some(token) = Cookie::Session.read(&request, &crm.config) {
        run(&crm, move |crm| crm.accounts.sign_out(&token, &signed.0)).await?;
    }
    Ok(HttpResponse::SeeOther()
        .append_header((header::SET_COOKIE, Cookie::Session.clear(&crm.config)))
        .insert_header((header::LOCATION, "/login"))
        .finish())
}

fn name(crm: &Crm) -> Result<String> {
    crm.accounts.workspace_name()
}

fn card(view: &View<'_>) -> Markup {
    let lang = view.lang;
    html! {
        main class="sign" id="main" {
            div class="sign-card" {
                div class="brand" { span class="logo" { (icon::icon("handshake")) } span translate="no" { (view.workspace) } }
                h1 { (lang.t("sign_in.heading")) }
                form method="post" action="/login" {
                    input type="hidden" name="next" value=(view.next);
                    @if let Some(problem) = &view.problem {
                        div class="notice notice-error" role="alert" { (icon::icon("circle-alert")) p { (problem) } }
                    }
                    div class="field" {
                        label for="email" { (lang.t("sign_in.email")) }
                        input class="input" type="email" id="email" name="email" value=(view.email) autocomplete="username" required autofocus[view.email.is_empty()];
                    }
                    div class="field" {
                        label for="password" { (lang.t("sign_in.password")) }
                        input class="input" type="password" id="password" name="password" autocomplete="current-password" required autofocus[!view.email.is_empty()];
                    }
                    button class="btn btn-primary btn-wide" type="submit" { (lang.t("sign_in.submit")) }
                }
            }
        }
    }
}
