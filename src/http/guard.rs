//! What happens to every request: it gets an id, changes prove their origin, errors become answers, every answer gets the
//! security headers, and one line goes to the log, without query, body, cookie or key.

use super::CrmData;
use super::errors::Failure;
use super::health::Counts;
use super::origin;
use super::server::ErrorPage;
use super::who::AskedBy;
use crate::base::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use std::time::{Duration, Instant};

/// A request, its body included, may take so long.
const REQUEST_MAX: Duration = Duration::from_secs(120);

/// The whole of it, for pages: no inline script or style, nothing from elsewhere.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; \
    worker-src 'self'; manifest-src 'self'";

/// The id of a request, told in `X-Request-Id`, on error pages and in the log.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// What an error page needs to know.
#[derive(Debug, Clone)]
pub struct ErrorView {
    /// The status.
    pub status: u16,
    /// A sentence for people.
    pub message: String,
    /// What to tell the operator.
    pub request_id: String,
}

/// The middleware.
pub(super) async fn guard<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let started = Instant::now();
    let crm = request.app_data::<CrmData>().cloned();
    let Some(crm) = crm else {
        return Err(Failure::Error(Error::Internal("the server was started without a workspace".into())).into());
    };
    let mut bytes = [0; 8];
    crm.rng.fill(&mut bytes);
    let id = format!("{:016x}", u64::from_be_bytes(bytes));
    request.extensions_mut().insert(RequestId(id.clone()));
    let (method, path) = (request.method().clone(), request.path().to_string());

    let response = match refusal(&request, &crm) {
        None => match tokio::time::timeout(REQUEST_MAX, next.call(request)).await {
            Ok(response) => response?.map_into_boxed_body(),
            Err(_) => {
                tracing::info!(target: "access", %method, path, status = 408, id);
                return Err(late(&id, crm.config.over_tls()));
            }
        },
        Some(failure) => {
            let (request, _) = request.into_parts();
            let refused = answer(&request, &failure, &id).await;
            ServiceResponse::new(request, refused)
        }
    };
    let mut response = answer_errors(response, &id).await;
    headers(response.headers_mut(), &id, crm.config.over_tls());
    let status = response.status();
    if let Some(counts) = response.request().app_data::<Data<Counts>>() {
        counts.count(status.as_u16(), started.elapsed());
    }
    log(&response, &method, &path, &id, started);
    Ok(response)
}

/// Why a request is refused before anything of its body is read. Packed bodies are: a few bytes could become gigabytes.
fn refusal(request: &ServiceRequest, crm: &CrmData) -> Option<Failure> {
    if !origin::passes(request.method(), request.path(), request.headers(), &crm.config.server.base_url) {
        return Some(Failure::Foreign);
    }
    let packed = request.headers().get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    packed.then_some(Failure::Plain(StatusCode::UNSUPPORTED_MEDIA_TYPE))
}

/// The answer to a request that took too long; the request itself is gone by then.
fn late(id: &str, over_tls: bool) -> actix_web::Error {
    let failure = Failure::Plain(StatusCode::REQUEST_TIMEOUT);
    let mut answer = failure.problem(id);
    headers(answer.headers_mut(), id, over_tls);
    actix_web::error::InternalError::from_response(failure, answer).into()
}

fn log(response: &ServiceResponse, method: &Method, path: &str, id: &str, started: Instant) {
    if matches!(path, "/healthz" | "/readyz" | "/metrics") {
        return;
    }
    let member = response.request().extensions().get::<AskedBy>().map(|m| m.0);
    let ms = started.elapsed().as_secs_f64() * 1_000.0;
    tracing::info!(target: "access", %method, path, status = response.status().as_u16(), ms, id, member);
}

/// Gives errors their body: a problem document under `/api/`, a page elsewhere.
async fn answer_errors(response: ServiceResponse, id: &str) -> ServiceResponse {
    let status = response.status();
    let failure = match response.response().error() {
        None if is_bare(&response) => Some(Failure::Plain(status)),
        None => return response,
        Some(error) => match error.as_error::<Failure>() {
            Some(_) => None,
            None => Some(Failure::Plain(status)),
        },
    };
    let (request, bare) = response.into_parts();
    let given = bare.error().and_then(|e| e.as_error::<Failure>());
    let failure = failure.as_ref().or(given).unwrap_or(&Failure::SignIn);
    if let Failure::Error(Error::Internal(cause)) = failure {
        tracing::error!(id, cause, "a request failed");
    }
    let mut answer = answer(&request, failure, id).await;
    if let Some(seconds) = failure.retry_after_s() {
        answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    }
    for (name, value) in bare.headers() {
        if name == header::ALLOW || name.as_str().starts_with("ratelimit-") {
            answer.headers_mut().insert(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, answer)
}

/// An error that a route of the server itself made, without a body: a method that is not allowed.
fn is_bare(response: &ServiceResponse) -> bool {
    let status = response.status();
    (status.is_client_error() || status.is_server_error()) && !response.headers().contains_key(header::CONTENT_TYPE)
}

async fn answer(request: &HttpRequest, failure: &Failure, id: &str) -> HttpResponse {
    if request.path().starts_with("/api/") {
        return failure.problem(id);
    }
    let by_script = wants_fragment(request.headers());
    if let Failure::SignIn = failure {
        let next: String = if request.method() == Method::GET && !by_script {
            let path = request.uri().path_and_query().map_or("/", |p| p.as_str());
            format!("/login?next={}", escape(path))
        } else {
            "/login".into()
        };
        let (status, name) =
            if by_script { (StatusCode::UNAUTHORIZED, "HX-Redirect") } else { (StatusCode::SEE_OTHER, "Location") };
        return HttpResponse::build(status).insert_header((name, next)).finish();
    }
    let view = ErrorView { status: failure.status().as_u16(), message: failure.message(), request_id: id.to_string() };
    let page = match request.app_data::<Data<ErrorPage>>() {
        Some(page) => (page.0)(request.clone(), view).await,
        None => String::new(),
    };
    HttpResponse::build(failure.status()).insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8")).body(page)
}

/// Whether a script asks for a part of a page: it can't see redirects and shows errors as text. One that goes from page to page
/// asks for whole pages, as a browser does.
pub fn wants_fragment(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request") && headers.get("hx-request-type").is_none_or(|kind| kind != "full")
}

/// A path as the value of a query parameter.
fn escape(path: &str) -> String {
    let mut text = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~') {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

fn headers(headers: &mut HeaderMap, id: &str, over_tls: bool) {
    let mut set = |name: &'static str, value: &'static str| {
        let name = HeaderName::from_static(name);
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    };
    set("content-security-policy", CONTENT_SECURITY_POLICY);
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "same-origin");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()");
    set("cache-control", "no-store");
    if over_tls {
        set("strict-transport-security", "max-age=31536000");
    }
    if let Ok(value) = HeaderValue::from_str(id) {
        headers.insert(HeaderName::from_static("x-request-id"), value);
    }
}
