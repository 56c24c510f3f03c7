//! Settings: what holds for all is the admins' to change, told in the log, and seen by everybody; light or dark is one's own.

use crate::client::{Client, escape};
use crate::server::{PASSWORD, Served, cookie};
use aventora::features::accounts::GeneralChange;
use aventora::model::Actor;

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

#[test]
fn an_admin_changes_name_and_theme_and_everybody_sees_them() {
    let served = Served::start();
    let mut admin = served.browser_of("admin");
    let mut reader = served.browser_of("read_only");
    let before = served.crm.engine.store().last_seq().0;
    let saved = admin.send("POST", "/settings/general", &FORM, b"theme=forest").expect("an answer");
    assert_eq!(saved.status, 303);
    let name = format!("workspace={}", escape("Harbor & Pine"));
    assert_eq!(admin.send("POST", "/settings/general", &FORM, name.as_bytes()).expect("an answer").status, 303);
    let page = reader.get("/").expect("an answer").text();
    assert!(page.contains("class=\"theme-forest mode-system\"") && page.contains("Harbor &amp; Pine"));
    assert_eq!(served.crm.engine.store().last_seq().0, before + 2, "each change is an event of the log");
    let again = admin.send("POST", "/settings/general", &FORM, b"theme=forest").expect("an answer");
    assert_eq!((again.status, served.crm.engine.store().last_seq().0), (303, before + 2), "no change, no event");
}

#[test]
fn nobody_else_reads_or_changes_what_holds_for_all() {
    let served = Served::start();
    for role in ["manager", "member", "read_only", "own_rep", "team_rep"] {
        let mut browser = served.browser_of(role);
        assert_eq!(browser.get("/settings").expect("an answer").header("location"), "/settings/experience", "{role}");
        assert_eq!(browser.get("/settings/general").expect("an answer").status, 403, "{role}");
        let answer = browser.send("POST", "/settings/general", &FORM, b"theme=rose").expect("an answer");
        assert_eq!(answer.status, 403, "{role}");
        assert!(
            !browser.get("/").expect("an answer").text().contains("/settings/general"),
            "{role} is shown no way there"
        );
    }
    assert_eq!(served.crm.accounts.general().expect("settings").theme, "classic");
}

#[test]
fn a_theme_that_is_none_and_an_empty_name_are_refused() {
    let served = Served::start();
    let mut admin = served.browser_of("admin");
    for body in ["theme=neon", "workspace=", "workspace=%20%20", &format!("workspace={}", "x".repeat(101))] {
        let answer = admin.send("POST", "/settings/general", &FORM, body.as_bytes()).expect("an answer");
        assert_eq!(answer.status, 422, "{body}");
    }
    let refused = served.crm.accounts.change_general(&Actor::system("test"), GeneralChange::Theme("neon".into()));
    assert!(refused.is_err());
}

#[test]
fn light_or_dark_is_each_members_own_and_kept_in_their_record() {
    let served = Served::start();
    let mut reader = served.browser_of("read_only");
    let mut other = served.browser_of("member");
    let answer = reader.send("POST", "/look", &FORM, b"mode=dark&back=/contacts").expect("an answer");
    assert_eq!((answer.status, answer.header("location")), (303, "/contacts"));
    assert!(reader.get("/").expect("an answer").text().contains("mode-dark"));
    assert!(other.get("/").expect("an answer").text().contains("mode-system"));
    // The record's word counts, not that of an old cookie.
    let signed = served.sign_in("read_only@example.com", PASSWORD);
    let cookies = format!("{}; aventora_look=light...", cookie(&signed, "aventora").expect("a session"));
    let mut elsewhere = Client::new(served.address, &[("Cookie", &cookies)]);
    assert!(elsewhere.get("/").expect("an answer").text().contains("mode-dark"));
    let foreign = reader.send("POST", "/look", &FORM, b"mode=dark&back=//evil.example").expect("an answer");
    assert_eq!(foreign.header("location"), "/", "nobody is led elsewhere");
}

#[test]
fn an_address_that_is_none_of_ours_says_so_and_script_gets_the_main_part_alone() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let whole = browser.get("/contacts/999999").expect("an answer");
    assert_eq!(whole.status, 404);
    assert!(whole.text().contains("<html"));
    let headers = [("HX-Request", "true"), ("HX-Request-Type", "full")];
    let part = browser.send("GET", "/contacts/999999", &headers, b"").expect("an answer");
    assert!(part.status == 404 && part.text().contains("data-shell") && !part.text().contains("<html"));
    let fragment = browser.send("GET", "/contacts/999999", &headers[..1], b"").expect("an answer");
    assert!(!fragment.text().contains("<main"));
}
