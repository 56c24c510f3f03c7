//! A value of a field, typed. How it is read from text or JSON, checked and shown is in [`crate::model::kinds`]; how it is
//! laid out in bytes is here, and is part of format 1.

use crate::base::clock::Millis;
use crate::base::id::{FieldId, OptionId, RecordRef, Row};
use crate::base::money::{Decimal, Money};

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
