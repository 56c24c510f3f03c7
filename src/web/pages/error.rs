//! What stands there when something went wrong: what it is, a way back, and the request's id for the operator.

use crate::http::{ErrorView, local, wants_fragment};
use crate::web::ask::look_of;
use crate::web::messages::Lang;
use crate::web::ui::icon;
use crate::web::ui::shell::{document, part};
use actix_web::HttpRequest;
use maud::html;

/// The page for an error; a short text where a script asked for a fragment.
pub fn page(request: &HttpRequest, view: &ErrorView) -> String {
    let look = look_of(request);
    let lang = Lang::of(&look.language);
    let title = title(lang, view.status);
    if wants_fragment(request.headers()) {
        return html! { p class="field-error" role="alert" { (icon::icon("circle-alert")) span translate="no" { (view.message) } } }.into_string();
    }
    let text = html! {
        div class="error-page" {
            h1 { (title) }
            p translate="no" data-error { (view.message) }
            div class="row" {
                a class="btn btn-primary" href="/" { (lang.t("error.home")) }
                a class="btn" href=(local(request.path())) { (lang.t("error.again")) }
            }
            small { (lang.with("error.id", &[("id", &view.request_id)])) }
        }
    };
    if request.headers().contains_key("hx-request") {
        return part(lang, &look, &title, &text).into_string();
    }
    let body = html! { main class="sign" id="main" { (text) } };
    document(lang, &look, &title, body).into_string()
}

fn title(lang: Lang, status: u16) -> std::borrow::Cow<'static, str> {
    match status {
        403 => lang.t("error.denied"),
        404 => lang.t("error.not_found"),
        409 | 412 => lang.t("error.conflict"),
        413 => lang.t("error.too_large"),
        429 => lang.t("error.limited"),
        502..=507 => lang.t("error.unavailable"),
        400..=499 => lang.t("error.invalid"),
        _ => lang.t("error.internal"),
    }
}
