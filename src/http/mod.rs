//! Row 7: between the wire and the pages. Sessions and cookies, proof of origin, the client's address, errors, headers, limits
//! and the server itself. No page is rendered here and no business rule decided.
//!
//! A handler of the rows above reads: `async fn page(crm: CrmData, who: Signed) -> Result<HttpResponse, Failure>`, takes what
//! it needs out of the request, and calls [`run`] with its blocking body.

mod client;
mod cookies;
mod download;
mod errors;
mod guard;
mod health;
mod limiter;
mod origin;
mod routes;
mod server;
mod upload;
mod who;

pub use cookies::Cookie;
pub use download::pieces_of;
pub use errors::Failure;
pub use guard::{ErrorView, RequestId, wants_fragment};
pub use limiter::{Allowance, Limiter};
pub use origin::local;
pub use routes::{ROUTES, Route, Who};
pub use server::{Faces, Listening, form_limit, listen, serve};
pub use upload::{Incoming, with_file};
pub use who::{Asker, BearerKey, Signed, address_of, agent_of};

use crate::app::Crm;
use crate::base::Result;
use actix_web::web::Data;

/// The workspace, as handlers get it.
pub type CrmData = Data<Crm>;

/// Runs the blocking body of a sign-in on threads of its own: hashing is made to be slow, and a storm of sign-ins must not
/// take the threads of everybody else.
pub async fn run_sign_in<T: Send + 'static>(
    crm: &CrmData,
    work: impl FnOnce(&Crm) -> Result<T> + Send + 'static,
) -> std::result::Result<T, Failure> {
    let inside = crm.clone();
    Ok(crm.sign_ins.run(move || work(&inside)).await?)
}

/// Runs a handler's blocking body on one of the work threads.
pub async fn run<T: Send + 'static>(
    crm: &CrmData,
    work: impl FnOnce(&Crm) -> Result<T> + Send + 'static,
) -> std::result::Result<T, Failure> {
    let inside = crm.clone();
    Ok(crm.pool.run(move || work(&inside)).await?)
}
