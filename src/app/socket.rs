//! The local socket: how a command reaches the server that has the data directory open. Mode 0600, and the peer must be the
//! same user (or root). Messages are JSON after four bytes of length; one task a connection.

use super::Crm;
use super::tasks::{Said, Task, perform};
use crate::base::{Error, Result};
use rustix::net::sockopt::socket_peercred;
use serde::{Deserialize, Serialize};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a frame at most.
const FRAME_MAX: usize = 16 * 1024 * 1024;
/// A peer that says nothing for so long is hung up on.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// The most bytes of a path that a socket's address holds on every system we run on.
const PATH_BYTES_MAX: usize = 100;

/// Where the socket of a data directory is.
pub fn path(dir: &Path) -> PathBuf {
    dir.join("socket")
}

/// What the server answers with: any number of `said`, then `done` or `failed`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Said(Said),
    Done,
    Failed(String),
}

/// The listening socket; dropping it takes the file away. Connections in work finish by themselves.
pub struct Socket(PathBuf);

impl Socket {
    /// Listens in the data directory. The store's lock was taken before, so a socket that is there is a dead one.
    pub fn listen(crm: &Arc<Crm>) -> Result<Self> {
        let path = path(crm.dir());
        let trouble = |e: std::io::Error| {
            Error::External(format!(
                "The socket {} can't be made ({e}); commands will not work while the server runs.",
                path.display()
            ))
        };
        if path.as_os_str().len() > PATH_BYTES_MAX {
            return Err(trouble(std::io::Error::other("its path is too long")));
        }
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(trouble(e)),
            _ => {}
        }
        // Made under another name, closed to others, then named: nobody can connect in between.
        let making = path.with_extension("new");
        let _ = std::fs::remove_file(&making);
        let listener = UnixListener::bind(&making).map_err(trouble)?;
        std::fs::set_permissions(&making, std::fs::Permissions::from_mode(0o600)).map_err(trouble)?;
        std::fs::rename(&making, &path).map_err(trouble)?;
        let crm = Arc::clone(crm);
        std::thread::Builder::new()
            .name("socket".into())
            .spawn(move || {
                for stream in listener.incoming() {
                    let (Ok(stream), crm) = (stream, Arc::clone(&crm)) else { continue };
                    if crm.is_stopping() {
                        return;
                    }
                    let started = std::thread::Builder::new().name("task".into()).spawn(move || serve(&crm, &stream));
                    if let Err(error) = started {
                        tracing::warn!(%error, "a command's thread can't be started");
                    }
                }
            })
            .map_err(trouble)?;
        Ok(Self(path))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        // Wakes the listening thread, so that it sees that the server ends and lets go of the workspace.
        let _ = UnixStream::connect(&self.0);
        let _ = std::fs::remove_file(&self.0);
    }
}

fn serve(crm: &Crm, stream: &UnixStream) {
    if let Err(error) = answer(crm, stream) {
        tracing::warn!(%error, "a command could not be answered");
    }
}

fn answer(crm: &Crm, mut stream: &UnixStream) -> Result<()> {
    let peer = socket_peercred(stream).map_err(|e| Error::internal("the peer is not known", e))?;
    let own = rustix::process::geteuid();
    if peer.uid != own && !peer.uid.is_root() {
        return Err(Error::Denied(format!("User {} may not give commands here.", peer.uid.as_raw())));
    }
    let timeout = |e| Error::internal("the socket", e);
    stream.set_read_timeout(Some(SILENCE_MAX)).map_err(timeout)?;
    stream.set_write_timeout(Some(SILENCE_MAX)).map_err(timeout)?;
    let task: Task = receive(&mut stream)?;
    let mut lost = None;
    let mut input = Input { stream, left: 0, over: false };
    let result = perform(crm, &task, &mut input, &mut |said| {
        if lost.is_none() {
            lost = send(&mut stream, &Answer::Said(said)).err();
        }
    });
    let last = match result {
        Ok(()) => Answer::Done,
        Err(error) => Answer::Failed(error.to_string()),
    };
    send(&mut stream, &last)
}

/// A file on its way in: parts after four bytes of length each, an empty part at the end.
struct Input<'a> {
    stream: &'a UnixStream,
    left: usize,
    over: bool,
}

impl Read for Input<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 && !self.over {
            let mut length = [0; 4];
            self.stream.read_exact(&mut length)?;
            self.left = u32::from_be_bytes(length) as usize;
            self.over = self.left == 0;
        }
        if self.over || buffer.is_empty() {
            return Ok(0);
        }
        let most = self.left.min(buffer.len());
        let read = self.stream.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        self.left -= read;
        Ok(read)
    }
}

/// A connection to the server of a data directory, if one runs.
pub fn server_of(dir: &Path) -> Option<UnixStream> {
    UnixStream::connect(path(dir)).ok()
}

/// Asks a server. `input` is the file of a task that takes one.
pub fn ask(
    stream: &UnixStream,
    task: &Task,
    input: Option<&mut (dyn Read + Send)>,
    say: &mut super::tasks::Say<'_>,
) -> Result<()> {
    std::thread::scope(|scope| {
        let mut out = stream;
        send(&mut out, task)?;
        if let Some(input) = input {
            // Where the server stops reading it says why, so an error here is not told.
            scope.spawn(|| hand_over(input, stream));
        }
        let result = converse(stream, say);
        // Ends the thread above, if the server did not want the rest.
        let _ = stream.shutdown(std::net::Shutdown::Both);
        result
    })
}

/// Bytes of a file that are sent together.
const PART: usize = 64 * 1024;

fn hand_over(input: &mut (dyn Read + Send), mut stream: &UnixStream) -> std::io::Result<()> {
    let mut part = vec![0; PART];
    loop {
        let read = input.read(&mut part)?;
        stream.write_all(&(read as u32).to_be_bytes())?;
        stream.write_all(&part[..read])?;
        if read == 0 {
            return Ok(());
        }
    }
}

fn converse(mut stream: &UnixStream, say: &mut super::tasks::Say<'_>) -> Result<()> {
    loop {
        match receive(&mut stream)? {
            Answer::Said(said) => say(said),
            Answer::Done => return Ok(()),
            Answer::Failed(message) => return Err(Error::External(message)),
        }
    }
}

fn send<T: Serialize>(stream: &mut impl Write, message: &T) -> Result<()> {
    let body = serde_json::to_vec(message).map_err(|e| Error::internal("a message can't be written", e))?;
    let length = u32::try_from(body.len()).map_err(|_| Error::Internal("a message is too long".into()))?;
    let sent = stream.write_all(&length.to_be_bytes()).and_then(|()| stream.write_all(&body));
    sent.map_err(|e| {
        Error::External(format!("The connection to the server was lost ({e}); see its log and try again."))
    })
}

fn receive<T: for<'de> Deserialize<'de>>(stream: &mut impl Read) -> Result<T> {
    let lost = |e: std::io::Error| {
        Error::External(format!("The connection to the server was lost ({e}); see its log and try again."))
    };
    let mut length = [0; 4];
    stream.read_exact(&mut length).map_err(lost)?;
    let length = u32::from_be_bytes(length) as usize;
    if length > FRAME_MAX {
        return Err(Error::External(
            "The server's answer can't be read; are command and server of one version?".into(),
        ));
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).map_err(lost)?;
    serde_json::from_slice(&body).map_err(|_| {
        Error::External("The message can't be read; are command and server of one version? Restart the server.".into())
    })
}
