//! The uncertainty of the states, period by period, given θ. It does not depend on the data.

use linfa_linalg::qr::QR;
use ndarray::{Array2, ArrayView2};

use crate::numerics::vectors::dot;

use super::Space;
use super::observed::Mark;

/// A value does not identify directions whose effect on it is smaller than this.
const SMALLEST_EFFECT: f64 = 1e-9;

/// The states are x̂ + A b + L η. b is flat and not yet identified by the data; η is normal with variance σ². This is
/// de Jong's (1991) diffuse filter, with no noise but e, in Potter's square-root form (Bierman 1977, section II.8).
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// The number of periods so far.
    t: usize,
    /// The columns of L and of A, each of the length of the states.
    identified: Vec<Vec<f64>>,
    unidentified: Vec<Vec<f64>>,
}

/// The effect of a period's value on the states: x̂ ← F x̂ + gain · v, S ← S + precision · v², with v = z - w'x̂.
#[derive(Debug, Clone, Default)]
pub(super) struct Update {
    pub(super) gain: Vec<f64>,
    /// One over the variance of v in units of σ²; zero where v identifies a direction or the value is missing.
    pub(super) precision: f64,
    /// The period's contribution to ½ ln |D'D|.
    pub(super) log_det: f64,
}

impl Spread {
    pub(super) fn new(space: &Space) -> Self {
        Self { t: 0, identified: Vec::new(), unidentified: space.directions() }
    }

    /// The columns of L.
    pub(super) fn columns(&self) -> &[Vec<f64>] {
        &self.identified
    }

    /// Whether the values so far identify every direction.
    pub(super) fn is_identified(&self) -> bool {
        self.unidentified.is_empty()
    }

    /// Advances by one period.
    pub(super) fn step(&mut self, space: &Space, mark: Mark, update: &mut Update) {
        let size = space.size();
        if mark.shift {
            self.unidentified.push((0..size).map(|i| f64::from(u8::from(i == 0))).collect());
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
        let along: Vec<f64> = self.unidentified.iter().map(|column| space.value_at(self.t, column)).collect();
        let length = dot(&along, &along).sqrt();
        if mark.missing {
            self.each(|column, t| space.advance(t, column, 0.0));
            let mut gain = gain_of(self.t);
            gain.iter_mut().for_each(|g| *g *= noise);
            self.identified.push(gain);
        } else if length > SMALLEST_EFFECT {
            self.identify(space, &along, length, noise, update);
        } else {
            self.regular(space, gain_of(self.t), noise * noise, update);
        }
        if self.identified.len() > size {
            self.compress(size);
        }
        self.t += 1;
    }

    /// Updates with a value that identifies one direction, up to the error.
    fn identify(&mut self, space: &Space, along: &[f64], length: f64, noise: f64, update: &mut Update) {
        // Householder's reflection turns the columns so that only the first affects the value.
        let sign = if along[0] < 0.0 { -1.0 } else { 1.0 };
        let mut mirror = along.to_vec();
        mirror[0] += sign * length;
        let half = 0.5 * dot(&mirror, &mirror);
        let size = space.size();
        let mut image = vec![0.0; size];
        for (column, m) in self.unidentified.iter().zip(&mirror) {
            image.iter_mut().zip(column).for_each(|(image, c)| *image += m * c);
        }
        for (column, m) in self.unidentified.iter_mut().zip(&mirror) {
            column.iter_mut().zip(&image).for_each(|(c, image)| *c -= image * m / half);
        }
        let mut direction = self.unidentified.remove(0);
        let effect = space.value_at(self.t, &direction);
        direction.iter_mut().for_each(|d| *d /= effect);
        for column in &mut self.identified {
            let moved = space.value_at(self.t, column);
            column.iter_mut().zip(&direction).for_each(|(c, d)| *c -= moved * d);
        }
        let mut error_column = direction.clone();
        error_column.iter_mut().for_each(|d| *d = -*d);
        self.each(|column, t| space.advance(t, column, 0.0));
        space.advance(self.t, &mut error_column, 1.0);
        error_column.iter_mut().for_each(|entry| *entry *= noise);
        self.identified.push(error_column);
        space.advance(self.t, &mut direction, 0.0);
        update.gain.copy_from_slice(&direction);
        update.log_det = effect.abs().ln();
    }

    /// Updates with a value that identifies no further direction: the gain and Potter's update.
    fn regular(&mut self, space: &Space, gain: Vec<f64>, noise: f64, update: &mut Update) {
        let along: Vec<f64> = self.identified.iter().map(|column| space.value_at(self.t, column)).collect();
        let variance = noise + dot(&along, &along);
        let t = self.t;
        for (column, a) in self.identified.iter_mut().zip(&along) {
            space.advance(t, column, -a);
        }
        for column in &mut self.unidentified {
            space.advance(t, column, 0.0);
        }
        let mut covariance = vec![0.0; gain.len()];
        for (column, a) in self.identified.iter().zip(&along) {
            covariance.iter_mut().zip(column).for_each(|(sum, c)| *sum += c * a);
        }
        for ((to, gain), covariance) in update.gain.iter_mut().zip(&gain).zip(&covariance) {
            *to = gain + covariance / variance;
        }
        let shrink = 1.0 / (variance + (variance * noise).sqrt());
        for (column, a) in self.identified.iter_mut().zip(&along) {
            column.iter_mut().zip(&covariance).for_each(|(c, covariance)| *c -= shrink * covariance * a);
        }
        update.precision = 1.0 / variance;
        update.log_det = 0.5 * variance.ln();
    }

    fn each(&mut self, mut change: impl FnMut(&mut [f64], usize)) {
        let t = self.t;
        self.identified.iter_mut().chain(&mut self.unidentified).for_each(|column| change(column, t));
    }

    /// Reduces L to as many columns as there are states, with the same L L'.
    fn compress(&mut self, size: usize) {
        let rows: Vec<f64> = self.identified.concat();
        let Ok(view) = ArrayView2::from_shape((self.identified.len(), size), &rows) else { return };
        let r: Option<Array2<f64>> = view.to_owned().qr().ok().map(|qr| qr.into_r());
        if let Some(r) = r {
            self.identified = r.outer_iter().map(|row| row.to_vec()).collect();
        }
    }
}
