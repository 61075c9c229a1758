//! One adapter for all models with point parameters.
//!
//! Such a model takes its parameters as known. For each sample path it draws the scale of the errors, a scaled inverse
//! chi-squared with the remaining degrees of freedom, and the errors themselves; its states then advance step by step.
//! A model describes one step of one path ([`PointModel`]); [`PointFit`] does the rest and implements [`Fitted`] for
//! all of them.

use std::fmt;

use ndarray::Array1;

use crate::forecast::{Dimensions, Draws, Forecast};
use crate::series::Series;

use super::contract::{Fitted, Parameter};
use super::link::Link;
use super::range::Range;
use super::remark::{Finding, Remark};

/// The number of paths that advance together: few enough for their states to stay in the first-level cache.
const BLOCK: usize = 32;

/// The residuals of a fitted model over the history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Residuals {
    /// The sum of the squared residuals, in squares of `unit`.
    pub(super) squares: f64,
    /// The unit of the residuals, as a multiple of the unit of the model's errors.
    pub(super) unit: f64,
    /// The degrees of freedom, at least one.
    pub(super) degrees: usize,
}

/// The random part of one step of one path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shock {
    /// The scale of the errors of this path.
    pub(super) scale: f64,
    /// A standard normal draw.
    pub(super) normal: f64,
    /// A uniform draw on (0, 1) in a layout with two draws per step; else 0.5.
    pub(super) uniform: f64,
}

impl Shock {
    /// A shock without an error.
    pub(super) const NONE: Self = Self { scale: 0.0, normal: 0.0, uniform: 0.5 };

    /// The error: the scale times the normal draw.
    pub(super) fn error(self) -> f64 {
        self.scale * self.normal
    }
}

/// A fitted model with point parameters, described by one step of one path.
pub(super) trait PointModel: fmt::Debug + Send + Sync {
    /// The state that a path carries from one step to the next, such as a level.
    type State: Clone;
    /// The data that all paths share at one step, such as a seasonal index; `()` for none.
    type Step;
    /// The layout of the random draws.
    const DIMENSIONS: Dimensions = Dimensions::POINT;

    /// The residuals that determine the distribution of the errors' scale.
    fn residuals(&self) -> Residuals;

    /// The data that all paths share at each of the next `horizon` steps.
    fn steps(&self, horizon: usize) -> Vec<Self::Step>;

    /// The state at the origin, which is the same for all paths.
    fn origin(&self, horizon: usize) -> Self::State;

    /// The number of coefficients that each path draws at the origin; they change the state through
    /// [`vary`](Self::vary).
    fn drawn_coefficients(&self) -> usize {
        0
    }

    /// Changes the state at the origin by the draw of one coefficient.
    fn vary(&self, _state: &mut Self::State, _coefficient: usize, _shock: Shock) {}

    /// The value of the next step, in units of the series, and the state after it. The adapter keeps the value inside
    /// the range of the series.
    fn next(&self, state: &mut Self::State, step: &Self::Step, shock: Shock) -> f64;

    /// See [`Fitted::fitted_values`].
    fn fitted_values(&self) -> Array1<f64>;

    /// See [`Fitted::parameters`].
    fn parameters(&self) -> Vec<Parameter>;

    /// See [`Fitted::curve`].
    fn curve(&self, _horizon: usize) -> Option<Array1<f64>> {
        None
    }

    /// The findings of [`Fitted::remarks`].
    fn findings(&self) -> Vec<Finding> {
        Vec::new()
    }
}

/// The values of the next steps without errors, `(horizon,)`, in units of the series.
pub(super) fn without_errors<M: PointModel>(model: &M, horizon: usize) -> Vec<f64> {
    let mut state = model.origin(horizon);
    model.steps(horizon).iter().map(|step| model.next(&mut state, step, Shock::NONE)).collect()
}

/// A model with point parameters that has seen a series.
#[derive(Debug)]
pub(super) struct PointFit<M> {
    id: String,
    name: String,
    range: Range,
    model: M,
}

impl<M: PointModel> PointFit<M> {
    /// A fitted model with its name in the registry; the link determines the range of its paths.
    pub(super) fn new(name: &str, series: &Series, link: Link, model: M) -> Self {
        Self { id: series.id().to_owned(), name: name.to_owned(), range: Range::of(series, link), model }
    }
}

impl<M: PointModel> Fitted for PointFit<M> {
    fn fitted_values(&self) -> Array1<f64> {
        self.model.fitted_values()
    }

    fn parameters(&self) -> Vec<Parameter> {
        self.model.parameters()
    }

    fn curve(&self, horizon: usize) -> Option<Array1<f64>> {
        self.model.curve(horizon)
    }

    fn remarks(&self) -> Vec<Remark> {
        self.model.findings().into_iter().map(|finding| Remark::new(&self.name, finding)).collect()
    }

    fn forecast(&self, horizon: usize, draws: &Draws) -> Forecast {
        let (model, dimensions, paths) = (&self.model, M::DIMENSIONS, draws.paths());
        let stream = draws.stream(&[&self.id, &self.name]);
        let Residuals { squares, unit, degrees } = model.residuals();
        let mut scales = stream.chi_squares(Dimensions::SCALE, degrees);
        scales.iter_mut().for_each(|draw| *draw = unit * (squares / *draw).sqrt());
        let coefficients: Vec<&[f64]> =
            (0..model.drawn_coefficients()).map(|index| stream.normals(dimensions.coefficient(index))).collect();
        let two = dimensions.has_two_per_step();
        let uniforms: Vec<Vec<f64>> =
            (0..horizon).filter(|_| two).map(|step| stream.uniforms(dimensions.step(step))).collect();
        let of_errors = |step| if two { dimensions.second_of_step(step) } else { dimensions.step(step) };
        let normals: Vec<&[f64]> = (0..horizon).map(|step| stream.normals(of_errors(step))).collect();

        let (steps, origin) = (model.steps(horizon), model.origin(horizon));
        let mut states = vec![origin.clone(); BLOCK.min(paths)];
        let mut values = vec![0.0; paths * horizon];
        for (block, scales) in scales.chunks(BLOCK).enumerate() {
            let first = block * BLOCK;
            for (path, (state, scale)) in states.iter_mut().zip(scales).enumerate() {
                state.clone_from(&origin);
                for (index, normals) in coefficients.iter().enumerate() {
                    let shock = Shock { scale: *scale, normal: normals[first + path], ..Shock::NONE };
                    model.vary(state, index, shock);
                }
            }
            for (at, step) in steps.iter().enumerate() {
                let block = first..first + scales.len();
                let values = &mut values[at * paths..][block.clone()];
                let normals = &normals[at][block.clone()];
                let paths = values.iter_mut().zip(&mut states).zip(scales.iter().zip(normals));
                match uniforms.get(at) {
                    None => {
                        for ((value, state), (scale, normal)) in paths {
                            let shock = Shock { scale: *scale, normal: *normal, ..Shock::NONE };
                            *value = self.range.hold(model.next(state, step, shock));
                        }
                    }
                    Some(uniforms) => {
                        for (((value, state), (scale, normal)), uniform) in paths.zip(&uniforms[block]) {
                            let shock = Shock { scale: *scale, normal: *normal, uniform: *uniform };
                            *value = self.range.hold(model.next(state, step, shock));
                        }
                    }
                }
            }
        }
        Forecast::from_steps(paths, horizon, values)
    }
}
