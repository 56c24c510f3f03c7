//! A file that comes with a form: read on a thread of its own as it arrives, so that neither its size nor its pace takes memory
//! or the threads of everybody else. Its name is only what somebody says; nothing is decided by it.

use super::{CrmData, Failure};
use crate::app::Crm;
use crate::base::{Error, Result};
use actix_multipart::{Field, Multipart};
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use futures_util::TryStreamExt;
use std::io::{self, Read};
use tokio::sync::mpsc;

/// Pieces that wait to be read at most; each has some 64 KB.
const PIECES_WAITING_MAX: usize = 8;
/// Bytes that are still taken after the reader has had enough, so that the browser gets to read why.
const LEFT_OVER_BYTES_MAX: usize = 32 << 20;
/// Characters of a file's name that are kept.
const NAME_CHARS_MAX: usize = 120;

/// A file that is arriving.
pub struct Incoming {
    /// The name it has on the sender's disk, without a path; only to be shown.
    pub name: String,
    pieces: mpsc::Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for Incoming {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.pieces.blocking_recv() {
                None => return Ok(0),
                Some(piece) => self.piece = piece?,
            }
        }
        let n = buf.len().min(self.piece.len());
        buf[..n].copy_from_slice(&self.piece.split_to(n));
        Ok(n)
    }
}

/// Reads the first file of a form by `work`, on a thread for uploads. [`Error::Invalid`] where the form has none.
pub async fn with_file<T: Send + 'static>(
    crm: &CrmData,
    mut form: Multipart,
    work: impl FnOnce(&Crm, Incoming) -> Result<T> + Send + 'static,
) -> std::result::Result<T, Failure> {
    let mut field = loop {
        match form.try_next().await.map_err(|_| Failure::Plain(StatusCode::BAD_REQUEST))? {
            None => return Err(Error::invalid("file", "required", "Choose a file first.").into()),
            Some(field) if name_of(&field).is_some() => break field,
            Some(_) => {}
        }
    };
    let (pieces, arriving) = mpsc::channel(PIECES_WAITING_MAX);
    let incoming = Incoming { name: name_of(&field).unwrap_or_default(), pieces: arriving, piece: Bytes::new() };
    let inside = crm.clone();
    let reading = crm.uploads.run(move || work(&inside, incoming));
    let (result, ()) = tokio::join!(reading, feed(&mut field, pieces));
    Ok(result?)
}

/// Hands over what arrives, as long as somebody reads it.
async fn feed(field: &mut Field, pieces: mpsc::Sender<io::Result<Bytes>>) {
    let mut left_over = 0;
    loop {
        match field.try_next().await {
            Ok(Some(bytes)) if pieces.is_closed() => {
                left_over += bytes.len();
                if left_over > LEFT_OVER_BYTES_MAX {
                    return;
                }
            }
            // A reader that has had enough is noticed with the next piece.
            Ok(Some(bytes)) => drop(pieces.send(Ok(bytes)).await),
            Ok(None) => return,
            Err(error) => {
                let broken = io::Error::new(io::ErrorKind::ConnectionAborted, error.to_string());
                return drop(pieces.send(Err(broken)).await);
            }
        }
    }
}

/// The name of the file that a part of a form holds; `None` where it holds none.
fn name_of(field: &Field) -> Option<String> {
    let name = field.content_disposition()?.get_filename()?;
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect();
    (!name.is_empty()).then_some(name)
}
