//! A linear innovations state space with at most three states.

/// States, in the order in which the space's matrices have them; the unused are zero.
pub type State = [f64; STATES];

/// The most states that a space has.
pub(super) const STATES: usize = 3;

/// F, k and w of one grid point, which initial states are free, and how many powers of time are regressors.
///
/// ```
/// use onpace::models::engine::Space;
/// let (errors, last) = Space::level(0.5).filter(&[4.0, 6.0]);
/// assert_eq!((errors, last[0]), (vec![4.0, 4.0], 4.0));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// F, by rows.
    pub transition: [State; STATES],
    /// k: how an error moves the states.
    pub gain: State,
    /// w: how the states make the value.
    pub measure: State,
    /// The initial states that are estimated; the others start at zero.
    pub free: Vec<usize>,
    /// Regressors: 1, t, t², … up to this many columns, t counted from 1.
    pub powers: usize,
    /// The autocorrelation ρ of an error whose start is drawn from its stationary distribution.
    pub stationary: Option<f64>,
}

impl Space {
    /// Local level (simple exponential smoothing), smoothing α; α = 1 is the random walk.
    pub fn level(alpha: f64) -> Self {
        Self::states([[1.0, 0.0, 0.0], [0.0; 3], [0.0; 3]], [alpha, 0.0, 0.0], [1.0, 0.0, 0.0], vec![0])
    }

    /// Local level with a constant drift; α = 1 is the random walk with drift.
    pub fn drift(alpha: f64) -> Self {
        let transition = [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0; 3]];
        Self::states(transition, [alpha, 0.0, 0.0], [1.0, 1.0, 0.0], vec![0, 1])
    }

    /// A polynomial in time with `powers` coefficients and an AR(1) error of autocorrelation ρ (|ρ| < 1) that starts
    /// from its stationary distribution (Prais and Winsten 1954).
    pub fn trend_with_autoregressive_error(rho: f64, powers: usize) -> Self {
        let transition = [[rho, 0.0, 0.0], [0.0; 3], [0.0; 3]];
        let space = Self::states(transition, [rho, 0.0, 0.0], [1.0, 0.0, 0.0], Vec::new());
        Self { powers, stationary: Some(rho), ..space }
    }

    /// A space without regressors.
    pub fn states(transition: [State; STATES], gain: State, measure: State, free: Vec<usize>) -> Self {
        Self { transition, gain, measure, free, powers: 0, stationary: None }
    }

    /// Columns of the design: free initial states, then regressors.
    pub fn columns(&self) -> usize {
        self.free.len() + self.powers
    }

    /// One pass over `values` from states of zero: the errors `(n,)` and the states after the last.
    pub fn filter(&self, values: &[f64]) -> (Vec<f64>, State) {
        let mut state = [0.0; STATES];
        let errors = values
            .iter()
            .map(|value| {
                let error = value - dot(&self.measure, &state);
                state = self.step(&state, error);
                error
            })
            .collect();
        (errors, state)
    }

    /// The states after one step with an error.
    pub(super) fn step(&self, state: &State, error: f64) -> State {
        let mut next = [0.0; STATES];
        for ((next, row), gain) in next.iter_mut().zip(&self.transition).zip(&self.gain) {
            *next = dot(row, state) + gain * error;
        }
        next
    }

    /// What the regressors of time `t` (from 1) add for coefficients β, which follow the free states in `b`.
    pub(super) fn regression(&self, b: &[f64], t: f64) -> f64 {
        b.iter().skip(self.free.len()).rev().fold(0.0, |sum, beta| sum * t + beta)
    }
}

/// The inner product of two state vectors.
pub(super) fn dot(a: &State, b: &State) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}
