//! Will the goal be met in time, and how sure can we be?
//!
//! Data flow in one direction: [`data`] reads files into [`series`], [`models`] turn a series into a [`mod@forecast`] of
//! sample paths, [`goals`] are held against the paths, [`export`] writes tables and charts, and a [`study`] does all of it
//! from one file. [`registry`] lists the models, [`auto`] pools them.
//!
//! ```
//! let output = onpace::Series::starting("output", "2019", vec![2018.2, 2612.6, 3594.3, 3241.9, 3514.4, 4514.2, 4842.8])?;
//! let chance = onpace::forecast(&output, "auto", 5)?.chance_of("7000", "2030")?;
//! assert!(chance.probability() > 0.1 && chance.probability() < 0.9);
//! # Ok::<(), onpace::Error>(())
//! ```
//!
//! | feature | adds |
//! |---|---|
//! | none | [`series`], [`mod@forecast`], [`models`], [`auto`], [`evaluate`], [`goals`], [`outlook`], [`hierarchy`], [`registry`], without the bundled reference ramps |
//! | `tables` | files in and tables out, by Polars |
//! | `charts` | charts as SVG and PNG; `tables` |
//! | `bundled-data` | the bundled reference ramps and observations; `tables` |
//! | `study` | whole studies from one file; all of the above |
//! | `cli` (the default) | the program; all of the above |

#[cfg(feature = "bundled-data")]
pub mod bundled;
#[cfg(feature = "charts")]
pub mod charts;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "tables")]
pub mod data;
pub mod export;
mod facade;
#[cfg(feature = "charts")]
pub mod report;
#[cfg(feature = "study")]
pub mod study;

#[cfg(feature = "tables")]
pub use facade::read;
pub use facade::{Error, SeriesForecast, compare, forecast, forecast_with};
pub use forecast::{Draws, Forecast, Level, Odds};
pub use goals::{Goal, Target};
pub use models::Model;
pub use onpace_core::{auto, evaluate, forecast, goals, hierarchy, models, outlook, registry, series};
pub use outlook::{View, Views};
pub use registry::Registry;
pub use series::{Bounds, Frequency, Period, Series};

#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(all(doctest, feature = "cli"))]
#[doc = include_str!("../docs/library.md")]
struct Library;
