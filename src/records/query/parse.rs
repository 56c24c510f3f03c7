//! Reads filter text into a tree, by hand, with the byte position of every mistake. It never panics and never goes deeper
//! than [`FILTER_DEPTH_MAX`], whatever it is given.

use super::filter::{At, Expr, FieldPath, Op, Operand, Term, in_word, joins_word};
use crate::base::limits::{FILTER_BYTES_MAX, FILTER_DEPTH_MAX, FILTER_IN_MAX};
use crate::base::{Error, Problem};

/// Terms of one value at most: `today() + days(1) - months(2)` has three.
const TERMS_MAX: usize = 8;

/// Reads a filter. Blank text is the filter that everything matches.
///
/// # Errors
/// [`Error::Invalid`] with one problem of `filter` that points at the place.
pub fn parse(text: &str) -> Result<Expr, Error> {
    read(text).map_err(|problem| Error::Invalid(vec![problem]))
}

fn read(text: &str) -> Result<Expr, Problem> {
    if text.len() > FILTER_BYTES_MAX {
        let message = format!("A filter may have {FILTER_BYTES_MAX} bytes at most; this one has {}.", text.len());
        return Err(Problem::new("filter", "too_long", message).at(FILTER_BYTES_MAX));
    }
    let mut parser = Parser { text, pos: 0, depth: 0 };
    if parser.peek() == Token::End {
        return Ok(Expr::And(Vec::new()));
    }
    let expr = parser.any_of()?;
    match parser.peek() {
        Token::End => Ok(expr),
        Token::Close => Err(parser.wrong("There is a closing parenthesis too many.")),
        token => Err(parser.wrong(&format!("Expected AND, OR or the end here, not {}.", token.shown()))),
    }
}

/// What comes next. Words and strings are read where the grammar wants them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    Quote,
    Open,
    Close,
    Comma,
    Plus,
    Minus,
    Op(Op),
    Other(char),
    End,
}

impl Token<'_> {
    fn shown(self) -> String {
        match self {
            Self::Word(word) => format!("“{}”", word.chars().take(40).collect::<String>()),
            Self::Quote => "a quoted text".into(),
            Self::Open => "“(”".into(),
            Self::Close => "“)”".into(),
            Self::Comma => "“,”".into(),
            Self::Plus => "“+”".into(),
            Self::Minus => "“-”".into(),
            Self::Op(op) => format!("“{op}”"),
            Self::Other(c) => format!("“{c}”"),
            Self::End => "the end".into(),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    pos: usize,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn wrong(&self, message: &str) -> Problem {
        Problem::new("filter", "syntax", message).at(self.pos)
    }

    fn rest(&self) -> &'a str {
        &self.text[self.pos..]
    }

    /// The next token and its length; blanks before it are skipped for good.
    fn look(&mut self) -> (Token<'a>, usize) {
        self.pos += self.rest().len() - self.rest().trim_start().len();
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return (Token::End, 0) };
        let second = rest[c.len_utf8()..].chars().next();
        let token = match (c, second) {
            ('!', Some('=')) => return (Token::Op(Op::Ne), 2),
            ('<', Some('=')) => return (Token::Op(Op::Le), 2),
            ('<', Some('>')) => return (Token::Op(Op::Ne), 2),
            ('>', Some('=')) => return (Token::Op(Op::Ge), 2),
            ('=', Some('=')) => return (Token::Op(Op::Eq), 2),
            ('=', _) => Token::Op(Op::Eq),
            ('<', _) => Token::Op(Op::Lt),
            ('>', _) => Token::Op(Op::Gt),
            (':', _) => Token::Op(Op::Has),
            ('(', _) => Token::Open,
            (')', _) => Token::Close,
            (',', _) => Token::Comma,
            ('+', _) => Token::Plus,
            ('-', _) => Token::Minus,
            ('"' | '\'', _) => Token::Quote,
            (c, _) if in_word(c) => {
                let length = word_length(rest);
                return (Token::Word(&rest[..length]), length);
            }
            (c, _) => Token::Other(c),
        };
        (token, c.len_utf8())
    }

    fn peek(&mut self) -> Token<'a> {
        self.look().0
    }

    /// Goes past the next token if it is `wanted`.
    fn take(&mut self, wanted: Token<'_>) -> bool {
        let (token, length) = self.look();
        if token == wanted {
            self.pos += length;
        }
        token == wanted
    }

    /// Goes past the next token if it is this keyword, in any case.
    fn take_keyword(&mut self, keyword: &str) -> bool {
        let (token, length) = self.look();
        let found = matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(keyword));
        if found {
            self.pos += length;
        }
        found
    }

    fn want(&mut self, wanted: Token<'_>, whence: &str) -> Result<(), Problem> {
        if self.take(wanted) {
            return Ok(());
        }
        let found = self.peek().shown();
        Err(self.wrong(&format!("Expected {} {whence}, not {found}.", wanted.shown())))
    }

    fn deeper<T>(&mut self, inner: impl FnOnce(&mut Self) -> Result<T, Problem>) -> Result<T, Problem> {
        if self.depth == FILTER_DEPTH_MAX {
            let message = format!("A filter may be nested {FILTER_DEPTH_MAX} deep at most.");
            return Err(Problem::new("filter", "too_deep", message).at(self.pos));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    fn any_of(&mut self) -> Result<Expr, Problem> {
        let mut parts = vec![self.all_of()?];
        while self.take_keyword("OR") {
            parts.push(self.all_of()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expr::Or(parts) })
    }

    fn all_of(&mut self) -> Result<Expr, Problem> {
        let mut parts = vec![self.factor()?];
        while self.take_keyword("AND") {
            parts.push(self.factor()?);
        }
        Ok(if parts.len() == 1 { parts.swap_remove(0) } else { Expr::And(parts) })
    }

    fn factor(&mut self) -> Result<Expr, Problem> {
        if self.take(Token::Open) {
            let inner = self.deeper(Self::any_of)?;
            self.want(Token::Close, "to end the parenthesis")?;
            return Ok(inner);
        }
        let (Token::Word(word), length) = self.look() else {
            let found = self.peek().shown();
            return Err(self.wrong(&format!("Expected a field here, not {found}.")));
        };
        let at = At(self.pos);
        self.pos += length;
        let next = self.peek();
        if word.eq_ignore_ascii_case("NOT") && !matches!(next, Token::Op(_)) {
            return self.deeper(|p| Ok(Expr::Not(Box::new(p.factor()?))));
        }
        if next == Token::Open {
            return self.function(word, at);
        }
        let path = self.path(word, at)?;
        if let (Token::Op(op), length) = self.look() {
            self.pos += length;
            return Ok(Expr::Compare(path, op, self.operand()?));
        }
        if self.take_keyword("IN") {
            self.want(Token::Open, "after IN")?;
            return Ok(Expr::In(path, self.list()?));
        }
        if self.take_keyword("BETWEEN") {
            let low = self.operand()?;
            if !self.take_keyword("AND") {
                return Err(self.wrong("Expected AND between the two ends of BETWEEN."));
            }
            return Ok(Expr::Between(path, low, self.operand()?));
        }
        let found = self.peek().shown();
        Err(self
            .wrong(&format!("Expected a comparison (= != < <= > >= :), IN or BETWEEN after “{path}”, not {found}.")))
    }

    fn function(&mut self, word: &str, at: At) -> Result<Expr, Problem> {
        let name = word.to_ascii_lowercase();
        if !matches!(name.as_str(), "is_empty" | "has_all" | "has_none") {
            self.pos = at.0;
            let message = format!("There is no test “{word}”; there are is_empty, has_all and has_none.");
            return Err(self.wrong(&message));
        }
        self.take(Token::Open);
        let (Token::Word(field), length) = self.look() else {
            return Err(self.wrong(&format!("Expected a field in {name}(…).")));
        };
        let field_at = At(self.pos);
        self.pos += length;
        let path = self.path(field, field_at)?;
        if name == "is_empty" {
            self.want(Token::Close, "after the field")?;
            return Ok(Expr::IsEmpty(path));
        }
        self.want(Token::Comma, "and values after the field")?;
        let values = self.list()?;
        Ok(if name == "has_all" { Expr::HasAll(path, values) } else { Expr::HasNone(path, values) })
    }

    fn path(&self, word: &str, at: At) -> Result<FieldPath, Problem> {
        Ok(FieldPath { names: word.split('.').map(str::to_owned).collect(), at })
    }

    /// Values up to and with the closing parenthesis.
    fn list(&mut self) -> Result<Vec<Operand>, Problem> {
        let mut values = vec![self.operand()?];
        while self.take(Token::Comma) {
            if values.len() == FILTER_IN_MAX {
                let message = format!("A list of values may have {FILTER_IN_MAX} at most.");
                return Err(Problem::new("filter", "too_many", message).at(self.pos));
            }
            values.push(self.operand()?);
        }
        self.want(Token::Close, "to end the list")?;
        Ok(values)
    }

    fn operand(&mut self) -> Result<Operand, Problem> {
        self.peek();
        let at = At(self.pos);
        let first = self.term()?;
        let mut more = Vec::new();
        loop {
            let plus = match self.peek() {
                Token::Plus => true,
                Token::Minus => false,
                _ => return Ok(Operand { first, more, at }),
            };
            if more.len() + 1 == TERMS_MAX {
                return Err(self.wrong(&format!("A value may be made of {TERMS_MAX} terms at most.")));
            }
            self.pos += 1;
            more.push((plus, self.term()?));
        }
    }

    fn term(&mut self) -> Result<Term, Problem> {
        let start = self.pos;
        match self.look() {
            (Token::Quote, _) => self.quoted(),
            (Token::Minus, _) => {
                self.pos += 1;
                match self.signed_word() {
                    Some(word) => Ok(Term::Word(format!("-{word}"))),
                    None => Err(self.wrong("Expected a number after “-”.")),
                }
            }
            (Token::Word(word), length) => {
                self.pos += length;
                if self.rest().starts_with('(') { self.call(word) } else { Ok(Term::Word(word.to_owned())) }
            }
            (token, _) => {
                let message = format!("Expected a value here, not {}.", token.shown());
                if token == Token::End && start == self.text.len() {
                    return Err(self.wrong("A value is missing at the end."));
                }
                Err(self.wrong(&message))
            }
        }
    }

    /// A word that begins with a digit right here.
    fn signed_word(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        if !rest.starts_with(|c: char| c.is_ascii_digit()) {
            return None;
        }
        let length = word_length(rest);
        self.pos += length;
        Some(&rest[..length])
    }

    fn call(&mut self, name: &str) -> Result<Term, Problem> {
        self.take(Token::Open);
        let mut arguments = Vec::new();
        while !self.take(Token::Close) {
            if !arguments.is_empty() {
                self.want(Token::Comma, "or “)” after the argument")?;
            }
            let minus = self.take(Token::Minus);
            let (Token::Word(word), length) = self.look() else {
                return Err(self.wrong(&format!("Expected “)” to end {name}(…).")));
            };
            if arguments.len() == 2 {
                return Err(self.wrong(&format!("{name}(…) has too many arguments.")));
            }
            self.pos += length;
            arguments.push(if minus { format!("-{word}") } else { word.to_owned() });
        }
        Ok(Term::Call(name.to_owned(), arguments))
    }

    fn quoted(&mut self) -> Result<Term, Problem> {
        let start = self.pos;
        let rest = self.rest();
        let mut chars = rest.char_indices();
        let quote = chars.next().map_or('"', |(_, c)| c);
        let (mut text, mut open_start, mut open_end) = (String::new(), false, false);
        while let Some((at, c)) = chars.next() {
            if c == quote {
                self.pos += at + c.len_utf8();
                return Ok(Term::Text { text, open_start, open_end });
            }
            if open_end {
                // The star before was not the last character, so it stands for itself.
                text.push('*');
                open_end = false;
            }
            match c {
                '\\' => match chars.next() {
                    Some((_, 'n')) => text.push('\n'),
                    Some((_, 't')) => text.push('\t'),
                    Some((_, c)) => text.push(c),
                    None => break,
                },
                '*' if at == quote.len_utf8() && !rest[at + 1..].starts_with(quote) => open_start = true,
                '*' => open_end = true,
                c => text.push(c),
            }
        }
        self.pos = start;
        Err(self.wrong("This quoted text has no end."))
    }
}

/// Bytes of the word at the start of `rest`, which begins with a letter, digit or `_`. A date ends where it is complete, so
/// that something may be taken from it; a time has colons in it.
fn word_length(rest: &str) -> usize {
    if let Some(length) = date_length(rest) {
        return length;
    }
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let goes_on = in_word(c) || (joins_word(c) && chars.peek().is_some_and(|&(_, next)| in_word(next)));
        if !goes_on {
            return at;
        }
    }
    rest.len()
}

/// Bytes of `2026-01-31` or `2026-01-31T10:00:00Z` at the start, where one stands there.
fn date_length(rest: &str) -> Option<usize> {
    let bytes = rest.as_bytes();
    let year = bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let pattern = bytes.get(year..year + 6)?;
    let digits = [1, 2, 4, 5].iter().all(|&i: &usize| pattern[i].is_ascii_digit());
    if year < 4 || !digits || pattern[0] != b'-' || pattern[3] != b'-' {
        return None;
    }
    let day = year + 6;
    match bytes.get(day) {
        Some(b'T' | b't') if bytes.get(day + 1).is_some_and(u8::is_ascii_digit) => {
            let time = bytes[day + 1..].iter().take_while(|b| b.is_ascii_digit() || matches!(b, b':' | b'.')).count();
            let end = day + 1 + time;
            let zone = match bytes.get(end) {
                Some(b'Z' | b'z') => 1,
                Some(b'+' | b'-') if bytes.get(end + 1).is_some_and(u8::is_ascii_digit) => {
                    1 + bytes[end + 1..].iter().take_while(|b| b.is_ascii_digit() || **b == b':').count()
                }
                _ => 0,
            };
            Some(end + zone)
        }
        _ if rest[day..].starts_with(in_word) => None,
        _ => Some(day),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn printed(text: &str) -> String {
        parse(text).expect("it parses").to_string()
    }

    fn place(text: &str) -> (&'static str, Option<usize>) {
        match parse(text) {
            Err(Error::Invalid(problems)) => (problems[0].code, problems[0].at),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn and_binds_tighter_than_or_and_a_mix_is_printed_with_parentheses() {
        assert_eq!(printed("a = 1 or b = 2 and c = 3"), "a = 1 OR (b = 2 AND c = 3)");
        assert_eq!(printed("(a = 1 OR b = 2) AND NOT c = 3"), "(a = 1 OR b = 2) AND NOT c = 3");
        assert_eq!(printed("NOT (a = 1 AND b != 2)"), "NOT (a = 1 AND b != 2)");
    }

    #[test]
    fn every_form_of_the_contract_is_read() {
        for text in [
            r#"city = "Toronto" AND stage = qualified AND close_date <= end_of(month)"#,
            r#"city != "X""#,
            "is_empty(phones)",
            r#"name : "x""#,
            r#"name = "x*""#,
            r#"name = "*x""#,
            "status IN (a, b)",
            "amount BETWEEN 10 AND -20.5",
            "has_all(tags, vip, \"hot lead\")",
            "has_none(tags, vip)",
            "company.name = Acme",
            "close_date >= today() - months(3) + days(-12)",
            "created_at < 2026-01-31T10:00:00Z",
            "created_at < 2026-01-31 - days(3)",
            "owner = me()",
            "emails = john@x.com",
            "state = OR",
        ] {
            let expr = parse(text).expect(text);
            assert_eq!(expr.to_string(), text);
        }
        assert_eq!(parse("  ").expect("blank"), Expr::And(Vec::new()));
    }

    #[test]
    fn a_star_in_the_middle_or_escaped_stands_for_itself() {
        assert_eq!(printed(r#"a = "x*y""#), r#"a = "x\*y""#);
        assert_eq!(printed(r#"a = "x\*""#), r#"a = "x\*""#);
        assert_eq!(printed(r#"a = "*""#), r#"a = "*""#);
        assert_eq!(printed(r#"a = "**""#), r#"a = "**""#);
        assert_eq!(printed(r#"a = 'it\'s "so"'"#), r#"a = "it's \"so\"""#);
    }

    #[test]
    fn a_mistake_is_told_with_its_place() {
        assert_eq!(place("city = "), ("syntax", Some(7)));
        assert_eq!(place("city = \"Tor"), ("syntax", Some(7)));
        assert_eq!(place("city \"Tor\""), ("syntax", Some(5)));
        assert_eq!(place("(a = 1"), ("syntax", Some(6)));
        assert_eq!(place("a = 1)"), ("syntax", Some(5)));
        assert_eq!(place("a = 1 b = 2"), ("syntax", Some(6)));
        assert_eq!(place("é = 1 % 2"), ("syntax", Some(7)));
        assert_eq!(place("foo(a)"), ("syntax", Some(0)));
        assert_eq!(place("a BETWEEN 1, 2"), ("syntax", Some(11)));
    }

    #[test]
    fn limits_are_told() {
        assert_eq!(place(&format!("{}a = 1{}", "(".repeat(50), ")".repeat(50))).0, "too_deep");
        assert_eq!(place(&format!("{}a = 1", "NOT ".repeat(5_000 / 4))).0, "too_deep");
        assert_eq!(place(&format!("a IN ({}1)", "1,".repeat(5_000))).0, "too_many");
        assert_eq!(place(&"x".repeat(1 << 20)).0, "too_long");
        assert!(parse(&format!("{}a = 1{}", "(".repeat(20), ")".repeat(20))).is_ok());
    }

    fn operand() -> BoxedStrategy<Operand> {
        let term = prop_oneof![
            "[a-z_][a-z0-9_]{0,8}|-?[0-9]{1,6}(\\.[0-9]{1,3})?|20[0-9]{2}-0[1-9]-1[0-9]".prop_map(Term::Word),
            (any::<String>(), any::<bool>(), any::<bool>()).prop_map(|(text, open_start, open_end)| {
                // A single star alone is read as an open end.
                let open_end = open_end || (text.is_empty() && open_start);
                Term::Text { text, open_start, open_end }
            }),
            ("[a-z_]{1,8}", prop::collection::vec("[a-z]{1,6}|-?[0-9]{1,3}", 0..=2))
                .prop_map(|(n, a)| Term::Call(n, a)),
        ];
        (term.clone(), prop::collection::vec((any::<bool>(), term), 0..3))
            .prop_map(|(first, more)| Operand { first, more, at: At(0) })
            .boxed()
    }

    fn expr() -> impl Strategy<Value = Expr> {
        let path = "f[a-z0-9_]{0,8}(\\.f[a-z0-9_]{0,8}){0,2}"
            .prop_map(|p| FieldPath { names: p.split('.').map(str::to_owned).collect(), at: At(0) });
        let op = prop_oneof![
            Just(Op::Eq),
            Just(Op::Ne),
            Just(Op::Lt),
            Just(Op::Le),
            Just(Op::Gt),
            Just(Op::Ge),
            Just(Op::Has)
        ];
        let list = prop::collection::vec(operand(), 1..4).boxed();
        let leaf = prop_oneof![
            (path.clone(), op, operand()).prop_map(|(p, o, v)| Expr::Compare(p, o, v)),
            (path.clone(), list.clone()).prop_map(|(p, v)| Expr::In(p, v)),
            (path.clone(), operand(), operand()).prop_map(|(p, a, b)| Expr::Between(p, a, b)),
            path.clone().prop_map(Expr::IsEmpty),
            (path.clone(), list.clone()).prop_map(|(p, v)| Expr::HasAll(p, v)),
            (path, list).prop_map(|(p, v)| Expr::HasNone(p, v)),
        ];
        leaf.prop_recursive(5, 30, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::And),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Expr::Or),
                inner.prop_map(|e| Expr::Not(Box::new(e))),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back_the_same(expr in expr()) {
            let text = expr.to_string();
            prop_assume!(text.len() <= FILTER_BYTES_MAX);
            prop_assert_eq!(parse(&text).map_err(|e| e.to_string()), Ok(expr), "{}", text);
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = parse(&text);
        }

        #[test]
        fn no_near_filter_makes_it_panic(text in "([a-z.]{1,4}| |=|!=|<|:|\\(|\\)|\"|\\\\|\\*|-|[0-9]{1,4}|,|AND|OR|NOT|IN|BETWEEN|é|2026-01-31T1){0,40}") {
            let _ = parse(&text);
        }
    }
}
