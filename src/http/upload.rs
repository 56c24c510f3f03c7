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
    pieces: mpsc::Receiver<Piece>,
    piece: Bytes,
    ended: bool,
}

/// What comes of a file, one after the other. Where nothing comes any more before [`Piece::End`], the sender is gone.
enum Piece {
    Bytes(Bytes),
    Broken(io::Error),
    End,
}

impl Read for Incoming {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() && !self.ended {
            match self.pieces.blocking_recv() {
                Some(Piece::Bytes(bytes)) => self.piece = bytes,
                Some(Piece::Broken(error)) => return Err(error),
                Some(Piece::End) => self.ended = true,
                None => return Err(io::Error::new(io::ErrorKind::ConnectionAborted, "the sender is gone")),
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
    let incoming =
        Incoming { name: name_of(&field).unwrap_or_default(), pieces: arriving, piece: Bytes::new(), ended: false };
    let inside = crm.clone();
    let reading = crm.uploads.run(move || work(&inside, incoming));
    let (result, ()) = tokio::join!(reading, feed(&mut field, pieces));
    Ok(result?)
}

/// Hands over what arrives, as long as somebody reads it.
async fn feed(field: &mut Field, pieces: mpsc::Sender<Piece>) {
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
            Ok(Some(bytes)) => drop(pieces.send(Piece::Bytes(bytes)).await),
            Ok(None) => return drop(pieces.send(Piece::End).await),
            Err(error) => {
                let broken = io::Error::new(io::ErrorKind::ConnectionAborted, error.to_string());
                return drop(pieces.send(Piece::Broken(broken)).await);
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

#[cfg(test)]
mod tests {
    use super::{Incoming, Piece};
    use actix_web::web::Bytes;
    use std::io::Read;
    use tokio::sync::mpsc;

    fn read(pieces: Vec<Piece>) -> std::io::Result<String> {
        let (sender, arriving) = mpsc::channel(4);
        pieces.into_iter().for_each(|piece| assert!(sender.try_send(piece).is_ok()));
        drop(sender);
        let mut text = String::new();
        let mut file = Incoming { name: String::new(), pieces: arriving, piece: Bytes::new(), ended: false };
        file.read_to_string(&mut text)?;
        assert_eq!(file.read(&mut [0; 8])?, 0, "the end stays the end");
        Ok(text)
    }

    #[test]
    fn a_file_ends_where_its_sender_says_so() {
        let half = || Piece::Bytes(Bytes::from_static(b"ab"));
        assert_eq!(read(vec![half(), half(), Piece::End]).unwrap(), "abab");
        assert_eq!(read(vec![Piece::End]).unwrap(), "");
    }

    #[test]
    fn half_a_file_is_never_taken_for_the_whole() {
        assert!(
            read(vec![Piece::Bytes(Bytes::from_static(b"ab"))]).is_err(),
            "the request took too long, or its sender left"
        );
        assert!(read(vec![]).is_err());
    }
}
