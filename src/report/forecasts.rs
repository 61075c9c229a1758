//! Forecasts and weights of models as tables.

use ndarray::Array1;

use crate::export::Table;
use crate::forecast::{Forecast, Level};
use crate::models::Share;
use crate::series::Series;

/// The mean, median and intervals of a forecast at each step, without its sample paths, which take much memory.
#[derive(Debug, Clone)]
pub struct ForecastRows {
    id: String,
    model: String,
    labels: Vec<String>,
    /// The mean, the median, and both ends of each interval.
    columns: Vec<Array1<f64>>,
}

impl ForecastRows {
    /// Takes the rows from a forecast.
    pub fn new(series: &Series, model: &str, forecast: &Forecast, levels: &[Level]) -> Self {
        let label = |step: usize| {
            let period = series.last_period().shift(step as i64 + 1);
            period.map_or_else(|error| error.to_string(), |period| series.calendar().label(period))
        };
        let ends = levels.iter().flat_map(|level| <[f64; 2]>::from(level.tails()));
        let quantiles = forecast.quantiles(&std::iter::once(0.5).chain(ends).collect::<Vec<_>>());
        Self {
            id: series.id().to_owned(),
            model: model.to_owned(),
            labels: (0..forecast.horizon()).map(label).collect(),
            columns: std::iter::once(forecast.mean()).chain(quantiles.outer_iter().map(|q| q.to_owned())).collect(),
        }
    }

    /// The name of the series.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The name of the model.
    pub fn model(&self) -> &str {
        &self.model
    }
}

/// Forecasts in the long layout `unique_id, ds, model, mean, median, lo-80, hi-80, …`, one row per step.
pub fn forecast_table(rows: &[ForecastRows], levels: &[Level]) -> Table {
    let each = |field: fn(&ForecastRows) -> &str| {
        rows.iter().flat_map(move |r| r.labels.iter().map(move |_| field(r).to_owned()))
    };
    let column = |index: usize| rows.iter().flat_map(move |r| r.columns[index].iter().map(|value| Some(*value)));
    let table = Table::default()
        .text("unique_id", each(|r| &r.id))
        .text("ds", rows.iter().flat_map(|r| r.labels.clone()))
        .text("model", each(|r| &r.model));
    numbers(table, levels, column)
}

/// Forecasts in the long layout, where some series have none. Such a series has one row, with the reason in the last column `error`.
pub fn forecasts_or_reasons(rows: &[Result<ForecastRows, NoForecast>], levels: &[Level]) -> Table {
    // One item per step of a forecast, and one per series without a forecast.
    fn each<'a, T: 'a>(
        rows: &'a [Result<ForecastRows, NoForecast>],
        forecast: impl Fn(&'a ForecastRows, usize) -> T + Copy + 'a,
        missing: impl Fn(&'a NoForecast) -> T + Copy + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        rows.iter().flat_map(move |row| {
            let (steps, none) = match row {
                Ok(rows) => (0..rows.labels.len(), None),
                Err(reason) => (0..0, Some(reason)),
            };
            let forecast = move |step| row.as_ref().ok().map(|rows| forecast(rows, step));
            steps.filter_map(forecast).chain(none.map(missing))
        })
    }
    let column = |index: usize| each(rows, move |r, step| Some(r.columns[index][step]), |_| None).collect::<Vec<_>>();
    let table = Table::default()
        .text("unique_id", each(rows, |r, _| r.id.clone(), |none| none.id.clone()))
        .optional_text("ds", each(rows, |r, step| Some(r.labels[step].clone()), |_| None))
        .optional_text("model", each(rows, |r, _| Some(r.model.clone()), |none| none.model.clone()));
    numbers(table, levels, column).optional_text("error", each(rows, |_, _| None, |none| Some(none.reason.clone())))
}

/// Adds the columns of numbers: mean, median and intervals.
fn numbers<I: IntoIterator<Item = Option<f64>>>(table: Table, levels: &[Level], column: impl Fn(usize) -> I) -> Table {
    let table = table.number("mean", column(0)).number("median", column(1));
    levels.iter().enumerate().fold(table, |table, (index, level)| {
        let (low, high) = (column(2 + 2 * index), column(3 + 2 * index));
        table.number(&format!("lo-{level}"), low).number(&format!("hi-{level}"), high)
    })
}

/// A series without a forecast, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoForecast {
    /// The series.
    pub id: String,
    /// The model that does not apply; `None` if the series cannot be used by any model.
    pub model: Option<String>,
    /// The reason.
    pub reason: String,
}

/// The pool of models that forecast a series.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolOf {
    /// The series.
    pub id: String,
    /// The name of the pool.
    pub model: String,
    /// The members with their weights.
    pub shares: Vec<Share>,
    /// How the weights were found.
    pub reason: String,
}

/// The members of pools with their weights, one row per member.
pub fn weight_table(pools: &[PoolOf]) -> Table {
    let each = |field: fn(&PoolOf) -> &str| {
        pools.iter().flat_map(move |pool| pool.shares.iter().map(move |_| field(pool).to_owned()))
    };
    let shares = || pools.iter().flat_map(|pool| &pool.shares);
    Table::default()
        .text("unique_id", each(|pool| &pool.id))
        .text("model", each(|pool| &pool.model))
        .text("member", shares().map(|share| share.member.clone()))
        .number("weight", shares().map(|share| Some(share.weight)))
        .number("relative_loss", shares().map(|share| share.relative_loss))
        .text("reason", each(|pool| &pool.reason))
}
