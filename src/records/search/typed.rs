//! What was typed, taken apart: words in any order, the last of which is still being typed, and numbers that may be a
//! phone's. Nothing here looks anything up.

use crate::base::text::fold;
use crate::records::search::key::{EDGE_MAX, GRAM};
use crate::records::search::words::{self, Stretch, cut, is_code, looks_like_phone};

/// Bytes of a search text that are read; the rest is ignored.
pub const TEXT_MAX: usize = 300;
/// Words of a search text that are read; the rest is ignored.
pub const UNITS_MAX: usize = 12;

/// A search text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// All of it, folded.
    pub whole: String,
    /// What must match, all of them.
    pub units: Vec<Unit>,
    /// The digits of all of it where it could be a phone number, one spelling after the other.
    pub phone: Vec<String>,
}

/// What must match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unit {
    /// A word.
    Word(Word),
    /// Several stretches of digits: one phone number, or so many words.
    Number(Vec<Word>, Vec<String>),
}

/// A word that was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// With its punctuation.
    pub raw: String,
    /// Its runs of letters and digits, at least one.
    pub runs: Vec<String>,
    /// The runs as one.
    pub joined: String,
    /// It is the last one, of which perhaps only the beginning is there.
    pub last: bool,
    /// Its digits where it could be part of a phone number, one spelling after the other.
    pub phone: Vec<String>,
}

impl Word {
    fn new(stretch: Stretch, last: bool) -> Self {
        let phone = if looks_like_phone(&stretch.raw) { spellings(&stretch.raw) } else { Vec::new() };
        Self { joined: stretch.joined(), raw: stretch.raw, runs: stretch.runs, last, phone }
    }

    /// Whether a typo in it is forgiven: a word of letters, four at least.
    pub fn forgives(&self) -> usize {
        if is_code(&self.joined) { 0 } else { words::edits_allowed(self.joined.chars().count()) }
    }

    /// Whether it could be (part of) an e-mail or web address.
    pub fn is_address(&self) -> bool {
        self.raw.len() > EDGE_MAX && (self.raw.contains('@') || self.raw.contains('.')) && self.phone.is_empty()
    }
}

impl Unit {
    /// The words of it.
    pub fn words(&self) -> &[Word] {
        match self {
            Self::Word(word) => std::slice::from_ref(word),
            Self::Number(words, _) => words,
        }
    }
}

impl Typed {
    /// Takes a search text apart.
    pub fn new(text: &str) -> Self {
        let mut end = text.len().min(TEXT_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let text = &text[..end];
        let mut stretches = words::stretches(text);
        stretches.truncate(UNITS_MAX);
        let count = stretches.len();
        let words = stretches.into_iter().enumerate().map(|(i, s)| Word::new(s, i + 1 == count));
        let mut units: Vec<Unit> = Vec::new();
        let mut run: Vec<Word> = Vec::new();
        for word in words {
            if word.phone.is_empty() {
                close(&mut run, &mut units);
                units.push(Unit::Word(word));
            } else {
                run.push(word);
            }
        }
        close(&mut run, &mut units);
        let phone = if looks_like_phone(text.trim()) { spellings(text) } else { Vec::new() };
        Self { whole: cut(&fold(text)).to_owned(), units, phone }
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// All words.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.units.iter().flat_map(Unit::words)
    }
}

fn close(run: &mut Vec<Word>, units: &mut Vec<Unit>) {
    let all: Vec<&str> = run.iter().map(|w| w.raw.as_str()).collect();
    let phone = spellings(&all.concat());
    if run.len() > 1 && phone.iter().any(|p| p.len() >= GRAM) {
        units.push(Unit::Number(std::mem::take(run), phone));
    } else {
        units.extend(run.drain(..).map(Unit::Word));
    }
}

/// The ways a phone number's digits may be kept: as typed, and without what is dialled in front from elsewhere or at home.
fn spellings(text: &str) -> Vec<String> {
    let typed = words::digits(&text.replace("(0)", ""));
    let mut all = vec![typed.clone()];
    for front in ["00", "0", "1"] {
        let rest = typed.strip_prefix(front).filter(|rest| rest.len() >= 6);
        all.extend(rest.map(str::to_owned));
    }
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_side_by_side_are_one_number_or_so_many_words() {
        let typed = Typed::new("+1 (843) 555");
        assert_eq!(typed.phone, ["1843555", "843555"]);
        assert!(matches!(&typed.units[..], [Unit::Number(words, _)] if words.len() == 3));
        let typed = Typed::new("Evelyn 0142");
        assert_eq!(typed.units.len(), 2);
        assert!(typed.phone.is_empty());
        assert_eq!(typed.units[1].words()[0].phone, ["0142"]);
        assert!(typed.units[1].words()[0].last && !typed.units[0].words()[0].last);
    }

    #[test]
    fn a_search_of_signs_alone_is_empty() {
        assert!(Typed::new(" -- ' \u{301}").is_empty());
        assert!(Typed::new("").is_empty());
        assert_eq!(Typed::new(&"é ".repeat(4000)).units.len(), UNITS_MAX);
    }
}
