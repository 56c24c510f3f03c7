//! A disk in memory that forgets: what was not synced when the power goes is kept or lost by the sector of 512 bytes,
//! in any mixture. It can also fail at the n-th operation, fill up, or pretend to sync.

use aventora::base::rng::SeededRng;
use aventora::store::{BackendFactory, StorageBackend};
use std::io;
use std::sync::{Arc, Mutex};

const SECTOR: usize = 512;

/// What goes wrong, and when. Operations are writes, syncs and changes of length, counted from 1.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The power goes at this operation.
    pub crash_at: Option<u64>,
    /// These operations fail, from the first to before the second.
    pub fail: Option<(u64, u64)>,
    /// Bytes the disk holds.
    pub capacity: Option<u64>,
    /// Syncing does nothing: the negative control.
    pub lying: bool,
}

#[derive(Debug, Clone)]
enum Pending {
    Write(u64, Vec<u8>),
    Len(u64),
}

#[derive(Debug)]
struct State {
    durable: Vec<u8>,
    now: Vec<u8>,
    pending: Vec<Pending>,
    operations: u64,
    plan: Plan,
    off: bool,
}

/// The disk; clones are the same disk.
#[derive(Debug, Clone)]
pub struct Disk(Arc<Mutex<State>>);

impl Disk {
    pub fn new(image: Vec<u8>, plan: Plan) -> Self {
        let now = image.clone();
        Self(Arc::new(Mutex::new(State { durable: image, now, pending: Vec::new(), operations: 0, plan, off: false })))
    }

    pub fn factory(&self) -> BackendFactory {
        let disk = self.clone();
        Arc::new(move || Ok(Box::new(disk.clone())))
    }

    pub fn operations(&self) -> u64 {
        self.0.lock().unwrap().operations
    }

    pub fn set_plan(&self, plan: Plan) {
        self.0.lock().unwrap().plan = plan;
    }

    /// The power goes now, if it has not gone already: what is on the disk afterwards.
    pub fn after_power_loss(&self, rng: &mut SeededRng) -> Vec<u8> {
        let mut state = self.0.lock().unwrap();
        state.off = true;
        let mut image = std::mem::take(&mut state.durable);
        let kept_percent = *rng.pick(&[0, 10, 50, 90, 100]);
        for pending in std::mem::take(&mut state.pending) {
            match pending {
                Pending::Len(len) if rng.chance(kept_percent) => image.resize(len as usize, 0),
                Pending::Len(_) => {}
                Pending::Write(offset, data) => {
                    for (i, sector) in data.chunks(SECTOR).enumerate() {
                        if rng.chance(kept_percent) {
                            put(&mut image, offset as usize + i * SECTOR, sector);
                        }
                    }
                }
            }
        }
        image
    }

    /// What is on the disk after a clean end.
    pub fn image(&self) -> Vec<u8> {
        self.0.lock().unwrap().now.clone()
    }
}

fn put(image: &mut Vec<u8>, at: usize, data: &[u8]) {
    if image.len() < at + data.len() {
        image.resize(at + data.len(), 0);
    }
    image[at..at + data.len()].copy_from_slice(data);
}

impl State {
    fn operation(&mut self) -> io::Result<()> {
        if self.off {
            return Err(io::Error::other("the power is off"));
        }
        self.operations += 1;
        if self.plan.crash_at.is_some_and(|at| self.operations >= at) {
            self.off = true;
            return Err(io::Error::other("the power went"));
        }
        match self.plan.fail {
            Some((from, to)) if (from..to).contains(&self.operations) => Err(io::Error::from_raw_os_error(5)),
            _ => Ok(()),
        }
    }

    fn room_for(&self, len: u64) -> io::Result<()> {
        match self.plan.capacity {
            Some(capacity) if len > capacity && len > self.now.len() as u64 => Err(io::ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        let state = self.0.lock().unwrap();
        if state.off { Err(io::Error::other("the power is off")) } else { Ok(state.now.len() as u64) }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let state = self.0.lock().unwrap();
        if state.off {
            return Err(io::Error::other("the power is off"));
        }
        let at = offset as usize;
        let bytes = state.now.get(at..at + out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(bytes);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.operation()?;
        state.room_for(len)?;
        state.now.resize(len as usize, 0);
        state.pending.push(Pending::Len(len));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        state.operation()?;
        if state.plan.lying {
            return Ok(());
        }
        for pending in std::mem::take(&mut state.pending) {
            match pending {
                Pending::Len(len) => state.durable.resize(len as usize, 0),
                Pending::Write(offset, data) => put(&mut state.durable, offset as usize, &data),
            }
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut state = self.0.lock().unwrap();
        // The write that the power interrupts may still reach the disk in part.
        if !state.off {
            state.pending.push(Pending::Write(offset, data.to_vec()));
        }
        if let Err(e) = state.operation() {
            if !state.off {
                state.pending.pop();
            }
            return Err(e);
        }
        if let Err(e) = state.room_for(offset + data.len() as u64) {
            state.pending.pop();
            return Err(e);
        }
        put(&mut state.now, offset as usize, data);
        Ok(())
    }
}
