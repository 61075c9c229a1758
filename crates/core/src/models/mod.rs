//! The models: what each needs, how it is fitted, and the forecast it gives.
//!
//! Models whose parameters are integrated out are described to one [engine] in a few lines, models with point parameters
//! to one adapter (`point_model`) by one step of one path. `reference`, `mstl` and the regressions keep their own files.

mod arima;
mod bass;
mod ces;
pub(crate) mod contract;
mod croston;
pub mod engine;
mod ets;
mod growth;
mod growth_curve;
mod link;
mod mixture;
mod past;
mod piecewise;
mod point_model;
mod power;
mod range;
mod reference;
mod regression;
mod remark;
pub mod season;
mod seasonal_naive;
mod seasonal_smoothing;
mod shared;
mod smoothing;
mod state_space;
mod theta_methods;
mod tweedie;
mod walks;
mod whitening;

pub use arima::{Arima, AutoArima, Orders, differences, kpss_level, seasonal_differences};
pub use bass::bass;
pub use ces::{AutoCes, Ces, CesKind, FittedCes, InitialStates};
pub use contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, SeasonNeed, Share};
pub use croston::Croston;
pub use ets::{AutoEts, Ets, EtsClass, EtsFit, EtsParameters, EtsPart, EtsRow, EtsTable, NoClass};
pub use growth::{exponential, gompertz, linear, log_parabola, logistic, richards};
pub use link::Link;
pub use past::{Origins, Past};
pub use piecewise::piecewise;
pub use power::power;
pub use reference::{Cases, Comparable, FittedReference, NearCase, Precedent, Reference, ReferenceClass, RestsOn};
pub(crate) use remark::in_words;
pub use remark::{Finding, Remark, Weighting};
pub use season::Mstl;
pub use seasonal_naive::SeasonalNaive;
pub use seasonal_smoothing::{season_damped, season_level, season_trend};
pub use shared::Shared;
pub use smoothing::{damped, level, level_drift, theta, trend};
pub use state_space::On;
pub use theta_methods::ThetaMethod;
pub use tweedie::tweedie;
pub use walks::{drift, drift_adjusted, drift_in_logs, naive};
