//! How the pages look for one browser: theme, light or dark, language. It lives in a cookie, so that the sign-in page is right
//! before anybody has signed in; an unknown word falls back to the default.

/// The seven themes, by the word in their CSS class.
pub const THEMES: [&str; 7] = ["classic", "ocean", "forest", "sunset", "violet", "rose", "midnight"];
/// Light, dark, or as the device says.
pub const MODES: [&str; 3] = ["system", "light", "dark"];
/// Name of the cookie: `theme.mode.language`.
pub const COOKIE: &str = "aventora_look";
/// How long the browser keeps it, seconds.
pub const COOKIE_AGE_S: i64 = 400 * 24 * 3600;

/// Theme, mode and language of one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Look {
    /// One of [`THEMES`].
    pub theme: &'static str,
    /// One of [`MODES`].
    pub mode: &'static str,
    /// Language tag; empty for the member's own.
    pub language: String,
}

impl Default for Look {
    fn default() -> Self {
        Self { theme: THEMES[0], mode: MODES[0], language: String::new() }
    }
}

impl Look {
    /// Reads the cookie's value.
    pub fn parse(text: &str) -> Self {
        let mut parts = text.split('.');
        let mut look = Self::default();
        look.set_theme(parts.next().unwrap_or_default());
        look.set_mode(parts.next().unwrap_or_default());
        look.language = parts.next().filter(|l| *l == crate::web::messages::PSEUDO).unwrap_or_default().to_owned();
        look
    }

    /// Takes the theme with this name, if there is one.
    pub fn set_theme(&mut self, name: &str) {
        self.theme = THEMES.iter().find(|t| **t == name).copied().unwrap_or(self.theme);
    }

    /// Takes the mode with this name, if there is one.
    pub fn set_mode(&mut self, name: &str) {
        self.mode = MODES.iter().find(|m| **m == name).copied().unwrap_or(self.mode);
    }

    /// The cookie's value.
    pub fn cookie(&self) -> String {
        format!("{}.{}.{}", self.theme, self.mode, self.language)
    }

    /// Classes of `<html>`.
    pub fn classes(&self) -> String {
        format!("theme-{} mode-{}", self.theme, self.mode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_reads_back_what_it_was_made_from() {
        let look = Look { theme: "rose", mode: "dark", language: "en-XA".into() };
        assert_eq!(Look::parse(&look.cookie()), look);
    }

    #[test]
    fn an_unknown_word_in_the_cookie_falls_back() {
        assert_eq!(Look::parse("\"><script>.x.fr"), Look::default());
    }
}
