//! The bench's answers, held against a plain scan: every record is read through the API page by page in the order of its
//! id, filtered and sorted here in the plainest way, and compared with what lists and figures say. Times don't matter.

use super::Case;
use super::client::{Client, escape};
use super::measure::get;
use super::program::Server;
use serde_json::Value;
use std::path::Path;

/// Filters that are written here a second time, as plain code over the JSON of a contact.
type Plain = fn(&Value) -> bool;
const PLAIN: [(&str, Plain); 7] = [
    (r#"city = "Toronto""#, |c| c["city"] == "Toronto"),
    (r#"city != "Toronto""#, |c| c["city"] != "Toronto"),
    ("lead_score BETWEEN 20 AND 30", |c| number(&c["lead_score"]).is_some_and(|n| (20.0..=30.0).contains(&n))),
    ("annual_premium > 4000", |c| number(&c["annual_premium"]["amount"]).is_some_and(|n| n > 4000.0)),
    ("is_empty(emails)", |c| c["emails"].as_array().is_none_or(Vec::is_empty)),
    ("test = true", |c| c["test"] == true),
    (r#"city = "Toronto" OR lead_score > 90 OR tags = vip"#, |c| {
        let vip = c["tags"].as_array().is_some_and(|t| t.iter().any(|t| t == "vip"));
        c["city"] == "Toronto" || number(&c["lead_score"]).is_some_and(|n| n > 90.0) || vip
    }),
];

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

/// Runs the comparison on the workspace in `data`.
pub fn run(data: &Path, key: &str, cases: &[Case]) {
    let server = Server::start(data);
    let mut api = Client::api(server.address, key);
    super::budgets::wait_until_searchable(&server, key);
    let (mut passed, all) = (0, everything(&mut api, "/api/v1/contacts?sort=id"));
    for (filter, plain) in PLAIN {
        let found = everything(&mut api, &format!("/api/v1/contacts?sort=id&filter={}", escape(filter)));
        let wanted: Vec<&Value> = all.iter().filter(|c| plain(c)).map(|c| &c["id"]).collect();
        let found: Vec<&Value> = found.iter().map(|c| &c["id"]).collect();
        assert_eq!(found, wanted, "{filter}");
        passed += 1;
    }
    let by_score = everything(&mut api, "/api/v1/contacts?sort=-lead_score,id");
    let mut wanted: Vec<&Value> = all.iter().collect();
    wanted.sort_by(|a, b| number(&b["lead_score"]).partial_cmp(&number(&a["lead_score"])).expect("no NaN"));
    assert!(by_score.iter().map(|c| &c["id"]).eq(wanted.iter().map(|c| &c["id"])), "sorted by score");
    for case in cases.iter().filter(|c| c.group.is_none()) {
        let path =
            format!("/api/v1/{}?limit=1&filter={}&sort={}", case.object, escape(&case.filter), escape(&case.sort));
        let total = get(&mut api, &path).json()["total"].as_u64();
        let total = total.unwrap_or_else(|| panic!("{}: no total", case.name));
        let mut groups = String::from("/api/v1/");
        groups.push_str(&format!("{}/aggregate?filter={}", case.object, escape(&case.filter)));
        assert_eq!(get(&mut api, &groups).json()["total"], total, "{}: the list and the figures agree", case.name);
        passed += 1;
    }
    println!("{} contacts read; {} passed, 0 failed", all.len(), passed + 1);
    println!("{} passed, 0 failed", passed + 1);
}

/// All pages of a list, whose total must be what they hold.
fn everything(api: &mut Client, path: &str) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = get(api, &format!("{path}&limit=200{cursor}")).json();
        all.extend(page["data"].as_array().expect("a page has data").iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={}", escape(next)),
            None => {
                assert_eq!(page["total"], all.len(), "{path}: the total is what its pages hold");
                return all;
            }
        }
    }
}
