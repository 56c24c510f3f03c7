//! A record as search sees it: its texts by what they are, before any engine. Fields that some role may not see are left
//! out altogether, so that no count and no hit can give them away.

use crate::base::clock::Millis;
use crate::base::id::RecordRef;
use crate::base::money::Decimal;
use crate::model::object::{standard, system_field};
use crate::model::value::Values;
use crate::model::{Field, Kind, Object, Schema, Target, Value};
use crate::records::search::words;

/// What is searched of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchDoc {
    /// Which record.
    pub id: RecordRef,
    /// What names it.
    pub title: String,
    /// E-mail addresses as typed.
    pub emails: Vec<String>,
    /// Digits of phone numbers: international where they parse, and as typed.
    pub phones: Vec<String>,
    /// Names of the companies it belongs to.
    pub companies: Vec<String>,
    /// The companies themselves: when one is renamed, this record is read again.
    pub related: Vec<RecordRef>,
    /// Short texts: city, job title, tags, option labels, policy numbers, amounts as digits.
    pub other: Vec<String>,
    /// Long texts.
    pub body: Vec<String>,
    /// Contact rows it hangs on; what visibility looks at.
    pub contact_rows: Vec<u64>,
    /// When it was last changed, milliseconds since the epoch.
    pub updated_at: Millis,
}

/// What making a document needs beside the record.
pub struct Making<'a> {
    /// The data model.
    pub schema: &'a Schema,
    /// Whether some role may not see a field of the object.
    pub hidden: &'a dyn Fn(&Object, &Field) -> bool,
    /// The title of a record, whoever asks: only called for companies, which everybody may see.
    pub title: &'a dyn Fn(RecordRef) -> Option<String>,
}

/// The document of a record.
pub fn doc_from(making: &Making<'_>, object: &Object, id: RecordRef, values: &Values) -> SearchDoc {
    let mut doc = SearchDoc {
        id,
        title: String::new(),
        emails: Vec::new(),
        phones: Vec::new(),
        companies: Vec::new(),
        related: Vec::new(),
        other: Vec::new(),
        body: Vec::new(),
        contact_rows: Vec::new(),
        updated_at: 0,
    };
    if let Some(Value::Time(at)) = values.get(system_field::UPDATED_AT) {
        doc.updated_at = *at;
    }
    if let Some(Value::Records(rows)) = values.get(system_field::CONTACT_ROWS) {
        doc.contact_rows = rows.iter().map(|r| r.row.0).collect();
    }
    let title = object.title_field();
    let titled = !(making.hidden)(object, title);
    for field in &object.fields {
        if (making.hidden)(object, field) || (titled && is_part_of(title, field)) {
            continue;
        }
        let Some(text) = own_text(object, field, values) else {
            add(making, &mut doc, field, values.get(field.id));
            continue;
        };
        match field.id == title.id {
            true => doc.title = text,
            false => doc.other.push(text),
        }
    }
    doc
}

/// Whether the title is made of this field.
fn is_part_of(title: &Field, field: &Field) -> bool {
    title.kind == Kind::FullName && title.parts.contains(&field.name)
}

/// The text of a one-line field, of a full name too; `None` for other kinds and empty ones.
pub fn own_text(object: &Object, field: &Field, values: &Values) -> Option<String> {
    match field.kind {
        Kind::Text => match values.get(field.id)? {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        },
        Kind::FullName => {
            let parts: Vec<&str> = (field.parts.iter())
                .filter_map(|name| object.field(name))
                .filter_map(|f| match values.get(f.id) {
                    Some(Value::Text(text)) => Some(text.as_str()),
                    _ => None,
                })
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        }
        _ => None,
    }
}

/// Whether global search reads fields of this kind.
pub fn is_searched(field: &Field) -> bool {
    match field.kind {
        Kind::Text | Kind::LongText | Kind::FullName | Kind::Emails | Kind::Phones | Kind::Address | Kind::Tags => true,
        Kind::Link | Kind::Select | Kind::MultiSelect | Kind::Stage | Kind::Number | Kind::Currency | Kind::File => {
            !field.system
        }
        Kind::Relation | Kind::Relations => field.target == Some(Target::Object(standard::COMPANIES)),
        Kind::CurrencyCode
        | Kind::Date
        | Kind::DateTime
        | Kind::YesNo
        | Kind::Rating
        | Kind::Person
        | Kind::Pipeline => false,
    }
}

fn add(making: &Making<'_>, doc: &mut SearchDoc, field: &Field, value: Option<&Value>) {
    let Some(value) = value.filter(|_| is_searched(field)) else { return };
    match (field.kind, value) {
        (Kind::Emails, Value::List(list)) => doc.emails.extend(list.iter().cloned()),
        (Kind::Phones, Value::Phones(list)) => {
            for phone in list {
                doc.phones.extend(phone.e164.as_deref().map(words::digits));
                doc.phones.push(words::digits(&phone.typed));
            }
            doc.phones.retain(|p| !p.is_empty());
            doc.phones.dedup();
        }
        (Kind::Relation | Kind::Relations, Value::Records(ids)) => {
            doc.related.extend(ids);
            doc.companies.extend(ids.iter().filter_map(|id| (making.title)(*id)));
        }
        (Kind::LongText, Value::Text(text)) => doc.body.push(text.clone()),
        _ => doc.other.extend(texts(making.schema, field, value)),
    }
}

/// The texts of a value that search looks at and shows, whatever its kind; relations have none here.
pub fn texts(schema: &Schema, field: &Field, value: &Value) -> Vec<String> {
    match value {
        Value::Text(text) => vec![text.clone()],
        Value::Number(n) => amounts(*n),
        Value::Money(m) => amounts(m.amount),
        Value::Choice(id) => {
            let label = match field.kind {
                Kind::Stage => schema.stage(*id).map(|(_, stage)| stage.label.clone()),
                _ => field.choice_by_id(*id).map(|c| c.label.clone()),
            };
            label.into_iter().collect()
        }
        Value::Choices(ids) => ids.iter().filter_map(|id| field.choice_by_id(*id)).map(|c| c.label.clone()).collect(),
        Value::List(list) => list.clone(),
        Value::Phones(list) => list.iter().map(|p| p.typed.clone()).collect(),
        Value::Address(a) => [&a.street, &a.city, &a.state, &a.postal_code, &a.country]
            .into_iter()
            .filter(|part| !part.is_empty())
            .cloned()
            .collect(),
        Value::Files(files) => files.iter().map(|f| f.name.clone()).collect(),
        Value::Rating(_) | Value::Date(_) | Value::Time(_) | Value::Bool(_) | Value::Member(_) | Value::Records(_) => {
            Vec::new()
        }
    }
}

/// An amount as people type it: `1234.5` as `1234.50`, which begins with `1234.5` and with `1234`.
fn amounts(n: Decimal) -> Vec<String> {
    let plain = n.to_string();
    match plain.split_once('.') {
        Some((_, part)) if part.len() == 1 => vec![format!("{plain}0")],
        _ => vec![plain],
    }
}
