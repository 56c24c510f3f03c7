//! What a document is found under: one kind byte, the object, the word. One dictionary holds all of them; since the
//! object is part of the key, a list of one object's newest hits is read from its beginning and no further.

use crate::base::id::{ObjectId, RecordRef};
use crate::records::search::doc::SearchDoc;
use crate::records::search::words::{self, Stretch, cut, first_chars, is_code};

/// Grows with every change of what is indexed; another number means a rebuild.
pub const KEYS_VERSION: u32 = 2;

/// The whole folded title, or a whole e-mail address.
pub const WHOLE: u8 = 1;
/// A word of the title.
pub const NAME_WORD: u8 = 2;
/// A word with digits of the title.
pub const NAME_CODE: u8 = 3;
/// The first characters of words of the title.
pub const NAME_EDGE: u8 = 4;
/// A word of another short field.
pub const OTHER_WORD: u8 = 5;
/// A word with digits of another short field.
pub const OTHER_CODE: u8 = 6;
/// The first characters of words of other short fields.
pub const OTHER_EDGE: u8 = 7;
/// An e-mail address or its domain, with punctuation.
pub const EMAIL: u8 = 8;
/// Four digits in a row of a phone number.
pub const PHONE_GRAM: u8 = 9;
/// The last four digits of a phone number.
pub const PHONE_LAST: u8 = 10;
/// A word of a long text.
pub const BODY_WORD: u8 = 11;
/// A word with digits of a long text.
pub const BODY_CODE: u8 = 12;
/// The first characters of words with digits of long texts.
pub const BODY_EDGE: u8 = 13;
/// The last kind that names an object.
pub const KIND_MAX: u8 = BODY_EDGE;
/// A company it belongs to; the word is the company's row.
pub const RELATED: u8 = 0;

/// Characters of an edge of a word. Longer beginnings are looked up as a range of the words themselves.
pub const EDGE_MAX: usize = 3;
/// Characters of an edge of a word with digits: policy numbers share long beginnings, and a range of them is long too.
pub const CODE_EDGE_MAX: usize = 10;
/// Digits of a phone gram.
pub const GRAM: usize = 4;
/// Different keys of a document at most; words of long texts beyond are not found.
const KEYS_MAX: usize = 20_000;

/// The three kinds of keys of one class of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Words.
    pub word: u8,
    /// Words with digits.
    pub code: u8,
    /// Beginnings.
    pub edge: u8,
    /// Whether words without digits have edges; without them a beginning of fewer than three letters finds nothing.
    pub edges: bool,
}

/// Titles.
pub const NAME: Class = Class { word: NAME_WORD, code: NAME_CODE, edge: NAME_EDGE, edges: true };
/// Other short fields.
pub const OTHER: Class = Class { word: OTHER_WORD, code: OTHER_CODE, edge: OTHER_EDGE, edges: true };
/// Long texts.
pub const BODY: Class = Class { word: BODY_WORD, code: BODY_CODE, edge: BODY_EDGE, edges: false };

/// A key.
pub fn key(kind: u8, object: ObjectId, word: &str) -> Vec<u8> {
    let mut key = Vec::with_capacity(3 + word.len());
    key.push(kind);
    key.extend_from_slice(&object.0.to_be_bytes());
    key.extend_from_slice(word.as_bytes());
    key
}

/// The key under which the records that name a company are found, whatever their object.
pub fn related_key(id: RecordRef) -> Vec<u8> {
    let mut key = vec![RELATED];
    key.extend_from_slice(&crate::store::key::record(id));
    key
}

/// All keys of a document, sorted, each once. Where there are too many, an empty word of long texts says so.
pub fn keys_of(doc: &SearchDoc) -> Vec<Vec<u8>> {
    let mut keys = Keys { object: doc.id.object, keys: Vec::new() };
    keys.whole(&doc.title);
    keys.text(NAME, &doc.title);
    for email in &doc.emails {
        keys.whole(email);
        keys.text(OTHER, email);
        keys.email(email);
    }
    for phone in &doc.phones {
        keys.phone(phone);
    }
    for text in doc.companies.iter().chain(&doc.other) {
        keys.text(OTHER, text);
    }
    for text in &doc.body {
        keys.text(BODY, text);
    }
    keys.keys.extend(doc.related.iter().map(|id| related_key(*id)));
    keys.keys.sort_unstable();
    keys.keys.dedup();
    if keys.keys.len() > KEYS_MAX {
        keys.keys.truncate(KEYS_MAX);
        keys.push(BODY_WORD, "");
        keys.keys.sort_unstable();
    }
    keys.keys
}

struct Keys {
    object: ObjectId,
    keys: Vec<Vec<u8>>,
}

impl Keys {
    fn push(&mut self, kind: u8, word: &str) {
        self.keys.push(key(kind, self.object, word));
    }

    fn whole(&mut self, text: &str) {
        let folded = crate::base::text::fold(text);
        if !folded.is_empty() {
            self.push(WHOLE, cut(&folded));
        }
    }

    fn text(&mut self, class: Class, text: &str) {
        for stretch in words::stretches(text) {
            for run in &stretch.runs {
                self.word(class, run);
            }
            if joins(&stretch) {
                self.word(class, &stretch.joined());
            }
        }
    }

    fn word(&mut self, class: Class, word: &str) {
        let code = is_code(word);
        self.push(if code { class.code } else { class.word }, word);
        let edges = match (code, class.edges) {
            (true, _) => 1..=CODE_EDGE_MAX,
            (false, true) => 1..=EDGE_MAX,
            (false, false) => return,
        };
        for n in edges {
            let Some(edge) = first_chars(word, n) else { break };
            self.push(class.edge, edge);
        }
    }

    fn email(&mut self, email: &str) {
        let folded = crate::base::text::fold(email);
        self.push(EMAIL, cut(&folded));
        if let Some((_, domain)) = folded.split_once('@') {
            self.push(EMAIL, cut(domain));
        }
    }

    fn phone(&mut self, digits: &str) {
        for gram in grams(digits) {
            self.push(PHONE_GRAM, gram);
        }
        if let Some(last) = last_four(digits) {
            self.push(PHONE_LAST, last);
        }
        let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10);
        for number in [Some(digits), national].into_iter().flatten() {
            for n in 1..=EDGE_MAX {
                let Some(edge) = first_chars(number, n) else { break };
                self.push(OTHER_EDGE, edge);
            }
        }
    }
}

/// Whether the runs of a stretch are also kept as one word; addresses of mail and the web are not, they have [`EMAIL`].
pub fn joins(stretch: &Stretch) -> bool {
    stretch.runs.len() > 1
        && !stretch.raw.contains('@')
        && !stretch.runs.iter().any(|r| r.chars().any(words::stands_alone))
}

/// Every four digits in a row.
pub fn grams(digits: &str) -> impl Iterator<Item = &str> {
    (0..(digits.len() + 1).saturating_sub(GRAM)).map(move |i| &digits[i..i + GRAM])
}

/// The last four digits.
pub fn last_four(digits: &str) -> Option<&str> {
    digits.len().checked_sub(GRAM).map(|at| &digits[at..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::id::Row;

    #[test]
    fn a_phone_is_found_by_any_four_digits() {
        let all: Vec<_> = grams("843555").collect();
        assert_eq!(all, ["8435", "4355", "3555"]);
        assert_eq!(grams("843").count(), 0);
        assert_eq!(last_four("8435550142"), Some("0142"));
        assert_eq!(last_four("843"), None);
    }

    #[test]
    fn keys_are_sorted_and_each_once() {
        let id = RecordRef::new(ObjectId(2), Row(7));
        let doc = SearchDoc {
            id,
            title: "Mary-Ann Lee Lee".into(),
            emails: vec!["ann@lee.com".into()],
            phones: vec!["18435550142".into(), "8435550142".into()],
            companies: vec![],
            related: vec![],
            other: vec!["POL-2024-1".into()],
            body: vec![],
            contact_rows: vec![],
            updated_at: 0,
        };
        let keys = keys_of(&doc);
        assert!(keys.windows(2).all(|w| w[0] < w[1]));
        for wanted in [
            key(WHOLE, id.object, "mary-ann lee lee"),
            key(NAME_WORD, id.object, "maryann"),
            key(NAME_EDGE, id.object, "mar"),
            key(OTHER_CODE, id.object, "pol20241"),
            key(OTHER_EDGE, id.object, "pol2024"),
            key(EMAIL, id.object, "lee.com"),
            key(PHONE_LAST, id.object, "0142"),
            key(OTHER_EDGE, id.object, "843"),
        ] {
            assert!(keys.contains(&wanted), "{wanted:?}");
        }
    }
}
