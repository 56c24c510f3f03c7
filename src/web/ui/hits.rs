//! What a search found, grouped by object, the matching letters marked. The dialog and the search page show the same list.

use crate::base::id::{ObjectId, RecordRef};
use crate::web::messages::grouped;
use crate::web::ui::{Ui, avatar};
use maud::{Markup, html};

/// One record found.
pub struct HitRow {
    /// Which.
    pub id: RecordRef,
    /// Its name.
    pub label: String,
    /// Name of the field that matched; empty where the name itself did.
    pub field: String,
    /// Text around the match; empty where it is the name.
    pub snippet: String,
    /// What else tells it apart: e-mail, phone, company; shown where there is no snippet.
    pub line: String,
    /// Byte ranges to mark: in the snippet, or in the name where there is no snippet.
    pub marks: Vec<(usize, usize)>,
}

/// The records of one object.
pub struct HitGroup {
    /// Which object.
    pub object: ObjectId,
    /// Its plural.
    pub label: String,
    /// How many there are.
    pub count: usize,
    /// Whether there are more than were counted.
    pub more: bool,
    /// Best first.
    pub rows: Vec<HitRow>,
}

/// How the groups are marked up: as plain links, or as the options of the dialog's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum As {
    /// Links of a page.
    Links,
    /// Options of a listbox.
    Options,
}

/// The groups.
pub fn hits(ui: &Ui<'_>, groups: &[HitGroup], form: As) -> Markup {
    let options = form == As::Options;
    html! {
        @for group in groups {
            @let heading = format!("hits-{}{}", if options { "o" } else { "l" }, group.object);
            div class="hits" role=[options.then_some("group")] aria-labelledby=[options.then_some(&heading)] {
                @let name = html! { (group.label) " " span class="num" { (grouped(group.count as u64)) @if group.more { "+" } } };
                @if options { div class="hits-head" id=(heading) role="presentation" translate="no" { (name) } }
                @else { h2 class="hits-head" id=(heading) translate="no" { (name) } }
                @for row in &group.rows { (hit(ui, row, options)) }
            }
        }
    }
}

fn hit(ui: &Ui<'_>, row: &HitRow, option: bool) -> Markup {
    let href = ui.href(row.id).unwrap_or_else(|| "#".into());
    html! {
        a class="hit" href=(href) role=[option.then_some("option")] aria-selected=[option.then_some("false")] id={ @if option { "o" } @else { "l" } (row.id.object) "-" (row.id.row) } translate="no" {
            (avatar::sign(ui, row.id, &row.label, "avatar avatar-28"))
            span class="hit-text" {
                @if row.snippet.is_empty() {
                    b class="trunc" { (marked(&row.label, &row.marks)) }
                    @if !row.line.is_empty() { small class="trunc" { (row.line) } }
                } @else {
                    b class="trunc" { (row.label) }
                    small class="trunc" { (row.field) ": " (marked(&row.snippet, &row.marks)) }
                }
            }
        }
    }
}

/// `text` with the ranges marked; ranges that don't fit the text are left out.
pub fn marked(text: &str, marks: &[(usize, usize)]) -> Markup {
    let mut pieces = Vec::new();
    let mut at = 0;
    for &(from, to) in marks {
        if from >= at && to > from && text.get(at..from).is_some() && text.get(from..to).is_some() {
            pieces.push((&text[at..from], false));
            pieces.push((&text[from..to], true));
            at = to;
        }
    }
    pieces.push((&text[at..], false));
    html! { @for (piece, mark) in pieces { @if mark { mark { (piece) } } @else { (piece) } } }
}

#[cfg(test)]
mod tests {
    use super::marked;

    #[test]
    fn marks_are_escaped_and_never_cut_a_letter() {
        assert_eq!(marked("a<b>", &[(1, 2)]).into_string(), "a<mark>&lt;</mark>b&gt;");
        assert_eq!(marked("né", &[(2, 3)]).into_string(), "né");
        assert_eq!(marked("abc", &[(2, 9), (0, 1)]).into_string(), "<mark>a</mark>bc");
    }
}
