//! Row 8: the REST API, `/api/v1`. It reads requests, calls the engine as the key's member, and writes JSON. It never talks
//! to the store, and it never answers differently for what is invisible and what is absent.

pub mod openapi;

use crate::http::Route;
use actix_web::web::ServiceConfig;

/// The routes of this row.
pub const ROUTES: &[Route] = &[];

/// Registers them.
pub fn routes(_config: &mut ServiceConfig) {}
