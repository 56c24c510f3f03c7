//! Row 8: the pages. Server-rendered HTML that works as plain links and forms, and richer with script; no page talks to the
//! store, no component loads data, and text people read comes from the message catalogue.
//!
//! `pages/` has one file a page family, `ui/` the components they are made of, `ui/field/` one file a kind of field.

pub mod ask;
pub mod assets;
pub mod desk;
pub mod form;
pub mod look;
pub mod messages;
pub mod pages;
pub mod ui;

use crate::http::{Route, Who, form_limit};
use actix_web::Resource;
use actix_web::web::{ServiceConfig, get, post, resource};
use pages::{create, edit, home, import, list, photo, record, search, settings, setup, sign_in, suggest, trash};

/// Bytes of a form from somebody who has not signed in, at most.
const STRANGERS_FORM_BYTES_MAX: usize = 16 * 1024;

/// The pages' addresses, and who may call them.
pub const ROUTES: &[Route] = &[
    Route::new("GET", "/assets/{name}", Who::Anyone),
    Route::new("GET", "/dev/components", Who::Anyone),
    Route::new("GET", "/setup", Who::Setup),
    Route::new("POST", "/setup", Who::Setup),
    Route::new("GET", "/login", Who::Anyone),
    Route::new("POST", "/login", Who::Anyone),
    Route::new("POST", "/logout", Who::Member),
    Route::new("POST", "/look", Who::Anyone),
    Route::new("GET", "/", Who::Member),
    Route::new("GET", "/search", Who::Member),
    Route::new("GET", "/search/hits", Who::Member),
    Route::new("GET", "/pick", Who::Member),
    Route::new("GET", "/pick/dates", Who::Member),
    Route::new("GET", "/pick/tags", Who::Member),
    Route::new("GET", "/settings", Who::Member),
    Route::new("GET", "/settings/general", Who::Admin),
    Route::new("POST", "/settings/general", Who::Admin),
    Route::new("GET", "/settings/experience", Who::Member),
    Route::new("GET", "/trash", Who::Member),
    Route::new("GET", "/import/{object}", Who::Member),
    Route::new("POST", "/import/{object}", Who::Member),
    Route::new("GET", "/import/{object}/{id}", Who::Member),
    Route::new("POST", "/import/{object}/{id}/look", Who::Member),
    Route::new("POST", "/import/{object}/{id}/check", Who::Member),
    Route::new("POST", "/import/{object}/{id}/run", Who::Member),
    Route::new("POST", "/import/{object}/{id}/stop", Who::Member),
    Route::new("POST", "/import/{object}/{id}/undo", Who::Member),
    Route::new("GET", "/import/{object}/{id}/rejected", Who::Member),
    Route::new("GET", "/{object}", Who::Member),
    Route::new("GET", "/{object}/new", Who::Member),
    Route::new("POST", "/{object}/new", Who::Member),
    Route::new("GET", "/{object}/duplicates", Who::Member),
    Route::new("GET", "/{object}/{row}", Who::Member),
    Route::new("GET", "/{object}/{row}/photo", Who::Member),
    Route::new("POST", "/{object}/{row}/photo", Who::Member),
    Route::new("POST", "/{object}/{row}/photo/remove", Who::Member),
    Route::new("GET", "/{object}/{row}/photo/{size}", Who::Member),
    Route::new("GET", "/{object}/{row}/edit", Who::Member),
    Route::new("POST", "/{object}/{row}/edit", Who::Member),
    Route::new("POST", "/{object}/{row}/trash", Who::Member),
    Route::new("POST", "/{object}/{row}/restore", Who::Member),
    Route::new("GET", "/{object}/{row}/purge", Who::Member),
    Route::new("POST", "/{object}/{row}/purge", Who::Member),
    Route::new("POST", "/{object}/{row}/notes", Who::Member),
    Route::new("GET", "/{object}/{row}/fields/{field}", Who::Member),
    Route::new("POST", "/{object}/{row}/fields/{field}", Who::Member),
];

/// Registers the pages. Fixed addresses come first: an object's name must not hide them.
pub fn routes(config: &mut ServiceConfig) {
    config
        .route("/assets/{name}", get().to(assets::asset))
        .route("/dev/components", get().to(pages::dev::page))
        .service(small("/setup").route(get().to(setup::page)).route(post().to(setup::submit)))
        .service(small("/login").route(get().to(sign_in::page)).route(post().to(sign_in::submit)))
        .route("/logout", post().to(sign_in::sign_out))
        .service(small("/look").route(post().to(pages::look::set)))
        .route("/", get().to(home::page))
        .route("/search", get().to(search::page))
        .route("/search/hits", get().to(search::dialog))
        .route("/pick", get().to(search::pick::pick))
        .route("/pick/dates", get().to(suggest::date))
        .route("/pick/tags", get().to(suggest::tags))
        .route("/settings", get().to(settings::page))
        .route("/settings/general", get().to(settings::general))
        .route("/settings/general", post().to(settings::save_general))
        .route("/settings/experience", get().to(settings::experience))
        .route("/trash", get().to(trash::page))
        .route("/import/{object}", get().to(import::page))
        .route("/import/{object}", post().to(import::upload))
        .route("/import/{object}/{id}", get().to(import::job))
        .route("/import/{object}/{id}/look", post().to(import::look))
        .route("/import/{object}/{id}/check", post().to(import::check))
        .route("/import/{object}/{id}/run", post().to(import::start))
        .route("/import/{object}/{id}/stop", post().to(import::stop))
        .route("/import/{object}/{id}/undo", post().to(import::undo))
        .route("/import/{object}/{id}/rejected", get().to(import::rejected))
        .route("/{object}", get().to(list::page))
        .route("/{object}/new", get().to(create::page))
        .route("/{object}/new", post().to(create::submit))
        .route("/{object}/duplicates", get().to(create::duplicates))
        .route("/{object}/{row}", get().to(record::page))
        .route("/{object}/{row}/photo", get().to(photo::page))
        .route("/{object}/{row}/photo", post().to(photo::submit))
        .route("/{object}/{row}/photo/remove", post().to(photo::remove))
        .route("/{object}/{row}/photo/{size}", get().to(photo::picture))
        .route("/{object}/{row}/edit", get().to(edit::page))
        .route("/{object}/{row}/edit", post().to(edit::save_page))
        .route("/{object}/{row}/trash", post().to(trash::trash))
        .route("/{object}/{row}/restore", post().to(trash::restore))
        .route("/{object}/{row}/purge", get().to(trash::confirm))
        .route("/{object}/{row}/purge", post().to(trash::purge))
        .route("/{object}/{row}/notes", post().to(record::add_note))
        .route("/{object}/{row}/fields/{field}", get().to(edit::field))
        .route("/{object}/{row}/fields/{field}", post().to(edit::save_field));
}

/// A page that strangers may send a form to, so that the form must be small.
fn small(path: &str) -> Resource {
    resource(path).app_data(form_limit(STRANGERS_FORM_BYTES_MAX))
}
