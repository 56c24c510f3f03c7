//! Whether it lives, whether it can serve, and figures for a monitoring program. Figures only for those who have the token.

use super::errors::Failure;
use super::{CrmData, who};
use crate::base::Error;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig, get, resource};
use actix_web::{HttpRequest, HttpResponse};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use subtle::ConstantTimeEq;

/// Upper bounds of the buckets of request times, milliseconds.
const BUCKETS_MS: [u64; 9] = [5, 10, 25, 50, 100, 250, 500, 1_000, 5_000];

/// Requests counted since the start.
#[derive(Debug, Default)]
pub struct Counts {
    by_class: [AtomicU64; 6],
    by_time: [AtomicU64; BUCKETS_MS.len()],
    total_us: AtomicU64,
}

impl Counts {
    /// Counts an answer.
    pub fn count(&self, status: u16, took: Duration) {
        self.by_class[usize::from(status / 100).min(5)].fetch_add(1, Ordering::Relaxed);
        self.total_us.fetch_add(took.as_micros() as u64, Ordering::Relaxed);
        let ms = took.as_millis() as u64;
        for (bound, count) in BUCKETS_MS.iter().zip(&self.by_time) {
            if ms < *bound {
                count.fetch_add(1, Ordering::Relaxed);
            }
        }
    }

    fn write(&self, text: &mut String) {
        let load = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let mut all = 0;
        text.push_str("# TYPE aventora_requests_total counter\n");
        for (class, count) in self.by_class.iter().enumerate().skip(1) {
            all += load(count);
            let _ = writeln!(text, "aventora_requests_total{{code=\"{class}xx\"}} {}", load(count));
        }
        text.push_str("# TYPE aventora_request_seconds histogram\n");
        for (bound, count) in BUCKETS_MS.iter().zip(&self.by_time) {
            let seconds = *bound as f64 / 1_000.0;
            let _ = writeln!(text, "aventora_request_seconds_bucket{{le=\"{seconds}\"}} {}", load(count));
        }
        let _ = writeln!(text, "aventora_request_seconds_bucket{{le=\"+Inf\"}} {all}");
        let _ = writeln!(text, "aventora_request_seconds_sum {}", load(&self.total_us) as f64 / 1e6);
        let _ = writeln!(text, "aventora_request_seconds_count {all}");
    }
}

/// Registers the routes of this row.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(resource("/healthz").route(get().to(alive)))
        .service(resource("/readyz").route(get().to(ready)))
        .service(resource("/metrics").route(get().to(metrics)));
}

async fn alive() -> &'static str {
    "ok\n"
}

async fn ready(crm: CrmData) -> Result<&'static str, Failure> {
    if crm.is_stopping() {
        return Err(Error::Unavailable("The server is stopping.".into()).into());
    }
    crm.ready()?;
    Ok("ready\n")
}

async fn metrics(request: HttpRequest, crm: CrmData, counts: Data<Counts>) -> Result<HttpResponse, Failure> {
    let token = crm.config.server.metrics_token.as_bytes();
    let given = who::bearer(&request).unwrap_or_default();
    if token.is_empty() || !bool::from(token.ct_eq(given.as_bytes())) {
        return Err(Failure::Plain(StatusCode::NOT_FOUND));
    }
    let mut text = String::new();
    counts.write(&mut text);
    let waiting = crm.pool.waiting();
    let ready = u8::from(crm.ready().is_ok());
    let seq = crm.engine.store().last_seq();
    let _ = writeln!(text, "# TYPE aventora_work_waiting gauge\naventora_work_waiting {waiting}");
    let _ = writeln!(text, "# TYPE aventora_ready gauge\naventora_ready {ready}");
    let _ = writeln!(text, "# TYPE aventora_log_events counter\naventora_log_events {seq}");
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(text))
}
