//! What most pages need around their own content: the sidebar, the names of the records they show, the members.

use crate::app::{Crm, Trouble};
use crate::base::Result;
use crate::base::id::{ObjectId, RecordRef, Row};
use crate::base::limits::PAGE_MAX;
use crate::features::photos;
use crate::model::kinds::Reading;
use crate::model::object::standard;
use crate::model::rules::{self, Action};
use crate::model::{Actor, Field, Kind, Object, Schema, Value, kinds};
use crate::records::query::{Query, Start};
use crate::records::{Record, label};
use crate::web::ask::{Ask, link};
use crate::web::ui::kept;
use crate::web::ui::shell::{NavItem, NewItem, Shell};
use crate::web::ui::{Labels, Photos, Ui, avatar, icon};
use maud::{Markup, Render, html};
use std::sync::Arc;

/// Characters of a text that stand in for a title.
const TITLE_CHARS: usize = 60;

/// One page's view of the workspace, for one person.
pub struct Desk<'a> {
    /// The workspace.
    pub crm: &'a Crm,
    /// The request.
    pub ask: &'a Ask,
    /// The data model as it is now.
    pub schema: Arc<Schema>,
    /// Names of records, filled by [`Desk::learn`].
    pub labels: Labels,
    /// Versions of records' pictures, filled with the names.
    pub photos: Photos,
}

/// What a page puts into the shell.
pub struct Frame<'a> {
    /// Title of the window.
    pub title: &'a str,
    /// The object whose pages one is on.
    pub object: Option<ObjectId>,
    /// The saved view one is on.
    pub view: Option<u32>,
    /// Left of the top bar.
    pub crumbs: Markup,
    /// Right of the top bar.
    pub actions: Markup,
    /// The page.
    pub body: Markup,
}

impl<'a> Desk<'a> {
    /// A desk for this request.
    pub fn new(crm: &'a Crm, ask: &'a Ask) -> Self {
        Self { crm, ask, schema: crm.engine.schema(), labels: Labels::new(), photos: Photos::new() }
    }

    /// Who asks.
    pub fn actor(&self) -> &'a Actor {
        &self.ask.actor
    }

    /// What components need to know.
    pub fn ui(&self) -> Ui<'_> {
        Ui {
            lang: self.ask.lang,
            schema: &self.schema,
            zone: &self.ask.actor.zone,
            now: self.crm.engine.now(),
            region: &self.crm.config.workspace.phone_region,
            me: self.ask.actor.member,
            labels: &self.labels,
            photos: &self.photos,
        }
    }

    /// Loads the names of these records, those that are not known yet.
    pub fn learn(&mut self, ids: impl IntoIterator<Item = RecordRef>) -> Result<()> {
        let mut wanted: Vec<RecordRef> = ids.into_iter().filter(|id| !self.labels.contains_key(id)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.is_empty() {
            return Ok(());
        }
        for label in self.crm.engine.labels(self.actor(), &wanted)?.into_iter().flatten() {
            self.photos.extend(label.photo.map(|sha256| (label.id, photos::version(&sha256))));
            self.labels.insert(label.id, label.text);
        }
        Ok(())
    }

    /// Loads the names of all records that these records' values point to, and notes the records' own pictures.
    pub fn learn_links(&mut self, records: &[&Record]) -> Result<()> {
        for record in records {
            self.note_photo(record);
        }
        let ids: Vec<RecordRef> = records.iter().flat_map(|r| r.values.iter().flat_map(|(_, v)| links(v))).collect();
        self.learn(ids)
    }

    /// Notes the picture of a record that is there already, so that its sign needs no query.
    pub fn note_photo(&mut self, record: &Record) {
        let object = self.schema.object_by_id(record.id.object);
        let photo = object.and_then(|object| label::photo(object, self.actor(), &record.values));
        self.photos.extend(photo.map(|sha256| (record.id, photos::version(&sha256))));
    }

    /// The value of a field, of one that is kept nowhere too.
    pub fn value(&self, object: &Object, field: &Field, record: &Record) -> Option<Value> {
        if field.is_stored() {
            record.values.get(field.id).cloned()
        } else {
            kinds::virtual_value(object, field, &record.values)
        }
    }

    /// What a record is called.
    pub fn title(&self, object: &Object, record: &Record) -> String {
        let title = match self.value(object, object.title_field(), record) {
            Some(Value::Text(text)) if !text.trim().is_empty() => Some(text),
            _ => None,
        };
        title
            .or_else(|| self.first_words(object, record))
            .or_else(|| self.labels.get(&record.id).cloned())
            .unwrap_or_else(|| self.ask.lang.t("value.unnamed").into_owned())
    }

    /// The beginning of a record's text: what names a note without a title.
    fn first_words(&self, object: &Object, record: &Record) -> Option<String> {
        let field = self.fields(object).find(|f| f.kind == Kind::LongText && f.quick)?;
        let Some(Value::Text(text)) = record.values.get(field.id) else { return None };
        let line = text.lines().find(|l| !l.trim().is_empty())?.trim();
        let short: String = line.chars().take(TITLE_CHARS).collect();
        Some(if short.len() < line.len() { format!("{}…", short.trim_end()) } else { short })
    }

    /// Fields the actor may see, in order.
    pub fn fields<'b>(&self, object: &'b Object) -> impl Iterator<Item = &'b Field> + use<'b, 'a> {
        let actor = self.actor();
        let id = object.id;
        object.fields.iter().filter(move |f| !f.hidden && rules::field_visible(actor, id, f.id))
    }

    /// Members who can be chosen, by name.
    pub fn members(&self) -> Result<Vec<(Row, String)>> {
        let query = Query {
            object: standard::MEMBERS,
            filter: "status != removed".into(),
            sort: String::new(),
            start: Start::First,
            limit: PAGE_MAX,
            trashed: false,
        };
        let page = self.crm.engine.list(self.actor(), &query)?;
        let object = self.schema.object_by_id(standard::MEMBERS);
        Ok(page.records.iter().filter_map(|r| object.map(|o| (r.id.row, self.title(o, r)))).collect())
    }

    /// What is needed to read what somebody typed.
    pub fn reading<T>(&self, read: impl FnOnce(&Reading<'_>) -> T) -> T {
        let nobody = |_: &str| None;
        read(&Reading {
            schema: &self.schema,
            now: self.crm.engine.now(),
            zone: &self.ask.actor.zone,
            region: &self.crm.config.workspace.phone_region,
            me: self.ask.actor.member,
            member: &nobody,
        })
    }

    /// How the reader wants values shown.
    pub fn locale(&self) -> kinds::Locale<'_> {
        kinds::Locale {
            zone: &self.ask.actor.zone,
            language: &self.ask.actor.language,
            region: &self.crm.config.workspace.phone_region,
        }
    }

    /// A page in the shell.
    pub fn frame(&mut self, frame: Frame<'_>) -> Result<Markup> {
        let me = RecordRef::new(standard::MEMBERS, self.actor().member);
        self.learn([me])?;
        let lang = self.ask.lang;
        let main = [NavItem {
            text: lang.t("home.title").into_owned(),
            data: false,
            icon: "house".into(),
            href: "/".into(),
            current: self.ask.path == "/",
            count: None,
            object: None,
            below: Vec::new(),
        }];
        let listed: Vec<&Object> = self.schema.objects.iter().filter(|o| o.listed).collect();
        let counts = self.crm.engine.counts(self.actor(), &listed.iter().map(|o| o.id).collect::<Vec<_>>())?;
        let objects: Vec<NavItem> = listed.iter().zip(counts).map(|(o, count)| self.nav(o, count, &frame)).collect();
        let here = self.ask.here();
        let me_label = self.ui().label(me);
        let shell = Shell {
            lang,
            look: &self.ask.look,
            mac: self.ask.mac,
            workspace: &self.crm.accounts.general()?.name,
            title: frame.title,
            me_label: &me_label,
            me_sign: avatar::sign(&self.ui(), me, &me_label, "avatar"),
            admin: rules::may(self.actor(), Action::Settings, standard::MEMBERS),
            main: &main,
            objects: &objects,
            new: &self.creatable(frame.object),
            here: &here,
            alarm: self.alarm(),
            crumbs: frame.crumbs,
            actions: frame.actions,
            body: html! { (kept::kept(lang, me.row)) (self.news()) (frame.body) },
        };
        Ok(shell.render())
    }

    fn nav(&self, object: &Object, count: Option<u64>, frame: &Frame<'_>) -> NavItem {
        let open = frame.object == Some(object.id);
        let path = format!("/{}", object.name);
        let views = self.schema.views.iter().filter(|v| v.object == object.id);
        NavItem {
            text: object.label_plural.clone(),
            data: true,
            icon: object.icon.clone(),
            href: path.clone(),
            current: open && frame.view.is_none(),
            count,
            object: Some(object.id),
            below: views
                .map(|v| NavItem {
                    text: v.name.clone(),
                    data: true,
                    icon: String::new(),
                    href: link(&path, [("view", v.id.to_string().as_str())]),
                    current: frame.view == Some(v.id),
                    count: None,
                    object: None,
                    below: Vec::new(),
                })
                .collect(),
        }
    }

    /// What one may make, that of the page's object first.
    fn creatable(&self, object: Option<ObjectId>) -> Vec<NewItem> {
        let may = |o: &&Object| o.listed && rules::may(self.actor(), Action::Create, o.id);
        let mut objects: Vec<&Object> = self.schema.objects.iter().filter(may).collect();
        objects.sort_by_key(|o| Some(o.id) != object);
        let item =
            |o: &Object| NewItem { text: o.label.clone(), icon: o.icon.clone(), href: format!("/{}/new", o.name) };
        objects.into_iter().map(item).collect()
    }

    /// What everybody should know while nothing can be saved.
    fn alarm(&self) -> Option<Markup> {
        let lang = self.ask.lang;
        let text = match self.crm.trouble()? {
            Trouble::LowDisk => lang.t("shell.low_disk"),
            Trouble::ReadOnly => lang.t("shell.read_only"),
        };
        Some(html! { div class="alarm" role="alert" { (icon::icon("triangle-alert")) p { (text) } } })
    }

    /// News of what was just done, told by the address (`done=trashed`).
    fn news(&self) -> Markup {
        let lang = self.ask.lang;
        let text = match self.ask.param("done") {
            "created" => lang.t("done.created"),
            "saved" => lang.t("done.saved"),
            "restored" => lang.t("done.restored"),
            "trashed" => lang.t("done.trashed"),
            "purged" => lang.t("done.purged"),
            _ => return html! {},
        };
        let undo = (self.ask.param("done") == "trashed").then(|| self.ask.param("of")).filter(|of| is_record_path(of));
        let label = lang.t("done.undo");
        let undo = undo.map(|of| crate::web::ui::toast::Undo { label: &label, action: format!("{of}/restore") });
        crate::web::ui::toast::toast(&text, undo.as_ref())
    }
}

/// Whether a text is the address of a record and nothing else.
pub fn is_record_path(text: &str) -> bool {
    let mut parts = text.split('/');
    parts.next() == Some("")
        && parts.next().is_some_and(|o| !o.is_empty() && o.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
        && parts.next().is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_digit()))
        && parts.next().is_none()
}

/// The records a value points to.
pub fn links(value: &Value) -> Vec<RecordRef> {
    match value {
        Value::Member(row) => vec![RecordRef::new(standard::MEMBERS, *row)],
        Value::Records(records) => records.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::is_record_path;

    #[test]
    fn only_a_records_address_is_taken_for_undo() {
        assert!(is_record_path("/contacts/12"));
        for bad in ["", "/contacts", "/contacts/x", "//evil/12", "/contacts/12/edit", "https://evil/12"] {
            assert!(!is_record_path(bad), "{bad}");
        }
    }
}
