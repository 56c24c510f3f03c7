//! What every answer has: headers, ids, errors without secrets; and who may call what.

use crate::client::{Client, escape};
use crate::server::{ADMIN, PASSWORD, Served, cookie};
use crate::support::all_bytes;
use aventora::app::{QUEUE_MAX, THREADS};
use std::sync::{Arc, Mutex};

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

#[test]
fn packed_and_large_bodies_are_refused_before_they_take_room() {
    let served = Served::start();
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for path in ["/login", "/setup", "/look", "/api/v1/contacts"] {
        let mut browser = served.browser();
        let packed = browser.send("POST", path, &[form, ("Content-Encoding", "gzip")], b"x").expect("an answer");
        assert_eq!(packed.status, 415, "{path}");
    }
    let large = format!("email=amy%40example.com&password={}", "x".repeat(20_000));
    for path in ["/login", "/setup", "/look"] {
        let answer = served.browser().send("POST", path, &[form], large.as_bytes()).expect("an answer");
        assert_eq!(answer.status, 413, "{path}");
    }
}

#[test]
fn a_form_is_no_json_and_a_cookie_no_key() {
    let served = Served::start();
    let session = cookie(&served.sign_in(ADMIN, PASSWORD), "aventora").expect("a session");
    let cookies = [("Cookie", session.as_str()), ("Content-Type", "application/json")];
    let answer = served.browser().send("POST", "/api/v1/contacts", &cookies, b"{\"first_name\":\"A\"}");
    assert_eq!(answer.expect("an answer").status, 401);
    let mut api = served.api(ADMIN);
    for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x", ""] {
        let answer = api.send("POST", "/api/v1/contacts", &[("Content-Type", kind)], b"{\"first_name\":\"A\"}");
        assert_eq!(answer.expect("an answer").status, 415, "{kind}");
    }
    let answer = api.get("/contacts").expect("an answer");
    assert_eq!((answer.status, answer.header("location")), (303, "/login?next=/contacts"));
}

#[test]
fn every_address_that_changes_something_asks_for_proof_of_origin() {
    let served = Served::start();
    let session = cookie(&served.sign_in(ADMIN, PASSWORD), "aventora").expect("a session");
    for route in aventora::web::ROUTES.iter().filter(|r| r.method != "GET") {
        let path = route.path.replace("{object}", "contacts").replace("{row}", "1").replace("{field}", "city");
        for foreign in [
            vec![("Sec-Fetch-Site", "cross-site")],
            vec![("Sec-Fetch-Site", "same-site")],
            vec![("Origin", "null")],
            vec![("Origin", "http://127.0.0.1:1")],
            vec![],
        ] {
            let mut headers = foreign.clone();
            headers.push(("Cookie", session.as_str()));
            headers.push(("Content-Type", "application/x-www-form-urlencoded"));
            let answer = Client::new(served.address, &[]).send(route.method, &path, &headers, b"a=b");
            assert_eq!(answer.expect("an answer").status, 403, "{path} {foreign:?}");
        }
    }
}

#[test]
fn nobody_is_led_to_another_site() {
    let served = Served::start();
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    for evil in
        ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example", "/x\r\nSet-Cookie: a=b"]
    {
        let body = format!("email={}&password={}&next={}", escape(ADMIN), escape(PASSWORD), escape(evil));
        let answer = served.browser().send("POST", "/login", &form, body.as_bytes()).expect("an answer");
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{evil:?}");
        let body = format!("theme=dark&back={}", escape(evil));
        let answer = served.browser().send("POST", "/look", &form, body.as_bytes()).expect("an answer");
        assert_eq!((answer.status, answer.header("location")), (303, "/"), "{evil:?}");
    }
    let session = cookie(&served.sign_in(ADMIN, PASSWORD), "aventora").expect("a session");
    let page = served.browser().send("GET", "//evil.example/%22%3E%3Cscript%3E", &[("Cookie", &session)], b"");
    let page = page.expect("an answer");
    assert_eq!(page.status, 404);
    assert!(!page.text().contains("href=\"//") && !page.text().contains("<script>"), "{}", page.text());
}

#[test]
fn assets_are_those_of_the_bundle_and_no_other_file() {
    let served = Served::start();
    for name in
        ["..%2f..%2fCargo.toml", "%2e%2e%2fCargo.toml", "%2fetc%2fpasswd", "..", "%2e%2e/%2e%2e/Cargo.toml", "a%00b"]
    {
        let answer = served.browser().get(&format!("/assets/{name}")).expect("an answer");
        assert!(matches!(answer.status, 303 | 400 | 404), "{name}: {}", answer.status);
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
    }
}

#[test]
fn the_cookies_are_bound_to_this_host_and_out_of_reach_of_scripts() {
    let served = Served::with(|config| config.server.base_url = "https://crm.example.com".into());
    let form = [("Content-Type", "application/x-www-form-urlencoded"), ("Cookie", "__Host-aventora=planted")];
    let body = format!("email={}&password={}", escape(ADMIN), escape(PASSWORD));
    let answer = served.browser().send("POST", "/login", &form, body.as_bytes()).expect("an answer");
    let set: Vec<&str> = answer.headers.iter().filter(|(n, _)| n == "set-cookie").map(|(_, v)| v.as_str()).collect();
    assert_eq!(set.len(), 2, "{set:?}");
    for cookie in set {
        assert!(cookie.starts_with("__Host-aventora"), "{cookie}");
        for flag in ["; Path=/;", "; HttpOnly", "; SameSite=Lax", "; Secure"] {
            assert!(cookie.contains(flag), "{flag}: {cookie}");
        }
        assert!(!cookie.contains("Domain") && !cookie.contains("planted"), "{cookie}");
    }
    assert!(answer.header("strict-transport-security").contains("max-age"));
    let planted =
        served.browser().send("GET", "/contacts", &[("Cookie", "aventora=planted; __Host-aventora=planted")], b"");
    assert_eq!(planted.expect("an answer").status, 303);
}

#[test]
fn a_full_queue_answers_busy_and_the_process_still_says_that_it_lives() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let door = Arc::new(Mutex::new(()));
    let shut = door.lock().expect("not poisoned");
    let mut jobs = Vec::new();
    let mut fill = |jobs_wanted: usize, waiting: usize| {
        for _ in 0..jobs_wanted {
            let (crm, door) = (Arc::clone(&served.crm), Arc::clone(&door));
            let wait = move || {
                drop(door.lock());
                Ok(())
            };
            jobs.push(runtime.spawn(async move { crm.pool.run(wait).await }));
        }
        runtime.block_on(async {
            for _ in 0..jobs_wanted {
                tokio::task::yield_now().await;
            }
        });
        while served.crm.pool.waiting() != waiting {
            std::thread::yield_now();
        }
    };
    fill(THREADS, 0);
    fill(QUEUE_MAX, QUEUE_MAX);
    let busy = api.get("/api/v1/metadata").expect("an answer");
    assert_eq!((busy.status, busy.header("retry-after")), (503, "2"), "{}", busy.text());
    assert_eq!(busy.header("content-type"), "application/problem+json");
    for path in ["/healthz", "/readyz"] {
        assert_eq!(served.browser().get(path).expect("an answer").status, 200, "{path}");
    }
    assert_eq!(served.sign_in(ADMIN, "wrong password").status, 422, "signing in has threads of its own");
    drop(shut);
    runtime.block_on(async {
        for job in jobs {
            job.await.expect("no panic").expect("done");
        }
    });
    assert_eq!(api.get("/api/v1/metadata").expect("an answer").status, 200);
}

#[test]
fn reading_changes_nothing() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let contact = serde_json::json!({ "first_name": "Ann", "emails": ["ann@example.com"] });
    assert_eq!(api.json("POST", "/api/v1/contacts", &contact).expect("an answer").status, 201);
    let session = cookie(&served.sign_in(ADMIN, PASSWORD), "aventora").expect("a session");
    let everything = || all_bytes(&served.crm.engine.store().read().expect("a reading"));
    let before = everything();
    served.clock.advance(120_000);
    let routes = aventora::web::ROUTES.iter().chain(aventora::api::ROUTES).chain(aventora::http::ROUTES);
    for route in routes.filter(|r| r.method == "GET") {
        let path = route.path.replace("{object}", "contacts").replace("{objects}", "contacts");
        let path = path.replace("{row}", "1").replace("{id}", "1").replace("{field}", "city");
        let client = if path.starts_with("/api/") { &mut api } else { &mut served.browser() };
        let answer = client.send("GET", &path, &[("Cookie", &session)], b"").expect("an answer");
        assert!(answer.status < 500, "{path}");
    }
    assert!(before == everything(), "a GET has changed something");
}
