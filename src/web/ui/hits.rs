//! Records that a search found or that were opened lately, grouped by object: who or what it is with the matching letters
//! marked, what tells it apart on a second line, a fact on the right. The dialog and the search page show the same rows.

use crate::base::id::{ObjectId, RecordRef};
use crate::web::ui::{Ui, avatar};
use maud::{Markup, html};

/// One record.
pub struct HitRow {
    /// Which.
    pub id: RecordRef,
    /// Its name.
    pub label: String,
    /// Byte ranges to mark in the name.
    pub marks: Vec<(usize, usize)>,
    /// What else tells it apart: the text that matched, an e-mail, a company.
    pub line: Vec<Piece>,
    /// What stands on the right: a state, an amount, a day.
    pub fact: Markup,
}

/// A piece of the second line.
pub struct Piece {
    /// Name of its field, where that has to be said; empty otherwise.
    pub field: String,
    /// Its text.
    pub text: String,
    /// Byte ranges to mark in it.
    pub marks: Vec<(usize, usize)>,
}

/// Records of one object, or those opened lately.
pub struct HitGroup {
    /// Which object; `None` for records of all.
    pub object: Option<ObjectId>,
    /// Its plural, or what else they have in common.
    pub label: String,
    /// Whether that is data, not ours.
    pub data: bool,
    /// Where all of them are shown, and what that is called; `None` where these are all.
    pub all: Option<(String, String)>,
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
            @let heading = format!("hits-{}{}", if options { "o" } else { "l" }, group.object.map_or(0, |o| o.0));
            div class="hits" role=[options.then_some("group")] aria-labelledby=[options.then_some(&heading)] {
                @let no = group.data.then_some("no");
                @if options { div class="hits-head" id=(heading) role="presentation" translate=[no] { (group.label) } }
                @else { h2 class="hits-head" id=(heading) translate=[no] { (group.label) } }
                @for row in &group.rows { (hit(ui, row, options)) }
                @if let (Some((href, text)), false) = (&group.all, options) {
                    a class="hits-all link" href=(href) { (text) }
                }
            }
        }
    }
}

fn hit(ui: &Ui<'_>, row: &HitRow, option: bool) -> Markup {
    let href = ui.href(row.id).unwrap_or_else(|| "#".into());
    html! {
        a class="hit" href=(href) role=[option.then_some("option")] aria-selected=[option.then_some("false")] tabindex=[option.then_some("-1")]
            id={ @if option { "o" } @else { "l" } (row.id.object) "-" (row.id.row) } translate="no" {
            (avatar::sign(ui, row.id, &row.label, "avatar avatar-28"))
            (text(row))
            span class="hit-fact" { (row.fact) }
        }
    }
}

/// Name and second line of a row.
pub fn text(row: &HitRow) -> Markup {
    html! {
        span class="hit-text" {
            b class="trunc" { (marked(&row.label, &row.marks)) }
            @if !row.line.is_empty() {
                small class="trunc" {
                    @for (i, piece) in row.line.iter().enumerate() {
                        @if i > 0 { " · " }
                        @if !piece.field.is_empty() { (piece.field) ": " }
                        (marked(&piece.text, &piece.marks))
                    }
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
