//! Every key of the configuration, in one list: its section, name, shape, help, and how it is set and shown. A key that
//! is not here does not exist.

use super::Config;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What a key's value looks like in TOML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A string.
    Text,
    /// A whole number, not negative.
    Number,
    /// A list of strings; comma-separated in the environment.
    List,
}

/// One key.
#[derive(Debug)]
pub struct Key {
    /// Its section: `server`.
    pub section: &'static str,
    /// Its name within: `listen`.
    pub name: &'static str,
    /// What its value looks like.
    pub shape: Shape,
    /// Never shown.
    pub secret: bool,
    /// Sets it from text (lists comma-separated); the error is a sentence.
    pub set: fn(&mut Config, &str) -> Result<(), String>,
    /// Its value as text (lists comma-separated).
    pub get: fn(&Config) -> String,
}

impl Key {
    /// `server.listen`.
    pub fn path(&self) -> String {
        format!("{}.{}", self.section, self.name)
    }

    /// `AVENTORA_SERVER_LISTEN`.
    pub fn variable(&self) -> String {
        format!("AVENTORA_{}_{}", self.section, self.name).to_uppercase()
    }

    /// A value as TOML.
    pub fn toml(&self, value: &str) -> String {
        let quoted = |s: &str| toml::Value::String(s.to_string()).to_string();
        match self.shape {
            Shape::Text => quoted(value),
            Shape::Number => value.to_string(),
            Shape::List => format!("[{}]", elements(value).map(quoted).collect::<Vec<_>>().join(", ")),
        }
    }
}

/// Largest cache, MiB.
const CACHE_MB_MAX: u64 = 1 << 20;

/// All keys, section by section.
pub const KEYS: &[Key] = &[
    Key {
        section: "server",
        name: "listen",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.server.listen = t.parse::<SocketAddr>().map_err(|_| {
                format!(
                    "`{t}` is not an address and port; write it like 127.0.0.1:8080, or 0.0.0.0:8080 for all networks"
                )
            })?;
            Ok(())
        },
        get: |c| c.server.listen.to_string(),
    },
    Key {
        section: "server",
        name: "base_url",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.server.base_url = base_url(t)?;
            Ok(())
        },
        get: |c| c.server.base_url.clone(),
    },
    Key {
        section: "server",
        name: "trusted_proxies",
        shape: Shape::List,
        secret: false,
        set: |c, t| {
            c.server.trusted_proxies = elements(t).map(str::parse).collect::<Result<_, _>>()?;
            Ok(())
        },
        get: |c| c.server.trusted_proxies.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
    },
    Key {
        section: "server",
        name: "metrics_token",
        shape: Shape::Text,
        secret: true,
        set: |c, t| {
            if !t.is_empty() && (t.len() < 16 || !t.bytes().all(|b| b.is_ascii_graphic())) {
                return Err("needs at least 16 letters, digits or signs without a space".into());
            }
            c.server.metrics_token = t.into();
            Ok(())
        },
        get: |c| c.server.metrics_token.clone(),
    },
    Key {
        section: "data",
        name: "dir",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            if t.is_empty() || t.contains('\0') {
                return Err("needs the path of a directory".into());
            }
            c.data.dir = PathBuf::from(t);
            Ok(())
        },
        get: |c| c.data.dir.display().to_string(),
    },
    Key {
        section: "data",
        name: "cache_mb",
        shape: Shape::Number,
        secret: false,
        set: |c, t| {
            c.data.cache_mb = number(t, 8, CACHE_MB_MAX)?;
            Ok(())
        },
        get: |c| c.data.cache_mb.to_string(),
    },
    Key {
        section: "data",
        name: "min_free_mb",
        shape: Shape::Number,
        secret: false,
        set: |c, t| {
            c.data.min_free_mb = number(t, 0, CACHE_MB_MAX)?;
            Ok(())
        },
        get: |c| c.data.min_free_mb.to_string(),
    },
    Key {
        section: "api",
        name: "requests_per_minute",
        shape: Shape::Number,
        secret: false,
        set: |c, t| {
            c.api.requests_per_minute = number(t, 0, 10_000_000)? as u32;
            Ok(())
        },
        get: |c| c.api.requests_per_minute.to_string(),
    },
    Key {
        section: "sessions",
        name: "idle_minutes",
        shape: Shape::Number,
        secret: false,
        set: |c, t| {
            c.sessions.idle_minutes = number(t, 5, 366 * 24 * 60)? as u32;
            Ok(())
        },
        get: |c| c.sessions.idle_minutes.to_string(),
    },
    Key {
        section: "sessions",
        name: "absolute_hours",
        shape: Shape::Number,
        secret: false,
        set: |c, t| {
            c.sessions.absolute_hours = number(t, 1, 366 * 24)? as u32;
            Ok(())
        },
        get: |c| c.sessions.absolute_hours.to_string(),
    },
    Key {
        section: "log",
        name: "level",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.log.level = one_of(t, &["error", "warn", "info", "debug", "trace"])?;
            Ok(())
        },
        get: |c| c.log.level.clone(),
    },
    Key {
        section: "log",
        name: "format",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.log.format = one_of(t, &["text", "json"])?;
            Ok(())
        },
        get: |c| c.log.format.clone(),
    },
    Key {
        section: "workspace",
        name: "phone_region",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            if t.len() != 2 || !t.bytes().all(|b| b.is_ascii_uppercase()) {
                return Err(format!("`{t}` is not a country; write two capital letters such as US or CA"));
            }
            c.workspace.phone_region = t.into();
            Ok(())
        },
        get: |c| c.workspace.phone_region.clone(),
    },
    Key {
        section: "workspace",
        name: "time_zone",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            jiff::tz::TimeZone::get(t)
                .map_err(|_| format!("`{t}` is not a time zone; write one such as America/Toronto or UTC"))?;
            c.workspace.time_zone = t.into();
            Ok(())
        },
        get: |c| c.workspace.time_zone.clone(),
    },
    Key {
        section: "workspace",
        name: "language",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.workspace.language = one_of(t, &["en"])?;
            Ok(())
        },
        get: |c| c.workspace.language.clone(),
    },
    Key {
        section: "workspace",
        name: "currency",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            t.parse::<crate::base::money::Currency>()
                .map_err(|_| format!("`{t}` is not a currency; write three capital letters such as USD or CAD"))?;
            c.workspace.currency = t.to_ascii_uppercase();
            Ok(())
        },
        get: |c| c.workspace.currency.clone(),
    },
    Key {
        section: "workspace",
        name: "presets_dir",
        shape: Shape::Text,
        secret: false,
        set: |c, t| {
            c.workspace.presets_dir = Some(t).filter(|t| !t.is_empty()).map(PathBuf::from);
            Ok(())
        },
        get: |c| c.workspace.presets_dir.as_ref().map(|d| d.display().to_string()).unwrap_or_default(),
    },
];

/// The elements of a comma-separated list.
fn elements(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|s| !s.is_empty())
}

fn number(text: &str, min: u64, max: u64) -> Result<u64, String> {
    let n: u64 = text.parse().map_err(|_| format!("`{text}` is not a whole number from {min} to {max}"))?;
    if (min..=max).contains(&n) { Ok(n) } else { Err(format!("{n} is not between {min} and {max}")) }
}

fn one_of(text: &str, words: &[&str]) -> Result<String, String> {
    if words.contains(&text) {
        return Ok(text.into());
    }
    Err(format!("`{text}` is not one of {}", words.join(", ")))
}

/// `https://crm.example.com`: a scheme, a host, perhaps a port; no path, no slash at the end.
fn base_url(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Ok(String::new());
    }
    let wrong = || format!("`{text}` is not an address such as https://crm.example.com (no path after it)");
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")).ok_or_else(wrong)?;
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b':' | b'[' | b']');
    if host.is_empty() || host.starts_with(':') || !host.bytes().all(plain) {
        return Err(wrong());
    }
    Ok(text.to_ascii_lowercase())
}
