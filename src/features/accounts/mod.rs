//! Row 4: who people are. Members are records; what proves them (password hashes, sessions, API keys) lies in tables of its
//! own and never leaves this folder. Nothing here knows cookies or pages.

mod audit;
mod gate;
mod general;
mod keys;
mod members;
mod passwords;
mod sessions;
mod setup;
mod shelf;
mod sign_in;
mod throttle;
mod token;

pub use general::{General, GeneralChange, MODES, THEMES};
pub use keys::Key;
pub use members::{Member, NewMember, folded};
pub use passwords::{CHARACTERS_ADVISED, CHARACTERS_MIN, COST};
pub use sessions::Session;
pub use setup::Setup;
pub use sign_in::{SignIn, SignedIn};

use crate::base::clock::Millis;
use crate::base::id::Row;
use crate::base::rng::Rng;
use crate::base::{Error, Result};
use crate::model::{Actor, ActorKind, Role, Scope};
use crate::records::Engine;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

/// How long sessions live and what hashing costs.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Without a request, milliseconds.
    pub idle_ms: i64,
    /// After signing in, milliseconds.
    pub absolute_ms: i64,
    /// Work factor of bcrypt; [`COST`] outside tests.
    pub cost: u32,
    /// IANA time zone of members who chose none.
    pub time_zone: String,
    /// Language of members who chose none.
    pub language: String,
}

/// The accounts of a workspace.
pub struct Accounts {
    engine: Arc<Engine>,
    rng: Arc<dyn Rng>,
    limits: Limits,
    gate: gate::Gate,
    throttle: throttle::Throttle,
    seen: Mutex<HashMap<[u8; 32], Millis>>,
    used: Mutex<HashMap<u64, Millis>>,
    setup: Mutex<setup::State>,
    general: Mutex<Option<Arc<General>>>,
}

impl Accounts {
    /// The accounts in `engine`'s store.
    pub fn new(engine: Arc<Engine>, rng: Arc<dyn Rng>, limits: Limits) -> Self {
        Self {
            engine,
            rng,
            limits,
            gate: gate::Gate::default(),
            throttle: throttle::Throttle::default(),
            seen: Mutex::default(),
            used: Mutex::default(),
            setup: Mutex::default(),
            general: Mutex::default(),
        }
    }

    fn engine(&self) -> &Engine {
        &self.engine
    }

    fn rng(&self) -> &dyn Rng {
        &*self.rng
    }

    /// A member as an actor, with their role, team, time zone and language.
    pub fn actor_of(&self, member: &Member, kind: ActorKind, address: Option<IpAddr>) -> Result<Actor> {
        let role = Role::by_name(&member.role)
            .map(Arc::new)
            .ok_or_else(|| Error::Internal(format!("member {} has the unknown role `{}`", member.row, member.role)))?;
        let team = if role.scope == Scope::Team { self.team_of(member)? } else { Vec::new() };
        let zone = [&member.time_zone, &self.limits.time_zone]
            .into_iter()
            .find_map(|name| jiff::tz::TimeZone::get(name).ok())
            .unwrap_or(jiff::tz::TimeZone::UTC);
        let language = if member.language.is_empty() { &self.limits.language } else { &member.language };
        Ok(Actor {
            member: member.row,
            kind,
            role,
            team,
            address,
            zone,
            language: language.clone(),
            color_mode: member.mode(),
        })
    }

    fn team_of(&self, member: &Member) -> Result<Vec<Row>> {
        if member.team.is_empty() {
            return Ok(vec![member.row]);
        }
        let mut rows: Vec<Row> = self.members()?.into_iter().filter(|m| m.team == member.team).map(|m| m.row).collect();
        rows.push(member.row);
        rows.sort_unstable();
        rows.dedup();
        Ok(rows)
    }
}
