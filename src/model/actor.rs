//! Who asks. Every read and every save takes an actor; there is no way around it.

use crate::base::id::{FieldId, ObjectId, Row};
use crate::model::field::Field;
use crate::model::object::Object;
use std::net::IpAddr;
use std::sync::Arc;

/// Whose records a role may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All.
    All,
    /// Those of the actor's team ([`Actor::team`]).
    Team,
    /// Those the actor created, owns, is assigned to, or that hang on such a contact.
    Own,
}

/// What a role allows, as data. Asked only by [`crate::model::rules`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Role {
    /// API name: `admin`, `manager`, `member`, `read_only`.
    pub name: String,
    /// What people read.
    pub label: String,
    /// Whose records.
    pub scope: Scope,
    /// Make and change records.
    pub write: bool,
    /// Move to the trash and restore.
    pub delete: bool,
    /// Delete for ever.
    pub purge: bool,
    /// Bring many in, take many out, change many at once.
    pub bulk: bool,
    /// Settings, members, keys.
    pub settings: bool,
    /// Fields this role may not see.
    pub hidden: Vec<(ObjectId, FieldId)>,
}

/// Whether a person, their API key or the program itself acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActorKind {
    /// A signed-in member.
    Member,
    /// A member's API key, by its id.
    Key(u64),
    /// Machine work, for this reason: `demo`, `import`, `cli`.
    System(&'static str),
}

/// Who asks, made anew for every request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// The member; `Row(0)` for machine work that nobody asked for.
    pub member: Row,
    /// A person, a key, the program.
    pub kind: ActorKind,
    /// What they may do.
    pub role: Arc<Role>,
    /// Rows of the members in the actor's team, the actor included; only read for [`Scope::Team`]. Sorted.
    pub team: Vec<Row>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// Time zone of dates in this actor's filters.
    pub zone: jiff::tz::TimeZone,
    /// Language tag of messages: `en`.
    pub language: String,
    /// How the member wants pages: `light`, `dark`, or `system` for as the device says.
    pub color_mode: &'static str,
}

impl Role {
    /// Full access, workspace settings included.
    pub fn admin() -> Self {
        let all = Self::member();
        Self { name: "admin".into(), label: "Admin".into(), purge: true, bulk: true, settings: true, ..all }
    }

    /// All records, many at once too, but no settings.
    pub fn manager() -> Self {
        Self { name: "manager".into(), label: "Manager".into(), bulk: true, ..Self::member() }
    }

    /// Makes and changes records.
    pub fn member() -> Self {
        Self {
            name: "member".into(),
            label: "Member".into(),
            scope: Scope::All,
            write: true,
            delete: true,
            purge: false,
            bulk: false,
            settings: false,
            hidden: Vec::new(),
        }
    }

    /// Reads records and changes nothing.
    pub fn read_only() -> Self {
        let member = Self::member();
        Self { name: "read_only".into(), label: "Read-only".into(), write: false, delete: false, ..member }
    }

    /// A member who sees only their own records.
    pub fn own_rep() -> Self {
        Self { name: "own_rep".into(), label: "Sales Rep (own)".into(), scope: Scope::Own, ..Self::member() }
    }

    /// A member who sees only their team's records.
    pub fn team_rep() -> Self {
        Self { name: "team_rep".into(), label: "Sales Rep (team)".into(), scope: Scope::Team, ..Self::member() }
    }

    /// The ready roles, the mightiest first.
    pub fn ready() -> [Self; 6] {
        [Self::admin(), Self::manager(), Self::member(), Self::read_only(), Self::own_rep(), Self::team_rep()]
    }

    /// The ready role with this API name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ready().into_iter().find(|role| role.name == name)
    }

    /// The same role without sight of a field, and of the virtual fields that would show it: a hidden first name hides the
    /// full name, a hidden amount its currency. A name that `object` has no field of changes nothing.
    pub fn hiding(mut self, object: &Object, name: &str) -> Self {
        let shows =
            |field: &Field| field.name == name || field.of == name || field.parts.iter().any(|part| part == name);
        for field in object.fields.iter().filter(|field| shows(field)) {
            self.hidden.push((object.id, field.id));
        }
        self
    }
}

impl Actor {
    /// A signed-in member, in UTC and English until said otherwise.
    pub fn member(member: Row, role: Arc<Role>) -> Self {
        Self {
            member,
            kind: ActorKind::Member,
            role,
            team: vec![member],
            address: None,
            zone: jiff::tz::TimeZone::UTC,
            language: "en".into(),
            color_mode: "system",
        }
    }

    /// An API key; it may do what its member's role may.
    pub fn key(key: u64, member: Row, role: Arc<Role>) -> Self {
        Self { kind: ActorKind::Key(key), ..Self::member(member, role) }
    }

    /// The program itself, for `reason` (`demo`, `import`, `cli`): may do everything, and write system fields.
    pub fn system(reason: &'static str) -> Self {
        let role = Role { name: "system".into(), label: "Aventora".into(), ..Role::admin() };
        Self { kind: ActorKind::System(reason), team: Vec::new(), ..Self::member(Row(0), Arc::new(role)) }
    }

    /// Whether the program itself acts.
    pub fn is_system(&self) -> bool {
        matches!(self.kind, ActorKind::System(_))
    }
}
