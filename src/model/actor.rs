//! Who asks. Every read and every save takes an actor; there is no way around it.

use crate::base::id::{FieldId, ObjectId, Row};
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
}
