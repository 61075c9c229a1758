//! Will the goal be met in time, and how sure can we be?
pub mod series;
