//! Scaling of values to numbers near one, and the half slope of the Theta method.

/// The first value and the mean absolute change, which scale values of any size to numbers near one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Scale {
    pub(super) shift: f64,
    pub(super) unit: f64,
}

impl Scale {
    /// The scale of values, NaN where missing.
    pub(super) fn of(z: &[f64]) -> Self {
        let mut known = z.iter().copied().filter(|z| !z.is_nan());
        let shift = known.next().unwrap_or(0.0);
        let (mut before, mut sum) = (shift, 0.0);
        let steps = z.iter().filter(|z| !z.is_nan()).count().saturating_sub(1).max(1) as f64;
        for z in known {
            // The values are halved because the difference of two huge values may overflow.
            sum += (z / 2.0 - before / 2.0).abs() * 2.0 / steps;
            before = z;
        }
        let constant = shift.abs().max(f64::MIN_POSITIVE / f64::EPSILON) * 1e-9;
        Self { shift, unit: if sum > 0.0 && sum.is_finite() { sum } else { constant } }
    }

    pub(super) fn apply(self, z: &mut [f64]) {
        z.iter_mut().for_each(|z| *z = (*z - self.shift) / self.unit);
    }

    pub(super) fn back(self, z: f64) -> f64 {
        self.shift + self.unit * z
    }
}

/// The smallest residual sum of squares that is assumed: even a perfect fit has a little noise.
pub(super) fn smallest_squares(scaled: &[f64]) -> f64 {
    let known = || scaled.iter().copied().filter(|z| !z.is_nan());
    let n = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / n;
    let variance = known().map(|v| (v - mean).powi(2)).sum::<f64>();
    // The mean change of these values only: that of the whole series would reveal later values to an earlier origin.
    let change = known().zip(known().skip(1)).map(|(a, b)| (b - a).abs()).sum::<f64>() / (n - 1.0).max(1.0);
    (1e-10 * variance).max(1e-12 * change * change).max(1e-200)
}

/// Half the least-squares slope of values on t = 1 … n, and its variance.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct HalfSlope {
    /// The half slope, in scaled units per period.
    pub(super) slope: f64,
    /// Its variance given smoothing α is σ² (a + α b + α² c), since the slope is Σ_t c_t z_t and the error e_j moves
    /// z_j by one and every later value by α.
    variance: [f64; 3],
}

impl HalfSlope {
    /// The half slope of values `(n,)`, NaN where missing, at least two of them known.
    pub(super) fn of(values: &[f64]) -> Self {
        let known = || values.iter().enumerate().filter(|(_, z)| !z.is_nan()).map(|(t, _)| (t + 1) as f64);
        let n = known().count() as f64;
        let middle = known().sum::<f64>() / n;
        let sum: f64 = known().map(|t| (t - middle) * (t - middle)).sum();
        let weight = |t: usize| if values[t].is_nan() { 0.0 } else { ((t + 1) as f64 - middle) / sum };
        let slope: f64 = values.iter().enumerate().filter(|(_, z)| !z.is_nan()).map(|(t, z)| weight(t) * z).sum();
        let (mut later, mut variance) = (0.0, [0.0; 3]);
        for t in (0..values.len()).rev() {
            let current = weight(t);
            variance =
                [variance[0] + current * current, variance[1] + 2.0 * current * later, variance[2] + later * later];
            later += current;
        }
        Self { slope: slope / 2.0, variance: variance.map(|v| v / 4.0) }
    }

    /// The part of the value of period `t` (from 1) that the half slope contributes.
    pub(super) fn at(self, t: usize) -> f64 {
        self.slope * t as f64
    }

    /// The values less the half slope.
    pub(super) fn remove(self, values: &[f64], into: &mut Vec<f64>) {
        into.clear();
        into.extend(values.iter().enumerate().map(|(t, z)| z - self.at(t + 1)));
    }

    /// The variance of the half slope given α, in units of σ².
    pub(super) fn variance(self, alpha: f64) -> f64 {
        let [a, b, c] = self.variance;
        (a + alpha * (b + alpha * c)).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By hand: 1, 3, 2, 5 have slope 1.1; var Σc² = 1/5; a random walk's slope has Σ_j (Σ_{t ≥ j} c_t)² = (0 + .09 +
    /// .16 + .09).
    #[test]
    fn half_slope_and_its_variance() {
        let half = HalfSlope::of(&[1.0, 3.0, 2.0, 5.0]);
        assert!((half.slope - 0.55).abs() < 1e-14);
        assert!((4.0 * half.variance(0.0) - 0.2).abs() < 1e-14);
        assert!((4.0 * half.variance(1.0) - 0.34).abs() < 1e-14);
    }
}
