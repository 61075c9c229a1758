//! Forecasts of series that add up: the same for a study and for a file.

use ndarray::Array2;

use crate::forecast::{Draws, Forecast};
use crate::models::Model;
use crate::series::{Period, Series};

use super::{FEWEST_RESIDUALS, Hierarchy, HierarchyError, Method, bottom_up, reconcile};

/// Minimum trace wants this many residuals; below them the structural weights are used.
const ENOUGH_RESIDUALS: usize = 20;

/// A total may differ from the sum of its parts by this part of it.
const TOLERANCE: f64 = 0.01;

/// The series of a hierarchy, by node: checked, cut to the last period that all have, and the totals that have no
/// values made of their parts.
#[derive(Debug, Clone)]
pub struct Coherent<'a> {
    hierarchy: &'a Hierarchy,
    /// By node.
    pub series: Vec<Series>,
    /// Whether every total has values of its own.
    whole: bool,
    /// Series that go on beyond the last period that all have, and that period.
    pub cut: Option<(Vec<String>, Period)>,
}

impl<'a> Coherent<'a> {
    /// Series by node; a total may have none.
    ///
    /// # Errors
    /// A part without values, parts of different frequencies or without a common period, or values that do not add up
    /// within one per cent.
    pub fn new(hierarchy: &'a Hierarchy, mut known: Vec<Option<Series>>) -> Result<Self, HierarchyError> {
        let names = hierarchy.names();
        if let Some(part) = hierarchy.bottoms().find(|node| known[*node].is_none()) {
            return Err(HierarchyError::NoValues { part: names[part].clone() });
        }
        let all = || known.iter().flatten();
        let frequency = |series: &Series| series.start().frequency();
        let unlike = all().zip(all().skip(1)).find(|(first, other)| frequency(first) != frequency(other));
        if let Some((first, other)) = unlike {
            return Err(HierarchyError::Frequencies {
                first: first.id().to_owned(),
                first_frequency: frequency(first),
                other: other.id().to_owned(),
                other_frequency: frequency(other),
            });
        }
        let (Some(first), Some(last)) = (all().map(Series::start).min(), all().map(Series::last_period).min()) else {
            return Err(HierarchyError::Empty);
        };
        let periods = (0..=first.steps_to(last)).filter_map(|k| first.shift(k).ok());
        let at = |period: Period| known.iter().map(|s| s.as_ref().and_then(|s| s.at(period))).collect();
        let history: Vec<(String, Vec<Option<f64>>)> = periods.map(|p| (p.to_string(), at(p))).collect();
        hierarchy.check(&history, TOLERANCE)?;
        let mut cut = Vec::new();
        for series in known.iter_mut().flatten() {
            let id = series.id().to_owned();
            if series.last_period() > last {
                cut.push(id.clone());
            }
            *series = series.up_to(last).ok_or(HierarchyError::BeginsLate { series: id, last })?;
        }
        let whole = known.iter().all(Option::is_some);
        for node in (0..hierarchy.bottoms().start).rev() {
            if known[node].is_none() {
                let parts: Vec<&Series> = hierarchy.children(node).iter().filter_map(|c| known[*c].as_ref()).collect();
                let made = added(&names[node], &parts);
                let none = || HierarchyError::NoCommonPeriod { total: names[node].clone() };
                known[node] = Some(made.ok_or_else(none)?);
            }
        }
        let cut = (!cut.is_empty()).then_some((cut, last));
        Ok(Self { hierarchy, series: known.into_iter().flatten().collect(), whole, cut })
    }

    /// The method that can be used, and what the reader must know of it.
    pub fn method(&self, wanted: Method) -> (Method, String) {
        let shortest = self.series.iter().map(Series::len).min().unwrap_or(0);
        match wanted {
            Method::BottomUp => (wanted, format!("sums: {wanted}")),
            _ if !self.whole => {
                let used = Method::BottomUp;
                (used, format!("sums: {used} instead of {wanted}, since a total has no values of its own"))
            }
            Method::MinimumTrace if shortest <= ENOUGH_RESIDUALS => {
                let used = Method::Structural;
                (used, format!("sums: {used} instead of {wanted}, since {shortest} values are too few"))
            }
            _ => (wanted, format!("sums: {wanted}")),
        }
    }

    /// The nodes whose forecasts a method starts from.
    pub fn base(&self, method: Method) -> std::ops::Range<usize> {
        match method {
            Method::BottomUp => self.hierarchy.bottoms(),
            _ => 0..self.series.len(),
        }
    }

    /// Forecasts of all nodes that add up, from those of the [base](Self::base) nodes; `model` says how their errors go
    /// together. Where all parts are above zero, so are the sums.
    ///
    /// # Errors
    /// What keeps the forecasts from being put together.
    pub fn add_up(
        &self,
        base: Vec<Forecast>,
        method: Method,
        model: &dyn Model,
        seed: u64,
    ) -> Result<Vec<Forecast>, HierarchyError> {
        let positive = self.hierarchy.bottoms().all(|node| self.series[node].is_positive());
        let lower = positive.then_some(0.0);
        let residuals = residuals(model, &self.series[self.base(method)]);
        let residuals = residuals.as_ref().map(|residuals| residuals.view());
        match method {
            Method::BottomUp => bottom_up(self.hierarchy, base, residuals, seed, lower),
            _ => reconcile(self.hierarchy, base, residuals, method, seed, lower),
        }
    }

    /// Forecasts of all nodes by a model, made to add up.
    ///
    /// # Errors
    /// A series to which the model does not apply, or what keeps the forecasts from being put together.
    pub fn forecast(
        &self,
        model: &dyn Model,
        horizon: usize,
        draws: &Draws,
        method: Method,
    ) -> Result<Vec<Forecast>, HierarchyError> {
        let forecast = |series: &Series| match model.fit(series) {
            Ok(fitted) => Ok(fitted.forecast(horizon, draws)),
            Err(reason) => Err(HierarchyError::DoesNotApply { series: series.id().to_owned(), reason }),
        };
        let base: Vec<Forecast> = self.series[self.base(method)].iter().map(forecast).collect::<Result<_, _>>()?;
        self.add_up(base, method, model, draws.seed())
    }
}

/// The sum of series over the periods that all have.
fn added(id: &str, parts: &[&Series]) -> Option<Series> {
    let first = parts.iter().map(|part| part.start()).max()?;
    let last = parts.iter().map(|part| part.last_period()).min()?;
    let at = |k: i64| parts.iter().map(|part| part.at(first.shift(k).ok()?)).sum::<Option<f64>>();
    let values = (0..=first.steps_to(last)).map(|k| at(k).unwrap_or(f64::NAN)).collect();
    let made = Series::with_missing(id, first, values).ok()?;
    let part = parts.first()?;
    Some(made.with_calendar(*part.calendar()).with_season_lengths(part.season_lengths()))
}

/// What a model missed one step ahead, over the periods that all series have, `(periods, series)`; `None` where these
/// are too few to tell how the series go together.
fn residuals(model: &dyn Model, series: &[Series]) -> Option<Array2<f64>> {
    let column = |series: &Series| Some((&series.values() - &model.fit(series).ok()?.fitted_values()).to_vec());
    let columns: Vec<Vec<f64>> = series.iter().map(column).collect::<Option<_>>()?;
    // The first value of a series has no forecast.
    let rows = columns.iter().map(|column| column.len() - 1).min()?;
    let at = |row: usize, column: &Vec<f64>| column[column.len() - rows + row];
    // Rows in which a value is missing tell nothing.
    let known: Vec<usize> = (0..rows).filter(|row| columns.iter().all(|column| !at(*row, column).is_nan())).collect();
    let enough = known.len() >= FEWEST_RESIDUALS;
    enough.then(|| Array2::from_shape_fn((known.len(), columns.len()), |(row, node)| at(known[row], &columns[node])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::drift;

    fn series(id: &str, values: Vec<f64>) -> Option<Series> {
        Some(Series::new(id, Period::year(2010).unwrap(), values).unwrap())
    }

    fn tree() -> Hierarchy {
        Hierarchy::new(&[("a".to_owned(), "total".to_owned()), ("b".to_owned(), "total".to_owned())]).unwrap()
    }

    #[test]
    fn a_total_without_values_is_the_sum_of_its_parts() {
        let tree = tree();
        let growing = |by: f64| (0..12).map(|t| 10.0 + by * f64::from(t) + f64::from(t % 3)).collect::<Vec<f64>>();
        let known = vec![None, series("a", growing(1.0)), series("b", growing(2.0))];
        let coherent = Coherent::new(&tree, known).unwrap();
        assert_eq!(coherent.series[0].values()[0], 20.0);
        let (method, note) = coherent.method(Method::MinimumTrace);
        assert_eq!((method, note.contains("no values of its own")), (Method::BottomUp, true));
        let made = coherent.forecast(&drift(), 3, &Draws::new(1, 400), method).unwrap();
        let gap = &made[0].paths() - &made[1].paths() - made[2].paths();
        assert!(gap.iter().all(|gap| gap.abs() < 1e-9));
    }

    #[test]
    fn what_does_not_add_up_is_named() {
        let tree = tree();
        let known = vec![series("total", vec![5.0, 9.0]), series("a", vec![2.0, 2.0]), series("b", vec![3.0, 3.0])];
        let error = Coherent::new(&tree, known).unwrap_err();
        assert_eq!(error.series(), Some("total"));
        assert!(error.to_string().contains("2011"), "{error}");
        let error = Coherent::new(&tree, vec![None, series("a", vec![1.0]), None]).unwrap_err();
        assert_eq!((error.series(), error.to_string().as_str()), (Some("b"), "the part `b` has no values"));
    }
}
