//! Empirical quantiles, ranks, and the quantile loss.

/// The quantile loss of a quantile q of probability τ when the outcome is y, (1{y < q} - τ)(q - y) (Koenker and Bassett
/// 1978), in units of the values. It is also called pinball loss.
///
/// ```
/// use onpace::evaluate::scores::pinball;
/// assert_eq!(pinball(10.0, 0.75, 14.0), 3.0);
/// assert_eq!(pinball(10.0, 0.75, 6.0), 1.0);
/// ```
pub fn pinball(quantile: f64, probability: f64, actual: f64) -> f64 {
    let below = if actual < quantile { 1.0 } else { 0.0 };
    (below - probability) * (quantile - actual)
}

/// The position of a quantile among `count` values in ascending order, counted from 0: type 8 of Hyndman
/// and Fan (1996), which is median-unbiased. At least one value is needed.
pub(crate) fn median_unbiased_position(count: usize, probability: f64) -> f64 {
    let n = count as f64;
    ((n + 1.0 / 3.0) * probability + 1.0 / 3.0).clamp(1.0, n.max(1.0)) - 1.0
}

/// The value at a position between two ranks, by linear interpolation; `value` gives the value of a rank and is called
/// for the upper one only where the position lies between.
pub(crate) fn interpolate(position: f64, value: impl Fn(usize) -> f64) -> f64 {
    let (rank, part) = (position as usize, position.fract());
    let low = value(rank);
    if part > 0.0 { low + part * (value(rank + 1) - low) } else { low }
}

/// The quantile of a probability by linear interpolation between the sorted values, type 7 of Hyndman and Fan (1996),
/// R's default; NaN where there are no values. The values are sorted in place.
pub(crate) fn quantile(values: &mut [f64], probability: f64) -> f64 {
    let Some(last) = values.len().checked_sub(1) else { return f64::NAN };
    values.sort_unstable_by(f64::total_cmp);
    interpolate(probability.clamp(0.0, 1.0) * last as f64, |rank| values[rank.min(last)])
}

/// Ranks in ascending order from 1, `(n,)`; equal values share the mean of their ranks. NaN ranks with the infinite
/// values, last.
pub(crate) fn mid_ranks(values: &[f64]) -> Vec<f64> {
    let last = |v: &f64| if v.is_nan() { f64::INFINITY } else { *v };
    let mut sorted: Vec<f64> = values.iter().map(last).collect();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = |value: f64| {
        let (below, upto) = (sorted.partition_point(|v| *v < value), sorted.partition_point(|v| *v <= value));
        0.5 * (below + upto + 1) as f64
    };
    values.iter().map(|value| rank(last(value))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: quantile(c(3, 1, 2, 10), c(.5, .9)) and the same with type = 8.
    #[test]
    fn quantiles_are_those_of_r() {
        let mut values = [3.0, 1.0, 2.0, 10.0];
        assert_eq!(quantile(&mut values, 0.5), 2.5);
        assert!((quantile(&mut values, 0.9) - 7.9).abs() < 1e-12);
        assert_eq!((quantile(&mut values, 0.0), quantile(&mut values, 1.0)), (1.0, 10.0));
        assert!(quantile(&mut [], 0.5).is_nan());
        let eighth = |p: f64| interpolate(median_unbiased_position(4, p), |rank| values[rank]);
        assert_eq!(eighth(0.5), 2.5);
        assert!((eighth(0.7) - 5.566_666_666_666_666).abs() < 1e-12, "{}", eighth(0.7));
        assert_eq!((eighth(0.9), eighth(0.01)), (10.0, 1.0));
    }

    #[test]
    fn equal_values_share_their_ranks() {
        assert!(mid_ranks(&[]).is_empty());
        assert_eq!(mid_ranks(&[3.0, 3.0, 3.0]), [2.0; 3]);
        assert_eq!(mid_ranks(&[0.0, -0.0, -1.0]), [2.5, 2.5, 1.0]);
        assert_eq!(mid_ranks(&[f64::NAN, 2.0, f64::INFINITY, -f64::NAN]), [3.0, 1.0, 3.0, 3.0]);
        let values = [0.3, 0.1, 0.3, 0.9, 0.1, 0.3, 7.0];
        assert_eq!(mid_ranks(&values).iter().sum::<f64>(), 28.0);
    }
}
