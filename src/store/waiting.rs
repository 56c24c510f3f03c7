//! What waits for the writer: two bounded lines of jobs, people's and bulk, and those who wait for answers or for news.
//! Nothing is written here.

use super::Priority;
use super::fault::Health;
use super::write::WriteTx;
use super::writer::IdleWork;
use crate::base::id::Seq;
use crate::base::{Error, Result};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{self, Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Jobs that may wait, of each priority.
const QUEUE_MAX: usize = 1_024;

/// What the writer and those who wait for it share.
pub(super) struct Shared {
    pub(super) queue: Mutex<Queue>,
    pub(super) arrived: Condvar,
    news: Mutex<News>,
    told: Condvar,
    pub(super) idle: Mutex<Option<IdleWork>>,
    health: Mutex<Health>,
}

#[derive(Default)]
pub(super) struct Queue {
    pub(super) people: VecDeque<Box<dyn Job>>,
    pub(super) bulk: VecDeque<Box<dyn Job>>,
    pub(super) closed: bool,
    pub(super) idle_due: bool,
}

/// A write that is queued or done. Dropping it does not take the write back.
pub struct Pending<T>(Receiver<Result<T>>);

impl<T> Pending<T> {
    /// Waits for the durable commit; the same errors as [`super::Store::write`].
    pub fn wait(self) -> Result<T> {
        self.0.recv().unwrap_or_else(|_| Err(Error::Unavailable("The store was closed before this was saved.".into())))
    }
}

/// The last event that is committed, for those who wait for the next.
pub(super) struct News {
    last: Seq,
    closed: bool,
}

/// Something to do in a write, and somebody who waits for the answer.
pub(super) trait Job: Send {
    /// Does it; false where it failed and nothing of it may be kept.
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool;
    /// Answers, after the commit.
    fn answer(self: Box<Self>, outcome: Result<()>);
}

struct Work<F, T> {
    work: Option<F>,
    result: Option<Result<T>>,
    to: SyncSender<Result<T>>,
}

impl<F, T> Job for Work<F, T>
where
    F: FnOnce(&mut WriteTx<'_>) -> Result<T> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut WriteTx<'_>) -> bool {
        let Some(work) = self.work.take() else { return false };
        // A panic is the job's fault alone: its changes are staged and dropped, the writer goes on.
        let result = catch_unwind(AssertUnwindSafe(|| work(tx)))
            .unwrap_or_else(|_| Err(Error::Internal("a write panicked; nothing of it was kept".into())));
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, outcome: Result<()>) {
        let answer = match (self.result, outcome) {
            (Some(Err(own)), _) => Err(own),
            (_, Err(e)) => Err(e),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (None, Ok(())) => Err(Error::Internal("a write was not run".into())),
        };
        // Whoever asked may have gone; that is no concern of the writer.
        let _ = self.to.send(answer);
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Shared {
    pub(super) fn new(last: Seq) -> Arc<Self> {
        Arc::new(Self {
            queue: Mutex::new(Queue { idle_due: true, ..Queue::default() }),
            arrived: Condvar::new(),
            news: Mutex::new(News { last, closed: false }),
            told: Condvar::new(),
            idle: Mutex::new(None),
            health: Mutex::new(Health::Well),
        })
    }

    /// Queues a job; its answer is waited for apart.
    pub(super) fn submit<T: Send + 'static>(
        &self,
        priority: Priority,
        work: impl FnOnce(&mut WriteTx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<Pending<T>> {
        let (to, answer) = mpsc::sync_channel(1);
        let job = Box::new(Work { work: Some(work), result: None, to });
        {
            let mut queue = lock(&self.queue);
            if queue.closed {
                return Err(Error::Unavailable("The store is closed.".into()));
            }
            let line = match priority {
                Priority::People => &mut queue.people,
                Priority::Bulk => &mut queue.bulk,
            };
            if line.len() >= QUEUE_MAX {
                return Err(Error::Unavailable("Too many changes are waiting; please try again in a moment.".into()));
            }
            line.push_back(job);
        }
        self.arrived.notify_one();
        Ok(Pending(answer))
    }

    /// Whether a person waits.
    pub(super) fn people_wait(&self) -> bool {
        !lock(&self.queue).people.is_empty()
    }

    pub(super) fn health(&self) -> Health {
        lock(&self.health).clone()
    }

    pub(super) fn set_health(&self, health: Health) {
        *lock(&self.health) = health;
    }

    pub(super) fn last_seq(&self) -> Seq {
        lock(&self.news).last
    }

    /// Waits until there is an event after `after`, the time is over or the store closes; says what is last.
    pub(super) fn wait_for_news(&self, after: Seq, timeout: Duration) -> Seq {
        let (news, _) = self
            .told
            .wait_timeout_while(lock(&self.news), timeout, |news| news.last <= after && !news.closed)
            .unwrap_or_else(PoisonError::into_inner);
        news.last
    }

    pub(super) fn tell(&self, last: Seq) {
        lock(&self.news).last = last;
        self.told.notify_all();
    }

    pub(super) fn set_idle_work(&self, work: Option<IdleWork>) {
        *lock(&self.idle) = work;
        lock(&self.queue).idle_due = true;
        self.arrived.notify_one();
    }

    /// No more jobs are taken; those that wait are still done.
    pub(super) fn close(&self) {
        lock(&self.queue).closed = true;
        lock(&self.news).closed = true;
        self.arrived.notify_all();
        self.told.notify_all();
    }

    pub(super) fn next_job(&self, bulk_too: bool) -> Option<Box<dyn Job>> {
        let mut queue = lock(&self.queue);
        let bulk = |queue: &mut Queue| if bulk_too { queue.bulk.pop_front() } else { None };
        queue.people.pop_front().or_else(|| bulk(&mut queue))
    }
}
