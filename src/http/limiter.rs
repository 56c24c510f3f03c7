//! How many requests a key may make in a minute: a bucket for each key that refills steadily. Lives in memory.

use crate::base::clock::Millis;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

const MINUTE_MS: f64 = 60_000.0;
/// Buckets kept at most; full ones are dropped first.
const BUCKETS_MAX: usize = 10_000;

/// What a key has left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Requests a minute.
    pub limit: u32,
    /// Requests that may follow at once.
    pub remaining: u32,
    /// Seconds until all are there again.
    pub reset_s: u64,
    /// Seconds to wait where this one was too many.
    pub wait_s: Option<u64>,
}

/// Counts requests by key.
#[derive(Debug)]
pub struct Limiter {
    per_minute: u32,
    buckets: Mutex<HashMap<u64, (f64, Millis)>>,
}

impl Limiter {
    /// Allows `per_minute` requests to each key; 0 for no limit.
    pub fn new(per_minute: u32) -> Self {
        Self { per_minute, buckets: Mutex::default() }
    }

    /// Counts one request of `key`; `None` where there is no limit.
    pub fn count(&self, key: u64, now: Millis) -> Option<Allowance> {
        if self.per_minute == 0 {
            return None;
        }
        let full = f64::from(self.per_minute);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= BUCKETS_MAX {
            buckets.retain(|_, (left, at)| *left + (now - *at) as f64 * full / MINUTE_MS < full);
        }
        let (left, at) = buckets.get(&key).copied().unwrap_or((full, now));
        let left = (left + (now - at).max(0) as f64 * full / MINUTE_MS).min(full);
        let enough = left >= 1.0;
        let left = if enough { left - 1.0 } else { left };
        buckets.insert(key, (left, now));
        let seconds = |requests: f64| (requests * 60.0 / full).ceil().max(1.0) as u64;
        Some(Allowance {
            limit: self.per_minute,
            remaining: left as u32,
            reset_s: seconds(full - left),
            wait_s: (!enough).then(|| seconds(1.0 - left)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Limiter;

    #[test]
    fn a_key_gets_its_minute_and_then_a_steady_trickle() {
        let limiter = Limiter::new(60);
        for n in (0..60).rev() {
            let allowance = limiter.count(1, 0).expect("limited");
            assert_eq!((allowance.remaining, allowance.wait_s), (n, None));
        }
        assert_eq!(limiter.count(1, 0).expect("limited").wait_s, Some(1));
        assert_eq!(limiter.count(2, 0).expect("limited").wait_s, None);
        assert_eq!(limiter.count(1, 1_000).expect("limited").wait_s, None);
        assert_eq!(limiter.count(1, 1_000).expect("limited").wait_s, Some(1));
    }

    #[test]
    fn zero_means_no_limit() {
        assert!(Limiter::new(0).count(1, 0).is_none());
    }
}
