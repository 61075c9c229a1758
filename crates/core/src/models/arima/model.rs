//! ARIMA with given orders.

use ndarray::Array1;

use crate::models::Finding;
use crate::models::contract::{FitError, Fitted, Model, Needs, Parameter, Refusal, SeasonNeed};
use crate::numerics::student::t_quantile;
use crate::series::Series;

use super::design::{Design, start_of_stretch};
use super::estimate::{Likelihood, Problem, Search};
use super::fitted::{FittedArima, one_step_ahead};
use super::orders::Orders;
use super::polynomial::{Arma, coefficients, on_the_line};
use super::squares::Squares;

/// From this many values times coefficients on, the conditional likelihood is used.
pub(super) const MOST_EXACT: usize = 3_000_000;
/// Names of coefficients, by block and lag; later lags share the last.
const NAMES: [[&str; 7]; 4] = [
    ["ar1", "ar2", "ar3", "ar4", "ar5", "ar6", "ar"],
    ["ma1", "ma2", "ma3", "ma4", "ma5", "ma6", "ma"],
    ["sar1", "sar2", "sar3", "sar4", "sar5", "sar6", "sar"],
    ["sma1", "sma2", "sma3", "sma4", "sma5", "sma6", "sma"],
];

/// An ARIMA model of given orders, by exact maximum likelihood on the differenced series.
///
/// The [covariates](Series::covariates) of the series are regressors whose errors follow the process. A forecast uses
/// their future rows; steps beyond the last row use the values of the last row, and a remark names its period.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{Arima, Model, Orders};
/// use onpace::series::{Period, Series};
/// let values: Vec<f64> = (0..40).map(|t| 10.0 + f64::from(t * t % 7)).collect();
/// let series = Series::new("load", Period::year(1980)?, values)?;
/// let forecast = Arima::new(Orders::new(1, 0, 0)).with_constant().fit(&series)?.forecast(3, &Draws::new(1, 2000));
/// assert!((forecast.median()[2] - 12.3).abs() < 1.5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Arima {
    name: String,
    orders: Orders,
    constant: bool,
}

impl Arima {
    /// A model with given orders, without a constant.
    pub fn new(orders: Orders) -> Self {
        Self { name: format!("arima:{}", orders.digits()), orders, constant: false }
    }

    /// Adds a mean if d + D = 0 or a drift if d + D = 1; it has no effect for higher orders of differences.
    #[must_use]
    pub fn with_constant(self) -> Self {
        Self { constant: true, ..self }
    }

    /// The forecasts without errors, in units of the series, which other tools print as the mean.
    ///
    /// # Errors
    /// The series does not meet the requirements, or the parameters cannot be estimated.
    pub fn points(&self, series: &Series, horizon: usize) -> Result<Vec<f64>, FitError> {
        Ok(self.fit_orders(series)?.points(horizon))
    }

    /// The log-likelihood of a series at given coefficients φ, θ, Φ, Θ, one after the other, with σ² and the constant
    /// at their best values.
    ///
    /// ```
    /// use onpace::models::{Arima, Orders};
    /// use onpace::series::{Period, Series};
    /// let series = Series::new("a", Period::year(2000)?, vec![1.0, 2.0, 1.5, 3.0, 2.5, 4.0])?;
    /// let walk = Arima::new(Orders::new(0, 1, 0)).log_likelihood(&series, &[])?;
    /// let smoothed = Arima::new(Orders::new(0, 1, 1)).log_likelihood(&series, &[-0.5])?;
    /// assert!(smoothed > walk);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The series does not meet the requirements, or the coefficients are not stationary, not invertible, or not as
    /// many as the orders say.
    pub fn log_likelihood(&self, series: &Series, coefficients: &[f64]) -> Result<f64, FitError> {
        self.check(series)?;
        let season = series.season_length();
        let design = Design::new(series, self.orders, self.constant);
        let mut work = Squares::default();
        let fine = coefficients.len() == self.orders.coefficients() && {
            let arma = Arma::new(self.orders, season, coefficients);
            on_the_line(self.orders, coefficients).is_some()
                && work.evaluate(&arma, &design, design.columns.len(), true)
        };
        let refuse =
            || self.refuse(Refusal::NotFitted("the coefficients are not those of a stationary process".into()));
        if fine { Ok(work.log_likelihood(design.scale)) } else { Err(refuse()) }
    }

    fn refuse(&self, reason: Refusal) -> FitError {
        FitError { model: self.name.clone(), reason }
    }

    fn check(&self, series: &Series) -> Result<(), FitError> {
        self.needs().check(&self.name, series)?;
        let columns = series.covariates().names().len() + usize::from(self.constant);
        let needs = self.orders.lost(series.season_length()) + self.orders.coefficients() + columns + 2;
        let has = series.last(series.len() - start_of_stretch(series.as_slice())).known();
        if has < needs { Err(self.refuse(Refusal::TooShort { needs, has })) } else { Ok(()) }
    }

    fn fit_orders(&self, series: &Series) -> Result<FittedArima, FitError> {
        self.check(series)?;
        let design = Design::new(series, self.orders, self.constant);
        let columns = design.columns.len();
        let request = Request { orders: self.orders, columns, starts: &[], constant: self.constant };
        finish(series, design, request).map_err(|reason| self.refuse(reason))
    }
}

impl Model for Arima {
    fn name(&self) -> &str {
        &self.name
    }

    fn needs(&self) -> Needs {
        let orders = self.orders;
        let observations = orders.differences + orders.coefficients() + usize::from(self.constant) + 2;
        let seasons = orders.seasonal_differences;
        let season = orders.is_seasonal().then_some(SeasonNeed { seasons, longest: None });
        Needs { season, covariates: true, ..Needs::observations(observations) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(self.fit_orders(series)?.into_fitted(series))
    }
}

/// The model to estimate.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    pub(super) orders: Orders,
    /// Columns that are in.
    pub(super) columns: usize,
    /// Unconstrained parameters from which to start besides the default starts.
    pub(super) starts: &'a [Vec<f64>],
    pub(super) constant: bool,
}

/// Estimates a model and prepares its forecasts.
pub(super) fn finish(series: &Series, design: Design, request: Request<'_>) -> Result<FittedArima, Refusal> {
    let (orders, season, columns) = (request.orders, series.season_length(), request.columns);
    let problem = Problem { design: &design, orders, season, columns };
    let mut work = Squares::default();
    let exact = design.len() * orders.reach(season) <= MOST_EXACT;
    let likelihood = if exact { Likelihood::Exact } else { Likelihood::Conditional };
    let found = problem.maximise(request.starts, likelihood, Search::Final, &mut work);
    let mut estimate = found.ok_or_else(|| Refusal::NotFitted("no stationary process has a likelihood".into()))?;
    if exact && request.starts.is_empty() {
        estimate = problem.polish(estimate, &mut work);
    }
    let covariance = problem.covariance(&estimate.at, likelihood, &mut work);
    let arma = problem.arma(&estimate.at);
    let estimate = problem
        .estimate(estimate.at, likelihood, &mut work)
        .ok_or_else(|| Refusal::NotFitted("the likelihood is not finite".into()))?;
    let regressed = work.coefficients();
    let fitted = one_step_ahead(&design, &work, &arma, exact, &regressed);
    let used = work.rank() - (0..design.pulses).filter(|k| work.is_in(*k)).count() + orders.coefficients();
    let degrees = work.counted.saturating_sub(used).max(1);
    let variance = work.squares / degrees as f64;
    let parameters = parameters(&problem, &estimate.at, covariance, &work, (variance, degrees));
    let form = order_in_words(orders, season, request.constant);
    let mut findings = vec![Finding::Form { form, aicc: Some(estimate.aicc).filter(|aicc| aicc.is_finite()) }];
    if design.skipped > 0 {
        findings.push(Finding::PeriodsSkipped { periods: design.skipped });
    }
    findings.extend(covariates_used(series));
    if !exact {
        findings.push(Finding::ConditionalSumOfSquares);
    }
    Ok(FittedArima {
        orders,
        constant: request.constant && orders.all_differences() <= 1,
        arma,
        exact,
        columns,
        coefficients: regressed,
        fitted: Array1::from(fitted),
        degrees,
        parameters,
        findings,
        design,
        work,
    })
}

/// A remark on the covariates that are used and their last known period; `None` without covariates.
fn covariates_used(series: &Series) -> Option<Finding> {
    let covariates = series.covariates();
    let end = covariates.last_period().filter(|_| !covariates.is_empty())?;
    Some(Finding::CovariatesUsed { names: covariates.names().to_vec(), last: series.calendar().label(end) })
}

/// The orders with the season length and the constant: `(0,1,1)(0,1,1)[12]`, `(1,0,0) with mean`.
fn order_in_words(orders: Orders, season: usize, constant: bool) -> String {
    let season = if orders.is_seasonal() { format!("[{season}]") } else { String::new() };
    let constant = match orders.all_differences() {
        0 if constant => " with mean",
        1 if constant => " with drift",
        _ => "",
    };
    format!("{orders}{season}{constant}")
}

/// The coefficients with their intervals, from the covariance of the unconstrained parameters, and the coefficients of
/// the columns.
fn parameters(
    problem: &Problem<'_>,
    at: &[f64],
    covariance: Option<Vec<Vec<f64>>>,
    work: &Squares,
    (variance, degrees): (f64, usize),
) -> Vec<Parameter> {
    let student = t_quantile(0.95, degrees as f64);
    let interval = |estimate: f64, error: f64| {
        let half = student * error;
        half.is_finite().then_some((estimate - half, estimate + half))
    };
    let values = coefficients(problem.orders, at);
    let slopes: Vec<Vec<f64>> = (0..at.len())
        .map(|i| {
            let mut moved = at.to_vec();
            moved[i] += 1e-6;
            coefficients(problem.orders, &moved).iter().zip(&values).map(|(a, b)| (a - b) / 1e-6).collect()
        })
        .collect();
    let names = problem
        .orders
        .blocks()
        .into_iter()
        .zip(NAMES)
        .flat_map(|(size, names)| (0..size).map(move |lag| names[lag.min(names.len() - 1)]));
    let error = |c: usize| {
        covariance.as_ref().map(|covariance| {
            let slope = |i: usize| slopes[i][c];
            let pairs = (0..at.len()).flat_map(|i| (0..at.len()).map(move |j| (i, j)));
            let spread: f64 = pairs.map(|(i, j)| slope(i) * covariance[i][j] * slope(j)).sum();
            (spread.max(0.0) * variance).sqrt()
        })
    };
    let mut all: Vec<Parameter> = names
        .enumerate()
        .map(|(c, name)| {
            let estimate = values[c];
            Parameter { name, estimate, interval: error(c).and_then(|e| interval(estimate, e)), unit: "" }
        })
        .collect();
    let regressed = work.coefficients();
    for (k, column) in problem.design.columns.iter().enumerate().take(problem.columns).skip(problem.design.pulses) {
        let unit = problem.design.scale / column.scale;
        let mut row = vec![0.0; problem.columns];
        row[k] = 1.0;
        work.spread(&mut row);
        let error = (row.iter().map(|g| g * g).sum::<f64>() * variance).sqrt() * unit;
        let estimate = regressed[k] * unit;
        all.push(Parameter { name: column.role.name(), estimate, interval: interval(estimate, error), unit: "" });
    }
    all
}
