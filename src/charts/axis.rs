//! The value axis: where it starts and ends, its ticks and their labels.

use super::data::drawable;
use crate::export::number::{Magnitude, format_number, format_tick, without_trailing_zeros};

/// How many steps an axis has, more or less.
const STEPS: f64 = 5.0;
/// Data whose range is a smaller share of their size are drawn without the zero.
const NEAR_ZERO: f64 = 0.25;
/// A smaller range than this share of the size is taken for a constant.
const CONSTANT: f64 = 1e-6;

/// A value axis in the caller's units.
#[derive(Debug, Clone)]
pub(super) struct ValueAxis {
    /// Value at the bottom of the plot.
    pub(super) low: f64,
    /// Value at the top of the plot, always above `low`.
    pub(super) high: f64,
    /// Values of the grid lines from the bottom up.
    pub(super) ticks: Vec<f64>,
    /// What the labels count in.
    pub(super) magnitude: Magnitude,
    step: f64,
}

impl ValueAxis {
    /// An axis for values from `low` to `high` that ends at a bound where one lies in its way.
    ///
    /// It begins at 0 unless the values are far from it.
    pub(super) fn covering(low: f64, high: f64, bounds: (Option<f64>, Option<f64>)) -> ValueAxis {
        Self::with_steps(STEPS, low, high, bounds)
    }

    /// The same with about so many steps: fewer for a small panel.
    pub(super) fn with_steps(steps: f64, low: f64, high: f64, bounds: (Option<f64>, Option<f64>)) -> ValueAxis {
        let (from, to) = with_zero(low, high);
        let step = nice_step(to - from, steps);
        let all = ticks_every(step, from, to);
        let first = all.first().copied().unwrap_or(from).min(from);
        let last = all.last().copied().unwrap_or(to).max(to);
        let bounded_low = bounds.0.filter(|b| drawable(*b) && *b <= from);
        let bounded_high = bounds.1.filter(|b| drawable(*b) && *b >= to);
        let low = bounded_low.map_or(first, |b| b.max(first));
        let high = bounded_high.map_or(last, |b| b.min(last));
        let slack = step * 1e-6;
        ValueAxis {
            low,
            high,
            ticks: all.into_iter().filter(|t| *t >= low - slack && *t <= high + slack).collect(),
            magnitude: Magnitude::of(low.abs().max(high.abs())),
            step,
        }
    }

    /// The label of a tick in the axis's magnitude.
    pub(super) fn label(&self, tick: f64) -> String {
        let divisor = self.magnitude.divisor;
        format_tick(tick / divisor, self.step / divisor)
    }

    /// A value in the axis's magnitude: in the digits a reader needs, on an axis without zero also
    /// in those that tell the values apart.
    pub(super) fn value(&self, value: f64) -> String {
        let divisor = self.magnitude.divisor;
        let short = format_number(value / divisor);
        if self.low <= 0.0 && self.high >= 0.0 {
            return short;
        }
        let exact = format_tick(value / divisor, self.step / divisor / 10.0);
        let exact = without_trailing_zeros(&exact);
        if exact.len() > short.len() { exact } else { short }
    }

    /// Where a value lies between the bottom (0) and the top (1).
    pub(super) fn share(&self, value: f64) -> f64 {
        (value - self.low) / (self.high - self.low)
    }
}

/// Multiples of a step of 1, 2 or 5 times a power of ten that enclose `low` to `high`, about five
/// steps, in the unit of the arguments. Never more than a dozen; 0 and 1 if there is no range.
pub fn nice_ticks(low: f64, high: f64) -> Vec<f64> {
    if !drawable(low) || !drawable(high) || low == high {
        return vec![0.0, 1.0];
    }
    let (low, high) = (low.min(high), low.max(high));
    let step = nice_step(high - low, STEPS);
    ticks_every(step, low, high)
}

fn ticks_every(step: f64, low: f64, high: f64) -> Vec<f64> {
    let first = (low / step + CONSTANT).floor();
    let last = (high / step - CONSTANT).ceil();
    let count = (last - first).clamp(1.0, 12.0) as usize;
    (0..=count).map(|i| (first + i as f64) * step).collect()
}

/// The range of the axis before it is rounded: with zero where that costs little.
fn with_zero(low: f64, high: f64) -> (f64, f64) {
    let (low, high) = match (drawable(low), drawable(high)) {
        (true, true) => (low.min(high), low.max(high)),
        (true, false) => (low, low),
        (false, true) => (high, high),
        (false, false) => (0.0, 0.0),
    };
    let size = low.abs().max(high.abs());
    let range = high - low;
    if range < NEAR_ZERO * size && range > CONSTANT * size {
        return (low, high);
    }
    match (low.min(0.0), high.max(0.0)) {
        (from, to) if from == to => (0.0, 1.0),
        both => both,
    }
}

/// The least of 1, 2, 5 times a power of ten that cuts the range into about so many steps.
fn nice_step(range: f64, steps: f64) -> f64 {
    // Four fifths, so that a step is not doubled for a range just above that many of it.
    let least = range / steps * 0.8;
    let power = 10f64.powf(least.log10().floor());
    if !power.is_normal() {
        return range;
    }
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|digit| digit * power)
        .find(|step| *step >= least * (1.0 - CONSTANT))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(low: f64, high: f64) -> Vec<String> {
        let axis = ValueAxis::covering(low, high, (None, None));
        axis.ticks.iter().map(|t| axis.label(*t)).collect()
    }

    #[test]
    fn ticks_are_round_and_about_five() {
        assert_eq!(labels(0.6e6, 8e6), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(300.0, 1400.0), ["0", "500", "1,000", "1,500"]);
        assert_eq!(labels(0.1, 1.1), ["0", "0.2", "0.4", "0.6", "0.8", "1.0", "1.2"]);
        assert_eq!(labels(-30.0, 60.0), ["−40", "−20", "0", "20", "40", "60"]);
    }

    #[test]
    fn an_axis_far_from_zero_leaves_it_out() {
        assert_eq!(labels(101.0, 103.0), ["101.0", "101.5", "102.0", "102.5", "103.0"]);
        let axis = ValueAxis::covering(101.0, 103.0, (None, None));
        assert_eq!(axis.value(101.25), "101.25");
        assert_eq!(labels(7.0, 7.0)[0], "0");
    }

    #[test]
    fn an_axis_ends_at_a_bound_but_never_before_the_data() {
        let axis = ValueAxis::covering(17.0, 97.0, (Some(0.0), Some(97.5)));
        assert_eq!((axis.low, axis.high), (0.0, 97.5));
        let axis = ValueAxis::covering(-5.0, 120.0, (Some(0.0), Some(100.0)));
        assert!(axis.low <= -5.0 && axis.high >= 120.0);
    }

    #[test]
    fn ticks_of_any_range_are_few_and_finite() {
        let sizes = [0.0, 1e-300, 5e-324, 1.0, 1e9, 1e300, f64::NAN, f64::INFINITY];
        for low in sizes {
            for high in sizes {
                for sign in [1.0, -1.0] {
                    let ticks = nice_ticks(low * sign, high);
                    assert!((2..=13).contains(&ticks.len()), "{low} {high}");
                    assert!(ticks.iter().all(|t| t.is_finite()));
                    let axis = ValueAxis::covering(low * sign, high, (None, None));
                    assert!(axis.high > axis.low && axis.share(axis.high) == 1.0);
                }
            }
        }
    }
}
