//! Lag polynomials that are stationary and invertible by construction, their products, and moments of ARMA processes.
//!
//! w_t = Σ φ_j w_{t-j} + e_t + Σ θ_j e_{t-j}. Unconstrained parameters become partial autocorrelations by tanh, and
//! these become coefficients by the recursion of Levinson and Durbin (Barndorff-Nielsen and Schou 1973; Monahan 1984);
//! the moving average uses the opposite sign.

use crate::numerics::levinson::{from_reflections, reflections};
use crate::numerics::vectors::scale;

use super::orders::Orders;

/// The limit of the unconstrained parameters: a partial autocorrelation of 1 - 9e-5.
pub(super) const FARTHEST: f64 = 5.0;

/// An ARMA process with unit error variance, its seasonal factors multiplied out.
#[derive(Debug, Clone, Default)]
pub(super) struct Arma {
    /// The coefficients φ_1 ... φ_r, including zeros; the same length as `theta`.
    pub(super) phi: Vec<f64>,
    /// The coefficients θ_1 ... θ_r.
    pub(super) theta: Vec<f64>,
    /// Lags and coefficients that are not zero.
    pub(super) phi_terms: Vec<(usize, f64)>,
    pub(super) theta_terms: Vec<(usize, f64)>,
}

impl Arma {
    /// The process of coefficients φ, θ, Φ, Θ one after the other.
    pub(super) fn new(orders: Orders, season: usize, coefficients: &[f64]) -> Self {
        let [p, q, sp, _] = orders.blocks();
        let (ar, rest) = coefficients.split_at(p);
        let (ma, rest) = rest.split_at(q);
        let (seasonal_ar, seasonal_ma) = rest.split_at(sp);
        let reach = orders.reach(season);
        let phi = multiply(ar, seasonal_ar, season, -1.0, reach);
        let theta = multiply(ma, seasonal_ma, season, 1.0, reach);
        let (phi_terms, theta_terms) = (terms(&phi), terms(&theta));
        Self { phi, theta, phi_terms, theta_terms }
    }

    /// The larger order r.
    pub(super) fn reach(&self) -> usize {
        self.phi.len()
    }

    /// Var(w_t) and the covariances of w_t with the state predicted from it, for i = 0 ... r - 1:
    /// Σ_{j>i} φ_j γ_{j-i-1} + Σ_{j>i} θ_j ψ_{j-i-1}. `None` where the process is not stationary.
    pub(super) fn first_gain(&self) -> Option<(f64, Vec<f64>)> {
        let p = self.phi_terms.last().map_or(0, |(lag, _)| *lag);
        let q = self.theta_terms.last().map_or(0, |(lag, _)| *lag);
        let ar = self.autoregressive_covariances(p + q)?;
        let mut products = vec![0.0; q + 1];
        let with_one = || std::iter::once((0, 1.0)).chain(self.theta_terms.iter().copied());
        for (i, a) in with_one() {
            for (j, b) in with_one().filter(|(j, _)| *j >= i) {
                products[j - i] += a * b;
            }
        }
        let products = terms_from_zero(&products);
        let covariance = |k: usize| -> f64 {
            let both = |(lag, c): &(usize, f64)| {
                if *lag == 0 { c * ar[k] } else { c * (ar[k + lag] + ar[k.abs_diff(*lag)]) }
            };
            products.iter().map(both).sum()
        };
        let gamma: Vec<f64> = (0..p.max(1)).map(covariance).collect();
        let psi = self.responses(q.max(1));
        let mut gain = vec![0.0; self.reach()];
        for (terms, with) in [(&self.phi_terms, &gamma), (&self.theta_terms, &psi)] {
            for (lag, c) in terms {
                for i in 0..*lag {
                    gain[i] += c * with[lag - i - 1];
                }
            }
        }
        Some((gamma[0], gain))
    }

    /// The weights ψ_0 ... ψ_{count-1} of past errors.
    fn responses(&self, count: usize) -> Vec<f64> {
        let mut psi = vec![0.0; count];
        for k in 0..count {
            let own = if k == 0 { 1.0 } else { self.theta.get(k - 1).copied().unwrap_or(0.0) };
            let before: f64 =
                self.phi_terms.iter().take_while(|(lag, _)| *lag <= k).map(|(lag, c)| c * psi[k - lag]).sum();
            psi[k] = own + before;
        }
        psi
    }

    /// The autocovariances γ_0 ... γ_last of the process φ(B) x_t = e_t: by the Durbin-Levinson recursion down to the
    /// partial autocorrelations and up again.
    fn autoregressive_covariances(&self, last: usize) -> Option<Vec<f64>> {
        let p = self.phi_terms.last().map_or(0, |(lag, _)| *lag);
        let partial: Vec<f64> = reflections_of(&self.phi[..p], -1.0)?.iter().map(|r| -r).collect();
        let mut variance = partial.iter().map(|r| 1.0 / (1.0 - r * r)).product::<f64>();
        let mut gamma = Vec::with_capacity(last + 1);
        gamma.push(variance);
        let (mut row, mut next) = (Vec::with_capacity(p), Vec::with_capacity(p));
        for (k, r) in partial.iter().enumerate() {
            let before: f64 = row.iter().zip(gamma[1..].iter().rev()).map(|(a, g): (&f64, &f64)| a * g).sum();
            gamma.push(r * variance + before);
            variance *= 1.0 - r * r;
            next.clear();
            next.extend((0..k).map(|j| row[j] - r * row[k - 1 - j]));
            next.push(*r);
            std::mem::swap(&mut row, &mut next);
        }
        for k in gamma.len()..=last {
            gamma.push(self.phi_terms.iter().map(|(lag, c)| c * gamma[k - lag]).sum());
        }
        gamma[0].is_finite().then_some(gamma)
    }

    /// Whether every root of φ(z) and of θ(z) lies outside the circle of a radius: then the polynomials whose roots
    /// are divided by it are stationary.
    pub(super) fn roots_beyond(&self, radius: f64) -> bool {
        let beyond = |coefficients: &[f64], sign: f64| {
            let mut power = 1.0;
            let scaled = |c: &f64| {
                power *= radius;
                sign * c * power
            };
            reflections(&mut coefficients.iter().map(scaled).collect::<Vec<_>>())
        };
        beyond(&self.phi, -1.0) && beyond(&self.theta, 1.0)
    }
}

/// The sign of a block's coefficients in its lag polynomial: 1 - φ₁B - …, but 1 + θ₁B + ….
fn sign(block: usize) -> f64 {
    if block.is_multiple_of(2) { -1.0 } else { 1.0 }
}

/// The coefficients at some unconstrained parameters, block by block.
pub(super) fn coefficients(orders: Orders, at: &[f64]) -> Vec<f64> {
    let mut coefficients = Vec::with_capacity(at.len());
    let mut rest = at;
    for (block, size) in orders.blocks().into_iter().enumerate() {
        let (these, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        let start = coefficients.len();
        coefficients.extend(these.iter().map(|x| -x.clamp(-FARTHEST, FARTHEST).tanh()));
        from_reflections(&mut coefficients[start..]);
        scale(&mut coefficients[start..], sign(block));
    }
    coefficients
}

/// The unconstrained parameters of some coefficients, block by block; `None` where a block is not stationary or
/// invertible.
pub(super) fn on_the_line(orders: Orders, coefficients: &[f64]) -> Option<Vec<f64>> {
    let mut rest = coefficients;
    let mut at = Vec::with_capacity(coefficients.len());
    for (block, size) in orders.blocks().into_iter().enumerate() {
        let (these, after) = rest.split_at(size.min(rest.len()));
        rest = after;
        at.extend(reflections_of(these, sign(block))?.iter().map(|r| (-r).atanh().clamp(-FARTHEST, FARTHEST)));
    }
    Some(at)
}

/// The reflection coefficients of the polynomial whose coefficients are `sign` times these; `None` where a root lies on
/// the unit circle or inside.
fn reflections_of(coefficients: &[f64], sign: f64) -> Option<Vec<f64>> {
    let mut row: Vec<f64> = coefficients.iter().map(|c| sign * c).collect();
    reflections(&mut row).then_some(row)
}

/// The product of a polynomial in B and one in B^season, of leading ones, in `reach` coefficients.
fn multiply(short: &[f64], seasonal: &[f64], season: usize, sign: f64, reach: usize) -> Vec<f64> {
    let mut product = vec![0.0; reach];
    for (i, c) in short.iter().enumerate() {
        product[i] += c;
    }
    for (j, s) in seasonal.iter().enumerate() {
        let lag = (j + 1) * season;
        product[lag - 1] += s;
        for (i, c) in short.iter().enumerate() {
            product[lag + i] += sign * c * s;
        }
    }
    product
}

fn terms(coefficients: &[f64]) -> Vec<(usize, f64)> {
    coefficients.iter().enumerate().filter(|(_, c)| **c != 0.0).map(|(i, c)| (i + 1, *c)).collect()
}

fn terms_from_zero(coefficients: &[f64]) -> Vec<(usize, f64)> {
    coefficients.iter().enumerate().filter(|(_, c)| **c != 0.0).map(|(i, c)| (i, *c)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coefficients_and_numbers_on_the_line_are_inverse() {
        let orders = Orders::seasonal((3, 0, 2), (2, 0, 1));
        let at = [0.3, -0.8, 0.5, 1.1, -0.2, 0.7, 0.1, -0.6];
        let back = on_the_line(orders, &coefficients(orders, &at)).unwrap();
        assert!(at.iter().zip(&back).all(|(a, b)| (a - b).abs() < 1e-12), "{back:?}");
    }

    /// An ARMA(1,1) has variance (1 + 2 φ θ + θ²) / (1 - φ²) (Box and Jenkins 1970).
    #[test]
    fn the_variance_is_the_closed_form() {
        let (phi, theta): (f64, f64) = (0.7, 0.4);
        let arma = Arma::new(Orders::new(1, 0, 1), 1, &[phi, theta]);
        let (variance, gain) = arma.first_gain().unwrap();
        let expected = (1.0 + 2.0 * phi * theta + theta * theta) / (1.0 - phi * phi);
        assert!((variance - expected).abs() < 1e-12);
        assert!((gain[0] - (phi * expected + theta)).abs() < 1e-12);
        assert!(arma.roots_beyond(1.4) && !arma.roots_beyond(1.45));
    }
}
