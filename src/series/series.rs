//! Values over regular periods.

use ndarray::{Array1, ArrayView1, Axis, Slice};
use thiserror::Error;

use super::{Calendar, Period};

/// The values that a series can take: open ends where none is known.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// No value lies below, in units of the series.
    pub lower: Option<f64>,
    /// No value lies above, in units of the series.
    pub upper: Option<f64>,
}

impl Bounds {
    /// Whether a value lies inside.
    pub fn hold(&self, value: f64) -> bool {
        self.lower.is_none_or(|lower| value >= lower) && self.upper.is_none_or(|upper| value <= upper)
    }
}

/// Why values make no series.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SeriesError {
    /// No values.
    #[error("`{id}` has no values")]
    Empty {
        /// The series.
        id: String,
    },
    /// Another number of values than there are periods.
    #[error("`{id}` has {needs} periods, and {has} values were given")]
    Length {
        /// The series.
        id: String,
        /// Periods.
        needs: usize,
        /// Values.
        has: usize,
    },
    /// A value that is not a finite number.
    #[error("`{id}` has the value {value} at {period}: a finite number belongs there")]
    NotFinite {
        /// The series.
        id: String,
        /// When.
        period: String,
        /// The value.
        value: f64,
    },
    /// A value beyond the bounds.
    #[error("`{id}` has the value {value} at {period}, outside its bounds")]
    OutOfBounds {
        /// The series.
        id: String,
        /// When.
        period: String,
        /// The value.
        value: f64,
    },
}

/// A series without gaps: a value for each period from the first to the last.
///
/// ```
/// use onpace::series::{Period, Series};
/// let cards = Series::new("cards", Period::year(2023)?, vec![0.1, 0.82, 1.65])?;
/// assert_eq!(cards.last_period().to_string(), "2025");
/// assert_eq!(cards.at(Period::year(2024)?), Some(0.82));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    id: String,
    start: Period,
    values: Array1<f64>,
    calendar: Calendar,
    bounds: Bounds,
    season_length: usize,
}

impl Series {
    /// A series from its first period and its values, in order; season length and labels are those of the frequency.
    ///
    /// # Errors
    /// No values, or one that is not finite.
    pub fn new(id: impl Into<String>, start: Period, values: impl Into<Array1<f64>>) -> Result<Self, SeriesError> {
        let (id, values) = (id.into(), values.into());
        if values.is_empty() {
            return Err(SeriesError::Empty { id });
        }
        if let Some(at) = values.iter().position(|v| !v.is_finite()) {
            let period = step_from(start, at).to_string();
            return Err(SeriesError::NotFinite { id, period, value: values[at] });
        }
        let frequency = start.frequency();
        Ok(Self {
            id,
            start,
            values,
            calendar: Calendar::named(frequency),
            bounds: Bounds::default(),
            season_length: frequency.season_length(),
        })
    }

    /// The same series with known bounds.
    ///
    /// # Errors
    /// A value beyond them.
    pub fn with_bounds(mut self, bounds: Bounds) -> Result<Self, SeriesError> {
        if let Some(at) = self.values.iter().position(|v| !bounds.hold(*v)) {
            let period = step_from(self.start, at).to_string();
            return Err(SeriesError::OutOfBounds { id: self.id, period, value: self.values[at] });
        }
        self.bounds = bounds;
        Ok(self)
    }

    /// The same series with other values, as many as it has.
    ///
    /// # Errors
    /// Another number of values, one that is not finite, or one beyond the bounds.
    pub fn with_values(&self, values: Vec<f64>) -> Result<Self, SeriesError> {
        if values.len() != self.len() {
            return Err(SeriesError::Length { id: self.id.clone(), needs: self.len(), has: values.len() });
        }
        let made = Self::new(self.id.clone(), self.start, values)?.with_bounds(self.bounds)?;
        Ok(made.with_calendar(self.calendar).with_season_length(self.season_length))
    }

    /// The same series under another name.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The same series whose periods are written as `calendar` says.
    #[must_use]
    pub fn with_calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = calendar;
        self
    }

    /// The same series with another season length, in periods (at least 1).
    #[must_use]
    pub fn with_season_length(mut self, season_length: usize) -> Self {
        self.season_length = season_length.max(1);
        self
    }

    /// The part up to and including a period, or `None` where nothing is left.
    #[must_use]
    pub fn up_to(&self, period: Period) -> Option<Self> {
        let keep = usize::try_from(self.start.steps_to(period) + 1).ok()?.min(self.len());
        (keep > 0).then(|| self.first(keep))
    }

    /// The first `count` values, at least one (all, where there are fewer).
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let keep = count.clamp(1, self.len());
        Self { values: self.values.slice_axis(Axis(0), Slice::from(..keep)).to_owned(), ..self.clone() }
    }

    /// The last `count` values (all, where there are fewer).
    #[must_use]
    pub fn last(&self, count: usize) -> Self {
        let skip = self.len().saturating_sub(count.max(1));
        Self {
            values: self.values.slice_axis(Axis(0), Slice::from(skip..)).to_owned(),
            start: step_from(self.start, skip),
            ..self.clone()
        }
    }

    /// The series' name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values, `(n,)`, in units of the series.
    pub fn values(&self) -> ArrayView1<'_, f64> {
        self.values.view()
    }

    /// The values as a slice.
    pub(crate) fn slice(&self) -> &[f64] {
        self.values.as_slice().unwrap_or_default()
    }

    /// How many values there are; at least one.
    #[expect(clippy::len_without_is_empty, reason = "a series is never empty")]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// The first period.
    pub fn start(&self) -> Period {
        self.start
    }

    /// The last period with a value: the origin of a forecast.
    pub fn last_period(&self) -> Period {
        step_from(self.start, self.len() - 1)
    }

    /// The last value.
    pub fn last_value(&self) -> f64 {
        self.values[self.len() - 1]
    }

    /// The value of a period, where there is one.
    pub fn at(&self, period: Period) -> Option<f64> {
        if period.frequency() != self.start.frequency() {
            return None;
        }
        let at = usize::try_from(self.start.steps_to(period)).ok()?;
        self.values.get(at).copied()
    }

    /// Known bounds.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether every value is above zero.
    pub fn is_positive(&self) -> bool {
        self.values.iter().all(|v| *v > 0.0)
    }

    /// Whether both bounds are known and every value lies strictly between them.
    pub fn is_inside_bounds(&self) -> bool {
        match (self.bounds.lower, self.bounds.upper) {
            (Some(lower), Some(upper)) => self.values.iter().all(|v| *v > lower && *v < upper),
            _ => false,
        }
    }

    /// The season length in periods.
    pub fn season_length(&self) -> usize {
        self.season_length
    }

    /// How the series' periods are written.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

/// The period `steps` after `start`; a series cannot outgrow the calendar, since its last period was read from it.
fn step_from(start: Period, steps: usize) -> Period {
    i64::try_from(steps).ok().and_then(|k| start.shift(k).ok()).unwrap_or(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_checked_and_found_by_period() {
        let start = Period::quarter(2024, 3).unwrap();
        let series = Series::new("a", start, vec![1.0, 2.0, 3.0]).unwrap();
        assert_eq!(series.last_period().to_string(), "2025Q1");
        assert_eq!(series.at(Period::quarter(2024, 2).unwrap()), None);
        assert_eq!(series.at(Period::year(2024).unwrap()), None);
        assert_eq!(series.last(2).start().to_string(), "2024Q4");
        assert_eq!(series.up_to(Period::quarter(2024, 4).unwrap()).unwrap().len(), 2);
        assert!(series.up_to(Period::quarter(2024, 2).unwrap()).is_none());
        let error = Series::new("a", start, vec![1.0, f64::NAN]).unwrap_err();
        assert_eq!(error.to_string(), "`a` has the value NaN at 2024Q4: a finite number belongs there");
        let bounds = Bounds { lower: Some(0.0), upper: Some(2.5) };
        assert!(series.with_bounds(bounds).is_err());
    }
}
