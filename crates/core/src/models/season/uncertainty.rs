//! The uncertainty of the next seasons.
//!
//! The values of one place in the season are modelled as a random walk from season to season with errors on top, S_k =
//! S_{k-1} + τ z_k, x_k = S_k + √v e_k, of which STL's seasonal smoother gives Ŝ_k = Σ_j l_kj x_j. The first and the
//! last of K seasons then differ by Σ_j d_j x_j, d = l_K - l_1, whose mean square is τ² Σ_i (Σ_{j≥i} d_j)² + v Σ_j
//! d_j²: the mean square over all places, less the errors' part, gives τ² by moments. One season counts on top of the
//! first sum, which makes τ² zero where there are too few seasons to estimate it. The last season's estimate is off by
//! v Σ_j l_Kj² + τ² Σ_i (Σ_{j<i} l_Kj)², and each season that passes adds τ². v is the mean squared remainder over what
//! the smoothers' own weights leave of it. The low-pass part of STL is not counted.

use super::loess::Loess;
use super::mstl::{MultipleDecomposition, default_window};

/// The variances of one seasonal component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Uncertainty {
    /// The variance of the last season's estimate.
    pub estimate: f64,
    /// The variance τ² of the change from one season to the next.
    pub change: f64,
    /// The share of each period's error that the component absorbed, which the remainder lacks.
    pub taken: f64,
}

/// The uncertainty of each component found by `mstl` with its default windows, and the degrees of freedom of its scale.
pub(super) fn uncertainty(parts: &MultipleDecomposition) -> (Vec<Uncertainty>, usize) {
    let n = parts.remainder.len();
    let smoother = |(i, period): (usize, &usize)| {
        let [seasonal, ..] = default_window(i).smoothings(n, *period);
        Loess::new(n / period, seasonal, false)
    };
    let smoothers: Vec<Loess> = parts.periods.iter().enumerate().map(smoother).collect();
    let own: Vec<f64> = smoothers.iter().map(Loess::mean_own_weight).collect();
    let left = (1.0 - own.iter().sum::<f64>()).max(0.25) * n as f64;
    let error = mean(parts.remainder.iter().map(|r| r * r)) * n as f64 / left;
    let of = |((loess, own), (seasonal, period)): ((&Loess, &f64), (&Vec<f64>, &usize))| {
        let (first, last) = loess.ends();
        let difference: Vec<f64> = last.iter().zip(&first).map(|(l, f)| l - f).collect();
        // The smoother's seasons end at the last whole one.
        let from = (n / period - 1) * period;
        let moved = mean(seasonal.iter().zip(&seasonal[from..]).take(*period).map(|(f, l)| (l - f).powi(2)));
        let change = (moved - error * squares(&difference)).max(0.0) / (1.0 + squares_of_sums(difference.iter().rev()));
        let estimate = error * squares(&last) + change * squares_of_sums(last.iter());
        Uncertainty { estimate, change, taken: error * own }
    };
    let uncertainties = smoothers.iter().zip(&own).zip(parts.seasonal.iter().zip(&parts.periods)).map(of).collect();
    (uncertainties, (left as usize).max(1))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), v| (sum + v, count + 1.0));
    if count > 0.0 { sum / count } else { 0.0 }
}

fn squares(values: &[f64]) -> f64 {
    values.iter().map(|v| v * v).sum()
}

/// Over all but the sum of all of them.
fn squares_of_sums<'a>(values: impl ExactSizeIterator<Item = &'a f64>) -> f64 {
    let count = values.len().saturating_sub(1);
    let mut sum = 0.0;
    values.take(count).fold(0.0, |squares, v| {
        sum += v;
        squares + sum * sum
    })
}
