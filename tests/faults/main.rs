//! What happens when the power goes, the disk fails or is full: the whole store over a simulated disk. The number of
//! crashes is 2,000; `AVENTORA_FAULT_SEEDS` sets another, and `AVENTORA_FAULT_SEED` runs one alone.
#![allow(clippy::unwrap_used, reason = "a test binary: a panic is its way to fail")]

mod crash;
mod disk;
mod failure;
mod workload;
