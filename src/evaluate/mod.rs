//! Evaluation: scores, tests of difference, forecasts at rolling origins.

pub mod scores;
pub mod significance;
