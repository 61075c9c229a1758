//! The smoothing parameters of greatest likelihood under the stability condition.
//!
//! ln L = -(n/2) (ln(2π SSE / n) + 1) - ½ ln det Z'Z, n the known values and Z the columns of the missing ones
//! (see [`super::initial`]). The simplex starts from the best of a few stable places; what is not stable costs too
//! much. Of the parameters, AICc counts the smoothing parameters and σ, and the
//! initial states where least squares chose them, not where they were backcast.

use std::cell::RefCell;
use std::f64::consts::PI;

use crate::numerics::criterion::aicc;
use crate::numerics::minimise::simplex;

use super::backcast::backcast;
use super::initial::Initial;
use super::recursion::{Space, State, filter};
use super::stability::is_stable;
use super::{CesKind, InitialStates};

/// How long to search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// From so many of the best places the search starts.
    searches: usize,
    /// A round of the simplex must gain so much in ln L for another, and the most rounds.
    tolerance: (f64, usize),
}

/// To the maximum.
pub(super) const THOROUGH: Effort = Effort { searches: 2, tolerance: (1e-4, 6) };
/// Near enough for forecasts.
pub(super) const USUAL: Effort = Effort { searches: 2, tolerance: (1e-3, 3) };
/// Near enough to tell one kind from another.
pub(super) const QUICK: Effort = Effort { searches: 1, tolerance: (3e-2, 2) };
/// First steps of the search.
const STEPS: [f64; 4] = [0.1, -0.02, 0.1, -0.02];
/// A sum of squares below this part of that of the values is rounding.
const ROUNDING: f64 = 1e-30;

/// Places for a₀, a₁: slow and fast levels, damped ones and growth.
const LEVEL: [[f64; 2]; 8] =
    [[1.3, 0.99], [1.05, 0.995], [1.9, 0.99], [1.6, 0.95], [2.0, 1.08], [0.9, 0.7], [1.3, 1.04], [1.6, 1.05]];
/// Places for a₀, a₁, b₀.
const PARTIAL: [[f64; 3]; 5] =
    [[1.3, 0.99, 0.1], [1.05, 0.995, 0.1], [1.8, 0.98, 0.05], [1.4, 0.95, 0.4], [1.2, 0.9, 0.1]];
/// Places for a₀, a₁ of the full kind, and for b₀, b₁; each goes with each.
const FULL: [[[f64; 2]; 3]; 2] = [[[1.3, 0.99], [1.05, 0.995], [1.8, 0.98]], [[1.3, 0.99], [1.03, 0.998], [1.6, 0.98]]];

/// The estimates of one kind, on the scale of the values given.
#[derive(Debug, Clone)]
pub(super) struct Estimates {
    pub(super) space: Space,
    pub(super) log_likelihood: f64,
    pub(super) aicc: f64,
    pub(super) squares: f64,
    /// Known values less smoothing parameters and counted initial states.
    pub(super) degrees: usize,
    /// One-step means.
    pub(super) means: Vec<f64>,
    /// The states before the first value, and after the last.
    pub(super) first: State,
    pub(super) last: State,
}

/// How many smoothing parameters a kind has.
pub(super) fn parameters(kind: CesKind) -> usize {
    match kind {
        CesKind::None | CesKind::Simple => 2,
        CesKind::Partial => 3,
        CesKind::Full => 4,
    }
}

pub(super) fn places(kind: CesKind) -> Vec<Vec<f64>> {
    match kind {
        CesKind::None | CesKind::Simple => LEVEL.iter().map(|place| place.to_vec()).collect(),
        CesKind::Partial => PARTIAL.iter().map(|place| place.to_vec()).collect(),
        CesKind::Full => FULL[0].iter().flat_map(|a| FULL[1].iter().map(|b| [*a, *b].concat())).collect(),
    }
}

/// What the search reuses from place to place.
struct Work<'a> {
    least_squares: Option<Initial<'a>>,
    polynomial: Vec<f64>,
    errors: Vec<f64>,
    state: State,
}

impl Work<'_> {
    /// The sum of squares at a place, ln det Z'Z, and how many initial states were chosen.
    fn squares(&mut self, space: &Space, values: &[f64], refinements: usize) -> (f64, f64, usize) {
        match &mut self.least_squares {
            Some(initial) => {
                let least = initial.solve(space, refinements);
                (least.squares, least.log_determinant, least.states)
            }
            None => {
                backcast(space, values, &mut self.state, &mut self.errors);
                (filter(space, &mut self.state, values.iter().copied(), &mut self.errors), 0.0, 0)
            }
        }
    }
}

/// Estimates a kind from values of which the largest is about one; `None` where no place is stable.
pub(super) fn estimate(
    (kind, how, effort): (CesKind, InitialStates, Effort),
    values: &[f64],
    season: usize,
) -> Option<Estimates> {
    let known = values.iter().filter(|v| !v.is_nan()).count();
    let n = known as f64;
    let floor = values.iter().filter(|v| !v.is_nan()).map(|v| v * v).sum::<f64>() * ROUNDING;
    let floor = floor.max(f64::MIN_POSITIVE);
    let any = Space::at(kind, season, &[1.0; 4]);
    let work = RefCell::new(Work {
        least_squares: (how == InitialStates::LeastSquares).then(|| Initial::new(values, &any)),
        polynomial: Vec::new(),
        errors: vec![0.0; values.len()],
        state: State::zero(&any),
    });
    let cost = |place: &[f64]| {
        let space = Space::at(kind, season, place);
        let work = &mut *work.borrow_mut();
        if !is_stable(&space, &mut work.polynomial) {
            return f64::INFINITY;
        }
        let (squares, log_determinant, _) = work.squares(&space, values, 0);
        0.5 * (n * squares.max(floor).ln() + log_determinant)
    };
    let mut starts: Vec<(f64, Vec<f64>)> = places(kind).into_iter().map(|place| (cost(&place), place)).collect();
    starts.retain(|(cost, _)| cost.is_finite());
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let steps = &STEPS[..parameters(kind)];
    let (place, _) = starts
        .iter()
        .take(effort.searches)
        .map(|(_, start)| simplex(start, steps, effort.tolerance, cost))
        .min_by(|a, b| a.1.total_cmp(&b.1))?;
    Some(at(&Space::at(kind, season, &place), values, &mut work.borrow_mut(), (known, floor)))
}

/// The estimates at a place.
fn at(space: &Space, values: &[f64], work: &mut Work, (known, floor): (usize, f64)) -> Estimates {
    let n = known as f64;
    let (squares, log_determinant, states) = work.squares(space, values, 2);
    let squares = squares.max(floor);
    let log_likelihood = -0.5 * (n * ((2.0 * PI * squares / n).ln() + 1.0) + log_determinant);
    let (first, filled) = match &work.least_squares {
        Some(initial) => (initial.initial(space), initial.filled()),
        None => {
            backcast(space, values, &mut work.state, &mut work.errors);
            (work.state.clone(), values)
        }
    };
    let mut last = first.clone();
    filter(space, &mut last, filled.iter().copied(), &mut work.errors);
    last.settle();
    Estimates {
        space: *space,
        log_likelihood,
        aicc: aicc(log_likelihood, known, parameters(space.kind) + 1 + states),
        squares,
        degrees: known.saturating_sub(parameters(space.kind) + states).max(1),
        means: filled.iter().zip(&work.errors).map(|(value, error)| value - error).collect(),
        first,
        last,
    }
}
