//! Whether the initial states are forgotten.
//!
//! The errors of a class follow the states x' = D x with D = F - g w'; they are forgotten where all eigenvalues of D,
//! but one that levels and seasons share, lie inside the unit circle (Hyndman, Koehler, Ord and Snyder 2008, chapter 10).
//! They are the inverse roots of the moving average of the class written as a seasonal ARIMA model,
//! θ(L) = (1 - φL)(1 - L^m) + αL(1 - φL)S(L) + φβL S(L) + γL^m(1 - φL), S(L) = 1 + L + ... + L^(m-1),
//! and without a trend θ(L) = 1 - L^m + αL S(L) + γL^m. Those without a season have m = 1 and γ = 0. The
//! reflection coefficients show on which side of the circle they lie.

use crate::numerics::levinson::reflections;

use super::recursion::{Form, LONGEST, Point};

/// How far beyond the unit circle counts as on it.
const MARGIN: f64 = 1e-6;

/// Whether a point of the parameters is admissible: the usual region (0 < β < α < 1, 0 < γ < 1 - α) does not imply it
/// for a trend with a season.
pub(super) fn is_admissible(form: Form, at: &Point) -> bool {
    const SIZE: usize = LONGEST + 2;
    let m = form.length;
    let mut theta = [0.0; SIZE];
    let mut add = |power: usize, value: f64| theta[power] += value;
    add(0, 1.0);
    add(m, at.gamma - 1.0);
    for power in 1..=m {
        add(power, at.alpha);
    }
    let mut degree = m;
    if form.class.has_trend() {
        for power in (0..=m).rev() {
            theta[power + 1] -= at.phi * theta[power];
        }
        theta[1..=m].iter_mut().for_each(|coefficient| *coefficient += at.phi * at.beta);
        degree = m + 1;
    }
    let mut shrink = 1.0;
    for coefficient in theta.iter_mut().take(degree + 1) {
        *coefficient *= shrink;
        shrink /= 1.0 + MARGIN;
    }
    reflections(&mut theta[1..=degree])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(letters: &str, length: usize, [alpha, beta, gamma, phi]: [f64; 4]) -> bool {
        let form = Form::new(letters.parse().unwrap(), length);
        let season = [0.0; LONGEST];
        is_admissible(form, &Point { alpha, beta, gamma, phi, level: 0.0, slope: 0.0, season, place: 0 })
    }

    /// The regions of chapter 10 in closed form: 0 < α < 2; 0 < β < 4 - 2α; for a damped trend, with φ before the slope
    /// in the mean, 1 - 1/φ < α < 1 + 1/φ and α(φ - 1)/φ < β < (1 + φ)(2 - α)/φ.
    #[test]
    fn regions_without_a_season_are_those_in_closed_form() {
        let mut seed = 1_u64;
        let mut uniform = |low: f64, high: f64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            low + (high - low) * (seed >> 11) as f64 / (1_u64 << 53) as f64
        };
        let straight = |a: f64, b: f64| 0.0 < a && a < 2.0 && 0.0 < b && b < 4.0 - 2.0 * a;
        let damped = |a: f64, b: f64, phi: f64| {
            let inside = 1.0 - 1.0 / phi < a && a < 1.0 + 1.0 / phi;
            inside && a * (phi - 1.0) / phi < b && b < (1.0 + phi) * (2.0 - a) / phi
        };
        // The margin blurs the edges.
        let clear = |region: &dyn Fn(f64, f64) -> bool, a: f64, b: f64| {
            let inside = region(a, b);
            [(-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0), (1.0, 1.0)]
                .iter()
                .all(|(da, db)| region(a + 1e-4 * da, b + 1e-4 * db) == inside)
        };
        for _ in 0..20_000 {
            let (a, b, phi) = (uniform(-1.0, 3.0), uniform(-2.0, 5.0), uniform(0.5, 0.999));
            assert_eq!(at("ANN", 1, [a, 0.0, 0.0, 1.0]), 0.0 < a && a < 2.0, "{a}");
            if clear(&straight, a, b) {
                assert_eq!(at("AAN", 1, [a, b, 0.0, 1.0]), straight(a, b), "{a} {b}");
            }
            if clear(&|a, b| damped(a, b, phi), a, b) {
                assert_eq!(at("AAdN", 1, [a, b, 0.0, phi]), damped(a, b, phi), "{a} {b} {phi}");
            }
        }
    }

    /// Largest eigenvalues of D by numpy: .99968 and 1.0349, beside the shared one.
    #[test]
    fn best_fits_to_the_airline_passengers_lie_on_both_sides() {
        assert!(at("AAA", 12, [0.252_760_484_472_608_2, 1e-4, 0.747_239_515_527_391_9, 1.0]));
        let edge = 0.137_327_657_087_507_63;
        assert!(!at("AAdA", 12, [edge, edge, 0.862_672_342_912_251_8, 0.964_626_548_615_904]));
        assert!(at("ANA", 12, [0.34, 0.0, 0.65, 1.0]));
    }
}
