//! Which column a field has and what lies in it.

use crate::model::{Field, Kind, Target};
use crate::store::column::Physical;

/// How the column of a field is laid out; `None` where it has none.
pub fn physical(field: &Field) -> Option<Physical> {
    Some(match field.kind {
        Kind::Number
        | Kind::Currency
        | Kind::CurrencyCode
        | Kind::Date
        | Kind::DateTime
        | Kind::YesNo
        | Kind::Rating
        | Kind::Select
        | Kind::Stage
        | Kind::Pipeline
        | Kind::Person
        | Kind::Relation => Physical::Ints,
        Kind::Text | Kind::Link | Kind::FullName | Kind::Address => Physical::Texts,
        Kind::MultiSelect | Kind::Relations => Physical::IntLists,
        Kind::Emails | Kind::Phones | Kind::Tags => Physical::TextLists,
        Kind::LongText | Kind::File => return None,
    })
}

/// Whether the numbers of a relation's column hold the object too.
pub fn is_packed(field: &Field) -> bool {
    field.kind == Kind::Relations || field.target == Some(Target::Any)
}
