//! The file of rejected rows: the same columns and the reason, so that it can be mended and brought in again. It is begun
//! with the first such row.

use super::mapping::REASON;
use crate::base::{Error, Result};
use csv::StringRecord;
use std::io::Write;

/// Bytes of a cell that the file keeps; longer ones are cut.
const CELL_BYTES_MAX: usize = 32 * 1024;

/// Hears of every rejected row: its number as a spreadsheet counts, the header being row 1, and why.
pub type Hear<'a> = dyn FnMut(u64, &str) + 'a;

pub(crate) struct Rejected<'a, W: Write> {
    out: csv::Writer<W>,
    header: Vec<String>,
    begun: bool,
    hear: &'a mut Hear<'a>,
}

impl<'a, W: Write> Rejected<'a, W> {
    pub fn new(out: W, header: &[String], hear: &'a mut Hear<'a>) -> Self {
        let header = header.iter().filter(|name| *name != REASON).cloned().collect();
        Self { out: csv::WriterBuilder::new().flexible(true).from_writer(out), header, begun: false, hear }
    }

    /// Writes a row and why it can't be used.
    pub fn add(&mut self, columns: &[String], record: &StringRecord, reason: &str) -> Result<()> {
        if !self.begun {
            self.begun = true;
            let header = self.header.iter().map(String::as_str).chain([REASON]);
            self.out.write_record(header).map_err(|e| failed(&e))?;
        }
        (self.hear)(record.position().map_or(0, |at| at.record() + 1), reason);
        let mut cells: Vec<&str> = Vec::with_capacity(self.header.len() + 1);
        for (place, cell) in record.iter().enumerate() {
            if columns.get(place).is_none_or(|name| name != REASON) {
                cells.push(cut(cell));
            }
        }
        // The reason stands under its name, also in a row with too few or too many cells.
        cells.resize(self.header.len(), "");
        cells.push(reason);
        self.out.write_record(cells).map_err(|e| failed(&e))
    }

    pub fn finish(mut self) -> Result<()> {
        self.out.flush().map_err(|e| Error::External(format!("The file of rejected rows can't be written: {e}")))
    }
}

fn cut(cell: &str) -> &str {
    let mut end = cell.len().min(CELL_BYTES_MAX);
    while !cell.is_char_boundary(end) {
        end -= 1;
    }
    &cell[..end]
}

fn failed(error: &csv::Error) -> Error {
    Error::External(format!("The file of rejected rows can't be written: {error}"))
}
