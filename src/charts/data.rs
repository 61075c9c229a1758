//! What the caller hands over: points and ticks, and which of them can be drawn.

/// A place on a chart, in the caller's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Place on the time axis, in the same unit as the ticks (for example years).
    pub x: f64,
    /// Value, unscaled (1,650,000 and not 1.65).
    pub y: f64,
}

/// A single figure beside the history, such as a target or somebody's projection.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelledPoint {
    /// Place on the time axis, in the same unit as the ticks.
    pub x: f64,
    /// Value, unscaled.
    pub y: f64,
    /// A few words that stand beside the point; empty for none.
    pub label: String,
    /// True for an estimate of what was, false (hollow) for a projection or a target.
    pub filled: bool,
}

/// A label of the time axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Tick {
    /// Place on the time axis, in the unit of the points' `x`.
    pub at: f64,
    /// The text under the axis, for example "2025".
    pub label: String,
}

/// Beyond this no sum or product of two coordinates is safe from overflow.
const LARGEST: f64 = 1e300;

/// Whether a number can be drawn at all: neither NaN nor infinite nor next to it.
pub(super) fn drawable(value: f64) -> bool {
    value.is_finite() && value.abs() <= LARGEST
}

/// The points that can be drawn, ordered in time.
pub(super) fn drawable_points(points: &[Point]) -> Vec<Point> {
    let mut kept: Vec<Point> = points.iter().copied().filter(|p| drawable(p.x) && drawable(p.y)).collect();
    kept.sort_by(|a, b| a.x.total_cmp(&b.x));
    kept
}

/// Least and greatest of the drawable values, none if there are none.
pub(super) fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    values.into_iter().filter(|v| drawable(*v)).fold(None, |found: Option<(f64, f64)>, v| match found {
        None => Some((v, v)),
        Some((low, high)) => Some((low.min(v), high.max(v))),
    })
}

/// The value at `x` on the line through time-ordered points; flat beyond both ends.
pub(super) fn value_at(points: &[Point], x: f64) -> Option<f64> {
    let first = points.first()?;
    let last = points.last()?;
    if x <= first.x {
        return Some(first.y);
    }
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        if x >= a.x && x <= b.x && b.x > a.x {
            return Some(a.y + (b.y - a.y) * ((x - a.x) / (b.x - a.x)));
        }
    }
    Some(last.y)
}
