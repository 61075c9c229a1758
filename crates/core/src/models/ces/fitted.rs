//! A fit of complex exponential smoothing, and its sample paths: the recursion with drawn σ and errors.

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Draws, Forecast};
use crate::models::contract::{Fitted, Parameter};
use crate::models::link::Link;
use crate::models::range::Range;
use crate::series::Series;

use super::CesKind;
use super::recursion::{Space, State, turn};
use super::search::{Estimates, parameters};

/// No state goes further, in multiples of the largest value: beyond, sums would no longer be numbers.
const FARTHEST: f64 = 1e100;

/// Complex exponential smoothing that has seen a series.
#[derive(Debug)]
pub struct FittedCes {
    name: &'static str,
    id: String,
    /// On the scale of `unit`.
    estimates: Estimates,
    unit: f64,
    log_likelihood: f64,
    aicc: f64,
    range: Range,
}

impl FittedCes {
    pub(super) fn new(name: &'static str, series: &Series, estimates: Estimates, unit: f64) -> Self {
        // The density of y is that of y / unit divided by the unit, once for each known value.
        let jacobian = series.known() as f64 * unit.ln();
        Self {
            name,
            id: series.id().to_owned(),
            log_likelihood: estimates.log_likelihood - jacobian,
            aicc: estimates.aicc + 2.0 * jacobian,
            estimates,
            unit,
            range: Range::of(series, Link::Identity),
        }
    }

    /// The kind, chosen or given.
    pub fn kind(&self) -> CesKind {
        self.estimates.space.kind
    }

    /// The Gaussian log-likelihood of the known values with σ² at its maximum, constants included.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Akaike's criterion corrected for small samples; it counts initial states where least squares chose them.
    pub fn aicc(&self) -> f64 {
        self.aicc
    }

    /// The initial states in units of the series: l, c, s and the hidden part of s, `m` of each that has a lag of m.
    pub fn initial_states(&self) -> [Vec<f64>; 4] {
        self.estimates.first.rings.clone().map(|ring| ring.iter().map(|value| value * self.unit).collect())
    }

    /// The recursion without errors, `(horizon,)`, in units of the series.
    pub fn point(&self, horizon: usize) -> Array1<f64> {
        let (space, mut state) = (self.estimates.space, self.estimates.last.clone());
        let step = |_| {
            let mean = state.mean();
            state.step(&space, 0.0);
            state.rings.iter_mut().flatten().for_each(|value| *value = near(*value));
            self.value(mean)
        };
        (0..horizon).map(step).collect()
    }

    fn value(&self, scaled: f64) -> f64 {
        self.range.hold(scaled.clamp(-FARTHEST, FARTHEST) * self.unit)
    }
}

impl Fitted for FittedCes {
    fn fitted_values(&self) -> Array1<f64> {
        self.estimates.means.iter().map(|mean| mean * self.unit).collect()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let space = self.estimates.space;
        let all = [("a0", space.level.0), ("a1", space.level.1), ("b0", space.seasonal.0), ("b1", space.seasonal.1)];
        let of = |(name, estimate)| Parameter { name, estimate, interval: None, unit: "" };
        all.into_iter().take(parameters(space.kind)).map(of).collect()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let stream = draws.stream(&[&self.id, self.name]);
        let Estimates { squares, degrees, space, last, .. } = &self.estimates;
        let sigma: Vec<f64> = stream.chi_squares(0, *degrees).iter().map(|chi| (squares / chi).sqrt()).collect();
        let mut states = States::of(last, draws.paths());
        let mut paths = Array2::zeros((draws.paths(), horizon).f());
        for (step, mut column) in paths.columns_mut().into_iter().enumerate() {
            let errors = stream.normals(1 + step);
            states.step(space, step, |path, mean| {
                let error = sigma[path] * errors[path];
                column[path] = self.value(mean + error);
                error
            });
        }
        Forecast::from_paths(paths)
    }

    fn remarks(&self) -> Vec<String> {
        vec![format!("{}: AICc {:.2}", self.kind().name(), self.aicc)]
    }
}

/// The states of all paths: for each place of a ring, one of each path.
struct States {
    rings: [Vec<Vec<f64>>; 4],
}

impl States {
    fn of(state: &State, paths: usize) -> Self {
        Self { rings: state.rings.clone().map(|ring| ring.iter().map(|value| vec![*value; paths]).collect()) }
    }

    /// One step of every path; `error` takes a path and its mean, and gives its innovation.
    fn step(&mut self, space: &Space, step: usize, mut error: impl FnMut(usize, f64) -> f64) {
        let [level, hidden, seasonal, seasonal_hidden] = &mut self.rings;
        let (at, season_at) = (step % level.len().max(1), step % seasonal.len().max(1));
        let (Some(level), Some(hidden)) = (level.get_mut(at), hidden.get_mut(at)) else { return };
        let mut seasonal = seasonal.get_mut(season_at);
        let mut seasonal_hidden = seasonal_hidden.get_mut(season_at);
        for path in 0..level.len() {
            let mean = level[path] + seasonal.as_ref().map_or(0.0, |s| s[path]);
            let error = error(path, mean);
            turn(&mut level[path], &mut hidden[path], space.level, error);
            (level[path], hidden[path]) = (near(level[path]), near(hidden[path]));
            match (&mut seasonal, &mut seasonal_hidden) {
                (Some(s), Some(h)) => {
                    turn(&mut s[path], &mut h[path], space.seasonal, error);
                    (s[path], h[path]) = (near(s[path]), near(h[path]));
                }
                (Some(s), None) => s[path] = near(s[path] + space.seasonal.0 * error),
                _ => {}
            }
        }
    }
}

fn near(state: f64) -> f64 {
    state.clamp(-FARTHEST, FARTHEST)
}
