//! Components: functions that turn values into markup. None of them loads data or asks what an actor may do; a page does both
//! before and hands over what is to be shown.

pub mod ago;
pub mod avatar;
pub mod breadcrumb;
pub mod empty;
pub mod field;
pub mod hits;
pub mod icon;
pub mod kept;
pub mod pagination;
pub mod palette;
pub mod pill;
pub mod progress;
pub mod shell;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod toast;

use crate::base::clock::Millis;
use crate::base::id::{RecordRef, Row};
use crate::model::Schema;
use crate::web::messages::Lang;
use jiff::tz::TimeZone;
use std::collections::HashMap;

/// Names of records that a page shows, loaded before it is rendered.
pub type Labels = HashMap<RecordRef, String>;

/// Versions of the pictures of records that a page shows, loaded with their names; see [`crate::features::photos::version`].
pub type Photos = HashMap<RecordRef, String>;

/// What every component may need to know.
pub struct Ui<'a> {
    /// The language.
    pub lang: Lang,
    /// The data model.
    pub schema: &'a Schema,
    /// The reader's time zone.
    pub zone: &'a TimeZone,
    /// Now.
    pub now: Millis,
    /// Region whose phone numbers are written without a country code.
    pub region: &'a str,
    /// The member who reads.
    pub me: Row,
    /// Names of the records that values point to.
    pub labels: &'a Labels,
    /// Pictures of the records that the page shows.
    pub photos: &'a Photos,
}

impl Ui<'_> {
    /// The message under `key`.
    pub fn t(&self, key: &'static str) -> std::borrow::Cow<'static, str> {
        self.lang.t(key)
    }

    /// How a record is called here; a stand-in for one the reader may not see.
    pub fn label(&self, id: RecordRef) -> String {
        self.labels.get(&id).cloned().unwrap_or_else(|| self.t("value.unavailable").into_owned())
    }

    /// Address of a record's page; `None` for objects that have none.
    pub fn href(&self, id: RecordRef) -> Option<String> {
        let object = self.schema.object_by_id(id.object).filter(|o| o.listed)?;
        Some(format!("/{}/{}", object.name, id.row))
    }
}
