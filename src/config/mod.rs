//! Row 1: settings of the process, read once at the start from a file and the environment into typed sections, and passed
//! down from there. Nothing here changes at run time; what does lives in the store.
//!
//! Every key stands once in [`keys::KEYS`]: the file, the environment (`AVENTORA_SECTION_KEY`, or `…_FILE` for a file that
//! holds the value), `config check`, and `config.example.toml` all go by that list.

pub mod keys;
mod net;
mod read;

pub use net::Network;
pub use read::{Sources, load};

use std::net::SocketAddr;
use std::path::PathBuf;

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it listens and who stands in front.
    pub server: Server,
    /// Where data lies and what it may take.
    pub data: Data,
    /// The REST API.
    pub api: Api,
    /// How long people stay signed in.
    pub sessions: Sessions,
    /// What is logged.
    pub log: Log,
    /// What a new workspace begins with.
    pub workspace: Workspace,
}

/// Where it listens and who stands in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Address and port.
    pub listen: SocketAddr,
    /// How people reach it, without a slash at the end; empty for `http://` and the listening address.
    pub base_url: String,
    /// Proxies whose `X-Forwarded-For` is believed, from right to left.
    pub trusted_proxies: Vec<Network>,
    /// Bearer token of `/metrics`; empty means that `/metrics` answers nobody. A secret.
    pub metrics_token: String,
}

/// Where data lies and what it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Data {
    /// The data directory.
    pub dir: PathBuf,
    /// Memory for pages of the store, MiB.
    pub cache_mb: u64,
    /// Below this much free disk, MiB, nothing is written any more.
    pub min_free_mb: u64,
}

/// The REST API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Requests a minute for each key; 0 for no limit.
    pub requests_per_minute: u32,
}

/// How long people stay signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sessions {
    /// Without a request, minutes.
    pub idle_minutes: u32,
    /// After signing in, hours.
    pub absolute_hours: u32,
}

/// What is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// `error`, `warn`, `info`, `debug` or `trace`.
    pub level: String,
    /// `text` or `json`.
    pub format: String,
}

/// What a new workspace begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Country (ISO 3166, two letters) of phone numbers without a country code.
    pub phone_region: String,
    /// IANA time zone of dates.
    pub time_zone: String,
    /// Language tag of pages and messages.
    pub language: String,
    /// Currency (ISO 4217) of money where nothing else is said.
    pub currency: String,
    /// Folder whose preset files replace the embedded ones by name; `None` for no folder.
    pub presets_dir: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            server: Server {
                listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
                base_url: String::new(),
                trusted_proxies: Vec::new(),
                metrics_token: String::new(),
            },
            data: Data { dir: PathBuf::from("./data"), cache_mb: 40, min_free_mb: 200 },
            api: Api { requests_per_minute: 6_000 },
            sessions: Sessions { idle_minutes: 24 * 60, absolute_hours: 30 * 24 },
            log: Log { level: "info".into(), format: "text".into() },
            workspace: Workspace {
                phone_region: "US".into(),
                time_zone: "UTC".into(),
                language: "en".into(),
                currency: "USD".into(),
                presets_dir: None,
            },
        }
    }
}

impl Config {
    /// How people reach it: the configured base URL, or the listening address.
    pub fn url(&self) -> String {
        if self.server.base_url.is_empty() {
            format!("http://{}", self.server.listen)
        } else {
            self.server.base_url.clone()
        }
    }

    /// Whether people reach it over TLS, so that cookies may be bound to it.
    pub fn over_tls(&self) -> bool {
        self.server.base_url.starts_with("https://")
    }

    /// All keys with their values as TOML, secrets masked.
    pub fn shown(&self) -> String {
        let mut text = String::new();
        let mut section = "";
        for key in keys::KEYS {
            if key.section != section {
                section = key.section;
                text.push_str(&format!("[{section}]\n"));
            }
            let value = (key.get)(self);
            let value = if key.secret && !value.is_empty() { "********".to_string() } else { value };
            text.push_str(&format!("{} = {}\n", key.name, key.toml(&value)));
        }
        text
    }
}
