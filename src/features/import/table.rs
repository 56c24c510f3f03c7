//! A table read row by row from a CSV stream: the delimiter is found in the first line, a row that is wrong is told and
//! passed over, and a file whose quotes swallow everything is stopped before it fills the memory.

use super::decode::Utf8;
use crate::base::{Error, Problem, Result};
use csv::StringRecord;
use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes of one cell at most.
pub(crate) const CELL_BYTES_MAX: usize = 256 * 1024;
/// Bytes of one row at most; more means that a quote is not closed.
const ROW_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Columns of a table at most.
const COLUMNS_MAX: usize = 2_000;

/// An open table.
pub(crate) struct Table<R> {
    rows: csv::Reader<Guarded<R>>,
    header: Vec<String>,
    left: Rc<Cell<u64>>,
    read: Rc<Cell<u64>>,
}

/// A row, or why it can't be used.
pub(crate) enum Row {
    Good,
    Bad(String),
}

/// A stream that ends with an error when one row takes too much of it.
struct Guarded<R> {
    start: io::Cursor<Vec<u8>>,
    source: Utf8<R>,
    left: Rc<Cell<u64>>,
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut n = self.start.read(buf)?;
        if n == 0 {
            n = self.source.read(buf)?;
        }
        match self.left.get().checked_sub(n as u64) {
            Some(left) => self.left.set(left),
            None => return Err(io::Error::new(io::ErrorKind::InvalidData, "row too long")),
        }
        Ok(n)
    }
}

impl<R: Read> Table<R> {
    /// Reads the header.
    pub fn open(source: R) -> Result<Self> {
        let mut source = Utf8::new(source).map_err(unreadable)?;
        let read = source.counter();
        let mut start = vec![0; 64 * 1024];
        let mut n = 0;
        while n < start.len() {
            match source.read(&mut start[n..]).map_err(unreadable)? {
                0 => break,
                more => n += more,
            }
        }
        start.truncate(n);
        let first = first_line(&start);
        let (delimiter, skip) = match first.strip_prefix(b"sep=") {
            // Excel's own way of telling.
            Some([d, ..]) => (*d, first.len() + usize::from(start.get(first.len()) == Some(&b'\n'))),
            _ => (delimiter(first), 0),
        };
        let left = Rc::new(Cell::new(ROW_BYTES_MAX));
        let mut start = io::Cursor::new(start);
        start.set_position(skip as u64);
        let guarded = Guarded { start, source, left: Rc::clone(&left) };
        let rows =
            csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(guarded);
        let mut table = Self { rows, header: Vec::new(), left, read };
        table.header = table.read_header()?;
        Ok(table)
    }

    fn read_header(&mut self) -> Result<Vec<String>> {
        let mut record = StringRecord::new();
        let there = self.rows.read_record(&mut record).map_err(|e| broken(&e))?;
        let header: Vec<String> = record.iter().map(|c| c.trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if !there || header.iter().all(String::is_empty) {
            return Err(Error::invalid("file", "empty", "The file is empty; its first row must name the columns."));
        }
        if header.len() > COLUMNS_MAX {
            let message = format!("The file has {} columns; {COLUMNS_MAX} are the limit.", header.len());
            return Err(Error::invalid("file", "too_many", message));
        }
        if record.iter().any(|c| c.contains('\0')) {
            return Err(Error::invalid(
                "file",
                "syntax",
                "The first row holds NUL characters; this is not a CSV file.",
            ));
        }
        let mut problems = Vec::new();
        for (place, name) in header.iter().enumerate() {
            if !name.is_empty() && header[..place].iter().any(|other| other.eq_ignore_ascii_case(name)) {
                let message = format!("The column \"{name}\" is there twice; rename or remove one of the two.");
                problems.push(Problem::new("file", "duplicate", message));
            }
        }
        if let Some(cell) = header.iter().find(|c| looks_like_data(c)) {
            let message =
                format!("The first row must name the columns, but it holds \"{cell}\"; add a row with the names.");
            problems.push(Problem::new("file", "no_header", message));
        }
        if problems.is_empty() { Ok(header) } else { Err(Error::Invalid(problems)) }
    }

    /// Names of the columns, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Bytes of the file read so far.
    pub fn bytes(&self) -> u64 {
        self.read.get()
    }

    /// Reads the next row into `record`; `None` at the end. Empty lines are passed over.
    pub fn next(&mut self, record: &mut StringRecord) -> Result<Option<Row>> {
        loop {
            self.left.set(ROW_BYTES_MAX);
            match self.rows.read_record(record) {
                Ok(false) => return Ok(None),
                Ok(true) if record.iter().all(|c| c.trim().is_empty()) => {}
                Ok(true) => return Ok(Some(self.judge(record))),
                Err(e) => return Err(broken(&e)),
            }
        }
    }

    fn judge(&self, record: &StringRecord) -> Row {
        let (cells, columns) = (record.len(), self.header.len());
        let extra = record.iter().skip(columns).any(|c| !c.trim().is_empty());
        if cells < columns || extra {
            return Row::Bad(format!("the row has {cells} cells, but there are {columns} columns"));
        }
        for (place, cell) in record.iter().enumerate() {
            let name = self.header.get(place).map_or("", String::as_str);
            if cell.len() > CELL_BYTES_MAX {
                let (size, limit) = (cell.len() / 1024, CELL_BYTES_MAX / 1024);
                return Row::Bad(format!("{name}: the cell holds {size} KB; {limit} KB are the limit"));
            }
            if cell.contains('\0') {
                return Row::Bad(format!("{name}: the cell holds a NUL character"));
            }
        }
        Row::Good
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::External(format!("The file can't be read: {error}"))
}

fn broken(error: &csv::Error) -> Error {
    let line = error.position().map_or(0, csv::Position::line);
    match error.kind() {
        csv::ErrorKind::Io(e) if e.kind() == io::ErrorKind::InvalidData => Error::invalid(
            "file",
            "too_long",
            format!(
                "The row that begins near line {line} is longer than {} MB; probably a quote is not closed there.",
                ROW_BYTES_MAX >> 20
            ),
        ),
        csv::ErrorKind::Io(e) => Error::External(format!("The file can't be read: {e}")),
        _ => Error::invalid("file", "syntax", format!("The file is no CSV near line {line}: {error}")),
    }
}

fn first_line(bytes: &[u8]) -> &[u8] {
    let mut quoted = false;
    for (i, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => return &bytes[..i],
            _ => {}
        }
    }
    bytes
}

/// The delimiter that stands most often in the first line, outside quotes.
fn delimiter(line: &[u8]) -> u8 {
    let count = |wanted: u8| {
        let mut quoted = false;
        line.iter()
            .filter(|byte| {
                quoted ^= **byte == b'"';
                !quoted && **byte == wanted
            })
            .count()
    };
    let mut best = b',';
    for candidate in [b';', b'\t'] {
        if count(candidate) > count(best) {
            best = candidate;
        }
    }
    best
}

/// Whether a header cell is more likely a value: an e-mail address, a phone number, a date, a web address.
fn looks_like_data(cell: &str) -> bool {
    let digits = cell.chars().filter(char::is_ascii_digit).count();
    let letters = cell.chars().filter(|c| c.is_alphabetic()).count();
    let email = cell.split_once('@').is_some_and(|(a, b)| !a.is_empty() && b.contains('.') && !cell.contains(' '));
    email || (digits >= 5 && letters == 0) || cell.starts_with("http://") || cell.starts_with("https://")
}
