//! The range in which a forecast is kept.

use crate::series::Series;

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
    /// The range of a series: a series with values above zero only stays above zero, a bounded one inside its bounds.
    pub(crate) fn of(series: &Series) -> Self {
        let bounds = series.bounds();
        let smallest = series.values().iter().copied().fold(f64::INFINITY, f64::min);
        let largest = series.values().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lower = bounds.lower.or(series.is_positive().then_some(0.0));
        Self {
            floor: lower.map_or(f64::NEG_INFINITY, |l| l + (smallest - l) * SMALLEST_PART),
            cap: bounds.upper.map_or(f64::INFINITY, |u| u - (u - largest) * SMALLEST_PART),
        }
    }

    /// The same for a link: paths in logs end at twenty times the largest value seen.
    pub(crate) fn for_link(self, link: Link, series: &Series) -> Self {
        let largest = series.values().iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let cap = if link == Link::Log { LARGEST_MULTIPLE * largest } else { f64::INFINITY };
        Self { cap: self.cap.min(cap), ..self }
    }

    /// A value, held inside.
    pub(crate) fn hold(self, value: f64) -> f64 {
        value.max(self.floor).min(self.cap)
    }
}
