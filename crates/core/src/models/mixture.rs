//! The points of a grid as a mixture: their weights, the heaviest point, and the paths of each.

use std::ops::Range;

/// Points with less than this share of the heaviest point's weight are dropped: their total is far below the
/// simulation error.
const NEGLIGIBLE: f64 = 1e-9;

/// A point of a grid with its weight.
pub(super) trait Weighted {
    /// The weight: before [`normalise`] its logarithm up to a constant, afterwards the share of all weights.
    fn weight(&self) -> f64;
    /// The weight, for modification.
    fn weight_mut(&mut self) -> &mut f64;
}

/// Replaces the logarithms of the weights with weights that sum to one, and drops negligible points. False where no
/// logarithm is finite.
pub(super) fn normalise<P: Weighted>(points: &mut Vec<P>) -> bool {
    let largest = points.iter().map(P::weight).fold(f64::NEG_INFINITY, f64::max);
    if !largest.is_finite() {
        return false;
    }
    points.iter_mut().map(P::weight_mut).for_each(|weight| *weight = (*weight - largest).exp());
    points.retain(|point| point.weight() > NEGLIGIBLE);
    let total: f64 = points.iter().map(P::weight).sum();
    points.iter_mut().map(P::weight_mut).for_each(|weight| *weight /= total);
    true
}

/// The point with the largest weight.
pub(super) fn heaviest<P: Weighted>(points: &[P]) -> Option<&P> {
    points.iter().max_by(|a, b| a.weight().total_cmp(&b.weight()))
}

/// Divides `count` paths among the points by systematic sampling: no point is more than one path off its weight.
pub(super) fn parts<P: Weighted>(points: &[P], count: usize) -> Vec<Range<usize>> {
    let (mut sum, mut from) = (0.0, 0);
    let part = |point: &P| {
        sum += point.weight();
        let end = ((sum * count as f64).round() as usize).clamp(from, count);
        std::mem::replace(&mut from, end)..end
    };
    let mut parts: Vec<_> = points.iter().map(part).collect();
    // Rounding in the sum of the weights must not leave the last path without a point.
    parts.iter_mut().rev().take(1).for_each(|last| last.end = count);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Weighted for f64 {
        fn weight(&self) -> f64 {
            *self
        }

        fn weight_mut(&mut self) -> &mut f64 {
            self
        }
    }

    #[test]
    fn weights_are_parts_of_all_paths() {
        let mut points = vec![700.0, 700.0 + f64::ln(2.0), f64::NEG_INFINITY, 700.0];
        assert!(normalise(&mut points));
        assert!(points.iter().zip([0.25, 0.5, 0.25]).all(|(weight, part)| (weight - part).abs() < 1e-12), "{points:?}");
        assert_eq!(heaviest(&points), points.get(1));
        assert_eq!(parts(&points, 9), [0..2, 2..7, 7..9]);
        assert!(!normalise(&mut vec![f64::NEG_INFINITY; 2]));
    }
}
