//! Work that nobody asked for: what must be done once a minute, and once before the end; the sweep of files that no record
//! counts on any more, once an hour; the line with the end of the change log, at the start and once a day. One thread,
//! ended by dropping the handle.

use super::Crm;
use crate::base::clock::Millis;
use crate::base::{Result, time};
use crate::store::{self, Head};
use jiff::tz::TimeZone;
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
            let mut head_line = HeadLine::default();
            tell_head(&crm, &mut head_line);
            for turn in 0_u64.. {
                let over = !matches!(ended.recv_timeout(EVERY), Err(mpsc::RecvTimeoutError::Timeout));
                round(&crm);
                tell_head(&crm, &mut head_line);
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

/// Tells the end of the change log once a day (UTC). Whoever keeps the log of the program elsewhere can tell by it whether
/// the change log was rewritten: `aventora check --since`.
#[derive(Debug, Default)]
pub struct HeadLine {
    told_on: Option<i32>,
}

impl HeadLine {
    /// The head, where it was not told yet today and there is something to tell.
    pub fn due(&mut self, now: Millis, head: impl FnOnce() -> Result<Head>) -> Result<Option<Head>> {
        let today = time::day_of(now, &TimeZone::UTC);
        if self.told_on == Some(today) {
            return Ok(None);
        }
        let head = head()?;
        if head.seq.0 == 0 {
            return Ok(None);
        }
        self.told_on = Some(today);
        Ok(Some(head))
    }
}

fn tell_head(crm: &Crm, line: &mut HeadLine) {
    match line.due(crm.clock.now(), || store::chain_head(&crm.engine.store().read()?)) {
        Ok(Some(head)) => tracing::info!(%head, "the end of the change log"),
        Ok(None) => {}
        Err(error) => tracing::warn!(%error, "the end of the change log can't be read; it is tried again in a minute"),
    }
}

/// What is done every time.
fn round(crm: &Crm) {
    let rounds = [
        ("last-seen times", crm.accounts.write_seen()),
        ("key use", crm.accounts.write_used()),
        ("opened records", crm.opened.write()),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::{Clock, FixedClock};
    use crate::base::id::Seq;

    #[test]
    fn the_end_of_the_change_log_is_told_at_the_start_and_once_a_day() {
        const HOUR: Millis = 3_600_000;
        let clock = FixedClock::at(10 * 24 * HOUR + 22 * HOUR);
        let mut line = HeadLine::default();
        let mut told = |seq| line.due(clock.now(), || Ok(Head { seq: Seq(seq), hash: [1; 32] })).unwrap();
        assert_eq!(told(0), None, "there is no workspace yet");
        assert_eq!(told(3).map(|head| head.seq), Some(Seq(3)));
        clock.advance(HOUR);
        assert_eq!(told(4), None, "it was told today");
        clock.advance(HOUR);
        assert_eq!(told(5).map(|head| head.seq), Some(Seq(5)), "the next day");
        assert_eq!(told(6), None);
    }
}
