//! Least squares for the Theta models.
//!
//! The one-step errors of the history are linear in the initial level and in the weight w = 1 - 1/θ of the line once α
//! is given: e_t = r_t - (1 - α)^{t-1} l_0 - w d_t. Both are solved for (w held between 0 and 0.99, which is θ from 1
//! to 100), and α alone is searched for, on a grid and by Brent's (1973) method around its best point.
//!
//! The criterion is statsforecast's, the sum of the squared errors from the fourth on, and α lies between 0.1 and 0.99
//! as there and in the authors' package forecTheta (which counts all errors of the standard and optimised models, and
//! those of the dynamic ones from the third on).

use crate::numerics::minimise::between;

use super::recursion::{Lines, Parameters};

/// The number of first errors that the criterion leaves out.
pub(super) const SKIPPED: usize = 3;
/// The range of α.
const ALPHA: (f64, f64) = (0.1, 0.99);
/// The number of intervals of the grid on α.
const INTERVALS: usize = 12;
/// The tolerance of the search for α.
const TOLERANCE: f64 = 1e-7;
/// The weight of the line in the standard models, θ = 2.
pub(super) const STANDARD_WEIGHT: f64 = 0.5;
/// The range of the weight in the optimised models, θ from 1 to 100; beyond that the criterion is almost flat.
pub(super) const WEIGHTS: (f64, f64) = (0.0, 0.99);
/// The weight is not identified if less than this share of the line's squares remains beside the initial level.
const LEAST_PART: f64 = 1e-12;

/// The least-squares parameters, the weight of the line in a range.
pub(super) fn estimate(values: &[f64], lines: &Lines, weights: (f64, f64)) -> Parameters {
    let cost = |alpha: f64| Sums::of(values, lines, alpha, SKIPPED).solve(weights).2;
    let alpha = |k: usize| ALPHA.0 + (ALPHA.1 - ALPHA.0) * k as f64 / INTERVALS as f64;
    let mut best = (0, f64::INFINITY);
    for k in 0..=INTERVALS {
        let squares = cost(alpha(k));
        if squares < best.1 {
            best = (k, squares);
        }
    }
    let around = (alpha(best.0.saturating_sub(1)), alpha((best.0 + 1).min(INTERVALS)));
    let alpha = match between(around, TOLERANCE, cost) {
        Some((place, squares)) if squares < best.1 => place,
        _ => alpha(best.0),
    };
    let (level, weight, _) = Sums::of(values, lines, alpha, SKIPPED).solve(weights);
    Parameters { alpha, weight, level }
}

/// The initial level by least squares over all errors of smoothing without a line.
#[cfg(test)]
pub(super) fn initial_level(values: &[f64], alpha: f64) -> f64 {
    Sums::of(values, &Lines::fixed(values), alpha, 0).solve((0.0, 0.0)).0
}

/// Sums of squares and products over the errors that count: of the errors r without initial level and line, the decay
/// q, and the addition d of the line.
#[derive(Debug, Default, Clone, Copy)]
struct Sums {
    rr: f64,
    rq: f64,
    rd: f64,
    qq: f64,
    qd: f64,
    dd: f64,
}

impl Sums {
    fn of(values: &[f64], lines: &Lines, alpha: f64, skipped: usize) -> Self {
        let mut sums = Self::default();
        let (mut level, mut decay, inverse) = (0.0, 1.0, alpha.recip());
        for (t, (value, line)) in values.iter().zip(&lines.before).enumerate() {
            let after = decay * (1.0 - alpha);
            let (r, d) = (value - level, decay * line.intercept + (1.0 - after) * inverse * line.slope);
            if t >= skipped {
                sums.rr += r * r;
                sums.rq += r * decay;
                sums.rd += r * d;
                sums.qq += decay * decay;
                sums.qd += decay * d;
                sums.dd += d * d;
            }
            level += alpha * r;
            decay = after;
        }
        sums
    }

    /// The initial level, the weight and the sum of squares that remains.
    fn solve(&self, weights: (f64, f64)) -> (f64, f64, f64) {
        let per_decay = if self.qq > 0.0 { self.qq.recip() } else { 0.0 };
        let (rr, rd, dd) = (
            self.rr - self.rq * self.rq * per_decay,
            self.rd - self.rq * self.qd * per_decay,
            self.dd - self.qd * self.qd * per_decay,
        );
        let weight = if dd > LEAST_PART * self.dd { rd / dd } else { STANDARD_WEIGHT }.clamp(weights.0, weights.1);
        let squares = rr - 2.0 * weight * rd + weight * weight * dd;
        ((self.rq - weight * self.qd) * per_decay, weight, squares.max(0.0))
    }
}
