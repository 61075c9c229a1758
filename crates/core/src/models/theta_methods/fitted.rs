//! A fitted Theta model: its fitted values, and one step of one path.

use ndarray::Array1;

use crate::models::Link;
use crate::models::contract::{Model, Parameter};
use crate::models::point_model::{PointFit, PointModel, Residuals, Shock};
use crate::models::range::Range;
use crate::series::Series;

use super::ThetaMethod;
use super::estimate::{SKIPPED, estimate};
use super::measured::Measured;
use super::recursion::{End, Line, Moving, Parameters, run};

/// A fitted Theta model.
#[derive(Debug)]
pub(super) struct FittedTheta {
    optimised: bool,
    /// The fitted values; the first three are the observations.
    fitted: Array1<f64>,
    residuals: Residuals,
    ahead: Ahead,
}

/// Fits a method to a series.
pub(super) fn fit(method: ThetaMethod, series: &Series) -> PointFit<FittedTheta> {
    let y = series.as_slice();
    let measured = Measured::new(y, series.season_length());
    let lines = method.lines(&measured.values);
    let at = estimate(&measured.values, &lines, method.weights());
    let range = Range::of(series, Link::Identity);
    let mut squares = 0.0;
    let mut fitted = series.values().to_owned();
    let end = run(&measured.values, &lines, at, |t, forecast| {
        // The first errors do not count in the criterion, so the first fitted values would be arbitrary.
        if t >= SKIPPED {
            squares += (measured.values[t] - forecast).powi(2);
            let (factor, summand, unit) = measured.back(t);
            fitted[t] = range.hold((forecast * factor + summand) * unit);
        }
    });
    let degrees = y.len().saturating_sub(SKIPPED + method.estimated() + measured.estimated()).max(1);
    let model = FittedTheta {
        optimised: method.is_optimised(),
        fitted,
        residuals: Residuals { squares, unit: 1.0, degrees },
        ahead: Ahead { at, end, line: Line::through(&measured.values), moving: lines.moving, measured },
    };
    PointFit::new(method.name(), series, Link::Identity, model)
}

impl PointModel for FittedTheta {
    type State = State;
    type Step = Step;

    fn residuals(&self) -> Residuals {
        self.residuals
    }

    fn steps(&self, horizon: usize) -> Vec<Step> {
        self.ahead.steps(horizon)
    }

    fn origin(&self, _horizon: usize) -> State {
        self.ahead.origin()
    }

    fn next(&self, state: &mut State, step: &Step, shock: Shock) -> f64 {
        self.ahead.next(state, step, shock.error())
    }

    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Parameters { alpha, weight, .. } = self.ahead.at;
        let mut parameters = vec![Parameter::point("alpha", alpha, "")];
        if self.optimised {
            parameters.push(Parameter::point("theta", 1.0 / (1.0 - weight), ""));
        }
        parameters
    }
}

/// The level of a path, and its moving line in a model that has one.
#[derive(Debug, Clone, Copy)]
pub(super) struct State {
    level: f64,
    moving: Moving,
}

/// The data that all paths share at one step.
#[derive(Debug)]
pub(super) struct Step {
    /// The number of values before it.
    before: f64,
    decay: f64,
    /// The contribution of the fixed line to the level.
    addition: f64,
    /// The conversion from a measured value to one of the series.
    back: (f64, f64, f64),
}

/// The data from which paths continue after the history.
#[derive(Debug)]
pub(super) struct Ahead {
    pub(super) at: Parameters,
    pub(super) end: End,
    /// The line through the history.
    pub(super) line: Line,
    /// The moving line after the last value, in a model that has one.
    pub(super) moving: Option<Moving>,
    pub(super) measured: Measured,
}

impl Ahead {
    pub(super) fn steps(&self, horizon: usize) -> Vec<Step> {
        let Parameters { alpha, weight, .. } = self.at;
        let n = self.measured.values.len();
        let mut decay = self.end.decay;
        let step = |step: usize| {
            let before = n + step;
            let addition = weight * self.line.addition(decay, alpha);
            let step = Step { before: before as f64, decay, addition, back: self.measured.back(before) };
            decay *= 1.0 - alpha;
            step
        };
        (0..horizon).map(step).collect()
    }

    pub(super) fn origin(&self) -> State {
        State { level: self.end.level, moving: self.moving.unwrap_or(Moving { mean: 0.0, slope: 0.0 }) }
    }

    /// The next value in units of the series.
    pub(super) fn next(&self, state: &mut State, step: &Step, error: f64) -> f64 {
        let Parameters { alpha, weight, .. } = self.at;
        let is_moving = self.moving.is_some();
        let addition =
            if is_moving { weight * state.moving.line(step.before).addition(step.decay, alpha) } else { step.addition };
        let value = state.level + addition + error;
        state.level += alpha * (value - state.level);
        if is_moving {
            state.moving = state.moving.after(step.before + 1.0, value);
        }
        let (factor, summand, unit) = step.back;
        (value * factor + summand) * unit
    }
}
