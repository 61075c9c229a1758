//! The range in which a forecast is kept.

use crate::series::{Bounds, Series};

use super::Link;

/// How far a log forecast may go, in multiples of the largest value seen: a guard against exploding paths.
const LARGEST_MULTIPLE: f64 = 20.0;
/// How near its lower bound a positive series may come, as a part of its smallest distance from it so far.
const SMALLEST_PART: f64 = 1e-3;

/// Ends that no path passes, in units of the series.
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

    /// The range of values: those above zero only stay above zero, bounded ones inside their bounds, and paths in logs
    /// end at twenty times the largest value seen.
    pub(crate) fn of_values(values: &[f64], bounds: Bounds, link: Link) -> Self {
        let smallest = values.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lower = bounds.lower.or((smallest > 0.0).then_some(0.0));
        let bound = bounds.upper.map_or(f64::MAX, |u| u - (u - largest) * SMALLEST_PART);
        let explosion = if link == Link::Log { LARGEST_MULTIPLE * largest } else { f64::INFINITY };
        Self { floor: lower.map_or(-f64::MAX, |l| l + (smallest - l) * SMALLEST_PART), cap: bound.min(explosion) }
    }

    /// A value, held inside; always finite.
    pub(crate) fn hold(self, value: f64) -> f64 {
        value.max(self.floor).min(self.cap)
    }
}
