//! Whether a series is to be differenced a second time.
//!
//! A second difference continues the last slope, a first difference the mean slope. A wrong second difference is
//! therefore costly several steps ahead. The test of Kwiatkowski et al. (1992) has asymptotic critical points and,
//! below 19 values, a variance without covariances, and rejects too often there. So the corrected criterion of Akaike
//! must agree with it: lower than that of one difference, whose likelihood is conditioned on its first value, which
//! makes both those of the same values given the first two. And in a series of up to 50 values, fewer than Box and
//! Jenkins (1970) recommend, the last slope must have forecast the past better than the mean slope did.

use crate::numerics::criterion::aicc_penalty;

use super::filter::Filter;
use super::fitted::FittedArima;

/// The largest number of steps ahead.
const STEPS: usize = 6;
/// Longer series, differenced seasonally or not, are decided without past forecasts.
const SHORT: usize = 50;
/// Slopes of fewer values are not compared.
const FEWEST: usize = 4;

/// Whether y_t + h (y_t - y_{t-1}) was nearer to y_{t+h} than y_t + h (y_t - y_1) / (t - 1), by the sum of the absolute
/// errors of up to six steps from each t of the last two thirds. Missing values are left out; a series of more than 50
/// values, or one that is too short, gives `true`.
pub(super) fn last_slope_forecasts_better(values: &[f64]) -> bool {
    if values.len() > SHORT {
        return true;
    }
    let largest = values.iter().filter(|v| !v.is_nan()).fold(0.0_f64, |most, v| most.max(v.abs()));
    let unit = if largest > 0.0 { largest } else { 1.0 };
    let known: Vec<f64> = values.iter().filter(|v| !v.is_nan()).map(|v| v / unit).collect();
    let (mut last, mut mean) = (0.0, 0.0);
    for t in (known.len() / 3).max(FEWEST - 1)..known.len().saturating_sub(1) {
        let slopes = [known[t] - known[t - 1], (known[t] - known[0]) / t as f64];
        for (step, later) in known[t + 1..].iter().take(STEPS).enumerate() {
            let ahead = (step + 1) as f64;
            last += (later - known[t] - ahead * slopes[0]).abs();
            mean += (later - known[t] - ahead * slopes[1]).abs();
        }
    }
    last <= mean
}

/// Whether the second of two models, which differences once more, has the lower criterion on the same values.
pub(super) fn second_is_nearer(once: &FittedArima, twice: &FittedArima) -> bool {
    criterion(twice, false) < criterion(once, true)
}

/// AICc up to a constant, given the first differenced value or not.
fn criterion(model: &FittedArima, given_first: bool) -> f64 {
    let work = &model.work;
    let mut squares = work.squares;
    let mut log_variances = 2.0 * work.counted as f64 * work.factor().ln();
    if given_first {
        let root = Filter::default().roots(&model.arma, 1, model.exact).first().copied().unwrap_or(1.0);
        squares -= work.residuals().first().map_or(0.0, |e| e * e);
        log_variances -= 2.0 * root.ln();
    }
    let values = work.counted.saturating_sub(usize::from(given_first));
    let n = values as f64;
    let parameters = model.orders.coefficients() + usize::from(model.constant) + 1;
    // A perfect fit has the lowest possible criterion.
    let fit = if squares > 0.0 { n * (squares / n).ln() + log_variances } else { f64::NEG_INFINITY };
    fit + aicc_penalty(values, parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_that_last_forecast_better() {
        let parabola: Vec<f64> = (0..14).map(|t| f64::from(t * t)).collect();
        assert!(last_slope_forecasts_better(&parabola));
        let uneven: Vec<f64> = (0..14).map(|t| f64::from(10 * t + 8 * (t % 2))).collect();
        assert!(!last_slope_forecasts_better(&uneven));
        assert!(last_slope_forecasts_better(&[1.0, f64::NAN, 3.0]));
        assert!(last_slope_forecasts_better(&uneven.repeat(4)));
    }
}
