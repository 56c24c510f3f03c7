//! What the address says about a list, and the addresses that say something else: a view, a filter, a sort.

use crate::model::view::View;
use crate::model::{Field, Object};
use crate::records::query::{Query, Start};
use crate::web::ask::link;
use crate::web::desk::Desk;
use crate::web::ui::table::Sort;

/// What the address says about a list.
#[derive(Debug, Clone, Default)]
pub struct Listing<'a> {
    /// The saved view, where one is open.
    pub view: Option<&'a View>,
    /// The filter somebody typed.
    pub filter: &'a str,
    /// The sort somebody clicked.
    pub sort: &'a str,
}

impl<'a> Listing<'a> {
    /// Reads it; a view that is not there is no view.
    pub fn of(desk: &'a Desk<'_>, object: &Object) -> Self {
        let ask = desk.ask;
        let id: Option<u32> = ask.param("view").parse().ok();
        let view = desk.schema.views.iter().find(|v| Some(v.id) == id && v.object == object.id);
        Self {
            view,
            filter: ask.query.get("filter").unwrap_or_default().trim(),
            sort: ask.query.get("sort").unwrap_or_default(),
        }
    }

    /// Whether the address says anything about the list.
    pub fn is_named(&self) -> bool {
        self.view.is_some() || !self.filter.is_empty() || !self.sort.is_empty()
    }

    /// The whole filter: the view's and the typed one.
    pub fn whole_filter(&self) -> String {
        match (self.view.map_or("", |v| v.filter.as_str()), self.filter) {
            ("", typed) => typed.to_owned(),
            (view, "") => view.to_owned(),
            (view, typed) => format!("({view}) AND ({typed})"),
        }
    }

    /// The sort: clicked, else the view's, else none.
    pub fn whole_sort(&self) -> &str {
        if self.sort.is_empty() { self.own_sort() } else { self.sort }
    }

    fn own_sort(&self) -> &str {
        self.view.map_or("", |v| v.sort.as_str())
    }

    /// How the list is sorted by a field: by its first sort, the clicked one, the view's or the object's.
    pub fn sorted(&self, object: &Object, field: &Field) -> Sort {
        let sort = if self.whole_sort().is_empty() { &object.default_sort } else { self.whole_sort() };
        direction(sort, &field.name)
    }

    /// The sort that a click on a column asks for: ascending, descending, then the list's own again.
    pub fn next_sort(&self, object: &Object, field: &Field) -> String {
        let own = if self.own_sort().is_empty() { &object.default_sort } else { self.own_sort() };
        match self.sorted(object, field) {
            Sort::Ascending => format!("-{}", field.name),
            Sort::Descending if !self.sort.is_empty() && direction(own, &field.name) != Sort::Descending => {
                String::new()
            }
            Sort::Descending | Sort::None => field.name.clone(),
        }
    }

    /// An address that says the same, with `more` behind.
    pub fn link(&self, path: &str, more: &[(&str, &str)]) -> String {
        let view = self.view.map(|v| v.id.to_string()).unwrap_or_default();
        let own = [("view", view.as_str()), ("filter", self.filter), ("sort", self.sort)];
        link(path, own.into_iter().filter(|(name, _)| !more.iter().any(|(n, _)| n == name)).chain(more.iter().copied()))
    }

    /// The address of a record of this list: it knows the list one came from, so a list that says nothing names its own order.
    pub fn record(&self, object: &Object, row: crate::base::id::Row) -> String {
        let sort = if self.is_named() { self.sort } else { object.default_sort.as_str() };
        self.link(&format!("/{}/{row}", object.name), &[("sort", sort)])
    }

    /// The list as a query.
    pub fn query(&self, object: &Object, start: Start, limit: usize) -> Query {
        Query {
            object: object.id,
            filter: self.whole_filter(),
            sort: self.whole_sort().to_owned(),
            start,
            limit,
            trashed: false,
        }
    }
}

fn direction(sort: &str, field: &str) -> Sort {
    let first = sort.split(',').next().unwrap_or_default().trim();
    match first.strip_prefix('-') {
        Some(name) if name == field => Sort::Descending,
        None if first == field => Sort::Ascending,
        _ => Sort::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::preset::Preset;

    #[test]
    fn a_column_is_sorted_up_then_down_then_not_at_all() {
        let schema = Preset::load("generic", None).expect("a preset").schema("USD").expect("a data model");
        let deals = schema.object("deals").expect("deals");
        let amount = deals.field("amount").expect("an amount");
        let clicked = |sort| Listing { sort, ..Listing::default() }.next_sort(deals, amount);
        assert_eq!(clicked(""), "amount");
        assert_eq!(clicked("amount"), "-amount");
        assert_eq!(clicked("-amount"), "");
        assert_eq!(clicked("name"), "amount");
        let own = deals.default_sort.trim_start_matches('-').to_owned();
        let field = deals.field(&own).expect("the field of the object's own order");
        let listing = Listing::default();
        assert_ne!(listing.sorted(deals, field), Sort::None, "the object's own order is marked too");
        let other = Listing { sort: &deals.default_sort, ..Listing::default() };
        assert_ne!(other.next_sort(deals, field), deals.default_sort, "a click always changes something");
    }
}
