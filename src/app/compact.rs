//! Compaction: after it, no byte of the data directory holds a value of a purged person. The files that no record counts on
//! and the rejected rows of imports go, the search index and the data file are made anew. It needs the data for itself: no server may run.

use super::tasks::{Said, Say, wait_for_index};
use super::{Crm, Parts};
use crate::base::{Error, Result};
use crate::config::Config;
use crate::store::{self, Compacted};

/// Makes the data directory anew. [`Error::Unavailable`] where it is in use, [`Error::Full`] where there is no room,
/// [`Error::External`] where the data is damaged: then nothing is thrown away.
pub fn compact(config: &Config, parts: Parts, say: &mut Say<'_>) -> Result<()> {
    let options = Crm::store_options(config, &parts);
    store::room_to_compact(&options)?;
    let crm = Crm::open(config.clone(), parts)?;
    refuse_damage(&crm, say)?;
    let imports = crm.imports.forget_cells()?;
    let files = crm.engine.store().sweep_all_files()?;
    make_index_anew(&crm, say)?;
    // Ends its threads and closes the data file.
    drop(crm);
    let done = store::compact(options, &mut |done, total| say(Said::Progress("Data file".into(), done, total)))?;
    report(imports, files, &done, say);
    Ok(())
}

/// What is thrown away can't be asked again, so the data must be as it was written.
fn refuse_damage(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    say(Said::Note("Checking the data first …".into()));
    let faults = crm.engine.store().check(None)?;
    if faults.is_empty() {
        return Ok(());
    }
    faults.iter().for_each(|fault| say(Said::Line(fault.to_string())));
    Err(Error::External("The data is damaged, so it was left as it is; restore a backup from before.".into()))
}

fn make_index_anew(crm: &Crm, say: &mut Say<'_>) -> Result<()> {
    crm.start()?;
    let Some(search) = crm.engine.searching() else { return Ok(()) };
    if search.rebuilding().is_none() {
        search.reindex();
    }
    wait_for_index(search, say);
    Ok(())
}

fn report(imports: usize, files: u64, done: &Compacted, say: &mut Say<'_>) {
    if imports > 0 {
        say(Said::Note(format!(
            "The rejected rows and the file names of imports ({imports}) were removed, as they can hold values of anybody; what was \
             imported is untouched."
        )));
    }
    say(Said::Note(format!(
        "The data file has {} now, before it had {}; {files} files that no record counts on were removed. No value of a \
         purged record is left in the data directory.",
        mebibytes(done.after),
        mebibytes(done.before)
    )));
    for copy in &done.old_copies {
        say(Said::Note(format!(
            "{} holds the data as it was before an upgrade, with all that was purged since; delete it when you need it no more.",
            copy.display()
        )));
    }
    say(Said::Note("Backups from before a purge still hold what was purged.".into()));
}

fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
