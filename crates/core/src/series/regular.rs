//! Values over regular periods.

use ndarray::{Array1, ArrayView1};

use super::{Bounds, Calendar, CovariateError, Covariates, Period, SeriesError, Stamp};

/// A value for each period from the first to the last, both known; between them some may be missing.
///
/// With the values it carries what a model may need to know of them: bounds, season lengths, level shifts and covariates.
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
    /// Ascending and distinct, at least one.
    season_lengths: Vec<usize>,
    /// Ascending and distinct, from 1 to the number of values less 1.
    level_shifts: Vec<usize>,
    /// The first row is that of the first period.
    covariates: Covariates,
}

/// A missing value equals another.
impl PartialEq for Series {
    fn eq(&self, other: &Self) -> bool {
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        let Self { id, start, values, calendar, bounds, season_lengths, level_shifts, covariates } = self;
        (id, start, calendar, bounds) == (&other.id, &other.start, &other.calendar, &other.bounds)
            && (season_lengths, level_shifts) == (&other.season_lengths, &other.level_shifts)
            && *covariates == other.covariates
            && values.len() == other.values.len()
            && values.iter().zip(&other.values).all(same)
    }
}

impl Series {
    /// A series from its first period and its values, in order; season lengths and labels are those of the frequency.
    ///
    /// # Errors
    /// No values, or a value that is not finite.
    pub fn new(id: impl Into<String>, start: Period, values: impl Into<Array1<f64>>) -> Result<Self, SeriesError> {
        let (id, values) = (id.into(), values.into());
        if values.is_empty() {
            return Err(SeriesError::Empty { id });
        }
        if let Some(place) = values.iter().position(|v| !v.is_finite()) {
            let period = step_from(start, place).to_string();
            return Err(SeriesError::NotFinite { id, period, value: values[place] });
        }
        Ok(Self::of_frequency(id, start, values))
    }

    /// A series from its first period as people write it: `2018`, `2018H1`, `2018-Q3`, `2018-10`.
    ///
    /// ```
    /// use onpace::series::Series;
    /// let sales = Series::starting("sales", "2018-Q4", vec![3.0, 4.0])?;
    /// assert_eq!(sales.last_period().to_string(), "2019Q1");
    /// assert!(Series::starting("sales", "2018-Q5", vec![3.0]).is_err());
    /// # Ok::<(), onpace::series::SeriesError>(())
    /// ```
    ///
    /// # Errors
    /// Text that is not a year, half-year, quarter or month; no values, or one that is not finite.
    pub fn starting(id: impl Into<String>, start: &str, values: impl Into<Array1<f64>>) -> Result<Self, SeriesError> {
        let start = match Stamp::parse(start) {
            Ok(Stamp::Period(period)) => Ok(period),
            Ok(Stamp::Number(year)) => Period::year(year).map_err(|error| error.to_string()),
            Ok(_) => Err(format!("`{start}` is not a year, half-year, quarter or month")),
            Err(error) => Err(error.to_string()),
        };
        Self::new(id, start.map_err(SeriesError::Start)?, values)
    }

    /// A series of which some periods are missing, NaN in `values`; missing periods at either end are cut off.
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
    /// No known value, or an infinite one.
    pub fn with_missing(id: impl Into<String>, start: Period, values: Vec<f64>) -> Result<Self, SeriesError> {
        let id = id.into();
        let (start, values) = without_missing_ends(&id, start, &values)?;
        Ok(Self::of_frequency(id, start, values))
    }

    /// A series that has only what its frequency gives.
    fn of_frequency(id: String, start: Period, values: Array1<f64>) -> Self {
        let frequency = start.frequency();
        Self {
            id,
            start,
            values,
            calendar: Calendar::named(frequency),
            bounds: Bounds::default(),
            season_lengths: frequency.season_lengths().to_vec(),
            level_shifts: Vec::new(),
            covariates: Covariates::none(start),
        }
    }

    /// The same series with other values from `start` on: the one place that says what follows the periods.
    ///
    /// Level shifts stay at their periods while there are values before and from them on. Covariates stay at theirs,
    /// and those after the last value become known future rows.
    fn rebuilt(&self, start: Period, values: Array1<f64>) -> Self {
        let skipped = self.start.steps_to(start);
        let moved = |place: &usize| usize::try_from(*place as i64 - skipped).ok();
        let level_shifts = self.level_shifts.iter().filter_map(moved);
        Self {
            id: self.id.clone(),
            start,
            calendar: self.calendar,
            bounds: self.bounds,
            season_lengths: self.season_lengths.clone(),
            level_shifts: level_shifts.filter(|place| (1..values.len()).contains(place)).collect(),
            covariates: self.covariates.from(start),
            values,
        }
    }

    /// The same series with other values, one for each of its periods, NaN where missing; missing periods at either end
    /// are cut off.
    ///
    /// # Errors
    /// Another number of values, an infinite one, or one beyond the bounds.
    pub fn with_values(&self, values: Vec<f64>) -> Result<Self, SeriesError> {
        if values.len() != self.len() {
            return Err(SeriesError::Length { id: self.id.clone(), needs: self.len(), has: values.len() });
        }
        let (start, values) = without_missing_ends(&self.id, self.start, &values)?;
        self.rebuilt(start, values).with_bounds(self.bounds)
    }

    /// The same series in which all periods from `from` to `to` are missing; missing periods at either end are cut off.
    ///
    /// # Errors
    /// No value is left.
    pub fn without(&self, from: Period, to: Period) -> Result<Self, SeriesError> {
        let removed = |t: usize| (0..=from.steps_to(to)).contains(&from.steps_to(step_from(self.start, t)));
        let values: Vec<f64> =
            self.values.iter().enumerate().map(|(t, v)| if removed(t) { f64::NAN } else { *v }).collect();
        let (start, values) = without_missing_ends(&self.id, self.start, &values)?;
        Ok(self.rebuilt(start, values))
    }

    /// The part up to and including a period, or `None` where nothing is left.
    #[must_use]
    pub fn up_to(&self, period: Period) -> Option<Self> {
        let keep = usize::try_from(self.start.steps_to(period) + 1).ok()?.min(self.len());
        (keep > 0).then(|| self.first(keep))
    }

    /// The first `count` values, at least one (all of them if there are fewer); the last of them may be missing.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        self.rebuilt(self.start, Array1::from(self.as_slice()[..count.clamp(1, self.len())].to_vec()))
    }

    /// The last `count` values, at least one (all of them if there are fewer); the first of them may be missing.
    #[must_use]
    pub fn last(&self, count: usize) -> Self {
        let skip = self.len().saturating_sub(count.max(1));
        self.rebuilt(step_from(self.start, skip), Array1::from(self.as_slice()[skip..].to_vec()))
    }

    /// The same series under another name.
    #[must_use]
    pub fn named(mut self, id: impl Into<String>) -> Self {
        self.id = id.into();
        self
    }

    /// The same series whose periods are written as in `calendar`.
    #[must_use]
    pub fn with_calendar(mut self, calendar: Calendar) -> Self {
        self.calendar = calendar;
        self
    }

    /// The same series with known bounds.
    ///
    /// # Errors
    /// A value beyond them.
    pub fn with_bounds(mut self, bounds: Bounds) -> Result<Self, SeriesError> {
        if let Some(place) = self.values.iter().position(|v| !v.is_nan() && !bounds.hold(*v)) {
            let period = step_from(self.start, place).to_string();
            return Err(SeriesError::OutOfBounds { id: self.id, period, value: self.values[place] });
        }
        self.bounds = bounds;
        Ok(self)
    }

    /// The same series with one season length, in periods; below 2 means no season.
    #[must_use]
    pub fn with_season_length(self, season_length: usize) -> Self {
        self.with_season_lengths(&[season_length])
    }

    /// The same series with several season lengths, in periods and in any order. The shortest is the main one; lengths
    /// below 2 are no seasons.
    ///
    /// ```
    /// use onpace::series::{Frequency, Period, Series};
    /// let load = Series::new("load", Period::new(Frequency::Index, 0)?, vec![1.0; 50])?.with_season_lengths(&[168, 24]);
    /// assert_eq!((load.season_length(), load.season_lengths()), (24, &[24, 168][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_season_lengths(mut self, season_lengths: &[usize]) -> Self {
        self.season_lengths = season_lengths.iter().copied().filter(|length| *length > 1).collect();
        self.season_lengths.sort_unstable();
        self.season_lengths.dedup();
        if self.season_lengths.is_empty() {
            self.season_lengths.push(1);
        }
        self
    }

    /// The same series with a level shift of unknown size at `period`; a period before the second or after the last
    /// changes nothing.
    #[must_use]
    pub fn with_level_shift(mut self, period: Period) -> Self {
        let place = usize::try_from(self.start.steps_to(period)).ok();
        self.level_shifts.extend(place.filter(|place| (1..self.len()).contains(place)));
        self.level_shifts.sort_unstable();
        self.level_shifts.dedup();
        self
    }

    /// The same series with covariates, in place of those it had. Rows before its first period are dropped; rows after
    /// its last are known future rows.
    ///
    /// ```
    /// use onpace::series::{Covariates, Period, Series};
    /// let start = Period::month(2025, 1)?;
    /// let open_days = Covariates::new(start, vec![("open days".to_owned(), vec![22.0, 20.0, 21.0, 20.0])])?;
    /// let sales = Series::new("sales", start, vec![44.0, 41.0])?.with_covariates(open_days)?;
    /// assert_eq!(sales.known_ahead(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Covariates of another frequency, or without a row for each period of the series.
    pub fn with_covariates(mut self, covariates: Covariates) -> Result<Self, CovariateError> {
        covariates.check_cover(self.start, self.last_period())?;
        self.covariates = covariates.from(self.start);
        Ok(self)
    }

    /// The name of the series.
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

    /// The number of periods, missing ones included; at least one.
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

    /// The number of known values; at least one.
    pub fn known(&self) -> usize {
        self.values.iter().filter(|v| !v.is_nan()).count()
    }

    /// Whether at least one value of each position in the main season is known.
    pub fn has_every_place(&self) -> bool {
        let m = self.season_length();
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

    /// The missing periods as a list, with runs as `2021 to 2023`; at most five are listed.
    pub fn missing_in_words(&self) -> String {
        const LISTED: usize = 5;
        let mut runs: Vec<(Period, Period)> = Vec::new();
        for period in self.missing() {
            match runs.last_mut() {
                Some((_, last)) if last.steps_to(period) == 1 => *last = period,
                _ => runs.push((period, period)),
            }
        }
        let name = |(first, last): &(Period, Period)| {
            let (from, to) = (self.calendar.label(*first), self.calendar.label(*last));
            if first == last { from } else { format!("{from} to {to}") }
        };
        let mut words: Vec<String> = runs.iter().take(LISTED).map(name).collect();
        if runs.len() > LISTED {
            words.push(format!("{} more", runs.len() - LISTED));
        }
        words.join(", ")
    }

    /// The value of a period; `None` where it is missing or outside the series.
    pub fn at(&self, period: Period) -> Option<f64> {
        if period.frequency() != self.start.frequency() {
            return None;
        }
        let place = usize::try_from(self.start.steps_to(period)).ok()?;
        self.values.get(place).copied().filter(|v| !v.is_nan())
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

    /// The main season length in periods, the shortest; 1 where there is no season.
    pub fn season_length(&self) -> usize {
        self.season_lengths.first().copied().unwrap_or(1)
    }

    /// All season lengths in periods, ascending and distinct; `[1]` where there is no season.
    pub fn season_lengths(&self) -> &[usize] {
        &self.season_lengths
    }

    /// The positions, from 0, of the first values after a level shift of unknown size, in order.
    pub fn level_shifts(&self) -> &[usize] {
        &self.level_shifts
    }

    /// The covariates: a row for each period of the series, then the future rows that are known in advance.
    pub fn covariates(&self) -> &Covariates {
        &self.covariates
    }

    /// The number of periods after the last one whose covariates are known.
    pub fn known_ahead(&self) -> usize {
        self.covariates.len().saturating_sub(self.len())
    }

    /// How the periods of the series are written.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

/// Values without the missing ones at either end, and their first period.
fn without_missing_ends(id: &str, start: Period, values: &[f64]) -> Result<(Period, Array1<f64>), SeriesError> {
    let known = |value: &f64| !value.is_nan();
    let (Some(first), Some(last)) = (values.iter().position(known), values.iter().rposition(known)) else {
        return Err(SeriesError::Empty { id: id.to_owned() });
    };
    if let Some(place) = values.iter().position(|v| v.is_infinite()) {
        let period = step_from(start, place).to_string();
        return Err(SeriesError::NotFinite { id: id.to_owned(), period, value: values[place] });
    }
    Ok((step_from(start, first), Array1::from(values[first..=last].to_vec())))
}

/// The period `steps` after `start`; a series never leaves the calendar, since its last period was read from it.
pub(super) fn step_from(start: Period, steps: usize) -> Period {
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
        assert_eq!(error.to_string(), "`a` has the value NaN at 2024Q4: a finite number is expected");
        let bounds = Bounds { lower: Some(0.0), upper: Some(2.5) };
        assert!(series.with_bounds(bounds).is_err());
    }
}
