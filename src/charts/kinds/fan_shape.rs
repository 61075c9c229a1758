//! The fan of a forecast: its bands, its median, and how much of it the axis shows.

use crate::charts::data::{Point, drawable, extent};

/// An interval of the forecast, one value for each step.
#[derive(Debug, Clone, PartialEq)]
pub struct Band {
    /// Share of the outcomes inside, 0.95 for 95 %.
    pub level: f64,
    /// Lower ends, unscaled, as many as the fan has steps.
    pub low: Vec<f64>,
    /// Upper ends, unscaled, as many as the fan has steps.
    pub high: Vec<f64>,
}

/// A forecast; empty vectors for none. Steps with a value that is not finite are left out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fan {
    /// Places of the steps on the time axis, increasing, in the unit of the history's `x`.
    pub x: Vec<f64>,
    /// The median of each step, unscaled.
    pub median: Vec<f64>,
    /// Up to three bands, in any order.
    pub bands: Vec<Band>,
}

/// A fan that can be drawn: every vector of one length, from the last figure of the history on.
#[derive(Debug, Clone)]
pub(super) struct FanShape {
    pub(super) x: Vec<f64>,
    pub(super) median: Vec<f64>,
    /// From the widest to the narrowest.
    pub(super) bands: Vec<Band>,
}

/// The values an axis has to show, and whether the widest band leaves it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    pub(super) low: f64,
    pub(super) high: f64,
    /// The widest band goes on below the axis.
    pub(super) cut_low: bool,
    /// The widest band goes on above the axis.
    pub(super) cut_high: bool,
}

impl Fan {
    /// The drawable steps, with the last figure of the history as the point they start from.
    pub(super) fn shape(&self, start: Option<&Point>) -> FanShape {
        let steps: Vec<usize> = (0..self.x.len()).filter(|i| self.has_step(*i)).collect();
        let start = start.filter(|s| steps.first().is_some_and(|i| s.x < self.x[*i]));
        let pick = |values: &[f64], first: Option<f64>| -> Vec<f64> {
            first.into_iter().chain(steps.iter().map(|i| values[*i])).collect()
        };
        let mut bands: Vec<Band> = self
            .bands
            .iter()
            .map(|band| Band {
                level: band.level,
                low: pick(&band.low, start.map(|s| s.y)),
                high: pick(&band.high, start.map(|s| s.y)),
            })
            .collect();
        bands.sort_by(|a, b| b.level.total_cmp(&a.level));
        FanShape { x: pick(&self.x, start.map(|s| s.x)), median: pick(&self.median, start.map(|s| s.y)), bands }
    }

    fn has_step(&self, i: usize) -> bool {
        let there = |values: &[f64]| values.get(i).copied().is_some_and(drawable);
        there(&self.x) && there(&self.median) && self.bands.iter().all(|b| there(&b.low) && there(&b.high))
    }
}

impl FanShape {
    /// The time of the last step.
    pub(super) fn end(&self) -> Option<f64> {
        self.x.last().copied()
    }

    /// The range of the axis for this fan and the `other` values of the chart; none without any.
    ///
    /// The widest band may be so wide that it would flatten all else: beyond four times the range
    /// of the rest it is cut off.
    pub(super) fn reach(&self, other: &[f64]) -> Option<Reach> {
        const MOST: f64 = 4.0;
        let (widest, inner) = match self.bands.split_first() {
            Some((widest, inner)) if !inner.is_empty() => (Some(widest), inner),
            _ => (None, self.bands.as_slice()),
        };
        let values =
            |bands: &[Band]| -> Vec<f64> { bands.iter().flat_map(|b| b.low.iter().chain(&b.high).copied()).collect() };
        let needed = other.iter().chain(&self.median).copied().chain(values(inner));
        let (low, high) = extent(needed)?;
        let (from, to) = (low.min(0.0), high.max(0.0));
        let most = MOST * (to - from);
        let outer = widest.map_or_else(Vec::new, |w| values(std::slice::from_ref(w)));
        let (least, greatest) = extent(outer).unwrap_or((low, high));
        let cut_high = most > 0.0 && greatest - from > most;
        let cut_low = most > 0.0 && to - least > most;
        Some(Reach {
            low: if cut_low { low } else { low.min(least) },
            high: if cut_high { high } else { high.max(greatest) },
            cut_low,
            cut_high,
        })
    }
}
