//! Bytes of a file in any encoding, read as UTF-8.
//!
//! After the last byte comes one line more, the end mark. A parser that meets it as a row
//! of its own knows that no quote was left open; one that does not has swallowed it.

use std::fs::File;
use std::io::{self, Read};

use counterfoil_core::Fault;
use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

use crate::fault::io_fault;
use crate::files::Located;
use crate::parquet_file::open_unchanged;

/// Field of the line after the last. Letters only, so that no delimiter or quote splits it.
pub(super) const END_MARK: &[u8] = b"CounterfoilEndOfFileMark";

/// Bytes read at a time.
const CHUNK: usize = 64 << 10;

/// A longer record is taken for an open quote before it fills the memory.
const LONGEST_RECORD: u64 = 16 << 20;

/// Why reading failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// Not valid in the encoding of this name.
    Malformed(&'static str),
    /// A record is too long.
    TooLong,
    /// The disk failed.
    Io(io::ErrorKind),
}

/// Reads a file as UTF-8, without its byte-order mark. UTF-8 itself is passed on unchecked.
pub(super) struct Decoded {
    file: File,
    /// `None` for UTF-8.
    decoder: Option<Decoder>,
    input: Vec<u8>,
    /// Bytes of `input` that are still to be decoded.
    pending: std::ops::Range<usize>,
    /// What follows the file's own text, and how much of it has been given.
    tail: Vec<u8>,
    tail_given: usize,
    exhausted: bool,
    ended: bool,
    since_record: u64,
    /// Bytes taken from the file.
    consumed: u64,
    failure: Option<Failure>,
}

impl Decoded {
    pub(super) fn open(located: &Located, encoding: &'static Encoding) -> Result<Decoded, Fault> {
        let mut file = open_unchanged(located)?;
        let mut input = vec![0; CHUNK];
        let read = fill(&mut file, &mut input[..4]).map_err(|error| io_fault(&located.path, "read", &error))?;
        let mark = Encoding::for_bom(&input[..read]).map_or(0, |(_, length)| length);
        let decoder = (encoding != UTF_8).then(|| encoding.new_decoder_without_bom_handling());
        let tail = [b"\n", END_MARK, b"\n"].concat();
        Ok(Decoded {
            file,
            decoder,
            input,
            pending: mark..read,
            tail,
            tail_given: 0,
            exhausted: false,
            ended: false,
            since_record: 0,
            consumed: read as u64,
            failure: None,
        })
    }

    /// The parser has completed a record.
    pub(super) fn record_done(&mut self) {
        self.since_record = 0;
    }

    pub(super) fn failure(&self) -> Option<Failure> {
        self.failure
    }

    /// Bytes taken from the file so far.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Some of the file's text; 0 at its end.
    pub(super) fn text(&mut self, output: &mut [u8]) -> Result<usize, Failure> {
        let Some(decoder) = &mut self.decoder else { return self.plain(output) };
        loop {
            if self.pending.is_empty() && !self.exhausted {
                let read = fill(&mut self.file, &mut self.input).map_err(|error| Failure::Io(error.kind()))?;
                self.consumed += read as u64;
                self.pending = 0..read;
                self.exhausted = read == 0;
            }
            let input = &self.input[self.pending.clone()];
            let (result, read, given) = decoder.decode_to_utf8_without_replacement(input, output, self.exhausted);
            self.pending.start += read;
            match result {
                // What stands before the fault is given first, so that its row is counted.
                DecoderResult::Malformed(_, _) => self.failure = Some(Failure::Malformed(decoder.encoding().name())),
                DecoderResult::InputEmpty if self.exhausted => self.ended = true,
                // A chunk may end within a character and give nothing yet.
                DecoderResult::InputEmpty if given == 0 => continue,
                DecoderResult::InputEmpty | DecoderResult::OutputFull => {}
            }
            return match self.failure {
                Some(failure) if given == 0 => Err(failure),
                _ => Ok(given),
            };
        }
    }

    /// UTF-8 is passed on as it is: first what was read to look for a mark.
    fn plain(&mut self, output: &mut [u8]) -> Result<usize, Failure> {
        if !self.pending.is_empty() {
            let given = self.pending.len().min(output.len());
            output[..given].copy_from_slice(&self.input[self.pending.start..self.pending.start + given]);
            self.pending.start += given;
            return Ok(given);
        }
        let given = fill(&mut self.file, output).map_err(|error| Failure::Io(error.kind()))?;
        self.consumed += given as u64;
        Ok(given)
    }

    fn tail(&mut self, output: &mut [u8]) -> usize {
        let rest = &self.tail[self.tail_given..];
        let given = rest.len().min(output.len());
        output[..given].copy_from_slice(&rest[..given]);
        self.tail_given += given;
        given
    }
}

impl Read for Decoded {
    fn read(&mut self, output: &mut [u8]) -> io::Result<usize> {
        if self.since_record > LONGEST_RECORD {
            self.failure = Some(Failure::TooLong);
        }
        if let Some(failure) = self.failure {
            return Err(match failure {
                Failure::Io(kind) => kind.into(),
                _ => io::ErrorKind::InvalidData.into(),
            });
        }
        if !self.ended {
            match self.text(output) {
                Ok(0) => self.ended = true,
                Ok(given) => {
                    self.since_record += given as u64;
                    return Ok(given);
                }
                Err(failure) => {
                    self.failure = Some(failure);
                    return self.read(output);
                }
            }
        }
        Ok(self.tail(output))
    }
}

/// Reads until the buffer is full or the file ends.
fn fill(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match file.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}
