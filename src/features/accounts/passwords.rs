//! Passwords: which are good enough, and how they are kept. Kept is bcrypt over base64(HMAC-SHA-256(key, password)) with a
//! random key for each member beside the hash, so that long passwords count in full and the hash is of no use against lists
//! made for another program. Nothing here keeps or logs a password.

use super::gate::Gate;
use super::token;
use crate::base::rng::Rng;
use crate::base::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Characters of a password at least.
pub const CHARACTERS_MIN: usize = 8;
/// Characters that are advised.
pub const CHARACTERS_ADVISED: usize = 15;
/// Bytes of a password at most.
pub const BYTES_MAX: usize = 1_024;
/// Work factor of bcrypt where nothing else is said: about a quarter of a second.
pub const COST: u32 = 12;

/// The 6,000 most common passwords of eight characters and more, sorted, in lower case. From @zxcvbn-ts/language-common
/// 4.1.3 (MIT, © Dan Wheeler, Dropbox and the zxcvbn-ts authors).
const COMMON: &str = include_str!("common_passwords.txt");

/// A salt and hash that no password has, to do the same work where there is no account.
const NOBODY: &str = "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232";

/// A password as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Kept {
    key: String,
    bcrypt: String,
}

/// Refuses a password that is too short, too long, common, or made of the account's own `words` (e-mail, name).
pub fn check(password: &str, words: &[&str]) -> Result<()> {
    let wrong = |code, message: String| Err(Error::invalid("password", code, message));
    if password.chars().count() < CHARACTERS_MIN {
        let message = format!(
            "Use at least {CHARACTERS_MIN} characters; {CHARACTERS_ADVISED} or more, such as four words, are better."
        );
        return wrong("too_short", message);
    }
    if password.len() > BYTES_MAX {
        return wrong("too_long", format!("Use at most {BYTES_MAX} bytes."));
    }
    let lower = password.to_lowercase();
    let mut letters = lower.chars();
    let first = letters.next();
    let common = COMMON.lines().any(|c| c == lower)
        || letters.all(|c| Some(c) == first)
        || words
            .iter()
            .flat_map(|w| w.split('@').take(1).chain([*w]))
            .any(|w| !w.is_empty() && w.to_lowercase() == lower);
    if common {
        return wrong("common", "This password is one of the first that anybody would try. Choose another.".into());
    }
    Ok(())
}

/// Hashes a password for keeping.
pub fn keep(gate: &Gate, rng: &dyn Rng, cost: u32, password: &str) -> Result<Kept> {
    let mut key = [0; 32];
    rng.fill(&mut key);
    let mut salt = [0; 16];
    rng.fill(&mut salt);
    let digest = digest(&key, password);
    let parts = gate
        .pass(|| bcrypt::hash_with_salt(digest, cost, salt))?
        .map_err(|e| Error::internal("a password can't be hashed", e))?;
    Ok(Kept { key: token::text(&key), bcrypt: parts.to_string() })
}

/// Whether this is the password; with nothing kept the same work is done and the answer is no.
pub fn verify(gate: &Gate, cost: u32, password: &str, kept: Option<&Kept>) -> Result<bool> {
    let (key, hash) = match kept {
        Some(kept) => (token::bytes(&kept.key), kept.bcrypt.clone()),
        None => (vec![0; 32], format!("$2b${cost:02}${NOBODY}")),
    };
    let password = if password.len() > BYTES_MAX { "" } else { password };
    let digest = digest(&key, password);
    let right = gate
        .pass(|| bcrypt::verify(digest, &hash))?
        .map_err(|e| Error::internal("a kept password can't be read", e))?;
    Ok(right && kept.is_some())
}

fn digest(key: &[u8], password: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(password.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::rng::SystemRng;

    #[test]
    fn short_common_and_own_passwords_are_refused_and_long_ones_allowed() {
        for bad in ["", "1234567", "password", "PassWord", "qwertyuiop", "zzzzzzzzzzz", "amy@example.com", "amy.adams"]
        {
            assert!(check(bad, &["amy@example.com", "amy.adams@example.com"]).is_err(), "{bad}");
        }
        for good in ["correct horse battery staple", "ключ под ковриком", &"x1".repeat(64)] {
            assert!(check(good, &["amy@example.com"]).is_ok(), "{good}");
        }
        assert!(check(&"ab".repeat(BYTES_MAX), &[]).is_err());
    }

    #[test]
    fn a_long_password_counts_in_full() {
        let gate = Gate::default();
        let long = "a".repeat(100);
        let kept = keep(&gate, &SystemRng, 4, &format!("{long}b")).expect("kept");
        assert!(verify(&gate, 4, &format!("{long}b"), Some(&kept)).expect("verified"));
        assert!(!verify(&gate, 4, &format!("{long}c"), Some(&kept)).expect("verified"));
        assert!(!verify(&gate, 4, &long, Some(&kept)).expect("verified"));
    }

    #[test]
    fn nobody_has_no_password_but_costs_the_same_work() {
        let gate = Gate::default();
        assert!(!verify(&gate, 4, "", None).expect("verified"));
        assert!(!verify(&gate, 4, "anything", None).expect("verified"));
    }

    #[test]
    fn the_same_password_is_kept_differently_each_time() {
        let gate = Gate::default();
        let one = keep(&gate, &SystemRng, 4, "correct horse").expect("kept");
        let two = keep(&gate, &SystemRng, 4, "correct horse").expect("kept");
        assert_ne!(one.bcrypt, two.bcrypt);
        assert!(!one.bcrypt.contains("correct"));
    }

    #[test]
    fn the_list_of_common_passwords_is_sorted_and_long_enough() {
        let all: Vec<&str> = COMMON.lines().collect();
        assert!(all.len() >= 5_000 && all.is_sorted());
        assert!(all.iter().all(|p| p.chars().count() >= CHARACTERS_MIN && **p == p.to_lowercase()));
    }
}
