//! A fit of complex exponential smoothing, and its sample paths: the recursion with drawn σ and errors.

use ndarray::Array1;

use crate::models::Finding;
use crate::models::contract::{Fitted, Parameter};
use crate::models::link::Link;
use crate::models::point_model::{PointFit, PointModel, Residuals, Shock, without_errors};
use crate::models::range::Range;
use crate::series::Series;

use super::CesKind;
use super::recursion::State;
use super::search::{Estimates, parameters};

/// No state goes further, in multiples of the largest value: beyond, sums would no longer be numbers.
const FARTHEST: f64 = 1e100;

/// Complex exponential smoothing that has seen a series.
#[derive(Debug)]
pub struct FittedCes {
    name: &'static str,
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

    /// One-step-ahead values of the history, `(n,)`, in units of the series.
    pub fn fitted_values(&self) -> Array1<f64> {
        self.estimates.means.iter().map(|mean| mean * self.unit).collect()
    }

    /// The smoothing parameters.
    pub fn parameters(&self) -> Vec<Parameter> {
        let space = self.estimates.space;
        let all = [("a0", space.level.0), ("a1", space.level.1), ("b0", space.seasonal.0), ("b1", space.seasonal.1)];
        let parameter = |(name, estimate)| Parameter::point(name, estimate, "");
        all.into_iter().take(parameters(space.kind)).map(parameter).collect()
    }

    /// The recursion without errors, `(horizon,)`, in units of the series.
    pub fn point(&self, horizon: usize) -> Array1<f64> {
        without_errors(self, horizon).into_iter().map(|value| self.range.hold(value)).collect()
    }

    pub(super) fn into_fitted(self, series: &Series) -> Box<dyn Fitted> {
        Box::new(PointFit::new(self.name, series, Link::Identity, self))
    }
}

impl PointModel for FittedCes {
    type State = State;
    type Step = ();

    fn residuals(&self) -> Residuals {
        Residuals { squares: self.estimates.squares, unit: 1.0, degrees: self.estimates.degrees }
    }

    fn steps(&self, horizon: usize) -> Vec<()> {
        vec![(); horizon]
    }

    fn origin(&self, _horizon: usize) -> State {
        self.estimates.last.clone()
    }

    fn next(&self, state: &mut State, (): &(), shock: Shock) -> f64 {
        let (mean, error) = (state.mean(), shock.error());
        state.step_within(&self.estimates.space, error, FARTHEST);
        (mean + error).clamp(-FARTHEST, FARTHEST) * self.unit
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fitted_values()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.parameters()
    }

    fn findings(&self) -> Vec<Finding> {
        vec![Finding::Form {
            form: self.kind().name().to_owned(),
            aicc: Some(self.aicc).filter(|aicc| aicc.is_finite()),
        }]
    }
}
