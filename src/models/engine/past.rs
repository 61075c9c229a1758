//! What a member's forecasts at earlier origins would have lost.

use crate::models::past::student_loss;
use crate::models::{Link, Past};

use super::Member;
use super::recursion::{LANES, Lanes, Recursion};
use super::scale::{HalfSlope, Scale, smallest_squares};
use super::space::{State, dot};

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
        if z.iter().any(|z| !z.is_finite()) || from > past.origins.start {
            return None;
        }
        let scale = Scale::of(&z);
        scale.apply(&mut z);
        let ahead = Ahead::new(self, &recursion, past.horizon);
        let track = (!self.half_slope).then(|| recursion.run(&z[..past.origins.end - 1], from));
        let mut level = Vec::new();
        let mut weights = vec![[0.0; LANES]; recursion.chunks];
        let losses = past.origins.clone().map(|origin| {
            let (known, hold) = (&z[..origin], hold(&values[..origin]));
            let half = self.half_slope.then(|| HalfSlope::of(known));
            let own = half.map(|half| {
                half.remove(known, &mut level);
                recursion.run(&level, origin)
            });
            let Some(track) = own.as_ref().or(track.as_ref()) else { return 0.0 };
            let degrees = origin - self.columns();
            let least = smallest_squares(known);
            self.weigh(
                &recursion,
                origin,
                degrees,
                |chunk| track.squares(origin, chunk).map(|s| s.max(least)),
                &mut weights,
            );
            past.mean(origin, n, |step| {
                let (location, spread) =
                    self.moments(&recursion, &ahead, (origin, step, degrees), half, &weights, |chunk| {
                        (track.states(origin, chunk), track.squares(origin, chunk).map(|s| s.max(least)))
                    });
                let value = |z: f64| hold(link.inverse(scale.back(z)));
                student_loss(values[origin + step], (location, spread, degrees), value)
            })
        });
        Some(losses.collect())
    }

    /// The cells' weights after `n` values.
    fn weigh(
        &self,
        recursion: &Recursion,
        n: usize,
        degrees: usize,
        squares: impl Fn(usize) -> Lanes,
        weights: &mut [Lanes],
    ) {
        let mut largest = f64::NEG_INFINITY;
        for (chunk, logs) in weights.iter_mut().enumerate() {
            let (squares, log_det) = (squares(chunk), recursion.log_det(n, chunk));
            for lane in 0..LANES {
                let prior = self.cells.get(chunk * LANES + lane).map_or(0.0, |cell| cell.prior);
                logs[lane] = prior.ln() - log_det[lane] - 0.5 * degrees as f64 * squares[lane].ln();
                largest = largest.max(logs[lane]);
            }
        }
        let mut total = 0.0;
        weights.iter_mut().flatten().for_each(|w| {
            *w = (*w - largest).exp();
            total += *w;
        });
        weights.iter_mut().flatten().for_each(|w| *w /= total);
    }

    /// Location and scale of a Student t with the mean and the variance of the mixture at a step.
    fn moments<'a>(
        &self,
        recursion: &Recursion,
        ahead: &Ahead,
        (origin, step, degrees): (usize, usize, usize),
        half: Option<HalfSlope>,
        weights: &[Lanes],
        track: impl Fn(usize) -> (&'a [Lanes], Lanes),
    ) -> (f64, f64) {
        let (chunks, states, free) = (recursion.chunks, recursion.states, recursion.free);
        let (mut mean, mut square, mut variance) = ([0.0; LANES], [0.0; LANES], [0.0; LANES]);
        for (chunk, weight) in weights.iter().enumerate() {
            let at = step * chunks + chunk;
            let measure = &ahead.measure[at * states..][..states];
            let (state, squares) = track(chunk);
            let spread = recursion.spread(origin, chunk);
            let mut location = [0.0; LANES];
            let mut own = ahead.variance[at];
            for (w, x) in measure.iter().zip(state) {
                (0..LANES).for_each(|l| location[l] += w[l] * x[l]);
            }
            for column in 0..free {
                let mut along = [0.0; LANES];
                for (w, row) in measure.iter().zip(spread.chunks_exact(free)) {
                    (0..LANES).for_each(|l| along[l] += w[l] * row[column][l]);
                }
                (0..LANES).for_each(|l| own[l] += along[l] * along[l]);
            }
            if let Some(half) = half {
                let steps = (step + 1) as f64;
                for (lane, own) in own.iter_mut().enumerate() {
                    let alpha = self.cells.get(chunk * LANES + lane).map_or(0.0, |cell| cell.space.gain[0]);
                    *own += steps * steps * half.variance(alpha);
                }
            }
            for l in 0..LANES {
                mean[l] += weight[l] * location[l];
                square[l] += weight[l] * location[l] * location[l];
                variance[l] += weight[l] * squares[l] * own[l];
            }
        }
        let sum = |lanes: Lanes| lanes.iter().sum::<f64>();
        let location = sum(mean);
        let between = (sum(square) - location * location).max(0.0);
        let tails = if degrees > 2 { (degrees - 2) as f64 / degrees as f64 } else { 1.0 / 3.0 };
        let scale = (sum(variance) / degrees as f64 + between * tails).sqrt();
        (location + half.map_or(0.0, |half| half.at(origin + step + 1)), scale)
    }
}
