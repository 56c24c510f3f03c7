//! An object: a kind of record, with its labels and fields.

use crate::base::id::{FieldId, ObjectId};
use crate::model::Kind;
use crate::model::field::Field;
use serde::{Deserialize, Serialize};

/// API name of the field with a record's picture.
const PHOTO: &str = "photo";

/// Numbers of the standard objects; custom ones start at 100.
pub mod standard {
    use crate::base::id::ObjectId;
    /// People who sign in. A record like any other; the password lies elsewhere.
    pub const MEMBERS: ObjectId = ObjectId(1);
    /// People one sells to.
    pub const CONTACTS: ObjectId = ObjectId(2);
    /// Organisations.
    pub const COMPANIES: ObjectId = ObjectId(3);
    /// Opportunities, policies, mortgages, plans.
    pub const DEALS: ObjectId = ObjectId(4);
    /// Things to do.
    pub const TASKS: ObjectId = ObjectId(5);
    /// Things written down.
    pub const NOTES: ObjectId = ObjectId(6);
    /// Calls, e-mails, meetings, follow-ups.
    pub const ACTIVITIES: ObjectId = ObjectId(7);
    /// Files.
    pub const ATTACHMENTS: ObjectId = ObjectId(8);
}

/// Ids of the system fields that every object has, with the same meaning everywhere.
pub mod system_field {
    use crate::base::id::FieldId;
    /// Person who made the record.
    pub const CREATED_BY: FieldId = FieldId(1);
    /// When it was made.
    pub const CREATED_AT: FieldId = FieldId(2);
    /// When it was last changed by a person or program.
    pub const UPDATED_AT: FieldId = FieldId(3);
    /// Who looks after it: `owner`, `account_owner` of companies, `assignee` of tasks.
    pub const OWNER: FieldId = FieldId(4);
    /// Contact rows it hangs on, derived from its relations; what walls look at. Not on contacts and companies; never shown.
    pub const CONTACT_ROWS: FieldId = FieldId(5);
    /// First id of other fields.
    pub const FIRST_FREE: FieldId = FieldId(10);
}

/// A kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Object {
    /// Never reused.
    pub id: ObjectId,
    /// API name, plural snake_case: `contacts`.
    pub name: String,
    /// Singular label, such as `Client`.
    pub label: String,
    /// Plural label, such as `Clients`.
    pub label_plural: String,
    /// Icon name (lucide).
    pub icon: String,
    /// The field whose value names a record: `name`, `title`.
    pub title: FieldId,
    /// Fields in the order they are shown.
    pub fields: Vec<Field>,
    /// Order of a list that says nothing else, in the sort language: `-created_at`.
    pub default_sort: String,
    /// At least one of these fields must have a value to create a record (API names); empty for no such rule.
    pub one_of: Vec<String>,
    /// Has a list page and an API of its own (members don't).
    pub listed: bool,
    /// Its records are found by the global search.
    pub searchable: bool,
    /// Has a timeline page of its own.
    pub timeline: bool,
    /// Made by an admin.
    pub custom: bool,
    /// Next free field id.
    pub next_field: u16,
}

impl Object {
    /// The field with this API name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field with this id.
    pub fn field_by_id(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|f| f.id == id)
    }

    /// The field with a record's picture: a person's photo, an organisation's logo.
    pub fn photo_field(&self) -> Option<&Field> {
        self.field(PHOTO).filter(|f| f.kind == Kind::File)
    }

    /// The field that names a record.
    pub fn title_field(&self) -> &Field {
        self.field_by_id(self.title).expect("the schema was checked: an object has its title field")
    }
}
