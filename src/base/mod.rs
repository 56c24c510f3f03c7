//! Row 0: small pure things that everything else stands on. Nothing here imports from the rest of the house.

pub mod clock;
pub mod error;
pub mod id;
pub mod limits;
pub mod money;
pub mod phone;
pub mod rng;
pub mod text;
pub mod time;

pub use error::{Error, Problem, Result};
