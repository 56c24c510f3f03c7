//! Bytes of a file to UTF-8 text, as a stream: a byte order mark decides, else zero bytes betray UTF-16, else valid UTF-8 is
//! believed, else the encoding is guessed. Only one block is ever held.

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes read at a time, and looked at to guess.
pub(crate) const BLOCK: usize = 64 * 1024;

/// A stream of UTF-8 made from a stream in some encoding.
pub(crate) struct Utf8<R> {
    source: R,
    block: Vec<u8>,
    /// What of `block` is not yet decoded.
    rest: std::ops::Range<usize>,
    /// Decoded text not yet given out.
    text: Vec<u8>,
    given: usize,
    state: State,
    ended: bool,
    read: Rc<Cell<u64>>,
}

enum State {
    /// Nothing but ASCII so far.
    Undecided,
    Decided(Box<Decoder>),
}

impl<R: Read> Utf8<R> {
    /// Reads the beginning of `source`. The counter tells how many of its bytes have been read.
    pub fn new(source: R) -> io::Result<Self> {
        let mut utf8 = Self {
            source,
            block: vec![0; BLOCK],
            rest: 0..0,
            text: Vec::with_capacity(BLOCK * 2),
            given: 0,
            state: State::Undecided,
            ended: false,
            read: Rc::default(),
        };
        utf8.fill()?;
        if let Some(encoding) = at_start(&utf8.block[utf8.rest.clone()]) {
            utf8.state = State::Decided(Box::new(encoding.new_decoder_with_bom_removal()));
        }
        Ok(utf8)
    }

    /// Bytes of the source read so far.
    pub fn counter(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.read)
    }

    fn fill(&mut self) -> io::Result<()> {
        let mut n = 0;
        while n < BLOCK {
            match self.source.read(&mut self.block[n..]) {
                Ok(0) => {
                    self.ended = true;
                    break;
                }
                Ok(more) => n += more,
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
        self.rest = 0..n;
        self.read.set(self.read.get() + n as u64);
        Ok(())
    }

    fn decode(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() {
            if self.rest.is_empty() {
                if self.ended {
                    return Ok(());
                }
                self.fill()?;
            }
            let bytes = &self.block[self.rest.clone()];
            if let State::Undecided = self.state {
                if bytes.is_ascii() {
                    self.text.extend_from_slice(bytes);
                    self.rest.start = self.rest.end;
                    continue;
                }
                self.state = State::Decided(Box::new(guess(bytes, self.ended).new_decoder_without_bom_handling()));
            }
            let State::Decided(decoder) = &mut self.state else { continue };
            self.text.resize(BLOCK * 2, 0);
            let (result, read, written, _) = decoder.decode_to_utf8(bytes, &mut self.text, self.ended);
            self.text.truncate(written);
            self.rest.start += read;
            if result == CoderResult::InputEmpty && self.ended && self.rest.is_empty() && written == 0 {
                return Ok(());
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf8<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.decode()?;
        }
        let n = buf.len().min(self.text.len() - self.given);
        buf[..n].copy_from_slice(&self.text[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// What the first bytes say: a byte order mark, or the zero bytes of UTF-16.
fn at_start(bytes: &[u8]) -> Option<&'static Encoding> {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return Some(encoding);
    }
    let sample = &bytes[..bytes.len().min(4096) & !1];
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    match half {
        0 => None,
        _ if odd * 10 > half * 7 && even * 10 < half => Some(UTF_16LE),
        _ if even * 10 > half * 7 && odd * 10 < half => Some(UTF_16BE),
        _ => None,
    }
}

/// The encoding of a block that is not plain ASCII.
fn guess(bytes: &[u8], last: bool) -> &'static Encoding {
    let valid = match std::str::from_utf8(bytes) {
        Ok(_) => true,
        // A character cut by the block's end is no fault.
        Err(e) => e.error_len().is_none() && !last,
    };
    if valid {
        return UTF_8;
    }
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, last);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(bytes: &[u8]) -> String {
        let mut text = String::new();
        Utf8::new(bytes).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    const TEXT: &str = "First Name,City\r\nZoë,Montréal\r\nJürgen,Köln\r\nFrançois,Québec — “here”\r\n";

    #[test]
    fn each_encoding_is_found() {
        let utf16 = |big: bool| -> Vec<u8> {
            TEXT.encode_utf16().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
        };
        let with_bom = |bom: &[u8], rest: &[u8]| [bom, rest].concat();
        let (windows, _, lossy) = encoding_rs::WINDOWS_1252.encode(TEXT);
        assert!(!lossy);
        for bytes in [
            TEXT.as_bytes().to_vec(),
            with_bom(b"\xef\xbb\xbf", TEXT.as_bytes()),
            utf16(false),
            utf16(true),
            with_bom(b"\xff\xfe", &utf16(false)),
            with_bom(b"\xfe\xff", &utf16(true)),
            windows.to_vec(),
        ] {
            assert_eq!(decoded(&bytes), TEXT, "{:?}", &bytes[..8]);
        }
    }

    #[test]
    fn an_accent_far_behind_the_first_block_is_still_read() {
        for (accent, encoding) in [("é".as_bytes(), "utf-8"), (&b"\xe9"[..], "windows-1252")] {
            let mut bytes = b"plain line\n".repeat(20_000);
            bytes.extend(b"Montr");
            bytes.extend(accent);
            bytes.extend(b"al, Qu");
            bytes.extend(accent);
            bytes.extend(b"bec\n");
            assert!(decoded(&bytes).ends_with("Montréal, Québec\n"), "{encoding}");
        }
    }

    #[test]
    fn an_empty_file_is_an_empty_text() {
        assert_eq!(decoded(b""), "");
    }
}
