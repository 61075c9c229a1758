//! The posterior distribution over a member's grid.

use std::sync::Arc;

use ndarray::Array1;

use crate::models::Link;
use crate::models::mixture::{Weighted, heaviest, normalise};
use crate::numerics::vectors::dot;

use super::design::Design;
use super::observed::{Mark, Observed};
use super::recursion::{LANES, Recursion, Track};
use super::scale::{HalfSlope, Scale, smallest_squares};
use super::spread::Spread;
use super::{Ceiling, Cell, Member, Space};

/// With more missing values, the fitted values come from one pass instead of least squares with a column for each.
const MOST_COLUMNS: usize = 60;

/// One point (link, θ) with its weight and its residual sum of squares, on the scale of its link.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) link: usize,
    pub(super) cell: usize,
    pub(super) weight: f64,
    pub(super) squares: f64,
}

impl Weighted for Point {
    fn weight(&self) -> f64 {
        self.weight
    }

    fn weight_mut(&mut self) -> &mut f64 {
        &mut self.weight
    }
}

/// A link, the scale of the values on this link, and the final states of the recursion.
#[derive(Debug, Clone)]
pub(super) struct Scaled {
    pub(super) link: Link,
    pub(super) scale: Scale,
    pub(super) half_slope: Option<HalfSlope>,
    track: Track,
}

/// The posterior distribution over the links and cells of a member.
#[derive(Debug, Clone)]
pub struct Posterior {
    pub(super) cells: Arc<Vec<Cell>>,
    pub(super) recursion: Arc<Recursion>,
    pub(super) links: Vec<Scaled>,
    pub(super) points: Vec<Point>,
    pub(super) n: usize,
    pub(super) degrees: usize,
    marks: Vec<Mark>,
}

impl Posterior {
    pub(super) fn new(member: &Member, observed: Observed<'_>, links: &[Ceiling]) -> Option<Self> {
        let values = observed.values;
        let n = values.len();
        let degrees = observed.counted(n).checked_sub(member.columns()).filter(|degrees| *degrees > 0)?;
        let columns = member.columns() + observed.shifts.len();
        let marks = observed.marks();
        let recursion = member.recursion(n, marks.clone());
        let regressions = member.regressions(n, &marks);
        let cells = &member.cells;
        let (mut points, mut scaled) = (Vec::new(), Vec::new());
        let mut level = Vec::new();
        for ceiling in links {
            let Some((mut z, scale)) = on_scale(values, ceiling.link) else { continue };
            let half_slope = member.half_slope.then(|| HalfSlope::of(&z));
            if let Some(half) = half_slope {
                half.remove(&z, &mut level);
                std::mem::swap(&mut z, &mut level);
            }
            let track = match &regressions {
                Some(regressions) => regressions.fit(&z),
                None => recursion.run(&z, n),
            };
            let least = smallest_squares(&z);
            // The Jacobian matters only when links are compared.
            let jacobian = if links.len() > 1 { jacobian(ceiling.link, values, columns) } else { 0.0 };
            let common = ceiling.prior.ln() + jacobian - degrees as f64 * scale.unit.ln();
            for index in 0..cells.len() {
                let (chunk, lane) = (index / LANES, index % LANES);
                let squares = track.squares(n, chunk)[lane].max(least);
                let penalty = recursion.penalty(n, chunk)[lane];
                let weight = common - penalty - 0.5 * degrees as f64 * squares.ln();
                points.push(Point { link: scaled.len(), cell: index, weight, squares });
            }
            scaled.push(Scaled { link: ceiling.link, scale, half_slope, track });
        }
        if !normalise(&mut points) {
            return None;
        }
        Some(Self { cells: Arc::clone(cells), recursion, links: scaled, points, n, degrees, marks })
    }

    /// The link, the parameter of the cell and the weight of each point; the weights sum to one.
    pub fn weights(&self) -> impl Iterator<Item = (Link, f64, f64)> + '_ {
        self.points.iter().map(|p| (self.links[p.link].link, self.cells[p.cell].parameter, p.weight))
    }

    /// The heaviest point: its link and its space.
    pub fn best(&self) -> Option<(Link, &Space)> {
        heaviest(&self.points).map(|point| (self.links[point.link].link, &self.cells[point.cell].space))
    }

    /// The location, scale and degrees of freedom of the Student t of z at step `step` (from 0) for the point with
    /// index `point`.
    pub fn student_t(&self, point: usize, step: usize) -> (f64, f64, usize) {
        let point = &self.points[point];
        let (scaled, space) = (&self.links[point.link], &self.cells[point.cell].space);
        let (ahead, mut variance) = space.ahead().nth(step).unwrap_or((space.measure, 1.0));
        let along = |states: &[f64]| {
            let place = (self.n + step) % space.season_length().max(1);
            dot(&ahead, &states[..space.states]) + space.season.map_or(0.0, |_| states[space.states + place])
        };
        variance += self.spread(point).columns().iter().map(|column| along(column).powi(2)).sum::<f64>();
        let mut location = along(&self.states(point));
        if let Some(half) = scaled.half_slope {
            let steps = (step + 1) as f64;
            location += half.at(self.n + step + 1);
            variance += steps * steps * half.variance(space.gain[0]);
        }
        let scale = (point.squares / self.degrees as f64 * variance).sqrt();
        (scaled.scale.back(location), scaled.scale.unit * scale, self.degrees)
    }

    /// The states of a point after the last value, on the scale of its link; the states of the season come last.
    pub(super) fn states(&self, point: &Point) -> Vec<f64> {
        let (chunk, lane) = (point.cell / LANES, point.cell % LANES);
        self.links[point.link].track.states(self.n, chunk).iter().map(|lanes| lanes[lane]).collect()
    }

    /// The matrix L of a point.
    pub(super) fn spread(&self, point: &Point) -> Spread {
        self.recursion.spread(&self.cells[point.cell], point.cell, self.n)
    }

    /// One-step-ahead values of the history at the heaviest point, `(n,)`, in units of the series; the initial states
    /// are estimated from the whole history. Missing periods have a value too.
    pub fn fitted(&self, values: &[f64]) -> Array1<f64> {
        let unchanged = || Array1::from(values.to_vec());
        let Some(point) = heaviest(&self.points) else { return unchanged() };
        let (scaled, space) = (&self.links[point.link], &self.cells[point.cell].space);
        let mut z: Vec<f64> = values.iter().map(|y| scaled.link.forward(*y)).collect();
        scaled.scale.apply(&mut z);
        if let Some(half) = scaled.half_slope {
            z.iter_mut().enumerate().for_each(|(t, z)| *z -= half.at(t + 1));
        }
        let missing = z.iter().filter(|z| z.is_nan()).count();
        let design = (missing <= MOST_COLUMNS).then(|| Design::new(space, values.len(), &self.marks)).flatten();
        let mut fitted = match design {
            Some(design) => {
                z.iter_mut().filter(|z| z.is_nan()).for_each(|z| *z = 0.0);
                design.fitted(space, &z)
            }
            None => self.filtered(point, &z),
        };
        if let Some(half) = scaled.half_slope {
            fitted.iter_mut().enumerate().for_each(|(t, z)| *z += half.at(t + 1));
        }
        fitted.mapv_into(|z| scaled.link.inverse(scaled.scale.back(z)))
    }

    /// One-step-ahead values that use only the values before each period, in one pass; NaN where the states are not
    /// identified.
    fn filtered(&self, point: &Point, z: &[f64]) -> Array1<f64> {
        let (chunk, lane) = (point.cell / LANES, point.cell % LANES);
        let space = &self.cells[point.cell].space;
        let track = self.recursion.run(z, 0);
        let value = |n: usize| {
            let states: Vec<f64> = track.states(n, chunk).iter().map(|lanes| lanes[lane]).collect();
            let identified = self.recursion.penalty(n, chunk)[lane].is_finite();
            if identified { space.value_at(n, &states) } else { f64::NAN }
        };
        (0..z.len()).map(value).collect()
    }
}

/// Values on the scale of a link, near one, NaN where missing; `None` where one is outside the link's range.
pub(super) fn on_scale(values: &[f64], link: Link) -> Option<(Vec<f64>, Scale)> {
    let mut z: Vec<f64> = values.iter().map(|y| link.forward(*y)).collect();
    if z.iter().zip(values).any(|(z, y)| !z.is_finite() && !y.is_nan()) {
        return None;
    }
    let scale = Scale::of(&z);
    scale.apply(&mut z);
    Some((z, scale))
}

/// Σ ln g'(y_t), less ln(y g'(y)) at the first and the last value. This is a flat prior on the logarithm of the curve
/// at both ends, which makes the ceilings of one link comparable. Each column beyond two, of a season or a shift,
/// subtracts the mean: a flat prior on its effect on the logarithm. Otherwise its units would change the weights of the
/// ceilings.
fn jacobian(link: Link, values: &[f64], columns: usize) -> f64 {
    match link {
        Link::Identity | Link::Log => 0.0,
        _ => {
            let known = || values.iter().filter(|y| !y.is_nan());
            let anchor = |y: &f64| y.abs().ln() + link.log_derivative(*y);
            let ends = known().next().map_or(0.0, anchor) + known().next_back().map_or(0.0, anchor);
            let mean = known().map(anchor).sum::<f64>() / known().count().max(1) as f64;
            let sum: f64 = known().map(|y| link.log_derivative(*y)).sum();
            sum - ends - columns.saturating_sub(2) as f64 * mean
        }
    }
}
