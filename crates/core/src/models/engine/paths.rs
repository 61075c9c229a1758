//! Joint sample paths drawn from a posterior.

use std::ops::Range;

use crate::forecast::{Dimensions, Draws, Forecast, Stream};
use crate::models::Link;
use crate::models::mixture::parts;

use super::space::STATES;
use super::{Posterior, Space};

const DIMENSIONS: Dimensions = Dimensions::POSTERIOR;

impl Posterior {
    /// Joint sample paths of the series. Each path draws its grid point, its scale, its states and its errors. The
    /// points take neighbouring paths in proportion to their weights; all other draws are in random order. `hold` takes
    /// a step and a value and returns the value limited to the range of the series, which is finite.
    pub fn paths(&self, horizon: usize, draws: &Draws, key: &[&str], hold: impl Fn(usize, f64) -> f64) -> Forecast {
        let stream = draws.stream(key);
        match self.recursion.states {
            1 => self.walk::<1>(horizon, draws.paths(), stream, hold),
            2 => self.walk::<2>(horizon, draws.paths(), stream, hold),
            3 => self.walk::<3>(horizon, draws.paths(), stream, hold),
            _ => self.walk::<STATES>(horizon, draws.paths(), stream, hold),
        }
    }

    fn walk<const S: usize>(
        &self,
        horizon: usize,
        count: usize,
        stream: Stream<'_>,
        hold: impl Fn(usize, f64) -> f64,
    ) -> Forecast {
        let parts = parts(&self.points, count);
        let mut sigmas = stream.chi_squares(Dimensions::SCALE, self.degrees);
        for (point, part) in self.points.iter().zip(&parts) {
            sigmas[part.clone()].iter_mut().for_each(|chi| *chi = (point.squares / *chi).sqrt());
        }
        let (mut states, mut season) = self.start::<S>(&parts, &sigmas, horizon, stream);
        let slopes = stream.normals(Dimensions::HALF_SLOPE);
        let mut steps = vec![0.0; count * horizon];
        for (step, values) in steps.chunks_exact_mut(count.max(1)).enumerate() {
            let errors = stream.normals(DIMENSIONS.step(step));
            for (point, part) in self.points.iter().zip(&parts) {
                let (scaled, space) = (&self.links[point.link], &self.cells[point.cell].space);
                let values = &mut values[part.clone()];
                let sigmas = &sigmas[part.clone()];
                let errors = &errors[part.clone()];
                advance(space, &mut states[part.clone()], sigmas, errors, values);
                if let Some(seasonal) = space.season {
                    let current = season[step % seasonal.length][part.clone()].iter_mut();
                    for (((state, value), sigma), normal) in current.zip(&mut *values).zip(sigmas).zip(errors) {
                        *value += *state;
                        *state += seasonal.gain * sigma * normal;
                    }
                }
                if let Some(half) = scaled.half_slope {
                    let trend = half.at(self.n + step + 1);
                    let ahead = (step + 1) as f64 * half.variance(space.gain[0]).sqrt();
                    let drawn = values.iter_mut().zip(sigmas).zip(&slopes[part.clone()]);
                    drawn.for_each(|((z, sigma), normal)| *z += trend + ahead * sigma * normal);
                }
                let scale = scaled.scale;
                match scaled.link {
                    Link::Identity => values.iter_mut().for_each(|z| *z = hold(step, scale.back(*z))),
                    link => values.iter_mut().for_each(|z| *z = hold(step, link.inverse(scale.back(*z)))),
                }
            }
        }
        Forecast::from_steps(count, horizon, steps)
    }

    /// The states of each path at the origin, and those of the season, `[step][path]`, as far as the horizon needs
    /// them.
    fn start<const S: usize>(
        &self,
        parts: &[Range<usize>],
        sigmas: &[f64],
        horizon: usize,
        stream: Stream<'_>,
    ) -> (Vec<[f64; S]>, Vec<Vec<f64>>) {
        let mut states = vec![[0.0; S]; sigmas.len()];
        let length = self.recursion.season;
        let mut season = vec![vec![0.0; sigmas.len()]; length.min(horizon)];
        for (point, part) in self.points.iter().zip(parts).filter(|(_, part)| !part.is_empty()) {
            let (states, sigmas) = (&mut states[part.clone()], &sigmas[part.clone()]);
            let best = self.states(point);
            states.fill(first_of(&best));
            for (step, season) in season.iter_mut().enumerate() {
                season[part.clone()].fill(best[S + (self.n + step) % length]);
            }
            for (column, effect) in self.spread(point).columns().iter().enumerate() {
                let normals = &stream.normals(DIMENSIONS.coefficient(column))[part.clone()];
                let effects: [f64; S] = first_of(effect);
                for ((state, sigma), normal) in states.iter_mut().zip(sigmas).zip(normals) {
                    let drawn = sigma * normal;
                    state.iter_mut().zip(&effects).for_each(|(state, effect)| *state += effect * drawn);
                }
                for (step, season) in season.iter_mut().enumerate() {
                    let effect = effect[S + (self.n + step) % length];
                    for ((state, sigma), normal) in season[part.clone()].iter_mut().zip(sigmas).zip(normals) {
                        *state += effect * sigma * normal;
                    }
                }
            }
        }
        (states, season)
    }
}

/// One step of the paths of a point: their values on the scale of its link, and their next states.
fn advance<const S: usize>(space: &Space, states: &mut [[f64; S]], sigmas: &[f64], errors: &[f64], values: &mut [f64]) {
    let (measure, gain): ([f64; S], [f64; S]) = (first_of(&space.measure), first_of(&space.gain));
    let transition: [[f64; S]; S] = std::array::from_fn(|i| first_of(&space.transition[i]));
    for (((state, sigma), normal), value) in states.iter_mut().zip(sigmas).zip(errors).zip(values) {
        let error = sigma * normal;
        let before = *state;
        *value = error;
        for i in 0..S {
            *value += measure[i] * before[i];
            state[i] = gain[i] * error;
            for j in 0..S {
                state[i] += transition[i][j] * before[j];
            }
        }
    }
}

fn first_of<const S: usize>(states: &[f64]) -> [f64; S] {
    std::array::from_fn(|i| states[i])
}
