//! The crate as its caller sees it.

mod calibration;
mod edges;
mod recovery;
mod simulated;
