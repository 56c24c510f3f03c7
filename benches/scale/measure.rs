//! Timing requests against the running program: percentiles, the server's processor time and memory, and the disk's bare
//! fdatasync beside them, so that a figure from a busy machine can be told from a slow program.

use super::client::{Client, Response};
use std::path::Path;
use std::time::{Duration, Instant};

/// Requests made before counting.
pub const WARM: usize = 20;
/// Requests counted.
pub const COUNTED: usize = 200;

/// Linux tells processor time to programs in hundredths of a second, on every machine.
const TICKS_PER_S: u64 = 100;

/// What a series of requests took, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Times {
    pub min: f64,
    pub p50: f64,
    pub p95: f64,
    pub p99: f64,
    /// Server processor time per request.
    pub cpu: f64,
}

impl Times {
    /// Percentiles of `samples`; `cpu` is filled by the caller.
    pub fn of(mut samples: Vec<Duration>) -> Self {
        samples.sort_unstable();
        let at = |percent: usize| match samples.len() {
            0 => 0.0,
            n => samples[(n * percent / 100).min(n - 1)].as_secs_f64() * 1e3,
        };
        Self { min: at(0), p50: at(50), p95: at(95), p99: at(99), cpu: 0.0 }
    }

    /// The figure that a budget is held against: p95, or the processor time where the machine was busy with other things.
    pub fn judged(&self) -> f64 {
        if load() > 2.0 { self.cpu.max(self.min) } else { self.p95 }
    }
}

/// Makes `request(n)` `WARM` + `COUNTED` times, one after the other.
pub fn series(pid: u32, mut request: impl FnMut(usize) -> Response) -> Times {
    for n in 0..WARM {
        checked(request(n));
    }
    let (mut samples, cpu) = (Vec::with_capacity(COUNTED), processor_time(pid));
    for n in 0..COUNTED {
        let start = Instant::now();
        let response = request(WARM + n);
        samples.push(start.elapsed());
        checked(response);
    }
    let cpu = (processor_time(pid) - cpu).as_secs_f64() * 1e3 / COUNTED as f64;
    Times { cpu, ..Times::of(samples) }
}

fn checked(response: Response) {
    assert!(response.status < 400, "the server answered {}: {}", response.status, response.text());
}

/// A GET through `client` that must succeed.
pub fn get(client: &mut Client, path: &str) -> Response {
    client.get(path).expect("the server answers")
}

/// User and system time a process has used.
pub fn processor_time(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: u64 = after_name.split_whitespace().skip(11).take(2).filter_map(|t| t.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 1000 / TICKS_PER_S)
}

/// Anonymous resident memory of a process, in MB.
pub fn rss_anon_mb(pid: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("RssAnon:"));
    line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or_default() / 1024.0
}

/// The machine's load over the last minute.
pub fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|l| l.parse().ok()).unwrap_or_default()
}

/// What a bare 4 KiB write and fdatasync takes on the disk that holds `folder`.
pub fn bare_sync(folder: &Path) -> Times {
    use std::io::{Seek, SeekFrom, Write};
    let path = folder.join("bare-sync");
    let mut file = std::fs::File::create(&path).expect("a file beside the data");
    let mut samples = Vec::new();
    for _ in 0..COUNTED {
        let start = Instant::now();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.write_all(&[7; 4096])).expect("it can be written");
        file.sync_data().expect("it can be synced");
        samples.push(start.elapsed());
    }
    let _ = std::fs::remove_file(path);
    Times::of(samples)
}

/// Bytes of all files below `folder`.
pub fn bytes_below(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|e| match e.metadata() {
        Ok(m) if m.is_dir() => bytes_below(&e.path()),
        Ok(m) => m.len(),
        Err(_) => 0,
    });
    sizes.sum()
}
