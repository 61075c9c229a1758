//! The data of the estimation: the differenced series and the regressors, which include columns for missing values.
//!
//! A missing value is filled by interpolation and has its own column, which is one in its period and zero elsewhere.
//! Its coefficient is integrated out under a flat prior, which gives the likelihood of the observed values exactly
//! (Gomez, Maravall and Peña 1999), given the first d + D m values, or with a flat prior on those of them that are
//! missing. The mean, the drift and the covariates are columns too, with maximum likelihood coefficients.

use crate::models::season::interpolated;
use crate::series::Series;

use super::orders::Orders;

/// The largest number of missing values, each of which costs a column. Of a series with more, only the end is used.
const MOST_MISSING: usize = 60;

/// A regressor in levels, over the history and beyond.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// What the column holds.
    pub(super) role: Role,
    /// Values over the history.
    pub(super) history: Vec<f64>,
    /// Known values beyond the history.
    pub(super) future: Vec<f64>,
    /// The unit of the regressor as a multiple of the unit of its stored values.
    pub(super) scale: f64,
}

/// What a column holds, which decides how it goes on beyond its last known row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// One at a missing value and zero elsewhere.
    Missing,
    /// A covariate, by its place from 0; its last row goes on.
    Covariate(usize),
    /// One everywhere.
    Mean,
    /// The number of the period, counted from 1.
    Drift,
}

impl Role {
    /// The name of the column's coefficient among the parameters.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Covariate(place) => COVARIATES.get(place).copied().unwrap_or("covariate"),
            Self::Mean => "mean",
            Self::Drift => "drift",
        }
    }
}

/// The data of a series for one pair of orders of differences.
#[derive(Debug, Clone)]
pub(super) struct Design {
    /// The number of periods left out at the start.
    pub(super) skipped: usize,
    /// The unit of the values.
    pub(super) scale: f64,
    /// The series, with missing values filled.
    pub(super) filled: Vec<f64>,
    /// Columns in levels: missing values, then covariates, then the constant.
    pub(super) columns: Vec<Column>,
    /// The number of columns for missing values.
    pub(super) pulses: usize,
    /// The number of columns for covariates.
    pub(super) covariates: usize,
    /// The differenced series, followed by the differenced columns.
    pub(super) differenced: Vec<Vec<f64>>,
    /// Lags and coefficients of (1 - B)^d (1 - B^m)^D, without the leading 1.
    pub(super) differences: Vec<(usize, f64)>,
}

impl Design {
    /// The design for some orders, of which only d and D matter; `constant` adds a mean at d + D = 0 and a drift at d +
    /// D = 1, as the last column.
    pub(super) fn new(series: &Series, orders: Orders, constant: bool) -> Self {
        let (values, season, covariates) = (series.as_slice(), series.season_length(), series.covariates().rows());
        let skipped = start_of_stretch(values);
        let values = &values[skipped..];
        let n = values.len();
        let largest = values.iter().filter(|v| !v.is_nan()).fold(0.0_f64, |most, v| most.max(v.abs()));
        let scale = if largest > 0.0 { largest } else { 1.0 };
        let filled = interpolated(&values.iter().map(|v| v / scale).collect::<Vec<_>>());
        let pulse = |at: usize| {
            let mut history = vec![0.0; n];
            history[at] = 1.0;
            Column { role: Role::Missing, history, future: Vec::new(), scale: 1.0 }
        };
        // From last to first, so that each column stays zero before its period when later ones are projected out.
        let mut columns: Vec<Column> =
            values.iter().enumerate().rev().filter(|(_, v)| v.is_nan()).map(|(at, _)| pulse(at)).collect();
        let pulses = columns.len();
        for (k, column) in covariates.columns().into_iter().enumerate() {
            let largest = column.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            let scale = if largest > 0.0 { largest } else { 1.0 };
            let mut history: Vec<f64> = column.iter().skip(skipped).map(|v| v / scale).collect();
            let future = history.split_off(n.min(history.len()));
            columns.push(Column { role: Role::Covariate(k), history, future, scale });
        }
        match orders.all_differences() {
            0 if constant => {
                columns.push(Column { role: Role::Mean, history: vec![1.0; n], future: Vec::new(), scale: 1.0 })
            }
            1 if constant => {
                let history = (0..n).map(|t| (t + 1) as f64).collect();
                columns.push(Column { role: Role::Drift, history, future: Vec::new(), scale: 1.0 })
            }
            _ => {}
        }
        let differences = difference_terms(orders, season);
        let lost = orders.lost(season).min(n);
        let take = |levels: &[f64]| -> Vec<f64> {
            let at = |t: usize| levels[t] + differences.iter().map(|(lag, c)| c * levels[t - lag]).sum::<f64>();
            (lost..n).map(at).collect()
        };
        let differenced =
            std::iter::once(filled.as_slice()).chain(columns.iter().map(|c| c.history.as_slice())).map(take).collect();
        Self { skipped, scale, filled, columns, pulses, covariates: covariates.ncols(), differenced, differences }
    }

    /// Differences values, which lose their first d + D m entries.
    pub(super) fn len(&self) -> usize {
        self.differenced[0].len()
    }

    /// The value of a column `step` steps after the history, counted from 0.
    pub(super) fn future(&self, column: usize, step: usize) -> f64 {
        let column = &self.columns[column];
        match column.role {
            Role::Missing => 0.0,
            Role::Mean => 1.0,
            Role::Drift => (column.history.len() + 1 + step) as f64,
            Role::Covariate(_) => {
                let last = column.future.last().or(column.history.last());
                column.future.get(step).or(last).copied().unwrap_or(0.0)
            }
        }
    }

    /// Whether the differenced series is constant up to rounding.
    pub(super) fn is_constant(&self) -> bool {
        is_constant(&self.differenced[0])
    }
}

/// The names of the first covariates in the list of parameters.
const COVARIATES: [&str; 8] = [
    "covariate 1",
    "covariate 2",
    "covariate 3",
    "covariate 4",
    "covariate 5",
    "covariate 6",
    "covariate 7",
    "covariate 8",
];

/// Whether values are equal up to the rounding of numbers of size one.
pub(super) fn is_constant(values: &[f64]) -> bool {
    let Some(first) = values.first() else { return true };
    values.iter().all(|v| (v - first).abs() < 1e-12)
}

/// The start of the longest end of the series with at most this many missing values.
pub(super) fn start_of_stretch(values: &[f64]) -> usize {
    let mut missing = 0;
    let mut start = values.len();
    for (t, value) in values.iter().enumerate().rev() {
        if value.is_nan() {
            missing += 1;
            if missing > MOST_MISSING {
                break;
            }
        } else {
            start = t;
        }
    }
    start.min(values.len().saturating_sub(1))
}

/// (1 - B)^d (1 - B^m)^D without its leading 1.
fn difference_terms(orders: Orders, season: usize) -> Vec<(usize, f64)> {
    let mut product = vec![0.0; orders.lost(season) + 1];
    product[0] = 1.0;
    let lags = [(1, orders.differences), (season, orders.seasonal_differences)];
    for lag in lags.into_iter().flat_map(|(lag, times)| std::iter::repeat_n(lag, times)) {
        for at in (lag..product.len()).rev() {
            product[at] -= product[at - lag];
        }
    }
    product.iter().enumerate().skip(1).filter(|(_, c)| **c != 0.0).map(|(lag, c)| (lag, *c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Period;

    #[test]
    fn missing_values_become_columns() {
        let values = vec![2.0, f64::NAN, 6.0, 8.0, f64::NAN, 7.0];
        let series = Series::with_missing("a", Period::year(2000).unwrap(), values).unwrap();
        let design = Design::new(&series.first(5), Orders::new(0, 1, 0), true);
        assert_eq!((design.pulses, design.columns.len(), design.len()), (2, 3, 4));
        assert_eq!(design.filled, [0.25, 0.5, 0.75, 1.0, 1.0]);
        assert_eq!(design.differenced[2], [1.0, -1.0, 0.0, 0.0]);
        assert_eq!(design.future(2, 1), 7.0);
    }

    #[test]
    fn differences_multiply_out() {
        let terms = difference_terms(Orders::seasonal((0, 1, 0), (0, 1, 0)), 4);
        assert_eq!(terms, [(1, -1.0), (4, -1.0), (5, 1.0)]);
    }
}
