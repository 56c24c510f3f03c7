//! The pages of an import: files that can't be used are refused with a sentence, rows that can't be used are told and given back, and
//! every step belongs to the one who began it.

use crate::client::{Client, Response};
use crate::server::{Served, upload};

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];

fn post(browser: &mut Client, path: &str, form: &str) -> Response {
    browser.send("POST", path, &FORM, form.as_bytes()).unwrap()
}

/// The page of an import when it shows `what`.
fn when(browser: &mut Client, path: &str, what: &str) -> String {
    for _ in 0..3_000 {
        let page = browser.get(path).unwrap().text();
        if page.contains(what) {
            return page;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    panic!("{path} never shows {what}");
}

#[test]
fn a_file_that_is_no_table_is_refused_on_the_page_with_a_sentence() {
    let served = Served::start();
    let mut browser = served.browser_of("manager");
    for (file, said) in [
        (&b""[..], "The file is empty"),
        (b"First\0Name,Email\nA,a@x.org\n", "NUL characters"),
        (b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", "NUL characters"),
        (b"Ann,ann@example.com\nBob,bob@example.com\n", ""),
    ] {
        let answer = upload(&mut browser, "/import/contacts", "a.csv", file);
        assert_eq!(answer.status, 422, "{said}");
        let page = answer.text();
        assert!(page.contains("role=\"alert\"") && page.contains(said), "{said}");
    }
    assert_eq!(upload(&mut browser, "/import/nothing", "a.csv", b"Name\nx\n").status, 404);
}

#[test]
fn rows_with_nul_too_large_a_cell_or_too_many_cells_are_told_and_given_back() {
    let served = Served::start();
    let mut browser = served.browser_of("manager");
    let big = "x".repeat(1_000_000);
    let file = format!(
        "First Name,Email,City\nAnn,a@example.com\nBob,b@x.org,Rome,extra\nNul,n@x.org,a\0b\nBig,c@x.org,{big}\nGood,g@x.org,Lund\n"
    );
    let taken = upload(&mut browser, "/import/contacts", "<leads>.csv", file.as_bytes());
    assert_eq!(taken.status, 303);
    let at = taken.header("location").to_owned();
    let page = browser.get(&at).unwrap().text();
    assert!(page.contains("First Name") && !page.contains("<leads>"));
    assert!(page.len() < 200_000, "long cells are cut");
    assert_eq!(post(&mut browser, &format!("{at}/check"), "c0=&c1=&c2=").status, 422, "nothing would come of it");
    assert_eq!(post(&mut browser, &format!("{at}/check"), "duplicates=skip").status, 303);
    let page = when(&mut browser, &at, "import-reasons");
    for part in ["has 2 cells, but there are 3", "has 4 cells", "NUL", "976 KB"] {
        assert!(page.contains(part), "{part}");
    }
    let mut begun = post(&mut browser, &format!("{at}/run"), "");
    for _ in 0..3_000 {
        if begun.status == 303 {
            break;
        }
        // The thread that tried it is still writing down how it ended.
        std::thread::sleep(std::time::Duration::from_millis(10));
        begun = post(&mut browser, &format!("{at}/run"), "");
    }
    assert_eq!(begun.status, 303);
    when(&mut browser, &at, &format!("{at}/undo"));
    let rejected = browser.get(&format!("{at}/rejected")).unwrap();
    assert_eq!(rejected.header("content-disposition"), "attachment; filename=\"leads.rejected.csv\"");
    assert_eq!(rejected.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(rejected.text().lines().filter(|l| l.starts_with("Nul,") || l.starts_with("Bob,")).count(), 2);
    assert!(browser.get("/contacts").unwrap().text().contains("Good"));
}

#[test]
fn nobody_else_sees_or_moves_an_import_and_a_role_that_may_not_has_no_page() {
    let served = Served::start();
    let mut manager = served.browser_of("manager");
    let at = upload(&mut manager, "/import/contacts", "a.csv", b"First Name\nAda\n").header("location").to_owned();
    let mut member = served.browser_of("member");
    assert_eq!(member.get("/import/contacts").unwrap().status, 403);
    assert_eq!(upload(&mut member, "/import/contacts", "a.csv", b"First Name\nAda\n").status, 403);
    for path in ["check", "run", "stop", "undo", "look"] {
        let status = post(&mut member, &format!("{at}/{path}"), "c0=first_name&column=0").status;
        assert!(matches!(status, 403 | 404), "{path}: {status}");
    }
    for path in [at.clone(), format!("{at}/rejected")] {
        assert!(matches!(member.get(&path).unwrap().status, 403 | 404), "{path}");
    }
    assert_eq!(manager.get(&at.replace("contacts", "companies")).unwrap().status, 404, "it is of another object");
    assert_eq!(manager.get(&at).unwrap().status, 200, "and it still waits");
    let stopped = post(&mut manager, &format!("{at}/stop"), "");
    assert_eq!((stopped.status, stopped.header("location")), (303, "/import/contacts"));
    assert_eq!(manager.get(&at).unwrap().status, 404);
}
