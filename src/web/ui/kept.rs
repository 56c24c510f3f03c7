//! What the browser shows of edits that could not be sent: a bar with their number, a line below each. It stands in the page as a
//! template, because the texts come from the catalogue.

use crate::base::id::Row;
use crate::web::messages::Lang;
use crate::web::ui::icon;
use maud::{Markup, html};

/// The template that `kept.js` takes its pieces from; it says whose edits they are.
pub fn kept(lang: Lang, member: Row) -> Markup {
    html! {
        template id="kept-texts" data-member=(member) data-offline-one=(lang.t("kept.offline_one")) data-offline-many=(lang.t("kept.offline_many"))
            data-failed-one=(lang.t("kept.failed_one")) data-failed-many=(lang.t("kept.failed_many")) data-stuck-one=(lang.t("kept.stuck"))
            data-note-offline=(lang.t("kept.note_offline")) data-note-failed=(lang.t("kept.note_failed")) data-note-value=(lang.t("kept.note_value"))
            data-saved=(lang.t("kept.saved")) {
            div class="kept" role="status" {
                (icon::icon("wifi-off"))
                b data-text {}
                a class="btn" href="/" hidden { (lang.t("kept.open")) }
                button class="btn btn-ghost" type="button" data-kept-discard="" hidden { (lang.t("kept.discard")) }
                button class="btn" type="button" data-retry { (lang.t("kept.retry")) }
            }
            p class="kept-note" role="alert" { (icon::sized("wifi-off", "icon icon-14")) span data-text {} }
        }
    }
}
