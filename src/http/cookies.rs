//! The cookies: the session, and the mark of a browser that has signed in before. Never readable by script, never sent to
//! another site; over TLS bound to this host by their names.

use crate::config::Config;
use actix_web::HttpRequest;
use actix_web::http::header;

/// A year.
const DEVICE_SECONDS: u64 = 365 * 24 * 3600;

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    /// The session's token.
    Session,
    /// The browser's device token; outlives the session.
    Device,
}

impl Cookie {
    /// Its name; `__Host-` makes browsers refuse it from anywhere but this host over TLS.
    pub fn name(self, config: &Config) -> &'static str {
        match (self, config.over_tls()) {
            (Self::Session, true) => "__Host-aventora",
            (Self::Session, false) => "aventora",
            (Self::Device, true) => "__Host-aventora-device",
            (Self::Device, false) => "aventora-device",
        }
    }

    /// Its value in a request.
    pub fn read(self, request: &HttpRequest, config: &Config) -> Option<String> {
        let name = self.name(config);
        request.headers().get_all(header::COOKIE).filter_map(|h| h.to_str().ok()).flat_map(|h| h.split(';')).find_map(
            |pair| {
                let (key, value) = pair.trim().split_once('=')?;
                (key == name && !value.is_empty()).then(|| value.to_string())
            },
        )
    }

    /// The `Set-Cookie` header that gives it to the browser.
    pub fn set(self, config: &Config, value: &str) -> String {
        let age = match self {
            Self::Session => u64::from(config.sessions.absolute_hours) * 3600,
            Self::Device => DEVICE_SECONDS,
        };
        self.header(config, value, age)
    }

    /// The `Set-Cookie` header that takes it away.
    pub fn clear(self, config: &Config) -> String {
        self.header(config, "", 0)
    }

    fn header(self, config: &Config, value: &str, age: u64) -> String {
        let secure = if config.over_tls() { "; Secure" } else { "" };
        format!("{}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}", self.name(config))
    }
}
