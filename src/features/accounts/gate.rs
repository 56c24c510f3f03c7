//! The door to password hashing: one hash at a time, a bounded queue before it, and then "try again". Hashing is made to be
//! slow, so without a door a handful of strangers could take every core. Nothing here knows what is hashed.

use crate::base::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Sign-ins that wait for their turn at most.
pub const QUEUE_MAX: usize = 32;

/// Lets one in at a time.
#[derive(Debug, Default)]
pub struct Gate {
    turn: Mutex<()>,
    inside: AtomicUsize,
}

impl Gate {
    /// Runs `work` when its turn comes; [`Error::Limited`] where too many wait already.
    pub fn pass<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        let _place = Place::take(&self.inside)?;
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(work())
    }
}

/// A place in the queue, given back when dropped, also by a panic.
struct Place<'a>(&'a AtomicUsize);

impl<'a> Place<'a> {
    fn take(inside: &'a AtomicUsize) -> Result<Self> {
        if inside.fetch_add(1, Ordering::SeqCst) > QUEUE_MAX {
            inside.fetch_sub(1, Ordering::SeqCst);
            let message = "Many people are signing in right now. Please try again in a few seconds.".into();
            return Err(Error::Limited { retry_after_s: 5, message });
        }
        Ok(Self(inside))
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::{Gate, QUEUE_MAX};
    use crate::base::Error;
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn one_works_thirty_two_wait_and_the_rest_are_told_to_try_again() {
        let gate = Gate::default();
        let (started, finish) = (Barrier::new(2), Barrier::new(2));
        let refused = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                gate.pass(|| {
                    started.wait();
                    finish.wait();
                })
            });
            started.wait();
            let waiting: Vec<_> = (0..QUEUE_MAX + 8)
                .map(|_| {
                    scope.spawn(|| {
                        if let Err(Error::Limited { .. }) = gate.pass(|| ()) {
                            refused.fetch_add(1, Ordering::SeqCst);
                        }
                    })
                })
                .collect();
            while refused.load(Ordering::SeqCst) < 8 {
                std::thread::yield_now();
            }
            finish.wait();
            for thread in waiting {
                thread.join().expect("joined");
            }
        });
        assert_eq!(refused.load(Ordering::SeqCst), 8);
        assert!(gate.pass(|| ()).is_ok());
    }
}
