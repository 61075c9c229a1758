//! Quantiles of Student's t distribution.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// The quantile of Student's t with `degrees` degrees of freedom, which need not be whole; that of the standard normal
/// distribution where they are infinite. NaN where they are not above zero, and for a probability outside 0 to 1: such
/// a quantile does not exist, and no other distribution takes its place.
pub(crate) fn t_quantile(probability: f64, degrees: f64) -> f64 {
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if degrees == f64::INFINITY {
        return Normal::standard().inverse_cdf(probability);
    }
    StudentsT::new(0.0, 1.0, degrees).map_or(f64::NAN, |t| t.inverse_cdf(probability))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// tan(π(p - ½)) with one degree, (2p - 1) / √(2p(1 - p)) with two.
    #[test]
    fn few_degrees_have_closed_forms() {
        for p in [0.05, 0.2, 0.5, 0.9, 0.999] {
            let one = (std::f64::consts::PI * (p - 0.5)).tan();
            let two = (2.0 * p - 1.0) / (2.0 * p * (1.0 - p)).sqrt();
            assert!((t_quantile(p, 1.0) - one).abs() < 1e-9 * (1.0 + one.abs()), "{p}");
            assert!((t_quantile(p, 2.0) - two).abs() < 1e-9 * (1.0 + two.abs()), "{p}");
        }
        assert!((t_quantile(0.95, f64::INFINITY) - 1.644_853_626_951_472_7).abs() < 1e-12);
    }

    #[test]
    fn a_quantile_that_does_not_exist_is_nan() {
        for (p, degrees) in
            [(0.9, 0.0), (0.9, -1.0), (0.9, f64::NAN), (1.5, 3.0), (f64::NAN, 3.0), (-0.1, f64::INFINITY)]
        {
            assert!(t_quantile(p, degrees).is_nan(), "{p} {degrees}");
        }
    }
}
