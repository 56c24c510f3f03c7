//! Phone numbers: what was typed, in E.164 where it can be dialled from everywhere, and back as people write it. Numbers
//! that are possible but not in use (the 555 numbers of films and samples) count: whether somebody answers is not our
//! business here.

use rlibphonenumber::{NumberLengthType, PhoneNumberFormat, PhoneNumberUtil, Region};
use std::sync::OnceLock;

/// Characters of a typed number that are looked at, at most.
const TYPED_MAX: usize = 100;
/// Characters that people put between digits and that mean nothing.
const PUNCTUATION: &[u8] = b" ()-./";
/// Digits of a number of the North American plan, without the country's 1.
const NANP_DIGITS: usize = 10;

fn library() -> &'static PhoneNumberUtil {
    static LIBRARY: OnceLock<PhoneNumberUtil> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        PhoneNumberUtil::new().expect("the phone metadata is compiled in and was checked at build time")
    })
}

/// The number in E.164 (`+18435550142`), read as somebody in `region` (`US`) types it; `None` where it can't be dialled
/// from everywhere. Extensions are left out.
pub fn e164(typed: &str, region: &str) -> Option<String> {
    if typed.len() > TYPED_MAX {
        return None;
    }
    if let Some(number) = nanp(typed, region) {
        return Some(number);
    }
    let number = library().parse(typed, region.parse::<Region>().ok()).ok()?;
    let possible = matches!(library().is_possible_number_with_reason(&number), Ok(NumberLengthType::IsPossible));
    if !possible {
        return None;
    }
    let number = library().format(&number, PhoneNumberFormat::E164).into_owned();
    is_dialled(&number).then_some(number)
}

/// A North American number typed with digits and common punctuation: most of them, without asking the library.
fn nanp(typed: &str, region: &str) -> Option<String> {
    let mut digits = [0_u8; NANP_DIGITS + 1];
    let mut n = 0;
    let mut plus = false;
    for b in typed.trim().bytes() {
        match b {
            b'0'..=b'9' if n < digits.len() => {
                digits[n] = b;
                n += 1;
            }
            b'+' if n == 0 && !plus => plus = true,
            _ if PUNCTUATION.contains(&b) => {}
            _ => return None,
        }
    }
    let national = match n {
        _ if !plus && !is_nanp_region(region) => return None,
        NANP_DIGITS if !plus => &digits[..n],
        11 if digits[0] == b'1' => &digits[1..n],
        _ => return None,
    };
    if national[0] < b'2' || national[3] < b'2' {
        return None;
    }
    let mut number = String::with_capacity(12);
    number.push_str("+1");
    number.extend(national.iter().map(|b| *b as char));
    Some(number)
}

/// Whether an E.164 number can be: area codes and exchanges of the North American plan never start with 0 or 1.
fn is_dialled(number: &str) -> bool {
    let Some(national) = number.strip_prefix("+1") else { return true };
    let national = national.as_bytes();
    national.len() == NANP_DIGITS && national[0] >= b'2' && national[3] >= b'2'
}

fn is_nanp_region(region: &str) -> bool {
    matches!(region, "US" | "CA") || country_code(region) == Some(1)
}

fn country_code(region: &str) -> Option<i32> {
    library().get_country_code_for_region(region.parse().ok()?)
}

/// Whether `region` is a region (two letters, such as `CA`) whose numbers are known.
pub fn is_region(region: &str) -> bool {
    country_code(region).is_some()
}

/// The code that numbers of a region have in front abroad: 1 for `CA`.
pub fn calling_code(region: &str) -> Option<i32> {
    country_code(region)
}

/// The region of an E.164 number; regions that share a code give the code's main one (`US` for +1).
pub fn region_of(e164: &str) -> Option<&'static str> {
    let number = library().parse(e164, None).ok()?;
    let code = number.country_code;
    REGIONS.iter().copied().find(|region| country_code(region) == Some(code))
}

/// Regions whose codes are offered, the main one of a shared code first.
#[rustfmt::skip]
pub const REGIONS: &[&str] = &[
    "US", "CA", "GB", "AU", "AE", "AF", "AG", "AI", "AL", "AM", "AO", "AR", "AT", "AW", "AZ", "BA", "BB", "BD", "BE", "BF",
    "BG", "BH", "BI", "BJ", "BM", "BN", "BO", "BR", "BS", "BT", "BW", "BY", "BZ", "CD", "CF", "CG", "CH", "CI", "CK", "CL",
    "CM", "CN", "CO", "CR", "CU", "CV", "CW", "CY", "CZ", "DE", "DJ", "DK", "DM", "DO", "DZ", "EC", "EE", "EG", "ER", "ES",
    "ET", "FI", "FJ", "FK", "FM", "FO", "FR", "GA", "GD", "GE", "GF", "GH", "GI", "GL", "GM", "GN", "GP", "GQ", "GR", "GT",
    "GW", "GY", "HK", "HN", "HR", "HT", "HU", "ID", "IE", "IL", "IN", "IQ", "IR", "IS", "IT", "JM", "JO", "JP", "KE", "KG",
    "KH", "KI", "KM", "KN", "KP", "KR", "KW", "KY", "KZ", "LA", "LB", "LC", "LI", "LK", "LR", "LS", "LT", "LU", "LV", "LY",
    "MA", "MC", "MD", "ME", "MG", "MH", "MK", "ML", "MM", "MN", "MO", "MQ", "MR", "MS", "MT", "MU", "MV", "MW", "MX", "MY",
    "MZ", "NA", "NC", "NE", "NG", "NI", "NL", "NO", "NP", "NR", "NU", "NZ", "OM", "PA", "PE", "PF", "PG", "PH", "PK", "PL",
    "PR", "PS", "PT", "PW", "PY", "QA", "RE", "RO", "RS", "RU", "RW", "SA", "SB", "SC", "SD", "SE", "SG", "SI", "SK", "SL",
    "SM", "SN", "SO", "SR", "SS", "ST", "SV", "SY", "SZ", "TC", "TD", "TG", "TH", "TJ", "TL", "TM", "TN", "TO", "TR", "TT",
    "TW", "TZ", "UA", "UG", "UY", "UZ", "VC", "VE", "VG", "VI", "VN", "VU", "WS", "YE", "ZA", "ZM", "ZW",
];

/// The digits of what was typed, for finding a number by a part of it.
pub fn digits(typed: &str) -> String {
    typed.chars().filter(char::is_ascii_digit).collect()
}

/// An E.164 number as somebody in `region` reads it: `(843) 555-0142` at home, `+44 20 7946 0018` from abroad. What is no
/// number comes back as it is.
pub fn show(e164: &str, region: &str) -> String {
    if let Some(national) = e164.strip_prefix("+1").filter(|n| n.len() == NANP_DIGITS && n.is_ascii()) {
        let (area, exchange, line) = (&national[..3], &national[3..6], &national[6..]);
        return if is_nanp_region(region) {
            format!("({area}) {exchange}-{line}")
        } else {
            format!("+1 {area}-{exchange}-{line}")
        };
    }
    let Ok(number) = library().parse(e164, None) else { return e164.to_owned() };
    let home = country_code(region) == Some(number.country_code);
    let format = if home { PhoneNumberFormat::National } else { PhoneNumberFormat::International };
    library().format(&number, format).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_of_the_region_type_them() {
        for (typed, region, number) in [
            ("(843) 555-0142", "US", "+18435550142"),
            ("843.555.0142", "CA", "+18435550142"),
            ("1-843-555-0142", "US", "+18435550142"),
            ("+1 843 555 0142", "GB", "+18435550142"),
            ("8435550142", "US", "+18435550142"),
            ("(843) 555-0142 ext. 12", "US", "+18435550142"),
            ("001 843 555 0142", "GB", "+18435550142"),
            ("020 7946 0018", "GB", "+442079460018"),
            ("+44 (0)20 7946 0018", "US", "+442079460018"),
            ("tel:+44-20-7946-0018", "US", "+442079460018"),
            ("06 12 34 56 78", "FR", "+33612345678"),
            ("030 123456", "DE", "+4930123456"),
            ("+39 06 698 12345", "US", "+390669812345"),
            ("+91 98765 43210", "US", "+919876543210"),
            ("+1 876 555 0123", "US", "+18765550123"),
        ] {
            assert_eq!(e164(typed, region).as_deref(), Some(number), "{typed} in {region}");
        }
    }

    #[test]
    fn what_cannot_be_dialled_has_no_e164() {
        let long = "5".repeat(1_000);
        for typed in [
            "",
            "555-0142",
            "call me",
            "12",
            "043 555 0142",
            "(843) 055-0142",
            "+999 12345678",
            "911",
            long.as_str(),
            "++1",
            "+",
        ] {
            assert_eq!(e164(typed, "US"), None, "{typed}");
        }
        assert_eq!(e164("020 7946 0018", "nowhere"), None);
    }

    #[test]
    fn numbers_are_shown_national_at_home_and_international_abroad() {
        assert_eq!(show("+18435550142", "US"), "(843) 555-0142");
        assert_eq!(show("+18435550142", "GB"), "+1 843-555-0142");
        assert_eq!(show("+442079460018", "GB"), "020 7946 0018");
        assert_eq!(show("+442079460018", "CA"), "+44 20 7946 0018");
        assert_eq!(show("no number", "US"), "no number");
        assert_eq!(show("+1é34567890", "US"), "+1é34567890");
    }

    #[test]
    fn digits_find_a_number_by_a_part() {
        assert_eq!(digits("+1 (843) 555-01"), "184355501");
    }

    #[test]
    fn offered_regions_have_codes_and_numbers_find_theirs() {
        for region in REGIONS {
            assert!(calling_code(region).is_some(), "{region}");
        }
        assert_eq!(region_of("+442079460018"), Some("GB"));
        assert_eq!(region_of("+18435550142"), Some("US"));
        assert_eq!(region_of("no number"), None);
    }

    #[test]
    fn regions_are_known() {
        assert!(is_region("CA") && is_region("DE"));
        assert!(!is_region("XX") && !is_region("Canada") && !is_region(""));
    }
}
