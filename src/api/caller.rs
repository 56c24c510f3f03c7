//! Who calls: a program with a key, within its rate. How much is left is told in headers of every answer.

use crate::http::{Allowance, BearerKey, CrmData, Failure, Limiter};
use crate::model::Actor;
use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use std::future::Future;
use std::pin::Pin;

/// A program with a valid key that has not asked too much.
pub(super) struct Caller {
    pub actor: Actor,
    pub key: u64,
}

impl FromRequest for Caller {
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Failure>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = BearerKey::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let BearerKey { actor, key } = key.await?;
            let (limiter, crm) = (request.app_data::<Data<Limiter>>(), request.app_data::<CrmData>());
            if let (Some(limiter), Some(crm)) = (limiter, crm)
                && let Some(allowance) = limiter.count(key, crm.clock.now())
            {
                request.extensions_mut().insert(allowance);
                if let Some(wait) = allowance.wait_s {
                    return Err(Failure::Rate(allowance.limit, wait));
                }
            }
            Ok(Self { actor, key })
        })
    }
}

/// Adds what is left to the answer's headers.
pub(super) async fn tell_limits<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let mut response = next.call(request).await?;
    let allowance = response.request().extensions().get::<Allowance>().copied();
    if let Some(allowance) = allowance {
        let headers = response.headers_mut();
        let mut set = |name: &'static str, value: u64| {
            headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
        };
        set("ratelimit-limit", u64::from(allowance.limit));
        set("ratelimit-remaining", u64::from(allowance.remaining));
        set("ratelimit-reset", allowance.reset_s);
    }
    Ok(response)
}
