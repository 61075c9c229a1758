//! A linear innovations state space with at most four states.

/// States, in the order in which the space's matrices have them; the unused are zero.
pub type State = [f64; STATES];

/// The most states that a space has.
pub(super) const STATES: usize = 4;

/// F, k and w of one grid point, and which initial states are free.
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
    /// How many states are in use.
    pub states: usize,
    /// The first so many initial states are estimated; the others start at zero.
    pub free: usize,
    /// The variance of the first error, in units of the others': 1/(1 - ρ²) for one drawn from the stationary
    /// distribution of autocorrelation ρ, else 1.
    pub first_variance: f64,
}

impl Space {
    /// Local level (simple exponential smoothing), smoothing α; α = 1 is the random walk.
    pub fn level(alpha: f64) -> Self {
        Self::new([[1.0]], [alpha], [1.0], 1)
    }

    /// Local level with a constant drift; α = 1 is the random walk with drift.
    pub fn drift(alpha: f64) -> Self {
        Self::new([[1.0, 1.0], [0.0, 1.0]], [alpha, 0.0], [1.0, 1.0], 2)
    }

    /// Local level and slope with smoothing α and β, the slope damped by φ a step (φ = 1: not damped).
    pub fn trend(alpha: f64, beta: f64, phi: f64) -> Self {
        Self::new([[1.0, phi], [0.0, phi]], [alpha, beta], [1.0, phi], 2)
    }

    /// A line in time with an AR(1) error of autocorrelation ρ (|ρ| < 1) that starts from its stationary distribution
    /// (Prais and Winsten 1954).
    pub fn line(rho: f64) -> Self {
        let transition = [[1.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, rho]];
        Self::new(transition, [0.0, 0.0, rho], [1.0; 3], 2).stationary(rho)
    }

    /// A parabola in time with the same error.
    pub fn parabola(rho: f64) -> Self {
        let transition = [[1.0, 1.0, 0.0, 0.0], [0.0, 1.0, 1.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, rho]];
        Self::new(transition, [0.0, 0.0, 0.0, rho], [1.0, 1.0, 0.0, 1.0], 3).stationary(rho)
    }

    /// A space of `N` states from F, k and w, of which the first `free` are estimated.
    pub fn new<const N: usize>(transition: [[f64; N]; N], gain: [f64; N], measure: [f64; N], free: usize) -> Self {
        let pad = |from: [f64; N]| {
            let mut to = [0.0; STATES];
            to.iter_mut().zip(from).for_each(|(to, from)| *to = from);
            to
        };
        let mut rows = [[0.0; STATES]; STATES];
        rows.iter_mut().zip(transition).for_each(|(to, from)| *to = pad(from));
        Self {
            transition: rows,
            gain: pad(gain),
            measure: pad(measure),
            states: N.min(STATES),
            free: free.min(N),
            first_variance: 1.0,
        }
    }

    fn stationary(self, rho: f64) -> Self {
        Self { first_variance: 1.0 / (1.0 - rho * rho), ..self }
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

    /// w'F^(step): how the states make the value `step` + 1 steps ahead.
    pub(super) fn measure_ahead(&self, before: &State) -> State {
        let mut next = [0.0; STATES];
        for (row, weight) in self.transition.iter().zip(before) {
            next.iter_mut().zip(row).for_each(|(next, f)| *next += weight * f);
        }
        next
    }
}

/// The inner product of two state vectors.
pub(super) fn dot(a: &State, b: &State) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}
