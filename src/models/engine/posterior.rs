//! The posterior over a member's grid, and the paths drawn from it.

use std::sync::Arc;

use ndarray::{Array1, Array2};

use crate::forecast::Draws;
use crate::models::Link;

use super::space::{State, dot};
use super::{Ceiling, Cell, Design, Space};

/// The dimensions of a path's draws: which point, which scale, which coefficients, then the errors of the steps.
const POINT: usize = 0;
const SCALE: usize = 1;
const COEFFICIENT: usize = 2;
const STEP: usize = 8;

/// Points below this part of the heaviest are left out: together they are far below the Monte Carlo error.
const NEGLIGIBLE: f64 = 1e-9;

/// A member's cells and their designs for one length.
#[derive(Debug, Clone)]
pub(super) struct Grid {
    pub(super) cells: Arc<Vec<Cell>>,
    pub(super) designs: Arc<Vec<Option<Design>>>,
}

/// One point (link, θ) with its weight and its least-squares solution, on the scale (z - shift) / unit.
#[derive(Debug, Clone)]
struct Point {
    link: Link,
    cell: usize,
    weight: f64,
    shift: f64,
    unit: f64,
    b: Vec<f64>,
    last: State,
    squares: f64,
}

/// What the data say of a member's grid.
#[derive(Debug, Clone)]
pub struct Posterior {
    grid: Grid,
    points: Vec<Point>,
    n: usize,
}

impl Posterior {
    pub(super) fn new(grid: Grid, values: &[f64], links: &[Ceiling]) -> Option<Self> {
        let n = values.len();
        let mut logs = Vec::new();
        let mut points = Vec::new();
        let mut scaled = vec![0.0; n];
        for ceiling in links {
            let link = ceiling.link;
            let z: Vec<f64> = values.iter().map(|y| link.forward(*y)).collect();
            if z.iter().any(|z| !z.is_finite()) {
                continue;
            }
            let (shift, unit) = scale_of(&z);
            scaled.iter_mut().zip(&z).for_each(|(s, z)| *s = (z - shift) / unit);
            let jacobian = jacobian(link, values);
            for (index, (cell, design)) in grid.cells.iter().zip(grid.designs.iter()).enumerate() {
                let Some(design) = design else { continue };
                let degrees = n.saturating_sub(cell.space.columns());
                if degrees == 0 {
                    continue;
                }
                let (errors, last) = cell.space.filter(&scaled);
                let (b, squares) = design.solve(&errors);
                let squares = squares.max(smallest_squares(&scaled));
                let last = add_states(last, &b, &design.last_states);
                let log = ceiling.prior.ln() + cell.prior.ln() + design.first_weight.ln() - design.log_det + jacobian
                    - degrees as f64 * (0.5 * squares.ln() + unit.ln());
                logs.push(log);
                points.push(Point { link, cell: index, weight: 0.0, shift, unit, b, last, squares });
            }
        }
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !largest.is_finite() {
            return None;
        }
        points.iter_mut().zip(&logs).for_each(|(point, log)| point.weight = (log - largest).exp());
        points.retain(|point| point.weight > NEGLIGIBLE);
        let total: f64 = points.iter().map(|point| point.weight).sum();
        points.iter_mut().for_each(|point| point.weight /= total);
        Some(Self { grid, points, n })
    }

    /// The points' weights with their links and the parameters of their cells; they sum to one.
    pub fn weights(&self) -> impl Iterator<Item = (Link, f64, f64)> + '_ {
        self.points.iter().map(|point| (point.link, self.grid.cells[point.cell].parameter, point.weight))
    }

    /// The heaviest point: its link, its space and its design.
    pub fn best(&self) -> Option<(Link, &Space, &Design)> {
        let point = self.best_point()?;
        let design = self.grid.designs[point.cell].as_ref()?;
        Some((point.link, &self.grid.cells[point.cell].space, design))
    }

    /// Location, scale and degrees of freedom of the Student t of z at step `step` (from 0) for point number `point`.
    pub fn student_t(&self, point: usize, step: usize) -> (f64, f64, usize) {
        let point = &self.points[point];
        let space = &self.grid.cells[point.cell].space;
        let degrees = self.n - space.columns();
        let (mut state, mut gain) = (point.last, space.gain);
        let mut errors = 1.0;
        for _ in 0..step {
            errors += dot(&space.measure, &gain).powi(2);
            state = space.step(&state, 0.0);
            gain = space.step(&gain, 0.0);
        }
        let location = dot(&space.measure, &state) + space.regression(&point.b, (self.n + step + 1) as f64);
        let coefficients = self.coefficient_variance(point, step);
        let scale = (point.squares / degrees as f64 * (errors + coefficients)).sqrt();
        (point.shift + point.unit * location, point.unit * scale, degrees)
    }

    /// |c'R⁻¹|² with c how the coefficients move z at a step.
    fn coefficient_variance(&self, point: &Point, step: usize) -> f64 {
        let space = &self.grid.cells[point.cell].space;
        let Some(design) = &self.grid.designs[point.cell] else { return 0.0 };
        let free = space.free.len();
        let t = (self.n + step + 1) as f64;
        let effect = design.last_states.iter().enumerate().map(|(column, start)| {
            let ahead = (0..step).fold(*start, |state, _| space.step(&state, 0.0));
            let power = column.checked_sub(free).and_then(|power| i32::try_from(power).ok());
            dot(&space.measure, &ahead) + power.map_or(0.0, |power| t.powi(power))
        });
        let effect = Array1::from_iter(effect);
        effect.dot(&design.r_inverse).mapv(|v| v * v).sum()
    }

    /// One-step-ahead values of the history at the heaviest point, `(n,)`, in units of the series.
    pub fn fitted(&self, values: &[f64]) -> Array1<f64> {
        let Some(point) = self.best_point() else { return Array1::from(values.to_vec()) };
        let Some(design) = &self.grid.designs[point.cell] else { return Array1::from(values.to_vec()) };
        let space = &self.grid.cells[point.cell].space;
        let z: Vec<f64> = values.iter().map(|y| (point.link.forward(*y) - point.shift) / point.unit).collect();
        let (errors, _) = space.filter(&z);
        let explained = design.matrix.dot(&Array1::from(point.b.clone()));
        let weight = |t: usize| if t == 0 { design.first_weight } else { 1.0 };
        let fitted = z.iter().zip(&errors).zip(&explained).enumerate();
        let back = fitted.map(|(t, ((z, error), part))| z - (error - part / weight(t)));
        back.map(|z| point.link.inverse(point.shift + point.unit * z)).collect()
    }

    /// Joint paths of the series, `(paths, horizon)`: each draws its point, its scale, its coefficients and its errors.
    /// `hold` keeps a value inside the range of the series.
    pub fn paths(&self, horizon: usize, draws: &Draws, key: &[&str], hold: impl Fn(f64) -> f64) -> Array2<f64> {
        let stream = draws.stream(key);
        let columns = self.points.first().map_or(0, |point| self.grid.cells[point.cell].space.columns());
        let chosen = self.choose(&stream.uniforms(POINT));
        let chi_squares = stream.chi_squares(SCALE, self.n - columns);
        let coefficients: Vec<_> = (0..columns).map(|c| stream.normals(COEFFICIENT + c)).collect();
        let mut walkers: Vec<Walker<'_>> = (chosen.iter().zip(&chi_squares).enumerate())
            .map(|(path, (point, chi))| {
                let normals: Vec<f64> = coefficients.iter().map(|column| column[path]).collect();
                self.walker(&self.points[*point], *chi, &normals)
            })
            .collect();
        let mut paths = Array2::zeros((draws.paths(), horizon));
        for step in 0..horizon {
            let errors = stream.normals(STEP + step);
            let t = (self.n + step + 1) as f64;
            for (path, (walker, error)) in walkers.iter_mut().zip(&errors).enumerate() {
                paths[[path, step]] = hold(walker.next(t, *error));
            }
        }
        paths
    }

    /// The point of each uniform draw, by cumulative weight.
    fn choose(&self, uniforms: &[f64]) -> Vec<usize> {
        let mut cumulative: Vec<f64> = self.points.iter().map(|point| point.weight).collect();
        (1..cumulative.len()).for_each(|i| cumulative[i] += cumulative[i - 1]);
        let last = cumulative.len().saturating_sub(1);
        uniforms.iter().map(|u| cumulative.partition_point(|c| c < u).min(last)).collect()
    }

    fn walker(&self, point: &Point, chi_square: f64, normals: &[f64]) -> Walker<'_> {
        let space = &self.grid.cells[point.cell].space;
        let sigma = (point.squares / chi_square).sqrt();
        let mut b = point.b.clone();
        let mut state = point.last;
        if let Some(design) = &self.grid.designs[point.cell] {
            let shifts: Vec<f64> = design
                .r_inverse
                .outer_iter()
                .map(|row| sigma * row.iter().zip(normals).map(|(r, z)| r * z).sum::<f64>())
                .collect();
            state = add_states(state, &shifts, &design.last_states);
            b.iter_mut().zip(&shifts).for_each(|(b, shift)| *b += shift);
        }
        Walker { space, link: point.link, shift: point.shift, unit: point.unit, sigma, b, state }
    }

    fn best_point(&self) -> Option<&Point> {
        self.points.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))
    }
}

/// One path on its way.
#[derive(Debug)]
struct Walker<'a> {
    space: &'a Space,
    link: Link,
    shift: f64,
    unit: f64,
    sigma: f64,
    b: Vec<f64>,
    state: State,
}

impl Walker<'_> {
    fn next(&mut self, t: f64, normal: f64) -> f64 {
        let error = self.sigma * normal;
        let z = dot(&self.space.measure, &self.state) + self.space.regression(&self.b, t) + error;
        self.state = self.space.step(&self.state, error);
        self.link.inverse(self.shift + self.unit * z)
    }
}

fn add_states(mut state: State, coefficients: &[f64], effects: &[State]) -> State {
    for (b, effect) in coefficients.iter().zip(effects) {
        state.iter_mut().zip(effect).for_each(|(s, e)| *s += b * e);
    }
    state
}

/// The first value and the mean absolute change, by which values of any size become numbers near one.
fn scale_of(z: &[f64]) -> (f64, f64) {
    let first = z.first().copied().unwrap_or(0.0);
    let steps = z.len().saturating_sub(1).max(1) as f64;
    // Halved, since the difference of two huge values may overflow.
    let unit = z.windows(2).map(|pair| (pair[1] / 2.0 - pair[0] / 2.0).abs() * 2.0 / steps).sum::<f64>();
    let constant = first.abs().max(f64::MIN_POSITIVE / f64::EPSILON) * 1e-9;
    (first, if unit > 0.0 && unit.is_finite() { unit } else { constant })
}

/// The least residual sum of squares that is believed: a perfect fit is taken to have a little noise.
fn smallest_squares(scaled: &[f64]) -> f64 {
    let n = scaled.len() as f64;
    let mean = scaled.iter().sum::<f64>() / n;
    let variance = scaled.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
    (1e-10 * variance).max(1e-12)
}

/// Σ ln g'(y_t), less ln(y g'(y)) at the first and the last value: a flat prior on the logarithm of the curve there,
/// which makes ceilings of one link comparable.
fn jacobian(link: Link, values: &[f64]) -> f64 {
    match link {
        Link::Identity | Link::Log => 0.0,
        _ => {
            let anchor = |y: Option<&f64>| y.map_or(0.0, |y| y.abs().ln() + link.log_derivative(*y));
            values.iter().map(|y| link.log_derivative(*y)).sum::<f64>() - anchor(values.first()) - anchor(values.last())
        }
    }
}
