//! Will the goal be met in time, and how sure can we be?
//!
//! Data flow in one direction: [`data`] reads files into [`series`], [`models`] turn a series into a [`forecast`] of
//! sample paths, [`goals`] are held against the paths, [`export`] writes tables and charts, and a [`study`] does all of it
//! from one file. [`registry`] lists the models, [`auto`] pools them.
//!
//! ```
//! use onpace::forecast::Draws;
//! use onpace::series::{Period, Series};
//! let output = Series::new("output", Period::year(2019)?, vec![2018.2, 2612.6, 3594.3, 3241.9, 3514.4, 4514.2, 4842.8])?;
//! let forecast = onpace::bundled::registry().model("auto")?.fit(&output)?.forecast(5, &Draws::new(1, 4000));
//! let odds = forecast.odds(|path| path[4] >= 7000.0);
//! assert!(odds.probability() > 0.1 && odds.probability() < 0.9);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod bundled;
pub mod charts;
pub mod cli;
pub mod data;
pub mod export;
pub mod report;
pub mod study;

pub use onpace_core::{auto, evaluate, forecast, goals, hierarchy, models, outlook, registry, series};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../docs/library.md")]
struct Library;
