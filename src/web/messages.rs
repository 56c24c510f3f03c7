//! The message catalogue: every sentence of ours that a page shows lies in `messages/en/` under a key, never in the code
//! of a page. Names that come from the workspace (labels, values, views) are data and are not here; pages mark them with
//! `translate="no"`, so that a test in the pseudo-locale finds text that bypasses the catalogue.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::LazyLock;

/// Language tag of the pseudo-locale: every message comes in brackets.
pub const PSEUDO: &str = "en-XA";

/// What the pages say, in English: a file a place, sorted. A key is `place.thing`; `{word}` is replaced. Sentences end with a full
/// stop; labels and buttons don't. They say what happened and what to do next, in the reader's words.
const ENGLISH_FILES: &[&str] = &[
    include_str!("messages/en/address.toml"),
    include_str!("messages/en/ago.toml"),
    include_str!("messages/en/date.toml"),
    include_str!("messages/en/create.toml"),
    include_str!("messages/en/done.toml"),
    include_str!("messages/en/edit.toml"),
    include_str!("messages/en/error.toml"),
    include_str!("messages/en/field.toml"),
    include_str!("messages/en/form.toml"),
    include_str!("messages/en/home.toml"),
    include_str!("messages/en/kept.toml"),
    include_str!("messages/en/keys.toml"),
    include_str!("messages/en/import.toml"),
    include_str!("messages/en/list.toml"),
    include_str!("messages/en/look.toml"),
    include_str!("messages/en/photo.toml"),
    include_str!("messages/en/record.toml"),
    include_str!("messages/en/search.toml"),
    include_str!("messages/en/settings.toml"),
    include_str!("messages/en/setup.toml"),
    include_str!("messages/en/shell.toml"),
    include_str!("messages/en/sign_in.toml"),
    include_str!("messages/en/timeline.toml"),
    include_str!("messages/en/trash.toml"),
    include_str!("messages/en/value.toml"),
];

static ENGLISH: LazyLock<HashMap<String, String>> = LazyLock::new(|| {
    let mut flat = HashMap::new();
    for file in ENGLISH_FILES {
        let table: toml::Table = file.parse().expect("the catalogue is checked by a test");
        flatten("", &table, &mut flat);
    }
    flat
});

fn flatten(prefix: &str, table: &toml::Table, flat: &mut HashMap<String, String>) {
    for (key, value) in table {
        let key = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match value {
            toml::Value::Table(inner) => flatten(&key, inner, flat),
            toml::Value::String(text) => {
                flat.insert(key, text.clone());
            }
            _ => {}
        }
    }
}

/// The language a page is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Lang {
    pseudo: bool,
}

impl Lang {
    /// The language for this tag; English where it is unknown.
    pub fn of(tag: &str) -> Self {
        Self { pseudo: tag == PSEUDO }
    }

    /// Its tag, for `<html lang>`.
    pub fn tag(self) -> &'static str {
        if self.pseudo { PSEUDO } else { "en" }
    }

    /// The message under `key`; the key itself where there is none, which a test rules out.
    pub fn t(self, key: &'static str) -> Cow<'static, str> {
        let text = ENGLISH.get(key).map_or(key, String::as_str);
        if self.pseudo { Cow::Owned(format!("⟦{text}⟧")) } else { Cow::Borrowed(text) }
    }

    /// The message under `key` with `{name}` replaced by each value.
    pub fn with(self, key: &'static str, values: &[(&str, &dyn Display)]) -> String {
        let mut text = self.t(key).into_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), &value.to_string());
        }
        text
    }

    /// The message for a count: `one` or `many`, with `{n}` written with separators.
    pub fn count(self, one: &'static str, many: &'static str, n: u64) -> String {
        self.with(if n == 1 { one } else { many }, &[("n", &grouped(n))])
    }
}

/// `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    fn sources(folder: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                sources(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("messages.rs") {
                found.push(std::fs::read_to_string(path).unwrap());
            }
        }
    }

    #[test]
    fn every_message_is_used_and_every_used_one_is_there() {
        let mut files = Vec::new();
        sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web"), &mut files);
        let code = files.concat();
        let unused: BTreeSet<_> = ENGLISH.keys().filter(|k| !code.contains(&format!("\"{k}\""))).collect();
        assert!(unused.is_empty(), "messages that nothing shows: {unused:?}");
        let mut missing = BTreeSet::new();
        for start in [".t(\"", ".with(\"", ".count(\""] {
            for piece in code.split(start).skip(1) {
                let key = piece.split('"').next().unwrap();
                if !ENGLISH.contains_key(key) {
                    missing.insert(key);
                }
            }
        }
        assert!(missing.is_empty(), "messages that are not in the catalogue: {missing:?}");
    }

    #[test]
    fn the_pseudo_locale_brackets_every_message() {
        assert!(Lang::of(PSEUDO).t("list.next").starts_with('⟦'));
        assert!(!Lang::of("en").t("list.next").starts_with('⟦'));
    }

    #[test]
    fn counts_have_separators_and_a_singular() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }
}
