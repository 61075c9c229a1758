//! A series on the time axis: its points and the axis's ticks.

use crate::series::{Period, PeriodError, Series};

use super::{Point, Tick};

/// Ticks for the periods from `first` to `last`: each for years and short spans, else the first of each year.
pub(super) fn time_ticks(first: Period, last: Period) -> Vec<Tick> {
    let span = first.steps_to(last);
    let periods = (0..=span).filter_map(|k| first.shift(k).ok());
    let tick = |period: Period, label: String| Tick { at: period.ordinal() as f64, label };
    if span <= 12 {
        return periods.map(|period| tick(period, period.to_string())).collect();
    }
    let mut ticks = Vec::new();
    let mut year = None;
    for period in periods {
        let this_year = period.calendar_year();
        if this_year.is_none() {
            ticks.push(tick(period, period.to_string()));
        } else if this_year != year
            && (year.is_some() || period.shift(-1).ok().and_then(Period::calendar_year) != this_year)
        {
            ticks.push(tick(period, this_year.map_or(String::new(), |y| y.to_string())));
        }
        year = this_year;
    }
    ticks
}

/// Ticks for a series and `steps` periods after it.
pub(super) fn ticks_of(series: &Series, steps: i64) -> Vec<Tick> {
    let origin = series.last_period();
    time_ticks(series.start(), origin.shift(steps).unwrap_or(origin))
}

/// The known values of a series.
pub(super) fn points(series: &Series) -> Vec<Point> {
    let start = series.start().ordinal();
    let known = series.values().into_iter().enumerate().filter(|(_, y)| !y.is_nan());
    known.map(|(i, y)| Point { x: (start + i as i64) as f64, y: *y }).collect()
}

/// The name of the period so many steps after a series.
///
/// # Errors
/// A period after the end of the calendar.
pub(super) fn period_ahead(series: &Series, steps: usize) -> Result<String, PeriodError> {
    Ok(series.calendar().label(series.last_period().shift(steps as i64)?))
}
