//! The configuration as an operator meets it: what is accepted, what is refused and with which words.

use aventora::base::{Error, Problem};
use aventora::config::keys::KEYS;
use aventora::config::{Config, Sources, load};
use std::path::PathBuf;

fn from_file(text: &str) -> Result<Config, Error> {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("config.toml");
    std::fs::write(&file, text).expect("written");
    load(&Sources { file: Some(file), ..Sources::default() })
}

fn from_environment(pairs: &[(&str, &str)]) -> Result<Config, Error> {
    let environment = pairs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    load(&Sources { environment, ..Sources::default() })
}

fn problems(result: Result<Config, Error>) -> Vec<Problem> {
    match result {
        Err(Error::Invalid(problems)) => problems,
        other => panic!("no problems but {other:?}"),
    }
}

/// Thirty files that an operator might write, the line at fault and a word of the sentence.
const BAD: &[(&str, usize, &str)] = &[
    ("[server\nlisten = 1", 1, "not TOML"),
    ("listen = \"127.0.0.1:80\"", 1, "no such section"),
    ("[servers]", 1, "there are server, data, api"),
    ("[server]\nlissen = \"127.0.0.1:80\"", 2, "[server] has listen"),
    ("\n\n[server]\nlisten = \"localhost\"", 4, "address and port"),
    ("[server]\nlisten = \"127.0.0.1:99999\"", 2, "address and port"),
    ("[server]\nlisten = 8080", 2, "a text in quotes"),
    ("[server]\nlisten = true", 2, "true or false"),
    ("[server]\nlisten = \"127.0.0.1:1\"\nlisten = \"127.0.0.1:2\"", 3, "not TOML"),
    ("[server]\nbase_url = \"crm.example.com\"", 2, "https://crm.example.com"),
    ("[server]\nbase_url = \"https://crm.example.com/crm\"", 2, "no path"),
    ("[server]\nbase_url = \"https://\"", 2, "not an address"),
    ("[server]\nbase_url = \"ftp://crm.example.com\"", 2, "not an address"),
    ("[server]\nbase_url = \"https://user@crm.example.com\"", 2, "not an address"),
    ("[server]\ntrusted_proxies = \"10.0.0.0/8\"", 2, "a list"),
    ("[server]\ntrusted_proxies = [\"10.0.0.0/40\"]", 2, "10.0.0.0/8"),
    ("[server]\ntrusted_proxies = [1]", 2, "text in quotes"),
    ("[server]\nmetrics_token = \"short\"", 2, "at least 16"),
    ("[data]\ndir = \"\"", 2, "a directory"),
    ("[data]\ncache_mb = \"64\"", 2, "without quotes"),
    ("[data]\ncache_mb = -1", 2, "whole number"),
    ("[data]\ncache_mb = 1", 2, "not between"),
    ("[data]\ncache_mb = 1.5", 2, "whole number"),
    ("[data]\nmin_free_mb = 99999999999999999999999", 2, "whole number"),
    ("[api]\nrequests_per_minute = 2026-01-01", 2, "a date"),
    ("[sessions]\nidle_minutes = 0", 2, "not between"),
    ("[sessions]\nabsolute_hours = 100000", 2, "not between"),
    ("[log]\nlevel = \"loud\"", 2, "error, warn, info"),
    ("[log]\nformat = \"xml\"", 2, "text, json"),
    ("[workspace]\nphone_region = \"usa\"", 2, "two capital letters"),
    ("[workspace]\ntime_zone = \"Mars/Olympus\"", 2, "America/Toronto"),
    ("[workspace]\nlanguage = \"tlh\"", 2, "not one of"),
    ("server = 3", 1, "a section"),
];

#[test]
fn a_bad_file_is_refused_with_its_line_and_a_sentence_that_helps() {
    assert!(BAD.len() >= 30);
    for (text, line, word) in BAD {
        let problems = problems(from_file(text));
        let message = &problems[0].message;
        assert!(message.contains(&format!("line {line} of")), "{text:?}: {message}");
        assert!(message.contains(word), "{text:?}: {message}");
        assert!(message.ends_with('.') && !message.contains('\n'), "{text:?}: {message}");
    }
}

#[test]
fn all_problems_of_a_file_and_the_environment_are_told_at_once() {
    let found = problems(from_file("[server]\nlisten = 1\nbase_url = 2\n[nothing]\n[log]\nlevel = \"x\""));
    assert_eq!(found.len(), 4, "{found:?}");
    let found = problems(from_environment(&[("AVENTORA_SERVER_LISTEN", "x"), ("AVENTORA_DATA_CACHE_MB", "many")]));
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn the_environment_wins_and_a_file_may_hold_a_secret() {
    let dir = tempfile::tempdir().expect("a directory");
    let secret = dir.path().join("secret");
    std::fs::write(&secret, "sesame-sesame-sesame\n").expect("written");
    let file = dir.path().join("config.toml");
    std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:1\"\n[data]\ncache_mb = 64").expect("written");
    let config = load(&Sources {
        file: Some(file),
        environment: vec![
            ("AVENTORA_SERVER_LISTEN".into(), "127.0.0.1:2".into()),
            ("AVENTORA_SERVER_METRICS_TOKEN_FILE".into(), secret.display().to_string()),
            ("AVENTORA_SERVER_TRUSTED_PROXIES".into(), "10.0.0.0/8, ::1".into()),
            ("AVENTORA_ASSETS".into(), "not a setting".into()),
        ],
        ..Sources::default()
    })
    .expect("a configuration");
    assert_eq!(config.server.listen.port(), 2);
    assert_eq!(config.data.cache_mb, 64);
    assert_eq!(config.server.metrics_token, "sesame-sesame-sesame");
    assert_eq!(config.server.trusted_proxies.len(), 2);
}

#[test]
fn an_unknown_variable_of_a_known_section_is_refused_and_so_is_a_missing_secret_file() {
    let found = problems(from_environment(&[("AVENTORA_SERVER_LISSEN", "127.0.0.1:1")]));
    assert!(found[0].message.contains("AVENTORA_SERVER_LISSEN"), "{found:?}");
    let found = problems(from_environment(&[("AVENTORA_SERVER_METRICS_TOKEN_FILE", "/nowhere/at/all")]));
    assert!(found[0].message.contains("/nowhere/at/all"), "{found:?}");
}

#[test]
fn secrets_are_masked_and_never_repeated_in_an_error() {
    let config = from_environment(&[("AVENTORA_SERVER_METRICS_TOKEN", "canary-canary-canary")]).expect("good");
    assert!(!config.shown().contains("canary"), "{}", config.shown());
    let found = problems(from_environment(&[("AVENTORA_SERVER_METRICS_TOKEN", "canary")]));
    assert!(!format!("{found:?}").contains("canary"), "{found:?}");
}

#[test]
fn a_named_file_must_exist_but_a_fallback_need_not() {
    let missing = PathBuf::from("/nowhere/config.toml");
    assert!(load(&Sources { file: Some(missing.clone()), ..Sources::default() }).is_err());
    let config = load(&Sources { fallbacks: vec![missing], ..Sources::default() }).expect("defaults");
    assert_eq!(config, Config::default());
}

#[test]
fn the_example_holds_every_key_with_its_default_and_a_comment() {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/config.example.toml")).expect("there");
    assert_eq!(from_file(&text).expect("the example is right"), Config::default());
    for key in KEYS {
        let section = text.split(&format!("[{}]\n", key.section)).nth(1).expect("its section");
        let section = section.split("\n[").next().expect("a part");
        let lines: Vec<&str> = section.lines().collect();
        let at = lines
            .iter()
            .position(|l| l.starts_with(&format!("{} = ", key.name)))
            .unwrap_or_else(|| panic!("{} is missing", key.path()));
        assert!(at > 0 && lines[at - 1].starts_with("# "), "{} has no comment", key.path());
        let default = key.toml(&(key.get)(&Config::default()));
        assert_eq!(lines[at], format!("{} = {default}", key.name));
    }
}

#[test]
fn what_is_shown_can_be_read_again() {
    let config = from_environment(&[
        ("AVENTORA_SERVER_TRUSTED_PROXIES", "10.0.0.0/8,::1"),
        ("AVENTORA_DATA_DIR", "/srv/a \"b\""),
        ("AVENTORA_SERVER_BASE_URL", "https://crm.example.com/"),
    ])
    .expect("good");
    assert_eq!(from_file(&config.shown()).expect("reads back"), config);
    assert_eq!(config.url(), "https://crm.example.com");
    assert!(config.over_tls());
}
