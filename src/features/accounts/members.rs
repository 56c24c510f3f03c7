//! Members as accounts see them: a record of the object `members`, read into a small struct. Their passwords lie elsewhere.

use super::Accounts;
use crate::base::id::{FieldId, RecordRef, Row};
use crate::base::{Error, Result};
use crate::model::object::standard::MEMBERS;
use crate::model::{Actor, Kind, Object, Role, Value};
use crate::records::save::{Change, Command};
use crate::records::{Context, Record, State};

/// Characters of an e-mail address at most.
const EMAIL_CHARACTERS_MAX: usize = 254;

/// A person who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its record.
    pub row: Row,
    /// What people call them.
    pub name: String,
    /// The address they sign in with, as typed.
    pub email: String,
    /// API name of their role.
    pub role: String,
    /// Neither removed nor in the trash.
    pub active: bool,
    /// Members with the same team belong together; empty for none.
    pub team: String,
    /// IANA time zone; empty for the workspace's.
    pub time_zone: String,
    /// Language tag; empty for the workspace's.
    pub language: String,
    /// Light, dark, or as the device says; empty for that too.
    pub color_mode: String,
}

/// A member to be made.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// What people call them.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// API name of their role.
    pub role: String,
}

/// How an e-mail address is compared: without case and spaces around.
pub fn folded(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Accounts {
    /// The member with this row; absent or removed for ever: [`Error::NotFound`].
    pub fn member(&self, row: Row) -> Result<Member> {
        let record = self.engine().get(&Actor::system("accounts"), RecordRef::new(MEMBERS, row))?;
        self.read_member(&record)
    }

    /// The member with this e-mail address, in whatever state.
    pub fn member_by_email(&self, email: &str) -> Result<Option<Member>> {
        let wanted = folded(email);
        if wanted.is_empty() || wanted.chars().count() > EMAIL_CHARACTERS_MAX || wanted.contains(char::is_control) {
            return Ok(None);
        }
        let mut found: Vec<Member> =
            self.all_members()?.into_iter().map(|(m, _)| m).filter(|m| folded(&m.email) == wanted).collect();
        // Of several (one in the trash, say) the one who may sign in.
        found.sort_by_key(|m| !m.active);
        Ok(found.into_iter().next())
    }

    /// All members that are not in the trash, by name.
    pub fn members(&self) -> Result<Vec<Member>> {
        let mut members: Vec<Member> =
            self.all_members()?.into_iter().filter(|(_, state)| *state == State::Live).map(|(m, _)| m).collect();
        members.sort_by_key(|m| (m.name.to_lowercase(), m.row));
        Ok(members)
    }

    /// Makes a member without a password. Problems name `name`, `email` or `role`.
    pub fn add_member(&self, actor: &Actor, new: &NewMember) -> Result<Member> {
        let email = new.email.trim();
        let mut problems = Vec::new();
        let mut wrong =
            |field: &str, code, message: &str| problems.push(crate::base::Problem::new(field, code, message));
        if new.name.trim().is_empty() {
            wrong("name", "required", "Give a name.");
        }
        if !is_email(email) {
            wrong("email", "invalid", "Give an e-mail address such as amy@example.com.");
        }
        if Role::by_name(&new.role).is_none() {
            let names: Vec<_> = Role::ready().into_iter().map(|r| r.name).collect();
            wrong("role", "unknown", &format!("There is no such role; there are {}.", names.join(", ")));
        }
        if !problems.is_empty() {
            return Err(Error::Invalid(problems));
        }
        if self.member_by_email(email)?.is_some() {
            return Err(Error::invalid("email", "taken", "There is a member with this e-mail address already."));
        }
        let schema = self.engine().schema();
        let object = schema.object_by_id(MEMBERS).ok_or(Error::NotFound)?;
        let mut values = Vec::new();
        for (name, text) in [("name", new.name.trim()), ("email", email), ("role", &new.role)] {
            let field = object.field(name).ok_or_else(|| missing(name))?;
            values.push((field.id, text_value(field.kind, text)));
        }
        let saved = self.engine().run(actor, Command::Create { object: MEMBERS, values }, Context::default())?;
        self.read_member(&saved.record)
    }

    /// Gives a member another role; their sessions end, because a session holds the role it began with.
    pub fn set_role(&self, actor: &Actor, row: Row, role: &str) -> Result<()> {
        if Role::by_name(role).is_none() {
            return Err(Error::invalid("role", "unknown", "There is no such role."));
        }
        let schema = self.engine().schema();
        let object = schema.object_by_id(MEMBERS).ok_or(Error::NotFound)?;
        let field = object.field("role").ok_or_else(|| missing("role"))?;
        let to = Some(text_value(field.kind, role));
        let changes = vec![Change { field: field.id, to, shown: None }];
        let id = RecordRef::new(MEMBERS, row);
        self.engine().run(actor, Command::Update { id, changes, version: None }, Context::default())?;
        Ok(())
    }

    /// Members are few, so they are read one by one and never through a filter made of what a stranger typed.
    fn all_members(&self) -> Result<Vec<(Member, State)>> {
        let last = self.engine().last_row(MEMBERS)?;
        let mut members = Vec::new();
        for row in 1..=last.0 {
            match self.engine().get(&Actor::system("accounts"), RecordRef::new(MEMBERS, Row(row))) {
                Ok(record) => members.push((self.read_member(&record)?, record.state)),
                Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(members)
    }

    fn read_member(&self, record: &Record) -> Result<Member> {
        let schema = self.engine().schema();
        let object = schema.object_by_id(MEMBERS).ok_or(Error::NotFound)?;
        let text = |name: &str| text_of(object, record, name);
        Ok(Member {
            row: record.id.row,
            name: text("name"),
            email: text("email"),
            role: text("role"),
            active: record.state == State::Live && text("status") != "removed",
            team: text("team"),
            time_zone: text("time_zone"),
            language: text("language"),
            color_mode: text("color_mode"),
        })
    }
}

fn missing(name: &str) -> Error {
    Error::Internal(format!("the data model's object `members` has no field `{name}`"))
}

fn text_value(kind: Kind, text: &str) -> Value {
    match kind {
        Kind::Emails => Value::List(vec![text.into()]),
        _ => Value::Text(text.into()),
    }
}

fn text_of(object: &Object, record: &Record, name: &str) -> String {
    let Some(field) = object.field(name) else { return String::new() };
    let id: FieldId = field.id;
    match record.values.get(id) {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::List(list)) => list.first().cloned().unwrap_or_default(),
        Some(Value::Choice(choice)) => field.choice_by_id(*choice).map(|c| c.name.clone()).unwrap_or_default(),
        _ => String::new(),
    }
}

/// Good enough to be one: something, an `@`, a host with a dot or `localhost`; no spaces.
pub(super) fn is_email(text: &str) -> bool {
    let Some((local, host)) = text.rsplit_once('@') else { return false };
    !local.is_empty()
        && text.chars().count() <= EMAIL_CHARACTERS_MAX
        && !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"' | ',' | ';'))
        && (host == "localhost" || host.split('.').count() > 1)
        && host.split('.').all(|part| !part.is_empty() && part.chars().all(|c| c.is_alphanumeric() || c == '-'))
}
