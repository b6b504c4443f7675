//! The binary as people use it: a story for each verb, and every kind of bad input with the
//! one message it gets.

mod bad_input;
mod canary;
mod catalogue;
mod compat;
mod guides;
mod interrupted;
mod memory;
mod people;
mod project;
mod scored;
mod scored_bad_input;
mod stories;
mod unseen_files;
