//! A series without its season, for models that know none.

use std::sync::Arc;

use crate::series::Series;

use super::{has_season, interpolated, mstl};

/// The confidence at which the test of the season must find one (Assimakopoulos and Nikolopoulos 2000).
const CONFIDENCE: f64 = 0.9;

/// The season that is taken out of a series and put back into its forecasts; none where the test finds none.
///
/// It is found by STL with the windows of R's `mstl` (Cleveland et al. 1990; Bandara, Hyndman and Bergmeir 2021), in
/// logarithms where all values are above zero, so that it is a factor, and its last cycle goes on. Missing values are
/// interpolated to find it, and missing again in what the model sees.
#[derive(Debug, Clone)]
pub(in crate::models) enum Adjustment {
    None,
    /// What to take from each value of the history, or to divide it by, and the season length.
    Season {
        values: Arc<[f64]>,
        length: usize,
        factor: bool,
    },
}

impl Adjustment {
    /// For the first `known` values of a series. A series between two bounds, whose place is taken by its log odds, stays
    /// as it is.
    pub(in crate::models) fn of(series: &Series, known: usize) -> Self {
        let length = series.season_length();
        if length < 2 || series.is_inside_bounds() {
            return Self::None;
        }
        let mut values = series.slice()[..known].to_vec();
        if values.iter().any(|v| v.is_nan()) {
            values = interpolated(&values);
        }
        if !has_season(&values, length, CONFIDENCE) {
            return Self::None;
        }
        let factor = values.iter().all(|v| *v > 0.0);
        if factor {
            values.iter_mut().for_each(|v| *v = v.ln());
        }
        let season = mstl(&values, &[length], None).and_then(|found| found.seasonal.into_iter().next());
        let mut values = season.unwrap_or_default();
        if factor {
            values.iter_mut().for_each(|s| *s = s.exp());
        }
        let usable = values.len() >= length && values.iter().all(|s| s.is_finite());
        if usable { Self::Season { values: values.into(), length, factor } } else { Self::None }
    }

    /// Whether a season was found.
    pub(in crate::models) fn finds(&self) -> bool {
        matches!(self, Self::Season { .. })
    }

    /// Values from the first on without the season.
    pub(in crate::models) fn remove(&self, values: &[f64]) -> Vec<f64> {
        match self {
            Self::None => values.to_vec(),
            Self::Season { factor: true, .. } => values.iter().enumerate().map(|(t, y)| y / self.at(t)).collect(),
            Self::Season { .. } => values.iter().enumerate().map(|(t, y)| y - self.at(t)).collect(),
        }
    }

    /// The value of period `t`, counted from the first, with the season.
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
