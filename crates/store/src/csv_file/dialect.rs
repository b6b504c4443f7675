//! How a delimited file is written: encoding, delimiter, quote. Taken from the job, else
//! from the byte-order mark and the header line.

use std::io::Read;

use counterfoil_core::Fault;
use encoding_rs::{Encoding, UTF_8};

use super::decode::Decoded;
use crate::fault::io_fault;
use crate::files::Located;
use crate::format::FormatOptions;
use crate::parquet_file::open_unchanged;

pub(super) const ENCODING_HINT: &str =
    "set `encoding` to what the file is in, for example `encoding = \"windows-1252\"`, or save it as UTF-8";

/// Delimiters that are recognised by themselves. Where two are equally frequent in the
/// header, the earlier counts.
const DELIMITERS: [u8; 4] = [b',', b'|', b'\t', b';'];

/// Text that is looked at: enough for the widest header.
const SAMPLE: usize = 256 << 10;

/// How a file is written.
#[derive(Clone, Debug)]
pub(super) struct Dialect {
    pub(super) encoding: &'static Encoding,
    pub(super) delimiter: u8,
    pub(super) quote: u8,
    /// Whether a line before the header says what the delimiter is.
    pub(super) is_declared: bool,
    /// Records above the header after that: a title and the like.
    pub(super) titles: usize,
}

/// What the first lines tell.
pub(super) struct Sample {
    pub(super) dialect: Dialect,
    pub(super) estimated_rows: u64,
}

/// Looks at the first lines of a file.
pub(super) fn sample(file: &Located, options: &FormatOptions) -> Result<Sample, Fault> {
    let quote = options.quote.unwrap_or(b'"');
    if options.delimiter == Some(quote) {
        let fault = Fault::spec(&file.shown, "`delimiter` and `quote` are the same byte");
        return Err(fault.hint("set `quote` to a byte that does not occur if the file does not quote"));
    }
    let encoding = encoding(file, options)?;
    let mut decoded = Decoded::open(file, encoding)?;
    let text = beginning(&mut decoded);
    let declared = declared_delimiter(&text);
    let above = |delimiter: u8| titles(&text, delimiter, quote);
    // A title in one field says nothing of the delimiter of the lines below it.
    let below_title = || DELIMITERS.into_iter().find(|&delimiter| above(delimiter) > 0);
    let known = options.delimiter.or(declared).or_else(|| guess_delimiter(&text, quote));
    let delimiter = known.or_else(below_title).unwrap_or(b',');
    let titles = if declared.is_some() { 0 } else { above(delimiter) };
    let estimated_rows = estimate(&text, &decoded, file.bytes).saturating_sub(titles as u64);
    let dialect = Dialect { encoding, delimiter, quote, is_declared: declared.is_some(), titles };
    Ok(Sample { dialect, estimated_rows })
}

/// A byte-order mark decides; else what the job says; else UTF-8.
fn encoding(file: &Located, options: &FormatOptions) -> Result<&'static Encoding, Fault> {
    let mut start = Vec::new();
    let opened = open_unchanged(file)?;
    opened.take(3).read_to_end(&mut start).map_err(|error| io_fault(&file.path, "read", &error))?;
    if let Some((marked, _)) = Encoding::for_bom(&start) {
        return Ok(marked);
    }
    match &options.encoding {
        None => Ok(UTF_8),
        Some(label) => by_label(label).ok_or_else(|| {
            Fault::spec(&file.shown, format!("`{label}` is not a known encoding"))
                .hint("known are `utf-8`, `utf-16le`, `utf-16be`, `latin-1`, `windows-1252` and the other names of the WHATWG encoding standard")
        }),
    }
}

/// The encoding of a WHATWG label, or of a common spelling of one.
fn by_label(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().to_ascii_lowercase();
    let usual = match label.as_str() {
        "latin-1" | "latin_1" => "iso-8859-1",
        "utf_8" | "utf-8-sig" => "utf-8",
        "cp-1252" | "windows1252" => "windows-1252",
        "utf16" | "utf_16" => "utf-16",
        "utf16le" => "utf-16le",
        "utf16be" => "utf-16be",
        other => other,
    };
    // The "replacement" encoding stands for several that nobody should read.
    Encoding::for_label_no_replacement(usual.as_bytes())
}

/// The first text of a file, without the end mark. Faults are left to the parser, which can say where they are.
fn beginning(decoded: &mut Decoded) -> Vec<u8> {
    let mut text = vec![0; SAMPLE];
    let mut filled = 0;
    // A decoder needs room for a whole character.
    while filled + 16 <= SAMPLE {
        match decoded.text(&mut text[filled..]) {
            Ok(read) if read > 0 => filled += read,
            _ => break,
        }
    }
    text.truncate(filled);
    text
}

/// The delimiter that a first line `sep=;` names, by which Excel knows it.
fn declared_delimiter(text: &[u8]) -> Option<u8> {
    match text.strip_prefix(b"sep=").or_else(|| text.strip_prefix(b"SEP="))? {
        [delimiter, b'\n' | b'\r', ..] => Some(*delimiter),
        _ => None,
    }
}

/// The candidate that occurs most in the first line, outside quotes; none where none does.
fn guess_delimiter(text: &[u8], quote: u8) -> Option<u8> {
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for &byte in text.iter().skip_while(|byte| matches!(byte, b'\n' | b'\r')) {
        match byte {
            b'\n' | b'\r' if !quoted => break,
            byte if byte == quote => quoted = !quoted,
            byte if !quoted => {
                if let Some(at) = DELIMITERS.iter().position(|&delimiter| delimiter == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let most = counts.iter().copied().max().filter(|most| *most > 0)?;
    counts.iter().position(|&count| count == most).map(|at| DELIMITERS[at])
}

/// Lines above a header, at most.
const MOST_TITLES: usize = 20;
/// Records that are looked at for titles: those, the header, and rows enough to be told from a header.
const LOOKED_AT: usize = 2 * MOST_TITLES;
/// Columns of a file that may have titles above its header, at least.
const FEWEST_COLUMNS: usize = 3;

/// Records above the header, as reports have them: a title, or when it was printed. They fill at most half
/// of the columns, so that no row would fit such a header, or several columns had no name; the header
/// below names every column once, mostly without digits, and all rows that are looked at are as wide.
fn titles(text: &[u8], delimiter: u8, quote: u8) -> usize {
    let reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).quote(quote).from_reader(text);
    let mut records: Vec<csv::ByteRecord> = reader.into_byte_records().map_while(Result::ok).take(LOOKED_AT).collect();
    if records.len() < LOOKED_AT && text.len() + 16 >= SAMPLE {
        // The sample ends within this one.
        records.pop();
    }
    let width = records.iter().map(filled).max().unwrap_or(0);
    let is_title = |record: &csv::ByteRecord| 2 * filled(record) <= width;
    let at = records.iter().take_while(|record| is_title(record)).count();
    let Some((header, rows)) = records.get(at..).and_then(<[_]>::split_first) else { return 0 };
    let is_header = filled(header) == width && names_columns(header);
    let are_rows = !rows.is_empty() && rows.iter().all(|row| row.len() == header.len());
    if width >= FEWEST_COLUMNS && at <= MOST_TITLES && is_header && are_rows { at } else { 0 }
}

/// Fields with more than blanks in them.
fn filled(record: &csv::ByteRecord) -> usize {
    record.iter().filter(|field| !field.trim_ascii().is_empty()).count()
}

/// Whether fields are mostly without digits, and all different but for empty ones at the end.
fn names_columns(record: &csv::ByteRecord) -> bool {
    let fields: Vec<&[u8]> = record.iter().take(filled(record)).map(<[u8]>::trim_ascii).collect();
    let has_digits = |field: &&&[u8]| field.iter().any(u8::is_ascii_digit);
    let is_name = |(at, field): (usize, &&[u8])| !field.is_empty() && !fields[..at].contains(field);
    2 * fields.iter().filter(has_digits).count() < fields.len() && fields.iter().enumerate().all(is_name)
}

fn estimate(text: &[u8], decoded: &Decoded, bytes: u64) -> u64 {
    let ends = text.split(|&byte| byte == b'\n').count() as u64 - 1;
    let open = u64::from(text.last().is_some_and(|&byte| byte != b'\n'));
    if decoded.consumed() >= bytes && text.len() < SAMPLE - 16 {
        return (ends + open).saturating_sub(1);
    }
    (ends.max(1) * bytes / decoded.consumed().max(1)).saturating_sub(1)
}
