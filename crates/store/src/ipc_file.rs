//! One Arrow IPC file, in file or stream form: an index of its messages, made by walking
//! over them once without reading the data.
//!
//! The file form is the stream form between a magic word and a footer, so one walk serves
//! both. Lengths are checked against the file's size before anything of that length is
//! read, and what a compressed buffer claims to unfold to is checked before it does.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_buffer::{Buffer, MutableBuffer};
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::FileDecoder;
use arrow_ipc::{Block, MessageHeader, MetadataVersion, root_as_message};
use arrow_schema::{Schema, SchemaRef};
use counterfoil_core::Fault;

use crate::column::shown;
use crate::fault::io_fault;
use crate::files::Located;
use crate::guard::{Damaged, guarded};
use crate::parquet_file::open_unchanged;

const MAGIC: &[u8; 6] = b"ARROW1";
const CONTINUATION: [u8; 4] = [0xff; 4];

/// No writer aligns to more than this many bytes.
const LONGEST_PADDING: u64 = 4096;

/// Rows that a morsel gathers from consecutive batches.
const RUN_ROWS: u64 = 131_072;

/// No honest buffer of a batch unfolds to more than this many bytes.
const LARGEST_BUFFER: i64 = 1 << 32;

/// An Arrow IPC file whose messages have been found.
pub(crate) struct IpcFile {
    schema: SchemaRef,
    version: MetadataVersion,
    messages: Vec<Message>,
}

struct Message {
    block: Block,
    /// Rows of a batch; `None` for a dictionary.
    rows: Option<u64>,
}

/// Some consecutive batches.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    /// Which messages.
    messages: Range<usize>,
    /// Rows.
    pub(crate) rows: u64,
}

impl IpcFile {
    pub(crate) fn open(file: &Located) -> Result<IpcFile, Fault> {
        let handle = open_unchanged(file)?;
        let range = message_range(file, &handle)?;
        guarded(|| walk(&handle, range)).map_err(|Damaged| {
            Fault::environment(&file.shown, "the Arrow file is damaged or cut short")
                .hint("copy or export the file again; part of it has been changed or lost")
        })
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub(crate) fn rows(&self) -> u64 {
        self.messages.iter().filter_map(|message| message.rows).sum()
    }

    pub(crate) fn runs(&self) -> Vec<Run> {
        let mut runs = Vec::new();
        let mut run = Run { messages: 0..0, rows: 0 };
        for (at, message) in self.messages.iter().enumerate() {
            run.messages.end = at + 1;
            run.rows += message.rows.unwrap_or(0);
            if run.rows >= RUN_ROWS {
                runs.push(std::mem::replace(&mut run, Run { messages: at + 1..at + 1, rows: 0 }));
            }
        }
        if run.rows > 0 {
            runs.push(run);
        }
        runs
    }

    /// Reads the columns at positions `columns` (ascending) of some batches.
    pub(crate) fn read(
        &self,
        file: &Located,
        run: &Run,
        columns: &[usize],
        mut each: impl FnMut(Vec<ArrayRef>, usize) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        let handle = open_unchanged(file)?;
        let mut decoder = FileDecoder::new(Arc::clone(&self.schema), self.version).with_projection(columns.to_vec());
        for (at, message) in self.messages[..run.messages.end].iter().enumerate() {
            let damaged = |Damaged| {
                let what = format!("record batch or dictionary {at} is damaged or cannot be read");
                Fault::environment(&file.shown, what)
                    .hint("copy or export the file again; it may also use an Arrow feature that is not supported")
            };
            let Some(rows) = message.rows else {
                guarded(|| {
                    decoder.read_dictionary(&message.block, &body(&handle, &message.block)?).map_err(|_| Damaged)
                })
                .map_err(damaged)?;
                continue;
            };
            if at >= run.messages.start && rows > 0 {
                let arrays = guarded(|| decode(&decoder, &handle, message, rows)).map_err(damaged)?;
                each(arrays, rows as usize)?;
            }
        }
        Ok(())
    }
}

fn decode(decoder: &FileDecoder, handle: &File, message: &Message, rows: u64) -> Result<Vec<ArrayRef>, Damaged> {
    let data = body(handle, &message.block)?;
    let batch = decoder.read_record_batch(&message.block, &data).map_err(|_| Damaged)?.ok_or(Damaged)?;
    if batch.num_rows() as u64 != rows {
        return Err(Damaged);
    }
    batch.columns().iter().map(shown).collect::<Result<_, _>>().map_err(|_| Damaged)
}

/// Where the messages are, by what stands at the two ends of the file.
fn message_range(file: &Located, handle: &File) -> Result<Range<u64>, Fault> {
    let read_fault = |error: std::io::Error| io_fault(&file.path, "read", &error);
    let fault = |message: &str, hint: &str| Err(Fault::environment(&file.shown, message).hint(hint));
    let mut start = [0; 8];
    let short = handle.read_at(&mut start, 0).map_err(read_fault)? < start.len();
    if &start[..4] == b"FEA1" {
        return fault("is a Feather file of version 1", "write it as Feather version 2 (Arrow IPC) or as Parquet");
    }
    if &start[..6] != MAGIC {
        // A stream starts with a message; older ones leave the continuation mark out.
        let stream = start[..4] == CONTINUATION || (start[3] == 0 && start[..4] != [0; 4]);
        if stream && !short {
            return Ok(0..file.bytes);
        }
        return fault("is not an Arrow IPC file", "check the path, or set `format` to what the file is");
    }
    let mut end = [0; 10];
    if file.bytes >= 22 {
        handle.read_exact_at(&mut end, file.bytes - 10).map_err(read_fault)?;
    }
    let footer = i32::from_le_bytes([end[0], end[1], end[2], end[3]]);
    let messages_end = u64::try_from(footer).ok().and_then(|footer| file.bytes.checked_sub(footer + 10));
    match messages_end {
        Some(messages_end) if &end[4..] == MAGIC && messages_end >= 8 => {
            let start = skip_padding(handle, messages_end).map_err(read_fault)?;
            Ok(start..messages_end)
        }
        _ => fault(
            "the Arrow file is cut short: its footer is missing",
            "was the copy or export interrupted? copy or export the file again",
        ),
    }
}

/// Where the first message begins: writers fill up to the alignment they like.
fn skip_padding(handle: &File, end: u64) -> std::io::Result<u64> {
    let (mut at, mut word) = (8, [0; 8]);
    while at + 8 <= end.min(LONGEST_PADDING) {
        handle.read_exact_at(&mut word, at)?;
        if word != [0; 8] {
            break;
        }
        at += 8;
    }
    Ok(at)
}

fn walk(handle: &File, range: Range<u64>) -> Result<IpcFile, Damaged> {
    let mut at = range.start;
    let mut schema: Option<(Schema, MetadataVersion)> = None;
    let mut messages = Vec::new();
    while let Some((prefix, length)) = message_length(handle, at, range.end)? {
        let header = read_at(handle, at + prefix, length)?;
        let message = root_as_message(&header).map_err(|_| Damaged)?;
        let body = u64::try_from(message.bodyLength()).map_err(|_| Damaged)?;
        let next = (at + prefix + length).checked_add(body).filter(|next| *next <= range.end).ok_or(Damaged)?;
        let block = Block::new(at as i64, i32::try_from(prefix + length).map_err(|_| Damaged)?, body as i64);
        match (message.header_type(), &schema) {
            (MessageHeader::Schema, None) => {
                let stored = message.header_as_schema().ok_or(Damaged)?;
                if !stored.endianness().equals_to_target_endianness() {
                    return Err(Damaged);
                }
                schema = Some((fb_to_schema(stored), message.version()));
            }
            (MessageHeader::DictionaryBatch, Some(_)) => messages.push(Message { block, rows: None }),
            (MessageHeader::RecordBatch, Some(_)) => {
                let rows = message.header_as_record_batch().ok_or(Damaged)?.length();
                messages.push(Message { block, rows: Some(u64::try_from(rows).map_err(|_| Damaged)?) });
            }
            _ => return Err(Damaged),
        }
        at = next;
    }
    let (schema, version) = schema.ok_or(Damaged)?;
    Ok(IpcFile { schema: Arc::new(schema), version, messages })
}

/// Length of the prefix and of the header of the message at `at`; `None` at the end.
fn message_length(handle: &File, at: u64, end: u64) -> Result<Option<(u64, u64)>, Damaged> {
    if at == end {
        return Ok(None);
    }
    let word = |at: u64| -> Result<[u8; 4], Damaged> {
        let bytes = if at + 4 <= end { read_at(handle, at, 4)? } else { return Err(Damaged) };
        Ok([bytes[0], bytes[1], bytes[2], bytes[3]])
    };
    let first = word(at)?;
    let (prefix, length) = if first == CONTINUATION { (8, word(at + 4)?) } else { (4, first) };
    let length = u64::try_from(i32::from_le_bytes(length)).map_err(|_| Damaged)?;
    match length {
        0 => Ok(None),
        length if at + prefix + length <= end => Ok(Some((prefix, length))),
        _ => Err(Damaged),
    }
}

/// A whole message, its compressed buffers checked.
fn body(handle: &File, block: &Block) -> Result<Buffer, Damaged> {
    let header = block.metaDataLength() as usize;
    let length = header + block.bodyLength() as usize;
    // Aligned as Arrow's arrays need it, so that they are not copied once more.
    let mut buffer = MutableBuffer::from_len_zeroed(length);
    handle.read_exact_at(&mut buffer, block.offset() as u64).map_err(|_| Damaged)?;
    let prefix = if buffer[..4] == CONTINUATION { 8 } else { 4 };
    check_buffers(&buffer[prefix..header], &buffer[header..])?;
    Ok(buffer.into())
}

fn check_buffers(header: &[u8], body: &[u8]) -> Result<(), Damaged> {
    let message = root_as_message(header).map_err(|_| Damaged)?;
    let batch = match message.header_as_dictionary_batch() {
        Some(dictionary) => dictionary.data(),
        None => message.header_as_record_batch(),
    };
    let batch = batch.ok_or(Damaged)?;
    for buffer in batch.buffers().into_iter().flatten() {
        let start = usize::try_from(buffer.offset()).map_err(|_| Damaged)?;
        let length = usize::try_from(buffer.length()).map_err(|_| Damaged)?;
        let end = start.checked_add(length).ok_or(Damaged)?;
        let bytes = body.get(start..end).ok_or(Damaged)?;
        if batch.compression().is_some()
            && let Some(claimed) = bytes.first_chunk::<8>()
            && i64::from_le_bytes(*claimed) > LARGEST_BUFFER
        {
            return Err(Damaged);
        }
    }
    Ok(())
}

fn read_at(handle: &File, at: u64, length: u64) -> Result<Vec<u8>, Damaged> {
    let mut bytes = vec![0; length as usize];
    handle.read_exact_at(&mut bytes, at).map_err(|_| Damaged)?;
    Ok(bytes)
}
