//! A field of an object, as data. What a kind of field does (parse, check, show) is in [`crate::model::kinds`].

use crate::base::id::{FieldId, ObjectId, OptionId};
use serde::{Deserialize, Serialize};

/// What a field holds. The word in code, preset files and metadata is the same (snake_case).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// One line of text.
    Text,
    /// Text of many lines; no column, so not sortable.
    LongText,
    /// A decimal number.
    Number,
    /// Money: an amount and a currency code in one value.
    Currency,
    /// The currency code of the money field named by [`Field::of`]; holds nothing itself.
    CurrencyCode,
    /// A day.
    Date,
    /// A moment, kept in UTC.
    DateTime,
    /// Yes or no.
    YesNo,
    /// One of [`Field::options`].
    Select,
    /// Several of [`Field::options`].
    MultiSelect,
    /// 0 to 5 stars.
    Rating,
    /// A web address.
    Link,
    /// E-mail addresses, the primary one first.
    Emails,
    /// Phone numbers, the primary one first.
    Phones,
    /// A postal address.
    Address,
    /// First and last name shown as one: reads and writes the two fields named by [`Field::parts`]; holds nothing itself
    /// but has a column of its own.
    FullName,
    /// A member of the workspace.
    Person,
    /// A stage of one of the object's pipelines.
    Stage,
    /// One of the object's pipelines.
    Pipeline,
    /// A record of another object (or the same one).
    Relation,
    /// Several records.
    Relations,
    /// Free tags.
    Tags,
    /// Files.
    File,
}

/// Names of the palette's classes: the colours of options and stages.
pub const COLORS: [&str; 12] =
    ["gray", "blue", "teal", "green", "amber", "violet", "pink", "cyan", "lime", "indigo", "orange", "red"];

/// Which objects a relation may point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Target {
    /// Records of one object.
    Object(ObjectId),
    /// Records of any object.
    Any,
}

/// One choice of a select field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// Never reused.
    pub id: OptionId,
    /// Stable snake_case API name.
    pub name: String,
    /// What people read.
    pub label: String,
    /// One of [`COLORS`].
    pub color: String,
    /// Kept on old records but no longer offered.
    pub retired: bool,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    /// Never reused within its object.
    pub id: FieldId,
    /// Stable snake_case API name.
    pub name: String,
    /// What people read.
    pub label: String,
    /// What it holds.
    pub kind: Kind,
    /// A sentence of help under the input.
    pub help: String,
    /// The group it stands in on the record page, such as `Policy`.
    pub group: String,
    /// `preset`, `base` or `custom`: where it came from.
    pub origin: String,
    /// Choices of a select or multi-select, in order.
    pub options: Vec<Choice>,
    /// Where a relation points; `None` for other kinds.
    pub target: Option<Target>,
    /// What the target calls this relation seen from its side, such as `deals`; empty when none. It is a name, not a field: see
    /// [`crate::model::Schema::inverse`].
    pub inverse: String,
    /// For `currency_code`: the money field's name.
    pub of: String,
    /// For `full_name`: the names of the first and the last name field.
    pub parts: Vec<String>,
    /// Must have a value.
    pub required: bool,
    /// No two live records may share a value.
    pub unique: bool,
    /// Has an `INDEX` entry per value: unique and duplicate keys, relations, due dates.
    pub indexed: bool,
    /// Kept by the program; people and the API can read but not write it.
    pub system: bool,
    /// Not shown and not offered; values stay.
    pub hidden: bool,
    /// Shown first in the create form.
    pub quick: bool,
    /// Shown as a column where a list says nothing else.
    pub listed: bool,
    /// Given to a new record that says nothing, in the API's text form; empty for none. `me` for a person field means the creator.
    pub default: String,
    /// Only shown while this condition (filter text over the record) holds; empty for always.
    pub show_if: String,
    /// Smallest number allowed, in the field's text form; empty for none.
    pub min: String,
    /// Largest number allowed; empty for none.
    pub max: String,
}

impl Field {
    /// Whether it has a column, and so can be sorted and scanned.
    pub fn has_column(&self) -> bool {
        !matches!(self.kind, Kind::LongText | Kind::CurrencyCode | Kind::File)
    }

    /// Whether its value is kept in the record itself, rather than read from other fields.
    pub fn is_stored(&self) -> bool {
        !matches!(self.kind, Kind::CurrencyCode | Kind::FullName)
    }

    /// The choice with this API name or, failing that, this label (without case).
    pub fn choice(&self, text: &str) -> Option<&Choice> {
        self.options.iter().find(|c| c.name == text).or_else(|| {
            let wanted = text.to_lowercase();
            self.options.iter().find(|c| c.label.to_lowercase() == wanted)
        })
    }

    /// The choice with this id.
    pub fn choice_by_id(&self, id: OptionId) -> Option<&Choice> {
        self.options.iter().find(|c| c.id == id)
    }
}
