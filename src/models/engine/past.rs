//! What a member's forecasts at earlier origins would have lost.

use crate::models::past::student_loss;
use crate::models::{Link, Past};

use super::Member;
use super::recursion::{LANES, Lanes, Recursion, Track};
use super::scale::{HalfSlope, Scale, smallest_squares};
use super::space::{STATES, State, dot};

/// Cells below this part of the heaviest do not count.
const NEGLIGIBLE: f64 = 1e-6;

/// What the forecast at each step depends on beside the data, by chunks of cells.
struct Ahead {
    /// w'F^(step), `[step][chunk][state]`.
    measure: Vec<Lanes>,
    /// The variance of what the errors of the steps add, 1 + Σ c_j², `[step][chunk]`.
    variance: Vec<Lanes>,
}

impl Ahead {
    fn new(member: &Member, recursion: &Recursion, horizon: usize) -> Self {
        let (chunks, states) = (recursion.chunks, recursion.states);
        let mut measure = vec![[0.0; LANES]; horizon * chunks * states];
        let mut variance = vec![[1.0; LANES]; horizon * chunks];
        for (index, cell) in member.cells.iter().enumerate() {
            let (chunk, lane) = (index / LANES, index % LANES);
            let mut ahead: State = cell.space.measure;
            let mut sum = 1.0;
            for step in 0..horizon {
                let at = step * chunks + chunk;
                (0..states).for_each(|i| measure[at * states + i][lane] = ahead[i]);
                variance[at][lane] = sum;
                sum += dot(&ahead, &cell.space.gain).powi(2);
                ahead = cell.space.measure_ahead(&ahead);
            }
        }
        Self { measure, variance }
    }
}

impl Member {
    /// The mean loss at each origin over the steps whose outcome is known, in units of the series: the quantile loss
    /// of a Student t with the location and the spread of the mixture on the scale of the link, which is cheap and near
    /// the continuous ranked probability score of the mixture itself. One pass serves all origins. `None` where the
    /// values are outside the link's range.
    /// `hold` gives, for the values known at an origin, what keeps a forecast inside their range.
    pub fn past_losses<H: Fn(f64) -> f64>(
        &self,
        values: &[f64],
        link: Link,
        past: &Past,
        hold: impl Fn(&[f64]) -> H,
    ) -> Option<Vec<f64>> {
        let n = values.len();
        let recursion = self.recursion(n);
        let from = past.origins.start.max(self.columns() + 1);
        let mut z: Vec<f64> = values.iter().map(|y| link.forward(*y)).collect();
        let outside = past.origins.is_empty() || past.origins.end > n || from > past.origins.start;
        if outside || z.iter().any(|z| !z.is_finite()) {
            return None;
        }
        let scale = Scale::of(&z);
        scale.apply(&mut z);
        let ahead = Ahead::new(self, &recursion, past.horizon);
        let track = (!self.half_slope).then(|| recursion.run(&z[..past.origins.end - 1], from));
        let mut level = Vec::new();
        let mut mixture = Mixture::new(self, &recursion, &ahead);
        let losses = past.origins.clone().map(|origin| {
            let (known, hold) = (&z[..origin], hold(&values[..origin]));
            let half = self.half_slope.then(|| HalfSlope::of(known));
            let own = half.map(|half| {
                half.remove(known, &mut level);
                recursion.run(&level, origin)
            });
            let Some(track) = own.as_ref().or(track.as_ref()) else { return 0.0 };
            let last = if half.is_some() { level.last() } else { known.last() };
            mixture.move_to(track, (origin, last.copied().unwrap_or_default()), smallest_squares(known), half);
            past.mean(origin, n, |step| {
                let (location, spread) = match (recursion.states, recursion.free) {
                    (1, 1) => mixture.moments::<1, 1>(track, step),
                    (2, 2) => mixture.moments::<2, 2>(track, step),
                    (3, 2) => mixture.moments::<3, 2>(track, step),
                    _ => mixture.moments::<STATES, { STATES - 1 }>(track, step),
                };
                let value = |z: f64| hold(link.inverse(scale.back(z)));
                student_loss(values[origin + step], (location, spread, mixture.degrees), value)
            })
        });
        Some(losses.collect())
    }
}

/// The mixture over the cells at an origin.
struct Mixture<'a> {
    recursion: &'a Recursion,
    ahead: &'a Ahead,
    columns: usize,
    /// α of each cell, for the variance of the half slope.
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
    fn new(member: &Member, recursion: &'a Recursion, ahead: &'a Ahead) -> Self {
        let alpha = |place: usize| member.cells.get(place).map_or(0.0, |cell| cell.space.gain[0]);
        let lanes = |chunk: usize| std::array::from_fn(|lane| alpha(chunk * LANES + lane));
        let zeros = vec![[0.0; LANES]; recursion.chunks];
        Self {
            recursion,
            ahead,
            columns: member.columns(),
            alphas: (0..recursion.chunks).map(lanes).collect(),
            weights: zeros.clone(),
            squares: zeros,
            origin: 0,
            last: 0.0,
            degrees: 0,
            half: None,
        }
    }

    /// Weighs the cells by what is known at an origin.
    fn move_to(&mut self, track: &Track, (origin, last): (usize, f64), least: f64, half: Option<HalfSlope>) {
        (self.origin, self.last, self.degrees, self.half) = (origin, last, origin - self.columns, half);
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

    /// Location and scale of a Student t with the mean and the variance of the mixture at a step, `S` states of which
    /// `P` are free.
    fn moments<const S: usize, const P: usize>(&self, track: &Track, step: usize) -> (f64, f64) {
        let steps = (step + 1) as f64;
        let (mut mean, mut square, mut variance) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for (chunk, weight) in self.weights.iter().enumerate() {
            if *weight == [0.0; LANES] {
                continue;
            }
            let at = step * self.recursion.chunks + chunk;
            let measure = &self.ahead.measure[at * S..][..S];
            let state = &track.states(self.origin, chunk)[..S];
            let spread = &self.recursion.spread(self.origin, chunk)[..S * P];
            let (mut location, mut along) = ([-self.last; LANES], [[0.0; LANES]; P]);
            for i in 0..S {
                for l in 0..LANES {
                    location[l] += measure[i][l] * state[i][l];
                    (0..P).for_each(|column| along[column][l] += measure[i][l] * spread[i * P + column][l]);
                }
            }
            let mut own = self.ahead.variance[at];
            for along in along {
                (0..LANES).for_each(|l| own[l] += along[l] * along[l]);
            }
            if let Some(half) = self.half {
                (0..LANES).for_each(|l| own[l] += steps * steps * half.variance(self.alphas[chunk][l]));
            }
            for l in 0..LANES {
                mean[l] += weight[l] * location[l];
                square[l] += weight[l] * location[l] * location[l];
                variance[l] += self.squares[chunk][l] * own[l];
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
