//! Secrets that we make: session tokens, API keys, the setup token. 256 random bits as text; only their hash is kept, and
//! they are compared without telling by time how much was right.

use crate::base::rng::Rng;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const BYTES: usize = 32;

/// A new secret, 43 letters, digits, `-` and `_`.
pub fn new(rng: &dyn Rng) -> String {
    let mut bytes = [0; BYTES];
    rng.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of a secret.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Whether a secret has this hash.
pub fn matches(secret: &str, kept: &[u8]) -> bool {
    hash(secret).as_slice().ct_eq(kept).into()
}

/// Bytes as text in the stored JSON.
pub fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of such a text; empty where it is none.
pub fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap_or_default()
}
