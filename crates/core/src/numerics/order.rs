//! Order statistics without sorting everything.

/// Up to this many values are sorted completely.
const FEW: usize = 64;
/// The size of the sample that determines the range of the buckets.
const SAMPLE: usize = 32;
/// The number of sample values outside that range at each end.
const OUTSIDE: usize = 1;
/// 2^52: larger numbers have no fractional digits.
const ROUND: f64 = 4_503_599_627_370_496.0;

/// The values at some ranks (from 0, ascending, below the number of values), in their order. The values fall into
/// buckets of equal width over most of their range; only buckets that hold a wanted rank are sorted.
pub(crate) fn at_ranks(values: &[f64], ranks: &[usize]) -> Vec<f64> {
    let sort = |values: &mut [f64]| values.sort_unstable_by(f64::total_cmp);
    let sorted = |values: &[f64]| {
        let mut copy = values.to_vec();
        sort(&mut copy);
        ranks.iter().map(|rank| copy[*rank]).collect()
    };
    if values.len() <= FEW {
        return sorted(values);
    }
    let mut sample: Vec<f64> = (0..SAMPLE).map(|i| values[i * values.len() / SAMPLE]).collect();
    sort(&mut sample);
    let (low, high) = (sample[OUTSIDE], sample[SAMPLE - 1 - OUTSIDE]);
    let buckets = values.len() / 8 + 1;
    let last = (buckets - 1) as f64;
    let width = last / (high - low);
    if !(width > 0.0 && width.is_finite()) {
        return sorted(values);
    }
    // Comparisons are faster than a clamp, which would check for NaN. Adding 2^52 rounds to a whole number, which is
    // then in the low bits. Both let the compiler make vector code.
    let bucket_of = |value: f64| {
        let place = (value - low) * width;
        let place = if place > 0.0 { place } else { 0.0 };
        let place = if place < last { place } else { last };
        (place + ROUND).to_bits() as u32
    };
    let places: Vec<u32> = values.iter().map(|value| bucket_of(*value)).collect();
    let mut counts = vec![0_u32; buckets];
    places.iter().for_each(|place| counts[*place as usize] += 1);
    let mut selected = Vec::with_capacity(ranks.len());
    let (mut bucket, mut before) = (0, 0);
    let mut wanted: Vec<(usize, usize)> = Vec::new();
    for rank in ranks {
        while before + counts[bucket] as usize <= *rank {
            before += counts[bucket] as usize;
            bucket += 1;
        }
        if wanted.last().is_none_or(|(place, _)| *place != bucket) {
            wanted.push((bucket, before));
        }
    }
    const NONE: u32 = u32::MAX;
    let mut slots = vec![NONE; buckets];
    let mut contents: Vec<Vec<f64>> = Vec::with_capacity(wanted.len());
    for (slot, (place, _)) in wanted.iter().enumerate() {
        slots[*place] = slot as u32;
        contents.push(Vec::with_capacity(counts[*place] as usize));
    }
    for (value, place) in values.iter().zip(&places) {
        let slot = slots[*place as usize];
        if slot != NONE {
            contents[slot as usize].push(*value);
        }
    }
    contents.iter_mut().for_each(|content| sort(content));
    let mut slot = 0;
    for rank in ranks {
        while slot + 1 < wanted.len() && wanted[slot + 1].1 <= *rank {
            slot += 1;
        }
        selected.push(contents[slot][rank - wanted[slot].1]);
    }
    selected
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_are_those_of_the_sorted_values(
            values in prop::collection::vec(prop_oneof![
                6 => -10.0..10.0, 1 => Just(3.0), 1 => -1e300..1e300, 1 => Just(f64::MAX), 1 => Just(-f64::MAX)
            ], 1..400),
            parts in prop::collection::vec(0.0..1.0, 0..9),
        ) {
            let mut ranks: Vec<usize> = parts.iter().map(|p| (p * values.len() as f64) as usize).collect();
            ranks.sort_unstable();
            let mut sorted = values.clone();
            sorted.sort_unstable_by(f64::total_cmp);
            let expected: Vec<f64> = ranks.iter().map(|rank| sorted[*rank]).collect();
            prop_assert_eq!(at_ranks(&values, &ranks), expected);
        }
    }
}
