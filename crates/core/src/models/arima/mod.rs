//! ARIMA models with given orders or with orders chosen by AICc, both with or without covariates.

mod design;
mod estimate;
mod filter;
mod fitted;
mod model;
mod orders;
mod polynomial;
mod search;
mod second_difference;
mod squares;
mod unit_root;

pub use model::Arima;
pub use orders::Orders;
pub use search::AutoArima;
pub use unit_root::{differences, kpss_level, seasonal_differences};
