//! Proof that a change comes from our own pages. Browsers say so themselves (`Sec-Fetch-Site`, `Origin`) and no script can
//! forge it; a request that says neither is refused, whatever cookie it brings. API keys are no cookies, so the API needs none.

use actix_web::http::Method;
use actix_web::http::header::{self, HeaderMap};

/// Whether a request may pass: it changes nothing, goes to the API, or proves that our own page sent it.
pub fn passes(method: &Method, path: &str, headers: &HeaderMap, base_url: &str) -> bool {
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE) || path.starts_with("/api/") {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text("origin") else { return false };
    let origin = origin.to_ascii_lowercase();
    if base_url.is_empty() {
        let Some(host) = headers.get(header::HOST).and_then(|v| v.to_str().ok()) else { return false };
        return origin == format!("http://{}", host.to_ascii_lowercase());
    }
    origin == base_url
}

/// An address of ours to lead a browser to, from a text that anybody may have written; the first page where it is none.
/// Browsers take `\\` for `/` and skip control characters, so `//elsewhere` has more than one spelling.
pub fn local(text: &str) -> &str {
    let ours =
        text.starts_with('/') && !text.starts_with("//") && !text.contains('\\') && !text.contains(char::is_control);
    if ours { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::{local, passes};
    use actix_web::http::Method;
    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(n, v)| (HeaderName::from_static(n), HeaderValue::from_static(v))).collect()
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        for (pairs, base_url, expected) in [
            (vec![], "", false),
            (vec![("sec-fetch-site", "same-origin")], "", true),
            (vec![("sec-fetch-site", "same-site")], "", false),
            (vec![("sec-fetch-site", "none")], "", false),
            (vec![("sec-fetch-site", "cross-site"), ("host", "a:1"), ("origin", "http://a:1")], "", false),
            (vec![("host", "a:1"), ("origin", "http://a:1")], "", true),
            (vec![("host", "a:1"), ("origin", "http://b:1")], "", false),
            (vec![("host", "a:1"), ("origin", "null")], "", false),
            (vec![("host", "evil"), ("origin", "https://crm.example.com")], "https://crm.example.com", true),
            (vec![("host", "evil"), ("origin", "http://evil")], "https://crm.example.com", false),
        ] {
            let headers = headers(&pairs);
            assert_eq!(passes(&Method::POST, "/login", &headers, base_url), expected, "{pairs:?}");
        }
        assert!(passes(&Method::GET, "/contacts", &HeaderMap::new(), ""));
        assert!(passes(&Method::DELETE, "/api/v1/contacts/1", &HeaderMap::new(), ""));
    }

    #[test]
    fn one_is_led_to_addresses_of_this_site_only() {
        assert_eq!(local("/contacts?view=2#ü"), "/contacts?view=2#ü");
        for bad in [
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/a\r\nSet-Cookie: x=1",
            "\\\\evil.example",
            " //evil.example",
            "evil.example",
            "javascript:alert(1)",
            "",
        ] {
            assert_eq!(local(bad), "/", "{bad}");
        }
    }
}
