//! `aventora serve`: the server, until it is told to end.

use super::{output, start_log};
use crate::app::{Background, Crm, Parts, socket::Socket};
use crate::base::Result;
use crate::config::Config;
use crate::http::{self, Faces};
use crate::store::DATA_FILE;
use crate::{api, web};
use std::sync::Arc;

/// The rows that answer requests.
pub(super) const FACES: Faces = Faces { api: api::routes, web: web::routes, error_page: web::pages::error };

pub(super) fn run(config: &Config, dev: bool) -> Result<()> {
    start_log(config)?;
    let listening = http::listen(config.server.listen)?;
    if !config.data.dir.join(DATA_FILE).exists() {
        output::note(&format!(
            "NOTE: there is no workspace in {} yet; a new one is begun there. If that is not what you expect, stop and name \
             the right directory with --data DIR.",
            config.data.dir.display()
        ));
    }
    let mut config = config.clone();
    config.server.listen = listening.address;
    let crm = Crm::open(config, Parts { dev, ..Parts::default() })?;
    until_the_end(&crm, listening, |_| ())
}

/// Serves an open workspace; `greet` is called with its URL when requests are answered.
pub(super) fn until_the_end(
    crm: &Arc<Crm>,
    listening: http::Listening,
    greet: impl FnOnce(&str) + 'static,
) -> Result<()> {
    crm.start()?;
    let setup = crm.accounts.setup_token()?;
    let socket = Socket::listen(crm).map_err(|error| tracing::warn!("{error}")).ok();
    let background = Background::start(crm);
    let url = crm.config.url();
    let ready = move |_| {
        output::line(&format!("Aventora is ready at {url}"));
        if let Some(token) = setup {
            output::line(&format!("Set it up at {url}/setup?token={token} (good for 24 hours, once)"));
        }
        greet(&url);
    };
    let result = http::serve(Arc::clone(crm), listening, FACES, ready, std::future::pending());
    drop(background);
    drop(socket);
    tracing::info!("ended");
    result
}
