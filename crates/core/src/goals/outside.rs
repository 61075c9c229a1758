//! How often comparable documented ramps did as much: the outside view as a frequency with its error.

use std::collections::BTreeMap;

use crate::evaluate::probability::BlockBootstrap;
use crate::models::Comparable;

use super::{Condition, Reading};

const RESAMPLES: usize = 1000;

/// How often cases that are comparable did as much.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CaseRate {
    /// The weighted share of cases that did.
    pub rate: f64,
    /// Ends of the central 80 % interval: technologies and places are drawn whole, since their cases go together, and the
    /// wider of the two intervals stands.
    pub interval: (f64, f64),
    /// How many cases the weights are worth, of those whose future is known so far ((Σ w)² / Σ w², Kish 1965).
    pub cases: f64,
}

/// A series' comparable cases, and the target in its units.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The cases with their weights.
    pub comparable: &'a Comparable,
    /// What the values must do to reach the target.
    pub condition: Condition,
    /// The target.
    pub target: f64,
    /// Cases count whose future is known for so many years at least: one set for several horizons makes their odds comparable.
    pub known: usize,
}

/// How often the cases reached the target `steps` years ahead, in the periods that count; the mean over
/// several drawings of an uncertain history, which have the same cases with other weights. `None` where no case is known
/// that far.
///
/// ```
/// use onpace::goals::{Asked, Condition, Reading, case_rate};
/// use onpace::bundled;
/// use onpace::series::{Period, Series};
/// let doubled = Series::new("cards", Period::year(2024)?, vec![0.82, 1.65])?;
/// let comparable = bundled::registry().outside().cases(&doubled)?.comparable(&doubled)?;
/// let asked = Asked { comparable: &comparable, condition: Condition::AtLeast, target: 3.0 * 1.65, known: 1 };
/// let tripled = case_rate(&[asked], 1, Reading::By, 1).ok_or("no cases")?;
/// assert!(tripled.rate < 0.05 && tripled.interval.0 <= tripled.rate && tripled.rate <= tripled.interval.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn case_rate(asked: &[Asked<'_>], steps: usize, reading: Reading, seed: u64) -> Option<CaseRate> {
    let first = asked.first()?.comparable;
    let mut cases: Vec<Tally> = Vec::new();
    for one in asked {
        // Each history counts alike, however many cases are near it.
        let scale = 1.0 / one.comparable.total_weight();
        let precedents = one.comparable.precedents(one.condition, one.target, steps, one.known, reading);
        for (at, precedent) in precedents.enumerate() {
            if at == cases.len() {
                cases.push(Tally { ramp: precedent.ramp, weight: 0.0, hits: 0.0 });
            }
            if let Some(reached) = precedent.reached {
                cases[at].weight += scale * precedent.weight;
                cases[at].hits += if reached { scale * precedent.weight } else { 0.0 };
            }
        }
    }
    let sum: f64 = cases.iter().map(|case| case.weight).sum();
    if sum <= 0.0 {
        return None;
    }
    let squares: f64 = cases.iter().map(|case| case.weight * case.weight).sum();
    let rate = cases.iter().map(|case| case.hits).sum::<f64>() / sum;
    let mut ramps: BTreeMap<usize, (f64, f64)> = BTreeMap::new();
    cases.iter().for_each(|case| add(ramps.entry(case.ramp).or_default(), (case.weight, case.hits)));
    let technologies = interval(&ramps, |ramp| first.technology_and_place(ramp).0, seed);
    let places = interval(&ramps, |ramp| first.technology_and_place(ramp).1, seed);
    let wider = if technologies.1 - technologies.0 >= places.1 - places.0 { technologies } else { places };
    Some(CaseRate { rate, interval: (wider.0.min(rate), wider.1.max(rate)), cases: sum * sum / squares })
}

/// A case with its weight, and that part of it which reached the target.
struct Tally {
    ramp: usize,
    weight: f64,
    hits: f64,
}

fn add(sum: &mut (f64, f64), more: (f64, f64)) {
    sum.0 += more.0;
    sum.1 += more.1;
}

/// The interval of the rate when blocks of one name are drawn whole, from the weight and hits of each ramp.
fn interval<'a>(ramps: &BTreeMap<usize, (f64, f64)>, name: impl Fn(usize) -> &'a str, seed: u64) -> (f64, f64) {
    let mut blocks: BTreeMap<&str, (f64, f64)> = BTreeMap::new();
    ramps.iter().for_each(|(ramp, both)| add(blocks.entry(name(*ramp)).or_default(), *both));
    let sums: Vec<(f64, f64)> = blocks.into_values().filter(|(weight, _)| *weight > 0.0).collect();
    let numbers: Vec<usize> = (0..sums.len()).collect();
    BlockBootstrap::new(&numbers, RESAMPLES, seed).interval(0.8, |times| {
        let total: f64 = sums.iter().enumerate().map(|(block, (weight, _))| times(block) * weight).sum();
        sums.iter().enumerate().map(|(block, (_, hits))| times(block) * hits).sum::<f64>() / total
    })
}
