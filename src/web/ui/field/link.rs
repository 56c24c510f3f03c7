//! A web address: a link that opens beside the page. Only http and https become links.

use super::{Input, Line, line};
use maud::{Markup, html};

pub(super) fn view(text: &str) -> Markup {
    let shown = text
        .trim_start_matches("https://")
        .trim_start_matches("http://")
        .trim_start_matches("www.")
        .trim_end_matches('/');
    html! { span { (shown) } }
}

/// Where a link field leads; `None` for anything that is no web address.
pub fn target(text: &str) -> Option<String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        return Some(text.into());
    }
    let bare = !text.contains(':') && !text.contains(char::is_whitespace) && text.contains('.');
    bare.then(|| format!("https://{text}"))
}

pub(super) fn input(input: &Input<'_>) -> Markup {
    line(input, &Line { kind: "text", mode: Some("url"), value: input.parts.one(""), autocomplete: "off" })
}

#[cfg(test)]
mod tests {
    use super::target;

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(target("https://example.com/x").as_deref(), Some("https://example.com/x"));
        assert_eq!(target("example.com").as_deref(), Some("https://example.com"));
        assert_eq!(target("javascript:alert(1)"), None);
        assert_eq!(target("no address"), None);
    }
}
