//! How text becomes words, the same way for records and for what is typed: folded, split where letters and digits end,
//! and, where a stretch without spaces has several such parts, also as one (`o'brien` → `o`, `brien`, `obrien`).

use crate::base::text::{fold, is_word_char};

/// Bytes of a word at most; longer ones are cut, on both sides alike.
pub const WORD_BYTES_MAX: usize = 60;

/// A stretch between spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Folded, with its punctuation: `evelyn.marlowe@example.com`.
    pub raw: String,
    /// Its runs of letters and digits: `evelyn`, `marlowe`, `example`, `com`.
    pub runs: Vec<String>,
}

impl Stretch {
    /// The runs written as one.
    pub fn joined(&self) -> String {
        cut(&self.runs.concat()).to_owned()
    }

    /// The digits of all runs where the stretch has no letters; empty otherwise.
    pub fn digits(&self) -> String {
        match self.runs.iter().all(|r| r.bytes().all(|b| b.is_ascii_digit())) {
            true => self.runs.concat(),
            false => String::new(),
        }
    }
}

/// The stretches of a text; those without any letter or digit are left out.
pub fn stretches(text: &str) -> Vec<Stretch> {
    fold(text)
        .split(' ')
        .filter_map(|raw| {
            let runs = runs(raw);
            (!runs.is_empty()).then(|| Stretch { raw: cut(raw).to_owned(), runs })
        })
        .collect()
}

/// The runs of letters and digits of a folded text. An ideograph or kana is a run of its own, since no space divides them.
pub fn runs(folded: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut run = String::new();
    for c in folded.chars() {
        if is_word_char(c) && !stands_alone(c) {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            out.push(cut(&std::mem::take(&mut run)).to_owned());
        }
        if stands_alone(c) {
            out.push(c.to_string());
        }
    }
    if !run.is_empty() {
        out.push(cut(&run).to_owned());
    }
    out
}

/// Scripts that are written without spaces: kana and Han.
pub fn stands_alone(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3134f}')
}

/// The first [`WORD_BYTES_MAX`] bytes, at a character's end.
pub fn cut(word: &str) -> &str {
    if word.len() <= WORD_BYTES_MAX {
        return word;
    }
    let mut end = WORD_BYTES_MAX;
    while !word.is_char_boundary(end) {
        end -= 1;
    }
    &word[..end]
}

/// The first `n` characters, or `None` where there are fewer.
pub fn first_chars(word: &str, n: usize) -> Option<&str> {
    let mut ends = word.char_indices().map(|(i, c)| i + c.len_utf8());
    ends.nth(n.checked_sub(1)?).map(|end| &word[..end])
}

/// Whether a word holds a digit: a code rather than a word of a language.
pub fn is_code(word: &str) -> bool {
    word.bytes().any(|b| b.is_ascii_digit())
}

/// The digits of a text, others left out.
pub fn digits(text: &str) -> String {
    text.chars().filter_map(|c| c.to_digit(10)).filter_map(|d| char::from_digit(d, 10)).collect()
}

/// Whether a text is one that a phone number could be typed as: digits and the marks between them.
pub fn looks_like_phone(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || " +-().\u{a0}/".contains(c)) && text.chars().any(|c| c.is_ascii_digit())
}

/// Edits between two words, a transposition counting as one; stops counting above `most` and gives `None`.
pub fn edits(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let width = b.len() + 1;
    let mut rows = vec![vec![0usize; width]; 3];
    for (j, cell) in rows[1].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        rows[2][0] = i;
        let mut best = i;
        for j in 1..width {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut n = (rows[1][j] + 1).min(rows[2][j - 1] + 1).min(rows[1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                n = n.min(rows[0][j - 2] + 1);
            }
            rows[2][j] = n;
            best = best.min(n);
        }
        if best > most {
            return None;
        }
        rows.rotate_left(1);
    }
    Some(rows[1][b.len()]).filter(|n| *n <= most)
}

/// Edits one may make in a word of this many letters and still mean it.
pub fn edits_allowed(letters: usize) -> usize {
    match letters {
        0..=3 => 0,
        4..=7 => 1,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chars(s: &str) -> Vec<char> {
        s.chars().collect()
    }

    #[test]
    fn punctuation_parts_a_stretch_and_accents_fall() {
        let all = stretches("  Zoë O'Brien-Šmíd a.b@x.com -- ");
        let raws: Vec<_> = all.iter().map(|s| s.raw.as_str()).collect();
        assert_eq!(raws, ["zoe", "o'brien-smid", "a.b@x.com"]);
        assert_eq!(all[1].runs, ["o", "brien", "smid"]);
        assert_eq!(all[1].joined(), "obriensmid");
        assert_eq!(runs("田中さん abc"), ["田", "中", "さ", "ん", "abc"]);
    }

    #[test]
    fn a_transposition_is_one_edit() {
        assert_eq!(edits(&chars("marlowe"), &chars("malrowe"), 2), Some(1));
        assert_eq!(edits(&chars("marlowe"), &chars("arlowe"), 2), Some(1));
        assert_eq!(edits(&chars("marlowe"), &chars("marlowes"), 0), None);
        assert_eq!(edits(&chars("same"), &chars("same"), 0), Some(0));
        assert_eq!(edits(&chars("abcd"), &chars("wxyz"), 2), None);
    }

    #[test]
    fn prefixes_count_characters() {
        assert_eq!(first_chars("éab", 2), Some("éa"));
        assert_eq!(first_chars("ab", 3), None);
        assert!(looks_like_phone("+1 (843) 555-01"));
        assert!(!looks_like_phone("pol-1"));
    }
}
