//! The REST API as a program meets it: what it takes, what it refuses and with which words, and that nothing changes then.

use crate::client::{Client, Response, escape};
use crate::server::{ADMIN, Served};
use aventora::base::id::{RecordRef, Row};
use aventora::base::limits::LIST_MAX;
use aventora::model::Actor;
use aventora::model::object::standard;
use aventora::records::Context;
use aventora::records::save::Command;
use serde_json::{Value, json};

fn get(client: &mut Client, path: &str) -> Response {
    client.get(path).expect("an answer")
}

fn post(client: &mut Client, path: &str, body: &Value) -> Response {
    client.json("POST", path, body).expect("an answer")
}

fn total(client: &mut Client, object: &str) -> u64 {
    get(client, &format!("/api/v1/{object}")).json()["total"].as_u64().expect("a total")
}

fn assert_problem(response: &Response, status: u16, word: &str) {
    let text = response.text();
    assert_eq!(response.status, status, "{text}");
    assert_eq!(response.header("content-type"), "application/problem+json", "{text}");
    assert!(text.contains(word), "{word}: {text}");
    assert_eq!(response.json()["status"], status);
}

#[test]
fn a_link_to_a_record_that_was_deleted_for_ever_is_not_told() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    for name in ["Globex", "Initech"] {
        assert_eq!(post(&mut api, "/api/v1/companies", &json!({ "name": name })).status, 201);
    }
    let link = |id: &str| json!({ "object": "companies", "id": id });
    let contact = json!({ "name": "Ben Bell", "company": "1" });
    assert_eq!(post(&mut api, "/api/v1/contacts", &contact).json()["company"]["label"], "Globex");
    let note = json!({ "title": "Call", "links": [link("1"), link("2")] });
    assert_eq!(post(&mut api, "/api/v1/notes", &note).json()["links"].as_array().map(Vec::len), Some(2));

    let globex = RecordRef::new(standard::COMPANIES, Row(1));
    // In the trash it may come back, so the link stays; only its label is gone.
    for (command, left) in [(Command::Trash(globex), 2), (Command::Purge(globex), 1)] {
        served.crm.engine.run(&Actor::system("test"), command, Context::default()).expect("done");
        let note = get(&mut api, "/api/v1/notes/1").json();
        assert_eq!(note["links"].as_array().map(Vec::len), Some(left), "{note}");
        assert_eq!(get(&mut api, "/api/v1/contacts").json()["data"][0]["company"].is_null(), left == 1);
    }
    let changed =
        api.send("PATCH", "/api/v1/notes/1", &[("Content-Type", "application/json")], br#"{"title":"Called"}"#);
    assert_eq!(changed.expect("an answer").status, 200);
}

#[test]
fn a_list_of_more_than_fits_is_refused_though_it_says_one_thing_over_and_over() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    assert_eq!(post(&mut api, "/api/v1/companies", &json!({ "name": "Globex" })).status, 201);
    let links = vec![json!({ "object": "companies", "id": "1" }); LIST_MAX + 1];
    assert_problem(&post(&mut api, "/api/v1/notes", &json!({ "title": "Call", "links": links })), 422, "too_many");
    let made = post(&mut api, "/api/v1/notes", &json!({ "title": "Call", "links": links[1..] }));
    assert_eq!(made.json()["links"].as_array().map(Vec::len), Some(1), "{}", made.text());
}

#[test]
fn a_record_is_made_read_changed_and_moved_to_the_trash() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let made = post(&mut api, "/api/v1/companies", &json!({ "name": "Globex" }));
    assert_eq!(made.status, 201, "{}", made.text());
    assert_eq!(made.header("location"), "/api/v1/companies/1");
    let contact =
        json!({ "name": "Ben Bell", "emails": ["ben@x.com"], "phones": ["+1 (843) 555-0142"], "company": "1" });
    let made = post(&mut api, "/api/v1/contacts", &contact);
    assert_eq!(made.status, 201, "{}", made.text());
    let body = made.json();
    assert_eq!(body["id"], "1");
    assert_eq!(body["first_name"], "Ben");
    assert_eq!(body["phones"], json!(["+18435550142"]));
    assert_eq!(body["company"], json!({ "object": "companies", "id": "1", "label": "Globex" }));
    assert_eq!(body["owner"]["label"], "Amy Adams");

    let tag = made.header("etag").to_owned();
    let patch = json!({ "city": "Toronto" }).to_string();
    let headers = [("Content-Type", "application/merge-patch+json"), ("If-Match", tag.as_str())];
    let changed = api.send("PATCH", "/api/v1/contacts/1", &headers, patch.as_bytes()).expect("an answer");
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(changed.json()["city"], "Toronto");
    let stale =
        api.send("PATCH", "/api/v1/contacts/1", &headers, patch.replace("Tor", "Pic").as_bytes()).expect("an answer");
    assert_problem(&stale, 412, "Somebody has changed");
    assert_eq!(get(&mut api, "/api/v1/contacts/1").json()["city"], "Toronto");

    let stale = api.send("DELETE", "/api/v1/contacts/1", &headers[1..], b"").expect("an answer");
    assert_problem(&stale, 412, "nothing was deleted");
    let now = get(&mut api, "/api/v1/contacts/1").header("etag").to_owned();
    let gone = api.send("DELETE", "/api/v1/contacts/1", &[("If-Match", now.as_str())], b"").expect("an answer");
    assert_eq!(gone.status, 204, "{}", gone.text());
    assert_problem(&get(&mut api, "/api/v1/contacts/1"), 404, "no such record");
    assert_eq!(total(&mut api, "contacts"), 0);
}

#[test]
fn bad_bodies_are_refused_with_a_sentence_and_nothing_is_saved() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let long = "x".repeat(5_000);
    for (body, status, word) in [
        ("{", 400, "not JSON"),
        ("[]", 400, "JSON object"),
        ("\"text\"", 400, "JSON object"),
        (r#"{"nonsense": 1}"#, 422, "no such field"),
        (r#"{"first_name": 7}"#, 422, "first_name"),
        (r#"{"emails": "no list"}"#, 422, "emails"),
        (r#"{"emails": ["not an address"]}"#, 422, "emails"),
        (r#"{"first_name": "A", "type": "martian"}"#, 422, "type"),
        (r#"{"first_name": "A", "company": "999"}"#, 422, "company"),
        (r#"{"first_name": "A", "company": "abc"}"#, 422, "company"),
        (r#"{"first_name": "A", "owner": "nobody@nowhere"}"#, 422, "owner"),
        (r#"{"first_name": "A", "created_at": "2020-01-01T00:00:00Z"}"#, 422, "created_at"),
        (r#"{}"#, 422, "must have a value"),
        (&format!(r#"{{"first_name": "{long}"}}"#), 422, "first_name"),
        (&format!("{}1{}", "[".repeat(200), "]".repeat(200)), 400, "not JSON"),
    ] {
        let headers = [("Content-Type", "application/json")];
        let response = api.send("POST", "/api/v1/contacts", &headers, body.as_bytes()).expect("an answer");
        assert_problem(&response, status, word);
    }
    let gone = post(&mut api, "/api/v1/companies", &json!({ "name": "Gone" }));
    assert_eq!(gone.status, 201, "{}", gone.text());
    assert_eq!(api.send("DELETE", "/api/v1/companies/1", &[], b"").expect("an answer").status, 204);
    let response = post(&mut api, "/api/v1/contacts", &json!({ "first_name": "A", "company": "1" }));
    assert_problem(&response, 422, "trash");
    let foreign = json!({ "first_name": "A", "company": { "object": "deals", "id": "1" } });
    assert_problem(&post(&mut api, "/api/v1/contacts", &foreign), 422, "company");
    let plain = api.send("POST", "/api/v1/contacts", &[("Content-Type", "text/plain")], b"{}").expect("an answer");
    assert_problem(&plain, 415, "application/json");
    let huge = vec![b' '; 9 * 1024 * 1024];
    if let Ok(response) =
        served.api(ADMIN).send("POST", "/api/v1/contacts", &[("Content-Type", "application/json")], &huge)
    {
        assert_problem(&response, 413, "too large");
    }
    for amount in [
        "1e400",
        "\"99999999999999999999999999\"",
        "{\"amount\": \"1.123456\"}",
        "{\"amount\": \"1\", \"currency\": \"XX\"}",
    ] {
        let body = format!(r#"{{"name": "D", "amount": {amount}}}"#);
        let headers = [("Content-Type", "application/json")];
        let response = api.send("POST", "/api/v1/deals", &headers, body.as_bytes()).expect("an answer");
        assert!(matches!(response.status, 400 | 422), "{amount}: {}", response.text());
    }
    let response = post(&mut api, "/api/v1/deals", &json!({ "name": "D", "close_date": "99999-01-01" }));
    assert_problem(&response, 422, "close_date");
    assert_eq!(total(&mut api, "contacts") + total(&mut api, "deals"), 0);
}

#[test]
fn bad_questions_are_refused_and_point_at_the_place() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let deep = format!("{}city = \"x\"{}", "(".repeat(50), ")".repeat(50));
    // As much of 10,000 values as an address may hold; the rest is refused before it is read, see the next loop.
    let many = format!("city IN ({}x)", "x,".repeat(1_500));
    for (filter, word) in [
        ("city =", "filter"),
        ("nonsense = 1", "nonsense"),
        (deep.as_str(), "deep"),
        (many.as_str(), "too_many"),
        ("created_at > 999999-01-01", "filter"),
        ("lead_score > 1e999999", "filter"),
    ] {
        let response = get(&mut api, &format!("/api/v1/contacts?filter={}", escape(filter)));
        assert_problem(&response, 400, word);
        assert!(response.json()["errors"][0].get("at").is_some(), "{filter}: {}", response.text());
    }
    for filter in ["x".repeat(1024 * 1024), escape(&format!("city IN ({}x)", "xyz,".repeat(10_000)))] {
        // The server may hang up before it has read all of it.
        if let Ok(response) = served.api(ADMIN).get(&format!("/api/v1/contacts?filter={filter}")) {
            assert!(matches!(response.status, 400 | 414 | 431), "{}", response.status);
        }
    }
    assert_eq!(get(&mut api, "/api/v1/contacts").status, 200, "others are not harmed");
    for (query, word) in [
        ("nope=1", "no such parameter"),
        ("limit=0", "from 1 to 200"),
        ("limit=201", "from 1 to 200"),
        ("limit=5&limit=6", "once"),
        ("sort=nonsense", "nonsense"),
        ("fields=nonsense", "nonsense"),
        ("cursor=abc", "cursor"),
    ] {
        assert_problem(&get(&mut api, &format!("/api/v1/contacts?{query}")), 400, word);
    }
    for path in ["members", "nonsense", "members/1", "contacts/0", "contacts/x", "contacts/99999999999999999999999"] {
        assert_problem(&get(&mut api, &format!("/api/v1/{path}")), 404, "");
    }
    assert_eq!(api.send("PUT", "/api/v1/contacts/1", &[], b"").expect("an answer").status, 405);
}

#[test]
fn a_cursor_is_good_for_its_own_question_only() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let rows: Vec<Value> = (0..5).map(|n| json!({ "first_name": format!("P{n}") })).collect();
    assert_eq!(post(&mut api, "/api/v1/contacts/batch", &json!({ "data": rows })).status, 200);
    let first = get(&mut api, "/api/v1/contacts?sort=first_name&limit=2").json();
    assert_eq!(first["total"], 5);
    let cursor = first["next_cursor"].as_str().expect("a next page").to_owned();
    let next = get(&mut api, &format!("/api/v1/contacts?sort=first_name&limit=2&cursor={cursor}")).json();
    assert_eq!(next["data"][0]["first_name"], "P2");
    assert_problem(&get(&mut api, &format!("/api/v1/contacts?sort=-first_name&cursor={cursor}")), 400, "cursor");
    assert_problem(&get(&mut api, &format!("/api/v1/companies?cursor={cursor}")), 400, "cursor");
    let other = served.member("mona", "member");
    let question = format!("/api/v1/contacts?sort=first_name&limit=2&cursor={cursor}");
    assert_problem(&get(&mut served.api(&other.email), &question), 400, "cursor");
}

#[test]
fn a_batch_with_one_bad_row_saves_nothing_and_names_the_row() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let body =
        json!({ "data": [{ "first_name": "A" }, { "first_name": "B" }, { "emails": 7 }, { "id": "99", "city": "X" }] });
    let response = post(&mut api, "/api/v1/contacts/batch", &body);
    assert_problem(&response, 422, "emails");
    assert_eq!(response.json()["errors"][0]["row"], 2);
    let absent = json!({ "data": [{ "first_name": "A" }, { "id": "99", "city": "X" }] });
    let response = post(&mut api, "/api/v1/contacts/batch", &absent);
    assert_problem(&response, 422, "no such record");
    assert_eq!(response.json()["errors"][0]["row"], 1);
    assert_eq!(total(&mut api, "contacts"), 0);
    let many: Vec<Value> = (0..1_001).map(|n| json!({ "first_name": n.to_string() })).collect();
    assert_problem(&post(&mut api, "/api/v1/contacts/batch", &json!({ "data": many })), 400, "1000");
    assert_problem(&post(&mut api, "/api/v1/contacts/batch", &json!({ "data": [] })), 400, "between 1");
    let good = json!({ "data": [{ "first_name": "A" }, { "first_name": "B" }] });
    assert_eq!(post(&mut api, "/api/v1/contacts/batch", &good).status, 200);
    let mixed = json!({ "data": [{ "id": "1", "city": "Rome" }, { "first_name": "C" }] });
    let data = post(&mut api, "/api/v1/contacts/batch", &mixed).json();
    assert_eq!((&data["data"][0]["city"], &data["data"][1]["id"]), (&json!("Rome"), &json!("3")));
}

#[test]
fn a_repeated_request_is_done_once_for_a_day() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let headers = [("Content-Type", "application/json"), ("Idempotency-Key", "k-1")];
    let mut send = |body: &str| api.send("POST", "/api/v1/contacts", &headers, body.as_bytes()).expect("an answer");
    let first = send(r#"{"first_name": "Ann"}"#);
    let again = send(r#"{"first_name": "Ann"}"#);
    assert_eq!((first.status, again.status), (201, 201));
    assert_eq!(first.text(), again.text());
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_problem(&send(r#"{"first_name": "Bob"}"#), 422, "another request");
    served.clock.advance(25 * 3_600_000);
    assert_eq!(send(r#"{"first_name": "Bob"}"#).json()["id"], "2");
}

#[test]
fn a_key_has_its_rate_and_is_told_so() {
    let served = Served::with(|config| config.api.requests_per_minute = 3);
    let mut api = served.api(ADMIN);
    for left in ["2", "1", "0"] {
        let response = get(&mut api, "/api/v1/metadata");
        assert_eq!((response.status, response.header("ratelimit-remaining")), (200, left));
        assert_eq!(response.header("ratelimit-limit"), "3");
    }
    let response = get(&mut api, "/api/v1/metadata");
    assert_problem(&response, 429, "3 requests a minute");
    assert_eq!(response.header("retry-after"), "20");
    served.clock.advance(20_000);
    assert_eq!(get(&mut api, "/api/v1/metadata").status, 200);
}

#[test]
fn without_a_good_key_nothing_is_told() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let key = served.crm.accounts.keys().expect("keys").pop().expect("a key");
    assert_eq!(get(&mut api, "/api/v1/metadata").status, 200);
    for wrong in ["", "avk_", "avk_1_", "avk_1_AAAA", "nonsense", "avk_999_AAAA"] {
        let response = Client::api(served.address, wrong).get("/api/v1/contacts").expect("an answer");
        assert_problem(&response, 401, "valid key");
    }
    served.crm.accounts.revoke_key(&aventora::model::Actor::system("test"), key.id).expect("revoked");
    assert_problem(&get(&mut api, "/api/v1/metadata"), 401, "valid key");
}

#[test]
fn a_read_only_member_cannot_write_and_a_walled_one_sees_only_their_own() {
    let served = Served::start();
    let (reader, rep) = (served.member("rita", "read_only"), served.member("otto", "own_rep"));
    let (mut admin, mut reader, mut rep) = (served.api(ADMIN), served.api(&reader.email), served.api(&rep.email));
    post(&mut admin, "/api/v1/contacts", &json!({ "first_name": "Walled", "city": "Oslo" }));
    assert_problem(&post(&mut reader, "/api/v1/contacts", &json!({ "first_name": "X" })), 403, "may not");
    assert_problem(
        &reader.json("PATCH", "/api/v1/contacts/1", &json!({ "city": "X" })).expect("an answer"),
        403,
        "may not",
    );
    assert_problem(&reader.send("DELETE", "/api/v1/contacts/1", &[], b"").expect("an answer"), 403, "may not");
    assert_eq!(total(&mut reader, "contacts"), 1);

    assert_eq!(total(&mut rep, "contacts"), 0);
    assert_problem(&get(&mut rep, "/api/v1/contacts/1"), 404, "no such record");
    assert_problem(&rep.json("PATCH", "/api/v1/contacts/1", &json!({ "city": "X" })).expect("an answer"), 404, "");
    assert_problem(
        &post(&mut rep, "/api/v1/tasks", &json!({ "title": "T", "links": [{ "object": "contacts", "id": "1" }] })),
        422,
        "links",
    );
    assert_eq!(get(&mut rep, "/api/v1/contacts/aggregate?group=city").json()["total"], 0);
    assert_eq!(get(&mut rep, "/api/v1/search?q=walled").json()["data"], json!([]));
    assert_eq!(post(&mut rep, "/api/v1/contacts", &json!({ "first_name": "Own" })).status, 201);
    assert_eq!(total(&mut rep, "contacts"), 1);
    assert_eq!(get(&mut rep, "/api/v1/search?q=own").json()["data"][0]["id"], "2");
    assert_eq!(total(&mut admin, "contacts"), 2);
}

#[test]
fn the_description_names_every_object_field_and_route() {
    let served = Served::start();
    let mut api = served.api(ADMIN);
    let document = get(&mut api, "/api/v1/openapi.json").json();
    let metadata = get(&mut api, "/api/v1/metadata").json();
    for object in metadata["objects"].as_array().expect("objects") {
        let name = object["name"].as_str().expect("a name");
        assert!(document["paths"].get(format!("/{name}/{{id}}")).is_some(), "{name}");
        let schema = name.split('_').map(|w| w[..1].to_uppercase() + &w[1..]).collect::<String>();
        for field in object["fields"].as_array().expect("fields") {
            let field = field["name"].as_str().expect("a name");
            assert!(document["components"]["schemas"][&schema]["properties"].get(field).is_some(), "{name}.{field}");
        }
    }
    for route in aventora::api::ROUTES {
        let path = route.path.replace("{objects}", "contacts").replace("/api/v1", "");
        let method = route.method.to_lowercase();
        assert!(document["paths"][&path].get(&method).is_some(), "{method} {path}");
    }
}
