//! The likelihood of a class and its derivatives, in one pass.
//!
//! With additive errors e = y - μ, with multiplicative ones e = (y - μ)/μ; the variance concentrated out, twice the
//! negative log-likelihood is n ln Σe² + 2 Σ ln μ (the second sum for multiplicative errors alone) plus a constant
//! (Hyndman, Koehler, Ord and Snyder 2008, equation 5.1). With the geometric mean G of the μ (one for additive errors)
//! that is n ln Σ(G e)²: a sum of squares, whose residuals G e have the derivatives G (∂e + e h), h the mean of ∂ ln μ.
//! So the matrix of Gauss and Newton is Σ(∂e + e h)(∂e + e h)' = A + c h' + h c' + S h h' with A = Σ ∂e ∂e',
//! c = Σ e ∂e and S = Σ e², all of them sums over one pass that carries the derivatives of the states forward.
//!
//! Coordinates: α, then β and γ as the parts u, v of what α leaves them, β = ε + u(α - ε) and γ = ε + v(1 - α - ε), then
//! φ, level, slope and the season's states from the second on, the first being what the others leave.

use super::class::EtsPart;
use super::recursion::{Form, LONGEST, Point};

/// The margin that smoothing parameters keep from the ends of their region.
pub(super) const MARGIN: f64 = 1e-4;
/// Coordinates before the season's.
pub(super) const FIXED: usize = 6;
/// The most coordinates.
pub(super) const MOST: usize = FIXED + LONGEST - 1;
/// No sum of squared errors is smaller, for each value, in units of the scaled series.
const LEAST_SQUARE: f64 = 1e-24;

/// Coordinates of a fit.
pub(super) type Place = [f64; MOST];

/// How many coordinates a form has room for, and which of them it uses.
pub(super) fn free(form: Form) -> [bool; MOST] {
    let (trend, seasonal) = (form.class.has_trend(), form.class.is_seasonal());
    std::array::from_fn(|i| match i {
        0 | 4 => true,
        1 | 5 => trend,
        2 => seasonal,
        3 => form.class.is_damped(),
        _ => i < FIXED + form.length - 1,
    })
}

/// Parameters and states at a place.
pub(super) fn point(form: Form, at: &Place) -> Point {
    let alpha = at[0];
    let beta = if form.class.has_trend() { MARGIN + at[1] * (alpha - MARGIN) } else { 0.0 };
    let gamma = if form.class.is_seasonal() { MARGIN + at[2] * (1.0 - alpha - MARGIN) } else { 0.0 };
    let phi = if form.class.is_damped() { at[3] } else { 1.0 };
    let slope = if form.class.has_trend() { at[5] } else { 0.0 };
    let mut season = [0.0; LONGEST];
    season[0] = form.season_sum();
    for p in 1..form.length {
        season[p] = at[FIXED + p - 1];
        season[0] -= season[p];
    }
    Point { alpha, beta, gamma, phi, level: at[4], slope, season, place: 0 }
}

/// Twice the negative log-likelihood without its constant, from the sums of a pass.
pub(super) fn deviance(count: usize, squares: f64, log_means: f64) -> f64 {
    let n = count as f64;
    n * squares.max(n * LEAST_SQUARE).ln() + 2.0 * log_means
}

/// The sums of a pass of plain values.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// Σ e².
    pub(super) squares: f64,
    /// Σ ln μ for multiplicative errors.
    pub(super) log_means: f64,
    /// Twice the negative log-likelihood without its constant; infinite where a mean is not above zero and must be.
    pub(super) deviance: f64,
    /// The states at the end.
    pub(super) last: Point,
}

/// The likelihood of complete values; `seen` sees each mean in order.
pub(super) fn pass(form: Form, y: &[f64], mut at: Point, mut seen: impl FnMut(f64)) -> Sums {
    let (relative, season) = (form.class.is_relative(), form.class.season());
    let (mut squares, mut log_means, mut product) = (0.0, 0.0, 1.0_f64);
    let mut valid = true;
    for &value in y {
        let (q, mean) = at.mean(season);
        seen(mean);
        let miss = value - mean;
        let error = if relative { miss / mean } else { miss };
        squares += error * error;
        if relative {
            valid &= mean > 0.0;
            product *= mean;
            if !(1e-100..1e100).contains(&product) {
                log_means += product.ln();
                product = 1.0;
            }
        }
        at.step(form, q, miss);
    }
    log_means += product.ln();
    let deviance = deviance(y.len(), squares, log_means);
    let valid = valid && deviance.is_finite();
    Sums { squares, log_means, deviance: if valid { deviance } else { f64::INFINITY }, last: at }
}

/// The matrix and the gradient of Gauss and Newton.
#[derive(Debug, Clone)]
pub(super) struct Normal {
    /// J'J of the residuals divided by G, the lower triangle.
    pub(super) matrix: [[f64; MOST]; MOST],
    /// J'r.
    pub(super) gradient: [f64; MOST],
    /// r'r.
    pub(super) squares: f64,
}

impl Normal {
    pub(super) fn new() -> Self {
        Self { matrix: [[0.0; MOST]; MOST], gradient: [0.0; MOST], squares: 0.0 }
    }

    /// Fills both at a place where the likelihood is finite.
    pub(super) fn fill(&mut self, form: Form, y: &[f64], at: &Place) {
        match form.length {
            1 => self.fill_rows::<FIXED>(form, y, at),
            2..=4 => self.fill_rows::<{ FIXED + 4 }>(form, y, at),
            5..=7 => self.fill_rows::<{ FIXED + 6 }>(form, y, at),
            8..=12 => self.fill_rows::<{ FIXED + 12 }>(form, y, at),
            _ => self.fill_rows::<MOST>(form, y, at),
        }
    }

    fn fill_rows<const K: usize>(&mut self, form: Form, y: &[f64], place: &Place) {
        let (relative, season) = (form.class.is_relative(), form.class.season());
        let mut at = point(form, place);
        let Point { alpha, beta, gamma, phi, .. } = at;
        let (beta_by_alpha, beta_by_part) =
            if form.class.has_trend() { (place[1], alpha - MARGIN) } else { (0.0, 0.0) };
        let (gamma_by_alpha, gamma_by_part) = (-place[2], 1.0 - alpha - MARGIN);
        let (mut level, mut slope) = ([0.0; K], [0.0; K]);
        let mut seasons = [[0.0; K]; LONGEST];
        (level[4], slope[5]) = (1.0, 1.0);
        for p in 1..form.length {
            seasons[0][FIXED + p - 1] = -1.0;
            seasons[p][FIXED + p - 1] = 1.0;
        }
        let mut matrix = [[0.0; K]; K];
        let (mut errors, mut logs, mut squares) = ([0.0; K], [0.0; K], 0.0);
        let (mut mean_by, mut q_by) = ([0.0; K], [0.0; K]);
        for &value in y {
            let p = at.place;
            let (s, b) = (at.season[p], at.slope);
            let (q, mean) = at.mean(season);
            let miss = value - mean;
            for i in 0..K {
                q_by[i] = level[i] + phi * slope[i];
            }
            q_by[3] += b;
            let state = &mut seasons[p];
            match season {
                EtsPart::None => mean_by = q_by,
                EtsPart::Additive => (0..K).for_each(|i| mean_by[i] = q_by[i] + state[i]),
                EtsPart::Multiplicative => (0..K).for_each(|i| mean_by[i] = s * q_by[i] + q * state[i]),
            }
            let mut moved = miss;
            if season == EtsPart::Multiplicative {
                let (inverse, by_season) = (1.0 / s, miss / (s * s));
                moved = miss * inverse;
                for i in 0..K {
                    let by = -mean_by[i] * inverse - by_season * state[i];
                    level[i] = q_by[i] + alpha * by;
                    slope[i] = phi * slope[i] + beta * by;
                }
                let (inverse, part) = (1.0 / q, miss / q);
                for i in 0..K {
                    state[i] -= gamma * (mean_by[i] + part * q_by[i]) * inverse;
                }
                state[2] += gamma_by_part * part;
                state[0] += gamma_by_alpha * part;
            } else {
                for i in 0..K {
                    level[i] = q_by[i] - alpha * mean_by[i];
                    slope[i] = phi * slope[i] - beta * mean_by[i];
                }
                if season == EtsPart::Additive {
                    (0..K).for_each(|i| state[i] -= gamma * mean_by[i]);
                    state[2] += gamma_by_part * miss;
                    state[0] += gamma_by_alpha * miss;
                }
            }
            level[0] += moved;
            slope[0] += beta_by_alpha * moved;
            slope[1] += beta_by_part * moved;
            slope[3] += b;
            at.step(form, q, miss);
            let mut error = miss;
            let mut by_mean = -1.0;
            if relative {
                let inverse = 1.0 / mean;
                error = miss * inverse;
                by_mean = -value * inverse * inverse;
                (0..K).for_each(|i| logs[i] += inverse * mean_by[i]);
            }
            squares += error * error;
            // Half of the matrix would do, but whole rows are summed several at a time.
            let weight = by_mean * by_mean;
            for i in 0..K {
                errors[i] += error * by_mean * mean_by[i];
                let by = weight * mean_by[i];
                let row = &mut matrix[i];
                (0..K).for_each(|j| row[j] += by * mean_by[j]);
            }
        }
        let n = y.len() as f64;
        for i in 0..K {
            let h = logs[i] / n;
            for j in 0..=i {
                let g = logs[j] / n;
                self.matrix[i][j] = matrix[i][j] + errors[i] * g + h * errors[j] + squares * h * g;
            }
            self.gradient[i] = errors[i] + squares * h;
        }
        self.squares = squares;
    }
}

#[cfg(test)]
mod tests {
    use super::super::class::EtsClass;
    use super::*;

    /// The gradient against central differences of the deviance: ∂ deviance = 2 n J'r / r'r.
    #[test]
    fn derivatives_are_those_of_differences() {
        let y: Vec<f64> =
            (0..30).map(|t| 1.0 + 0.03 * f64::from(t) + 0.2 * f64::from(t % 4) + 0.1 * f64::from(t * 7 % 5)).collect();
        for class in EtsClass::ALL {
            let form = Form::new(class, 4);
            let unit = form.season_sum() / 4.0;
            let mut at = [0.0; MOST];
            at[..9].copy_from_slice(&[0.3, 0.4, 0.25, 0.9, 0.9, 0.02, unit - 0.1, unit + 0.05, unit + 0.1]);
            let mut normal = Normal::new();
            normal.fill(form, &y, &at);
            let cost = |at: &Place| pass(form, &y, point(form, at), |_| {}).deviance;
            for (i, _) in free(form).iter().enumerate().filter(|(_, free)| **free) {
                let (mut above, mut below) = (at, at);
                above[i] += 1e-6;
                below[i] -= 1e-6;
                let difference = (cost(&above) - cost(&below)) / 2e-6;
                let gradient = 2.0 * 30.0 * normal.gradient[i] / normal.squares;
                assert!(
                    (difference - gradient).abs() < 1e-5 * (1.0 + gradient.abs()),
                    "{class} {i} {difference} {gradient}"
                );
            }
        }
    }
}
