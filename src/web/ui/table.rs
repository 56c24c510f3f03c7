//! A table: the widths of its columns by kind, its head with the way to sort, what a column is on a phone, its foot with the totals.
//! Rows come from the page. Script makes a grid of it, with a focus that walks from cell to cell (`assets/js/grid.js`).

use crate::model::{Field, Kind};
use crate::web::ui::{field, icon};
use maud::{Markup, html};

/// How a list is sorted by one of its columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Not by this one.
    None,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
}

/// A column's head.
pub struct Head<'a> {
    /// The field it shows.
    pub field: &'a Field,
    /// How the list is sorted by it.
    pub sort: Sort,
    /// Where a click on it leads; `None` where it can't be sorted.
    pub href: Option<String>,
    /// Whether its cells can be edited in place.
    pub editable: bool,
}

/// Columns of a table as `col` elements with the classes of their widths; the title's first.
pub fn columns(title: &Field, fields: &[&Field]) -> Markup {
    let name = if title.kind == Kind::FullName { "col-name" } else { "col-title" };
    html! {
        colgroup {
            col class=(name);
            @for field in fields { col class=(width(field)); }
        }
    }
}

/// The class of a column's width: by kind, so that it is the same on every page of the list.
fn width(field: &Field) -> &'static str {
    match field.kind {
        Kind::YesNo | Kind::CurrencyCode | Kind::Number | Kind::Rating => "col-number",
        Kind::Select | Kind::Pipeline => "col-select",
        Kind::Currency => "col-money",
        Kind::Date | Kind::DateTime => "col-date",
        Kind::Stage => "col-stage",
        Kind::Text | Kind::File => "col-text",
        Kind::Phones => "col-phone",
        Kind::Person | Kind::Relation | Kind::Relations | Kind::FullName => "col-link",
        Kind::Tags | Kind::MultiSelect | Kind::Link => "col-list",
        Kind::Emails | Kind::Address | Kind::LongText => "col-long",
    }
}

/// A column's head; a link where it can be sorted.
pub fn head(head: &Head<'_>) -> Markup {
    let field = head.field;
    let sort = match head.sort {
        Sort::None => None,
        Sort::Ascending => Some(("ascending", "arrow-up")),
        Sort::Descending => Some(("descending", "arrow-down")),
    };
    html! {
        th scope="col" class=[field::is_right(field.kind).then_some("right")] aria-sort=[sort.map(|s| s.0)]
            data-edit=[head.editable.then_some(&field.name)] {
            @match &head.href {
                Some(href) => a id={ "sort-" (field.name) } href=(href) hx-get=(href) {
                    span { (field.label) }
                    @if let Some((_, name)) = sort { (icon::sized(name, "icon icon-12")) }
                },
                None => span { (field.label) },
            }
        }
    }
}

/// What each column is in a phone's two-line row: one under the name, one or two on the right, the others not at all.
pub fn phone_roles(columns: &[&Field]) -> Vec<&'static str> {
    let first = |taken: &[usize], wanted: &[Kind]| {
        columns.iter().enumerate().find(|(i, f)| !taken.contains(i) && wanted.contains(&f.kind)).map(|(i, _)| i)
    };
    let day = [Kind::Date, Kind::DateTime];
    let amount = first(&[], &[Kind::Currency]).or_else(|| first(&[], &day)).or_else(|| first(&[], &[Kind::Number]));
    let taken: Vec<usize> = amount.into_iter().collect();
    let state = first(&taken, &[Kind::Stage]).or_else(|| first(&taken, &[Kind::Select]));
    let reach = [Kind::Emails, Kind::Phones, Kind::Text, Kind::Relation, Kind::Relations, Kind::Person];
    let line = first(&taken, &day).or_else(|| first(&taken, &reach));
    (0..columns.len())
        .map(|i| match Some(i) {
            at if at == amount => "phone-a",
            at if at == state => "phone-b",
            at if at == line => "phone-line",
            _ => "",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::phone_roles;
    use crate::model::Field;
    use crate::model::preset::Preset;

    #[test]
    fn a_phones_row_has_the_day_under_the_name_and_amount_and_state_on_the_right() {
        let schema = Preset::load("generic", None).expect("a preset").schema("USD").expect("a data model");
        let deals = schema.object("deals").expect("deals");
        let columns: Vec<&Field> =
            ["stage", "amount", "close_date", "owner"].iter().filter_map(|n| deals.field(n)).collect();
        assert_eq!(phone_roles(&columns), ["phone-b", "phone-a", "phone-line", ""]);
        let contacts = schema.object("contacts").expect("contacts");
        let columns: Vec<&Field> = ["emails", "phones"].iter().filter_map(|n| contacts.field(n)).collect();
        assert_eq!(phone_roles(&columns), ["phone-line", ""]);
    }
}
