//! The budgets of the architecture, measured through HTTP against the real program with a real client: signed in by
//! password, pages rendered, saves through the API. Prints one table in Markdown.

use super::client::{Client, Response, escape};
use super::importing;
use super::measure::{self, Times, get, series};
use super::program::{self, Server};
use super::{Case, Place};
use aventora::base::rng::SeededRng;
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How long the mixed users work.
const MIXED: Duration = Duration::from_secs(300);
/// People at work in the mixed load.
const MIXED_USERS: u64 = 40;
/// Saves of one client.
const SAVES: usize = 400;
/// Seconds that 16 clients save.
const SAVING: Duration = Duration::from_secs(15);
/// What is typed letter by letter, with slips, phones and misses.
const TYPED: [&str; 22] = [
    "a",
    "an",
    "ann",
    "anna",
    "anna b",
    "anna ber",
    "anna bera",
    "anna berason",
    "x",
    "xq",
    "xqz",
    "xqzv",
    "ana brason",
    "berason anna",
    "annaberason",
    "4165",
    "555-01",
    "+1 (416) 555",
    "person77@",
    "person777@mail.example",
    "Torotno",
    "no such person anywhere",
];

/// A line of the table.
struct Line {
    what: String,
    times: Times,
    budget: f64,
    /// What is compared with the budget, where that is not the p95.
    judged: Option<f64>,
    note: String,
}

/// The table as it grows.
#[derive(Default)]
pub struct Table(Vec<Line>);

impl Table {
    fn add(&mut self, what: &str, times: Times, budget: f64, note: String) {
        self.push(Line { what: what.into(), times, budget, judged: None, note });
    }

    /// A figure that is no series of requests.
    pub(crate) fn figure(&mut self, what: &str, value: f64, budget: f64, note: &str) {
        self.push(Line { what: what.into(), times: Times::default(), budget, judged: Some(value), note: note.into() });
    }

    /// A series of requests of which one figure is held against the budget, whatever the load.
    pub(crate) fn judge(&mut self, what: &str, times: Times, budget: f64, judged: f64, note: String) {
        self.push(Line { what: what.into(), times, budget, judged: Some(judged), note });
    }

    fn push(&mut self, line: Line) {
        eprintln!("{}: p95 {:.1} (budget {})", line.what, line.judged.unwrap_or(line.times.p95), line.budget);
        self.0.push(line);
    }

    /// Prints it, and says how many lines are over their budget.
    pub fn print(&self) -> usize {
        println!("| what | min | p50 | p95 | p99 | server CPU | budget | |");
        println!("|---|---|---|---|---|---|---|---|");
        let mut over = 0;
        for Line { what, times: t, budget, judged, note } in &self.0 {
            let value = judged.unwrap_or_else(|| t.judged());
            let met = if value <= *budget { "met" } else { "**over**" };
            over += usize::from(value > *budget);
            match judged {
                Some(value) if t.p99 == 0.0 => println!("| {what} | | | {value:.1} | | | {budget} | {met} {note} |"),
                _ => println!(
                    "| {what} | {:.1} | {:.1} | {:.1} | {:.1} | {:.1} | {budget} | {met} {note} |",
                    t.min, t.p50, t.p95, t.p99, t.cpu
                ),
            }
        }
        over
    }
}

/// Signs in and gives a client that sends the session's cookie.
pub fn signed_in(address: SocketAddr, email: &str) -> Client {
    let origin = format!("http://{address}");
    let mut anyone = Client::new(address, &[]);
    let body = format!("email={}&password={}", escape(email), escape(program::PASSWORD));
    let headers = [("Content-Type", "application/x-www-form-urlencoded"), ("Origin", origin.as_str())];
    let response = anyone.send("POST", "/login", &headers, body.as_bytes()).expect("the server answers");
    let cookies = response.headers.iter().filter(|(n, _)| n == "set-cookie");
    let cookies: Vec<&str> = cookies.filter_map(|(_, v)| v.split(';').next()).collect();
    assert!(response.status < 400 && !cookies.is_empty(), "signing in answered {}", response.status);
    Client::new(address, &[("Cookie", &cookies.join("; ")), ("Origin", &origin)])
}

/// Waits until the search index is complete.
pub fn wait_until_searchable(server: &Server, key: &str) {
    let (mut api, began) = (Client::api(server.address, key), Instant::now());
    while get(&mut api, "/api/v1/search?q=anna").json()["partial"] == true {
        assert!(began.elapsed() < Duration::from_secs(3_600), "the search index is never complete");
        std::thread::sleep(Duration::from_millis(500));
    }
    eprintln!("searchable after {:.0} s", began.elapsed().as_secs_f64());
}

/// Whether `SCALE_ONLY` wants this line.
fn wanted(what: &str) -> bool {
    std::env::var("SCALE_ONLY").map_or(true, |only| what.contains(&only))
}

/// Who measures what.
pub struct Run<'a> {
    pub server: &'a Server,
    pub data: &'a Path,
    pub key: &'a str,
    pub contacts: u64,
}

impl Run<'_> {
    fn pid(&self) -> u32 {
        self.server.child.id()
    }

    /// All of it.
    pub fn all(&self, cases: &[Case], table: &mut Table) {
        let mut admin = signed_in(self.server.address, program::ADMIN);
        let mut walled = signed_in(self.server.address, program::WALLED);
        self.lists(cases, &mut admin, &mut walled, table);
        self.aggregates(cases, table);
        if wanted("record") {
            self.records(&mut admin, table);
            self.walled_record(&mut walled, table);
        }
        if wanted("search") {
            self.search("search", &mut admin, table);
            self.search("walled search", &mut walled, table);
        }
        if wanted("save") {
            self.saves(table);
        }
        if wanted("mixed") {
            self.mixed(table);
        }
        if wanted("import") {
            importing::while_importing(self.server, self.data, self.key, self.contacts, table);
        }
        table.figure("memory (RssAnon), MB", measure::rss_anon_mb(self.pid()), 256.0, "after all of the above");
    }

    fn lists(&self, cases: &[Case], admin: &mut Client, walled: &mut Client, table: &mut Table) {
        for case in cases.iter().filter(|c| c.group.is_none() && wanted(&c.name)) {
            let client = if case.who == "own" { &mut *walled } else { &mut *admin };
            let mut path = format!("/{}?filter={}&sort={}", case.object, escape(&case.filter), escape(&case.sort));
            match case.place() {
                Place::First => {}
                Place::Last => path.push_str("&page=last"),
                Place::Position(n) => path.push_str(&format!("&position={}", n.min(self.contacts / 2))),
                Place::Next => {
                    let page = get(client, &path).text();
                    path = next_link(&page).unwrap_or(path);
                }
            }
            let times = series(self.pid(), |_| get(client, &path));
            table.add(&format!("list: {}", case.name), times, case.budget, String::new());
        }
    }

    fn aggregates(&self, cases: &[Case], table: &mut Table) {
        let mut api = Client::api(self.server.address, self.key);
        for case in cases.iter().filter(|c| wanted(&c.name)) {
            let Some(group) = &case.group else { continue };
            let mut path = format!("/api/v1/{}/aggregate?filter={}", case.object, escape(&case.filter));
            path.push_str(&format!("&group={}", escape(&group.join(","))));
            for measure in &case.measures {
                let (kind, field) = measure.split_once(':').unwrap_or((measure, ""));
                path.push_str(&format!("&{kind}={field}"));
            }
            let times = series(self.pid(), |_| get(&mut api, &path));
            table.add(&format!("figures: {}", case.name), times, case.budget, String::new());
        }
    }

    fn records(&self, admin: &mut Client, table: &mut Table) {
        let mut rng = SeededRng::new(5);
        let mut row = || 1 + rng.below(self.contacts);
        let times = series(self.pid(), |_| get(admin, &format!("/contacts/{}", row())));
        table.add("record page with timeline", times, 8.0, String::new());
        let times = series(self.pid(), |_| get(admin, "/contacts/1"));
        table.add("record page with 10,000 entries", times, 8.0, String::new());
        let times = series(self.pid(), |_| get(admin, "/companies/1"));
        table.add("record page with 5,000 deals", times, 8.0, String::new());
    }

    /// A record page of somebody walled: its timeline and its labels are filtered too.
    fn walled_record(&self, walled: &mut Client, table: &mut Table) {
        let list = get(walled, "/contacts?sort=name").text();
        let rows: Vec<&str> = list
            .split("href=\"/contacts/")
            .skip(1)
            .filter_map(|rest| rest.split(['?', '"', '/']).next().filter(|row| row.parse::<u64>().is_ok()))
            .collect();
        assert!(!rows.is_empty(), "somebody walled sees no contact");
        let times = series(self.pid(), |n| get(walled, &format!("/contacts/{}", rows[n % rows.len()])));
        table.add("walled record page with timeline", times, 8.0, String::new());
    }

    fn search(&self, who: &str, client: &mut Client, table: &mut Table) {
        let (mut worst, mut worst_text) = (Times::default(), "");
        for text in TYPED {
            let path = format!("/search/hits?q={}", escape(text));
            let times = series(self.pid(), |_| get(client, &path));
            eprintln!("  {text}: p50 {:.1}, p95 {:.1}, cpu {:.1}", times.p50, times.p95, times.cpu);
            if times.p95 > worst.p95 {
                (worst, worst_text) = (times, text);
            }
        }
        table.add(&format!("{who} as you type, worst of 22"), worst, 15.0, format!("(“{worst_text}”)"));
        let times = series(self.pid(), |_| get(client, "/search/hits?q=roof%20credit%20renewal"));
        table.add(&format!("{who} with note bodies"), times, 40.0, String::new());
    }

    fn create(api: &mut Client, n: u64) -> Response {
        let body = json!({"first_name": "Bench", "last_name": format!("Save{n}"), "city": "Toronto",
            "emails": [format!("bench{n}@example.com")], "phones": ["+14165550100"]});
        api.json("POST", "/api/v1/contacts", &body).expect("the server answers")
    }

    fn saves(&self, table: &mut Table) {
        let mut api = Client::api(self.server.address, self.key);
        let bare = measure::bare_sync(self.data);
        let (mut samples, mut rng) = (Vec::new(), SeededRng::new(8));
        for n in 0..SAVES as u64 {
            let start = Instant::now();
            let response = if n % 2 == 0 {
                Self::create(&mut api, 10_000_000 + n)
            } else {
                let path = format!("/api/v1/contacts/{}", 1 + rng.below(self.contacts));
                api.json("PATCH", &path, &json!({"city": format!("City {n}")})).expect("the server answers")
            };
            samples.push(start.elapsed());
            assert!(response.status < 300, "saving answered {}: {}", response.status, response.text());
        }
        let times = Times::of(samples);
        let note = format!("(bare fdatasync p50 {:.1}, p99 {:.1})", bare.p50, bare.p99);
        table.judge("save, one client (p99)", times, 30.0, times.p99, note);
        self.found_at_once(&mut api, table);
        let (samples, elapsed) = self.saving_together();
        let (count, times) = (samples.len() as f64, Times::of(samples));
        let note = format!("({:.0} a second, 1,000 wanted)", count / elapsed.as_secs_f64());
        table.judge("save, 16 clients (p99)", times, 60.0, times.p99, note);
    }

    fn saving_together(&self) -> (Vec<Duration>, Duration) {
        let (next, start) = (AtomicU64::new(20_000_000), Instant::now());
        let samples = std::thread::scope(|scope| {
            let client = |_| {
                scope.spawn(|| {
                    let (mut api, mut samples) = (Client::api(self.server.address, self.key), Vec::new());
                    while start.elapsed() < SAVING {
                        let began = Instant::now();
                        let response = Self::create(&mut api, next.fetch_add(1, Ordering::Relaxed));
                        assert_eq!(response.status, 201, "{}", response.text());
                        samples.push(began.elapsed());
                    }
                    samples
                })
            };
            let clients: Vec<_> = (0..16).map(client).collect();
            clients.into_iter().flat_map(|c| c.join().expect("a client ends well")).collect()
        });
        (samples, start.elapsed())
    }

    /// How soon a save is found by search.
    fn found_at_once(&self, api: &mut Client, table: &mut Table) {
        let mut slowest = Duration::ZERO;
        for n in 0..20 {
            let start = Instant::now();
            let name = format!("Zyxwvut{n}");
            let body = json!({"first_name": name});
            assert_eq!(api.json("POST", "/api/v1/contacts", &body).expect("the server answers").status, 201);
            let saved = Instant::now();
            while get(api, &format!("/api/v1/search?q={name}")).json()["data"].as_array().is_none_or(Vec::is_empty) {
                assert!(start.elapsed() < Duration::from_secs(10), "a save is never found");
            }
            slowest = slowest.max(saved.elapsed());
        }
        table.figure("own save found by search, ms (slowest of 20)", slowest.as_secs_f64() * 1e3, 300.0, "");
    }

    /// Many people at once: lists, records, search, saves, with pauses as people make them.
    fn mixed(&self, table: &mut Table) {
        let done = AtomicBool::new(false);
        let samples: Vec<Duration> = std::thread::scope(|scope| {
            let people: Vec<_> = (0..MIXED_USERS)
                .map(|n| {
                    let done = &done;
                    scope.spawn(move || self.one_person(n, done))
                })
                .collect();
            std::thread::sleep(MIXED);
            done.store(true, Ordering::Relaxed);
            people.into_iter().flat_map(|p| p.join().expect("a person ends well")).collect()
        });
        let note = format!("({} requests in {} s)", samples.len(), MIXED.as_secs());
        let times = Times::of(samples);
        table.judge("40 mixed users", times, 100.0, times.p95, note);
    }

    fn one_person(&self, n: u64, done: &AtomicBool) -> Vec<Duration> {
        let mut rng = SeededRng::new(1_000 + n);
        let (mut page, mut api) = (self.shared_session(), Client::api(self.server.address, self.key));
        let mut samples = Vec::new();
        while !done.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_millis(300 + rng.below(1_400)));
            let row = 1 + rng.below(self.contacts);
            let start = Instant::now();
            let response = match rng.below(10) {
                0..=2 => get(&mut page, &format!("/contacts/{row}")),
                3..=5 => get(&mut page, &format!("/search/hits?q={}", escape(rng.pick::<&str>(&TYPED)))),
                6 => get(&mut page, "/contacts?sort=name"),
                7 => get(&mut page, "/contacts?filter=city%20%3D%20%22Toronto%22&sort=-annual_premium"),
                8 => get(&mut page, "/deals?filter=status%20%3D%20open&sort=close_date"),
                _ => api
                    .json("PATCH", &format!("/api/v1/contacts/{row}"), &json!({"job_title": format!("T{row}")}))
                    .expect("the server answers"),
            };
            samples.push(start.elapsed());
            assert!(response.status < 400, "the server answered {}: {}", response.status, response.text());
        }
        samples
    }

    fn shared_session(&self) -> Client {
        static SIGN_IN: std::sync::Mutex<()> = std::sync::Mutex::new(());
        let _one_at_a_time = SIGN_IN.lock().expect("no sign-in panicked");
        signed_in(self.server.address, program::ADMIN)
    }
}

/// The address behind `rel="next"`.
fn next_link(page: &str) -> Option<String> {
    let after = page.split("rel=\"next\"").nth(1)?;
    let href = after.split("href=\"").nth(1)?.split('"').next()?;
    Some(href.replace("&amp;", "&"))
}
