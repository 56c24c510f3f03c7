//! What a member or their browser chooses for itself: light or dark, the sidebar put away, folded sections.

use crate::http::{Asker, CrmData, Failure, local, run};
use crate::web::ask::look_of;
use crate::web::look::{COOKIE, COOKIE_AGE_S, Look};
use actix_web::http::header;
use actix_web::web::Form;
use actix_web::{HttpRequest, HttpResponse};

/// `POST /look`: `mode`, `side` (`on`, `off`), `folded` (numbers of objects, joined by `-`), `back`.
pub async fn set(
    crm: CrmData,
    asker: Asker,
    request: HttpRequest,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse, Failure> {
    let mut look = look_of(&request);
    let mut back = "/";
    if let Some(actor) = &asker.0 {
        look.set_mode(actor.color_mode);
    }
    for (name, value) in form.iter() {
        match name.as_str() {
            "mode" => look.set_mode(value),
            "side" => look.side_off = value == "off",
            "folded" => look.set_folded(value),
            "back" => back = local(value),
            _ => {}
        }
    }
    if let Some(actor) = asker.0.filter(|actor| actor.color_mode != look.mode) {
        let mode = look.mode;
        run(&crm, move |crm| crm.accounts.set_color_mode(&actor, mode)).await?;
    }
    Ok(HttpResponse::SeeOther()
        .insert_header((header::SET_COOKIE, cookie_of(&crm, &look)))
        .insert_header((header::LOCATION, back.to_owned()))
        .finish())
}

/// The cookie that keeps a look, as a header's value.
pub fn cookie_of(crm: &CrmData, look: &Look) -> String {
    let secure = if crm.config.over_tls() { "; Secure" } else { "" };
    format!("{COOKIE}={}; Path=/; Max-Age={COOKIE_AGE_S}; HttpOnly; SameSite=Lax{secure}", look.cookie())
}
