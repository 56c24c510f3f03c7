//! Work that nobody asked for: what must be done once a minute, and once before the end, and the sweep of files that no record
//! counts on any more, once an hour. One thread, ended by dropping the
//! handle.

use super::Crm;
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

const EVERY: Duration = Duration::from_secs(60);
/// Rounds from one sweep of the files to the next; the first comes with the first round.
const SWEEP_EVERY: u64 = 60;

/// The thread; dropping it does the last round and ends it.
pub struct Background {
    end: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Background {
    /// Starts the thread.
    pub fn start(crm: &Arc<Crm>) -> Self {
        let (end, ended) = mpsc::channel::<()>();
        let crm = Arc::clone(crm);
        let thread = std::thread::Builder::new().name("background".into()).spawn(move || {
            for turn in 0_u64.. {
                let over = !matches!(ended.recv_timeout(EVERY), Err(mpsc::RecvTimeoutError::Timeout));
                round(&crm);
                if over {
                    return;
                }
                if turn % SWEEP_EVERY == 0 {
                    sweep(&crm);
                }
            }
        });
        if let Err(error) = &thread {
            tracing::error!(%error, "the background thread can't be started");
        }
        Self { end: Some(end), thread: thread.ok() }
    }
}

/// What is done every time.
fn round(crm: &Crm) {
    let rounds = [
        ("last-seen times", crm.accounts.write_seen()),
        ("key use", crm.accounts.write_used()),
        ("old requests", crm.engine.forget_old_requests().map(drop)),
    ];
    for (what, result) in rounds {
        if let Err(error) = result {
            tracing::warn!(%error, "writing {what} failed; it is tried again in a minute");
        }
    }
}

fn sweep(crm: &Crm) {
    match crm.engine.store().sweep_files() {
        Ok(0) => {}
        Ok(removed) => tracing::info!("{removed} files that no record counts on any more were removed"),
        Err(error) => tracing::warn!(%error, "files can't be swept; it is tried again in an hour"),
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the background thread panicked");
        }
    }
}
