//! The only crate that touches a disk.
//!
//! A [`Table`] is some files of one data set read as one: Parquet, CSV or Arrow IPC, every
//! fault found at once, rows numbered over the files in path order whatever order the job
//! lists them in. [`Table::scan`] reads it morsel by morsel on the current thread pool; in
//! what order morsels finish does not matter, because [`InOrder`] hands results on by
//! morsel number. [`Staging`] prepares an output folder beside its final place and makes it
//! visible in one step, so that nothing partial is ever seen.
//!
//! What this crate never does: look at what a value means, print, read the clock or the
//! environment, or let a cell value into an error. Texts of the Parquet, Arrow and CSV
//! libraries are not passed on, because they may quote what they read.

mod column;
mod csv_file;
mod fault;
mod files;
mod format;
mod guard;
mod in_order;
mod ipc_file;
mod parquet_file;
mod row_group;
pub mod run_folder;
mod scan;
pub mod secret;
pub mod spill;
mod staging;
mod table;
mod table_writer;
mod text_file;
mod text_writer;

pub use format::{Format, FormatOptions};
pub use guard::{decoding, silence_decoding_panics};
pub use in_order::InOrder;
pub use row_group::{EncodedRowGroup, EncodedWriter, Layout, RowGroup};
pub use scan::Morsel;
pub use staging::{OutputFile, Staging};
pub use table::{InputFile, Table};
pub use table_writer::TableWriter;
pub use text_file::{is_file, read_folder, read_text, write_new_text};
pub use text_writer::TextWriter;
