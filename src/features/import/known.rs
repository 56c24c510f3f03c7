//! Records that a file names: companies found by name whatever their case and accents, or made once; people by e-mail;
//! members by e-mail or name; and records that are there already, for the duplicates' policy.

use crate::base::Result;
use crate::base::id::{FieldId, ObjectId, RecordRef, Row};
use crate::base::text::fold;
use crate::model::object::standard;
use crate::model::{Field, Kind, Object, Target, Value};
use crate::records::engine::Finder;
use std::collections::HashMap;

/// Names remembered at most; beyond that they are looked up again.
const NAMES_MAX: usize = 200_000;
/// Records with one key looked at to find a duplicate.
const SAME_MAX: usize = 10;

/// Members by e-mail and name, both folded.
pub(crate) struct Members(HashMap<String, Row>);

impl Members {
    pub fn read(finder: &Finder<'_>) -> Result<Self> {
        let mut names = HashMap::new();
        for (row, name, email) in finder.members()? {
            // Two members of one name: neither is meant.
            names.entry(fold(&name)).and_modify(|r| *r = Row(0)).or_insert(row);
            names.insert(fold(&email), row);
        }
        names.retain(|name, row| *row != Row(0) && !name.is_empty());
        Ok(Self(names))
    }

    pub fn find(&self, text: &str) -> Option<Row> {
        self.0.get(&fold(text)).copied()
    }
}

/// Named records, by the field that names them and their folded name.
#[derive(Default)]
pub(crate) struct Names(HashMap<(FieldId, String), RecordRef>);

/// What a name leads to.
pub(crate) enum Found {
    Record(RecordRef),
    /// None, but one can be made: of this object, with this title field.
    New(ObjectId, FieldId),
    /// None, and none can be made.
    Nobody,
}

impl Names {
    pub fn find(&mut self, finder: &Finder<'_>, objects: &[Object], field: &Field, name: &str) -> Result<Found> {
        let key = (field.id, fold(name));
        if let Some(id) = self.0.get(&key) {
            return Ok(Found::Record(*id));
        }
        let Some(Target::Object(target)) = field.target else { return Ok(Found::Nobody) };
        let Some(object) = objects.iter().find(|o| o.id == target) else { return Ok(Found::Nobody) };
        let title = object.title_field();
        let by_title = title.kind == Kind::Text && title.indexed;
        let emails = object.fields.iter().find(|f| f.kind == Kind::Emails && f.indexed);
        let value = match emails {
            _ if by_title => (title.id, Value::Text(name.to_owned())),
            Some(emails) => (emails.id, Value::List(vec![name.to_owned()])),
            None => return Ok(Found::Nobody),
        };
        let found = finder.with_value(object.id, value.0, &value.1, 1)?.into_iter().next();
        Ok(match found {
            Some(id) => {
                self.remember(field.id, name, id);
                Found::Record(id)
            }
            None if by_title && target == standard::COMPANIES => Found::New(target, title.id),
            None => Found::Nobody,
        })
    }

    pub fn remember(&mut self, field: FieldId, name: &str, id: RecordRef) {
        if self.0.len() >= NAMES_MAX {
            self.0.clear();
        }
        self.0.insert((field, fold(name)), id);
    }
}

/// What makes two records of one object the same: an e-mail address, or a phone number and the name; of companies the name.
pub(crate) struct Sameness {
    emails: Option<FieldId>,
    phones: Option<FieldId>,
    names: Vec<FieldId>,
    title: Option<FieldId>,
    object: ObjectId,
}

impl Sameness {
    pub fn of(object: &Object) -> Self {
        let indexed = |kind| object.fields.iter().find(|f| f.kind == kind && f.indexed).map(|f| f.id);
        let title = object.title_field();
        let parts = title.parts.iter().filter_map(|p| object.field(p)).map(|f| f.id);
        let people = title.kind == Kind::FullName;
        Self {
            emails: indexed(Kind::Emails).filter(|_| people),
            phones: indexed(Kind::Phones).filter(|_| people),
            names: parts.collect(),
            title: Some(title.id).filter(|_| title.kind == Kind::Text && title.indexed),
            object: object.id,
        }
    }

    /// Keys that two same records share, to see within a file.
    pub fn keys(&self, values: &[(FieldId, Value)]) -> Vec<String> {
        let of = |id: Option<FieldId>| values.iter().find(|(f, _)| Some(*f) == id).map(|(_, v)| v);
        let mut keys = Vec::new();
        if let Some(Value::List(emails)) = of(self.emails) {
            keys.extend(emails.iter().map(|e| format!("e{}", fold(e))));
        }
        let name = self.name(|id| of(Some(id)).cloned());
        if let (Some(Value::Phones(phones)), false) = (of(self.phones), name.is_empty()) {
            keys.extend(phones.iter().map(|p| format!("p{}\0{name}", p.e164.as_ref().unwrap_or(&p.typed))));
        }
        if let Some(Value::Text(title)) = of(self.title) {
            keys.push(format!("t{}", fold(title)));
        }
        keys
    }

    fn name(&self, of: impl Fn(FieldId) -> Option<Value>) -> String {
        let texts = self.names.iter().filter_map(|id| match of(*id) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        });
        fold(&texts.collect::<Vec<_>>().join(" "))
    }

    /// A live record that is the same as one with these values.
    pub fn find(&self, finder: &Finder<'_>, values: &[(FieldId, Value)]) -> Result<Option<RecordRef>> {
        let of = |id: Option<FieldId>| values.iter().find(|(f, _)| Some(*f) == id);
        if let Some((field, value)) = of(self.emails).or_else(|| of(self.title))
            && let Some(id) = finder.with_value(self.object, *field, value, 1)?.into_iter().next()
        {
            return Ok(Some(id));
        }
        let name = self.name(|id| of(Some(id)).map(|(_, v)| v.clone()));
        let Some((field, value)) = of(self.phones).filter(|_| !name.is_empty()) else { return Ok(None) };
        for id in finder.with_value(self.object, *field, value, SAME_MAX)? {
            let record = finder.get(id)?;
            if self.name(|f| record.values.get(f).cloned()) == name {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}
