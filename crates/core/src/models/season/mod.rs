//! Seasons: decompositions, the strength and significance of a season, and a model of the seasonally adjusted series.
//!
//! Except for the model, these are functions of complete values.

mod adjustment;
mod classical;
mod loess;
mod model;
mod mstl;
mod significance;
mod stl;
mod strength;
mod uncertainty;

pub(super) use adjustment::Adjustment;
pub use classical::{Classical, classical, interpolated};
pub use model::Mstl;
pub use mstl::{MultipleDecomposition, mstl};
pub use significance::has_season;
pub use stl::{Decomposition, SeasonalWindow, StlOptions, stl};
pub use strength::{seasonal_strength, trend_strength};
