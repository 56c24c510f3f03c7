//! Pages as a browser without script meets them: what roles see, that what people type never becomes markup, and that every icon
//! the data model names is in the sprite.

use crate::server::Served;
use aventora::model::preset::{NAMES, Preset};

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

#[test]
fn what_people_type_never_becomes_markup() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let name = "<script>alert(1)</script>\"'&";
    let body = format!("name={}", crate::client::escape(name));
    let made = browser.send("POST", "/companies/new", &FORM, body.as_bytes()).expect("an answer");
    let at = made.header("location").split('?').next().expect("an address").to_owned();
    for path in
        [at.clone(), format!("{at}?tab=fields"), format!("{at}/edit"), "/companies".into(), format!("{at}/fields/name")]
    {
        let page = browser.get(&path).expect("an answer");
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains("&lt;script&gt;"), "{path} shows the name");
        assert!(!page.text().contains("<script>"), "{path} holds no script of a stranger");
    }
    let page = browser.get("/companies?filter=%22%3E%3Cscript%3E").expect("an answer");
    assert_eq!(page.status, 400);
    assert!(!page.text().contains("<script>"));
}

#[test]
fn a_read_only_member_sees_records_and_no_way_to_change_them() {
    let served = Served::start();
    let mut writer = served.browser_of("member");
    let made = writer.send("POST", "/companies/new", &FORM, b"name=Acme").expect("an answer");
    let at = made.header("location").split('?').next().expect("an address").to_owned();
    let mut reader = served.browser_of("read_only");
    let page = reader.get(&at).expect("an answer").text();
    assert!(page.contains("Acme"));
    assert!(
        !page.contains(&format!("{at}/trash"))
            && !page.contains(&format!("{at}/fields/"))
            && !page.contains("/companies/new")
    );
    for (method, path) in [
        ("GET", "/companies/new".to_owned()),
        ("POST", "/companies/new".to_owned()),
        ("POST", format!("{at}/trash")),
        ("POST", format!("{at}/edit")),
        ("POST", format!("{at}/fields/name")),
    ] {
        let answer = reader.send(method, &path, &FORM, b"name=Other").expect("an answer");
        assert_eq!(answer.status, 403, "{method} {path}");
    }
}

#[test]
fn a_refused_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let answer = browser.send("POST", "/contacts/new", &FORM, b"first_name=Ada&emails=nonsense").expect("an answer");
    assert_eq!(answer.status, 422);
    let page = answer.text();
    assert!(page.contains("value=\"Ada\"") && page.contains("value=\"nonsense\""));
    assert!(page.contains("id=\"f-emails-note\""));
}

#[test]
fn every_icon_of_every_preset_is_in_the_sprite() {
    let sprite: Vec<&str> = aventora::web::assets::ICONS.split(' ').collect();
    for name in NAMES {
        let schema = Preset::load(name, None).expect("a preset").schema("USD").expect("a data model");
        for object in &schema.objects {
            assert!(sprite.contains(&object.icon.as_str()), "{name}: {} of {}", object.icon, object.name);
        }
    }
}
