//! The recursion that all classes share.
//!
//! With q = l + φ b, the mean μ of the next value is q, q + s or q s, and ε = y - μ moves the states
//!
//! | season | level | slope | season |
//! |---|---|---|---|
//! | none, additive | l' = q + α ε | b' = φ b + β ε | s' = s + γ ε |
//! | multiplicative | l' = q + α ε/s | b' = φ b + β ε/s | s' = s + γ ε/q |
//!
//! whatever the errors (Hyndman, Koehler, Ord and Snyder 2008, table 2.2 and 2.3, with relative errors written as
//! ε/μ). The season is a ring: its place p = t mod m holds the state for the periods of that place.

use super::class::{EtsClass, EtsPart};

/// The longest season that is held.
pub(super) const LONGEST: usize = 24;

/// Smoothing parameters and states; what a class has not is zero (φ: one).
#[derive(Debug, Clone, Copy)]
pub(super) struct Point {
    pub(super) alpha: f64,
    pub(super) beta: f64,
    pub(super) gamma: f64,
    pub(super) phi: f64,
    pub(super) level: f64,
    pub(super) slope: f64,
    /// By place in the season.
    pub(super) season: [f64; LONGEST],
    /// The place of the next value.
    pub(super) place: usize,
}

/// A class and its season length (one without a season).
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) class: EtsClass,
    pub(super) length: usize,
}

impl Form {
    pub(super) fn new(class: EtsClass, season_length: usize) -> Self {
        Self { class, length: if class.is_seasonal() { season_length.clamp(2, LONGEST) } else { 1 } }
    }

    /// What the season's states add up to.
    pub(super) fn season_sum(self) -> f64 {
        if self.class.season() == EtsPart::Multiplicative { self.length as f64 } else { 0.0 }
    }
}

impl Point {
    /// The level before the next value, with its slope, and the mean of the next value.
    pub(super) fn mean(&self, season: EtsPart) -> (f64, f64) {
        let q = self.level + self.phi * self.slope;
        match season {
            EtsPart::None => (q, q),
            EtsPart::Additive => (q, q + self.season[self.place]),
            EtsPart::Multiplicative => (q, q * self.season[self.place]),
        }
    }

    /// The states after a value that missed its mean by `miss`.
    pub(super) fn step(&mut self, form: Form, q: f64, miss: f64) {
        let s = self.season[self.place];
        let moved = if form.class.season() == EtsPart::Multiplicative { miss / s } else { miss };
        self.level = q + self.alpha * moved;
        self.slope = self.phi * self.slope + self.beta * moved;
        match form.class.season() {
            EtsPart::None => {}
            EtsPart::Additive => self.season[self.place] = s + self.gamma * miss,
            EtsPart::Multiplicative => self.season[self.place] = s + self.gamma * miss / q,
        }
        self.place = if self.place + 1 == form.length { 0 } else { self.place + 1 };
    }

    /// The means of the next `horizon` values if no error comes.
    pub(super) fn means(mut self, form: Form, horizon: usize) -> Vec<f64> {
        let mut next = || {
            let (q, mean) = self.mean(form.class.season());
            self.step(form, q, 0.0);
            mean
        };
        (0..horizon).map(|_| next()).collect()
    }

    /// The states in other units.
    pub(super) fn scaled(mut self, form: Form, scale: f64) -> Self {
        self.level *= scale;
        self.slope *= scale;
        if form.class.season() == EtsPart::Additive {
            self.season.iter_mut().for_each(|s| *s *= scale);
        }
        self
    }
}
