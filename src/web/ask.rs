//! What a page takes out of a request: who asks, how their pages look, what the address says; and what it answers with.

use crate::app::Crm;
use crate::base::id::{ObjectId, RecordRef};
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, Signed, agent_of, wants_fragment};
use crate::model::{Actor, Object, Schema};
use crate::records::Record;
use crate::web::form::Form;
use crate::web::look::{self, Look};
use crate::web::messages::Lang;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use maud::Markup;
use std::future::Future;
use std::pin::Pin;

/// A request of somebody who is signed in.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Who.
    pub actor: Actor,
    /// How their pages look.
    pub look: Look,
    /// In which language.
    pub lang: Lang,
    /// The address without its query.
    pub path: String,
    /// The query's names and texts.
    pub query: Form,
    /// Whether the browser runs on a Mac, whose keys have other names.
    pub mac: bool,
    /// Whether htmx or our own script asks for a fragment; a script that goes to a page asks for the whole page.
    pub by_script: bool,
}

impl Ask {
    /// The text of a query parameter; empty where there is none.
    pub fn param(&self, name: &str) -> &str {
        self.query.get(name).unwrap_or_default()
    }

    /// Path and query.
    pub fn here(&self) -> String {
        link(&self.path, self.query.0.iter().map(|(n, t)| (n.as_str(), t.as_str())))
    }
}

impl FromRequest for Ask {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let signed = Signed::from_request(request, payload);
        let mut look = look_of(request);
        let mac = agent_of(request).contains("Mac OS X") && !agent_of(request).contains("Mobile");
        let path = request.path().to_owned();
        let query = query_of(request);
        let by_script = wants_fragment(request.headers());
        Box::pin(async move {
            let Signed(actor) = signed.await?;
            look.set_mode(actor.color_mode);
            let lang = Lang::of(if look.language.is_empty() { &actor.language } else { &look.language });
            Ok(Self { actor, look, lang, path, query, mac, by_script })
        })
    }
}

/// How the pages look in the browser that asks.
pub fn look_of(request: &HttpRequest) -> Look {
    let cookies = request.headers().get_all(header::COOKIE).filter_map(|h| h.to_str().ok());
    let value = cookies
        .flat_map(|h| h.split(';'))
        .find_map(|pair| pair.trim().split_once('=').filter(|(name, _)| *name == look::COOKIE));
    let mut look = value.map(|(_, text)| Look::parse(text)).unwrap_or_default();
    // Kept in memory after the first question; a store that can't be read has no theme of its own.
    if let Some(general) = request.app_data::<CrmData>().and_then(|crm| crm.accounts.general().ok()) {
        look.theme = general.theme;
    }
    look
}

/// The names and texts of the query.
pub fn query_of(request: &HttpRequest) -> Form {
    actix_web::web::Query::<Vec<(String, String)>>::from_query(request.query_string())
        .map(|q| Form(q.0))
        .unwrap_or_default()
}

/// An address with a query of the pairs whose text is not empty.
pub fn link<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut text = path.to_owned();
    let mut first = true;
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        text.push(if first { '?' } else { '&' });
        first = false;
        text.push_str(name);
        text.push('=');
        escape_into(value, &mut text);
    }
    text
}

fn escape_into(value: &str, text: &mut String) {
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' | b',' => {
                text.push(char::from(byte))
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
}

/// What a page answers with.
#[derive(Debug)]
pub enum Answer {
    /// A page or fragment.
    Html(Markup),
    /// A form that was refused, or a conflict, with its status.
    Refused(StatusCode, Markup),
    /// Look there instead.
    To(String),
}

impl Answer {
    /// As a response; a script is told where to go by a header, because it can't see a redirect.
    pub fn respond(self, by_script: bool) -> HttpResponse {
        match self {
            Self::Html(markup) => html(StatusCode::OK, markup),
            Self::Refused(status, markup) => html(status, markup),
            Self::To(address) if by_script => {
                HttpResponse::NoContent().insert_header(("HX-Redirect", address)).finish()
            }
            Self::To(address) => HttpResponse::SeeOther().insert_header((header::LOCATION, address)).finish(),
        }
    }
}

/// A response with a page.
pub fn html(status: StatusCode, markup: Markup) -> HttpResponse {
    HttpResponse::build(status)
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .body(markup.into_string())
}

/// The object of an address's first part; none, or one without pages: [`Error::NotFound`].
pub fn object_of(schema: &Schema, name: &str) -> Result<ObjectId> {
    schema.object(name).filter(|o| o.listed).map(|o| o.id).ok_or(Error::NotFound)
}

/// The record of an address; a number that is none: [`Error::NotFound`].
pub fn record_of(schema: &Schema, object: &str, row: &str) -> Result<RecordRef> {
    let row = row.parse().map_err(|_| Error::NotFound)?;
    Ok(RecordRef::new(object_of(schema, object)?, row))
}

/// The record of an address and its object, where the one who asks sees it; else [`Error::NotFound`].
pub fn opened<'a>(crm: &Crm, ask: &Ask, schema: &'a Schema, object: &str, row: &str) -> Result<(&'a Object, Record)> {
    let id = record_of(schema, object, row)?;
    let object = schema.object_by_id(id.object).ok_or(Error::NotFound)?;
    Ok((object, crm.engine.get(&ask.actor, id)?))
}

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn links_leave_out_what_is_empty_and_escape_the_rest() {
        let pairs = [("filter", "a = \"ß\" & b"), ("sort", ""), ("view", "3")];
        assert_eq!(link("/contacts", pairs), "/contacts?filter=a%20%3D%20%22%C3%9F%22%20%26%20b&view=3");
        assert_eq!(link("/contacts", []), "/contacts");
    }
}
