//! The crate as its caller sees it.

mod calibration;
mod dependence;
mod edges;
mod recovery;
mod simulated;
