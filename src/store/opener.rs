//! Opening the data file, at the start and again after a failure: the format's version is read before anything is
//! written, older data is migrated after a verified copy, missing tables are made.

use super::disk::{Disk, Shadow};
use super::fault::Health;
use super::log::{self, Head};
use super::migrate::{self, MIGRATIONS};
use super::open::Options;
use super::writer::begin;
use super::{Table, backup, folder};
use crate::base::{Error, Result};
use redb::{Database, ReadableDatabase};
use std::path::Path;

/// Where `META` keeps the version of the data's format.
pub(super) const META_FORMAT: &[u8] = b"format";
/// Where `META` keeps when the workspace was made, in milliseconds.
const META_CREATED: &[u8] = b"created_at";

/// Opens the data file.
pub(super) struct Opener {
    options: Options,
}

/// What a data file says of itself.
struct Inside {
    tables: usize,
    format: Option<u32>,
    head: Head,
}

impl Opener {
    pub(super) fn new(options: Options) -> Self {
        Self { options }
    }

    /// The open file and the end of its change log.
    pub(super) fn open(&self) -> Result<(Database, Head)> {
        if self.options.backend.is_none() && !self.options.read_only {
            folder::make_folder(&self.options.dir)?;
            folder::make_data_file(&self.options.dir, |fresh| self.fill(fresh))?;
            self.refuse_newer()?;
        }
        let database = self.open_locked()?;
        let inside = self.look(&database)?;
        let format = match inside.format {
            Some(format) => format,
            None if inside.tables == 0 => migrate::current(MIGRATIONS),
            None => return Err(self.foreign()),
        };
        self.refuse_if_newer(format)?;
        if inside.tables < Table::ALL.len() {
            self.make_tables(&database, inside.format.is_none()).map_err(|e| self.trouble(&e))?;
        }
        let head = migrate::run(&database, &self.options, format, inside.head, MIGRATIONS)?;
        Ok((database, head))
    }

    /// Makes a new data file's tables.
    fn fill(&self, fresh: &Path) -> Result<()> {
        let database = self.builder().create(fresh).map_err(|e| folder::opening(&self.options.dir, e))?;
        self.make_tables(&database, true).map_err(|e| self.trouble(&e))
    }

    /// Refuses data of a newer program without changing a byte of it; redb alone would mark the file as open.
    fn refuse_newer(&self) -> Result<()> {
        let file = folder::data_file(&self.options.dir);
        let len = std::fs::metadata(&file).map_err(|e| folder::trouble(&file, &e))?.len();
        if len == 0 {
            return Ok(());
        }
        let database = self.open_shadow()?;
        let inside = self.look(&database)?;
        inside.format.map_or(Ok(()), |format| self.refuse_if_newer(format))
    }

    fn refuse_if_newer(&self, format: u32) -> Result<()> {
        let ours = migrate::current(MIGRATIONS);
        if format <= ours {
            return Ok(());
        }
        Err(Error::External(format!(
            "{} was written by a newer Aventora: its format is {format}, this program knows format {ours} at most. \
             Nothing was changed; please install the newer program again.",
            folder::data_file(&self.options.dir).display()
        )))
    }

    fn foreign(&self) -> Error {
        let file = folder::data_file(&self.options.dir);
        Error::External(format!("{} is not a data file of Aventora.", file.display()))
    }

    /// Opens the data file, which nobody else has open then, and clears away what a crash left of a copy of it.
    fn open_locked(&self) -> Result<Database> {
        if self.options.backend.is_some() || self.options.read_only {
            return self.open_file();
        }
        let dir = &self.options.dir;
        let before = folder::identity(dir)?;
        let database = self.open_file()?;
        // A compaction that ends between the opening of the file and its lock puts another in its place; what would be
        // written to the old one would be lost.
        if folder::identity(dir)? != before {
            let message = format!("The data in {} was compacted at this moment; please try again.", dir.display());
            return Err(Error::Unavailable(message));
        }
        backup::remove_partial_copies(dir)?;
        Ok(database)
    }

    fn open_file(&self) -> Result<Database> {
        if self.options.read_only && self.options.backend.is_none() {
            return self.open_shadow();
        }
        let builder = self.builder();
        let database = match &self.options.backend {
            None => builder.create(folder::data_file(&self.options.dir)),
            Some(factory) => {
                let disk = factory().map_err(|e| Error::External(format!("The disk can't be opened: {e}.")))?;
                builder.create_with_backend(Disk(disk))
            }
        };
        database.map_err(|e| folder::opening(&self.options.dir, e))
    }

    fn open_shadow(&self) -> Result<Database> {
        let file = folder::data_file(&self.options.dir);
        let shadow = Shadow::open(&file).map_err(|e| match e.kind() {
            std::io::ErrorKind::NotFound => {
                Error::External(format!("There is no data in {}.", self.options.dir.display()))
            }
            _ => folder::trouble(&file, &e),
        })?;
        self.builder().create_with_backend(shadow).map_err(|e| folder::opening(&self.options.dir, e))
    }

    fn builder(&self) -> redb::Builder {
        let mut builder = Database::builder();
        builder.set_cache_size(self.options.cache_bytes);
        builder
    }

    fn look(&self, database: &Database) -> Result<Inside> {
        let (tables, format, chain) = inside(database).map_err(|e| self.trouble(&e))?;
        let format = match format.map(<[u8; 4]>::try_from) {
            None => None,
            Some(Ok(bytes)) => Some(u32::from_be_bytes(bytes)),
            Some(Err(_)) => return Err(self.foreign()),
        };
        let head = chain.map_or(Ok(Head::default()), |bytes| log::parse_head(&bytes))?;
        Ok(Inside { tables, format, head })
    }

    fn make_tables(&self, database: &Database, fresh: bool) -> std::result::Result<(), redb::Error> {
        let transaction = begin(database)?;
        for table in Table::ALL {
            transaction.open_table(table.definition())?;
        }
        if fresh {
            let mut meta = transaction.open_table(Table::Meta.definition())?;
            meta.insert(META_FORMAT, migrate::current(MIGRATIONS).to_be_bytes().as_slice())?;
            meta.insert(META_CREATED, self.options.clock.now().to_be_bytes().as_slice())?;
        }
        Ok(transaction.commit()?)
    }

    fn trouble(&self, error: &redb::Error) -> Error {
        folder::setting_up(&self.options.dir, error)
    }

    /// Whether there is room for writes.
    pub(super) fn space(&self) -> Health {
        let needed_bytes = self.options.min_free_bytes;
        if needed_bytes == 0 {
            return Health::Well;
        }
        match folder::free_bytes(&self.options.dir) {
            Some(free_bytes) if free_bytes < needed_bytes => Health::LowDisk { free_bytes, needed_bytes },
            _ => Health::Well,
        }
    }

    pub(super) fn pause(&self) {
        std::thread::sleep(self.options.reopen_pause);
    }

    pub(super) fn give_up(&self, why: &str) {
        (self.options.give_up)(why);
    }
}

type Raw = (usize, Option<Vec<u8>>, Option<Vec<u8>>);

fn inside(database: &Database) -> std::result::Result<Raw, redb::Error> {
    let transaction = database.begin_read()?;
    let tables = transaction.list_tables()?.count();
    let meta = match transaction.open_table(Table::Meta.definition()) {
        Ok(meta) => meta,
        Err(redb::TableError::TableDoesNotExist(_)) => return Ok((tables, None, None)),
        Err(e) => return Err(e.into()),
    };
    let get = |key| Ok::<_, redb::Error>(meta.get(key)?.map(|value| value.value().to_vec()));
    Ok((tables, get(META_FORMAT)?, get(log::META_CHAIN)?))
}
