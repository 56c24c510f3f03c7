//! The server: a listening socket, the routes of the rows above, limits against slow and large requests, and an end that
//! lets requests in flight finish.

use super::errors::Failure;
use super::guard::{ErrorView, guard};
use super::health::{self, Counts};
use super::limiter::Limiter;
use crate::app::Crm;
use crate::base::{Error, Result};
use actix_web::http::StatusCode;
use actix_web::middleware::{Compress, from_fn};
use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{App, HttpRequest, HttpServer};
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// Threads that read and write sockets.
const WORKERS: usize = 2;
/// Connections of one such thread at most.
const CONNECTIONS_MAX: usize = 2_000;
/// The head of a request must be there after so long.
const HEAD_MAX: Duration = Duration::from_secs(10);
/// Idle connections are closed after so long.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Requests in flight get so long to finish at the end.
const STOP_SECONDS: u64 = 8;
/// Bytes of a form or a JSON body at most.
pub const BODY_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Renders an error as a page; it never fails and is there soon, whatever the state of the workspace.
pub type RenderError = fn(HttpRequest, ErrorView) -> Pin<Box<dyn Future<Output = String>>>;

/// What renders errors.
#[derive(Clone, Copy)]
pub struct ErrorPage(pub RenderError);

/// What the rows above bring.
#[derive(Clone, Copy)]
pub struct Faces {
    /// Registers the API.
    pub api: fn(&mut ServiceConfig),
    /// Registers the pages.
    pub web: fn(&mut ServiceConfig),
    /// Renders an error as a page.
    pub error_page: RenderError,
}

/// A socket that listens already, so that clients may connect before the rest is ready.
#[derive(Debug)]
pub struct Listening {
    socket: TcpListener,
    /// Where: the port is the real one, also where 0 was asked for.
    pub address: SocketAddr,
}

/// Takes the address. A port in use and a port that may not be taken are told in a sentence.
pub fn listen(address: SocketAddr) -> Result<Listening> {
    let socket = TcpListener::bind(address).map_err(|e| {
        let why = match e.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!(
                    "Port {} is in use; stop the program that has it or choose another with --listen.",
                    address.port()
                )
            }
            std::io::ErrorKind::PermissionDenied => {
                format!("Port {} may not be taken; choose one above 1023 with --listen.", address.port())
            }
            std::io::ErrorKind::AddrNotAvailable => {
                format!("{} is no address of this machine; choose another with --listen.", address.ip())
            }
            _ => format!("{address} can't be listened on ({e}); choose another with --listen."),
        };
        Error::External(why)
    })?;
    let address = socket.local_addr().map_err(|e| Error::internal("the socket has no address", e))?;
    Ok(Listening { socket, address })
}

/// Serves until the process is told to end (SIGTERM, SIGINT) or `stop` resolves; requests in flight finish first.
/// `ready` is called when requests are answered.
pub fn serve(
    crm: Arc<Crm>,
    listening: Listening,
    faces: Faces,
    ready: impl FnOnce(SocketAddr) + 'static,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<()> {
    let address = listening.address;
    let (crm, counts) = (Data::from(crm), Data::new(Counts::default()));
    let limiter = Data::new(Limiter::new(crm.config.api.requests_per_minute));
    let ending = crm.clone();
    let app = move || {
        App::new()
            .app_data(crm.clone())
            .app_data(counts.clone())
            .app_data(limiter.clone())
            .app_data(Data::new(ErrorPage(faces.error_page)))
            .app_data(web::PayloadConfig::new(BODY_BYTES_MAX))
            .app_data(form_limit(BODY_BYTES_MAX))
            .app_data(web::QueryConfig::default().error_handler(|e, _| unreadable(&e)))
            .app_data(web::PathConfig::default().error_handler(|_, _| Failure::Plain(StatusCode::NOT_FOUND).into()))
            .wrap(from_fn(guard))
            .wrap(Compress::default())
            .configure(health::routes)
            .configure(faces.api)
            .configure(faces.web)
            .default_service(web::to(nothing))
    };
    actix_web::rt::System::new().block_on(async move {
        let server = HttpServer::new(app)
            .workers(WORKERS)
            .max_connections(CONNECTIONS_MAX)
            .client_request_timeout(HEAD_MAX)
            .keep_alive(KEEP_ALIVE)
            // An answer in several pieces must not wait 40 ms for the browser to acknowledge the first.
            .tcp_nodelay(true)
            .shutdown_timeout(STOP_SECONDS)
            .disable_signals()
            .listen(listening.socket)
            .map_err(|e| Error::internal("the server can't start", e))?
            .run();
        let handle = server.handle();
        actix_web::rt::spawn(async move {
            end(stop).await;
            ending.stop_soon();
            handle.stop(true).await;
        });
        ready(address);
        server.await.map_err(|e| Error::internal("the server ended", e))
    })
}

/// Refuses forms of more than so many bytes.
pub fn form_limit(bytes: usize) -> web::FormConfig {
    web::FormConfig::default().limit(bytes).error_handler(|e, _| unreadable(&e))
}

async fn nothing() -> std::result::Result<actix_web::HttpResponse, Failure> {
    Err(Failure::Plain(StatusCode::NOT_FOUND))
}

fn unreadable(error: &dyn actix_web::ResponseError) -> actix_web::Error {
    Failure::Plain(error.status_code()).into()
}

/// Resolves when the process is told to end, or `stop` says so.
async fn end(stop: impl Future<Output = ()>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut term), Ok(mut int)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt())) else {
        tracing::error!("signals can't be watched; the process ends without finishing requests");
        return stop.await;
    };
    tokio::select! {
        _ = term.recv() => tracing::info!("asked to end (SIGTERM)"),
        _ = int.recv() => tracing::info!("asked to end (SIGINT)"),
        () = stop => {}
    }
}
