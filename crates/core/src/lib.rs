//! The engine of onpace: series, models, sample paths, goals and scores, without files, tables, charts or a command line.
//!
//! Imports go one way: numerics (private), [`series`], [`forecast`], [`models`], then [`evaluate`] and [`auto`], then [`registry`] and
//! [`goals`], then [`outlook`]; [`hierarchy`] uses [`forecast`] and [`models`]. The crate `onpace` re-exports all of it.

pub mod auto;
pub mod evaluate;
pub mod forecast;
pub mod goals;
pub mod hierarchy;
pub mod models;
mod numerics;
pub mod outlook;
pub mod registry;
pub mod series;
