//! A server in this process, on a free port and a data directory of its own, under a clock that stands still.

use crate::client::{Client, Response};
use aventora::app::{Crm, Parts};
use aventora::base::clock::FixedClock;
use aventora::base::rng::SystemRng;
use aventora::config::Config;
use aventora::features::accounts::{Member, NewMember, Setup};
use aventora::http::{self, Faces};
use aventora::model::Actor;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread::JoinHandle;
use tokio::sync::oneshot;

/// 2026-11-22T00:00:00Z.
pub const NOW: i64 = 1_795_305_600_000;
/// Everybody's password.
pub const PASSWORD: &str = "correct horse battery staple";
/// The admin's address.
pub const ADMIN: &str = "amy@example.com";

const FACES: Faces =
    Faces { api: aventora::api::routes, web: aventora::web::routes, error_page: aventora::web::pages::error };

/// A running server; dropping it stops it.
pub struct Served {
    pub crm: Arc<Crm>,
    pub clock: Arc<FixedClock>,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _dir: tempfile::TempDir,
}

/// What makes the usual workspace.
pub fn setup() -> Setup {
    Setup {
        preset: "generic".into(),
        workspace: "Acme".into(),
        presets_dir: None,
        currency: "USD".into(),
        name: "Amy Adams".into(),
        email: ADMIN.into(),
        password: PASSWORD.into(),
    }
}

impl Served {
    /// A workspace with its admin.
    pub fn start() -> Self {
        Self::with(|_| ())
    }

    /// The same with other settings.
    pub fn with(change: impl FnOnce(&mut Config)) -> Self {
        let served = Self::empty(change);
        served.crm.accounts.set_up(&setup()).expect("a workspace");
        served.crm.start().expect("search opens");
        served
    }

    /// A data directory without a workspace.
    pub fn empty(change: impl FnOnce(&mut Config)) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut config = Config::default();
        config.data.dir = dir.path().join("data");
        config.data.min_free_mb = 0;
        config.data.cache_mb = 8;
        change(&mut config);
        let clock = Arc::new(FixedClock::at(NOW));
        let parts = Parts { clock: clock.clone(), rng: Arc::new(SystemRng), cost: 4, ..Parts::default() };
        let crm = Crm::open(config, parts).expect("the data directory opens");
        let listening = http::listen(SocketAddr::from(([127, 0, 0, 1], 0))).expect("a free port");
        let address = listening.address;
        let (stop, stopped) = oneshot::channel::<()>();
        let inside = Arc::clone(&crm);
        let thread = std::thread::spawn(move || {
            let stopped = async move {
                let _ = stopped.await;
            };
            http::serve(inside, listening, FACES, |_| (), stopped).expect("served");
        });
        Self { crm, clock, address, stop: Some(stop), thread: Some(thread), _dir: dir }
    }

    /// A member with a role, who signs in with [`PASSWORD`].
    pub fn member(&self, name: &str, role: &str) -> Member {
        let actor = Actor::system("test");
        let new = NewMember { name: name.into(), email: format!("{name}@example.com"), role: role.into() };
        let member = self.crm.accounts.add_member(&actor, &new).expect("a member");
        self.crm.accounts.set_password(&actor, &member, PASSWORD).expect("a password");
        member
    }

    /// An API client that acts as this member.
    pub fn api(&self, email: &str) -> Client {
        let member = self.crm.accounts.member_by_email(email).expect("read").expect("a member");
        let (_, key) = self.crm.accounts.add_key(&Actor::system("test"), member.row, "test").expect("a key");
        Client::api(self.address, &key)
    }

    /// A browser that has signed in to nothing yet; it says that it sends from our own pages.
    pub fn browser(&self) -> Client {
        Client::new(self.address, &[("Sec-Fetch-Site", "same-origin")])
    }

    /// A browser in which a new member of this role is signed in.
    pub fn browser_of(&self, role: &str) -> Client {
        self.browser_as(role, role)
    }

    /// The browser of a new member of this name, signed in.
    pub fn browser_as(&self, name: &str, role: &str) -> Client {
        self.member(name, role);
        let signed = self.sign_in(&format!("{name}@example.com"), PASSWORD);
        let session = cookie(&signed, "aventora").expect("a session");
        Client::new(self.address, &[("Sec-Fetch-Site", "same-origin"), ("Cookie", &session)])
    }

    /// Tries to sign in.
    pub fn sign_in(&self, email: &str, password: &str) -> Response {
        let body = format!("email={}&password={}", crate::client::escape(email), crate::client::escape(password));
        let form = [("Content-Type", "application/x-www-form-urlencoded")];
        self.browser().send("POST", "/login", &form, body.as_bytes()).expect("an answer")
    }
}

const BOUNDARY: &str = "----a boundary of a test";

/// Sends a file as a form of the page would.
pub fn upload(browser: &mut Client, path: &str, name: &str, bytes: &[u8]) -> Response {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let content_type = format!("multipart/form-data; boundary=\"{BOUNDARY}\"");
    browser.send("POST", path, &[("Content-Type", &content_type)], &body).expect("an answer")
}

/// The cookie pair of a `Set-Cookie` header with this name.
pub fn cookie(response: &Response, name: &str) -> Option<String> {
    let set = response.headers.iter().filter(|(n, _)| n == "set-cookie");
    set.filter_map(|(_, v)| v.split(';').next()).find(|pair| pair.starts_with(&format!("{name}="))).map(str::to_owned)
}

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
