//! The list of an object as the server writes it: what roles may do in it, what its foot adds up, what it says of a filter that can't
//! be read, and how heavy it is.

use crate::client::Client;
use crate::server::Served;

const FORM: [(&str, &str); 1] = [("Content-Type", "application/x-www-form-urlencoded")];
/// Bytes of a list page before its first row, uncompressed, at most.
const HEAD_BYTES_MAX: usize = 60 * 1024;
/// Bytes of a list page with 50 rows, uncompressed, at most.
const PAGE_BYTES_MAX: usize = 120 * 1024;

fn create(browser: &mut Client, object: &str, body: &str) -> String {
    let made = browser.send("POST", &format!("/{object}/new"), &FORM, body.as_bytes()).expect("an answer");
    assert_eq!(made.status, 303, "{body}: {}", made.text());
    made.header("location").split('?').next().expect("an address").to_owned()
}

fn page(browser: &mut Client, path: &str) -> String {
    let answer = browser.get(path).expect("an answer");
    assert_eq!(answer.status, 200, "{path}");
    answer.text()
}

/// The text of the page's element `name` that has this attribute text in it, tags left out.
fn text_of(page: &str, name: &str, mark: &str) -> String {
    let at = page.find(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    let rest = &page[at..page[at..].find(&format!("</{name}>")).map_or(page.len(), |end| at + end)];
    let inside = rest.split_once('>').map_or(rest, |(_, inside)| inside);
    inside
        .split('<')
        .enumerate()
        .map(|(i, p)| if i == 0 { p } else { p.split_once('>').map_or("", |(_, t)| t) })
        .collect()
}

#[test]
fn a_member_finds_editors_in_the_cells_and_a_read_only_one_none() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    create(&mut member, "deals", "name=Roof&amount=1200");
    let seen = page(&mut member, "/deals");
    assert!(seen.contains("data-edit=\"amount\"") && seen.contains("class=\"value\""));
    assert!(!seen.contains("data-edit=\"created_at\""), "what the program keeps is not edited");
    let mut reader = served.browser_of("read_only");
    let seen = page(&mut reader, "/deals");
    assert!(seen.contains("Roof") && seen.contains("1,200"));
    assert!(!seen.contains("data-edit") && !seen.contains("class=\"value\"") && !seen.contains("/fields/"));
}

#[test]
fn a_record_that_is_settled_offers_no_editors() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    let scheduled = create(&mut member, "activities", "subject=Scheduled&type=1&status=1");
    let done = create(&mut member, "activities", "subject=Done&type=1&status=2");
    let all = page(&mut member, "/activities");
    let row = |of: &str| all.split("<tr").find(|r| r.contains(&format!("{of}?"))).expect("its row").to_owned();
    assert!(row(&scheduled).contains("class=\"value\"") && !row(&scheduled).contains("data-settled"));
    assert!(!row(&done).contains("class=\"value\"") && row(&done).starts_with(" data-settled"));
}

#[test]
fn the_foot_counts_the_list_and_adds_up_its_money_a_currency_at_a_time() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    for body in ["name=A&amount=1200", "name=B&amount=300.50", "name=C&amount=7&amount.currency=EUR"] {
        create(&mut member, "deals", body);
    }
    let foot = text_of(&page(&mut member, "/deals"), "tfoot", "id=\"list-sums\"");
    assert!(foot.starts_with("3 ") && foot.contains("1,500.50") && foot.contains("+1"), "{foot}");
    let foot = text_of(&page(&mut member, "/deals?filter=name%20%3D%20A"), "tfoot", "id=\"list-sums\"");
    assert!(foot.starts_with("1 ") && foot.contains("1,200"), "{foot}");
    let alone = page(&mut member, "/deals?part=sums&filter=name%20%3D%20B");
    assert!(alone.starts_with("<table>") && text_of(&alone, "tfoot", "id=\"list-sums\"").contains("300.50"), "{alone}");
}

#[test]
fn a_head_leads_to_the_next_sort_and_says_the_one_that_is() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    create(&mut member, "deals", "name=A&amount=1");
    let head = |page: &str| {
        let at = page.find("data-edit=\"amount\"").expect("the column");
        page[page[..at].rfind("<th").expect("its head")..at + 120].to_owned()
    };
    let seen = head(&page(&mut member, "/deals"));
    assert!(!seen.contains("aria-sort") && seen.contains("sort=amount\""), "{seen}");
    let seen = head(&page(&mut member, "/deals?sort=amount"));
    assert!(seen.contains("aria-sort=\"ascending\"") && seen.contains("sort=-amount\""), "{seen}");
    let seen = head(&page(&mut member, "/deals?sort=-amount"));
    assert!(seen.contains("aria-sort=\"descending\"") && seen.contains("href=\"/deals\""), "{seen}");
}

#[test]
fn a_filter_that_cant_be_read_is_marked_where_it_goes_wrong() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    create(&mut member, "deals", "name=A");
    let answer = member.get("/deals?filter=amont%20%3E%205").expect("an answer");
    assert_eq!(answer.status, 400);
    let seen = answer.text();
    assert!(seen.contains("<mark>amont</mark>") && seen.contains("aria-invalid=\"true\""));
    assert!(seen.contains("value=\"amont &gt; 5\""), "the text stays in the box");
}

#[test]
fn an_empty_list_says_whether_there_is_nothing_yet_or_nothing_that_matches() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    let seen = page(&mut member, "/deals");
    assert!(seen.contains("href=\"/deals/new\"") && !seen.contains("tbody"), "the first one can be added");
    create(&mut member, "deals", "name=A");
    let seen = page(&mut member, "/deals?filter=name%20%3D%20Zz&sort=name");
    assert!(
        seen.contains("name = Zz") && seen.contains("href=\"/deals?sort=name\""),
        "the filter is named and can be cleared"
    );
    let mut reader = served.browser_of("read_only");
    assert!(!page(&mut reader, "/companies").contains("/companies/new"));
}

#[test]
fn a_page_of_fifty_is_light() {
    let served = Served::start();
    let mut member = served.browser_of("member");
    for i in 0..50 {
        let body = format!(
            "first_name=Evelyn&last_name=Marlowe-{i}&emails=evelyn.marlowe.{i}@a-long-company.example.com&phones=%2B1713555{:04}&city=Charleston",
            1000 + i
        );
        create(&mut member, "contacts", &body);
    }
    let seen = page(&mut member, "/contacts");
    let rows = seen.find("<tbody").expect("rows");
    assert_eq!(seen.matches("<tr").count(), 52);
    assert!(rows < HEAD_BYTES_MAX, "{rows} bytes before the rows");
    assert!(seen.len() < PAGE_BYTES_MAX, "{} bytes", seen.len());
}
