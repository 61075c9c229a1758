//! The automatic choice of orders, stepwise (Hyndman and Khandakar 2008).
//!
//! D by the strength of the season, d by the test of Kwiatkowski et al., a constant where d + D <= 1. From the best of
//! (2,d,2)(1,D,1), (0,d,0)(0,D,0), (1,d,0)(1,D,0) and (0,d,1)(0,D,1) by the corrected criterion of Akaike (AICc), orders
//! move by one, singly and jointly, and the constant comes or goes; the first improvement is taken. Models with a root
//! nearer to the unit circle than 1.01 are passed over.

use std::collections::HashSet;

use crate::models::contract::{FitError, Fitted, Model, Needs, Refusal};
use crate::series::Series;

use super::design::Design;
use super::estimate::{Estimate, Likelihood, Problem, Search};
use super::fitted::FittedArima;
use super::model::{Request, finish};
use super::orders::Orders;
use super::squares::Squares;
use super::unit_root::{difference, differences, seasonal_differences};

const NAME: &str = "arima";
/// The largest p and q, and the largest P and Q.
const LARGEST: (usize, usize) = (5, 2);
/// Models tried at most.
const MOST_TRIED: usize = 94;
/// No root is nearer to the unit circle.
const NEAREST_ROOT: f64 = 1.01;
/// From this many values times coefficients on, the search goes by the conditional sum of squares.
const MOST_EXACT_SEARCH: usize = 20_000;

/// ARIMA with orders chosen by AICc.
///
/// ```
/// use onpace::forecast::Draws;
/// use onpace::models::{AutoArima, Model};
/// use onpace::series::{Period, Series};
/// let values: Vec<f64> = (0..30).map(|t| f64::from(3 * t + t * t % 5)).collect();
/// let series = Series::new("users", Period::year(1990)?, values)?;
/// let fitted = AutoArima.fit(&series)?;
/// assert!(fitted.remarks()[0].starts_with("arima: ("));
/// assert!((fitted.forecast(1, &Draws::new(1, 1000)).median()[0] - 91.0).abs() < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct AutoArima;

impl AutoArima {
    /// The forecasts without errors, in units of the series: those that other tools print as the mean.
    ///
    /// # Errors
    /// A series that has not what the model needs.
    pub fn points(&self, series: &Series, horizon: usize) -> Result<Vec<f64>, FitError> {
        Ok(choose(series)?.points(horizon))
    }

    /// The orders chosen, and whether with a constant.
    ///
    /// # Errors
    /// A series that has not what the model needs.
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
        Needs::observations(4)
    }

    fn fit(&self, series: &Series) -> Result<Box<dyn Fitted>, FitError> {
        Ok(Box::new(choose(series)?))
    }
}

fn choose(series: &Series) -> Result<FittedArima, FitError> {
    AutoArima.needs().check(NAME, series)?;
    let refuse = |reason: Refusal| FitError { model: NAME.to_owned(), reason };
    let season = series.season_length();
    let sd = seasonal_differences(series.slice(), season);
    let seasonal = if sd > 0 { difference(series.slice(), season) } else { series.slice().to_vec() };
    let d = differences(&seasonal);
    let base = Orders::seasonal((0, d, 0), (0, sd, 0));
    let constant = d + sd <= 1;
    let design = Design::new(series.slice(), base, season, constant, None);
    let mut search = Stepwise::new(&design, base, season, constant, series.known());
    if design.is_constant() || design.len() < 3 {
        // Nothing is left to model: the values, or their differences, are all the same.
        let columns = design.columns.len();
        let request = Request { orders: base, columns, starts: &[], name: NAME, constant };
        return finish(series, design, request).map_err(refuse);
    }
    search.run();
    let mut tried = search.tried;
    tried.sort_by(|a, b| a.estimate.aicc.total_cmp(&b.estimate.aicc));
    let Some(best) = tried.into_iter().next() else {
        return Err(refuse(Refusal::NotFitted("no order has a likelihood".into())));
    };
    let columns = columns(&design, best.constant);
    let starts = [best.estimate.at];
    let request = Request { orders: best.orders, columns, starts: &starts, name: NAME, constant: best.constant };
    finish(series, design, request).map_err(refuse)
}

/// The constant is the last column.
fn columns(design: &Design, constant: bool) -> usize {
    design.columns.len().min(design.pulses + usize::from(constant))
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
    constant: bool,
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
        Self { design, base, season, constant, largest, seen, tried, best: None, work }
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
            if moved && self.improves(self.with(blocks), best.constant) {
                return true;
            }
        }
        self.constant && self.improves(best.orders, !best.constant)
    }

    fn with(&self, [p, q, sp, sq]: [usize; 4]) -> Orders {
        Orders::seasonal((p, self.base.differences, q), (sp, self.base.seasonal_differences, sq))
    }

    /// Tries a model that was not tried before; whether it is the best so far.
    fn improves(&mut self, orders: Orders, constant: bool) -> bool {
        if !self.seen.insert((orders, constant)) {
            return false;
        }
        let problem =
            Problem { design: self.design, orders, season: self.season, columns: columns(self.design, constant) };
        let exact = self.design.len() * orders.reach(self.season) <= MOST_EXACT_SEARCH;
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

/// The best model's numbers on the line, cut or filled with zeros to other orders.
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
