//! Seasonal adjustment, for models without a season.

use std::sync::Arc;

use crate::series::Series;

use super::{has_season, interpolated, mstl, seasonal_strength};

/// The confidence at which the test of the season must find one (Assimakopoulos and Nikolopoulos 2000).
const CONFIDENCE: f64 = 0.9;

/// The strength above which a season counts even if the test, which a steep trend misleads, does not find it (Wang,
/// Smith and Hyndman 2006; the limit of R's `nsdiffs`).
const STRONG: f64 = 0.64;

/// The season that is removed from a series and put back into its forecasts; none where neither the test nor its
/// strength shows one.
///
/// It is found by STL with the windows of R's `mstl` (Cleveland et al. 1990; Bandara, Hyndman and Bergmeir 2021), in
/// logarithms where all values are above zero, so that it is a factor. Its last cycle is repeated. Missing values are
/// interpolated for the decomposition only; they stay missing in the adjusted series.
#[derive(Debug, Clone)]
pub(in crate::models) enum Adjustment {
    None,
    /// The term to subtract from each value of the history, or the factor to divide it by, and the season length.
    Season {
        values: Arc<[f64]>,
        length: usize,
        factor: bool,
    },
}

impl Adjustment {
    /// For the first `known` values of a series. A series between two bounds, which is modelled by its log odds, stays
    /// as it is. So does one that has no observation at a place in the season.
    pub(in crate::models) fn of(series: &Series, known: usize) -> Self {
        let (values, length) = (&series.as_slice()[..known], series.season_length());
        let seen = |place: usize| values.iter().skip(place).step_by(length).any(|v| !v.is_nan());
        if length < 2 || known <= 2 * length || series.is_inside_bounds() || !(0..length).all(seen) {
            return Self::None;
        }
        let mut values = if values.iter().any(|v| v.is_nan()) { interpolated(values) } else { values.to_vec() };
        let factor = values.iter().all(|v| *v > 0.0);
        let shifts: Vec<usize> = series.level_shifts().iter().copied().filter(|at| *at < known).collect();
        if factor && !shifts.is_empty() {
            values.iter_mut().for_each(|v| *v = v.ln());
        }
        shifts.iter().for_each(|at| level_out(&mut values, *at, length));
        let tested = has_season(&values, length, CONFIDENCE);
        if factor && shifts.is_empty() {
            values.iter_mut().for_each(|v| *v = v.ln());
        }
        let Some(found) = mstl(&values, &[length], None) else { return Self::None };
        let Some(mut values) = found.seasonal.into_iter().next() else { return Self::None };
        if !tested && seasonal_strength(&values, &found.remainder) <= STRONG {
            return Self::None;
        }
        if factor {
            values.iter_mut().for_each(|s| *s = s.exp());
        }
        let usable = values.len() >= length && values.iter().all(|s| s.is_finite());
        if usable { Self::Season { values: values.into(), length, factor } } else { Self::None }
    }

    /// Whether there is a season.
    pub(in crate::models) fn finds(&self) -> bool {
        matches!(self, Self::Season { .. })
    }

    /// Removes the season from values that start with the first period.
    pub(in crate::models) fn remove(&self, values: &[f64]) -> Vec<f64> {
        match self {
            Self::None => values.to_vec(),
            Self::Season { factor: true, .. } => values.iter().enumerate().map(|(t, y)| y / self.at(t)).collect(),
            Self::Season { .. } => values.iter().enumerate().map(|(t, y)| y - self.at(t)).collect(),
        }
    }

    /// Adds the season to a value of period `t`, counted from the first.
    pub(in crate::models) fn put_back(&self, t: usize, value: f64) -> f64 {
        match self {
            Self::None => value,
            Self::Season { factor: true, .. } => value * self.at(t),
            Self::Season { .. } => value + self.at(t),
        }
    }

    fn at(&self, t: usize) -> f64 {
        match self {
            Self::None => 0.0,
            Self::Season { values, length, .. } => {
                let last = values.len() - length;
                if t < values.len() { values[t] } else { values[last + (t - last) % length] }
            }
        }
    }
}

/// Removes a level shift: the means of a season before and after it become equal.
fn level_out(values: &mut [f64], at: usize, length: usize) {
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
    let (before, after) = values.split_at_mut(at);
    let step = mean(&after[..after.len().min(length)]) - mean(&before[before.len().saturating_sub(length)..]);
    after.iter_mut().for_each(|v| *v -= step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::series::Period;

    #[test]
    fn the_season_comes_out_and_goes_back() {
        let values: Vec<f64> = (0..29).map(|t| [80.0, 120.0, 90.0, 110.0][t % 4] * 1.01_f64.powi(t as i32)).collect();
        let series = Series::new("a", Period::quarter(2000, 1).unwrap(), values.clone()).unwrap();
        let found = Adjustment::of(&series, 29);
        let smooth = found.remove(&values);
        assert!(smooth.windows(2).all(|pair| (pair[1] / pair[0] - 1.01).abs() < 5e-3), "{smooth:?}");
        let back = found.put_back(30, smooth[28] * 1.01_f64.powi(2));
        assert!((back / (90.0 * 1.01_f64.powi(30)) - 1.0).abs() < 5e-3, "{back}");
        assert!(!Adjustment::of(&series, 8).finds());
        assert!(!Adjustment::of(&series.with_season_length(1), 29).finds());
    }
}
