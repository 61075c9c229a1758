//! A linear innovations state space: up to four states of level and trend, and a season.

use crate::numerics::vectors::dot;

/// States of level and trend, in the order of the matrices; unused states are zero.
pub type State = [f64; STATES];

/// The largest number of states beside the season.
pub(super) const STATES: usize = 4;

/// The state space of one grid point: F, k and w, and the number of free initial states.
///
/// ```
/// use onpace::models::engine::Space;
/// let (errors, last) = Space::level(0.5).filter(&[4.0, 6.0]);
/// assert_eq!((errors, last), (vec![4.0, 4.0], vec![4.0]));
/// let (errors, last) = Space::level(0.0).with_season(2, 0.5, 1).filter(&[4.0, 6.0, 8.0]);
/// assert_eq!((errors, last), (vec![4.0, 6.0, 6.0], vec![0.0, 5.0, 3.0]));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Space {
    /// The transition matrix F, by rows.
    pub transition: [State; STATES],
    /// The gain k: the effect of an error on the states.
    pub gain: State,
    /// The measurement vector w: the value is w'x.
    pub measure: State,
    /// The number of states in use.
    pub states: usize,
    /// The number of initial states that are estimated, from the first on; the others start at zero.
    pub free: usize,
    /// The variance of the first error, in units of the others' variance: 1/(1 - ρ²) for one drawn from the stationary
    /// distribution of autocorrelation ρ, else 1.
    pub first_variance: f64,
    /// The season, if there is one.
    pub season: Option<Season>,
}

/// One state for each place in the season, which is added to the value of the other states: s_t = s_{t-m} + γ e_t.
///
/// Each period reads and updates only the state of its place in the season, so a
/// season costs no product of matrices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Season {
    /// The season length m, in periods.
    pub length: usize,
    /// The gain γ: the effect of an error on the state of its place; zero for a season that never changes.
    pub gain: f64,
    /// The number of pairs of sine and cosine whose sum is the initial states, at most m/2. With m/2 pairs, they may be
    /// any states that sum to zero.
    pub harmonics: usize,
}

impl Season {
    /// The free directions of the initial states, each `(m,)`, orthogonal and summing to zero.
    pub(crate) fn directions(&self) -> Vec<Vec<f64>> {
        let m = self.length;
        let wave = |k: usize, shift: f64| {
            (0..m).map(|j| (std::f64::consts::TAU * (k * j) as f64 / m as f64 - shift).cos()).collect()
        };
        let mut waves = Vec::new();
        for k in 1..=self.harmonics.min(m / 2) {
            waves.push(wave(k, 0.0));
            if 2 * k < m {
                waves.push(wave(k, std::f64::consts::FRAC_PI_2));
            }
        }
        waves
    }
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

    /// Local level and slope with smoothing α and β, and the slope damped by φ per step (φ = 1: not damped).
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
            season: None,
        }
    }

    /// The same space with a season of `length` periods (at least 2) whose states change by `gain` times the error and
    /// start as a sum of `harmonics` pairs of sine and cosine.
    #[must_use]
    pub fn with_season(self, length: usize, gain: f64, harmonics: usize) -> Self {
        Self { season: Some(Season { length, gain, harmonics }).filter(|_| length > 1), ..self }
    }

    fn stationary(self, rho: f64) -> Self {
        Self { first_variance: 1.0 / (1.0 - rho * rho), ..self }
    }

    /// The season length m, or zero without a season.
    pub(super) fn season_length(&self) -> usize {
        self.season.map_or(0, |season| season.length)
    }

    /// The number of all states, including those of the season.
    pub(super) fn size(&self) -> usize {
        self.states + self.season_length()
    }

    /// The free directions of the initial states, each of the length [`Space::size`].
    pub(super) fn directions(&self) -> Vec<Vec<f64>> {
        let unit = |state: usize| (0..self.size()).map(|i| f64::from(u8::from(i == state))).collect();
        let seasonal = self.season.map(|season| season.directions()).unwrap_or_default();
        let padded = seasonal.into_iter().map(|wave| [vec![0.0; self.states], wave].concat());
        (0..self.free).map(unit).chain(padded).collect()
    }

    /// The value w_t'x of the states in period `t`.
    pub(super) fn value_at(&self, t: usize, states: &[f64]) -> f64 {
        let (trend, season) = states.split_at(self.states);
        dot(&self.measure, trend) + if season.is_empty() { 0.0 } else { season[t % season.len()] }
    }

    /// The states after period `t` with an error.
    pub(super) fn advance(&self, t: usize, states: &mut [f64], error: f64) {
        let (trend, season) = states.split_at_mut(self.states);
        let mut next = [0.0; STATES];
        for ((next, row), gain) in next.iter_mut().zip(&self.transition).zip(&self.gain) {
            *next = dot(row, trend) + gain * error;
        }
        trend.copy_from_slice(&next[..self.states]);
        if let Some(Season { length, gain, .. }) = self.season {
            season[t % length] += gain * error;
        }
    }

    /// One pass over `values` from states of zero: the errors `(n,)` and the states after the last value, those of the
    /// season by place.
    pub fn filter(&self, values: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut states = vec![0.0; self.size()];
        let errors = values.iter().enumerate().map(|(t, value)| {
            let error = value - self.value_at(t, &states);
            self.advance(t, &mut states, error);
            error
        });
        (errors.collect(), states)
    }

    /// The vector w'F^(step + 1) of the states beside the season, given w'F^(step).
    pub(super) fn measure_ahead(&self, before: &State) -> State {
        let mut next = [0.0; STATES];
        for (row, weight) in self.transition.iter().zip(before) {
            next.iter_mut().zip(row).for_each(|(next, f)| *next += weight * f);
        }
        next
    }

    /// For each step ahead: w'F^(step), and the variance from the errors of the steps up to it, 1 + Σ c_j², in units of
    /// σ².
    pub(super) fn ahead(&self) -> impl Iterator<Item = (State, f64)> + '_ {
        let first = (self.measure, 1.0, 1);
        std::iter::successors(Some(first), |(measure, variance, step)| {
            let seasonal = self.season.filter(|season| step % season.length == 0).map_or(0.0, |season| season.gain);
            let moved = dot(measure, &self.gain) + seasonal;
            Some((self.measure_ahead(measure), variance + moved * moved, step + 1))
        })
        .map(|(measure, variance, _)| (measure, variance))
    }
}
