//! Fields and schemas for tests of this row.

use crate::base::id::{FieldId, ObjectId, OptionId};
use crate::model::object::standard;
use crate::model::{Choice, Field, Kind, Object, Pipeline, Schema, Stage, StageKind};

/// A field that allows everything.
pub(crate) fn field(id: u16, name: &str, kind: Kind) -> Field {
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

/// An option.
pub(crate) fn choice(id: u32, name: &str, label: &str) -> Choice {
    Choice { id: OptionId(id), name: name.into(), label: label.into(), color: "gray".into(), retired: false }
}

fn object(id: ObjectId, name: &str, fields: Vec<Field>) -> Object {
    Object {
        id,
        name: name.into(),
        label: name.into(),
        label_plural: name.into(),
        icon: String::new(),
        title: FieldId(10),
        next_field: 100,
        fields,
        default_sort: String::new(),
        one_of: Vec::new(),
        listed: true,
        searchable: true,
        timeline: true,
        custom: false,
    }
}

fn pipeline(id: u32, name: &str, label: &str, stages: &[(u32, &str, &str)]) -> Pipeline {
    let stage = |(id, name, label): &(u32, &str, &str)| Stage {
        id: OptionId(*id),
        name: (*name).into(),
        label: (*label).into(),
        kind: StageKind::Open,
        color: "gray".into(),
        probability: 10,
        stale_days: 14,
        meaning: String::new(),
        retired: false,
    };
    Pipeline {
        id: OptionId(id),
        object: standard::DEALS,
        name: name.into(),
        label: label.into(),
        meaning: String::new(),
        preselect: String::new(),
        stages: stages.iter().map(stage).collect(),
    }
}

/// Contacts with a name of two parts, deals with an amount and a currency, and two pipelines that share a stage's name.
pub(crate) fn schema() -> Schema {
    let full_name = Field { parts: vec!["first_name".into(), "last_name".into()], ..field(10, "name", Kind::FullName) };
    let currency = Field { of: "amount".into(), ..field(12, "currency", Kind::CurrencyCode) };
    let contacts = vec![full_name, field(11, "first_name", Kind::Text), field(12, "last_name", Kind::Text)];
    let deals = vec![field(10, "name", Kind::Text), field(11, "amount", Kind::Currency), currency];
    Schema {
        preset: "test".into(),
        version: 1,
        objects: vec![object(standard::CONTACTS, "contacts", contacts), object(standard::DEALS, "deals", deals)],
        pipelines: vec![
            pipeline(1, "buyer", "Buyer Pipeline", &[(11, "contacted", "Contacted"), (12, "offer_made", "Offer Made")]),
            pipeline(2, "seller", "Seller Pipeline", &[(21, "contacted", "Contacted"), (22, "sold", "Sold")]),
        ],
        views: Vec::new(),
        widgets: Vec::new(),
        rules: Vec::new(),
        profiles: Vec::new(),
        parameters: Vec::new(),
        currency: "CAD".into(),
        next_option: 100,
    }
}
