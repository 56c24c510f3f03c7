//! Row 2: what the workspace is made of, described by data: objects with fields, pipelines with stages, views; and who
//! may do what. Nothing here reads or writes storage.

pub mod actor;
pub mod field;
pub mod kinds;
pub mod object;
pub mod pipeline;
pub mod preset;
pub mod rules;
pub mod schema;
pub mod value;
pub mod view;

pub use actor::{Actor, ActorKind, Role, Scope};
pub use field::{Choice, Field, Kind, Target};
pub use object::Object;
pub use pipeline::{Pipeline, Stage, StageKind};
pub use schema::Schema;
pub use value::{Address, FileRef, Phone, Value};
