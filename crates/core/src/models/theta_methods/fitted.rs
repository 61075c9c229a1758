//! A Theta model that has seen a series: its fitted values and its paths.

use ndarray::{Array1, Array2, ShapeBuilder};

use crate::forecast::{Draws, Forecast};
use crate::models::Link;
use crate::models::contract::{Fitted, Model, Parameter};
use crate::models::range::Range;
use crate::series::Series;

use super::ThetaMethod;
use super::estimate::{SKIPPED, estimate};
use super::measured::Measured;
use super::recursion::{End, Line, Moving, Parameters, run};

/// A Theta model that has seen a series.
#[derive(Debug)]
pub(super) struct FittedTheta {
    method: ThetaMethod,
    id: String,
    fitted: Array1<f64>,
    ahead: Ahead,
    /// Of the errors that count, in the unit of the measured values.
    squares: f64,
    degrees: usize,
    range: Range,
}

impl FittedTheta {
    pub(super) fn new(method: ThetaMethod, series: &Series) -> Self {
        let y = series.as_slice();
        let measured = Measured::new(y, series.season_length());
        let lines = method.lines(&measured.values);
        let at = estimate(&measured.values, &lines, method.weights());
        let range = Range::of(series, Link::Identity);
        let mut squares = 0.0;
        let mut fitted = series.values().to_owned();
        let end = run(&measured.values, &lines, at, |t, forecast| {
            // The first values, whose errors do not count, may lie anywhere: the initial level is chosen for the later.
            if t >= SKIPPED {
                squares += (measured.values[t] - forecast).powi(2);
                let (factor, summand, unit) = measured.back(t);
                fitted[t] = range.hold((forecast * factor + summand) * unit);
            }
        });
        Self {
            method,
            id: series.id().to_owned(),
            fitted,
            squares,
            degrees: y.len().saturating_sub(SKIPPED + method.estimated() + measured.estimated()).max(1),
            ahead: Ahead { at, end, line: Line::through(&measured.values), moving: lines.moving, measured },
            range,
        }
    }
}

impl Fitted for FittedTheta {
    /// The first three are the observations.
    fn fitted_values(&self) -> Array1<f64> {
        self.fitted.clone()
    }

    fn parameters(&self) -> Vec<Parameter> {
        let Parameters { alpha, weight, .. } = self.ahead.at;
        let parameter = |name, estimate| Parameter { name, estimate, interval: None, unit: "" };
        let mut all = vec![parameter("alpha", alpha)];
        if self.method.is_optimised() {
            all.push(parameter("theta", 1.0 / (1.0 - weight)));
        }
        all
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let stream = draws.stream(&[&self.id, self.method.name()]);
        let sigma: Vec<f64> =
            stream.chi_squares(0, self.degrees).iter().map(|chi| (self.squares / chi).sqrt()).collect();
        let walks = self.ahead.paths(horizon, &sigma, |step| stream.normals(1 + step), self.range);
        Forecast::from_paths(walks)
    }
}

/// All that the paths beyond the history follow from.
#[derive(Debug)]
pub(super) struct Ahead {
    pub(super) at: Parameters,
    pub(super) end: End,
    /// The line through the history.
    pub(super) line: Line,
    /// Where the moving line stands, of a model that has one.
    pub(super) moving: Option<Moving>,
    pub(super) measured: Measured,
}

impl Ahead {
    /// One path for each scale of the errors, `(paths, horizon)`, in units of the series.
    pub(super) fn paths<'a>(
        &self,
        horizon: usize,
        sigma: &[f64],
        errors: impl Fn(usize) -> &'a [f64],
        range: Range,
    ) -> Array2<f64> {
        let (n, count) = (self.measured.values.len(), sigma.len());
        let Parameters { alpha, weight, .. } = self.at;
        let mut walks = Array2::zeros((count, horizon).f());
        let mut levels = vec![self.end.level; count];
        let mut moving = self.moving.map_or_else(Vec::new, |moving| vec![moving; count]);
        let mut decay = self.end.decay;
        for (step, mut column) in walks.columns_mut().into_iter().enumerate() {
            let Some(column) = column.as_slice_mut() else { continue };
            let (errors, before) = (errors(step), (n + step) as f64);
            if moving.is_empty() {
                let addition = weight * self.line.addition(decay, alpha);
                for (((value, level), sigma), error) in column.iter_mut().zip(&mut levels).zip(sigma).zip(errors) {
                    *value = *level + addition + sigma * error;
                    *level += alpha * (*value - *level);
                }
            } else {
                let paths = column.iter_mut().zip(&mut levels).zip(&mut moving);
                for (((value, level), moving), (sigma, error)) in paths.zip(sigma.iter().zip(errors)) {
                    *value = *level + weight * moving.line(before).addition(decay, alpha) + sigma * error;
                    *level += alpha * (*value - *level);
                    *moving = moving.after(before + 1.0, *value);
                }
            }
            let (factor, summand, unit) = self.measured.back(n + step);
            column.iter_mut().for_each(|value| *value = range.hold((*value * factor + summand) * unit));
            decay *= 1.0 - alpha;
        }
        walks
    }
}
