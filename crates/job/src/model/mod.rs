//! Models in the files of other programs.

pub mod splink;
