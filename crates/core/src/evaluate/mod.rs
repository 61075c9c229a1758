//! Evaluation: forecasts at rolling origins, scores, tests of difference, the comparison of models.
//!
//! A [`RollingOrigin`] says where forecasts are made again; a [`Backtest`] holds what the models, or another tool,
//! forecast there; a [`Comparison`] scores it and says which models the data can tell apart.

mod backtest;
mod comparison;
mod forecast_file;
mod losses;
mod origins;
mod past_forecasts;
pub mod probability;
pub mod scores;
pub mod significance;

pub use backtest::{Backtest, PastForecast, Refused, backtest};
pub use comparison::{Comparison, Coverage, Row, Scoring, Standing};
pub use forecast_file::{ForecastCell, ForecastFile, Part};
pub use origins::RollingOrigin;
pub use past_forecasts::{PastForecastError, PastForecasts, place_forecasts};
