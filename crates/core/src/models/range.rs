//! The range of values that forecasts may take.

use crate::series::{Bounds, Series};

use super::Link;

/// The limit of forecasts in logarithms, as a multiple of the largest observation: a guard against exploding paths.
const LARGEST_MULTIPLE: f64 = 20.0;
/// The smallest distance from a bound, as a share of the smallest observed distance.
const SMALLEST_PART: f64 = 1e-3;

/// The smallest and largest value of any path, in units of the series.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    floor: f64,
    cap: f64,
}

impl Range {
    /// The range of a series for a model on a link.
    pub(crate) fn of(series: &Series, link: Link) -> Self {
        Self::of_values(series.as_slice(), series.bounds(), link)
    }

    /// The range for some values. Positive series stay above zero, bounded series stay inside their bounds, and paths
    /// in logarithms stay below twenty times the largest observation.
    pub(crate) fn of_values(values: &[f64], bounds: Bounds, link: Link) -> Self {
        let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lower = bounds.lower.or((smallest > 0.0).then_some(0.0));
        let bound = bounds.upper.map_or(f64::MAX, |u| u - (u - largest) * SMALLEST_PART);
        let explosion = if link == Link::Log { LARGEST_MULTIPLE * largest } else { f64::INFINITY };
        Self { floor: lower.map_or(-f64::MAX, |l| l + (smallest - l) * SMALLEST_PART), cap: bound.min(explosion) }
    }

    /// Limits a value to the range; the result is always finite.
    pub(crate) fn hold(self, value: f64) -> f64 {
        value.max(self.floor).min(self.cap)
    }
}
