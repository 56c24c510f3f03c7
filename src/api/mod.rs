//! Row 8: the REST API, `/api/v1`. It reads requests, calls the engine as the key's member, and writes JSON. It never talks
//! to the store, and it never answers differently for what is invisible and what is absent.

mod aggregate;
mod batch;
mod body;
mod caller;
mod metadata;
pub mod openapi;
mod params;
mod records;
mod schemas;
mod search;
mod shape;

use crate::http::{Route, Who};
use actix_web::web::{ServiceConfig, delete, get, patch, post, resource, scope};

/// The routes of this row.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/api/v1/openapi.json", Who::Key),
    Route::new("GET", "/api/v1/metadata", Who::Key),
    Route::new("GET", "/api/v1/search", Who::Key),
    Route::new("GET", "/api/v1/{objects}", Who::Key),
    Route::new("POST", "/api/v1/{objects}", Who::Key),
    Route::new("POST", "/api/v1/{objects}/batch", Who::Key),
    Route::new("GET", "/api/v1/{objects}/aggregate", Who::Key),
    Route::new("GET", "/api/v1/{objects}/{id}", Who::Key),
    Route::new("PATCH", "/api/v1/{objects}/{id}", Who::Key),
    Route::new("DELETE", "/api/v1/{objects}/{id}", Who::Key),
];

/// Registers them.
pub fn routes(config: &mut ServiceConfig) {
    config.service(
        scope("/api/v1")
            .wrap(actix_web::middleware::from_fn(caller::tell_limits))
            .service(resource("/openapi.json").route(get().to(metadata::openapi)))
            .service(resource("/metadata").route(get().to(metadata::metadata)))
            .service(resource("/search").route(get().to(search::search)))
            .service(resource("/{objects}").route(get().to(records::list)).route(post().to(records::create)))
            .service(resource("/{objects}/batch").route(post().to(batch::batch)))
            .service(resource("/{objects}/aggregate").route(get().to(aggregate::aggregate)))
            .service(
                resource("/{objects}/{id}")
                    .route(get().to(records::get))
                    .route(patch().to(records::update))
                    .route(delete().to(records::trash)),
            ),
    );
}
