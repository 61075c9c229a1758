//! Forecasts and assessments as tables, in the columns that the field uses.

use ndarray::Array1;

use crate::export::Table;
use crate::forecast::{Forecast, Level};
use crate::models::Share;
use crate::series::Series;

/// What a forecast says at each step, without its paths, which take much room.
#[derive(Debug, Clone)]
pub struct ForecastRows {
    id: String,
    model: String,
    labels: Vec<String>,
    /// Mean, median, then both ends of each interval.
    columns: Vec<Array1<f64>>,
}

impl ForecastRows {
    /// Reads off a forecast what a table shows of it.
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

    /// The series.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The model.
    pub fn model(&self) -> &str {
        &self.model
    }
}

/// Forecasts in the long layout: `unique_id, ds, model, mean, median, lo-80, hi-80, …`, a row a step.
pub fn forecast_table(rows: &[ForecastRows], levels: &[Level]) -> Table {
    let each =
        |of: fn(&ForecastRows) -> &str| rows.iter().flat_map(move |r| r.labels.iter().map(move |_| of(r).to_owned()));
    let column = |at: usize| rows.iter().flat_map(move |r| r.columns[at].iter().map(|value| Some(*value)));
    let table = Table::default()
        .text("unique_id", each(|r| &r.id))
        .text("ds", rows.iter().flat_map(|r| r.labels.clone()))
        .text("model", each(|r| &r.model));
    numbers(table, levels, column)
}

/// The same where some series have no forecast: these have one row with the reason in the last column, `error`.
pub fn forecasts_or_reasons(rows: &[Result<ForecastRows, NoForecast>], levels: &[Level]) -> Table {
    // A row that forecasts by its number of steps, one that does not once.
    fn each<'a, T: 'a>(
        rows: &'a [Result<ForecastRows, NoForecast>],
        made: impl Fn(&'a ForecastRows, usize) -> T + Copy + 'a,
        missing: impl Fn(&'a NoForecast) -> T + Copy + 'a,
    ) -> impl Iterator<Item = T> + 'a {
        rows.iter().flat_map(move |row| {
            let (steps, none) = match row {
                Ok(rows) => (0..rows.labels.len(), None),
                Err(reason) => (0..0, Some(reason)),
            };
            let made = move |step| row.as_ref().ok().map(|rows| made(rows, step));
            steps.filter_map(made).chain(none.map(missing))
        })
    }
    let column = |at: usize| each(rows, move |r, step| Some(r.columns[at][step]), |_| None).collect::<Vec<_>>();
    let table = Table::default()
        .text("unique_id", each(rows, |r, _| r.id.clone(), |none| none.id.clone()))
        .optional_text("ds", each(rows, |r, step| Some(r.labels[step].clone()), |_| None))
        .optional_text("model", each(rows, |r, _| Some(r.model.clone()), |none| none.model.clone()));
    numbers(table, levels, column).optional_text("error", each(rows, |_, _| None, |none| Some(none.reason.clone())))
}

/// The columns of numbers of a forecast.
fn numbers<I: IntoIterator<Item = Option<f64>>>(table: Table, levels: &[Level], column: impl Fn(usize) -> I) -> Table {
    let table = table.number("mean", column(0)).number("median", column(1));
    levels.iter().enumerate().fold(table, |table, (at, level)| {
        let (low, high) = (column(2 + 2 * at), column(3 + 2 * at));
        table.number(&format!("lo-{level}"), low).number(&format!("hi-{level}"), high)
    })
}

/// A series without a forecast, by a model or by all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoForecast {
    /// The series.
    pub id: String,
    /// The model that refuses; none where the series itself cannot be used.
    pub model: Option<String>,
    /// Why.
    pub reason: String,
}

/// The pool that a series was forecast by.
#[derive(Debug, Clone, PartialEq)]
pub struct PoolOf {
    /// The series.
    pub id: String,
    /// The pool's name.
    pub model: String,
    /// Its members with their weights.
    pub shares: Vec<Share>,
    /// Why these weights.
    pub reason: String,
}

/// The members of pools with their weights, a row a member.
pub fn weight_table(pools: &[PoolOf]) -> Table {
    let each = |of: fn(&PoolOf) -> &str| {
        pools.iter().flat_map(move |pool| pool.shares.iter().map(move |_| of(pool).to_owned()))
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
