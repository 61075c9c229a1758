//! What repeats from season to season: tests for it, decompositions, and series without it.

mod adjustment;
mod classical;
mod significance;

pub(super) use adjustment::Adjustment;
pub use classical::{Classical, classical, interpolated};
pub use significance::has_season;
