//! Time and numbers: periods of a calendar, and values over regular periods.
//!
//! Everything else in the crate is built on this module; it knows no file, no model and no chart.

mod bounds;
mod calendar;
mod covariates;
mod error;
mod estimate;
mod frequency;
mod period;
#[cfg(test)]
mod properties;
mod ramp;
mod regular;
mod stamp;

pub use bounds::Bounds;
pub use calendar::{Calendar, CalendarError};
pub use covariates::Covariates;
pub use error::{CovariateError, SeriesError};
pub use estimate::{Bound, Estimate};
pub use frequency::Frequency;
pub use period::{Period, PeriodError};
pub use ramp::Ramp;
pub use regular::Series;
pub use stamp::{Stamp, StampError};
