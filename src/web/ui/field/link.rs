//! A web address: a link that opens beside the page, shown without what every address has. Only http and https become links.

use super::{Input, Line, Place, line};
use maud::{Markup, html};

pub(super) fn view(text: &str, place: Place) -> Markup {
    let shown = shown(text);
    // The host says where the link goes; what follows is cut where there is no room.
    let (host, rest) = shown.split_at(shown.find(['/', '?', '#']).unwrap_or(shown.len()));
    match target(text) {
        Some(href) if place == Place::Cell => html! {
            a class="web" href=(href) target="_blank" rel="noopener noreferrer" { (host) @if !rest.is_empty() { span class="text-3" { (rest) } } }
        },
        _ => html! { span class="web" { (host) @if !rest.is_empty() { span class="text-3" { (rest) } } } },
    }
}

/// The address without its scheme and `www.`.
fn shown(text: &str) -> &str {
    let bare = text.trim_start_matches("https://").trim_start_matches("http://");
    bare.trim_start_matches("www.").trim_end_matches('/')
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
    use super::{shown, target};

    #[test]
    fn only_web_addresses_become_links() {
        assert_eq!(target("https://example.com/x").as_deref(), Some("https://example.com/x"));
        assert_eq!(target("example.com").as_deref(), Some("https://example.com"));
        assert_eq!(target("javascript:alert(1)"), None);
        assert_eq!(target("no address"), None);
    }

    #[test]
    fn an_address_is_shown_from_its_host_on() {
        assert_eq!(shown("https://www.example.com/about/"), "example.com/about");
        assert_eq!(shown("http://example.com"), "example.com");
    }
}
