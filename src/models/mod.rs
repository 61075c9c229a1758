//! The models: what each needs, how it is fitted, and the forecast it gives.
//!
//! Nearly all are described to one [engine] in a few lines; the few that are their own keep their own file.

pub(crate) mod contract;
pub mod engine;
mod growth;
mod link;
mod past;
mod range;
mod reference;
mod seasonal_naive;
mod smoothing;
mod state_space;
mod walks;

pub use contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, Share};
pub use growth::{exponential, gompertz, linear, log_parabola, logistic};
pub use link::Link;
pub use past::Past;
pub use reference::{Cases, Comparable, FittedReference, NearCase, Precedent, Reference, ReferenceClass, RestsOn};
pub use seasonal_naive::SeasonalNaive;
pub use smoothing::{damped, level, level_drift, theta, trend};
pub use state_space::On;
pub use walks::{drift, drift_in_logs, naive};
