//! The crate as its caller sees it.

mod calibration;
mod dependence;
mod edges;
mod limits;
mod recovery;
mod simulated;
