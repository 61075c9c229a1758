//! The posterior over a member's grid.

use std::sync::Arc;

use ndarray::Array1;

use crate::models::Link;

use super::recursion::{LANES, Recursion};
use super::scale::{HalfSlope, Scale, smallest_squares};
use super::space::{STATES, State, dot};
use super::{Ceiling, Cell, Design, Member, Space};

/// Points below this part of the heaviest are left out: together they are far below the Monte Carlo error.
const NEGLIGIBLE: f64 = 1e-9;

/// One point (link, θ) with its weight and where its recursion ended, on the scale of its link.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) link: usize,
    pub(super) cell: usize,
    pub(super) weight: f64,
    pub(super) state: State,
    pub(super) squares: f64,
}

/// A link with the scale of the values on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scaled {
    pub(super) link: Link,
    pub(super) scale: Scale,
    pub(super) half_slope: Option<HalfSlope>,
}

/// What the data say of a member's grid.
#[derive(Debug, Clone)]
pub struct Posterior {
    pub(super) cells: Arc<Vec<Cell>>,
    pub(super) recursion: Arc<Recursion>,
    pub(super) links: Vec<Scaled>,
    pub(super) points: Vec<Point>,
    pub(super) n: usize,
    pub(super) degrees: usize,
}

impl Posterior {
    pub(super) fn new(member: &Member, values: &[f64], links: &[Ceiling]) -> Option<Self> {
        let n = values.len();
        let degrees = n.checked_sub(member.columns()).filter(|degrees| *degrees > 0)?;
        let recursion = member.recursion(n);
        let cells = &member.cells;
        let (mut logs, mut points, mut scaled) = (Vec::new(), Vec::new(), Vec::new());
        let (mut z, mut level) = (Vec::with_capacity(n), Vec::new());
        for ceiling in links {
            z.clear();
            z.extend(values.iter().map(|y| ceiling.link.forward(*y)));
            if z.iter().any(|z| !z.is_finite()) {
                continue;
            }
            let scale = Scale::of(&z);
            scale.apply(&mut z);
            let half_slope = member.half_slope.then(|| HalfSlope::of(&z));
            if let Some(half) = half_slope {
                half.remove(&z, &mut level);
                std::mem::swap(&mut z, &mut level);
            }
            let track = recursion.run(&z, n);
            let least = smallest_squares(&z);
            let common = ceiling.prior.ln() + jacobian(ceiling.link, values) - degrees as f64 * scale.unit.ln();
            for index in 0..cells.len() {
                let (chunk, lane) = (index / LANES, index % LANES);
                let squares = track.squares(n, chunk)[lane].max(least);
                let penalty = recursion.penalty(n, chunk)[lane];
                let mut state = [0.0; STATES];
                state.iter_mut().zip(track.states(n, chunk)).for_each(|(to, from)| *to = from[lane]);
                logs.push(common - penalty - 0.5 * degrees as f64 * squares.ln());
                points.push(Point { link: scaled.len(), cell: index, weight: 0.0, state, squares });
            }
            scaled.push(Scaled { link: ceiling.link, scale, half_slope });
        }
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if !largest.is_finite() {
            return None;
        }
        points.iter_mut().zip(&logs).for_each(|(point, log)| point.weight = (log - largest).exp());
        points.retain(|point| point.weight > NEGLIGIBLE);
        let total: f64 = points.iter().map(|point| point.weight).sum();
        points.iter_mut().for_each(|point| point.weight /= total);
        Some(Self { cells: Arc::clone(cells), recursion, links: scaled, points, n, degrees })
    }

    /// The points' weights with their links and the parameters of their cells; they sum to one.
    pub fn weights(&self) -> impl Iterator<Item = (Link, f64, f64)> + '_ {
        self.points.iter().map(|p| (self.links[p.link].link, self.cells[p.cell].parameter, p.weight))
    }

    /// The heaviest point: its link and its space.
    pub fn best(&self) -> Option<(Link, &Space)> {
        self.best_point().map(|point| (self.links[point.link].link, &self.cells[point.cell].space))
    }

    /// Location, scale and degrees of freedom of the Student t of z at step `step` (from 0) for point number `point`.
    pub fn student_t(&self, point: usize, step: usize) -> (f64, f64, usize) {
        let point = &self.points[point];
        let (scaled, space) = (&self.links[point.link], &self.cells[point.cell].space);
        let mut ahead = space.measure;
        let mut variance = 1.0;
        for _ in 0..step {
            variance += dot(&ahead, &space.gain).powi(2);
            ahead = space.measure_ahead(&ahead);
        }
        let spread = self.spread(point);
        variance += (0..space.free)
            .map(|column| spread.iter().zip(&ahead).map(|(row, w)| row[column] * w).sum::<f64>().powi(2))
            .sum::<f64>();
        let mut location = dot(&ahead, &point.state);
        if let Some(half) = scaled.half_slope {
            let steps = (step + 1) as f64;
            location += half.at(self.n + step + 1);
            variance += steps * steps * half.variance(space.gain[0]);
        }
        let scale = (point.squares / self.degrees as f64 * variance).sqrt();
        (scaled.scale.back(location), scaled.scale.unit * scale, self.degrees)
    }

    /// L of a point, by states.
    pub(super) fn spread(&self, point: &Point) -> [State; STATES] {
        let (chunk, lane) = (point.cell / LANES, point.cell % LANES);
        let free = self.recursion.free;
        let mut rows = [[0.0; STATES]; STATES];
        for (row, from) in rows.iter_mut().zip(self.recursion.spread(self.n, chunk).chunks_exact(free)) {
            row.iter_mut().zip(from).for_each(|(to, lanes)| *to = lanes[lane]);
        }
        rows
    }

    /// One-step-ahead values of the history at the heaviest point, `(n,)`, in units of the series; the initial states
    /// are those that the whole history gives.
    pub fn fitted(&self, values: &[f64]) -> Array1<f64> {
        let same = || Array1::from(values.to_vec());
        let Some(point) = self.best_point() else { return same() };
        let (scaled, space) = (&self.links[point.link], &self.cells[point.cell].space);
        let Some(design) = Design::new(space, values.len()) else { return same() };
        let mut z: Vec<f64> = values.iter().map(|y| scaled.link.forward(*y)).collect();
        scaled.scale.apply(&mut z);
        let mut level = z.clone();
        if let Some(half) = scaled.half_slope {
            half.remove(&z, &mut level);
        }
        let (_, residuals) = design.solve(space, &level);
        z.iter().zip(&residuals).map(|(z, e)| scaled.link.inverse(scaled.scale.back(z - e))).collect()
    }

    fn best_point(&self) -> Option<&Point> {
        self.points.iter().max_by(|a, b| a.weight.total_cmp(&b.weight))
    }
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
