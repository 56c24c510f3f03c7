//! Decimals and money: whole numbers of 1/10,000 and an ISO 4217 code. No floating point touches an amount.

use std::fmt;

/// A decimal number in units of 1/10,000; about ±922 trillion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(pub i64);

/// How many units make one.
pub const UNITS: i64 = 10_000;

impl Decimal {
    /// A whole number, or `None` where it is too large.
    pub fn whole(n: i64) -> Option<Self> {
        n.checked_mul(UNITS).map(Self)
    }
}

/// An ISO 4217 code in upper case, such as `CAD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(pub [u8; 3]);

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl fmt::Display for Decimal {
    /// `1234.5` → `1234.50`-like plain text: no grouping, at least no trailing zeros beyond what is there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let n = self.0.unsigned_abs();
        let (whole, part) = (n / UNITS as u64, n % UNITS as u64);
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:04}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("???"))
    }
}
