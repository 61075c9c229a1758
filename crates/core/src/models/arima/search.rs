//! The automatic choice of orders, stepwise (Hyndman and Khandakar 2008).
//!
//! D is chosen by the strength of the season, d by the test of Kwiatkowski et al. and a second look at d = 2, a
//! constant where d + D <= 1. From the best of (2,d,2)(1,D,1), (0,d,0)(0,D,0), (1,d,0)(1,D,0) and (0,d,1)(0,D,1) by the
//! corrected criterion of Akaike (AICc), orders move by one, singly and jointly, and the constant is added or removed;
//! the first improvement is taken. Where (0,d,0)(0,D,0) without a constant is the best of these, its neighbours are
//! tried with one, as in R's forecast: noise without a mean or drift is replaced only by a clearly better model. Models
//! with a root nearer to the unit circle than 1.01 are rejected, in the search and after the last estimation.
//! Covariates are regressors of every candidate; the tests of differences then use the residuals of a least-squares
//! regression on them, as R's `auto.arima` does.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::models::Finding;
use crate::models::contract::{FitError, Fitted, Model, Needs, Refusal};
use crate::series::Series;

use super::design::{Design, start_of_stretch};
use super::estimate::{Estimate, Likelihood, Problem, Search};
use super::fitted::{FittedArima, NAME};
use super::model::{Request, finish};
use super::orders::Orders;
use super::polynomial::Arma;
use super::second_difference::{last_slope_forecasts_better, second_is_nearer};
use super::squares::Squares;
use super::unit_root::{difference, differences, seasonal_differences};

/// The fewest observations, besides one per covariate.
const FEWEST: usize = 4;
/// The longest season that is considered.
const LONGEST_SEASON: usize = 400;
/// The largest p and q, and the largest P and Q.
const LARGEST: (usize, usize) = (5, 2);
/// The largest number of models that are tried.
const MOST_TRIED: usize = 94;
/// No root is nearer to the unit circle.
const NEAREST_ROOT: f64 = 1.01;
/// From this many values times coefficients on, the search uses the conditional sum of squares.
const MOST_EXACT_SEARCH: usize = 20_000;
/// Only the last values of a longer series are used, three seasons at least.
const MOST_VALUES: usize = 2_000;

/// ARIMA with orders chosen by AICc.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{AutoArima, Model};
/// use onpace::series::{Period, Series};
/// let values: Vec<f64> = (0..30).map(|t| f64::from(3 * t + t * t % 5)).collect();
/// let series = Series::new("users", Period::year(1990)?, values)?;
/// let fitted = AutoArima.fit(&series)?;
/// assert!(fitted.remarks()[0].to_string().starts_with("arima: the form is ("));
/// assert!((fitted.forecast(1, &Draws::new(1, 1000)).median()[0] - 91.0).abs() < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AutoArima;

impl AutoArima {
    /// The forecasts without errors, in units of the series, which other tools print as the mean.
    ///
    /// # Errors
    /// The series does not meet the requirements, or no order can be estimated.
    pub fn points(&self, series: &Series, horizon: usize) -> Result<Vec<f64>, FitError> {
        Ok(choose(series)?.points(horizon))
    }

    /// The chosen orders, and whether the model has a constant.
    ///
    /// # Errors
    /// The series does not meet the requirements, or no order can be estimated.
    pub fn orders(&self, series: &Series) -> Result<(Orders, bool), FitError> {
        let fitted = choose(series)?;
        Ok((fitted.orders, fitted.constant))
    }
}

impl Model for AutoArima {
    fn name(&self) -> &str {
        NAME
    }

    fn needs(&self) -> Needs {
        Needs { covariates: true, ..Needs::observations(FEWEST) }
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(choose(series)?.into_fitted(series))
    }
}

fn check(series: &Series) -> Result<(), FitError> {
    AutoArima.needs().check(NAME, series)?;
    let (needs, has) = (FEWEST + series.covariates().names().len(), series.known());
    let short = || FitError { model: NAME.to_owned(), reason: Refusal::TooShort { needs, has } };
    if has < needs { Err(short()) } else { Ok(()) }
}

fn choose(series: &Series) -> Result<FittedArima, FitError> {
    check(series)?;
    // A season that is too long, or that has a place without an observation, is ignored.
    let season = series.season_length();
    let tells = season <= LONGEST_SEASON && series.has_every_place();
    let series = &series.clone().with_season_length(if tells { season } else { 1 });
    let most = MOST_VALUES.max(3 * series.season_length()).min(series.len() - start_of_stretch(series.as_slice()));
    let left_out = series.len().saturating_sub(most);
    if left_out == 0 {
        return differenced(series);
    }
    let recent = series.last(most);
    check(&recent)?;
    let mut fitted = differenced(&recent)?;
    let before = std::iter::repeat_n(f64::NAN, left_out);
    fitted.fitted = before.chain(fitted.fitted.iter().copied()).collect();
    fitted.findings.push(Finding::LastValues { used: most, of: series.len() });
    Ok(fitted)
}

/// The best model of a series, differenced as often as the tests indicate.
fn differenced(series: &Series) -> Result<FittedArima, FitError> {
    let season = series.season_length();
    let values = unexplained(series);
    let sd = seasonal_differences(&values, season);
    let seasonal = if sd > 0 { difference(&values, season) } else { values.into_owned() };
    let d = differences(&seasonal);
    if d < 2 {
        return among(series, d, sd);
    }
    let once = among(series, 1, sd);
    if once.is_ok() && !last_slope_forecasts_better(&seasonal) {
        return once;
    }
    match (once, among(series, 2, sd)) {
        (Ok(once), Ok(twice)) => Ok(if second_is_nearer(&once, &twice) { twice } else { once }),
        (Err(_), twice) => twice,
        (once, Err(_)) => once,
    }
}

/// The values less what covariates explain of them by least squares with a constant.
fn unexplained(series: &Series) -> Cow<'_, [f64]> {
    let noise = Orders::new(0, 0, 0);
    let (arma, mut work) = (Arma::new(noise, 1, &[]), Squares::default());
    if series.covariates().is_empty() {
        return Cow::Borrowed(series.as_slice());
    }
    let design = Design::new(series, noise, true);
    let mut values = series.as_slice().to_vec();
    if work.evaluate(&arma, &design, design.columns.len(), true) {
        let columns = design.columns.iter().zip(work.coefficients()).skip(design.pulses).take(design.covariates);
        for (column, coefficient) in columns {
            let left = values[design.skipped..].iter_mut().zip(&column.history);
            left.for_each(|(value, x)| *value -= coefficient * x * design.scale);
        }
    }
    Cow::Owned(values)
}

/// The best of the models with d and D differences.
fn among(series: &Series, d: usize, sd: usize) -> Result<FittedArima, FitError> {
    let refuse = |reason: Refusal| FitError { model: NAME.to_owned(), reason };
    let season = series.season_length();
    let base = Orders::seasonal((0, d, 0), (0, sd, 0));
    let constant = d + sd <= 1;
    let design = Design::new(series, base, constant);
    let mut search = Stepwise::new(&design, base, season, constant, series.known());
    if design.is_constant() || design.len() < 3 {
        // All values, or all differences, are equal, so nothing is left to model.
        let columns = design.columns.len();
        let request = Request { orders: base, columns, starts: &[], constant };
        return finish(series, design, request).map_err(refuse);
    }
    search.run();
    let mut tried = search.tried;
    tried.sort_by(|a, b| a.estimate.aicc.total_cmp(&b.estimate.aicc));
    let mut nearest: Option<FittedArima> = None;
    for best in tried {
        let columns = columns(&design, best.constant);
        let starts = [best.estimate.at];
        let request = Request { orders: best.orders, columns, starts: &starts, constant: best.constant };
        let Ok(fitted) = finish(series, design.clone(), request) else { continue };
        // The search stops short of the maximum, whose roots may turn out to be too near the unit circle.
        if fitted.arma.roots_beyond(NEAREST_ROOT) {
            return Ok(fitted);
        }
        nearest = nearest.or(Some(fitted));
    }
    nearest.ok_or_else(|| refuse(Refusal::NotFitted("no order has a likelihood".into())))
}

/// The number of columns; the constant is the last.
fn columns(design: &Design, constant: bool) -> usize {
    design.columns.len().min(design.pulses + design.covariates + usize::from(constant))
}

#[derive(Debug, Clone)]
struct Candidate {
    orders: Orders,
    constant: bool,
    estimate: Estimate,
}

#[derive(Debug)]
struct Stepwise<'a> {
    design: &'a Design,
    base: Orders,
    season: usize,
    /// Whether a constant is allowed.
    constant: bool,
    /// Whether the neighbours of the best are tried with a constant.
    with_constant: bool,
    /// The largest p and q, and the largest P and Q.
    largest: (usize, usize),
    seen: HashSet<(Orders, bool)>,
    tried: Vec<Candidate>,
    best: Option<Candidate>,
    work: Squares,
}

impl<'a> Stepwise<'a> {
    fn new(design: &'a Design, base: Orders, season: usize, constant: bool, known: usize) -> Self {
        let seasonal = if season > 1 { LARGEST.1.min(known / 3 / season) } else { 0 };
        let short = if seasonal > 0 { LARGEST.0.min(season - 1) } else { LARGEST.0 };
        let largest = (short.min(known / 3), seasonal);
        let (seen, tried, work) = (HashSet::new(), Vec::new(), Squares::default());
        Self { design, base, season, constant, with_constant: constant, largest, seen, tried, best: None, work }
    }

    fn run(&mut self) {
        let (short, seasonal) = self.largest;
        let (one, seasonal_one) = (short.min(1), seasonal.min(1));
        for (p, q, sp, sq, constant) in [
            (short.min(2), short.min(2), seasonal_one, seasonal_one, self.constant),
            (0, 0, 0, 0, self.constant),
            (one, 0, seasonal_one, 0, self.constant),
            (0, one, 0, seasonal_one, self.constant),
            (0, 0, 0, 0, false),
        ] {
            self.improves(self.with([p, q, sp, sq]), constant);
        }
        while self.seen.len() < MOST_TRIED && self.step() {}
    }

    /// Whether a neighbour of the best is better.
    fn step(&mut self) -> bool {
        /// Changes of p, q, P and Q.
        const MOVES: [[isize; 4]; 16] = [
            [0, 0, -1, 0],
            [0, 0, 0, -1],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
            [0, 0, -1, -1],
            [0, 0, -1, 1],
            [0, 0, 1, -1],
            [0, 0, 1, 1],
            [-1, 0, 0, 0],
            [0, -1, 0, 0],
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [-1, -1, 0, 0],
            [-1, 1, 0, 0],
            [1, -1, 0, 0],
            [1, 1, 0, 0],
        ];
        let Some(best) = self.best.clone() else { return false };
        let limits = [self.largest.0, self.largest.0, self.largest.1, self.largest.1];
        for change in MOVES {
            let mut blocks = best.orders.blocks();
            let moved = blocks.iter_mut().zip(change).zip(limits).all(|((block, by), limit)| {
                let Some(now) = block.checked_add_signed(by).filter(|now| *now <= limit) else { return false };
                *block = now;
                true
            });
            if moved && self.improves(self.with(blocks), self.with_constant) {
                return true;
            }
        }
        let changed = self.constant && self.improves(best.orders, !self.with_constant);
        self.with_constant ^= changed;
        changed
    }

    fn with(&self, [p, q, sp, sq]: [usize; 4]) -> Orders {
        Orders::seasonal((p, self.base.differences, q), (sp, self.base.seasonal_differences, sq))
    }

    /// Tries a model unless it was tried before, and returns whether it is the best so far.
    fn improves(&mut self, orders: Orders, constant: bool) -> bool {
        if !self.seen.insert((orders, constant)) {
            return false;
        }
        let problem =
            Problem { design: self.design, orders, season: self.season, columns: columns(self.design, constant) };
        // The same likelihood is used for all orders, because the two kinds cannot be compared.
        let reach = self.largest.0 + self.season * self.largest.1;
        let exact = self.design.len() * reach <= MOST_EXACT_SEARCH;
        let likelihood = if exact { Likelihood::Exact } else { Likelihood::Conditional };
        let warm: Vec<Vec<f64>> = self.best.iter().map(|best| carried(best, orders)).collect();
        let found = problem.maximise(&warm, likelihood, Search::Among { nearest_root: NEAREST_ROOT }, &mut self.work);
        let Some(mut estimate) = found else { return false };
        if !problem.arma(&estimate.at).roots_beyond(NEAREST_ROOT) {
            return false;
        }
        if !estimate.aicc.is_finite() {
            estimate.aicc = f64::MAX;
        }
        let better = self.best.as_ref().is_none_or(|best| estimate.aicc < best.estimate.aicc);
        let candidate = Candidate { orders, constant, estimate };
        if better {
            self.best = Some(candidate.clone());
        }
        self.tried.push(candidate);
        better
    }
}

/// The best model's unconstrained parameters, truncated or padded with zeros for other orders.
fn carried(best: &Candidate, orders: Orders) -> Vec<f64> {
    let mut rest = best.estimate.at.as_slice();
    let mut start = Vec::with_capacity(orders.coefficients());
    for (has, wants) in best.orders.blocks().into_iter().zip(orders.blocks()) {
        let (these, after) = rest.split_at(has.min(rest.len()));
        rest = after;
        start.extend((0..wants).map(|k| these.get(k).copied().unwrap_or(0.0)));
    }
    start
}
