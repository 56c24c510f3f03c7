//! A file that is sent piece by piece: each is read by the work threads when the browser has room for it, so that neither its size
//! nor the browser's pace takes memory or threads.

use super::{CrmData, run};
use crate::base::Error;
use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use std::fs::File;
use std::io::{self, Read};

/// Bytes that are read at once.
const PIECE_BYTES: u64 = 256 * 1024;

/// The file from where it stands to its end.
pub fn pieces_of(crm: &CrmData, file: File) -> impl Stream<Item = io::Result<Bytes>> + 'static {
    unfold(Some((crm.clone(), file)), |reading| async move {
        let (crm, mut file) = reading?;
        let piece = run(&crm, move |_| {
            let mut piece = Vec::new();
            let unreadable = |e| Error::internal("a file can't be read to its end", e);
            (&mut file).take(PIECE_BYTES).read_to_end(&mut piece).map_err(unreadable)?;
            Ok((Bytes::from(piece), file))
        });
        match piece.await {
            Ok((piece, _)) if piece.is_empty() => None,
            Ok((piece, file)) => Some((Ok(piece), Some((crm, file)))),
            Err(failure) => {
                tracing::warn!(%failure, "a download broke off");
                Some((Err(io::Error::other("a download broke off")), None))
            }
        }
    })
}
