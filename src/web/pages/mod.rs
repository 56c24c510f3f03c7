//! The pages, one file a family. A handler takes what it needs out of the request and runs one blocking function that loads and
//! renders; none of them decides who may do what.

pub mod create;
pub mod dev;
pub mod edit;
pub mod error;
pub mod home;
pub mod import;
pub mod list;
pub mod look;
pub mod photo;
pub mod record;
pub mod search;
pub mod settings;
pub mod setup;
pub mod sign_in;
pub mod suggest;
pub mod trash;

/// Renders an error as a page.
pub use error::page as error;
