//! Row 4: behaviours over records, one folder or file each. They never import each other.

pub mod accounts;
pub mod demo;
pub mod import;
pub mod opened;
pub mod photos;
