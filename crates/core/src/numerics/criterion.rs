//! Akaike's information criterion, corrected for short series.

/// The penalty that the corrected criterion adds to -2 ln L for `parameters` estimated from `values` (Hurvich and Tsai
/// 1989): 2k + 2k(k + 1) / (n - k - 1).
///
/// It is infinite where n is at most k + 1. The expectation that it estimates does not exist there, since it needs the
/// mean of the inverse of a variance on n - k - 1 degrees of freedom; the formula would divide by zero and then become
/// negative, so that a model with as many parameters as values would win.
pub(crate) fn aicc_penalty(values: usize, parameters: usize) -> f64 {
    let (n, k) = (values as f64, parameters as f64);
    if values > parameters.saturating_add(1) { 2.0 * k + 2.0 * k * (k + 1.0) / (n - k - 1.0) } else { f64::INFINITY }
}

/// The corrected criterion: -2 ln L plus [`aicc_penalty`].
pub(crate) fn aicc(log_likelihood: f64, values: usize, parameters: usize) -> f64 {
    aicc_penalty(values, parameters) - 2.0 * log_likelihood
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The two forms of the literature, 2k + 2k(k + 1)/(n - k - 1) and 2kn/(n - k - 1), are equal.
    #[test]
    fn the_penalty_is_the_closed_form() {
        for (n, k) in [(10, 0), (10, 1), (10, 8), (100, 12)] {
            let expected = 2.0 * k as f64 * n as f64 / (n - k - 1) as f64;
            assert!((aicc_penalty(n, k) - expected).abs() < 1e-12 * (1.0 + expected), "{n} {k}");
        }
        assert_eq!(aicc(-3.0, 10, 1), 2.0 + 4.0 / 8.0 + 6.0);
    }

    #[test]
    fn too_few_values_have_no_criterion() {
        for (n, k) in [(3, 2), (2, 2), (0, 0), (1, 5), (0, usize::MAX)] {
            assert_eq!(aicc_penalty(n, k), f64::INFINITY, "{n} {k}");
        }
        // Not even a perfect fit makes the criterion finite.
        assert_eq!(aicc(1e300, 3, 2), f64::INFINITY);
    }
}
