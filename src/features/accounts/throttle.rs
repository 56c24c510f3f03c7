//! How often somebody may try to sign in. Tries are charged before the password is looked at and given back when it was
//! right, so that parallel tries can't slip through. An account under attack does not lock its owner out: a browser that has
//! signed in to it before is counted by itself. Lives in memory; a restart forgets it.

use super::token;
use crate::base::clock::Millis;
use crate::base::{Error, Result};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Tries of one address before it must wait.
const ADDRESS_TRIES: u32 = 20;
/// One more try of an address each so many milliseconds.
const ADDRESS_REFILL_MS: i64 = 10_000;
/// Tries at one account by browsers it does not know before they must wait.
const ACCOUNT_TRIES: u32 = 10;
/// One more try at an account each so many milliseconds.
const ACCOUNT_REFILL_MS: i64 = 30_000;
/// Counters kept at most; then those that are full again are dropped, and failing that the oldest.
const COUNTERS_MAX: usize = 20_000;

/// A text by its hash, so that a counter of a megabyte's name takes no more room than another.
type Short = [u8; 32];

/// Who is counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Who {
    Address(IpAddr),
    Account(Short),
    Device(Short, Short),
}

/// Tries left, in milliseconds of refill, and when that was so.
#[derive(Debug, Clone, Copy)]
struct Counter {
    left_ms: i64,
    at: Millis,
}

/// Counts tries.
#[derive(Debug, Default)]
pub struct Throttle(Mutex<HashMap<Who, Counter>>);

/// A try that was charged; give it back with [`Throttle::refund`].
#[derive(Debug)]
pub struct Charge(Vec<Who>);

impl Throttle {
    /// Charges one try at `account` (folded e-mail) from `address`; `device` is the token of a browser that this account
    /// knows. [`Error::Limited`] says how long to wait, and then nothing is charged.
    pub fn charge(&self, now: Millis, account: &str, address: Option<IpAddr>, device: Option<&str>) -> Result<Charge> {
        let mut who = vec![match device {
            Some(device) => Who::Device(token::hash(account), token::hash(device)),
            None => Who::Account(token::hash(account)),
        }];
        who.extend(address.map(|a| Who::Address(network(a))));
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut counters, now);
        let mut wait_ms = 0;
        for who in &who {
            let (_, refill_ms) = limits(who);
            wait_ms = wait_ms.max(refill_ms - current(&counters, who, now));
        }
        if wait_ms > 0 {
            let retry_after_s = wait_ms.unsigned_abs().div_ceil(1_000);
            let message = format!("Too many tries to sign in. Please wait {retry_after_s} seconds and try again.");
            return Err(Error::Limited { retry_after_s, message });
        }
        for who in &who {
            let left_ms = current(&counters, who, now) - limits(who).1;
            counters.insert(who.clone(), Counter { left_ms, at: now });
        }
        Ok(Charge(who))
    }

    /// Gives a try back: the password was right, or none was looked at.
    pub fn refund(&self, now: Millis, charge: Charge) {
        let mut counters = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for who in charge.0 {
            let (tries, refill_ms) = limits(&who);
            let left_ms = (current(&counters, &who, now) + refill_ms).min(i64::from(tries) * refill_ms);
            counters.insert(who, Counter { left_ms, at: now });
        }
    }
}

fn limits(who: &Who) -> (u32, i64) {
    match who {
        Who::Address(_) => (ADDRESS_TRIES, ADDRESS_REFILL_MS),
        Who::Account(_) | Who::Device(..) => (ACCOUNT_TRIES, ACCOUNT_REFILL_MS),
    }
}

fn current(counters: &HashMap<Who, Counter>, who: &Who, now: Millis) -> i64 {
    let (tries, refill_ms) = limits(who);
    let full = i64::from(tries) * refill_ms;
    counters.get(who).map_or(full, |c| (c.left_ms + (now - c.at).max(0)).min(full))
}

fn make_room(counters: &mut HashMap<Who, Counter>, now: Millis) {
    if counters.len() < COUNTERS_MAX {
        return;
    }
    counters.retain(|who, c| {
        let (tries, refill_ms) = limits(who);
        c.left_ms + (now - c.at) < i64::from(tries) * refill_ms
    });
    if counters.len() >= COUNTERS_MAX {
        let mut times: Vec<Millis> = counters.values().map(|c| c.at).collect();
        times.sort_unstable();
        let middle = times[times.len() / 2];
        counters.retain(|_, c| c.at > middle);
    }
}

/// What counts as one address: an IPv6 customer has a whole /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => {
            let bits = u128::from(v6) & !u128::from(u64::MAX);
            IpAddr::V6(bits.into())
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(last: u8) -> Option<IpAddr> {
        Some(IpAddr::from([203, 0, 113, last]))
    }

    #[test]
    fn an_account_is_throttled_whatever_address_the_tries_come_from() {
        let throttle = Throttle::default();
        for n in 0..ACCOUNT_TRIES {
            assert!(throttle.charge(0, "amy@x", ip(n as u8), None).is_ok());
        }
        let Err(Error::Limited { retry_after_s, .. }) = throttle.charge(0, "amy@x", ip(99), None) else {
            panic!("not limited")
        };
        assert_eq!(retry_after_s, 30);
        assert!(throttle.charge(0, "ben@x", ip(99), None).is_ok());
        assert!(throttle.charge(30_000, "amy@x", ip(99), None).is_ok());
    }

    #[test]
    fn an_address_is_throttled_whatever_account_it_tries() {
        let throttle = Throttle::default();
        for n in 0..ADDRESS_TRIES {
            assert!(throttle.charge(0, &format!("u{n}@x"), ip(1), None).is_ok());
        }
        assert!(throttle.charge(0, "other@x", ip(1), None).is_err());
        assert!(throttle.charge(0, "other@x", ip(2), None).is_ok());
    }

    #[test]
    fn the_owner_gets_in_from_a_browser_the_account_knows_while_it_is_attacked() {
        let throttle = Throttle::default();
        while throttle.charge(0, "amy@x", None, None).is_ok() {}
        assert!(throttle.charge(0, "amy@x", ip(1), Some("known")).is_ok());
    }

    #[test]
    fn a_right_password_costs_nothing_and_an_ipv6_network_is_one_address() {
        let throttle = Throttle::default();
        for _ in 0..100 {
            let charge = throttle.charge(0, "amy@x", ip(1), None).expect("not limited");
            throttle.refund(0, charge);
        }
        for n in 0..ADDRESS_TRIES {
            let address = format!("2001:db8:1:2::{n:x}").parse().ok();
            assert!(throttle.charge(0, &format!("u{n}@x"), address, None).is_ok());
        }
        assert!(throttle.charge(0, "last@x", "2001:db8:1:2:ffff::1".parse().ok(), None).is_err());
    }

    #[test]
    fn counters_are_bounded() {
        let throttle = Throttle::default();
        for n in 0..COUNTERS_MAX + 10 {
            throttle.charge(n as i64, &format!("u{n}@x"), None, None).expect("not limited");
        }
        assert!(throttle.0.lock().expect("no panic").len() <= COUNTERS_MAX);
    }
}
