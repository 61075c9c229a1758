//! Bounds of the values of a series.

/// The values that a series can take; an end that is not known is open.
///
/// ```
/// use onpace::series::Bounds;
/// let share = Bounds { lower: Some(0.0), upper: Some(100.0) };
/// assert!(share.hold(41.0) && !share.hold(101.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// The lowest possible value, in units of the series.
    pub lower: Option<f64>,
    /// The highest possible value, in units of the series.
    pub upper: Option<f64>,
}

impl Bounds {
    /// Whether a value lies within the bounds, ends included.
    pub fn hold(&self, value: f64) -> bool {
        self.lower.is_none_or(|lower| value >= lower) && self.upper.is_none_or(|upper| value <= upper)
    }
}
