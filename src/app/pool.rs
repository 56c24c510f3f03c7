//! Blocking work off the server's event loop: a fixed number of threads behind a bounded queue. Where the queue is full the
//! answer is "busy, come again", at once. Nothing here knows what the work is.

use crate::base::{Error, Result};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
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
    queue: mpsc::SyncSender<Job>,
    waiting: Arc<AtomicUsize>,
}

impl Pool {
    /// Starts the threads.
    pub fn start(threads: usize) -> Result<Self> {
        Self::with_queue("work", threads, QUEUE_MAX)
    }

    /// Starts threads of this name before which at most `waiting_max` jobs wait.
    pub fn with_queue(name: &str, threads: usize, waiting_max: usize) -> Result<Self> {
        let (queue, jobs) = mpsc::sync_channel::<Job>(waiting_max);
        let jobs = Arc::new(Mutex::new(jobs));
        let waiting = Arc::new(AtomicUsize::new(0));
        for n in 0..threads {
            let (jobs, waiting) = (Arc::clone(&jobs), Arc::clone(&waiting));
            std::thread::Builder::new()
                .name(format!("{name}-{n}"))
                .spawn(move || work(&jobs, &waiting))
                .map_err(|e| Error::internal("a thread can't be started", e))?;
        }
        Ok(Self { queue, waiting })
    }

    /// Runs `work` on one of the threads. [`Error::Limited`] where too much waits; a panic is [`Error::Internal`].
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
        let (answer, result) = oneshot::channel();
        let job: Job = Box::new(move || {
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
            // Where nobody listens any more (the client has gone), the answer is dropped.
            let _ = answer.send(done);
        });
        self.waiting.fetch_add(1, Ordering::Relaxed);
        if self.queue.try_send(job).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Unavailable(format!(
                "The server is busy. Please try again in {RETRY_AFTER_S} seconds."
            )));
        }
        match result.await {
            Ok(Ok(result)) => result,
            Ok(Err(_panic)) => Err(Error::Internal("a request's work panicked".into())),
            Err(_) => Err(Error::Internal("a request's work was dropped".into())),
        }
    }

    /// Work that waits for a thread now.
    pub fn waiting(&self) -> usize {
        self.waiting.load(Ordering::Relaxed)
    }
}

fn work(jobs: &Mutex<mpsc::Receiver<Job>>, waiting: &AtomicUsize) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        waiting.fetch_sub(1, Ordering::Relaxed);
        job();
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
