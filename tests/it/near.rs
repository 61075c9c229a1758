//! How near a number must be to the expected one, by names that all tests share.

use std::fmt::Display;

/// How far a number may be from the expected one.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tolerance {
    /// The same bits.
    Exact,
    /// A share of the expected value; where zero is expected, a distance from it.
    Relative(f64),
    /// A distance.
    Absolute(f64),
    /// At most this much below the expected value, and any distance above it.
    AtLeast(f64),
}

/// Reorderings, threads, reading and writing, the same seed.
pub(crate) const EXACT: Tolerance = Tolerance::Exact;
/// Closed forms, scores, recursions, quantiles and tails.
pub(crate) const CLOSED: Tolerance = Tolerance::Relative(1e-9);
/// Closed forms of which the reference has all digits.
pub(crate) const DIGITS: Tolerance = Tolerance::Relative(1e-12);
/// A log-likelihood against the best one known.
pub(crate) const OPTIMUM: Tolerance = Tolerance::AtLeast(1e-3);

/// Anything that comes from sample paths: four standard errors of the simulation.
pub(crate) fn monte_carlo(standard_error: f64) -> Tolerance {
    Tolerance::Absolute(4.0 * standard_error)
}

impl Tolerance {
    fn holds(self, got: f64, expected: f64) -> bool {
        match self {
            Self::Exact => got.to_bits() == expected.to_bits(),
            Self::Relative(share) if expected == 0.0 => got.abs() <= share,
            Self::Relative(share) => (got - expected).abs() <= share * expected.abs(),
            Self::Absolute(distance) => (got - expected).abs() <= distance,
            Self::AtLeast(below) => got >= expected - below,
        }
    }
}

/// Asserts that a number is near the expected one; `case` says which.
#[track_caller]
pub(crate) fn near(case: impl Display, got: f64, expected: f64, tolerance: Tolerance) {
    assert!(
        tolerance.holds(got, expected),
        "{case}: expected {expected}, got {got} ({:e} apart; allowed: {tolerance:?})",
        (got - expected).abs()
    );
}

/// Asserts that numbers are near the expected ones, each, and as many.
#[track_caller]
pub(crate) fn all_near<'a>(
    case: impl Display,
    got: impl IntoIterator<Item = &'a f64>,
    expected: impl IntoIterator<Item = &'a f64>,
    tolerance: Tolerance,
) {
    let (got, expected): (Vec<f64>, Vec<f64>) =
        (got.into_iter().copied().collect(), expected.into_iter().copied().collect());
    assert_eq!(got.len(), expected.len(), "{case}: how many numbers there are");
    for (at, (got, expected)) in got.iter().zip(&expected).enumerate() {
        near(format_args!("{case}, number {at}"), *got, *expected, tolerance);
    }
}

#[test]
fn tolerances_refuse_what_is_just_outside() {
    assert!(EXACT.holds(0.1, 0.1) && !EXACT.holds(0.1, 0.1 + 1e-16) && !EXACT.holds(0.0, -0.0));
    assert!(CLOSED.holds(-1e6, -1e6 - 9e-4) && !CLOSED.holds(-1e6, -1e6 - 2e-3) && !CLOSED.holds(1e-20, 1.1e-20));
    assert!(DIGITS.holds(1e-13, 0.0) && !DIGITS.holds(1e-11, 0.0));
    assert!(OPTIMUM.holds(5.0, -100.0) && OPTIMUM.holds(-100.0005, -100.0) && !OPTIMUM.holds(-100.01, -100.0));
    assert!(monte_carlo(0.1).holds(0.9, 0.51) && !monte_carlo(0.1).holds(0.9, 0.49));
    for tolerance in [EXACT, CLOSED, DIGITS, OPTIMUM, monte_carlo(f64::INFINITY)] {
        assert!(!tolerance.holds(f64::NAN, 1.0), "{tolerance:?}");
    }
}
