//! How long ago something was, in a few letters: `10 s ago`, `5 min ago`, `3 days ago`.

use crate::base::clock::Millis;
use crate::web::messages::Lang;

const SECOND_MS: i64 = 1_000;
const MINUTE_S: i64 = 60;
const HOUR_S: i64 = 3_600;
const DAY_S: i64 = 86_400;
/// Seconds in which something is still happening.
const NOW_S: i64 = 5;

/// The time between `then` and `now`; what lies ahead is just now.
pub fn ago(lang: Lang, now: Millis, then: Millis) -> String {
    let seconds = (now - then).max(0) / SECOND_MS;
    match seconds {
        ..NOW_S => lang.t("ago.now").into_owned(),
        NOW_S..MINUTE_S => lang.with("ago.seconds", &[("n", &seconds)]),
        MINUTE_S..HOUR_S => lang.with("ago.minutes", &[("n", &(seconds / MINUTE_S))]),
        HOUR_S..DAY_S => lang.with("ago.hours", &[("n", &(seconds / HOUR_S))]),
        _ => lang.count("ago.day", "ago.days", u64::try_from(seconds / DAY_S).unwrap_or_default()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_unit_is_said() {
        let at = |seconds: i64| ago(Lang::default(), 1_000_000_000, 1_000_000_000 - seconds * 1_000);
        assert_eq!(at(-3), "just now");
        assert_eq!(at(10), "10 s ago");
        assert_eq!(at(61), "1 min ago");
        assert_eq!(at(7_300), "2 h ago");
        assert_eq!(at(90_000), "1 day ago");
        assert_eq!(at(200_000), "2 days ago");
    }
}
