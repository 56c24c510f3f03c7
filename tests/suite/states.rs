//! What stands there when something is not as one wished: errors come with a way back, inside the shell for who is signed in; the
//! trash says who and when; deleting for ever is asked once more and is not everybody's.

use crate::client::Client;
use crate::server::Served;
use aventora::base::Error;
use aventora::base::id::{RecordRef, Row};
use aventora::model::{Actor, Role};
use aventora::records::State;
use std::sync::Arc;

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

/// A company in the trash, put there by the member.
fn trashed(served: &Served, browser: &mut Client) -> (String, RecordRef) {
    let made = browser.send("POST", "/companies/new", &FORM, b"name=Acme").expect("an answer");
    let at = made.header("location").split('?').next().expect("an address").to_owned();
    assert_eq!(browser.send("POST", &format!("{at}/trash"), &FORM, b"").expect("an answer").status, 303);
    let row = at.rsplit('/').next().and_then(|row| row.parse().ok()).expect("a number");
    let object = served.crm.engine.schema().object("companies").expect("companies").id;
    (at, RecordRef::new(object, row))
}

#[test]
fn errors_stand_in_the_shell_for_who_is_signed_in_with_a_way_back_and_home() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let large = [b"name=".to_vec(), vec![b'x'; 100_000]].concat();
    for (method, path, body, status) in [
        ("GET", "/nothing/here/at/all", &b""[..], 404),
        ("GET", "/contacts/999999", b"", 404),
        ("GET", "/settings/general", b"", 403),
        ("POST", "/look", &large, 413),
        ("PATCH", "/contacts", b"", 404),
    ] {
        let from = format!("http://{}/contacts?sort=name", served.address);
        let answer = browser.send(method, path, &[FORM[0], ("Referer", &from)], body).expect("an answer");
        let page = answer.text();
        assert_eq!(answer.status, status, "{method} {path}");
        assert!(page.contains("id=\"nav\"") && page.contains("data-shell"), "{method} {path} keeps the shell");
        assert!(page.contains("href=\"/contacts?sort=name\"") && page.contains("href=\"/\""), "{method} {path}");
        assert!(page.contains("class=\"error-page\""), "{method} {path}");
    }
}

#[test]
fn a_way_back_leads_nowhere_else() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    for from in
        ["http://evil.example/contacts", "javascript:alert(1)", &format!("http://{}//evil.example", served.address)]
    {
        let answer = browser.send("GET", "/nothing", &[("Referer", from)], b"").expect("an answer");
        assert!(answer.status == 404 && !answer.text().contains("evil.example"), "{from}");
        assert!(!answer.text().contains("javascript:"), "{from}");
    }
}

#[test]
fn without_a_session_an_error_stands_alone() {
    let served = Served::start();
    let mut stranger = Client::new(served.address, &[("Sec-Fetch-Site", "same-origin")]);
    let page = stranger.get("/nothing/here/at/all").expect("an answer");
    assert!(page.status == 404 && page.text().contains("error-page"));
    assert!(!page.text().contains("data-shell") && !page.text().contains("Acme"));
}

#[test]
fn the_trash_says_who_moved_a_record_there_and_when() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let (at, id) = trashed(&served, &mut browser);
    let page = browser.get("/trash?object=companies").expect("an answer").text();
    assert!(page.contains("Acme") && page.contains("class=\"person\"") && page.contains("2026-11-22T00:00:00Z"));
    let system = Actor::system("test");
    let moved = served.crm.engine.trashed(&system, &[id]).expect("an answer");
    let moved = moved[0].expect("it is known");
    assert_eq!(moved.time, crate::server::NOW);
    let name = served.crm.engine.labels(&system, &[moved.by.expect("a member")]).expect("a label");
    assert_eq!(name[0].as_ref().map(|label| label.text.as_str()), Some("member"));
    browser.send("POST", &format!("{at}/restore"), &FORM, b"").expect("an answer");
    assert!(!browser.get("/trash?object=companies").expect("an answer").text().contains(&format!("{at}/restore")));
}

#[test]
fn an_admin_deletes_for_ever_after_being_asked_once_more() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let mut admin = served.browser_of("admin");
    let (at, id) = trashed(&served, &mut browser);
    assert!(admin.get("/trash?object=companies").expect("an answer").text().contains(&format!("{at}/purge")));
    let asked = admin.get(&format!("{at}/purge")).expect("an answer");
    assert!(asked.status == 200 && asked.text().contains("Acme"));
    assert!(served.crm.engine.get(&Actor::system("test"), id).is_ok(), "asking deletes nothing");
    let done = admin.send("POST", &format!("{at}/purge"), &FORM, b"").expect("an answer");
    assert_eq!((done.status, done.header("location")), (303, "/trash?object=companies&done=purged"));
    assert!(matches!(served.crm.engine.get(&Actor::system("test"), id), Err(Error::NotFound)));
    assert_eq!(admin.get(&at).expect("an answer").status, 404);
}

#[test]
fn nobody_else_deletes_for_ever() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let (at, id) = trashed(&served, &mut browser);
    for role in ["manager", "member", "read_only", "own_rep", "team_rep"] {
        let mut browser = if role == "member" { continue } else { served.browser_of(role) };
        let list = browser.get("/trash?object=companies").expect("an answer").text();
        assert!(list.contains("Acme") && !list.contains("/purge"), "{role} is shown no way there");
        for method in ["GET", "POST"] {
            assert_eq!(
                browser.send(method, &format!("{at}/purge"), &FORM, b"").expect("an answer").status,
                403,
                "{role}"
            );
        }
    }
    assert_eq!(browser.send("POST", &format!("{at}/purge"), &FORM, b"").expect("an answer").status, 403);
    assert!(served.crm.engine.get(&Actor::system("test"), id).is_ok());
}

#[test]
fn a_record_that_was_restored_meanwhile_is_not_deleted_for_ever() {
    let served = Served::start();
    let mut admin = served.browser_of("admin");
    let (at, id) = trashed(&served, &mut admin);
    admin.send("POST", &format!("{at}/restore"), &FORM, b"").expect("an answer");
    let answer = admin.send("POST", &format!("{at}/purge"), &FORM, b"").expect("an answer");
    assert_eq!((answer.status, answer.header("location")), (303, at.as_str()));
    let record = served.crm.engine.get(&Actor::system("test"), id).expect("it is there");
    assert_eq!(record.state, State::Live);
}

#[test]
fn the_sidebar_counts_live_records_after_each_change_for_who_sees_all_of_them() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let schema = served.crm.engine.schema();
    let [contacts, companies] = ["contacts", "companies"].map(|name| schema.object(name).expect("an object").id);
    let counted = |actor: &Actor| served.crm.engine.counts(actor, &[contacts, companies]).expect("counts");
    let all = Actor::system("test");
    assert_eq!(counted(&all), [Some(0), Some(0)]);
    let (at, _) = trashed(&served, &mut browser);
    assert_eq!(counted(&all), [Some(0), Some(0)], "what lies in the trash does not count");
    browser.send("POST", &format!("{at}/restore"), &FORM, b"").expect("an answer");
    assert_eq!(counted(&all), [Some(0), Some(1)]);
    assert!(
        browser.get("/settings/experience").expect("an answer").text().contains("class=\"count\" translate=\"no\">1<")
    );
    let walled = Actor::member(Row(99), Arc::new(Role::own_rep()));
    assert_eq!(counted(&walled), [None, Some(1)], "who sees only some contacts is not told how many there are");
}

#[test]
fn the_first_page_of_an_empty_workspace_says_how_to_begin_to_those_who_may() {
    let served = Served::start();
    let begin = "class=\"card home-first\"";
    assert!(served.browser_of("member").get("/").expect("an answer").text().contains(begin));
    assert!(!served.browser_of("read_only").get("/").expect("an answer").text().contains(begin));
    let mut browser = served.browser_of("manager");
    browser.send("POST", "/companies/new", &FORM, b"name=Acme").expect("an answer");
    let page = browser.get("/").expect("an answer").text();
    assert!(!page.contains(begin) && page.contains("Changed last") && page.contains("Acme"));
}
