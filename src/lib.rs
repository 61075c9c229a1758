//! Will the goal be met in time, and how sure can we be?
pub mod auto;
pub mod cli;
pub mod data;
pub mod export;
pub mod forecast;
pub mod goals;
pub mod models;
pub mod registry;
pub mod series;
pub mod study;
