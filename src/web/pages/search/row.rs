//! From a record to a row of what was found: what it is called, what tells it apart, what its state is. Works on records
//! that were read already; the names of what they point to are loaded once for all rows.

use crate::base::id::RecordRef;
use crate::base::time;
use crate::model::object::system_field;
use crate::model::{Field, Kind, Object, Value, kinds};
use crate::records::Record;
use crate::records::search::Hit;
use crate::web::desk::{Desk, links};
use crate::web::ui::Ui;
use crate::web::ui::field::{self, Place};
use crate::web::ui::hits::{HitRow, Piece};
use maud::{Markup, html};

/// Pieces of the second line.
const PIECES_MAX: usize = 2;
/// Characters of a piece.
const PIECE_CHARS: usize = 80;

/// The records whose names the rows of these records mention.
pub fn mentioned<'a>(desk: &Desk<'_>, records: impl IntoIterator<Item = &'a Record>) -> Vec<RecordRef> {
    let mut ids = Vec::new();
    for record in records {
        let Some(object) = desk.schema.object_by_id(record.id.object) else { continue };
        let fields = telling(desk, object).into_iter().filter(|f| matches!(f.kind, Kind::Relation | Kind::Relations));
        ids.extend(fields.filter_map(|f| record.values.get(f.id).and_then(|v| links(v).first().copied())));
    }
    ids
}

/// The row of a record; of one that a search found, with what matched marked.
pub fn row(desk: &Desk<'_>, object: &Object, record: &Record, hit: Option<&Hit>) -> HitRow {
    let label = desk.title(object, record);
    let mut row =
        HitRow { id: record.id, marks: Vec::new(), line: Vec::new(), fact: fact(desk, object, record), label };
    let mut pieces = pieces(desk, object, record, &row.label);
    match hit {
        Some(hit) if hit.snippet == row.label => row.marks.clone_from(&hit.marks),
        Some(hit) if hit.field != object.title => {
            let known = pieces.iter_mut().find(|(field, _)| *field == hit.field);
            match (known, object.field_by_id(hit.field)) {
                // It stands there anyhow: as it was written where it matched.
                (Some((_, piece)), Some(field)) if order(field.kind) <= order(Kind::Link) => {
                    piece.text.clone_from(&hit.snippet);
                    piece.marks.clone_from(&hit.marks);
                }
                (_, Some(field)) => {
                    let found =
                        Piece { field: field.label.clone(), text: hit.snippet.clone(), marks: hit.marks.clone() };
                    pieces = vec![(hit.field, found)];
                }
                (_, None) => {}
            }
        }
        _ => {}
    }
    row.line = pieces.into_iter().map(|(_, piece)| piece).collect();
    row
}

/// The fields that tell two records of the same name apart, the best first.
fn telling<'a>(desk: &Desk<'_>, object: &'a Object) -> Vec<&'a Field> {
    let parts = &object.title_field().parts;
    let mut fields: Vec<(u8, &Field)> = desk
        .fields(object)
        .filter(|f| (f.listed || f.quick) && f.id != object.title && !f.system && !parts.contains(&f.name))
        .filter_map(|f| Some((order(f.kind)?, f)))
        .collect();
    fields.sort_by_key(|(order, _)| *order);
    fields.into_iter().map(|(_, field)| field).collect()
}

fn order(kind: Kind) -> Option<u8> {
    Some(match kind {
        Kind::Emails => 0,
        Kind::Phones => 1,
        Kind::Relation | Kind::Relations => 2,
        Kind::Link => 3,
        Kind::Text => 4,
        Kind::LongText => 5,
        _ => return None,
    })
}

fn pieces(desk: &Desk<'_>, object: &Object, record: &Record, label: &str) -> Vec<(crate::base::id::FieldId, Piece)> {
    let text = |field: &Field| {
        let text = match record.values.get(field.id)? {
            Value::Records(records) => desk.labels.get(records.first()?)?.clone(),
            Value::List(list) => list.first()?.clone(),
            Value::Phones(phones) => {
                let first = Value::Phones(phones.first().into_iter().cloned().collect());
                kinds::show(field, &first, &desk.schema, &desk.locale(), &|_| None)
            }
            Value::Text(text) if field.kind == Kind::Link => {
                let bare = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
                bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/').to_owned()
            }
            Value::Text(text) => {
                let line = text.lines().map(str::trim).find(|l| !l.is_empty())?;
                line.chars().take(PIECE_CHARS).collect()
            }
            _ => return None,
        };
        let beginning = label.strip_suffix('…').unwrap_or(label);
        (!text.is_empty() && !text.starts_with(beginning)).then_some(text)
    };
    telling(desk, object)
        .into_iter()
        .filter_map(|f| Some((f.id, Piece { field: String::new(), text: text(f)?, marks: Vec::new() })))
        .take(PIECES_MAX)
        .collect()
}

/// What stands on the right: what it is worth, when it is due, else in which state it is, else when it was made.
fn fact(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let ui = desk.ui();
    let value = |f: &Field| record.values.get(f.id).cloned();
    let first =
        |fits: &dyn Fn(&Field) -> bool| desk.fields(object).filter(|f| fits(f)).find_map(|f| value(f).map(|v| (f, v)));
    let shown = |(field, value): (&Field, Value)| field::view(&ui, field, Some(&value), Place::Cell);
    if let Some(worth) = first(&|f| f.kind == Kind::Currency && f.quick) {
        return shown(worth);
    }
    let done = object.field("completed_at").is_some_and(|f| value(f).is_some());
    if let Some((_, Value::Time(due))) = first(&|f| f.kind == Kind::DateTime && f.quick && f.indexed).filter(|_| !done)
    {
        return day(&ui, due, true);
    }
    if let Some(state) = first(&|f| matches!(f.kind, Kind::Stage | Kind::Select) && !f.system) {
        return shown(state);
    }
    match record.values.get(system_field::CREATED_AT) {
        Some(Value::Time(made)) => day(&ui, *made, false),
        _ => html! {},
    }
}

/// A day; red where it is due and past.
fn day(ui: &Ui<'_>, moment: i64, due: bool) -> Markup {
    let day = time::day_of(moment, ui.zone);
    let late = due && day < time::day_of(ui.now, ui.zone);
    html! { time class={ "num" @if late { " text-red" } } datetime=(time::date_text(day)) { (time::show_date(day)) } }
}
