//! Minimisation without derivatives.

use argmin::core::{CostFunction, Error, Executor, State};
use argmin::solver::brent::BrentOpt;
use argmin::solver::neldermead::NelderMead;

/// A cost function of several parameters for the solver; a cost that is not finite counts as a huge one.
struct Cost<F>(F);

impl<F: Fn(&[f64]) -> f64> CostFunction for Cost<F> {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, point: &Vec<f64>) -> Result<f64, Error> {
        let cost = (self.0)(point);
        Ok(if cost.is_finite() { cost } else { f64::MAX.sqrt() })
    }
}

/// A cost function of one parameter for the solver.
struct CostOnLine<F>(F);

impl<F: Fn(f64) -> f64> CostFunction for CostOnLine<F> {
    type Param = f64;
    type Output = f64;

    fn cost(&self, point: &f64) -> Result<f64, Error> {
        Ok((self.0)(*point))
    }
}

/// The place and the value of a local minimum between two ends, to within `tolerance` of the place, by Brent's
/// method (1973); `None` where the solver finds none.
pub(crate) fn between((low, high): (f64, f64), tolerance: f64, cost: impl Fn(f64) -> f64) -> Option<(f64, f64)> {
    const MOST_STEPS: u64 = 60;
    let solver = BrentOpt::new(low, high).set_tolerance(0.0, tolerance);
    let run = Executor::new(CostOnLine(cost), solver).configure(|state| state.max_iters(MOST_STEPS)).timer(false).run();
    let run = run.ok()?;
    Some((*run.state().get_best_param()?, run.state().get_best_cost()))
}

/// The place and the value of a local minimum of `cost` near `start`, by the simplex of Nelder and Mead (1965) whose
/// first corners are `start` and a step from it in each direction; it restarts from where it ended until a round
/// gains less than `tolerance`.
pub(crate) fn simplex(
    start: &[f64],
    steps: &[f64],
    (tolerance, rounds): (f64, usize),
    cost: impl Fn(&[f64]) -> f64,
) -> (Vec<f64>, f64) {
    let mut best = (start.to_vec(), cost(start));
    if start.is_empty() {
        return best;
    }
    for _ in 0..rounds {
        let corner = |i: usize| {
            let mut corner = best.0.clone();
            corner[i] += steps[i];
            corner
        };
        let simplex = std::iter::once(best.0.clone()).chain((0..start.len()).map(corner)).collect();
        let Ok(solver) = NelderMead::new(simplex).with_sd_tolerance(0.1 * tolerance) else { break };
        let limit = 200 * start.len() as u64;
        let Ok(run) = Executor::new(Cost(&cost), solver).configure(|state| state.max_iters(limit)).run() else { break };
        let state = run.state();
        let (Some(place), value) = (state.get_best_param(), state.get_best_cost()) else { break };
        let gain = best.1 - value;
        if gain > 0.0 || !best.1.is_finite() {
            best = (place.clone(), value);
        }
        if gain.is_nan() || gain <= tolerance {
            break;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rosenbrock's (1960) valley, whose minimum is 0 at (1, 1).
    #[test]
    fn the_valley_is_followed_to_its_end() {
        let cost = |x: &[f64]| (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2);
        let (place, value) = simplex(&[-1.2, 1.0], &[0.1, 0.1], (1e-10, 20), cost);
        assert!(value < 1e-8 && (place[0] - 1.0).abs() < 1e-3, "{place:?} {value}");
    }

    /// x - ln x has its minimum 1 at 1.
    #[test]
    fn a_minimum_on_a_line_is_found() {
        let (place, value) = between((0.1, 5.0), 1e-9, |x| x - x.ln()).unwrap();
        assert!((place - 1.0).abs() < 1e-7 && (value - 1.0).abs() < 1e-12, "{place} {value}");
    }
}
