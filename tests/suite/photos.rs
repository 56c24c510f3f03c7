//! Pictures of people and organisations: who sees and changes them, what is refused, and that their bytes go with the record.

use crate::client::Client;
use crate::server::{Served, upload};
use crate::support::Workspace;
use aventora::base::Error;
use aventora::features::photos;
use aventora::model::Role;
use aventora::records::Context;
use aventora::records::save::Command;
use std::path::Path;

/// A PNG of one colour, 40 pixels wide.
fn png(colour: u8) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = image::RgbImage::from_pixel(40, 40, image::Rgb([colour, 90, 90]));
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn made(browser: &mut Client, path: &str, form: &str) -> String {
    let kind = [("Content-Type", "application/x-www-form-urlencoded")];
    let made = browser.send("POST", path, &kind, form.as_bytes()).expect("an answer");
    made.header("location").split('?').next().expect("an address").to_owned()
}

/// Address of the picture in the head of a record's page.
fn shown(page: &str) -> Option<String> {
    let at = page.find("avatar-photo")?;
    let rest = &page[at..];
    let start = rest.find("src=\"")? + 5;
    Some(rest[start..].split('"').next()?.replace("&amp;", "&"))
}

#[test]
fn a_picture_is_uploaded_shown_everywhere_and_taken_away() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    for (object, form) in [("contacts", "first_name=Ada"), ("companies", "name=Acme")] {
        let at = made(&mut browser, &format!("/{object}/new"), form);
        assert!(shown(&browser.get(&at).unwrap().text()).is_none());
        let answer = upload(&mut browser, &format!("{at}/photo"), "me.png", &png(10));
        assert_eq!((answer.status, answer.header("location")), (303, format!("{at}?done=saved").as_str()));
        let address = shown(&browser.get(&at).unwrap().text()).expect("the page shows it");
        let picture = browser.get(&address).unwrap();
        assert_eq!((picture.status, picture.header("content-type")), (200, "image/jpeg"));
        assert_eq!(picture.header("cache-control"), "private, max-age=31536000, immutable");
        assert_eq!(picture.header("content-security-policy"), "default-src 'none'; sandbox");
        assert_eq!(picture.header("x-content-type-options"), "nosniff");
        assert!(image::load_from_memory(&picture.body).is_ok());
        assert_eq!(shown(&browser.get(&format!("/{object}")).unwrap().text()), Some(address.replace("/96", "/48")));
        // Another picture has another address, and under the old one the new picture is not kept.
        upload(&mut browser, &format!("{at}/photo"), "me.png", &png(200));
        let newer = shown(&browser.get(&at).unwrap().text()).unwrap();
        assert_ne!(newer, address);
        assert_eq!(browser.get(&address).unwrap().header("cache-control"), "private, no-cache");
        browser.send("POST", &format!("{at}/photo/remove"), &[], b"").unwrap();
        assert!(shown(&browser.get(&at).unwrap().text()).is_none());
        assert_eq!(browser.get(&newer).unwrap().status, 404);
    }
}

#[test]
fn who_does_not_see_a_record_does_not_see_its_picture_and_who_may_not_edit_may_not_change_it() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    let at = made(&mut member, "/contacts/new", "first_name=Ada");
    upload(&mut member, &format!("{at}/photo"), "me.png", &png(10));
    let address = shown(&member.get(&at).unwrap().text()).unwrap();
    let mut rep = served.browser_of("own_rep");
    assert_eq!(rep.get(&address).unwrap().status, 404);
    assert_eq!(upload(&mut rep, &format!("{at}/photo"), "me.png", &png(20)).status, 404);
    assert_eq!(rep.send("POST", &format!("{at}/photo/remove"), &[], b"").unwrap().status, 404);
    let mut reader = served.browser_of("read_only");
    assert_eq!(reader.get(&address).unwrap().status, 200);
    assert!(!reader.get(&at).unwrap().text().contains("/photo\""));
    assert_eq!(upload(&mut reader, &format!("{at}/photo"), "me.png", &png(20)).status, 403);
    assert_eq!(reader.send("POST", &format!("{at}/photo/remove"), &[], b"").unwrap().status, 403);
    assert_eq!(reader.get(&format!("{at}/photo")).unwrap().status, 403);
    let mut nobody = Client::new(served.address, &[("Sec-Fetch-Site", "same-origin")]);
    assert_eq!(nobody.get(&address).unwrap().status, 303);
    assert_eq!(shown(&member.get(&at).unwrap().text()), Some(address));
}

#[test]
fn what_is_no_picture_or_too_large_is_refused_with_a_sentence() {
    let served = Served::start();
    let mut browser = served.browser_of("member");
    let at = made(&mut browser, "/contacts/new", "first_name=Ada");
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let large = vec![0; photos::UPLOAD_BYTES_MAX as usize + 1];
    for (name, bytes, sentence) in [
        ("me.png", &svg[..], "This file is no picture"),
        ("me.png", &b"\x89PNG\r\n\x1a\n and no more"[..], "damaged"),
        ("me.jpg", &large, "larger than 10 MB"),
        ("", b"", "Choose a file first"),
    ] {
        let answer = upload(&mut browser, &format!("{at}/photo"), name, bytes);
        assert_eq!(answer.status, 422, "{sentence}");
        assert!(answer.text().contains(sentence), "{sentence}");
    }
    assert!(shown(&browser.get(&at).unwrap().text()).is_none());
    let note = made(&mut browser, "/notes/new", "title=Note");
    assert_eq!(browser.get(&format!("{note}/photo")).unwrap().status, 404);
}

fn files(dir: &Path) -> usize {
    let of = |path: &Path| std::fs::read_dir(path).map_or(0, Iterator::count);
    let folders = std::fs::read_dir(dir.join("files")).unwrap();
    folders.map(|folder| of(&folder.unwrap().path())).sum()
}

#[test]
fn a_former_picture_can_be_brought_back_until_the_record_is_purged() {
    let w = Workspace::new();
    let (first, second) = (w.create(&w.admin, "contacts", &[("first_name", "Ada")]), "another");
    let other = w.create(&w.admin, "contacts", &[("first_name", second)]);
    photos::set(&w.engine, &w.admin, first, &png(10)).unwrap();
    // The same picture on another record is the same file.
    photos::set(&w.engine, &w.admin, other, &png(10)).unwrap();
    let before = w.engine.get(&w.admin, first).unwrap();
    photos::set(&w.engine, &w.admin, first, &png(200)).unwrap();
    let kept = files(w.dir());
    assert_eq!((kept, w.engine.store().sweep_files().unwrap()), (2, 0), "40 pixels are one size for all three");
    let field = w.field("contacts", "photo");
    let back = aventora::records::save::Change::set(field, before.values.get(field).cloned());
    let command = Command::Update { id: first, changes: vec![back], version: None };
    w.engine.run(&w.admin, command, Context::default()).unwrap();
    assert!(photos::read(&w.engine, &w.admin, first, 48, "").is_ok());
    for command in [Command::Trash(first), Command::Purge(first)] {
        w.engine.run(&w.admin, command, Context::default()).unwrap();
    }
    assert_eq!((w.engine.store().sweep_files().unwrap(), files(w.dir())), (1, 1));
    assert!(photos::read(&w.engine, &w.admin, other, 48, "").is_ok(), "the other still counts on it");
    w.engine.run(&w.admin, Command::Purge(other), Context::default()).unwrap();
    assert_eq!((w.engine.store().sweep_files().unwrap(), files(w.dir())), (1, 0));
}

#[test]
fn a_hidden_field_hides_the_picture() {
    let w = Workspace::new();
    let id = w.create(&w.admin, "contacts", &[("first_name", "Ada")]);
    photos::set(&w.engine, &w.admin, id, &png(10)).unwrap();
    assert!(w.engine.labels(&w.admin, &[id]).unwrap()[0].as_ref().unwrap().photo.is_some());
    let role = Role { hidden: vec![(id.object, w.field("contacts", "photo"))], ..Role::member() };
    let blind = w.member("Bo", role);
    assert!(matches!(photos::read(&w.engine, &blind, id, 48, ""), Err(Error::NotFound)));
    assert!(w.engine.labels(&blind, &[id]).unwrap()[0].as_ref().unwrap().photo.is_none());
    assert!(matches!(photos::set(&w.engine, &blind, id, &png(20)), Err(Error::Denied(_))));
}
