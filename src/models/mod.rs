//! The models: what each needs, how it is fitted, and the forecast it gives.
//!
//! Nearly all are described to one [engine] in a few lines; the few that are their own keep their own file.

pub(crate) mod contract;
pub mod engine;
mod growth;
mod link;
mod optimum;
mod past;
mod range;
mod reference;
pub mod season;
mod seasonal_naive;
mod seasonal_smoothing;
mod smoothing;
mod state_space;
mod walks;

pub use contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, SeasonNeed, Share};
pub use growth::{exponential, gompertz, linear, log_parabola, logistic};
pub use link::Link;
pub use past::Past;
pub use reference::{Cases, Comparable, FittedReference, NearCase, Precedent, Reference, ReferenceClass, RestsOn};
pub use seasonal_naive::SeasonalNaive;
pub use seasonal_smoothing::{season_damped, season_level, season_trend};
pub use smoothing::{damped, level, level_drift, theta, trend};
pub use state_space::On;
pub use walks::{drift, drift_adjusted, drift_in_logs, naive};
