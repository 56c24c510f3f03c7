//! A small data model with a field of every kind, for tests of this folder.

use crate::base::id::{FieldId, ObjectId, OptionId, Row};
use crate::model::object::{standard, system_field};
use crate::model::{
    Actor, ActorKind, Choice, Field, Kind, Object, Pipeline, Role, Schema, Scope, Stage, StageKind, Target,
};
use std::sync::Arc;

/// A field.
pub fn field(id: u16, name: &str, kind: Kind) -> Field {
    Field {
        id: FieldId(id),
        name: name.into(),
        label: name.into(),
        kind,
        help: String::new(),
        group: String::new(),
        origin: "base".into(),
        options: Vec::new(),
        target: None,
        inverse: String::new(),
        of: String::new(),
        parts: Vec::new(),
        required: false,
        unique: false,
        indexed: false,
        system: false,
        hidden: false,
        quick: false,
        listed: false,
        default: String::new(),
        show_if: String::new(),
        min: String::new(),
        max: String::new(),
    }
}

fn link(id: u16, name: &str, kind: Kind, target: Target, inverse: &str) -> Field {
    Field { target: Some(target), inverse: inverse.into(), ..field(id, name, kind) }
}

fn select(id: u16, name: &str, kind: Kind, options: &[&str]) -> Field {
    let options = options
        .iter()
        .zip(1..)
        .map(|(label, id)| Choice {
            id: OptionId(id),
            name: label.to_lowercase().replace(' ', "_"),
            label: (*label).into(),
            color: "gray".into(),
            retired: false,
        })
        .collect();
    Field { options, ..field(id, name, kind) }
}

fn object(id: ObjectId, name: &str, title: u16, fields: Vec<Field>) -> Object {
    let person = |id: FieldId, name: &str| field(id.0, name, Kind::Person);
    let mut all = vec![
        person(system_field::CREATED_BY, "created_by"),
        field(system_field::CREATED_AT.0, "created_at", Kind::DateTime),
        field(system_field::UPDATED_AT.0, "updated_at", Kind::DateTime),
        person(system_field::OWNER, "owner"),
    ];
    if ![standard::MEMBERS, standard::CONTACTS, standard::COMPANIES].contains(&id) {
        let target = Target::Object(standard::CONTACTS);
        all.push(link(system_field::CONTACT_ROWS.0, "contact_rows", Kind::Relations, target, ""));
    }
    all.extend(fields);
    Object {
        id,
        name: name.into(),
        label: name.into(),
        label_plural: name.into(),
        icon: String::new(),
        title: FieldId(title),
        fields: all,
        default_sort: "-created_at".into(),
        one_of: Vec::new(),
        listed: true,
        searchable: true,
        timeline: true,
        custom: false,
        next_field: 100,
    }
}

/// Members, contacts, companies, deals and notes.
pub fn schema() -> Schema {
    let contacts = Target::Object(standard::CONTACTS);
    let companies = Target::Object(standard::COMPANIES);
    let stage = |id: u32, name: &str| Stage {
        id: OptionId(id),
        name: name.into(),
        label: name.into(),
        kind: StageKind::Open,
        color: String::new(),
        probability: 10,
        stale_days: 10,
        meaning: String::new(),
        retired: false,
    };
    let pipeline = Pipeline {
        id: OptionId(50),
        object: standard::DEALS,
        name: "sales".into(),
        label: "Sales".into(),
        meaning: String::new(),
        preselect: String::new(),
        stages: vec![stage(53, "new"), stage(51, "qualified"), stage(52, "won")],
    };
    let people = vec![
        field(10, "first_name", Kind::Text),
        field(11, "last_name", Kind::Text),
        Field { parts: vec!["first_name".into(), "last_name".into()], ..field(12, "name", Kind::FullName) },
        field(13, "emails", Kind::Emails),
        field(14, "phones", Kind::Phones),
        field(15, "city", Kind::Text),
        select(16, "status", Kind::Select, &["New lead", "Active", "Lost"]),
        select(17, "interests", Kind::MultiSelect, &["Home", "Auto", "Life"]),
        field(18, "tags", Kind::Tags),
        field(19, "description", Kind::LongText),
        field(20, "score", Kind::Number),
        field(21, "stars", Kind::Rating),
        field(22, "vip", Kind::YesNo),
        field(23, "birthday", Kind::Date),
        field(24, "website", Kind::Link),
        field(25, "address", Kind::Address),
        link(26, "company", Kind::Relation, companies, "contacts"),
        link(27, "friends", Kind::Relations, contacts, "friend_of"),
    ];
    let deals = vec![
        field(10, "name", Kind::Text),
        field(11, "amount", Kind::Currency),
        Field { of: "amount".into(), ..field(12, "currency", Kind::CurrencyCode) },
        field(13, "close_date", Kind::Date),
        field(14, "stage", Kind::Stage),
        field(15, "pipeline", Kind::Pipeline),
        link(16, "point_of_contact", Kind::Relation, contacts, "deals"),
        link(17, "contacts", Kind::Relations, contacts, "deals"),
        link(18, "company", Kind::Relation, companies, "deals"),
    ];
    Schema {
        preset: "test".into(),
        version: 1,
        objects: vec![
            object(
                standard::MEMBERS,
                "members",
                10,
                vec![field(10, "name", Kind::Text), field(11, "email", Kind::Text)],
            ),
            object(standard::CONTACTS, "contacts", 12, people),
            object(standard::COMPANIES, "companies", 10, vec![field(10, "name", Kind::Text)]),
            object(standard::DEALS, "deals", 10, deals),
            object(
                standard::NOTES,
                "notes",
                10,
                vec![field(10, "title", Kind::Text), link(11, "links", Kind::Relations, Target::Any, "notes")],
            ),
        ],
        pipelines: vec![pipeline],
        views: Vec::new(),
        widgets: Vec::new(),
        rules: Vec::new(),
        profiles: Vec::new(),
        parameters: Vec::new(),
        currency: "CAD".into(),
        next_option: 100,
    }
}

/// Member 7, who may see everything, in Toronto.
pub fn actor() -> Actor {
    let role = Role {
        name: "member".into(),
        label: "Member".into(),
        scope: Scope::All,
        write: true,
        delete: true,
        purge: false,
        bulk: false,
        settings: false,
        hidden: Vec::new(),
    };
    Actor {
        member: Row(7),
        kind: ActorKind::Member,
        role: Arc::new(role),
        team: vec![Row(7), Row(8)],
        address: None,
        zone: jiff::tz::TimeZone::get("America/Toronto").expect("the bundled zone"),
        language: "en".into(),
        color_mode: "system",
    }
}
