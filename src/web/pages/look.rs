//! Theme and mode of a browser, kept in a cookie.

use crate::http::{CrmData, local};
use crate::web::ask::look_of;
use crate::web::look::{COOKIE, COOKIE_AGE_S};
use actix_web::http::header;
use actix_web::web::Form;
use actix_web::{HttpRequest, HttpResponse};

/// `POST /look`: `theme`, `mode`, `back`.
pub async fn set(crm: CrmData, request: HttpRequest, form: Form<Vec<(String, String)>>) -> HttpResponse {
    let mut look = look_of(&request);
    let mut back = "/";
    for (name, value) in form.iter() {
        match name.as_str() {
            "theme" => look.set_theme(value),
            "mode" => look.set_mode(value),
            "back" => back = local(value),
            _ => {}
        }
    }
    let secure = if crm.config.over_tls() { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={}; Path=/; Max-Age={COOKIE_AGE_S}; HttpOnly; SameSite=Lax{secure}", look.cookie());
    HttpResponse::SeeOther()
        .insert_header((header::SET_COOKIE, cookie))
        .insert_header((header::LOCATION, back.to_owned()))
        .finish()
}
