//! Writes a text table line by line.

use std::io::Write;

use counterfoil_core::Fault;

use crate::fault::io_fault;
use crate::staging::Sink;

/// A CSV file being written into a [`Staging`](crate::Staging) folder.
///
/// Cells are the caller's: whoever writes texts that hold a comma, a quotation mark or a line
/// break has to quote them.
pub struct TextWriter {
    sink: Sink,
    rows: u64,
}

impl TextWriter {
    /// Begins the file with a line of column names.
    pub(crate) fn new(mut sink: Sink, columns: &[&str]) -> Result<TextWriter, Fault> {
        let header = format!("{}\n", columns.join(","));
        sink.write_all(header.as_bytes()).map_err(|error| io_fault(&sink.path, "write", &error))?;
        Ok(TextWriter { sink, rows: 0 })
    }

    /// Appends whole lines, each ended by a line feed, that hold this many rows.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    pub fn write(&mut self, lines: &[u8], rows: u64) -> Result<(), Fault> {
        self.rows += rows;
        self.sink.write_all(lines).map_err(|error| io_fault(&self.sink.path, "write", &error))
    }

    /// Closes and syncs the file; returns its number of rows.
    ///
    /// # Errors
    ///
    /// On a failing disk.
    pub fn finish(self) -> Result<u64, Fault> {
        self.sink.finish(Some(self.rows))?;
        Ok(self.rows)
    }
}
