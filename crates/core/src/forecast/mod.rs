//! The forecast distribution: sample paths and their summaries.
//!
//! Quantiles, means, odds of a goal and charts all come from the same paths, so they agree.

mod condition;
mod dimensions;
mod distribution;
mod draws;
mod ensemble;
mod histories;
mod level;
mod odds;

pub use condition::{Condition, ConditionError, Reading};
pub(crate) use dimensions::Dimensions;
pub use distribution::Forecast;
pub use draws::{Draws, Stream};
pub use ensemble::{Ensemble, Line};
pub use histories::histories;
pub use level::{Level, LevelError};
pub use odds::Odds;
