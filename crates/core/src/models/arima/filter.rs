//! The exact Gaussian filter of a stationary ARMA process, linear in the number of coefficients at each step.
//!
//! In the state space form of Harvey and Phillips (1979) the predicted variance of the state changes by a rank-one
//! matrix at each step, P_{t+1} - P_t = M_t L_t L_t', so that the gain follows the Chandrasekhar recursion (Morf, Sidhu
//! and Kailath 1974; Pearlman 1980): with l = L_t[0], F' = F + M l²,  K' = K + M l T L,  L' = T L - K' l / F',  M' = M
//! F' / F;  K is the gain times F, K_1 = L_1, M_1 = -1/F_1. Once M L L' is negligible, the errors follow the plain
//! recursion e_t = w_t - Σ φ_j w_{t-j} - Σ θ_j e_{t-j}.

use super::polynomial::Arma;

/// M L L' is negligible below this.
const STEADY: f64 = 1e-16;

/// The buffers of the filter and, after a run, its state one step after the end.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    phi: Vec<f64>,
    gain: Vec<f64>,
    change: Vec<f64>,
    weight: f64,
    variance: f64,
    states: Vec<Vec<f64>>,
    /// The index of the first nonzero value of each column.
    starts: Vec<usize>,
}

/// The columns that the filter whitens together.
#[derive(Debug, Clone, Default)]
pub(super) struct Whitened {
    /// Prediction errors divided by their standard deviations, one vector per column.
    pub(super) columns: Vec<Vec<f64>>,
    /// Σ ln F_t.
    pub(super) log_variances: f64,
}

impl Filter {
    /// Whitens columns. With `exact`, the first values are draws of the process; otherwise the filter starts in the
    /// steady state with zeros before (the conditional sum of squares). `false` where the process is not stationary.
    pub(super) fn run(&mut self, arma: &Arma, columns: &[&[f64]], exact: bool, out: &mut Whitened) -> bool {
        let n = columns.first().map_or(0, |w| w.len());
        let reach = arma.reach();
        out.columns.resize_with(columns.len(), Vec::new);
        out.log_variances = 0.0;
        self.phi.clone_from(&arma.phi);
        self.states.resize_with(columns.len(), Vec::new);
        for (state, white) in self.states.iter_mut().zip(&mut out.columns) {
            state.clear();
            state.resize(reach, 0.0);
            white.clear();
            white.reserve(n);
        }
        self.starts.clear();
        self.starts.extend(columns.iter().map(|w| w.iter().position(|x| *x != 0.0).unwrap_or(n)));
        let steady = if exact {
            let Some((variance, gain)) = arma.first_gain() else { return false };
            if !(variance > 0.0 && variance.is_finite()) {
                return false;
            }
            self.change.clone_from(&gain);
            self.gain = gain;
            (self.variance, self.weight) = (variance, -1.0 / variance);
            self.run_until_steady(columns, out)
        } else {
            self.settle(arma);
            0
        };
        if steady < n || !exact {
            self.settle(arma);
            for (w, (white, state)) in columns.iter().zip(out.columns.iter_mut().zip(&mut self.states)) {
                plain_errors(arma, w, white);
                end_state(arma, w, white, state);
            }
        }
        out.log_variances.is_finite()
    }

    /// The state of a column one step after the end.
    pub(super) fn state(&self, column: usize) -> &[f64] {
        self.states.get(column).map_or(&[], Vec::as_slice)
    }

    /// The index at which a column starts after leading zeros, which whitening keeps. Other columns than those of
    /// missing values lose their leading zeros when those are projected out.
    pub(super) fn start(&self, column: usize) -> usize {
        self.starts.get(column).copied().unwrap_or(0)
    }

    /// F at the current step.
    pub(super) fn variance(&self) -> f64 {
        self.variance
    }

    /// The gain times F at the current step.
    pub(super) fn gain(&self) -> &[f64] {
        &self.gain
    }

    /// Whether the gain has become constant.
    pub(super) fn is_steady(&self) -> bool {
        let largest = self.change.iter().fold(0.0_f64, |most, l| most.max(l.abs()));
        self.weight.abs() * largest * largest < STEADY
    }

    /// Advances by one step.
    pub(super) fn advance(&mut self) {
        let Some(&first) = self.change.first() else { return };
        let step = self.weight * first;
        let variance = (self.variance + step * first).max(f64::MIN_POSITIVE);
        let back = first / variance;
        let reach = self.change.len();
        let (change, gain, phi) = (&mut self.change[..reach], &mut self.gain[..reach], &self.phi[..reach]);
        for i in 0..reach - 1 {
            let moved = phi[i] * first + change[i + 1];
            gain[i] += step * moved;
            change[i] = moved - gain[i] * back;
        }
        let moved = phi[reach - 1] * first;
        gain[reach - 1] += step * moved;
        change[reach - 1] = moved - gain[reach - 1] * back;
        self.weight *= variance / self.variance;
        self.variance = variance;
    }

    /// √F_t of the first `count` steps.
    pub(super) fn roots(&mut self, arma: &Arma, count: usize, exact: bool) -> Vec<f64> {
        self.phi.clone_from(&arma.phi);
        self.settle(arma);
        if let Some((variance, gain)) = arma.first_gain().filter(|_| exact) {
            self.change.clone_from(&gain);
            self.gain = gain;
            (self.variance, self.weight) = (variance, -1.0 / variance);
        }
        let root = |_| {
            let root = self.variance.sqrt();
            self.advance();
            root
        };
        (0..count).map(root).collect()
    }

    /// Runs the exact recursion until it is steady and returns the number of values it used.
    fn run_until_steady(&mut self, columns: &[&[f64]], out: &mut Whitened) -> usize {
        let n = columns.first().map_or(0, |w| w.len());
        let mut product = 1.0_f64;
        let mut steady_since = None;
        for t in 0..n {
            // The plain recursion uses earlier errors, all of which must come from the steady state.
            match steady_since {
                Some(since) if t >= since + self.phi.len() => {
                    out.log_variances += product.ln();
                    return t;
                }
                None if t % 8 == 0 && self.is_steady() => steady_since = Some(t),
                _ => {}
            }
            let root = 1.0 / self.variance.sqrt();
            product *= self.variance;
            if t % 16 == 15 {
                out.log_variances += product.ln();
                product = 1.0;
            }
            for (((w, white), state), start) in
                columns.iter().zip(&mut out.columns).zip(&mut self.states).zip(&self.starts)
            {
                if t < *start {
                    white.push(0.0);
                    continue;
                }
                let error = w[t] - state.first().copied().unwrap_or(0.0);
                white.push(error * root);
                predict(&self.phi, state, &self.gain, error / self.variance);
            }
            self.advance();
            // The variance of an error is at least one; otherwise rounding dominates, near a unit root.
            if self.variance.is_nan() || self.variance < 1.0 - 1e-6 {
                out.log_variances = f64::NAN;
                return n;
            }
        }
        out.log_variances += product.ln();
        n
    }

    fn settle(&mut self, arma: &Arma) {
        self.variance = 1.0;
        self.weight = 0.0;
        self.gain.clear();
        self.gain.extend(arma.phi.iter().zip(&arma.theta).map(|(p, t)| p + t));
        self.change.clear();
        self.change.resize(arma.reach(), 0.0);
    }
}

/// The next state, T a + K c.
pub(super) fn predict(phi: &[f64], state: &mut [f64], gain: &[f64], error: f64) {
    let reach = state.len().min(phi.len()).min(gain.len());
    if reach == 0 {
        return;
    }
    let (state, phi, gain) = (&mut state[..reach], &phi[..reach], &gain[..reach]);
    let first = state[0];
    for i in 0..reach - 1 {
        state[i] = phi[i] * first + state[i + 1] + gain[i] * error;
    }
    state[reach - 1] = phi[reach - 1] * first + gain[reach - 1] * error;
}

/// Continues the errors of a column by the plain recursion.
fn plain_errors(arma: &Arma, w: &[f64], errors: &mut Vec<f64>) {
    for t in errors.len()..w.len() {
        let mut error = w[t];
        for (lag, c) in &arma.phi_terms {
            if *lag <= t {
                error -= c * w[t - lag];
            }
        }
        for (lag, c) in &arma.theta_terms {
            if *lag <= t {
                error -= c * errors[t - lag];
            }
        }
        errors.push(error);
    }
}

/// The predicted state after the last value from the last values and errors.
fn end_state(arma: &Arma, w: &[f64], errors: &[f64], state: &mut [f64]) {
    state.fill(0.0);
    for (terms, past) in [(&arma.phi_terms, w), (&arma.theta_terms, errors)] {
        for (lag, c) in terms {
            for (i, s) in state.iter_mut().enumerate().take(*lag) {
                let back = lag - i;
                if back <= past.len() {
                    *s += c * past[past.len() - back];
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::orders::Orders;
    use super::*;

    /// -2 ln L from the covariance matrix by Cholesky, for a check that shares no code with the recursion.
    fn dense(gamma: impl Fn(usize) -> f64, w: &[f64]) -> (f64, f64) {
        let n = w.len();
        let mut lower = vec![vec![0.0; n]; n];
        let (mut squares, mut logs) = (0.0, 0.0);
        let mut white = vec![0.0; n];
        for i in 0..n {
            for j in 0..=i {
                let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
                let rest: f64 = gamma(i - j) - dot;
                lower[i][j] = if i == j { rest.sqrt() } else { rest / lower[j][j] };
            }
            white[i] = (w[i] - (0..i).map(|k| lower[i][k] * white[k]).sum::<f64>()) / lower[i][i];
            squares += white[i] * white[i];
            logs += 2.0 * lower[i][i].ln();
        }
        (squares, logs)
    }

    #[test]
    fn the_recursion_equals_the_cholesky_factor() {
        let w: Vec<f64> = (0..90).map(|t| f64::from(t * t % 17) - 8.0 + f64::from(t % 5)).collect();
        let cases = [
            (Orders::seasonal((2, 0, 1), (1, 0, 1)), vec![0.5, -0.3, 0.4, 0.6, -0.7]),
            (Orders::seasonal((0, 0, 1), (0, 0, 1)), vec![-0.95, -0.9]),
            (Orders::seasonal((1, 0, 0), (0, 0, 0)), vec![0.999]),
            (Orders::seasonal((0, 0, 3), (2, 0, 0)), vec![0.2, 0.1, -0.4, 0.3, 0.4]),
        ];
        for (orders, coefficients) in cases {
            let arma = Arma::new(orders, 4, &coefficients);
            // Covariances from many response weights.
            let many = 60_000;
            let mut psi = vec![0.0; many];
            for k in 0..many {
                psi[k] = if k == 0 { 1.0 } else { arma.theta.get(k - 1).copied().unwrap_or(0.0) };
                psi[k] +=
                    arma.phi_terms.iter().filter(|(lag, _)| *lag <= k).map(|(lag, c)| c * psi[k - lag]).sum::<f64>();
            }
            let table: Vec<f64> = (0..90).map(|lag| psi.iter().zip(&psi[lag..]).map(|(a, b)| a * b).sum()).collect();
            let (squares, logs) = dense(|lag| table[lag], &w);
            let (mut filter, mut out) = (Filter::default(), Whitened::default());
            assert!(filter.run(&arma, &[&w], true, &mut out));
            let own: f64 = out.columns[0].iter().map(|e| e * e).sum();
            assert!((own / squares - 1.0).abs() < 1e-9, "{orders} {own} {squares}");
            assert!((out.log_variances - logs).abs() < 1e-9, "{orders} {} {logs}", out.log_variances);
        }
    }
}
