//! The parts of a record's page that a script asks for: a section, older history, a note, one field's form and its saving; who is
//! refused there, and that a record one may not see is not there at any of its addresses.

use crate::client::{Client, Response, escape};
use crate::server::Served;

const FORM: (&str, &str) = ("Content-Type", "application/x-www-form-urlencoded");
const SCRIPT: (&str, &str) = ("HX-Request", "true");

fn ask(browser: &mut Client, path: &str) -> Response {
    browser.send("GET", path, &[SCRIPT], b"").unwrap()
}

fn send(browser: &mut Client, path: &str, form: &str) -> Response {
    browser.send("POST", path, &[FORM, SCRIPT], form.as_bytes()).unwrap()
}

/// Makes a contact and tells its address.
fn contact(browser: &mut Client, form: &str) -> String {
    let made = browser.send("POST", "/contacts/new", &[FORM], form.as_bytes()).unwrap();
    made.header("location").split('?').next().unwrap().to_owned()
}

/// The value of a hidden input of a form.
fn hidden(form: &str, name: &str) -> String {
    let at = form.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no {name} in {form}"));
    let rest = &form[at..];
    let start = rest.find("value=\"").unwrap() + 7;
    rest[start..].split('"').next().unwrap().to_owned()
}

#[test]
fn a_section_comes_alone_to_a_script_and_inside_its_page_to_everybody_else() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let at = contact(&mut browser, "first_name=Ada&city=Lund");
    for (tab, name) in [("", ""), ("fields", "fields"), ("deals", "deals")] {
        let path = format!("{at}?tab={tab}&part=section");
        let part = ask(&mut browser, &path).text();
        assert!(part.starts_with("<div") && part.contains(&format!("data-section=\"{name}\"")), "{path}");
        assert!(!part.contains("<main"), "{path}");
        let page = browser.get(&path).unwrap().text();
        assert!(page.contains("<main") && page.contains(&format!("data-section=\"{name}\"")), "{path}");
    }
    assert!(ask(&mut browser, &format!("{at}?tab=fields&part=section")).text().contains("Lund"));
}

#[test]
fn older_history_follows_the_newest_without_a_gap() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let at = contact(&mut browser, "first_name=Ada");
    for n in 1..=60 {
        assert_eq!(send(&mut browser, &format!("{at}/notes"), &format!("body=Note+{n}.")).status, 200);
    }
    let page = browser.get(&at).unwrap().text();
    let holds = |text: &str, n: u32| text.contains(&format!("Note {n}."));
    assert!((12..=60).all(|n| holds(&page, n)) && !holds(&page, 9));
    let older = page.split("class=\"btn older\"").nth(1).expect("a way to older ones");
    let part = older.split("hx-get=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    let rest = ask(&mut browser, &part).text();
    assert!((1..=9).all(|n| holds(&rest, n)) && !holds(&rest, 12));
    assert!((1..=60).all(|n| holds(&page, n) != holds(&rest, n)), "each is told once");
    assert!(!rest.contains("class=\"btn older\"") && !rest.contains("<main"));
    let plain = older.split("href=\"").nth(1).unwrap().split('"').next().unwrap().replace("&amp;", "&");
    assert!(holds(&browser.get(&plain).unwrap().text(), 1), "without script the link leads there too");
}

#[test]
fn a_note_is_written_in_place_and_one_that_is_refused_keeps_its_words() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let at = contact(&mut browser, "first_name=Ada");
    let notes = format!("{at}/notes");
    let made = send(&mut browser, &notes, "body=Prefers+%3Cb%3Etexts%3C%2Fb%3E.");
    assert_eq!(made.status, 200);
    assert!(made.text().contains("id=\"composer\"") && !made.text().contains("Prefers"), "an empty form comes back");
    let history = ask(&mut browser, &format!("{at}?part=history")).text();
    assert!(history.contains("id=\"history\"") && history.contains("&lt;b&gt;texts"));
    let refused = send(&mut browser, &notes, "body=+");
    assert_eq!(refused.status, 422);
    assert!(refused.text().contains("id=\"note-problem\""));
    let long = "x".repeat(2_000_000);
    let refused = send(&mut browser, &notes, &format!("body={long}"));
    assert!(matches!(refused.status, 413 | 422), "{}", refused.status);
    let plain = browser.send("POST", &notes, &[FORM], b"body=Plain.").unwrap();
    assert_eq!((plain.status, plain.header("location")), (303, format!("{at}?done=saved").as_str()));
}

#[test]
fn a_newer_value_is_shown_beside_ones_own_with_who_wrote_it_and_nothing_is_lost() {
    let served = Served::start();
    let mut ada = served.browser_of("member");
    let mut mia = served.browser_of("manager");
    let at = contact(&mut ada, "first_name=Ada&city=Lund");
    let field = format!("{at}/fields/city");
    let shown = hidden(&ask(&mut ada, &field).text(), "shown.city");
    let form = |city: &str| format!("shown.city={}&city={city}", escape(&shown));
    let saved = send(&mut mia, &field, &form("Halifax"));
    assert_eq!(saved.status, 200);
    assert!(saved.text().contains("Halifax"));
    for script in [true, false] {
        let headers = if script { vec![FORM, SCRIPT] } else { vec![FORM] };
        let asked = ada.send("POST", &field, &headers, form("Ottawa").as_bytes()).unwrap();
        assert_eq!(asked.status, 409);
        let text = asked.text();
        assert!(text.contains("manager changed City while you were typing"), "{text}");
        assert!(text.contains("Ottawa") && text.contains("Halifax"));
        assert_eq!(text.contains("<main"), !script);
    }
    assert!(ask(&mut ada, &format!("{field}?show=value")).text().contains("Halifax"), "nothing was overwritten");
    let asked = send(&mut ada, &field, &form("Ottawa")).text();
    let newer = hidden(&asked, "shown.city");
    let kept = send(&mut ada, &field, &format!("shown.city={}&city=Ottawa", escape(&newer)));
    assert_eq!(kept.status, 200);
    let history = ask(&mut ada, &format!("{at}?part=history")).text();
    assert!(["Lund", "Halifax", "Ottawa"].iter().all(|city| history.contains(city)), "the history tells all three");
    // A field that nobody else has touched is no conflict.
    let name = hidden(&ask(&mut mia, &format!("{at}/fields/first_name")).text(), "shown.first_name");
    let other = send(
        &mut mia,
        &format!("{at}/fields/first_name"),
        &format!("shown.first_name={}&first_name=Eve", escape(&name)),
    );
    assert_eq!(other.status, 200);
}

#[test]
fn a_refused_value_keeps_its_text_and_says_why_beside_it() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let at = contact(&mut browser, "first_name=Ada&emails=ada@example.com");
    let field = format!("{at}/fields/emails");
    let shown = hidden(&ask(&mut browser, &field).text(), "shown.emails");
    let form = format!("shown.emails={}&emails=%22nonsense%22", escape(&shown));
    let refused = send(&mut browser, &field, &form);
    assert_eq!(refused.status, 422);
    let text = refused.text();
    assert!(text.contains("value=\"&quot;nonsense&quot;\"") && text.contains("role=\"alert\""), "{text}");
    assert!(text.contains("aria-invalid=\"true\"") && text.contains("id=\"edit-emails-note\""));
    assert_eq!(hidden(&text, "shown.emails"), shown, "what it was shown stays");
    assert_eq!(
        send(&mut browser, &field, "shown.emails=%21%21&emails=b@example.com").status,
        422,
        "a token of ours alone"
    );
    assert!(ask(&mut browser, &format!("{field}?show=value")).text().contains("ada@example.com"));
    for path in ["/fields/nothing", "/fields/created_at", "/fields/id"] {
        let status = ask(&mut browser, &format!("{at}{path}")).status;
        assert!(matches!(status, 403 | 404), "{path}: {status}");
    }
}

/// Every address below a record, with how it is asked.
const ADDRESSES: [(&str, &str); 15] = [
    ("GET", ""),
    ("GET", "?tab=fields"),
    ("GET", "?part=section"),
    ("GET", "?tab=deals&part=section"),
    ("GET", "?part=older&older=9"),
    ("GET", "?part=history"),
    ("GET", "/edit"),
    ("GET", "/fields/city"),
    ("GET", "/fields/city?show=value"),
    ("GET", "/photo"),
    ("POST", "/edit"),
    ("POST", "/fields/city"),
    ("POST", "/notes"),
    ("POST", "/trash"),
    ("POST", "/photo/remove"),
];

#[test]
fn a_role_that_only_reads_is_refused_wherever_something_would_change() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    let at = contact(&mut member, "first_name=Ada&city=Lund");
    let mut reader = served.browser_of("read_only");
    for script in [true, false] {
        for (method, end) in ADDRESSES {
            let headers = if script { vec![FORM, SCRIPT] } else { vec![FORM] };
            let answer = reader.send(method, &format!("{at}{end}"), &headers, b"city=Oslo&body=Hello").unwrap();
            let reads = method == "GET" && (end.is_empty() || end.starts_with('?'));
            assert_eq!(answer.status, if reads { 200 } else { 403 }, "{method} {end}, by script: {script}");
        }
    }
    assert!(member.get(&at).unwrap().text().contains("Lund"));
}

#[test]
fn a_record_one_may_not_see_is_not_there_at_any_of_its_addresses() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    let at = contact(&mut member, "first_name=Ada&city=Lund");
    let mut rep = served.browser_of("own_rep");
    for script in [true, false] {
        for (method, end) in ADDRESSES {
            let headers = if script { vec![FORM, SCRIPT] } else { vec![FORM] };
            let walled = rep.send(method, &format!("{at}{end}"), &headers, b"city=Oslo&body=Hello").unwrap();
            let missing =
                rep.send(method, &format!("/contacts/999999{end}"), &headers, b"city=Oslo&body=Hello").unwrap();
            assert_eq!((walled.status, missing.status), (404, 404), "{method} {end}, by script: {script}");
            assert!(!walled.text().contains("Ada") && !walled.text().contains("Lund"), "{method} {end}");
        }
    }
    assert_eq!(rep.send("POST", &format!("{at}/restore"), &[FORM], b"").unwrap().status, 404);
    assert!(member.get(&at).unwrap().text().contains("Lund"));
}
