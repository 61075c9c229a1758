//! Gaps: which part of a series with missing periods is used.

use crate::series::Period;

/// The index at which the part that is used begins: the earliest one from which on at most half of the periods are missing.
pub(super) fn first_used(periods: &[Period]) -> usize {
    let Some(last) = periods.last() else { return 0 };
    let sparse = |from: &usize| periods[*from].steps_to(*last) + 1 > 2 * (periods.len() - from) as i64;
    (0..periods.len()).find(|from| !sparse(from)).unwrap_or(0)
}

/// The value of each period from the first to the last, NaN for a missing one.
pub(super) fn filled(known: &[(Period, f64)]) -> Vec<f64> {
    let (Some((first, _)), Some((last, _))) = (known.first(), known.last()) else { return Vec::new() };
    let mut values = vec![f64::NAN; usize::try_from(first.steps_to(*last) + 1).unwrap_or(0)];
    for (period, value) in known {
        let slot = usize::try_from(first.steps_to(*period)).ok().and_then(|index| values.get_mut(index));
        slot.into_iter().for_each(|slot| *slot = *value);
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gap_is_bridged_unless_more_is_missing_than_known() {
        let years = |years: &[i64]| years.iter().map(|y| Period::year(*y).unwrap()).collect::<Vec<_>>();
        assert_eq!(first_used(&years(&[2010, 2011, 2013])), 0);
        assert_eq!(first_used(&years(&[1950, 2010, 2011, 2013])), 1);
        assert_eq!(first_used(&years(&[2010, 2020])), 1);
        let known: Vec<_> = years(&[2020, 2022]).into_iter().zip([1.0, 3.0]).collect();
        let values = filled(&known);
        assert!(values.len() == 3 && values[0] == 1.0 && values[1].is_nan() && values[2] == 3.0);
    }
}
