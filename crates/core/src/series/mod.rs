//! Time and numbers: periods of a calendar, and values over regular periods.
//!
//! Everything else in the crate stands on this module; it knows no file, no model and no chart.

mod calendar;
mod estimate;
mod frequency;
mod period;
mod ramp;
#[path = "series.rs"]
mod regular;
mod stamp;

pub use calendar::{Calendar, CalendarError};
pub use estimate::{Bound, Estimate};
pub use frequency::Frequency;
pub use period::{Period, PeriodError};
pub use ramp::Ramp;
pub use regular::{Bounds, Series, SeriesError};
pub use stamp::{Stamp, StampError};
