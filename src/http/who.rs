//! Extractors that say who asks: a signed-in member by cookie, a program by key, or perhaps nobody. Nothing is taken from
//! one for the other: a cookie opens no API, a key no page.

use super::errors::Failure;
use super::{CrmData, client, cookies::Cookie};
use crate::app::Crm;
use crate::base::Error;
use crate::model::{Actor, ActorKind};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;

/// A signed-in member; nobody signed in is [`Failure::SignIn`].
#[derive(Debug, Clone)]
pub struct Signed(pub Actor);

/// A signed-in member, or nobody: for pages that greet both.
#[derive(Debug, Clone)]
pub struct Asker(pub Option<Actor>);

/// A program with a valid key.
#[derive(Debug, Clone)]
pub struct BearerKey {
    /// Who it acts as.
    pub actor: Actor,
    /// The key's number.
    pub key: u64,
}

/// The member who asked, for the access log.
#[derive(Debug, Clone, Copy)]
pub(super) struct AskedBy(pub u64);

type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Failure>>>>;

fn crm_of(request: &HttpRequest) -> Result<CrmData, Failure> {
    let crm = request.app_data::<CrmData>().cloned();
    crm.ok_or_else(|| Failure::Error(Error::Internal("the server was started without a workspace".into())))
}

/// Where the request comes from, behind trusted proxies too.
pub fn address_of(request: &HttpRequest, crm: &Crm) -> Option<IpAddr> {
    let fields: Vec<&str> =
        request.headers().get_all("x-forwarded-for").filter_map(|value| value.to_str().ok()).collect();
    client::address(request.peer_addr().map(|a| a.ip()), &fields.join(","), &crm.config.server.trusted_proxies)
}

/// The browser's name for itself.
pub fn agent_of(request: &HttpRequest) -> String {
    let agent = request.headers().get(header::USER_AGENT).and_then(|v| v.to_str().ok());
    agent.unwrap_or_default().to_string()
}

impl FromRequest for Asker {
    type Error = Failure;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let crm = crm_of(&request)?;
            let Some(token) = Cookie::Session.read(&request, &crm.config) else { return Ok(Self(None)) };
            let address = address_of(&request, &crm);
            let actor = super::run(&crm, move |crm| crm.accounts.signed_in(&token, address)).await?;
            if let Some(actor) = &actor {
                request.extensions_mut().insert(AskedBy(actor.member.0));
            }
            Ok(Self(actor))
        })
    }
}

impl FromRequest for Signed {
    type Error = Failure;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let asker = Asker::from_request(request, payload);
        Box::pin(async move { asker.await?.0.map(Self).ok_or(Failure::SignIn) })
    }
}

impl FromRequest for BearerKey {
    type Error = Failure;
    type Future = Pending<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let crm = crm_of(&request)?;
            let key = bearer(&request).ok_or(Failure::SignIn)?;
            let address = address_of(&request, &crm);
            let actor = super::run(&crm, move |crm| crm.accounts.by_key(&key, address)).await?;
            let actor = actor.ok_or(Failure::SignIn)?;
            let ActorKind::Key(key) = actor.kind else { return Err(Failure::SignIn) };
            request.extensions_mut().insert(AskedBy(actor.member.0));
            Ok(Self { actor, key })
        })
    }
}

/// The token of `Authorization: Bearer …`.
pub(super) fn bearer(request: &HttpRequest) -> Option<String> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_string())
}
