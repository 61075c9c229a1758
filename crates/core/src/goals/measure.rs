//! What of the data a goal is held against: sums over calendar years, one series over another.

use crate::forecast::{Ensemble, Line};
use crate::series::{Frequency, Period, Series};

/// A series in its complete calendar years; `None` without one. A yearly series is itself.
///
/// ```
/// use onpace::goals::calendar_years;
/// use onpace::series::{Period, Series};
/// let quarters = Series::new("a", Period::quarter(2023, 4)?, vec![9.0, 1.0, 2.0, 3.0, 4.0, 5.0])?;
/// let years = calendar_years(&quarters).ok_or("no complete year")?;
/// assert_eq!((years.start().to_string(), years.values().to_vec()), ("2024".to_owned(), vec![10.0]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn calendar_years(series: &Series) -> Option<Series> {
    let years = Years::of(series.start(), series.last_period())?;
    let sums = years.sums(years.last - years.first + 1, |period| series.at(period));
    whole(Series::with_missing(series.id(), Period::year(years.first).ok()?, sums.clone()).ok()?, sums.len())
}

/// The same of lines: a year that is under way is part history, part path.
pub fn calendar_years_of(ensemble: &Ensemble) -> Option<Ensemble> {
    let history = ensemble.histories().first()?;
    let known = Years::of(history.start(), history.last_period())?;
    let end = history.last_period().shift(ensemble.forecast().horizon() as i64).ok()?;
    let all = Years::of(history.start(), end)?;
    let start = Period::year(all.first).ok()?;
    let count = |years: &Years| years.last - years.first + 1;
    let seen = |line: Line<'_>| Some(all.sums(count(&all), |period| line.at(period)));
    ensemble.map(history.id(), start, usize::try_from(count(&known)).ok()?, seen)
}

/// The complete calendar years of a run of periods.
struct Years {
    frequency: Frequency,
    per_year: i64,
    first: i64,
    last: i64,
}

impl Years {
    fn of(start: Period, end: Period) -> Option<Self> {
        let frequency = start.frequency();
        let months = frequency.months()?;
        let per_year = 12 / months;
        let first = start.ordinal().div_euclid(per_year) + i64::from(start.ordinal().rem_euclid(per_year) > 0);
        let last = (end.ordinal() + 1).div_euclid(per_year) - 1;
        (last >= first).then_some(Self { frequency, per_year, first, last })
    }

    /// NaN for a year of which a part is missing.
    fn sums(&self, count: i64, at: impl Fn(Period) -> Option<f64>) -> Vec<f64> {
        let sum = |year: i64| {
            (0..self.per_year)
                .map(|part| at(Period::new(self.frequency, year * self.per_year + part).ok()?))
                .sum::<Option<f64>>()
                .unwrap_or(f64::NAN)
        };
        (self.first..self.first + count).map(sum).collect()
    }
}

/// One series over another in per cent, over their common periods; `None` without a common run of them, or where the other
/// is not above zero.
///
/// ```
/// use onpace::goals::ratio;
/// use onpace::series::{Period, Series};
/// let supply = Series::new("supply", Period::year(2023)?, vec![1.0, 2.0, 3.0])?;
/// let demand = Series::new("demand", Period::year(2024)?, vec![4.0, 4.0])?;
/// assert_eq!(ratio(&supply, &demand).ok_or("none")?.values().to_vec(), [50.0, 75.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn ratio(supply: &Series, demand: &Series) -> Option<Series> {
    let (first, last) = common(supply, demand)?;
    // A period that is missing in either is missing.
    let at = |of: &Series, k: i64| first.shift(k).ok().and_then(|period| of.at(period)).unwrap_or(f64::NAN);
    let value = |k: i64| match at(demand, k) {
        demand if demand.is_nan() => Some(f64::NAN),
        demand => share(at(supply, k), demand),
    };
    let values: Vec<f64> = (0..=first.steps_to(last)).map(value).collect::<Option<_>>()?;
    whole(Series::with_missing(supply.id(), first, values.clone()).ok()?, values.len())
}

/// The same of lines, paired at random: supply and demand are drawn together, neither following the other. Where one is
/// known further than the other, its known values stand in the path.
pub fn ratio_of(supply: &Ensemble, demand: &Ensemble) -> Option<Ensemble> {
    let (first, last) = common(supply.histories().first()?, demand.histories().first()?)?;
    let end = |of: &Ensemble| of.origin()?.shift(of.forecast().horizon() as i64).ok();
    let periods = first.steps_to(end(supply)?.min(end(demand)?));
    let known = usize::try_from(first.steps_to(last) + 1).ok()?;
    let id = supply.histories().first()?.id();
    let seen = |supply: Line<'_>, demand: Line<'_>| {
        let value = |k: i64| share(supply.at(first.shift(k).ok()?)?, demand.at(first.shift(k).ok()?)?);
        (0..=periods).map(value).collect()
    };
    supply.pair(demand, id, first, known, seen)
}

/// A series, unless its first or last period was missing.
fn whole(series: Series, periods: usize) -> Option<Series> {
    (series.len() == periods).then_some(series)
}

/// The first and last period that both have.
fn common(a: &Series, b: &Series) -> Option<(Period, Period)> {
    if a.start().frequency() != b.start().frequency() {
        return None;
    }
    let (first, last) = (a.start().max(b.start()), a.last_period().min(b.last_period()));
    (first <= last).then_some((first, last))
}

fn share(supply: f64, demand: f64) -> Option<f64> {
    (demand > 0.0).then(|| 100.0 * supply / demand)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Forecast;
    use ndarray::{Array2, array};

    #[test]
    fn a_year_under_way_is_part_history_part_path() {
        let quarters = Series::new("a", Period::quarter(2024, 1).unwrap(), vec![1.0, 1.0, 1.0, 1.0, 2.0]).unwrap();
        let paths = array![[2.0, 2.0, 3.0, 9.0], [0.0, 0.0, 0.0, 9.0]];
        let years = calendar_years_of(&Ensemble::of(quarters, Forecast::from_paths(paths))).unwrap();
        assert_eq!(years.histories()[0].values().to_vec(), [4.0]);
        assert_eq!(years.forecast().paths(), array![[9.0], [2.0]]);
    }

    #[test]
    fn what_is_known_of_demand_stands_in_the_paths_of_the_ratio() {
        let year = |year| Period::year(year).unwrap();
        let supply = Series::new("s", year(2024), vec![1.0, 2.0]).unwrap();
        let demand = Series::new("d", year(2024), vec![2.0, 4.0, 5.0]).unwrap();
        let supply = Ensemble::of(supply, Forecast::from_paths(Array2::from_elem((4, 2), 3.0)));
        let demand = Ensemble::of(demand, Forecast::from_paths(Array2::from_elem((4, 1), 6.0)));
        let ratio = ratio_of(&supply, &demand).unwrap();
        assert_eq!(ratio.histories()[0].values().to_vec(), [50.0, 50.0]);
        assert_eq!(ratio.forecast().paths().row(0).to_vec(), [60.0, 50.0]);
    }
}
