//! Row 6: wiring. [`Crm`] is a running workspace: its data, its accounts, its settings, its threads. No business rule is
//! decided here.

mod background;
pub mod compact;
mod pool;
pub mod socket;
pub mod tasks;

pub use background::Background;
pub use pool::{Pool, QUEUE_MAX, THREADS};

use crate::base::clock::{Clock, SystemClock};
use crate::base::rng::{Rng, SystemRng};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::features::accounts::{self, Accounts, Member, Setup};
use crate::features::import::jobs::Imports;
use crate::features::opened::Opened;
use crate::model::Role;
use crate::model::preset::Preset;
use crate::records::Engine;
use crate::store::{self, Store};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Why nothing can be saved, though all can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// The disk has too little room.
    LowDisk,
    /// The disk failed, or the data file is being opened again.
    ReadOnly,
}

/// A running workspace.
pub struct Crm {
    /// Its data.
    pub engine: Arc<Engine>,
    /// Its people.
    pub accounts: Accounts,
    /// What its people opened lately.
    pub opened: Opened,
    /// Its imports in the browser.
    pub imports: Arc<Imports>,
    /// The process's settings.
    pub config: Config,
    /// Threads for blocking work.
    pub pool: Pool,
    /// Threads for sign-ins, which hash and so take long.
    pub sign_ins: Pool,
    /// Threads for files that arrive at their sender's pace.
    pub uploads: Pool,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for secrets.
    pub rng: Arc<dyn Rng>,
    /// Whether pages for those who build Aventora are there.
    pub dev: bool,
    stopping: AtomicBool,
}

/// What a test replaces.
pub struct Parts {
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness for secrets.
    pub rng: Arc<dyn Rng>,
    /// Work factor of bcrypt.
    pub cost: u32,
    /// Whether pages for those who build Aventora are there.
    pub dev: bool,
}

impl Default for Parts {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), rng: Arc::new(SystemRng), cost: accounts::COST, dev: false }
    }
}

/// Threads for sign-ins: one hashes, the other reads and saves meanwhile.
const SIGN_IN_THREADS: usize = 2;
/// Sign-ins that wait at most.
const SIGN_INS_WAITING_MAX: usize = 32;

/// Files that arrive at the same time.
const UPLOAD_THREADS: usize = 4;
/// Files that wait to be taken in at most.
const UPLOADS_WAITING_MAX: usize = 32;

/// The preset whose data model stands in until the workspace is made; nothing of it is kept.
const STAND_IN: &str = "generic";

impl Crm {
    /// Opens the data directory of `config`, making it where it is absent. A directory without a workspace waits for its
    /// setup.
    pub fn open(config: Config, parts: Parts) -> Result<Arc<Self>> {
        let store = Store::open(Self::store_options(&config, &parts))?;
        let stand_in = Preset::load(STAND_IN, None)?.schema("USD")?;
        let engine = Arc::new(Engine::open_or_wait(store, stand_in, Arc::clone(&parts.clock))?);
        let limits = accounts::Limits {
            idle_ms: i64::from(config.sessions.idle_minutes) * 60_000,
            absolute_ms: i64::from(config.sessions.absolute_hours) * 3_600_000,
            cost: parts.cost,
            time_zone: config.workspace.time_zone.clone(),
            language: config.workspace.language.clone(),
        };
        let accounts = Accounts::new(Arc::clone(&engine), Arc::clone(&parts.rng), limits);
        let opened = Opened::new(Arc::clone(&engine));
        let imports = Arc::new(Imports::open(Arc::clone(&engine), &config.workspace.phone_region)?);
        Ok(Arc::new(Self {
            engine,
            accounts,
            opened,
            imports,
            config,
            pool: Pool::start(THREADS)?,
            sign_ins: Pool::with_queue("sign-in", SIGN_IN_THREADS, SIGN_INS_WAITING_MAX)?,
            uploads: Pool::with_queue("upload", UPLOAD_THREADS, UPLOADS_WAITING_MAX)?,
            clock: parts.clock,
            rng: parts.rng,
            dev: parts.dev,
            stopping: AtomicBool::new(false),
        }))
    }

    /// How the store of a configuration is opened.
    pub(crate) fn store_options(config: &Config, parts: &Parts) -> store::Options {
        store::Options {
            cache_bytes: (config.data.cache_mb << 20) as usize,
            clock: Arc::clone(&parts.clock),
            min_free_bytes: config.data.min_free_mb << 20,
            ..store::Options::new(&config.data.dir)
        }
    }

    /// Begins what a server needs beside the store: search. Without a workspace there is nothing to search yet.
    pub fn start(&self) -> Result<()> {
        if self.engine.is_founded()? {
            let hidden = Role::ready().into_iter().flat_map(|role| role.hidden).collect();
            self.engine.open_search(hidden)?;
        }
        Ok(())
    }

    /// Makes the workspace and its admin from the browser, see [`Accounts::set_up_with_token`].
    pub fn set_up_with_token(&self, token: &str, setup: &Setup) -> Result<Member> {
        let member = self.accounts.set_up_with_token(token, setup)?;
        self.start()?;
        Ok(member)
    }

    /// Whether it can serve: the store takes writes.
    pub fn ready(&self) -> Result<()> {
        match self.engine.store().health() {
            store::Health::Well => Ok(()),
            store::Health::LowDisk { .. } => Err(Error::Unavailable("There is too little room on the disk.".into())),
            // The cause is in the log; strangers may ask this.
            _ => Err(Error::Unavailable("The store does not take writes now.".into())),
        }
    }

    /// What keeps everybody from saving now, if anything does.
    pub fn trouble(&self) -> Option<Trouble> {
        match self.engine.store().health() {
            store::Health::Well => None,
            store::Health::LowDisk { .. } => Some(Trouble::LowDisk),
            _ => Some(Trouble::ReadOnly),
        }
    }

    /// From now on it is not ready for new work.
    pub fn stop_soon(&self) {
        self.stopping.store(true, Ordering::SeqCst);
        self.imports.end();
    }

    /// Whether it is about to end.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// The data directory.
    pub fn dir(&self) -> &Path {
        &self.config.data.dir
    }
}
