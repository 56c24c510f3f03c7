//! From an older format to this program's: a verified copy of the data file first, then one transaction a step, so that
//! a kill leaves the old state or the new one and never something between.

use super::backup;
use super::log::Head;
use super::open::Options;
use super::opener::META_FORMAT;
use super::write::{Surroundings, WriteTx};
use super::writer::transact;
use super::{Table, folder};
use crate::base::{Error, Result};
use redb::Database;
use std::sync::Arc;

/// One step of the format.
pub(super) struct Migration {
    /// The version it leads to, one more than it starts from.
    pub(super) to: u32,
    /// What it changes, for the log line.
    pub(super) what: &'static str,
    /// Does it.
    pub(super) run: fn(&mut WriteTx<'_>) -> Result<()>,
}

/// What the name of the copy begins with that is made before data is migrated.
pub(super) const BEFORE: &str = "before-format-";

/// The version before the first migration.
const BASELINE: u32 = 1;

/// Every migration, in order; see [`super::migrations`].
pub(super) const MIGRATIONS: &[Migration] = &[];

/// The version a list of migrations ends at.
pub(super) fn current(migrations: &[Migration]) -> u32 {
    migrations.last().map_or(BASELINE, |last| last.to)
}

/// Brings data of version `from` to this program's. Where that is older, the data file is copied and the copy compared
/// before anything is changed; where the copy fails, nothing is.
pub(super) fn run(
    database: &Database,
    options: &Options,
    from: u32,
    mut head: Head,
    migrations: &[Migration],
) -> Result<Head> {
    let to = current(migrations);
    if from >= to {
        return Ok(head);
    }
    if options.read_only {
        return Err(Error::External(format!(
            "The data has format {from} and must be brought to format {to} first: start the server once."
        )));
    }
    let copy = backup::copy_data_file(database, options, &format!("{BEFORE}{to}.redb"), &mut |_, _| ())?;
    tracing::info!("format {from} becomes {to}; the data as it was lies in {}", copy.display());
    for migration in migrations.iter().filter(|m| m.to > from) {
        tracing::info!("format {}: {}", migration.to, migration.what);
        head = step(database, options, &head, migration)?;
    }
    Ok(head)
}

fn step(database: &Database, options: &Options, head: &Head, migration: &Migration) -> Result<Head> {
    let mut failed = None;
    let around = Surroundings { clock: Arc::clone(&options.clock), dir: options.dir.clone() };
    let head = transact(database, head, |group| {
        let mut tx = WriteTx::new(group, &around);
        tx.put(Table::Meta, META_FORMAT, &migration.to.to_be_bytes());
        match (migration.run)(&mut tx) {
            Ok(()) => {
                let changes = tx.into_changes();
                group.apply(changes)
            }
            Err(e) => {
                failed = Some(e);
                Ok(())
            }
        }
    });
    match failed {
        Some(e) => Err(Error::External(format!("Bringing the data to format {} failed: {e}", migration.to))),
        None => head.map_err(|e| folder::setting_up(&options.dir, &e)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Priority, Reads, Store};
    use sha2::{Digest, Sha256};
    use std::path::Path;

    const STEPS: &[Migration] = &[
        Migration {
            to: 2,
            what: "a greeting",
            run: |tx| {
                tx.put(Table::Settings, b"greeting", b"hello");
                Ok(())
            },
        },
        Migration {
            to: 3,
            what: "a longer one",
            run: |tx| {
                let mut greeting = tx.get(Table::Settings, b"greeting")?.unwrap_or_default();
                greeting.extend(b" there");
                tx.put(Table::Settings, b"greeting", &greeting);
                Ok(())
            },
        },
    ];

    fn options(dir: &Path) -> Options {
        Options { min_free_bytes: 0, ..Options::new(dir) }
    }

    fn old_data() -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(options(dir.path())).unwrap();
        store
            .write(Priority::People, |tx| {
                tx.put(Table::Settings, b"old", b"kept");
                Ok(())
            })
            .unwrap();
        dir
    }

    fn migrate(dir: &Path, from: u32, steps: &[Migration]) -> Result<Head> {
        let database = Database::open(folder::data_file(dir)).unwrap();
        run(&database, &options(dir), from, Head::default(), steps)
    }

    fn value(file: &Path, table: Table, key: &[u8]) -> Option<Vec<u8>> {
        use redb::ReadableDatabase;
        let database = Database::open(file).unwrap();
        let table = database.begin_read().unwrap().open_table(table.definition()).unwrap();
        table.get(key).unwrap().map(|v| v.value().to_vec())
    }

    fn digest(file: &Path) -> Vec<u8> {
        Sha256::digest(std::fs::read(file).unwrap()).to_vec()
    }

    #[test]
    fn older_data_is_copied_and_migrated_step_by_step() {
        let dir = old_data();
        migrate(dir.path(), 1, STEPS).unwrap();
        let file = folder::data_file(dir.path());
        assert_eq!(value(&file, Table::Settings, b"greeting").unwrap(), b"hello there");
        assert_eq!(value(&file, Table::Meta, META_FORMAT).unwrap(), [0, 0, 0, 3]);
        let copy = dir.path().join("before-format-3.redb");
        assert_eq!(value(&copy, Table::Settings, b"old").unwrap(), b"kept");
        assert_eq!(value(&copy, Table::Settings, b"greeting"), None);
        assert_eq!(value(&copy, Table::Meta, META_FORMAT).unwrap(), [0, 0, 0, 1]);
    }

    #[test]
    fn a_step_that_was_done_is_not_done_again() {
        let dir = old_data();
        migrate(dir.path(), 1, &STEPS[..1]).unwrap();
        migrate(dir.path(), 2, STEPS).unwrap();
        let file = folder::data_file(dir.path());
        assert_eq!(value(&file, Table::Settings, b"greeting").unwrap(), b"hello there");
    }

    #[test]
    fn a_step_that_fails_changes_nothing() {
        let dir = old_data();
        let steps = [Migration {
            to: 2,
            what: "fails",
            run: |tx| {
                tx.put(Table::Settings, b"old", b"lost");
                Err(Error::NotFound)
            },
        }];
        assert!(migrate(dir.path(), 1, &steps).is_err());
        let file = folder::data_file(dir.path());
        assert_eq!(value(&file, Table::Settings, b"old").unwrap(), b"kept");
        assert_eq!(value(&file, Table::Meta, META_FORMAT).unwrap(), [0, 0, 0, 1]);
    }

    #[test]
    fn without_room_for_the_copy_nothing_is_migrated() {
        let dir = old_data();
        let database = Database::open(folder::data_file(dir.path())).unwrap();
        let crowded = Options { min_free_bytes: u64::MAX, ..options(dir.path()) };
        assert!(matches!(run(&database, &crowded, 1, Head::default(), STEPS), Err(Error::Full(_))));
        drop(database);
        let file = folder::data_file(dir.path());
        assert_eq!(value(&file, Table::Meta, META_FORMAT).unwrap(), [0, 0, 0, 1]);
    }

    #[test]
    fn newer_data_is_refused_and_left_as_it_is() {
        let dir = old_data();
        let newer = [Migration { to: 99, what: "from the future", run: |_| Ok(()) }];
        migrate(dir.path(), 1, &newer).unwrap();
        let file = folder::data_file(dir.path());
        let before = digest(&file);
        for read_only in [false, true] {
            let Err(error) = Store::open(Options { read_only, ..options(dir.path()) }) else { panic!("opened") };
            let said = error.to_string();
            assert!(said.contains("its format is 99") && said.contains("knows format 1 at most"), "{said}");
        }
        assert_eq!(digest(&file), before);
    }

    #[test]
    fn a_read_only_store_changes_not_a_byte() {
        let dir = old_data();
        let file = folder::data_file(dir.path());
        let before = digest(&file);
        let store = Store::open(Options { read_only: true, ..options(dir.path()) }).unwrap();
        assert_eq!(store.read().unwrap().get(Table::Settings, b"old").unwrap().unwrap(), b"kept");
        assert!(matches!(store.write(Priority::People, |_| Ok(())), Err(Error::Unavailable(_))));
        drop(store);
        assert_eq!(digest(&file), before);
        let empty = tempfile::tempdir().unwrap();
        assert!(Store::open(Options { read_only: true, ..options(empty.path()) }).is_err());
        assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0);
    }
}
