//! The losses of a member's forecasts at earlier origins.

use crate::models::past::student_loss;
use crate::models::{Link, Origins};

use super::Member;
use super::observed::Observed;
use super::posterior::on_scale;
use super::recursion::{LANES, Lanes, Recursion, Track};
use super::scale::{HalfSlope, smallest_squares};
use super::space::STATES;

/// Cells with less than this share of the largest weight are ignored.
const NEGLIGIBLE: f64 = 1e-6;

impl Member {
    /// The vectors w'F^(step) of the cells, `[step][chunk][state]`.
    fn measures_ahead(&self, recursion: &Recursion, horizon: usize) -> Vec<Lanes> {
        let (chunks, states) = (recursion.chunks, recursion.states);
        let mut measures = vec![[0.0; LANES]; horizon * chunks * states];
        for (index, cell) in self.cells.iter().enumerate() {
            let (chunk, lane) = (index / LANES, index % LANES);
            for (step, (ahead, _)) in cell.space.ahead().take(horizon).enumerate() {
                let first = (step * chunks + chunk) * states;
                (0..states).for_each(|i| measures[first + i][lane] = ahead[i]);
            }
        }
        measures
    }

    /// The mean loss at each origin over the steps whose outcome is known, in units of the series. It is the quantile
    /// loss of a Student t with the location and the spread of the mixture on the scale of the link, which is cheap and
    /// near the continuous ranked probability score of the mixture itself. One pass serves all origins. `None` where
    /// the values are outside the link's range, or too few at the first origin. `hold` takes the number of values known
    /// at an origin and returns a function that keeps forecasts inside the range, as in [`super::Posterior::paths`];
    /// `actual` are the outcomes, in its units.
    pub fn past_losses<'a, H: Fn(usize, f64) -> f64>(
        &self,
        observed: impl Into<Observed<'a>>,
        link: Link,
        origins: &Origins,
        actual: &[f64],
        hold: impl Fn(usize) -> H,
    ) -> Option<Vec<f64>> {
        let observed = observed.into();
        let n = observed.values.len();
        let columns = self.columns();
        let first = origins.known.start;
        if origins.known.is_empty() || origins.known.end > n || observed.counted(first) <= columns {
            return None;
        }
        let recursion = self.recursion(n, observed.marks());
        let (z, scale) = on_scale(observed.values, link)?;
        if (0..recursion.chunks).all(|chunk| recursion.penalty(first, chunk).iter().all(|p| p.is_infinite())) {
            return None;
        }
        let measures = self.measures_ahead(&recursion, origins.horizon());
        let track = (!self.half_slope).then(|| recursion.run(&z[..origins.known.end - 1], first));
        let mut level = Vec::new();
        let mut mixture = Mixture::new(self, &recursion, &measures);
        let losses = origins.known.clone().map(|origin| {
            let (known, hold) = (&z[..origin], hold(origin));
            let half = self.half_slope.then(|| HalfSlope::of(known));
            let detrended = half.map(|half| {
                half.remove(known, &mut level);
                recursion.run(&level, origin)
            });
            let Some(track) = detrended.as_ref().or(track.as_ref()) else { return 0.0 };
            let last = if half.is_some() { &level } else { known };
            let last = last.iter().rev().copied().find(|z| !z.is_nan()).unwrap_or_default();
            let degrees = observed.counted(origin).saturating_sub(columns).max(1);
            mixture.move_to(track, (origin, last, degrees), smallest_squares(known), half);
            origins.mean(origin, actual, |step| {
                let (location, spread) = match recursion.states {
                    1 => mixture.moments::<1>(track, step),
                    2 => mixture.moments::<2>(track, step),
                    3 => mixture.moments::<3>(track, step),
                    _ => mixture.moments::<STATES>(track, step),
                };
                let value = |z: f64| hold(step, link.inverse(scale.back(z)));
                student_loss(actual[origin + step], (location, spread, mixture.degrees), value)
            })
        });
        Some(losses.collect())
    }
}

/// The mixture over the cells at an origin.
struct Mixture<'a> {
    recursion: &'a Recursion,
    measures: &'a [Lanes],
    /// The α of each cell, for the variance of the half slope.
    alphas: Vec<Lanes>,
    /// The weight of each cell, and its weight times its residual sum of squares.
    weights: Vec<Lanes>,
    squares: Vec<Lanes>,
    origin: usize,
    /// The last value, from which locations are measured: far from it the variance between cells would lose its digits.
    last: f64,
    degrees: usize,
    half: Option<HalfSlope>,
}

impl<'a> Mixture<'a> {
    fn new(member: &Member, recursion: &'a Recursion, measures: &'a [Lanes]) -> Self {
        let alpha = |place: usize| member.cells.get(place).map_or(0.0, |cell| cell.space.gain[0]);
        let lanes = |chunk: usize| std::array::from_fn(|lane| alpha(chunk * LANES + lane));
        let zeros = vec![[0.0; LANES]; recursion.chunks];
        Self {
            recursion,
            measures,
            alphas: (0..recursion.chunks).map(lanes).collect(),
            weights: zeros.clone(),
            squares: zeros,
            origin: 0,
            last: 0.0,
            degrees: 0,
            half: None,
        }
    }

    /// Weights the cells by the values known at an origin.
    fn move_to(
        &mut self,
        track: &Track,
        (origin, last, degrees): (usize, f64, usize),
        least: f64,
        half: Option<HalfSlope>,
    ) {
        (self.origin, self.last, self.degrees, self.half) = (origin, last, degrees, half);
        let power = 0.5 * self.degrees as f64;
        let mut largest = f64::NEG_INFINITY;
        for (chunk, (logs, squares)) in self.weights.iter_mut().zip(&mut self.squares).enumerate() {
            *squares = track.squares(origin, chunk).map(|squares| squares.max(least));
            let penalty = self.recursion.penalty(origin, chunk);
            *logs = std::array::from_fn(|l| -penalty[l] - power * squares[l].ln());
            largest = logs.iter().copied().fold(largest, f64::max);
        }
        let mut total = 0.0;
        for weight in self.weights.iter_mut().flatten() {
            *weight = Some((*weight - largest).exp()).filter(|weight| *weight > NEGLIGIBLE).unwrap_or_default();
            total += *weight;
        }
        for (weights, squares) in self.weights.iter_mut().zip(&mut self.squares) {
            *weights = weights.map(|weight| weight / total);
            (0..LANES).for_each(|l| squares[l] *= weights[l]);
        }
    }

    /// Location and scale of a Student t with the mean and the variance of the mixture at a step, with `S` states
    /// beside the season.
    fn moments<const S: usize>(&self, track: &Track, step: usize) -> (f64, f64) {
        let steps = (step + 1) as f64;
        let (mut mean, mut square, mut variance) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        let place = (self.recursion.season > 0).then(|| S + (self.origin + step) % self.recursion.season);
        for (chunk, weight) in self.weights.iter().enumerate() {
            if *weight == [0.0; LANES] {
                continue;
            }
            let measure = &self.measures[(step * self.recursion.chunks + chunk) * S..][..S];
            let states = track.states(self.origin, chunk);
            let mut location = [-self.last; LANES];
            for (w, x) in measure.iter().zip(states) {
                (0..LANES).for_each(|l| location[l] += w[l] * x[l]);
            }
            if let Some(season) = place.and_then(|place| states.get(place)) {
                (0..LANES).for_each(|l| location[l] += season[l]);
            }
            let mut within = *self.recursion.variance(self.origin, chunk, step);
            if let Some(half) = self.half {
                (0..LANES).for_each(|l| within[l] += steps * steps * half.variance(self.alphas[chunk][l]));
            }
            for l in 0..LANES {
                mean[l] += weight[l] * location[l];
                square[l] += weight[l] * location[l] * location[l];
                variance[l] += self.squares[chunk][l] * within[l];
            }
        }
        let sum = |lanes: Lanes| lanes.iter().sum::<f64>();
        let location = sum(mean);
        let between = (sum(square) - location * location).max(0.0);
        let tails = if self.degrees > 2 { (self.degrees - 2) as f64 / self.degrees as f64 } else { 1.0 / 3.0 };
        let scale = (sum(variance) / self.degrees as f64 + between * tails).sqrt();
        (self.last + location + self.half.map_or(0.0, |half| half.at(self.origin + step + 1)), scale)
    }
}
