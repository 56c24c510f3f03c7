//! The one collation of the program: text is compared, searched and sorted by its folded form, and ties are broken by
//! row. Folding drops case, accents and ligatures, so `Åsa ØSTERGÅRD` and `asa ostergard` are the same. Nothing here knows
//! a language: the same text folds to the same bytes for everybody.

use std::ops::Range;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};

/// Grows whenever [`fold`] gives other bytes for some text; columns and the search index are then built anew.
pub const FOLD_VERSION: u32 = 1;

/// Combining class of the sign that joins consonants of Indic scripts: a letter's part, not an accent.
const JOINER_CLASS: u8 = 9;

/// The folded form of `text`: NFKD, accents dropped (the Russian й keeps its breve), lower case, ligatures and crossed
/// letters as plain ones (æ→ae, ß→ss, ø→o, ł→l, …), typographic quotes and dashes as plain ones, white space as single
/// spaces, none at the ends. Folding twice changes nothing.
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    fold_into(text, &mut folded);
    folded
}

/// Puts the folded form of `text` into `folded`, in place of what was there; allocates only where that is too small.
pub fn fold_into(text: &str, folded: &mut String) {
    folded.clear();
    if text.is_ascii() {
        fold_ascii(text, folded);
        return;
    }
    for c in text.chars() {
        fold_char(c, folded);
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
}

/// The folded form of ASCII text, without a look into Unicode's tables.
fn fold_ascii(text: &str, folded: &mut String) {
    for b in text.bytes() {
        match b {
            b'!'..=b'~' => folded.push(b.to_ascii_lowercase() as char),
            b' ' | b'\t'..=b'\r' => push_space(folded),
            _ => {}
        }
    }
    if folded.ends_with(' ') {
        folded.pop();
    }
}

fn push_space(folded: &mut String) {
    if !folded.is_empty() && !folded.ends_with(' ') {
        folded.push(' ');
    }
}

/// Appends the folded form of one character; may leave one space at the end.
fn fold_char(c: char, folded: &mut String) {
    match c {
        '!'..='~' => folded.push(c.to_ascii_lowercase()),
        _ if c.is_whitespace() => push_space(folded),
        _ if c.is_ascii() => {}
        _ => decompose_compatible(c, |part| fold_part(part, folded)),
    }
}

fn fold_part(part: char, folded: &mut String) {
    if part.is_whitespace() {
        return push_space(folded);
    }
    for c in part.to_lowercase() {
        match c {
            '\u{306}' if folded.ends_with('и') => {
                folded.pop();
                folded.push('й');
            }
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ß' => folded.push_str("ss"),
            'þ' => folded.push_str("th"),
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ı' => folded.push('i'),
            'ħ' => folded.push('h'),
            'ŧ' => folded.push('t'),
            'ς' => folded.push('σ'),
            '‘' | '’' | 'ʼ' | '′' => folded.push('\''),
            '“' | '”' => folded.push('"'),
            '‐' | '‒' | '–' | '—' | '−' => folded.push('-'),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' => {}
            _ if c.is_control() => {}
            _ if matches!(canonical_combining_class(c), 0 | JOINER_CLASS) => folded.push(c),
            _ => {}
        }
    }
}

/// The words of a folded text: what lies between characters that are neither letters nor digits.
pub fn words(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(|c: char| !is_word_char(c)).filter(|w| !w.is_empty())
}

/// Whether `c` is part of a word.
pub fn is_word_char(c: char) -> bool {
    c.is_alphanumeric() || (!c.is_ascii() && canonical_combining_class(c) == JOINER_CLASS)
}

/// A folded text that remembers where each byte came from, to show a match in the text as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    text: String,
    /// For each folded byte the bytes of the original that made it.
    origin: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds `original`, which must be shorter than 4 GiB (longer text is cut there).
    pub fn new(original: &str) -> Self {
        let mut text = String::with_capacity(original.len());
        let mut origin: Vec<(u32, u32)> = Vec::with_capacity(original.len());
        for (start, c) in original.char_indices() {
            let (Ok(from), Ok(to)) = (u32::try_from(start), u32::try_from(start + c.len_utf8())) else { break };
            let before = text.len();
            fold_char(c, &mut text);
            if text.len() == before && !c.is_whitespace() {
                // An accent of its own, or a breve that made й of и: belongs to the letter before it.
                origin.truncate(text.len());
                let last = text.chars().next_back().map_or(0, char::len_utf8);
                for byte in origin.iter_mut().rev().take(last) {
                    byte.1 = to;
                }
            }
            origin.resize(text.len(), (from, to));
        }
        if text.ends_with(' ') {
            text.pop();
            origin.pop();
        }
        Self { text, origin }
    }

    /// The folded text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The bytes of the original that the folded bytes `range` came from; whole characters, also where the range holds
    /// half of a letter that folds to two. Empty ranges and those beyond the end give an empty range.
    pub fn source(&self, range: Range<usize>) -> Range<usize> {
        match self.origin.get(range) {
            Some([]) | None => 0..0,
            Some(bytes) => bytes[0].0 as usize..bytes[bytes.len() - 1].1 as usize,
        }
    }
}

/// Byte ranges of `original` where a word starts with one of `prefixes` (folded), in order, without overlaps: what a
/// search as you type highlights. A prefix may hold several words.
pub fn marks(original: &str, prefixes: &[&str]) -> Vec<(usize, usize)> {
    let folded = Folded::new(original);
    let text = folded.text();
    let mut found: Vec<(usize, usize)> = Vec::new();
    for prefix in prefixes.iter().filter(|p| !p.is_empty()) {
        for (at, _) in text.match_indices(prefix) {
            let starts_word = !text[..at].chars().next_back().is_some_and(is_word_char);
            if starts_word {
                let source = folded.source(at..at + prefix.len());
                found.push((source.start, source.end));
            }
        }
    }
    merge(found)
}

/// Byte ranges of `original` where `needle` (folded) occurs anywhere, in order, without overlaps.
pub fn occurrences(original: &str, needle: &str) -> Vec<(usize, usize)> {
    if needle.is_empty() {
        return Vec::new();
    }
    let folded = Folded::new(original);
    let found = folded.text().match_indices(needle).map(|(at, _)| folded.source(at..at + needle.len()));
    merge(found.map(|r| (r.start, r.end)).collect())
}

/// Sorted, with overlapping and touching ranges made one.
fn merge(mut ranges: Vec<(usize, usize)>) -> Vec<(usize, usize)> {
    ranges.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::with_capacity(ranges.len());
    for (start, end) in ranges {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn case_accents_and_ligatures_do_not_matter() {
        for (text, folded) in [
            ("José", "jose"),
            ("jose\u{301}", "jose"),
            ("Åsa ØSTERGÅRD", "asa ostergard"),
            ("Łukasz Wałęsa", "lukasz walesa"),
            ("Straße", "strasse"),
            ("STRASSE", "strasse"),
            ("ẞ", "ss"),
            ("Æthelred Œuvre", "aethelred oeuvre"),
            ("Đorđević", "dordevic"),
            ("Þórður Guðmundsdóttir", "thordur gudmundsdottir"),
            ("İstanbul ISPARTA ılık", "istanbul isparta ilik"),
            ("Nguyễn Thị Hồng", "nguyen thi hong"),
            ("ﬁnancial", "financial"),
            ("Ｆｕｌｌ", "full"),
            ("ΣΊΣΥΦΟΣ Σίσυφος", "σισυφοσ σισυφοσ"),
            ("O’Brien–Smith", "o'brien-smith"),
            ("  two \t words\u{a0}\n", "two words"),
            ("soft\u{ad}hyphen zero\u{200b}width", "softhyphen zerowidth"),
            ("", ""),
            (" \u{301} ", ""),
        ] {
            assert_eq!(fold(text), folded, "{text}");
        }
    }

    #[test]
    fn the_short_i_is_a_letter_of_its_own_but_yo_is_not() {
        assert_eq!(fold("Сергей"), "сергей");
        assert_eq!(fold("Сергеи\u{306}"), "сергей");
        assert_ne!(fold("Сергей"), fold("Сергеи"));
        assert_eq!(fold("Фёдор"), "федор");
    }

    #[test]
    fn european_names_sort_as_people_expect() {
        let sorted = [
            "Aaberg, Nils",
            "Ábalos, Inés",
            "Åberg, Karin",
            "Abrahamsen, Ole",
            "Ægirsson, Jón",
            "Agnelli, Carla",
            "Álvarez, Sofía",
            "Andersen, Mette",
            "Ångström, Anders",
            "Çelik, Ayşe",
            "Čermák, Petr",
            "Cerny, Jan",
            "Černý, Tomáš",
            "d'Angelo, Marco",
            "de la Cruz, Ana",
            "de Vries, Jan",
            "Dean, Oliver",
            "Đorđević, Mila",
            "Dubois, Chloé",
            "Éluard, Paul",
            "Fischer, Anna",
            "García, Lucía",
            "Gąsior, Piotr",
            "Großmann, Uwe",
            "Grosso, Pia",
            "Håkansson, Elin",
            "Ibáñez, Raúl",
            "İnönü, Deniz",
            "Jørgensen, Lars",
            "Łukasik, Ewa",
            "Luna, Iris",
            "MacDonald, Fiona",
            "Müller, Jürgen",
            "Mullins, Sean",
            "Ní Bhriain, Aoife",
            "Novák, Jiří",
            "O'Brien, Niamh",
            "Öberg, Stina",
            "Obrecht, Kai",
            "Østergård, Signe",
            "Özdemir, Can",
            "Peña, Íñigo",
            "Šimić, Ivan",
            "Smith, John",
            "Strauß, Eva",
            "Þorvaldsdóttir, Björk",
            "Urbánek, Aleš",
            "van Dijk, Sanne",
            "Vãn, Tomé",
            "Zięba, Kasia",
            "Žižek, Maja",
            "Zúñiga, Pilar",
            "Γεωργίου, Ελένη",
            "Иванов, Пётр",
            "Йовков, Йордан",
        ];
        let mut names = sorted.to_vec();
        names.reverse();
        names.sort_by_cached_key(|name| fold(name));
        assert_eq!(names, sorted);
    }

    #[test]
    fn words_are_letters_and_digits() {
        assert_eq!(
            words(&fold("O'Brien-Smith, 555-01 (Ünal)")).collect::<Vec<_>>(),
            ["o", "brien", "smith", "555", "01", "unal"]
        );
    }

    #[test]
    fn a_match_is_shown_in_the_text_as_written() {
        let cut =
            |text: &'static str, marks: Vec<(usize, usize)>| marks.iter().map(|m| &text[m.0..m.1]).collect::<Vec<_>>();
        assert_eq!(
            cut("Zoë Łukasik-Großmann", marks("Zoë Łukasik-Großmann", &["zoe", "luk", "gros"])),
            ["Zoë", "Łuk", "Groß"]
        );
        assert_eq!(cut("Jose\u{301} Josef", marks("Jose\u{301} Josef", &["jose"])), ["Jose\u{301}", "Jose"]);
        assert_eq!(cut("  a   b  ", marks("  a   b  ", &["a b"])), ["a   b"]);
        assert_eq!(cut("Сергеи\u{306}!", marks("Сергеи\u{306}!", &["сергей"])), ["Сергеи\u{306}"]);
        assert_eq!(marks("anna hannah", &["anna"]), [(0, 4)]);
        assert_eq!(occurrences("Anna Hannah", "anna"), [(0, 4), (6, 10)]);
        assert_eq!(occurrences("aaa", ""), []);
    }

    proptest! {
        #[test]
        fn folding_twice_changes_nothing(text in "\\PC*") {
            let once = fold(&text);
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn the_map_folds_alike_and_points_at_whole_characters(text in any::<String>()) {
            let folded = Folded::new(&text);
            prop_assert_eq!(folded.text(), fold(&text));
            prop_assert_eq!(folded.origin.len(), folded.text().len());
            for (at, c) in folded.text().char_indices() {
                let source = folded.source(at..at + c.len_utf8());
                prop_assert!(!text[source].is_empty());
            }
        }
    }
}
