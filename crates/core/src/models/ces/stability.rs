//! Where the recursion forgets its initial states: every eigenvalue of F - g w' inside the unit circle.
//!
//! With the lag operator B the innovations are y divided by 1 + N_a(B)/A_a(B) + S(B), where for a pair with (a₀, a₁)
//!
//! A(B) = 1 - (2 - a₀) B + (2 - a₀ - a₁) B²,  A + N = D(B) = 1 - (2 - 2 a₀ + a₁) B + (a₀² - 3 a₀ + 2 + a₁² - a₁) B²,
//!
//! and S is b₀ B^m / (1 - B^m) for the partial kind, N_b(B^m) / A_b(B^m) for the full one. The eigenvalues are the
//! inverse roots of D_a (none; simple, in B^m), D_a (1 - B^m) + b₀ B^m A_a (partial), D_a A_b + N_b A_a (full). The
//! reflection coefficients show whether all lie inside the unit circle, in the square of the degree and without finding
//! them.

use crate::numerics::levinson::reflections;

use super::CesKind;
use super::recursion::Space;

/// 1, A's and D's coefficients of a pair.
fn pair((first, second): (f64, f64)) -> ([f64; 3], [f64; 3]) {
    let open = [1.0, first - 2.0, 2.0 - first - second];
    let closed = [1.0, 2.0 * first - 2.0 - second, first * first - 3.0 * first + 2.0 + second * second - second];
    (open, closed)
}

/// Whether every eigenvalue of F - g w' is smaller than one. `scratch` is reused.
pub(super) fn is_stable(space: &Space, scratch: &mut Vec<f64>) -> bool {
    let (open, closed) = pair(space.level);
    let season = space.season;
    scratch.clear();
    match space.kind {
        CesKind::None | CesKind::Simple => scratch.extend(closed),
        CesKind::Partial => {
            scratch.resize(season + 3, 0.0);
            for k in 0..3 {
                scratch[k] += closed[k];
                scratch[k + season] += space.seasonal.0 * open[k] - closed[k];
            }
        }
        CesKind::Full => {
            let (seasonal_open, seasonal_closed) = pair(space.seasonal);
            scratch.resize(2 * season + 3, 0.0);
            for j in 0..3 {
                let gain = seasonal_closed[j] - seasonal_open[j];
                for k in 0..3 {
                    scratch[j * season + k] += closed[k] * seasonal_open[j] + gain * open[k];
                }
            }
        }
    }
    reflections(&mut scratch[1..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::models::ces::recursion::State;

    /// The length of the state after many steps on zeros, from ones.
    fn left(space: &Space) -> f64 {
        let mut state = State::zero(space);
        state.rings.iter_mut().flatten().for_each(|value| *value = 1.0);
        for _ in 0..20_000 {
            let error = -state.mean();
            state.step(space, error);
        }
        state.rings.iter().flatten().map(|v| v.abs()).fold(0.0, |a, b| if b <= a { a } else { b })
    }

    #[test]
    fn stable_spaces_forget_and_others_do_not() {
        let mut counts = [0, 0];
        for kind in CesKind::ALL {
            for season in [2, 4, 7, 12] {
                for i in 0..4 {
                    for j in 0..4 {
                        let (a, b) = (0.83 + 0.53 * f64::from(i), 0.52 + 0.23 * f64::from(j));
                        let space =
                            Space::at(kind, season, &[a, b, 0.15 + 0.31 * f64::from(j) + 0.8 * f64::from(i % 2), 0.97]);
                        let stable = is_stable(&space, &mut Vec::new());
                        let left = left(&space);
                        assert_eq!(stable, left < 1e-3, "{space:?} {left}");
                        counts[usize::from(stable)] += 1;
                    }
                }
            }
        }
        assert!(counts[0] > 20 && counts[1] > 20, "{counts:?}");
    }
}
