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

/// A value for each period from the first to the last, both known; between them some may be missing.
///
/// ```
/// use onpace::series::{Period, Series};
/// let cards = Series::new("cards", Period::year(2023)?, vec![0.1, 0.82, 1.65])?;
/// assert_eq!(cards.last_period().to_string(), "2025");
/// assert_eq!(cards.at(Period::year(2024)?), Some(0.82));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Series {
    id: String,
    start: Period,
    /// NaN where missing.
    values: Array1<f64>,
    calendar: Calendar,
    bounds: Bounds,
    season_length: usize,
    level_shifts: Vec<usize>,
}

/// A missing value equals another.
impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        let Self { id, start, values, calendar, bounds, season_length, level_shifts } = self;
        (id, start, calendar, bounds) == (&other.id, &other.start, &other.calendar, &other.bounds)
            && (season_length, level_shifts) == (&other.season_length, &other.level_shifts)
            && values.len() == other.values.len()
            && values.iter().zip(&other.values).all(same)
    }
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
            level_shifts: Vec::new(),
        })
    }

    /// A series of which some periods are missing, NaN in `values`; missing ones at either end are left out.
    ///
    /// ```
    /// use onpace::series::{Period, Series};
    /// let sales = Series::with_missing("sales", Period::year(2021)?, vec![1.0, f64::NAN, 3.0, f64::NAN])?;
    /// assert_eq!((sales.len(), sales.known(), sales.last_value()), (3, 2, 3.0));
    /// assert_eq!(sales.missing_in_words(), "2022");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// No known value, or one that is infinite.
    pub fn with_missing(id: impl Into<String>, start: Period, values: Vec<f64>) -> Result<Self, SeriesError> {
        let id = id.into();
        let known = |value: &f64| !value.is_nan();
        let (Some(first), Some(last)) = (values.iter().position(known), values.iter().rposition(known)) else {
            return Err(SeriesError::Empty { id });
        };
        let start = step_from(start, first);
        let values = &values[first..=last];
        let filled: Vec<f64> = values.iter().map(|v| if v.is_nan() { 0.0 } else { *v }).collect();
        let complete = Self::new(id, start, filled)?;
        Ok(Self { values: values.to_vec().into(), ..complete })
    }

    /// The same series with known bounds.
    ///
    /// # Errors
    /// A value beyond them.
    pub fn with_bounds(mut self, bounds: Bounds) -> Result<Self, SeriesError> {
        if let Some(at) = self.values.iter().position(|v| !v.is_nan() && !bounds.hold(*v)) {
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
        let made = Self::with_missing(self.id.clone(), self.start, values)?.with_bounds(self.bounds)?;
        let made = made.with_calendar(self.calendar).with_season_length(self.season_length);
        Ok(Self { level_shifts: self.level_shifts.clone(), ..made })
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

    /// The same series whose level is another from `period` on, by an amount that is not known; a period before the second
    /// or after the last changes nothing.
    #[must_use]
    pub fn with_level_shift(mut self, period: Period) -> Self {
        let at = usize::try_from(self.start.steps_to(period)).ok();
        self.level_shifts.extend(at.filter(|at| (1..self.len()).contains(at)));
        self.level_shifts.sort_unstable();
        self.level_shifts.dedup();
        self
    }

    /// The same series without what is known of `periods`, which become missing; those at either end are left out.
    ///
    /// # Errors
    /// No value is left.
    pub fn without(&self, from: Period, to: Period) -> Result<Self, SeriesError> {
        let inside = |t: usize| (0..=from.steps_to(to)).contains(&from.steps_to(step_from(self.start, t)));
        let values: Vec<f64> =
            self.values.iter().enumerate().map(|(t, v)| if inside(t) { f64::NAN } else { *v }).collect();
        let made = Self::with_missing(self.id.clone(), self.start, values)?;
        let shifts = self.level_shifts.iter().map(|at| step_from(self.start, *at));
        let same = Self { calendar: self.calendar, bounds: self.bounds, season_length: self.season_length, ..made };
        Ok(shifts.fold(same, Self::with_level_shift))
    }

    /// The part up to and including a period, or `None` where nothing is left.
    #[must_use]
    pub fn up_to(&self, period: Period) -> Option<Self> {
        let keep = usize::try_from(self.start.steps_to(period) + 1).ok()?.min(self.len());
        (keep > 0).then(|| self.first(keep))
    }

    /// The first `count` values, at least one (all, where there are fewer); the last of them may be missing.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let keep = count.clamp(1, self.len());
        Self {
            values: self.values.slice_axis(Axis(0), Slice::from(..keep)).to_owned(),
            level_shifts: self.level_shifts.iter().copied().filter(|at| *at < keep).collect(),
            ..self.clone()
        }
    }

    /// The last `count` values (all, where there are fewer).
    #[must_use]
    pub fn last(&self, count: usize) -> Self {
        let skip = self.len().saturating_sub(count.max(1));
        Self {
            values: self.values.slice_axis(Axis(0), Slice::from(skip..)).to_owned(),
            start: step_from(self.start, skip),
            level_shifts: self.level_shifts.iter().filter(|at| **at > skip).map(|at| at - skip).collect(),
            ..self.clone()
        }
    }

    /// The series' name.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The values, `(n,)`, in units of the series; NaN where a period is missing.
    pub fn values(&self) -> ArrayView1<'_, f64> {
        self.values.view()
    }

    /// The values as a slice; NaN where a period is missing.
    pub fn as_slice(&self) -> &[f64] {
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

    /// The last known value.
    pub fn last_value(&self) -> f64 {
        self.values.iter().rev().copied().find(|v| !v.is_nan()).unwrap_or(f64::NAN)
    }

    /// How many values are known; at least one.
    pub fn known(&self) -> usize {
        self.values.iter().filter(|v| !v.is_nan()).count()
    }

    /// Whether at least one value of each place in the season is known.
    pub fn has_every_place(&self) -> bool {
        let m = self.season_length;
        (0..m).all(|place| self.values.iter().skip(place).step_by(m).any(|v| !v.is_nan()))
    }

    /// Whether no period is missing.
    pub fn is_complete(&self) -> bool {
        self.known() == self.len()
    }

    /// The missing periods, in order.
    pub fn missing(&self) -> impl Iterator<Item = Period> + '_ {
        self.values.iter().enumerate().filter(|(_, v)| v.is_nan()).map(|(t, _)| step_from(self.start, t))
    }

    /// The missing periods as a list, runs as `from to to`; after the fifth it is cut.
    pub fn missing_in_words(&self) -> String {
        const LISTED: usize = 5;
        let mut runs: Vec<(Period, Period)> = Vec::new();
        for period in self.missing() {
            match runs.last_mut() {
                Some((_, last)) if last.steps_to(period) == 1 => *last = period,
                _ => runs.push((period, period)),
            }
        }
        let word = |(first, last): &(Period, Period)| {
            let (from, to) = (self.calendar.label(*first), self.calendar.label(*last));
            if first == last { from } else { format!("{from} to {to}") }
        };
        let mut words: Vec<String> = runs.iter().take(LISTED).map(word).collect();
        if runs.len() > LISTED {
            words.push(format!("{} more", runs.len() - LISTED));
        }
        words.join(", ")
    }

    /// The value of a period, where one is known.
    pub fn at(&self, period: Period) -> Option<f64> {
        if period.frequency() != self.start.frequency() {
            return None;
        }
        let at = usize::try_from(self.start.steps_to(period)).ok()?;
        self.values.get(at).copied().filter(|v| !v.is_nan())
    }

    /// Known bounds.
    pub fn bounds(&self) -> Bounds {
        self.bounds
    }

    /// Whether every known value is above zero.
    pub fn is_positive(&self) -> bool {
        self.values.iter().all(|v| v.is_nan() || *v > 0.0)
    }

    /// Whether both bounds are known and every value lies strictly between them.
    pub fn is_inside_bounds(&self) -> bool {
        match (self.bounds.lower, self.bounds.upper) {
            (Some(lower), Some(upper)) => self.values.iter().all(|v| v.is_nan() || (*v > lower && *v < upper)),
            _ => false,
        }
    }

    /// The season length in periods.
    pub fn season_length(&self) -> usize {
        self.season_length
    }

    /// The places from which on the level is another by an unknown amount, in order.
    pub fn level_shifts(&self) -> &[usize] {
        &self.level_shifts
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
