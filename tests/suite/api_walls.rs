//! What an API key of a member with a wall can learn of records behind it: nothing, by no figure, label, order or error; and
//! what happens when requests come at the same time.

use crate::client::{Client, Response, escape};
use crate::server::{ADMIN, Served};
use serde_json::{Value, json};
use std::sync::Barrier;

fn get(client: &mut Client, path: &str) -> Response {
    client.get(path).expect("an answer")
}

fn post(client: &mut Client, path: &str, body: &Value) -> Response {
    client.json("POST", path, body).expect("an answer")
}

/// An answer without what differs between any two: the request's id.
fn told(response: &Response) -> (u16, Value) {
    let mut body = response.json();
    if let Some(members) = body.as_object_mut() {
        members.remove("request_id");
    }
    (response.status, body)
}

/// Two contacts of the admin's behind the wall, which companies that everybody sees point to; a contact of the rep's.
fn walled() -> (Served, Client, Client) {
    let served = Served::start();
    let rep = served.member("otto", "own_rep");
    let (mut admin, rep_api) = (served.api(ADMIN), served.api(&rep.email));
    let mut make = |object: &str, body: Value| {
        let made = post(&mut admin, &format!("/api/v1/{object}"), &body);
        assert_eq!(made.status, 201, "{}", made.text());
    };
    for (name, email) in [("Hidden Zoe", "hidden@example.com"), ("Hidden Abe", "second@example.com")] {
        make("contacts", json!({ "first_name": name, "emails": [email], "city": "Atlantis" }));
    }
    make("contacts", json!({ "first_name": "Ann", "owner": rep.row.to_string() }));
    for (name, contact) in [("Works", "1"), ("Mills", "2")] {
        make("companies", json!({ "name": name, "primary_contact": contact }));
    }
    (served, admin, rep_api)
}

#[test]
fn labels_filters_orders_and_figures_tell_nothing_of_what_is_behind_the_wall() {
    let (_served, mut admin, mut rep) = walled();
    assert_eq!(get(&mut rep, "/api/v1/contacts").json()["total"], 1);
    assert_eq!(get(&mut rep, "/api/v1/companies").json()["total"], 2, "companies are everybody's");
    let text = get(&mut rep, "/api/v1/companies").text();
    assert!(!text.contains("Hidden") && !text.contains("hidden@"), "{text}");
    for filter in ["first_name : \"Hidden\"", "first_name != \"x\"", "city = \"Atlantis\""] {
        for filter in [format!("primary_contact.{filter}"), format!("NOT primary_contact.{filter}")] {
            let path = format!("/api/v1/companies?filter={}", escape(&filter));
            assert_eq!(get(&mut admin, &path).status, 200, "{filter}");
            let seen = get(&mut rep, &path).json();
            let absent = get(&mut rep, &path.replace("Hidden", "Nobody").replace("Atlantis", "Nowhere")).json();
            assert_eq!(seen["total"], absent["total"], "{filter}: {seen}");
        }
    }
    let order = |api: &mut Client, sort: &str| -> Vec<Value> {
        let page = get(api, &format!("/api/v1/companies?sort={sort}&fields=name")).json();
        page["data"].as_array().expect("records").iter().map(|r| r["name"].clone()).collect()
    };
    assert_eq!(order(&mut admin, "primary_contact.first_name"), ["Mills", "Works"]);
    let (up, down) = (order(&mut rep, "primary_contact.first_name"), order(&mut rep, "-primary_contact.first_name"));
    assert_eq!(up, ["Works", "Mills"], "by row, because no name is to be seen");
    assert!(down == up || down == ["Mills", "Works"]);
    for question in [
        "group=primary_contact.first_name",
        "group=primary_contact",
        "max=primary_contact.created_at",
        "unique=primary_contact.first_name",
    ] {
        let path = format!("/api/v1/companies/aggregate?{question}");
        let answer = get(&mut rep, &path);
        assert!(
            !answer.text().contains("Hidden") && !answer.text().contains("2026-11-22"),
            "{question}: {}",
            answer.text()
        );
    }
    for word in ["hidden", "zoe", "atlantis", "hidden@example.com"] {
        assert_eq!(get(&mut rep, &format!("/api/v1/search?q={word}")).json()["data"], json!([]), "{word}");
    }
}

#[test]
fn a_record_behind_the_wall_answers_as_one_that_is_not_there() {
    let (_served, _admin, mut rep) = walled();
    let made = post(&mut rep, "/api/v1/contacts", &json!({ "first_name": "X", "emails": ["hidden@example.com"] }));
    assert_eq!(made.status, 201, "an address in use behind the wall is free: {}", made.text());
    let link = |id: &str| json!({ "name": "X", "primary_contact": id });
    let task = |id: &str| json!({ "title": "X", "links": [{ "object": "contacts", "id": id }] });
    for (object, hidden, absent) in [("companies", link("1"), link("888")), ("tasks", task("1"), task("888"))] {
        let path = format!("/api/v1/{object}");
        let (one, other) = (post(&mut rep, &path, &hidden), post(&mut rep, &path, &absent));
        assert_eq!(one.status, 422, "{}", one.text());
        assert_eq!(told(&one).1.to_string(), told(&other).1.to_string().replace("888", "1"));
    }
    let (hidden, absent) = ("/api/v1/contacts/1", "/api/v1/contacts/888");
    assert_eq!(told(&get(&mut rep, hidden)), told(&get(&mut rep, absent)));
    for body in [json!({ "city": "X" }), json!({ "nonsense": 1 }), json!({})] {
        let mut patch = |path: &str| told(&rep.json("PATCH", path, &body).expect("an answer"));
        assert_eq!(patch(hidden), patch(absent), "{body}");
    }
    let mut delete = |path: &str| told(&rep.send("DELETE", path, &[("If-Match", "\"9\"")], b"").expect("an answer"));
    assert_eq!(delete(hidden), delete(absent));
    let mut batch = |id: &str| {
        let body = json!({ "data": [{ "id": id, "city": "X" }] });
        told(&post(&mut rep, "/api/v1/contacts/batch", &body))
    };
    assert_eq!(batch("1").1.to_string(), batch("888").1.to_string().replace("888", "1"));
}

/// Sends from so many clients at once; the answers' statuses and bodies.
fn at_once(served: &Served, clients: usize, send: impl Fn(usize, &mut Client) -> Response + Sync) -> Vec<(u16, Value)> {
    let start = Barrier::new(clients);
    let member = served.crm.accounts.member_by_email(ADMIN).expect("read").expect("a member");
    let system = aventora::model::Actor::system("test");
    let (_, key) = served.crm.accounts.add_key(&system, member.row, "all").expect("a key");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..clients)
            .map(|n| {
                let (start, send, key) = (&start, &send, &key);
                scope.spawn(move || {
                    let mut client = Client::api(served.address, key);
                    start.wait();
                    let answer = send(n, &mut client);
                    (answer.status, answer.json())
                })
            })
            .collect();
        threads.into_iter().map(|t| t.join().expect("no panic")).collect()
    })
}

#[test]
fn requests_with_one_idempotency_key_at_the_same_time_make_one_record() {
    let served = Served::start();
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k")];
    let answers = at_once(&served, 12, |_, api| {
        api.send("POST", "/api/v1/contacts", &headers, br#"{"first_name": "Ann"}"#).expect("an answer")
    });
    for (status, body) in &answers {
        assert!(*status == 201 && body["id"] == "1" || *status == 409, "{status} {body}");
    }
    assert!(answers.iter().any(|(status, _)| *status == 201));
    assert_eq!(get(&mut served.api(ADMIN), "/api/v1/contacts").json()["total"], 1);
}

#[test]
fn of_changes_to_one_version_at_the_same_time_one_is_saved() {
    let served = Served::start();
    let made = post(&mut served.api(ADMIN), "/api/v1/contacts", &json!({ "first_name": "Ann" }));
    let tag = made.header("etag").to_owned();
    let answers = at_once(&served, 12, |n, api| {
        let headers = [("Content-Type", "application/merge-patch+json"), ("If-Match", tag.as_str())];
        let body = json!({ "city": format!("City {n}") }).to_string();
        api.send("PATCH", "/api/v1/contacts/1", &headers, body.as_bytes()).expect("an answer")
    });
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|(status, _)| matches!(status, 200 | 412)), "{answers:?}");
}

#[test]
fn a_keys_rate_holds_for_requests_at_the_same_time() {
    let served = Served::with(|config| config.api.requests_per_minute = 5);
    let answers = at_once(&served, 20, |_, api| get(api, "/api/v1/metadata"));
    assert_eq!(answers.iter().filter(|(status, _)| *status == 200).count(), 5);
    assert_eq!(answers.iter().filter(|(status, _)| *status == 429).count(), 15);
    let mut api = served.api(ADMIN);
    for _ in 0..5 {
        get(&mut api, "/api/v1/metadata");
    }
    let refused = get(&mut api, "/api/v1/metadata");
    assert_eq!(
        (refused.status, refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")),
        (429, "5", "0")
    );
}
