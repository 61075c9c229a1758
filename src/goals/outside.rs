//! How often comparable documented ramps did as much: the outside view as a frequency with its error.

use std::collections::BTreeMap;

use crate::evaluate::probability::BlockBootstrap;
use crate::models::{Comparable, Precedent};

const RESAMPLES: usize = 1000;

/// How often cases that are comparable did as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Frequency {
    /// The weighted share of cases that did.
    pub rate: f64,
    /// Ends of the central 80 % interval: technologies and places are drawn whole, since their cases go together, and the
    /// wider of the two intervals stands.
    pub interval: (f64, f64),
    /// How many cases the weights are worth, of those whose future is known so far ((Σ w)² / Σ w², Kish 1965).
    pub cases: f64,
}

/// How often the cases reached `target`, in units of the series, at step `steps` ahead, or in any step up to it where `by`.
/// `None` where no case is known that far.
///
/// ```
/// use onpace::goals::frequency;
/// use onpace::registry::Registry;
/// use onpace::series::{Period, Series};
/// let doubled = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let cases = Registry::bundled().outside().cases(&doubled)?;
/// let tripled = frequency(&cases.comparable(&doubled)?, 3.0 * 1.65, 1, true, 1).ok_or("no cases")?;
/// assert!(tripled.rate < 0.05 && tripled.interval.0 <= tripled.rate && tripled.rate <= tripled.interval.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn frequency(comparable: &Comparable, target: f64, steps: usize, by: bool, seed: u64) -> Option<Frequency> {
    let told: Vec<Precedent<'_>> =
        comparable.precedents(target, steps, by).filter(|precedent| precedent.reached.is_some()).collect();
    let sum: f64 = told.iter().map(|p| p.weight).sum();
    if sum <= 0.0 {
        return None;
    }
    let squares: f64 = told.iter().map(|p| p.weight * p.weight).sum();
    let hits: f64 = told.iter().filter(|p| p.reached == Some(true)).map(|p| p.weight).sum();
    let rate = hits / sum;
    let technologies = interval(&told, |p| p.technology, seed);
    let places = interval(&told, |p| p.place, seed);
    let wider = if technologies.1 - technologies.0 >= places.1 - places.0 { technologies } else { places };
    Some(Frequency { rate, interval: (wider.0.min(rate), wider.1.max(rate)), cases: sum * sum / squares })
}

/// The interval of the rate when blocks of one name are drawn whole.
fn interval<'a>(told: &[Precedent<'a>], name: impl Fn(&Precedent<'a>) -> &'a str, seed: u64) -> (f64, f64) {
    let mut blocks: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    for precedent in told {
        let (weight, hits) = blocks.entry(name(precedent)).or_default();
        *weight += precedent.weight;
        *hits += if precedent.reached == Some(true) { precedent.weight } else { 0.0 };
    }
    let sums: Vec<(f64, f64)> = blocks.into_values().collect();
    let numbers: Vec<usize> = (0..sums.len()).collect();
    BlockBootstrap::new(&numbers, RESAMPLES, seed).interval(0.8, |times| {
        let total: f64 = sums.iter().enumerate().map(|(block, (weight, _))| times(block) * weight).sum();
        sums.iter().enumerate().map(|(block, (_, hits))| times(block) * hits).sum::<f64>() / total
    })
}
