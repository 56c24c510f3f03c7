//! The fields of a record: those people look at most beside everything else, all of them on a tab. Every value is a cell that is
//! edited in place.

use super::cell::{Seat, cell};
use crate::model::object::system_field;
use crate::model::{Field, Object};
use crate::records::Record;
use crate::web::desk::Desk;
use crate::web::pages::list::Listing;
use crate::web::ui::icon;
use maud::{Markup, html};

type Groups<'a> = Vec<(&'a str, Vec<&'a Field>)>;

fn grouped<'a>(fields: impl Iterator<Item = &'a Field>) -> Groups<'a> {
    let mut groups: Groups<'a> = Vec::new();
    for field in fields {
        match groups.iter_mut().find(|(name, _)| *name == field.group) {
            Some((_, list)) => list.push(field),
            None => groups.push((&field.group, vec![field])),
        }
    }
    groups
}

/// First those of the create form and the list, then whatever else has a value, by group; the empty ones are one click away.
pub(super) fn details(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    let lang = desk.ask.lang;
    let path = format!("/{}/{}", object.name, record.id.row);
    let all: Vec<&Field> = desk.fields(object).filter(|f| f.is_stored()).collect();
    let (first, rest): (Vec<&Field>, Vec<&Field>) = all.into_iter().partition(|f| matters(f));
    let has_value = |f: &&&Field| record.values.get(f.id).is_some();
    let filled = grouped(rest.iter().copied().filter(|f| has_value(&f)));
    let empty = grouped(rest.iter().copied().filter(|f| !has_value(&f) && !f.system));
    let left: usize = empty.iter().map(|(_, list)| list.len()).sum();
    let href = Listing::of(desk, object).link(&path, &[("tab", "fields")]);
    html! {
        div class="details" id="details" data-cells data-refresh {
            section class="section" {
                div class="section-head" {
                    h2 { (lang.t("record.details")) }
                    a class="btn btn-ghost" href=(href) data-tab-link="fields" { (lang.t("record.all_fields")) }
                }
                (rows(desk, object, record, &first))
                @for (name, fields) in &filled {
                    h3 { (group_name(desk, name)) }
                    (rows(desk, object, record, fields))
                }
                @if left > 0 {
                    details class="more-fields" {
                        summary { (icon::sized("chevron-right", "icon icon-14")) (lang.count("record.more_field", "record.more_fields", left as u64)) }
                        @for (name, fields) in &empty {
                            h3 { (group_name(desk, name)) }
                            (rows(desk, object, record, fields))
                        }
                    }
                }
            }
        }
    }
}

/// Whether a field is shown at the top, with or without a value.
fn matters(field: &Field) -> bool {
    (field.quick || field.listed || field.id == system_field::OWNER) && !field.system
}

/// All fields, group by group.
pub(super) fn fields_tab(desk: &Desk<'_>, object: &Object, record: &Record) -> Markup {
    html! {
        div class="fields-tab" data-cells {
            @for (name, fields) in &grouped(desk.fields(object).filter(|f| f.is_stored())) {
                section class="section" {
                    div class="section-head" { h2 { (group_name(desk, name)) } }
                    (rows(desk, object, record, fields))
                }
            }
        }
    }
}

fn group_name(desk: &Desk<'_>, name: &str) -> Markup {
    html! { @if name.is_empty() { (desk.ask.lang.t("record.system")) } @else { span translate="no" { (name) } } }
}

fn rows(desk: &Desk<'_>, object: &Object, record: &Record, fields: &[&Field]) -> Markup {
    html! {
        dl {
            @for field in fields {
                div class="detail" {
                    dt translate="no" title=[(!field.help.is_empty()).then_some(&field.help)] { (field.label) }
                    dd data-cell=(field.name) { (cell(desk, object, field, record, Seat::Details)) }
                }
            }
        }
    }
}
