//! How the pages look: the workspace's theme, the member's choice of light or dark, and what this browser keeps: its language,
//! whether the sidebar is put away, which sections are folded. A cookie mirrors the member's choice, so that the sign-in page is
//! right before anybody has signed in; an unknown word in it falls back to the default.

use crate::base::id::ObjectId;
pub use crate::features::accounts::{MODES, THEMES};

/// Name of the cookie: `mode.language.side.folded`, the folded objects as numbers joined by `-`.
pub const COOKIE: &str = "aventora_look";
/// How long the browser keeps it, seconds.
pub const COOKIE_AGE_S: i64 = 400 * 24 * 3600;
/// Folded sections that a cookie may name.
const FOLDED_MAX: usize = 200;

/// What decides how pages look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// One of [`THEMES`], the workspace's.
    pub theme: &'static str,
    /// One of [`MODES`], the member's.
    pub mode: &'static str,
    /// Language tag; empty for the member's own.
    pub language: String,
    /// Whether the sidebar is put away.
    pub side_off: bool,
    /// Objects whose views are folded in the sidebar.
    pub folded: Vec<ObjectId>,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: THEMES[0], mode: MODES[0], language: String::new(), side_off: false, folded: Vec::new() }
    }
}

impl Look {
    /// Reads the cookie's value.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('.').skip_while(|part| THEMES.contains(part));
        let mut look = Self::default();
        look.set_mode(parts.next().unwrap_or_default());
        look.language = parts.next().filter(|l| *l == crate::web::messages::PSEUDO).unwrap_or_default().to_owned();
        look.side_off = parts.next() == Some("off");
        look.set_folded(parts.next().unwrap_or_default());
        look
    }

    /// Takes the mode with this name, if there is one.
    pub fn set_mode(&mut self, name: &str) {
        self.mode = MODES.iter().find(|m| **m == name).copied().unwrap_or(self.mode);
    }

    /// Takes the folded objects from numbers joined by `-`.
    pub fn set_folded(&mut self, numbers: &str) {
        self.folded = numbers.split('-').filter_map(|n| n.parse().ok().map(ObjectId)).take(FOLDED_MAX).collect();
    }

    /// The cookie's value.
    pub fn cookie(&self) -> String {
        let folded: Vec<String> = self.folded.iter().map(|o| o.0.to_string()).collect();
        format!("{}.{}.{}.{}", self.mode, self.language, if self.side_off { "off" } else { "" }, folded.join("-"))
    }

    /// Classes of `<html>`.
    pub fn classes(&self) -> String {
        format!("theme-{} mode-{}{}", self.theme, self.mode, if self.side_off { " side-off" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_what_it_was_made_from() {
        let folded = vec![ObjectId(2), ObjectId(100)];
        let look = Look { mode: "dark", language: "en-XA".into(), side_off: true, folded, ..Look::default() };
        assert_eq!(Look::parse(&look.cookie()), look);
        assert_eq!(Look::parse(&Look::default().cookie()), Look::default());
    }

    #[test]
    fn an_unknown_word_in_the_cookie_falls_back() {
        assert_eq!(Look::parse("\"><script>.x.fr.maybe.a-b"), Look::default());
    }

    #[test]
    fn a_cookie_of_before_that_begins_with_a_theme_is_still_read() {
        assert_eq!(Look::parse("rose.dark."), Look { mode: "dark", ..Look::default() });
    }
}
