//! The sort language: `close_date,-amount,company.name`. What a name means is decided in [`super::compile`].

use super::filter::{At, FieldPath, in_word};
use crate::base::{Error, Problem};

/// Levels of a sort at most.
pub const SORT_LEVELS_MAX: usize = 5;

/// One level of a sort.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SortKey {
    /// What is compared.
    pub path: FieldPath,
    /// Largest first. Empty values come last either way.
    pub descending: bool,
}

/// Reads a sort; blank text is no order but the rows' own.
///
/// # Errors
/// [`Error::Invalid`] with one problem of `sort` that points at the place.
pub fn parse_sort(text: &str) -> Result<Vec<SortKey>, Error> {
    let wrong = |at: usize, message: String| Error::Invalid(vec![Problem::new("sort", "syntax", message).at(at)]);
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut keys = Vec::new();
    let mut at = 0;
    for part in text.split(',') {
        let word = part.trim();
        let start = at + part.len() - part.trim_start().len();
        at += part.len() + 1;
        let (descending, name) = match word.strip_prefix('-') {
            Some(name) => (true, name.trim_start()),
            None => (false, word),
        };
        if name.split('.').any(|n| n.is_empty() || !n.chars().all(in_word)) {
            return Err(wrong(start, "Expected a field, such as close_date or -amount, between commas.".into()));
        }
        if keys.len() == SORT_LEVELS_MAX {
            return Err(wrong(start, format!("A sort may have {SORT_LEVELS_MAX} levels at most.")));
        }
        let path = FieldPath { names: name.split('.').map(str::to_owned).collect(), at: At(start) };
        keys.push(SortKey { path, descending });
    }
    Ok(keys)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn levels_are_read_in_order() {
        let keys = parse_sort("close_date, -amount,company.name").expect("it parses");
        let shown: Vec<_> = keys.iter().map(|k| (k.path.to_string(), k.descending, k.path.at.0)).collect();
        let wanted = [("close_date", false, 0), ("amount", true, 12), ("company.name", false, 20)];
        assert_eq!(shown, wanted.map(|(n, d, a)| (n.to_owned(), d, a)));
        assert_eq!(parse_sort(" ").expect("blank"), []);
    }

    #[test]
    fn a_mistake_points_at_its_place() {
        for (text, at) in [("a,,b", 2), ("a,-", 2), ("a b", 0), ("a,b,c,d,e,f", 10)] {
            match parse_sort(text) {
                Err(Error::Invalid(problems)) => assert_eq!(problems[0].at, Some(at), "{text}"),
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = parse_sort(&text);
        }
    }
}
