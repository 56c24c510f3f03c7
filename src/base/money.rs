//! Decimals and money: whole numbers of 1/10,000 and an ISO 4217 code. No floating point touches an amount.

use std::fmt;
use std::str::FromStr;

/// A decimal number in units of 1/10,000; about ±922 trillion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(pub i64);

/// How many units make one.
pub const UNITS: i64 = 10_000;
/// Decimals a number has at most.
pub const PLACES: u32 = 4;
/// Characters of a number's text that are looked at, at most.
const TEXT_MAX: usize = 64;

/// Why a text is no [`Decimal`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DecimalError {
    /// Not a number at all.
    Syntax,
    /// More than four decimals.
    TooPrecise,
    /// Beyond about 922 trillion.
    TooLarge,
}

impl DecimalError {
    /// The stable word for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::Syntax => "syntax",
            Self::TooPrecise => "too_precise",
            Self::TooLarge => "too_large",
        }
    }
}

impl fmt::Display for DecimalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Syntax => "Write a number with digits and a point, for example 1234.50.",
            Self::TooPrecise => "A number has at most four decimals, for example 1234.5678.",
            Self::TooLarge => "The number is too large; the largest is 922,337,203,685,477.5807.",
        })
    }
}

impl std::error::Error for DecimalError {}

impl Decimal {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// A whole number, or `None` where it is too large.
    pub fn whole(n: i64) -> Option<Self> {
        n.checked_mul(UNITS).map(Self)
    }

    /// The sum, or `None` where it is too large.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference, or `None` where it is too large.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product, rounded to 1/10,000 (halves away from zero), or `None` where it is too large.
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        rounded_div(i128::from(self.0) * i128::from(other.0), i128::from(UNITS))
    }

    /// The quotient, rounded to 1/10,000 (halves away from zero), or `None` where it is too large or `other` is zero.
    pub fn checked_div(self, other: Self) -> Option<Self> {
        rounded_div(i128::from(self.0) * i128::from(UNITS), i128::from(other.0))
    }

    /// Rounded to `places` decimals, halves away from zero.
    pub fn round(self, places: u32) -> Self {
        let step = i128::from(10_i64.pow(PLACES.saturating_sub(places)));
        let steps = rounded_div(i128::from(self.0), step).unwrap_or(self);
        i64::try_from(i128::from(steps.0) * step).map_or(self, Self)
    }

    /// Plain text with at least `places` decimals and a comma between thousands: `1,234.50`.
    pub fn grouped(self, places: u32) -> String {
        let n = self.0.unsigned_abs();
        let (whole, part) = ((n / UNITS as u64).to_string(), n % UNITS as u64);
        let mut text = String::with_capacity(whole.len() * 4 / 3 + 8);
        if self.0 < 0 {
            text.push('-');
        }
        for (i, digit) in whole.char_indices() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(digit);
        }
        let decimals = format!("{part:04}");
        let decimals = &decimals[..decimals.trim_end_matches('0').len().max(places.min(PLACES) as usize)];
        if !decimals.is_empty() {
            text.push('.');
            text.push_str(decimals);
        }
        text
    }
}

/// `n / by`, halves away from zero.
fn rounded_div(n: i128, by: i128) -> Option<Decimal> {
    if by == 0 {
        return None;
    }
    let half = by.abs() / 2;
    i64::try_from((n + half * n.signum()) / by).ok().map(Decimal)
}

impl FromStr for Decimal {
    type Err = DecimalError;

    /// Reads `1234.50`, `-3`, `.5` and what JSON allows (`1.5e3`); no grouping, no spaces.
    fn from_str(text: &str) -> Result<Self, DecimalError> {
        let (negative, rest) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], exponent(&rest[at + 1..])?),
            None => (rest, 0),
        };
        let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits_only = whole.bytes().chain(part.bytes()).all(|b| b.is_ascii_digit());
        if !digits_only || (whole.is_empty() && part.is_empty()) {
            return Err(DecimalError::Syntax);
        }
        let part = part.trim_end_matches('0');
        let digits = whole.len() + part.len();
        let leading = whole.bytes().chain(part.bytes()).take_while(|b| *b == b'0').count();
        if leading == digits {
            return Ok(Self::ZERO);
        }
        if digits - leading > TEXT_MAX {
            return Err(if part.len() > PLACES as usize { DecimalError::TooPrecise } else { DecimalError::TooLarge });
        }
        let scale = part.len() as i64 - exponent;
        units(whole.bytes().chain(part.bytes()), scale, negative)
    }
}

/// The exponent behind an `e`; far ones are as good as endless.
fn exponent(text: &str) -> Result<i64, DecimalError> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(DecimalError::Syntax);
    }
    let size = digits.parse::<i64>().map_or(1_000, |n| n.min(1_000));
    Ok(if text.starts_with('-') { -size } else { size })
}

/// `digits / 10^scale` in units.
fn units(digits: impl Iterator<Item = u8>, scale: i64, negative: bool) -> Result<Decimal, DecimalError> {
    let mut n: i128 = 0;
    for b in digits {
        n = n.checked_mul(10).and_then(|n| n.checked_add(i128::from(b - b'0'))).ok_or(DecimalError::TooLarge)?;
    }
    let mut shift = i64::from(PLACES) - scale;
    while shift > 0 {
        n = n.checked_mul(10).ok_or(DecimalError::TooLarge)?;
        shift -= 1;
    }
    while shift < 0 {
        if n % 10 != 0 {
            return Err(DecimalError::TooPrecise);
        }
        n /= 10;
        shift += 1;
    }
    i64::try_from(if negative { -n } else { n }).map(Decimal).map_err(|_| DecimalError::TooLarge)
}

impl fmt::Display for Decimal {
    /// Plain text without grouping and without zeros at the end: `1234.5`.
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

/// An ISO 4217 code in upper case, such as `CAD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency(pub [u8; 3]);

/// A text is no currency code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnknownCurrency;

impl fmt::Display for UnknownCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Write a three-letter currency code, for example CAD, USD or EUR.")
    }
}

impl std::error::Error for UnknownCurrency {}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    /// Reads a code of ISO 4217, in any case.
    fn from_str(text: &str) -> Result<Self, UnknownCurrency> {
        let bytes: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        let code = Self(bytes.map(|b| b.to_ascii_uppercase()));
        code.listed().map(|_| code).ok_or(UnknownCurrency)
    }
}

impl Currency {
    fn listed(self) -> Option<u32> {
        CODES.binary_search_by_key(&self.0, |(code, _)| *code).ok().map(|i| CODES[i].1)
    }

    /// Decimals of its smallest coin: 2 of the dollar, 0 of the yen, 3 of the dinar of Kuwait.
    pub fn minor_units(self) -> u32 {
        self.listed().unwrap_or(2)
    }

    /// All codes of ISO 4217 in use, in order.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|(code, _)| Self(*code))
    }

    /// What stands before an amount, read in a workspace of currency `home`: `$` there and `US$` elsewhere.
    pub fn symbol(self, home: Self) -> String {
        let own = SYMBOLS.iter().find(|(code, _, _)| *code == self.0);
        match own {
            Some((_, short, _)) if self == home => (*short).to_owned(),
            Some((_, _, abroad)) => (*abroad).to_owned(),
            None => format!("{self}\u{a0}"),
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(std::str::from_utf8(&self.0).unwrap_or("???"))
    }
}

/// An amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// As people read it in a workspace of currency `home`: `$1,234.50`, `US$1,234.50`, `-CHF 5.00`.
    pub fn show(self, home: Currency) -> String {
        self.with_decimals(self.currency.minor_units(), home)
    }

    /// The same in short, for tables and sums: whole amounts without needless cents, `$4,210`, others in full, `$1,968.50`.
    pub fn brief(self, home: Currency) -> String {
        let whole = self.amount == self.amount.round(0);
        self.with_decimals(if whole { 0 } else { self.currency.minor_units() }, home)
    }

    fn with_decimals(self, places: u32, home: Currency) -> String {
        let amount = self.amount.grouped(places);
        let symbol = self.currency.symbol(home);
        match amount.strip_prefix('-') {
            Some(amount) => format!("-{symbol}{amount}"),
            None => format!("{symbol}{amount}"),
        }
    }
}

/// Currencies with a sign of their own: code, sign at home, sign elsewhere.
const SYMBOLS: &[([u8; 3], &str, &str)] = &[
    (*b"USD", "$", "US$"),
    (*b"CAD", "$", "CA$"),
    (*b"AUD", "$", "A$"),
    (*b"NZD", "$", "NZ$"),
    (*b"MXN", "$", "MX$"),
    (*b"BRL", "R$", "R$"),
    (*b"HKD", "HK$", "HK$"),
    (*b"SGD", "S$", "S$"),
    (*b"EUR", "€", "€"),
    (*b"GBP", "£", "£"),
    (*b"JPY", "¥", "¥"),
    (*b"CNY", "¥", "CN¥"),
    (*b"INR", "₹", "₹"),
    (*b"ILS", "₪", "₪"),
    (*b"KRW", "₩", "₩"),
    (*b"NGN", "₦", "₦"),
    (*b"PHP", "₱", "₱"),
    (*b"UAH", "₴", "₴"),
    (*b"VND", "₫", "₫"),
];

/// Codes of ISO 4217 in use with the decimals of their smallest coin, by code.
#[rustfmt::skip]
const CODES: &[([u8; 3], u32)] = &[
    (*b"AED", 2), (*b"AFN", 2), (*b"ALL", 2), (*b"AMD", 2), (*b"ANG", 2), (*b"AOA", 2), (*b"ARS", 2), (*b"AUD", 2),
    (*b"AWG", 2), (*b"AZN", 2), (*b"BAM", 2), (*b"BBD", 2), (*b"BDT", 2), (*b"BGN", 2), (*b"BHD", 3), (*b"BIF", 0),
    (*b"BMD", 2), (*b"BND", 2), (*b"BOB", 2), (*b"BRL", 2), (*b"BSD", 2), (*b"BTN", 2), (*b"BWP", 2), (*b"BYN", 2),
    (*b"BZD", 2), (*b"CAD", 2), (*b"CDF", 2), (*b"CHF", 2), (*b"CLP", 0), (*b"CNY", 2), (*b"COP", 2), (*b"CRC", 2),
    (*b"CUP", 2), (*b"CVE", 2), (*b"CZK", 2), (*b"DJF", 0), (*b"DKK", 2), (*b"DOP", 2), (*b"DZD", 2), (*b"EGP", 2),
    (*b"ERN", 2), (*b"ETB", 2), (*b"EUR", 2), (*b"FJD", 2), (*b"FKP", 2), (*b"GBP", 2), (*b"GEL", 2), (*b"GHS", 2),
    (*b"GIP", 2), (*b"GMD", 2), (*b"GNF", 0), (*b"GTQ", 2), (*b"GYD", 2), (*b"HKD", 2), (*b"HNL", 2), (*b"HTG", 2),
    (*b"HUF", 2), (*b"IDR", 2), (*b"ILS", 2), (*b"INR", 2), (*b"IQD", 3), (*b"IRR", 2), (*b"ISK", 0), (*b"JMD", 2),
    (*b"JOD", 3), (*b"JPY", 0), (*b"KES", 2), (*b"KGS", 2), (*b"KHR", 2), (*b"KMF", 0), (*b"KPW", 2), (*b"KRW", 0),
    (*b"KWD", 3), (*b"KYD", 2), (*b"KZT", 2), (*b"LAK", 2), (*b"LBP", 2), (*b"LKR", 2), (*b"LRD", 2), (*b"LSL", 2),
    (*b"LYD", 3), (*b"MAD", 2), (*b"MDL", 2), (*b"MGA", 2), (*b"MKD", 2), (*b"MMK", 2), (*b"MNT", 2), (*b"MOP", 2),
    (*b"MRU", 2), (*b"MUR", 2), (*b"MVR", 2), (*b"MWK", 2), (*b"MXN", 2), (*b"MYR", 2), (*b"MZN", 2), (*b"NAD", 2),
    (*b"NGN", 2), (*b"NIO", 2), (*b"NOK", 2), (*b"NPR", 2), (*b"NZD", 2), (*b"OMR", 3), (*b"PAB", 2), (*b"PEN", 2),
    (*b"PGK", 2), (*b"PHP", 2), (*b"PKR", 2), (*b"PLN", 2), (*b"PYG", 0), (*b"QAR", 2), (*b"RON", 2), (*b"RSD", 2),
    (*b"RUB", 2), (*b"RWF", 0), (*b"SAR", 2), (*b"SBD", 2), (*b"SCR", 2), (*b"SDG", 2), (*b"SEK", 2), (*b"SGD", 2),
    (*b"SHP", 2), (*b"SLE", 2), (*b"SOS", 2), (*b"SRD", 2), (*b"SSP", 2), (*b"STN", 2), (*b"SVC", 2), (*b"SYP", 2),
    (*b"SZL", 2), (*b"THB", 2), (*b"TJS", 2), (*b"TMT", 2), (*b"TND", 3), (*b"TOP", 2), (*b"TRY", 2), (*b"TTD", 2),
    (*b"TWD", 2), (*b"TZS", 2), (*b"UAH", 2), (*b"UGX", 0), (*b"USD", 2), (*b"UYU", 2), (*b"UZS", 2), (*b"VES", 2),
    (*b"VND", 0), (*b"VUV", 0), (*b"WST", 2), (*b"XAF", 0), (*b"XCD", 2), (*b"XCG", 2), (*b"XOF", 0), (*b"XPF", 0),
    (*b"YER", 2), (*b"ZAR", 2), (*b"ZMW", 2), (*b"ZWG", 2),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        text.parse().expect(text)
    }

    #[test]
    fn numbers_are_read_exactly() {
        for (text, units) in [
            ("1234.50", 12_345_000),
            ("-3", -30_000),
            ("+3", 30_000),
            (".5", 5_000),
            ("5.", 50_000),
            ("0.0001", 1),
            ("1.500000", 15_000),
            ("000012", 120_000),
            ("-0", 0),
            ("1e3", 10_000_000),
            ("1.5E-3", 15),
            ("120e-1", 120_000),
            ("0e999999999999999999999", 0),
            ("922337203685477.5807", i64::MAX),
            ("-922337203685477.5808", i64::MIN),
        ] {
            assert_eq!(text.parse(), Ok(Decimal(units)), "{text}");
        }
    }

    #[test]
    fn bad_numbers_say_what_is_wrong() {
        let long = "9".repeat(100_000);
        let precise = format!("0.{}", "1".repeat(100_000));
        for (text, error) in [
            ("", DecimalError::Syntax),
            (".", DecimalError::Syntax),
            ("-", DecimalError::Syntax),
            ("1,234", DecimalError::Syntax),
            ("1 2", DecimalError::Syntax),
            ("1.2.3", DecimalError::Syntax),
            ("NaN", DecimalError::Syntax),
            ("1e", DecimalError::Syntax),
            ("1e+-2", DecimalError::Syntax),
            ("٣", DecimalError::Syntax),
            ("0.00001", DecimalError::TooPrecise),
            ("1e-5", DecimalError::TooPrecise),
            (&precise, DecimalError::TooPrecise),
            ("922337203685477.5808", DecimalError::TooLarge),
            ("1e300", DecimalError::TooLarge),
            (&long, DecimalError::TooLarge),
        ] {
            assert_eq!(text.parse::<Decimal>(), Err(error), "{}", &text[..text.len().min(30)]);
        }
    }

    #[test]
    fn arithmetic_is_checked_and_rounds_halves_away_from_zero() {
        assert_eq!(decimal("0.1").checked_add(decimal("0.2")), Some(decimal("0.3")));
        assert_eq!(decimal("1").checked_sub(decimal("1.0001")), Some(decimal("-0.0001")));
        assert_eq!(decimal("250000").checked_mul(decimal("0.0625")), Some(decimal("15625")));
        assert_eq!(decimal("10").checked_div(decimal("3")), Some(decimal("3.3333")));
        assert_eq!(decimal("-20").checked_div(decimal("3")), Some(decimal("-6.6667")));
        assert_eq!(decimal("20").checked_div(decimal("-3")), Some(decimal("-6.6667")));
        assert_eq!(decimal("1").checked_div(Decimal::ZERO), None);
        assert_eq!(Decimal(i64::MAX).checked_add(Decimal(1)), None);
        assert_eq!(Decimal(i64::MAX).checked_mul(decimal("2")), None);
        assert_eq!(decimal("2.345").round(2), decimal("2.35"));
        assert_eq!(decimal("-2.345").round(2), decimal("-2.35"));
        assert_eq!(decimal("2.5").round(0), decimal("3"));
        assert_eq!(decimal("2.3456").round(4), decimal("2.3456"));
    }

    #[test]
    fn currencies_are_those_of_iso_4217() {
        assert!(CODES.is_sorted());
        assert_eq!("cad".parse(), Ok(Currency(*b"CAD")));
        assert_eq!(Currency(*b"JPY").minor_units(), 0);
        assert_eq!(Currency(*b"KWD").minor_units(), 3);
        for text in ["", "CA", "CADS", "ZZZ", "é1", "dollars"] {
            assert_eq!(text.parse::<Currency>(), Err(UnknownCurrency), "{text}");
        }
        assert_eq!(Currency::all().count(), CODES.len());
    }

    #[test]
    fn money_is_shown_as_people_write_it() {
        let show = |amount: &str, code: &[u8; 3]| {
            Money { amount: decimal(amount), currency: Currency(*code) }.show(Currency(*b"CAD"))
        };
        assert_eq!(show("1234.5", b"CAD"), "$1,234.50");
        assert_eq!(show("1234567", b"USD"), "US$1,234,567.00");
        assert_eq!(show("-999", b"EUR"), "-€999.00");
        assert_eq!(show("1000", b"JPY"), "¥1,000");
        assert_eq!(show("0.1234", b"CAD"), "$0.1234");
        assert_eq!(show("12.5", b"CHF"), "CHF\u{a0}12.50");
    }

    #[test]
    fn whole_amounts_in_short_have_no_cents() {
        let brief = |amount: &str, code: &[u8; 3]| {
            Money { amount: decimal(amount), currency: Currency(*code) }.brief(Currency(*b"USD"))
        };
        assert_eq!(brief("4210.00", b"USD"), "$4,210");
        assert_eq!(brief("1968.5", b"USD"), "$1,968.50");
        assert_eq!(brief("-0.05", b"USD"), "-$0.05");
        assert_eq!(brief("-12000", b"EUR"), "-€12,000");
        assert_eq!(brief("0", b"CHF"), "CHF\u{a0}0");
        assert_eq!(brief("1000", b"JPY"), "¥1,000");
    }

    proptest! {
        #[test]
        fn printing_and_reading_gives_the_same(units in any::<i64>()) {
            prop_assert_eq!(Decimal(units).to_string().parse(), Ok(Decimal(units)));
            prop_assert_eq!(Decimal(units).grouped(2).replace(',', "").parse(), Ok(Decimal(units)));
        }

        #[test]
        fn no_text_breaks_the_reader(text in "[-+0-9.eE]{0,40}") {
            let _ = text.parse::<Decimal>();
        }
    }
}
