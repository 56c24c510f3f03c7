//! Where a request comes from. `X-Forwarded-For` is read from right to left and only as far as proxies are trusted; what a
//! stranger writes there changes nothing.

use crate::config::Network;
use std::net::IpAddr;

/// Addresses in a chain of proxies that are looked at, at most.
const HOPS_MAX: usize = 20;

/// The client's address, from the connection's peer and the `X-Forwarded-For` header fields joined by commas.
pub fn address(peer: Option<IpAddr>, forwarded: &str, trusted: &[Network]) -> Option<IpAddr> {
    let mut address = peer?.to_canonical();
    for hop in forwarded.rsplit(',').take(HOPS_MAX) {
        if !trusted.iter().any(|network| network.contains(address)) {
            break;
        }
        let Some(next) = parse(hop.trim()) else { break };
        address = next;
    }
    Some(address)
}

/// An address, perhaps in brackets or with a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|t| t.split(']').next());
    bare.unwrap_or(text)
        .parse::<IpAddr>()
        .ok()
        .or_else(|| text.parse::<std::net::SocketAddr>().ok().map(|a| a.ip()))
        .map(|a| a.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::address;
    use crate::config::Network;

    #[test]
    fn only_trusted_proxies_are_believed_from_right_to_left() {
        let trusted: Vec<Network> = ["127.0.0.1", "10.0.0.0/8"].iter().map(|n| n.parse().expect("a network")).collect();
        for (peer, forwarded, expected) in [
            ("203.0.113.5", "", "203.0.113.5"),
            ("203.0.113.5", "1.2.3.4", "203.0.113.5"),
            ("127.0.0.1", "", "127.0.0.1"),
            ("127.0.0.1", "1.2.3.4", "1.2.3.4"),
            ("127.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4"),
            ("127.0.0.1", "6.6.6.6, 1.2.3.4, 10.1.1.1", "1.2.3.4"),
            ("127.0.0.1", "1.2.3.4:5678", "1.2.3.4"),
            ("127.0.0.1", "[2001:db8::1]:5678", "2001:db8::1"),
            ("127.0.0.1", "1.2.3.4, nonsense", "127.0.0.1"),
            ("::ffff:127.0.0.1", "1.2.3.4", "1.2.3.4"),
        ] {
            let found = address(peer.parse().ok(), forwarded, &trusted).expect("an address");
            assert_eq!(found.to_string(), expected, "{peer} {forwarded}");
        }
    }
}
