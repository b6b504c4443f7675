//! Models in the files of other programs.

mod settings_of;
pub mod splink;

pub use settings_of::{refuse_ranks, settings_of};
