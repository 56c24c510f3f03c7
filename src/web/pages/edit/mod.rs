//! Changing a record: one field in place, or all of them in one form. A form carries the values it was shown, so that a colleague's
//! newer value is shown beside one's own and never overwritten.

mod conflict;
mod field;
mod whole;

use crate::base::Problem;
use crate::base::id::RecordRef;
use crate::base::{Error, Result};
use crate::http::{CrmData, Failure, run};
use crate::model::rules::{self, Action};
use crate::model::{Field, Object};
use crate::records::{Record, State};
use crate::web::ask::Ask;
use crate::web::desk::{Desk, links};
use crate::web::form::{self, Form, value_of};
use crate::web::ui::field::{Parts, has_input};
use actix_web::{HttpResponse, web};

type Body = web::Form<Vec<(String, String)>>;
type Outcome = std::result::Result<HttpResponse, Failure>;

/// `GET /{object}/{row}/fields/{field}`: its form; with `show=value` what it holds. With `in=table` both are made for a table's
/// cell.
pub async fn field(crm: CrmData, ask: Ask, path: web::Path<(String, String, String)>) -> Outcome {
    let (object, row, field) = path.into_inner();
    let by_script = ask.by_script;
    Ok(run(&crm, move |crm| field::show(crm, &ask, &object, &row, &field)).await?.respond(by_script))
}

/// `POST` there: saves it; with `show=form` it only shows the form again with what was typed.
pub async fn save_field(crm: CrmData, ask: Ask, path: web::Path<(String, String, String)>, body: Body) -> Outcome {
    let (object, row, field) = path.into_inner();
    let form = Form(body.into_inner());
    let by_script = ask.by_script;
    Ok(run(&crm, move |crm| field::store(crm, &ask, &object, &row, &field, &form)).await?.respond(by_script))
}

/// `GET /{object}/{row}/edit`: all fields in one form.
pub async fn page(crm: CrmData, ask: Ask, path: web::Path<(String, String)>) -> Outcome {
    let (object, row) = path.into_inner();
    Ok(run(&crm, move |crm| whole::show(crm, &ask, &object, &row)).await?.respond(false))
}

/// `POST` there: saves those that were changed.
pub async fn save_page(crm: CrmData, ask: Ask, path: web::Path<(String, String)>, body: Body) -> Outcome {
    let (object, row) = path.into_inner();
    let form = Form(body.into_inner());
    Ok(run(&crm, move |crm| whole::store(crm, &ask, &object, &row, &form)).await?.respond(false))
}

/// Whether somebody may change this record as it is now: not in the trash, not history, not by a role that only reads.
pub fn is_open(desk: &Desk<'_>, object: &Object, record: &Record) -> bool {
    record.state == State::Live
        && !rules::is_settled(object, &record.values)
        && rules::may(desk.actor(), Action::Edit, object.id)
}

/// The fields that are written where `field` is edited: itself, or the parts of a name; none where it can't be.
pub fn written<'a>(desk: &Desk<'_>, object: &'a Object, field: &'a Field) -> Vec<&'a Field> {
    let editable = |f: &Field| has_input(f) && rules::field_editable(desk.actor(), object.id, f);
    let parts = field.parts.iter().filter_map(|name| object.field(name));
    if field.is_stored() { vec![field] } else { parts.collect() }.into_iter().filter(|f| editable(f)).collect()
}

/// Says why a record can't be changed, where it can't.
fn check_open(desk: &Desk<'_>, object: &Object, record: &Record) -> Result<()> {
    let lang = desk.ask.lang;
    if is_open(desk, object, record) {
        return Ok(());
    }
    let why = match record.state {
        State::Trashed => lang.t("edit.trashed"),
        State::Live if rules::is_settled(object, &record.values) => lang.t("edit.settled"),
        State::Live => lang.t("edit.denied"),
    };
    Err(Error::Denied(why.into_owned()))
}

/// Loads the names of the records that were typed, to show them again.
fn learn_typed(desk: &mut Desk<'_>, field: &Field, parts: &Parts) -> Result<()> {
    let typed = desk.reading(|reading| value_of(field, parts, reading)).ok().flatten();
    desk.learn(typed.iter().flat_map(links))
}

/// What was typed, field by field.
pub fn typed(object: &Object, form: &form::Form) -> Vec<(String, Parts)> {
    object
        .fields
        .iter()
        .filter(|f| has_input(f))
        .filter_map(|f| form.parts(&f.name).map(|parts| (f.name.clone(), parts)))
        .collect()
}

fn sentences(problems: &[Problem]) -> String {
    problems.iter().map(|p| p.message.as_str()).collect::<Vec<_>>().join(" ")
}

/// Address of a record's page.
pub fn record_path(object: &Object, id: RecordRef) -> String {
    format!("/{}/{}", object.name, id.row)
}
