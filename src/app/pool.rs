//! Blocking work off the server's event loop: a fixed number of threads behind a bounded queue. Where the queue is full the
//! answer is "busy, come again", at once. Nothing here knows what the work is.

use crate::base::{Error, Result};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

/// Threads that do blocking work.
pub const THREADS: usize = 16;
/// Work that waits for a thread at most.
pub const QUEUE_MAX: usize = 512;
/// After so many seconds one may come again.
const RETRY_AFTER_S: u64 = 2;

type Job = Box<dyn FnOnce() + Send>;

/// The threads and their queue. Dropping it ends the threads when their work is done.
pub struct Pool {
    shared: Arc<Shared>,
    waiting_max: usize,
}

/// What the threads share. The thread that became idle last is woken first: its memory is warm, and the others' is not touched
/// while few requests come, which keeps what the allocator holds back for each thread small.
struct Shared {
    state: Mutex<State>,
    /// One for each thread.
    bells: Vec<Condvar>,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads without work, the last one to become so at the end.
    idle: Vec<usize>,
    closed: bool,
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next job of a thread; waits for one. `None` when the pool is dropped and nothing is left.
    fn next(&self, thread: usize) -> Option<Job> {
        let mut state = self.state();
        loop {
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            if state.closed {
                return None;
            }
            if !state.idle.contains(&thread) {
                state.idle.push(thread);
            }
            state = self.bells[thread].wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.shared.state().closed = true;
        self.shared.bells.iter().for_each(Condvar::notify_one);
    }
}

impl Pool {
    /// Starts the threads.
    pub fn start(threads: usize) -> Result<Self> {
        Self::with_queue("work", threads, QUEUE_MAX)
    }

    /// Starts threads of this name before which at most `waiting_max` jobs wait.
    pub fn with_queue(name: &str, threads: usize, waiting_max: usize) -> Result<Self> {
        let bells = (0..threads).map(|_| Condvar::new()).collect();
        let shared = Arc::new(Shared { state: Mutex::default(), bells });
        for n in 0..threads {
            let shared = Arc::clone(&shared);
            let work = move || {
                while let Some(job) = shared.next(n) {
                    job();
                }
            };
            std::thread::Builder::new()
                .name(format!("{name}-{n}"))
                .spawn(work)
                .map_err(|e| Error::internal("a thread can't be started", e))?;
        }
        Ok(Self { shared, waiting_max })
    }

    /// Runs `work` on one of the threads. [`Error::Limited`] where too much waits; a panic is [`Error::Internal`].
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            // Where nobody listens any more (the client has gone), the answer is dropped.
            let _ = answer.send(done);
        });
        self.queue(job)?;
        match result.await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(Error::Internal("a request's work panicked".into())),
            Err(_) => Err(Error::Internal("a request's work was dropped".into())),
        }
    }

    fn queue(&self, job: Job) -> Result<()> {
        let mut state = self.shared.state();
        if state.jobs.len() >= self.waiting_max {
            let message = format!("The server is busy. Please try again in {RETRY_AFTER_S} seconds.");
            return Err(Error::Unavailable(message));
        }
        state.jobs.push_back(job);
        if let Some(thread) = state.idle.pop() {
            self.shared.bells[thread].notify_one();
        }
        Ok(())
    }

    /// Work that waits for a thread now.
    pub fn waiting(&self) -> usize {
        self.shared.state().jobs.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Pool, QUEUE_MAX};
    use crate::base::Error;
    use std::sync::{Arc, Barrier};

    #[tokio::test]
    async fn a_full_queue_says_so_at_once_and_a_panic_harms_nobody() {
        let pool = Arc::new(Pool::start(1).expect("a pool"));
        let panicked = pool.run(|| -> crate::base::Result<()> { panic!("as the test wants") }).await;
        assert!(matches!(panicked, Err(Error::Internal(_))));
        let (begun, go) = (Arc::new(Barrier::new(2)), Arc::new(Barrier::new(2)));
        let (b, g, p) = (Arc::clone(&begun), Arc::clone(&go), Arc::clone(&pool));
        let busy = tokio::spawn(async move {
            p.run(move || {
                b.wait();
                g.wait();
                Ok(1)
            })
            .await
        });
        tokio::task::yield_now().await;
        begun.wait();
        let queued: Vec<_> = (0..QUEUE_MAX)
            .map(|_| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.run(|| Ok(())).await })
            })
            .collect();
        while pool.waiting() < QUEUE_MAX {
            tokio::task::yield_now().await;
        }
        assert!(matches!(pool.run(|| Ok(())).await, Err(Error::Unavailable(_))));
        go.wait();
        assert_eq!(busy.await.expect("no panic").expect("an answer"), 1);
        for task in queued {
            task.await.expect("no panic").expect("an answer");
        }
    }
}
