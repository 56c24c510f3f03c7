//! A value of a field, typed. How it is read from text or JSON, checked and shown is in [`crate::model::kinds`]; how it is
//! laid out in bytes is here, and is part of format 1.

use crate::base::clock::Millis;
use crate::base::id::{FieldId, ObjectId, OptionId, RecordRef, Row};
use crate::base::money::{Currency, Decimal, Money};
use crate::base::{Error, Result};

/// A phone number as it was typed and, where it parses, in E.164.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    /// `+18435550142`; `None` where what was typed is no number that can be dialled from everywhere.
    pub e164: Option<String>,
    /// What was typed; stays readable.
    pub typed: String,
}

/// A postal address; empty parts are empty texts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Address {
    /// Street lines, separated by newlines.
    pub street: String,
    /// City.
    pub city: String,
    /// State, province or region.
    pub state: String,
    /// Postal code.
    pub postal_code: String,
    /// Country as typed.
    pub country: String,
}

/// A stored file.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FileRef {
    /// SHA-256 of its bytes, its name in `files/`.
    pub sha256: [u8; 32],
    /// The name it was uploaded under.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// Media type found in its content.
    pub media_type: String,
}

/// A value. An empty field has no value at all, so there is no `Null`; empty texts and lists are never kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// `Text`, `LongText`, `Link`.
    Text(String),
    /// `Number`.
    Number(Decimal),
    /// `Rating` 0 to 5.
    Rating(u8),
    /// `Currency`.
    Money(Money),
    /// `Date`: days since 1970-01-01.
    Date(i32),
    /// `DateTime`.
    Time(Millis),
    /// `YesNo`.
    Bool(bool),
    /// `Select`, `Stage`, `Pipeline`.
    Choice(OptionId),
    /// `MultiSelect`, in the order of the field's options.
    Choices(Vec<OptionId>),
    /// `Emails` (trimmed, as typed) and `Tags`.
    List(Vec<String>),
    /// `Phones`.
    Phones(Vec<Phone>),
    /// `Address`.
    Address(Address),
    /// `Person`.
    Member(Row),
    /// `Relation` (one element) and `Relations`.
    Records(Vec<RecordRef>),
    /// `File`.
    Files(Vec<FileRef>),
}

/// What a value is, in the byte that stands before it in a record. Part of format 1: numbers are never reused.
mod tag {
    pub const TEXT: u8 = 1;
    pub const NUMBER: u8 = 2;
    pub const RATING: u8 = 3;
    pub const MONEY: u8 = 4;
    pub const DATE: u8 = 5;
    pub const TIME: u8 = 6;
    pub const BOOL: u8 = 7;
    pub const CHOICE: u8 = 8;
    pub const CHOICES: u8 = 9;
    pub const LIST: u8 = 10;
    pub const PHONES: u8 = 11;
    pub const ADDRESS: u8 = 12;
    pub const MEMBER: u8 = 13;
    pub const RECORDS: u8 = 14;
    pub const FILES: u8 = 15;
}

impl Value {
    /// The byte that says how [`Value::encode`] laid it out.
    pub fn type_tag(&self) -> u8 {
        match self {
            Self::Text(_) => tag::TEXT,
            Self::Number(_) => tag::NUMBER,
            Self::Rating(_) => tag::RATING,
            Self::Money(_) => tag::MONEY,
            Self::Date(_) => tag::DATE,
            Self::Time(_) => tag::TIME,
            Self::Bool(_) => tag::BOOL,
            Self::Choice(_) => tag::CHOICE,
            Self::Choices(_) => tag::CHOICES,
            Self::List(_) => tag::LIST,
            Self::Phones(_) => tag::PHONES,
            Self::Address(_) => tag::ADDRESS,
            Self::Member(_) => tag::MEMBER,
            Self::Records(_) => tag::RECORDS,
            Self::Files(_) => tag::FILES,
        }
    }

    /// Appends the value's bytes. Their end is kept by the record, so a text has no length of its own and a list no count.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => out.extend_from_slice(text.as_bytes()),
            Self::Number(number) => put_signed(number.0, out),
            Self::Rating(stars) => out.push(*stars),
            Self::Money(money) => {
                out.extend_from_slice(&money.currency.0);
                put_signed(money.amount.0, out);
            }
            Self::Date(day) => put_signed(i64::from(*day), out),
            Self::Time(moment) => put_signed(*moment, out),
            Self::Bool(yes) => out.push(u8::from(*yes)),
            Self::Choice(option) => put(u64::from(option.0), out),
            Self::Choices(options) => options.iter().for_each(|option| put(u64::from(option.0), out)),
            Self::List(texts) => texts.iter().for_each(|text| put_text(text, out)),
            Self::Phones(phones) => phones.iter().for_each(|phone| put_phone(phone, out)),
            Self::Address(a) => {
                [&a.street, &a.city, &a.state, &a.postal_code, &a.country].iter().for_each(|part| put_text(part, out));
            }
            Self::Member(row) => put(row.0, out),
            Self::Records(records) => {
                for record in records {
                    put(u64::from(record.object.0), out);
                    put(record.row.0, out);
                }
            }
            Self::Files(files) => {
                for file in files {
                    out.extend_from_slice(&file.sha256);
                    put(file.size, out);
                    put_text(&file.name, out);
                    put_text(&file.media_type, out);
                }
            }
        }
    }

    /// The value whose tag is `tag` and whose bytes are `bytes`, all of them; anything else is damage and an
    /// [`Error::Internal`].
    pub fn decode(tag: u8, bytes: &[u8]) -> Result<Self> {
        let mut bytes = Bytes(bytes);
        bytes.value(tag).filter(|_| bytes.0.is_empty()).ok_or_else(|| {
            Error::Internal(format!(
                "A stored value of type {tag} can't be read; run `aventora check` to find the damage."
            ))
        })
    }
}

/// A number in groups of seven bits, lowest first.
fn put(mut n: u64, out: &mut Vec<u8>) {
    while n >= 0x80 {
        out.push(n as u8 | 0x80);
        n >>= 7;
    }
    out.push(n as u8);
}

/// A signed number whose sign is the lowest bit, so that small ones are short on both sides of zero.
fn put_signed(n: i64, out: &mut Vec<u8>) {
    put(((n << 1) ^ (n >> 63)) as u64, out);
}

fn put_text(text: &str, out: &mut Vec<u8>) {
    put(text.len() as u64, out);
    out.extend_from_slice(text.as_bytes());
}

/// E.164 (empty for none), then the length of what was typed plus one, or 0 where that is the same.
fn put_phone(phone: &Phone, out: &mut Vec<u8>) {
    put_text(phone.e164.as_deref().unwrap_or_default(), out);
    if phone.e164.as_ref() == Some(&phone.typed) {
        put(0, out);
    } else {
        put(phone.typed.len() as u64 + 1, out);
        out.extend_from_slice(phone.typed.as_bytes());
    }
}

/// Bytes still to be read. Nothing here panics, whatever they are; `None` is damage.
struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn value(&mut self, tag: u8) -> Option<Value> {
        Some(match tag {
            tag::TEXT => Value::Text(self.text(self.0.len())?),
            tag::NUMBER => Value::Number(Decimal(self.signed()?)),
            tag::RATING => Value::Rating(self.take(1)?[0]),
            tag::MONEY => {
                let currency = Currency(self.take(3)?.try_into().ok()?);
                Value::Money(Money { currency, amount: Decimal(self.signed()?) })
            }
            tag::DATE => Value::Date(i32::try_from(self.signed()?).ok()?),
            tag::TIME => Value::Time(self.signed()?),
            tag::BOOL => Value::Bool(match self.take(1)?[0] {
                0 => false,
                1 => true,
                _ => return None,
            }),
            tag::CHOICE => Value::Choice(self.option()?),
            tag::CHOICES => Value::Choices(self.all(Self::option)?),
            tag::LIST => Value::List(self.all(Self::short_text)?),
            tag::PHONES => Value::Phones(self.all(Self::phone)?),
            tag::ADDRESS => Value::Address(Address {
                street: self.short_text()?,
                city: self.short_text()?,
                state: self.short_text()?,
                postal_code: self.short_text()?,
                country: self.short_text()?,
            }),
            tag::MEMBER => Value::Member(Row(self.number()?)),
            tag::RECORDS => Value::Records(self.all(Self::record)?),
            tag::FILES => Value::Files(self.all(Self::file)?),
            _ => return None,
        })
    }

    /// Elements up to the end.
    fn all<T>(&mut self, one: impl Fn(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        let mut elements = Vec::new();
        while !self.0.is_empty() {
            elements.push(one(self)?);
        }
        Some(elements)
    }

    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u64> {
        let mut n: u64 = 0;
        for (i, byte) in self.0.iter().enumerate().take(10) {
            let bits = u64::from(byte & 0x7f);
            if i == 9 && bits > 1 {
                return None;
            }
            n |= bits << (7 * i);
            if byte & 0x80 == 0 {
                self.0 = &self.0[i + 1..];
                return Some(n);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let n = self.number()?;
        Some((n >> 1) as i64 ^ -((n & 1) as i64))
    }

    fn option(&mut self) -> Option<OptionId> {
        Some(OptionId(u32::try_from(self.number()?).ok()?))
    }

    fn text(&mut self, len: usize) -> Option<String> {
        Some(std::str::from_utf8(self.take(len)?).ok()?.to_owned())
    }

    fn short_text(&mut self) -> Option<String> {
        let len = usize::try_from(self.number()?).ok()?;
        self.text(len)
    }

    fn phone(&mut self) -> Option<Phone> {
        let e164 = Some(self.short_text()?).filter(|number| !number.is_empty());
        let typed = match usize::try_from(self.number()?).ok()? {
            0 => e164.clone()?,
            n => self.text(n - 1)?,
        };
        Some(Phone { e164, typed })
    }

    fn record(&mut self) -> Option<RecordRef> {
        let object = ObjectId(u16::try_from(self.number()?).ok()?);
        Some(RecordRef::new(object, Row(self.number()?)))
    }

    fn file(&mut self) -> Option<FileRef> {
        let sha256 = self.take(32)?.try_into().ok()?;
        let size = self.number()?;
        Some(FileRef { sha256, size, name: self.short_text()?, media_type: self.short_text()? })
    }
}

/// The values of a record, sorted by field id, each field at most once.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Values(Vec<(FieldId, Value)>);

impl Values {
    /// The value of a field.
    pub fn get(&self, field: FieldId) -> Option<&Value> {
        self.0.binary_search_by_key(&field, |(f, _)| *f).ok().map(|i| &self.0[i].1)
    }

    /// Sets (`Some`) or clears (`None`) a field; gives back what was there.
    pub fn set(&mut self, field: FieldId, value: Option<Value>) -> Option<Value> {
        match (self.0.binary_search_by_key(&field, |(f, _)| *f), value) {
            (Ok(i), Some(v)) => Some(std::mem::replace(&mut self.0[i].1, v)),
            (Ok(i), None) => Some(self.0.remove(i).1),
            (Err(i), Some(v)) => {
                self.0.insert(i, (field, v));
                None
            }
            (Err(_), None) => None,
        }
    }

    /// All of them, by field id.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Value)> {
        self.0.iter().map(|(f, v)| (*f, v))
    }
}

impl FromIterator<(FieldId, Value)> for Values {
    fn from_iter<T: IntoIterator<Item = (FieldId, Value)>>(iter: T) -> Self {
        let mut values = Self::default();
        for (f, v) in iter {
            values.set(f, Some(v));
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(object: u16, row: u64) -> RecordRef {
        RecordRef::new(ObjectId(object), Row(row))
    }

    #[test]
    fn format_1_lays_values_out_like_this() {
        let phone = |e164: Option<&str>, typed: &str| Phone { e164: e164.map(str::to_owned), typed: typed.into() };
        let money = Money { amount: Decimal(-12_345_000), currency: Currency(*b"CAD") };
        let address = Address { city: "Genève".into(), country: "CH".into(), ..Address::default() };
        let file = FileRef { sha256: [7; 32], name: "a.pdf".into(), size: 300, media_type: "application/pdf".into() };
        let file_bytes = [&[7; 32][..], &[0xac, 0x02, 5], b"a.pdf", &[15], b"application/pdf"].concat();
        let literal: Vec<(Value, u8, Vec<u8>)> = vec![
            (Value::Text("Zoë".into()), 1, b"Zo\xc3\xab".to_vec()),
            (Value::Number(Decimal(15_000)), 2, vec![0xb0, 0xea, 0x01]),
            (Value::Number(Decimal(i64::MIN)), 2, vec![0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
            (Value::Rating(5), 3, vec![5]),
            (Value::Money(money), 4, vec![b'C', b'A', b'D', 0xcf, 0xfa, 0xe2, 0x0b]),
            (Value::Date(20_783), 5, vec![0xde, 0xc4, 0x02]),
            (Value::Date(-1), 5, vec![0x01]),
            (Value::Time(1_795_703_400_250), 6, vec![0xf4, 0x9c, 0x9b, 0x84, 0xc3, 0x68]),
            (Value::Bool(true), 7, vec![1]),
            (Value::Choice(OptionId(300)), 8, vec![0xac, 0x02]),
            (Value::Choices(vec![OptionId(1), OptionId(128)]), 9, vec![1, 0x80, 0x01]),
            (Value::List(vec!["a@b.ca".into(), "c".into()]), 10, b"\x06a@b.ca\x01c".to_vec()),
            (
                Value::Phones(vec![phone(Some("+1234"), "1 234"), phone(None, "x"), phone(Some("+5"), "+5")]),
                11,
                b"\x05+1234\x061 234\x00\x02x\x02+5\x00".to_vec(),
            ),
            (Value::Address(address), 12, b"\x00\x07Gen\xc3\xa8ve\x00\x00\x02CH".to_vec()),
            (Value::Member(Row(3)), 13, vec![3]),
            (Value::Records(vec![record(2, 1), record(100, 300)]), 14, vec![2, 1, 100, 0xac, 0x02]),
            (Value::Files(vec![file]), 15, file_bytes),
        ];
        for (value, tag, bytes) in literal {
            let mut encoded = Vec::new();
            value.encode(&mut encoded);
            assert_eq!((value.type_tag(), &encoded), (tag, &bytes), "{value:?}");
            assert_eq!(Value::decode(tag, &bytes).expect("reads back"), value);
        }
    }

    #[test]
    fn damage_is_an_error() {
        for (tag, bytes) in [
            (0, &b""[..]),
            (16, b"x"),
            (1, b"\xff"),
            (2, b""),
            (2, b"\x80"),
            (2, b"\x01\x01"),
            (2, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
            (4, b"CA"),
            (5, b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
            (7, b"\x02"),
            (10, b"\x09short"),
            (11, b"\x00\x00"),
            (12, b"\x00\x00"),
            (14, b"\x02"),
            (15, b"short"),
        ] {
            assert!(matches!(Value::decode(tag, bytes), Err(Error::Internal(_))), "{tag} {bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_reader(tag in 0_u8..20, bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(value) = Value::decode(tag, &bytes) {
                let mut again = Vec::new();
                value.encode(&mut again);
                prop_assert_eq!(Value::decode(tag, &again).expect("reads back"), value);
            }
        }

        #[test]
        fn numbers_come_back(n in any::<i64>(), row in any::<u64>()) {
            for value in [Value::Number(Decimal(n)), Value::Time(n), Value::Member(Row(row))] {
                let mut bytes = Vec::new();
                value.encode(&mut bytes);
                prop_assert_eq!(Value::decode(value.type_tag(), &bytes).expect("reads back"), value);
            }
        }
    }
}
