//! What stands there when something went wrong: what it is in plain words, a way back, a way home, and the request's id for the
//! operator. Who is signed in meets it inside the shell; where that can't be made, and for everybody else, it stands alone.

use crate::app::Crm;
use crate::base::Result;
use crate::http::{CrmData, ErrorView, local, run, wants_fragment};
use crate::web::ask::{Ask, look_of};
use crate::web::desk::{Desk, Frame};
use crate::web::messages::Lang;
use crate::web::ui::breadcrumb::{Crumb, breadcrumb};
use crate::web::ui::icon;
use crate::web::ui::shell::{document, part};
use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest};
use maud::{Markup, html};
use std::borrow::Cow;
use std::pin::Pin;
use std::time::Duration;

/// The shell may take so long; then the page stands alone.
const SHELL_MAX: Duration = Duration::from_secs(2);

/// The page for an error; a short text where a script asked for a fragment.
pub fn page(request: HttpRequest, view: ErrorView) -> Pin<Box<dyn Future<Output = String>>> {
    Box::pin(async move {
        let look = look_of(&request);
        let lang = Lang::of(&look.language);
        if wants_fragment(request.headers()) {
            return html! { p class="field-error" role="alert" { (icon::icon("circle-alert")) span translate="no" { (view.message) } } }.into_string();
        }
        let wrong = Wrong::of(&request, view);
        if request.headers().contains_key("hx-request") {
            return part(lang, &look, &wrong.kind(lang).title, &wrong.body(lang)).into_string();
        }
        if let Some(page) = in_shell(&request, &wrong).await {
            return page;
        }
        let body = html! { main class="sign" id="main" { (wrong.body(lang)) } };
        document(lang, &look, &wrong.kind(lang).title, body).into_string()
    })
}

/// The page inside the shell of who is signed in; `None` where nobody is, or where the workspace can't be asked right now.
async fn in_shell(request: &HttpRequest, wrong: &Wrong) -> Option<String> {
    let crm = request.app_data::<CrmData>()?.clone();
    let (request, wrong) = (request.clone(), wrong.clone());
    let made = async move {
        let mut ask = Ask::from_request(&request, &mut Payload::None).await?;
        // What is said of the page one came for is not said of this one, and a form's address is no page to come back to.
        ask.query.0.clear();
        if request.method() != Method::GET {
            ask.path = wrong.back.clone().unwrap_or_else(|| "/".into());
        }
        run(&crm, move |crm| framed(crm, &ask, &wrong)).await
    };
    tokio::time::timeout(SHELL_MAX, made).await.ok()?.ok()
}

fn framed(crm: &Crm, ask: &Ask, wrong: &Wrong) -> Result<String> {
    let lang = ask.lang;
    let title = wrong.kind(lang).title;
    let crumbs = breadcrumb(&lang.t("shell.crumbs"), &[Crumb::here(title.clone())], false);
    let body = html! { div class="scroll" { (wrong.body(lang)) } };
    let frame = Frame { title: &title, object: None, view: None, crumbs, actions: html! {}, body };
    Ok(Desk::new(crm, ask).frame(frame)?.into_string())
}

/// What went wrong, and the ways on from there.
#[derive(Clone)]
struct Wrong {
    view: ErrorView,
    /// The page one came from.
    back: Option<String>,
    /// The same address once more, where that may help.
    again: Option<String>,
}

/// How a kind of error is shown.
struct Kind {
    icon: &'static str,
    title: Cow<'static, str>,
    help: Cow<'static, str>,
}

impl Wrong {
    fn of(request: &HttpRequest, view: ErrorView) -> Self {
        let here = request.uri().path_and_query().map_or("/", |p| p.as_str());
        let passing = matches!(view.status, 408 | 429 | 500..);
        let again = (passing && request.method() == Method::GET).then(|| local(here).to_owned());
        Self { back: back(request, here), again, view }
    }

    fn kind(&self, lang: Lang) -> Kind {
        let (icon, title, help) = match self.view.status {
            403 => ("lock", "error.denied", "error.help_denied"),
            404 => ("search-x", "error.not_found", "error.help_not_found"),
            409 | 412 => ("users", "error.conflict", "error.help_conflict"),
            413 => ("circle-alert", "error.too_large", "error.help_too_large"),
            429 => ("clock", "error.limited", "error.help_limited"),
            408 | 502..=507 => ("clock", "error.unavailable", "error.help_unavailable"),
            400..=499 => ("circle-alert", "error.invalid", "error.help_invalid"),
            _ => ("triangle-alert", "error.internal", "error.help_internal"),
        };
        Kind { icon, title: lang.t(title), help: lang.t(help) }
    }

    fn body(&self, lang: Lang) -> Markup {
        let kind = self.kind(lang);
        let mut ways = vec![(lang.t("error.home"), "/")];
        ways.splice(0..0, self.back.as_deref().map(|back| (lang.t("error.back"), back)));
        ways.splice(0..0, self.again.as_deref().map(|again| (lang.t("error.again"), again)));
        html! {
            div class="error-page" {
                span class="empty-icon" { (icon::icon(kind.icon)) }
                h1 { (kind.title) }
                p translate="no" data-error { (self.view.message) }
                p { (kind.help) }
                div class="row" {
                    @for (i, (text, href)) in ways.iter().enumerate() { a class=(if i == 0 { "btn btn-primary" } else { "btn" }) href=(href) { (text) } }
                }
                small { (lang.with("error.id", &[("id", &self.view.request_id)])) }
            }
        }
    }
}

/// The page of ours that led here, where the browser tells it and it is another one.
fn back(request: &HttpRequest, here: &str) -> Option<String> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (_, from) = text(header::REFERER)?.split_once("://")?;
    let (host, path) = from.split_at(from.find('/')?);
    let page = local(path);
    (text(header::HOST) == Some(host) && page != here && page != "/" && !page.starts_with("/login"))
        .then(|| page.to_owned())
}
