//! Where a search starts: states from a line through the first seasons, smoothing parameters from a coarse grid.

use super::class::EtsPart;
use super::likelihood::{FIXED, MOST, Place};
use super::recursion::{Form, LONGEST};

/// Values that a line without a season is drawn through.
const FIRST: usize = 10;
/// Seasons that a line with a season is drawn through.
const SEASONS: usize = 4;

/// α, the parts of β and γ, φ.
pub(super) type Smoothing = [f64; 4];

/// Few points, for an automatic choice.
pub(super) const FEW: [Smoothing; 9] = [
    [0.12, 0.1, 0.1, 0.95],
    [0.3, 0.05, 0.5, 0.97],
    [0.3, 0.5, 0.95, 0.9],
    [0.65, 0.02, 0.05, 0.97],
    [0.88, 0.2, 0.02, 0.88],
    [0.95, 0.95, 0.5, 0.84],
    [0.17, 0.97, 0.02, 0.9],
    [0.005, 0.3, 0.02, 0.95],
    [0.7, 0.02, 0.95, 0.9],
];

/// Many points; those that differ only in what the class has not are given once.
pub(super) fn many(form: Form) -> Vec<Smoothing> {
    fn values(used: bool, all: &[f64]) -> &[f64] {
        if used { all } else { &all[..1] }
    }
    let mut all = Vec::new();
    for &alpha in &[0.005, 0.05, 0.2, 0.5, 0.8, 0.98] {
        for &beta in values(form.class.has_trend(), &[0.02, 0.3, 0.95]) {
            for &gamma in values(form.class.is_seasonal(), &[0.02, 0.4, 0.98]) {
                for &phi in values(form.class.is_damped(), &[0.97, 0.86]) {
                    all.push([alpha, beta, gamma, phi]);
                }
            }
        }
    }
    all
}

/// A place with these smoothing parameters and the states of another.
pub(super) fn with(smoothing: Smoothing, states: &Place) -> Place {
    let mut at = *states;
    at[..4].copy_from_slice(&smoothing);
    at
}

/// Initial states from a line through the first values, and the mean departures from it of each place in the season.
pub(super) fn states(form: Form, y: &[f64]) -> Place {
    let m = form.length;
    let whole = (y.len() / m).clamp(1, SEASONS) * m;
    let window = if form.class.is_seasonal() { whole.min(y.len()) } else { FIRST.min(y.len()) };
    let y = &y[..window];
    let n = window as f64;
    let mean = y.iter().sum::<f64>() / n;
    let middle = 0.5 * (n - 1.0);
    let (mut cross, mut square) = (0.0, 0.0);
    for (t, value) in y.iter().enumerate() {
        let from = t as f64 - middle;
        cross += from * (value - mean);
        square += from * from;
    }
    let mut slope = if square > 0.0 { cross / square } else { 0.0 };
    let factor = form.class.season() == EtsPart::Multiplicative;
    let low = mean - slope.abs() * (middle + 1.0);
    if (factor || form.class.is_relative()) && low <= 0.1 * mean {
        slope = 0.0;
    }
    let line = |t: usize| mean + slope * (t as f64 - middle);
    let mut season = [0.0; LONGEST];
    for (t, value) in y.iter().enumerate() {
        season[t % m] += (if factor { value / line(t) } else { value - line(t) }) * m as f64 / n;
    }
    let sum: f64 = season[..m].iter().sum();
    for state in &mut season[..m] {
        *state = if factor { *state * m as f64 / sum } else { *state - sum / m as f64 };
    }
    let mut at = [0.0; MOST];
    at[4] = mean - slope * (middle + 1.0);
    if form.class.has_trend() {
        at[5] = slope;
    } else if form.class.is_seasonal() {
        at[4] = y[..m.min(window)].iter().sum::<f64>() / m.min(window) as f64;
    } else {
        at[4] = y[..window.min(3)].iter().sum::<f64>() / window.min(3) as f64;
    }
    if form.class.is_seasonal() {
        at[FIXED..FIXED + m - 1].copy_from_slice(&season[1..m]);
    }
    at
}
