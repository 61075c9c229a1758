//! Seasonally adjusted and scaled values for the recursion, and the conversion back to units of the series.
//!
//! A season is removed as by Assimakopoulos and Nikolopoulos (2000): where the autocorrelation at its lag is
//! significant at 90 %, by the factors of classical decomposition; by its summands where a value is not above zero or a
//! factor is almost zero (the rules of statsforecast).

use crate::models::season::{Classical, classical, has_season};

/// The confidence of the test for a season.
const CONFIDENCE: f64 = 0.9;
/// The smallest seasonal factor; with smaller ones the season is additive.
const SMALLEST_FACTOR: f64 = 0.01;

/// Values without their season, measured from the first one in units of the largest. The recursion is the same from any
/// origin and in any unit, since the initial level is free; so neither squares nor differences overflow.
#[derive(Debug, Clone)]
pub(super) struct Measured {
    pub(super) values: Vec<f64>,
    origin: f64,
    unit: f64,
    season: Option<Season>,
}

#[derive(Debug, Clone)]
struct Season {
    indices: Vec<f64>,
    multiplicative: bool,
}

impl Measured {
    pub(super) fn new(values: &[f64], season: usize) -> Self {
        let largest = values.iter().fold(0.0, |largest: f64, y| largest.max(y.abs()));
        let unit = if largest > 0.0 { largest } else { 1.0 };
        let mut values: Vec<f64> = values.iter().map(|y| y / unit).collect();
        let mut indices = None;
        if has_season(&values, season, CONFIDENCE)
            && let Some(found) = decomposed(&values, season)
        {
            values = found.adjusted(&values);
            indices = Some(Season { indices: found.indices, multiplicative: found.multiplicative });
        }
        let origin = values.first().copied().unwrap_or(0.0);
        values.iter_mut().for_each(|y| *y -= origin);
        Self { values, origin, unit, season: indices }
    }

    /// The conversion of a measured value z of period `t` (from 0) to one of the series: `factor * z + summand`, times
    /// `unit`.
    pub(super) fn back(&self, t: usize) -> (f64, f64, f64) {
        let (factor, summand) = match &self.season {
            Some(Season { indices, multiplicative: true }) => (indices[t % indices.len()], 0.0),
            Some(Season { indices, multiplicative: false }) => (1.0, indices[t % indices.len()]),
            None => (1.0, 0.0),
        };
        (factor, self.origin * factor + summand, self.unit)
    }

    /// The number of estimated seasonal indices; their mean is fixed.
    pub(super) fn estimated(&self) -> usize {
        self.season.as_ref().map_or(0, |season| season.indices.len() - 1)
    }

    /// A measured value in units of the series, without its season.
    #[cfg(test)]
    pub(super) fn adjusted(&self, measured: f64) -> f64 {
        (measured + self.origin) * self.unit
    }

    /// The initial level, counted from the origin, of one in units of the series: the line takes its part of the
    /// origin.
    #[cfg(test)]
    pub(super) fn initial_level(&self, level: f64, weight: f64) -> f64 {
        level / self.unit - self.origin * (1.0 - weight)
    }

    /// Whether a season was removed, and whether as factors.
    #[cfg(test)]
    pub(super) fn season_kind(&self) -> Option<bool> {
        self.season.as_ref().map(|season| season.multiplicative)
    }
}

fn decomposed(values: &[f64], season: usize) -> Option<Classical> {
    let positive = values.iter().all(|y| *y > 0.0);
    positive
        .then(|| classical(values, season, true))
        .flatten()
        .filter(|found| found.indices.iter().all(|factor| *factor >= SMALLEST_FACTOR))
        .or_else(|| classical(values, season, false))
}
