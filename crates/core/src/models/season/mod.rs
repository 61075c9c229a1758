//! Seasons: decompositions, how strong a season is, whether there is one, and a model that forecasts without it.
//!
//! All but the model are plain functions of values, which must be complete.

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
