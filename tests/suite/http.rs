//! What every answer has: headers, ids, errors without secrets; and who may call what.

use crate::client::Client;
use crate::server::Served;

#[test]
fn every_answer_has_the_security_headers_and_an_id() {
    let served = Served::start();
    for path in ["/healthz", "/login", "/nothing", "/api/v1/contacts", "/contacts"] {
        let response = served.browser().get(path).expect("an answer");
        let policy = response.header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(response.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(response.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(response.header("cache-control"), "no-store", "{path}");
        assert_eq!(response.header("x-request-id").len(), 16, "{path}");
    }
}

#[test]
fn a_change_without_proof_of_origin_is_refused_before_anything_is_read() {
    let served = Served::start();
    for headers in [vec![], vec![("Sec-Fetch-Site", "cross-site")], vec![("Origin", "https://evil.example")]] {
        let response = Client::new(served.address, &headers).send("POST", "/login", &[], b"").expect("an answer");
        assert_eq!(response.status, 403, "{headers:?}");
    }
}

#[test]
fn without_sign_in_pages_lead_to_the_sign_in_and_back() {
    let served = Served::start();
    let response = served.browser().get("/contacts?sort=name").expect("an answer");
    assert_eq!((response.status, response.header("location")), (303, "/login?next=/contacts%3Fsort%3Dname"));
    let response = served.browser().send("GET", "/contacts", &[("HX-Request", "true")], b"").expect("an answer");
    assert_eq!((response.status, response.header("hx-redirect")), (401, "/login"));
}

#[test]
fn metrics_are_for_those_who_have_the_token() {
    let token = "sesame-sesame-sesame";
    let served = Served::with(|config| config.server.metrics_token = token.into());
    assert_eq!(served.browser().get("/metrics").expect("an answer").status, 404);
    assert_eq!(Client::api(served.address, "wrong").get("/metrics").expect("an answer").status, 404);
    let response = Client::api(served.address, token).get("/metrics").expect("an answer");
    assert_eq!(response.status, 200);
    assert!(response.text().contains("aventora_requests_total{code=\"4xx\"}"), "{}", response.text());
    let closed = Served::start();
    assert_eq!(Client::api(closed.address, "").get("/metrics").expect("an answer").status, 404);
}

#[test]
fn it_lives_and_is_ready() {
    let served = Served::start();
    assert_eq!(served.browser().get("/healthz").expect("an answer").status, 200);
    assert_eq!(served.browser().get("/readyz").expect("an answer").status, 200);
    served.crm.stop_soon();
    assert_eq!(served.browser().get("/healthz").expect("an answer").status, 200);
    assert_eq!(served.browser().get("/readyz").expect("an answer").status, 503);
}
