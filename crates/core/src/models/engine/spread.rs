//! How uncertain the states are, period by period, given θ: what does not depend on the data.

use linfa_linalg::qr::QR;
use ndarray::{Array2, ArrayView2};

use crate::numerics::vectors::dot;

use super::Space;
use super::observed::Mark;

/// Directions whose effect on the value is smaller than this are not told by it.
const UNTOLD: f64 = 1e-9;

/// The states are x̂ + A b + L η, with b flat, not yet told by the data, and η normal with variance σ²: de Jong's (1991)
/// diffuse filter, with no noise but e, in Potter's square-root form (Bierman 1977, section II.8).
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// Periods that went by.
    t: usize,
    /// The columns of L, of A: each of the length of the states.
    told: Vec<Vec<f64>>,
    untold: Vec<Vec<f64>>,
}

/// What a period's value does to the states: x̂ ← F x̂ + gain · v, S ← S + precision · v², with v = z - w'x̂.
#[derive(Debug, Clone, Default)]
pub(super) struct Update {
    pub(super) gain: Vec<f64>,
    /// One over the variance of v in units of σ²; nought where v tells a direction, or nothing.
    pub(super) precision: f64,
    /// What the period adds to ½ ln |D'D|.
    pub(super) log_det: f64,
}

impl Spread {
    pub(super) fn new(space: &Space) -> Self {
        Self { t: 0, told: Vec::new(), untold: space.directions() }
    }

    /// The columns of L.
    pub(super) fn columns(&self) -> &[Vec<f64>] {
        &self.told
    }

    /// Whether the values so far tell every direction.
    pub(super) fn is_told(&self) -> bool {
        self.untold.is_empty()
    }

    /// One period on.
    pub(super) fn step(&mut self, space: &Space, mark: Mark, update: &mut Update) {
        let size = space.size();
        if mark.shift {
            self.untold.push((0..size).map(|i| f64::from(u8::from(i == 0))).collect());
        }
        let noise = if self.t == 0 { space.first_variance.sqrt() } else { 1.0 };
        let gain_of = |t: usize| {
            let mut gain = vec![0.0; size];
            space.advance(t, &mut gain, 1.0);
            gain
        };
        update.gain.clear();
        update.gain.resize(size, 0.0);
        (update.precision, update.log_det) = (0.0, 0.0);
        let along: Vec<f64> = self.untold.iter().map(|column| space.value_at(self.t, column)).collect();
        let length = dot(&along, &along).sqrt();
        if mark.missing {
            self.each(|column, t| space.advance(t, column, 0.0));
            let mut gain = gain_of(self.t);
            gain.iter_mut().for_each(|g| *g *= noise);
            self.told.push(gain);
        } else if length > UNTOLD {
            self.tell(space, &along, length, noise, update);
        } else {
            self.regular(space, gain_of(self.t), noise * noise, update);
        }
        if self.told.len() > size {
            self.compress(size);
        }
        self.t += 1;
    }

    /// The value tells one direction: what was observed along it is what it is, but for the error.
    fn tell(&mut self, space: &Space, along: &[f64], length: f64, noise: f64, update: &mut Update) {
        // Householder's reflection turns the columns so that the first alone moves the value.
        let sign = if along[0] < 0.0 { -1.0 } else { 1.0 };
        let mut mirror = along.to_vec();
        mirror[0] += sign * length;
        let half = 0.5 * dot(&mirror, &mirror);
        let size = space.size();
        let mut image = vec![0.0; size];
        for (column, m) in self.untold.iter().zip(&mirror) {
            image.iter_mut().zip(column).for_each(|(image, c)| *image += m * c);
        }
        for (column, m) in self.untold.iter_mut().zip(&mirror) {
            column.iter_mut().zip(&image).for_each(|(c, image)| *c -= image * m / half);
        }
        let mut direction = self.untold.remove(0);
        let effect = space.value_at(self.t, &direction);
        direction.iter_mut().for_each(|d| *d /= effect);
        for column in &mut self.told {
            let moved = space.value_at(self.t, column);
            column.iter_mut().zip(&direction).for_each(|(c, d)| *c -= moved * d);
        }
        let mut own = direction.clone();
        own.iter_mut().for_each(|d| *d = -*d);
        self.each(|column, t| space.advance(t, column, 0.0));
        space.advance(self.t, &mut own, 1.0);
        own.iter_mut().for_each(|o| *o *= noise);
        self.told.push(own);
        space.advance(self.t, &mut direction, 0.0);
        update.gain.copy_from_slice(&direction);
        update.log_det = effect.abs().ln();
    }

    /// The value is one more than what is free: gain and Potter's update.
    fn regular(&mut self, space: &Space, gain: Vec<f64>, noise: f64, update: &mut Update) {
        let along: Vec<f64> = self.told.iter().map(|column| space.value_at(self.t, column)).collect();
        let variance = noise + dot(&along, &along);
        let t = self.t;
        for (column, a) in self.told.iter_mut().zip(&along) {
            space.advance(t, column, -a);
        }
        for column in &mut self.untold {
            space.advance(t, column, 0.0);
        }
        let mut all = vec![0.0; gain.len()];
        for (column, a) in self.told.iter().zip(&along) {
            all.iter_mut().zip(column).for_each(|(all, c)| *all += c * a);
        }
        for ((to, gain), all) in update.gain.iter_mut().zip(&gain).zip(&all) {
            *to = gain + all / variance;
        }
        let shrink = 1.0 / (variance + (variance * noise).sqrt());
        for (column, a) in self.told.iter_mut().zip(&along) {
            column.iter_mut().zip(&all).for_each(|(c, all)| *c -= shrink * all * a);
        }
        update.precision = 1.0 / variance;
        update.log_det = 0.5 * variance.ln();
    }

    fn each(&mut self, mut change: impl FnMut(&mut [f64], usize)) {
        let t = self.t;
        self.told.iter_mut().chain(&mut self.untold).for_each(|column| change(column, t));
    }

    /// As many columns as states with the same L L'.
    fn compress(&mut self, size: usize) {
        let rows: Vec<f64> = self.told.concat();
        let Ok(view) = ArrayView2::from_shape((self.told.len(), size), &rows) else { return };
        let r: Option<Array2<f64>> = view.to_owned().qr().ok().map(|qr| qr.into_r());
        if let Some(r) = r {
            self.told = r.outer_iter().map(|row| row.to_vec()).collect();
        }
    }
}
