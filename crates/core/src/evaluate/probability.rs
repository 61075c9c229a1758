//! Scores of probabilities of events: how good odds were, once it is known what came.

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Odds that were given, and whether it came true.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified {
    /// The probability, 0 to 1.
    pub odds: f64,
    /// Whether the event came.
    pub came: bool,
}

impl Verified {
    /// The squared error of the probability (Brier 1950): 0 for certainty that was right, 1 for certainty that was wrong.
    pub fn brier(self) -> f64 {
        (self.odds - f64::from(u8::from(self.came))).powi(2)
    }

    /// The logarithmic score, -ln of the probability given to what came (Good 1952), in nats.
    pub fn log_score(self) -> f64 {
        -(if self.came { self.odds } else { 1.0 - self.odds }).ln()
    }
}

/// Odds between two edges: what was said on average, and how often it came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bin {
    /// The mean of the odds.
    pub odds: f64,
    /// The share of events.
    pub frequency: f64,
    /// How many.
    pub count: usize,
}

/// Murphy's (1973) parts of a mean Brier score: reliability - resolution + uncertainty, up to the spread of odds inside a
/// bin.
///
/// ```
/// use onpace::evaluate::probability::{Decomposition, Verified};
/// let said = |odds, came| Verified { odds, came };
/// let parts = Decomposition::of(&[said(0.0, false), said(0.0, true), said(0.5, true), said(0.5, true)], &[0.2]);
/// assert_eq!((parts.reliability, parts.resolution, parts.uncertainty), (0.25, 0.0625, 0.1875));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Decomposition {
    /// Mean squared distance of what was said from how often it came: less is better.
    pub reliability: f64,
    /// Mean squared distance of how often it came in a bin from how often it came at all: more is better.
    pub resolution: f64,
    /// The variance of the events: what a constant base rate would score.
    pub uncertainty: f64,
    /// The bins that hold odds, in order.
    pub bins: Vec<Bin>,
}

impl Decomposition {
    /// The parts, with bins between ascending `edges`; odds on an edge belong above it.
    pub fn of(verified: &[Verified], edges: &[f64]) -> Self {
        let all = verified.len().max(1) as f64;
        let rate = verified.iter().filter(|v| v.came).count() as f64 / all;
        let bins: Vec<Bin> = (0..=edges.len())
            .filter_map(|bin| {
                let (mut sum, mut came, mut count) = (0.0, 0_usize, 0_usize);
                for v in verified.iter().filter(|v| bin_of(v.odds, edges) == bin) {
                    sum += v.odds;
                    came += usize::from(v.came);
                    count += 1;
                }
                let n = count as f64;
                (count > 0).then(|| Bin { odds: sum / n, frequency: came as f64 / n, count })
            })
            .collect();
        let mean = |of: &dyn Fn(&Bin) -> f64| bins.iter().map(|bin| bin.count as f64 * of(bin)).sum::<f64>() / all;
        Self {
            reliability: mean(&|bin| (bin.odds - bin.frequency).powi(2)),
            resolution: mean(&|bin| (bin.frequency - rate).powi(2)),
            uncertainty: rate * (1.0 - rate),
            bins,
        }
    }
}

/// The number of the bin between ascending `edges` that odds belong to; on an edge they belong above it.
pub fn bin_of(odds: f64, edges: &[f64]) -> usize {
    edges.partition_point(|edge| *edge <= odds)
}

/// How often each block is drawn in each resample: blocks (technologies, countries) are drawn whole, since what lies in
/// one goes together (block bootstrap, Davison and Hinkley 1997, section 3.8).
///
/// ```
/// use onpace::evaluate::probability::BlockBootstrap;
/// // Two blocks that agree within themselves: the error is that of two figures, not of six.
/// let blocks = BlockBootstrap::new(&[0, 0, 0, 1, 1, 1], 4000, 1);
/// let values = [0.0, 0.0, 0.0, 1.0, 1.0, 1.0];
/// let error = blocks.standard_error(|weight| {
///     let total: f64 = (0..6).map(|i| weight(i)).sum();
///     (0..6).map(|i| weight(i) * values[i]).sum::<f64>() / total
/// });
/// assert!((error - 0.354).abs() < 0.01);
/// ```
#[derive(Debug, Clone)]
pub struct BlockBootstrap {
    block_of: Vec<usize>,
    /// A row a resample: the times that each block is in it.
    resamples: Vec<Vec<u32>>,
}

impl BlockBootstrap {
    /// Resamples of the blocks `0..` that the figures belong to.
    pub fn new(block_of: &[usize], resamples: usize, seed: u64) -> Self {
        let blocks = block_of.iter().max().map_or(0, |most| most + 1);
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let mut resample = || {
            let mut times = vec![0; blocks];
            (0..blocks).for_each(|_| times[random.random_range(0..blocks)] += 1);
            times
        };
        Self { block_of: block_of.to_vec(), resamples: (0..resamples).map(|_| resample()).collect() }
    }

    /// A statistic in each resample, in ascending order; it is given the weight of each figure. What is not finite, such
    /// as a rate without cases, is left out.
    pub fn distribution(&self, statistic: impl Fn(&dyn Fn(usize) -> f64) -> f64) -> Vec<f64> {
        let of = |times: &Vec<u32>| statistic(&|figure: usize| f64::from(times[self.block_of[figure]]));
        let mut values: Vec<f64> = self.resamples.iter().map(of).filter(|value| value.is_finite()).collect();
        values.sort_unstable_by(f64::total_cmp);
        values
    }

    /// The standard deviation of a statistic over the resamples; NaN where it has no value in two of them.
    pub fn standard_error(&self, statistic: impl Fn(&dyn Fn(usize) -> f64) -> f64) -> f64 {
        let values = self.distribution(statistic);
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        (values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt()
    }

    /// The central interval of a statistic over the resamples that holds a part of them; NaN where it has no values.
    pub fn interval(&self, part: f64, statistic: impl Fn(&dyn Fn(usize) -> f64) -> f64) -> (f64, f64) {
        let values = self.distribution(statistic);
        let at = |p: f64| {
            let place = (p * values.len() as f64) as usize;
            values.get(place.min(values.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
        };
        (at(0.5 - part / 2.0), at(0.5 + part / 2.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without spread inside bins the parts make up the score.
    #[test]
    fn the_parts_make_up_the_brier_score() {
        let said = [(0.1, false), (0.1, false), (0.1, true), (0.6, true), (0.6, false), (0.9, true)];
        let verified: Vec<Verified> = said.iter().map(|(odds, came)| Verified { odds: *odds, came: *came }).collect();
        let parts = Decomposition::of(&verified, &[0.5, 0.8]);
        let brier = verified.iter().map(|v| v.brier()).sum::<f64>() / 6.0;
        assert!((parts.reliability - parts.resolution + parts.uncertainty - brier).abs() < 1e-12);
        assert_eq!(parts.bins.iter().map(|bin| bin.count).collect::<Vec<_>>(), [3, 2, 1]);
        assert!((verified[2].log_score() - 10.0_f64.ln()).abs() < 1e-12);
    }

    #[test]
    fn intervals_hold_the_statistic_and_are_the_same_each_time() {
        let blocks: Vec<usize> = (0..300).map(|i| i / 10).collect();
        let values: Vec<f64> = (0..300).map(|i| f64::from(i % 7)).collect();
        let mean = |weight: &dyn Fn(usize) -> f64| {
            let total: f64 = (0..300).map(weight).sum();
            (0..300).map(|i| weight(i) * values[i]).sum::<f64>() / total
        };
        let bootstrap = BlockBootstrap::new(&blocks, 500, 7);
        let (low, high) = bootstrap.interval(0.8, mean);
        assert!(low < mean(&|_| 1.0) && mean(&|_| 1.0) < high);
        assert_eq!(BlockBootstrap::new(&blocks, 500, 7).interval(0.8, mean), (low, high));
    }
}
