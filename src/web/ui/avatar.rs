//! A record's or member's sign: its picture, or else its initials on one of the soft colours, chosen by its number so that it
//! stays the same.

use crate::base::id::RecordRef;
use crate::model::object::standard;
use crate::web::ui::{Ui, icon};
use maud::{Markup, html};

const COLOURS: [&str; 7] = ["c-blue", "c-green", "c-amber", "c-violet", "c-teal", "c-pink", "c-cyan"];

/// An avatar of the size's class (`avatar`, `avatar avatar-28`, `avatar avatar-48`).
pub fn avatar(id: RecordRef, label: &str, size: &str) -> Markup {
    let colour = colour(id);
    let person = matches!(id.object, standard::CONTACTS | standard::MEMBERS);
    let shape = if person { "" } else { "avatar-square" };
    html! { span class=(format!("{size} {shape} {colour}")) aria-hidden="true" translate="no" { (initials(label)) } }
}

/// The sign of any record: its picture where it has one, initials for other people and organisations, the object's icon for
/// everything else.
pub fn sign(ui: &Ui<'_>, id: RecordRef, label: &str, size: &str) -> Markup {
    if let Some(photo) = photo(ui, id, size) {
        return photo;
    }
    if matches!(id.object, standard::CONTACTS | standard::COMPANIES | standard::MEMBERS) {
        return avatar(id, label, size);
    }
    let object = ui.schema.object_by_id(id.object);
    html! {
        span class={ (size) " avatar-square " (colour(id)) } aria-hidden="true" { (icon::icon(object.map_or("file", |o| &o.icon))) }
    }
}

/// The picture in the size that fits; screens with finer pixels take the next larger one.
fn photo(ui: &Ui<'_>, id: RecordRef, size: &str) -> Option<Markup> {
    let version = ui.photos.get(&id)?;
    let object = ui.schema.object_by_id(id.object)?;
    let (pixels, finer) = match size {
        _ if size.contains("avatar-96") => (96, 256),
        _ if size.contains("avatar-48") => (48, 96),
        _ => (48, 48),
    };
    let address = |pixels: u32| format!("/{}/{}/photo/{pixels}?v={version}", object.name, id.row);
    let shape = if matches!(id.object, standard::CONTACTS | standard::MEMBERS) { "" } else { " avatar-square" };
    let fine = if size.contains("avatar-28") { 96 } else { finer };
    Some(html! {
        span class={ (size) (shape) " avatar-photo" } aria-hidden="true" {
            img src=(address(pixels)) srcset=[(fine > pixels).then(|| format!("{} 2x", address(fine)))]
                alt="" width=(pixels) height=(pixels) decoding="async";
        }
    })
}

fn colour(id: RecordRef) -> &'static str {
    COLOURS[(id.row.0 % COLOURS.len() as u64) as usize]
}

/// The first letters of the first and the last word.
fn initials(label: &str) -> String {
    let mut words = label.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric()));
    let Some(first) = words.next() else { return "–".into() };
    let mut text: String = first.to_uppercase().collect();
    if let Some(last) = words.next_back() {
        text.extend(last.to_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_first_and_last() {
        assert_eq!(initials("Evelyn Anne Marlowe"), "EM");
        assert_eq!(initials("  bluebird "), "B");
        assert_eq!(initials("Østergård (retired)"), "ØR");
        assert_eq!(initials("—"), "–");
    }
}
