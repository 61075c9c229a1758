//! Maximum likelihood estimates of the coefficients.
//!
//! The concentrated likelihood is a sum of squares. The method of Levenberg and Marquardt (1963) finds its minimum in
//! few steps; the derivatives are finite differences. It starts from the best of several starts under the conditional
//! sum of squares (zeros before the first value), which costs a tenth.

use crate::numerics::cholesky;
use crate::numerics::criterion::aicc;
use crate::numerics::gauss_newton::{DampedSteps, Schedule, descend};
use crate::numerics::levinson::partial_autocorrelations;
use crate::numerics::minimise::simplex;
use crate::numerics::vectors::{dot, scale};

use super::design::Design;
use super::orders::Orders;
use super::polynomial::{Arma, FARTHEST, coefficients};
use super::squares::Squares;

/// The step of a finite difference.
const DIFFERENCE: f64 = 1e-6;
/// The largest number of steps.
const STEPS: usize = 60;
/// A pivot below this share of its diagonal entry marks a coordinate that is collinear with others.
const LEAST_PIVOT: f64 = 1e-14;
/// Starting values: all unconstrained parameters are set to one of these.
const STARTS: [f64; 2] = [0.1, -0.4];

/// The number of best conditional fits from which the exact search starts.
const MOST_ENDS: usize = 2;

/// The kind of likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likelihood {
    /// The exact likelihood.
    Exact,
    /// The conditional sum of squares.
    Conditional,
}

/// The purpose of a maximisation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Search {
    /// The final estimates.
    Final,
    /// The comparison of orders: with a tolerance just fine enough to rank them, and only maxima all of whose
    /// roots lie beyond a radius.
    Among { nearest_root: f64 },
}

/// An estimation problem: a process of given orders with the first columns of a design.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem<'a> {
    pub(super) design: &'a Design,
    pub(super) orders: Orders,
    pub(super) season: usize,
    /// The number of columns, including those of missing values.
    pub(super) columns: usize,
}

/// An estimate.
#[derive(Debug, Clone, Default)]
pub(super) struct Estimate {
    /// The unconstrained parameters.
    pub(super) at: Vec<f64>,
    pub(super) log_likelihood: f64,
    /// Akaike's criterion, corrected (Hurvich and Tsai 1989).
    pub(super) aicc: f64,
}

impl Problem<'_> {
    /// The process at some unconstrained parameters.
    pub(super) fn arma(&self, at: &[f64]) -> Arma {
        Arma::new(self.orders, self.season, &coefficients(self.orders, at))
    }

    /// The number of parameters: coefficients, columns other than missing values, and the variance.
    pub(super) fn parameters(&self) -> usize {
        self.orders.coefficients() + self.columns.saturating_sub(self.design.pulses) + 1
    }

    /// The maximum of a likelihood from the caller's starts and the default starts.
    pub(super) fn maximise(
        &self,
        starts: &[Vec<f64>],
        likelihood: Likelihood,
        search: Search,
        work: &mut Squares,
    ) -> Option<Estimate> {
        let count = self.orders.coefficients();
        let given = starts.iter().filter(|start| start.len() == count).cloned();
        let (tolerance, most) = match search {
            Search::Final => (1e-8, usize::MAX),
            Search::Among { .. } => (1e-3, MOST_ENDS),
        };
        let mut ends: Vec<(Vec<f64>, f64)> = match search {
            // The start is the result of an earlier search, which only needs to be completed.
            Search::Final if !starts.is_empty() => given.map(|start| (start, 0.0)).collect(),
            _ => given
                .chain(if likelihood == Likelihood::Conditional && !starts.is_empty() {
                    // On a long series, only the first given start and one default start are used.
                    self.starts(count).pop().into_iter().collect()
                } else {
                    self.starts(count)
                })
                .filter_map(|start| self.descend(start, Likelihood::Conditional, (1e-2, 15), work))
                .collect(),
        };
        ends.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut found: Vec<(Vec<f64>, f64)> = Vec::new();
        for (start, _) in ends {
            let near = |(end, _): &(Vec<f64>, f64)| end.iter().zip(&start).all(|(a, b)| (a - b).abs() < 0.1);
            if found.len() < most && !found.iter().any(near) {
                found.extend(self.descend(start, likelihood, (tolerance, STEPS), work));
            }
        }
        if let Search::Among { nearest_root } = search {
            found.retain(|(at, _)| self.arma(at).roots_beyond(nearest_root));
        }
        let (at, _) = found.into_iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
        self.estimate(at, likelihood, work)
    }

    /// The default starts: equal parameters, and the partial autocorrelations of the series.
    fn starts(&self, count: usize) -> Vec<Vec<f64>> {
        if count == 0 {
            return vec![Vec::new()];
        }
        let mut starts: Vec<Vec<f64>> = STARTS.iter().map(|x| vec![*x; count]).collect();
        let [p, _, sp, _] = self.orders.blocks();
        if p + sp > 0 {
            let mut own = vec![0.1; count];
            let series = &self.design.differenced[0];
            for (block, lag) in
                [(0..p, 1), (count - sp - self.orders.blocks()[3]..count - self.orders.blocks()[3], self.season)]
            {
                for (x, r) in own[block.clone()].iter_mut().zip(partial(series, lag, block.len())) {
                    *x = r.clamp(-0.95, 0.95).atanh();
                }
            }
            starts.push(own);
        }
        starts
    }

    /// The estimate at some unconstrained parameters.
    pub(super) fn estimate(&self, at: Vec<f64>, likelihood: Likelihood, work: &mut Squares) -> Option<Estimate> {
        let exact = likelihood == Likelihood::Exact;
        if !work.evaluate(&self.arma(&at), self.design, self.columns, exact) {
            return None;
        }
        let log_likelihood = work.log_likelihood(self.design.scale);
        Some(Estimate { at, log_likelihood, aicc: aicc(log_likelihood, work.counted, self.parameters()) })
    }

    /// Refines an estimate by the simplex, which makes progress where the likelihood is flat or bent.
    pub(super) fn polish(&self, estimate: Estimate, work: &mut Squares) -> Estimate {
        let cell = std::cell::RefCell::new(std::mem::take(work));
        let cost = |at: &[f64]| {
            let held: Vec<f64> = at.iter().map(|x| x.clamp(-FARTHEST, FARTHEST)).collect();
            let work = &mut *cell.borrow_mut();
            if work.evaluate(&self.arma(&held), self.design, self.columns, true) {
                -2.0 * work.log_likelihood(self.design.scale)
            } else {
                f64::INFINITY
            }
        };
        let (at, _) = simplex(&estimate.at, &vec![0.05; estimate.at.len()], (1e-6, 3), cost);
        *work = cell.into_inner();
        let held = at.iter().map(|x| x.clamp(-FARTHEST, FARTHEST)).collect();
        match self.estimate(held, Likelihood::Exact, work) {
            Some(better) if better.log_likelihood >= estimate.log_likelihood => better,
            _ => estimate,
        }
    }

    /// The end of the descent from a start, and n ln of its sum of squares.
    fn descend(
        &self,
        at: Vec<f64>,
        likelihood: Likelihood,
        (tolerance, steps): (f64, usize),
        work: &mut Squares,
    ) -> Option<(Vec<f64>, f64)> {
        let exact = likelihood == Likelihood::Exact;
        let value = self.residuals(&at, exact, work)?;
        if at.is_empty() {
            return Some((at, value));
        }
        let mut steps_down = Steps::new(self, exact, at.len(), work);
        let schedule = Schedule { rise: 8.0, rises_from: 0.0, least: 1e-9, tolerance, steps };
        Some(descend(&mut steps_down, (at, value), schedule))
    }

    /// -2 ln L up to a constant; the residuals are left in `work`.
    fn residuals(&self, at: &[f64], exact: bool, work: &mut Squares) -> Option<f64> {
        let fine = work.evaluate(&self.arma(at), self.design, self.columns, exact);
        let n = work.counted as f64;
        let value = n * (work.squares.ln() + 2.0 * work.factor().ln());
        (fine && value.is_finite()).then_some(value)
    }

    fn differentiate(
        &self,
        at: &mut [f64],
        residuals: &[f64],
        exact: bool,
        work: &mut Squares,
        slopes: &mut [Vec<f64>],
    ) {
        for (i, slope) in slopes.iter_mut().enumerate() {
            let here = at[i];
            let step = if here > 0.0 { -DIFFERENCE } else { DIFFERENCE };
            at[i] = here + step;
            if self.residuals(at, exact, work).is_some() {
                let factor = work.factor();
                for (s, (moved, before)) in slope.iter_mut().zip(work.residuals().iter().zip(residuals)) {
                    *s = (moved * factor - before) / step;
                }
            } else {
                slope.fill(0.0);
            }
            at[i] = here;
        }
    }

    /// The inverse of J'J, with J the derivatives of the residuals: the covariance of the unconstrained parameters
    /// divided by σ².
    pub(super) fn covariance(&self, at: &[f64], likelihood: Likelihood, work: &mut Squares) -> Option<Vec<Vec<f64>>> {
        let exact = likelihood == Likelihood::Exact;
        let mut at = at.to_vec();
        self.residuals(&at, exact, work)?;
        let factor = work.factor();
        let mut residuals = work.residuals().to_vec();
        scale(&mut residuals, factor);
        let count = at.len();
        let mut slopes = vec![vec![0.0; residuals.len()]; count];
        self.differentiate(&mut at, &residuals, exact, work, &mut slopes);
        slopes.iter_mut().for_each(|s| scale(s, 1.0 / factor));
        let mut factor: Vec<f64> = (0..count * count).map(|k| dot(&slopes[k / count], &slopes[k % count])).collect();
        cholesky::factor(&mut factor, count, LEAST_PIVOT);
        let row = |i: usize| {
            let mut row = vec![0.0; count];
            row[i] = 1.0;
            cholesky::solve(&factor, &mut row);
            row
        };
        let rows: Vec<Vec<f64>> = (0..count).map(row).collect();
        rows.iter().flatten().all(|v| v.is_finite()).then_some(rows)
    }
}

/// A descent with the buffers that its steps reuse.
struct Steps<'a, 'b> {
    problem: &'a Problem<'a>,
    exact: bool,
    work: &'b mut Squares,
    /// The residuals at the best place so far.
    residuals: Vec<f64>,
    slopes: Vec<Vec<f64>>,
    normal: Vec<f64>,
    gradient: Vec<f64>,
}

impl<'a, 'b> Steps<'a, 'b> {
    /// Starts from the place whose residuals are in `work`.
    fn new(problem: &'a Problem<'a>, exact: bool, count: usize, work: &'b mut Squares) -> Self {
        let slopes = vec![vec![0.0; work.residuals().len()]; count];
        let (normal, gradient) = (vec![0.0; count * count], vec![0.0; count]);
        let mut steps = Self { problem, exact, work, residuals: Vec::new(), slopes, normal, gradient };
        steps.accept();
        steps
    }
}

impl DampedSteps for Steps<'_, '_> {
    type Place = Vec<f64>;

    fn linearise(&mut self, place: &Vec<f64>) {
        let count = place.len();
        self.problem.differentiate(&mut place.clone(), &self.residuals, self.exact, self.work, &mut self.slopes);
        for i in 0..count {
            self.gradient[i] = dot(&self.slopes[i], &self.residuals);
            for j in 0..=i {
                self.normal[i * count + j] = dot(&self.slopes[i], &self.slopes[j]);
            }
        }
    }

    fn step(&self, place: &Vec<f64>, damping: f64) -> Option<Vec<f64>> {
        let count = place.len();
        let (mut factor, mut step) = (self.normal.clone(), self.gradient.clone());
        (0..count).for_each(|i| factor[i * count + i] *= 1.0 + damping);
        // A coordinate without a slope does not change.
        cholesky::factor(&mut factor, count, LEAST_PIVOT);
        cholesky::solve(&factor, &mut step);
        let moved = |(x, s): (&f64, &f64)| (x - s.clamp(-1.0, 1.0)).clamp(-FARTHEST, FARTHEST);
        Some(place.iter().zip(&step).map(moved).collect())
    }

    fn cost(&mut self, place: &Vec<f64>) -> Option<f64> {
        self.problem.residuals(place, self.exact, self.work)
    }

    fn accept(&mut self) {
        self.residuals.clear();
        self.residuals.extend_from_slice(self.work.residuals());
        scale(&mut self.residuals, self.work.factor());
    }
}

/// Sample partial autocorrelations at the first multiples of a lag, which become partial ones by the
/// recursion of Levinson and Durbin.
fn partial(values: &[f64], lag: usize, count: usize) -> Vec<f64> {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let product = |k: usize| -> f64 {
        values.iter().zip(values.iter().skip(k * lag)).map(|(a, b)| (a - mean) * (b - mean)).sum()
    };
    let variance = product(0);
    let correlations: Vec<f64> =
        (1..=count).map(|k| if variance > 0.0 { product(k) / variance } else { 0.0 }).collect();
    partial_autocorrelations(&correlations)
}
