//! Stratified random numbers, the same on every thread and for every order of the series.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Gamma, Normal};

/// Random orders of the strata, shared by all streams; each column of a stream begins at another place of an order.
const ORDERS: usize = 16;
/// The most chi-squared quantiles that are computed one by one; more are interpolated between as many knots.
const KNOTS: usize = 256;

/// The source of random numbers of all forecasts: a seed and the number of sample paths.
///
/// Each dimension of a stream (a parameter, the scale, the error of one step) is a Latin hypercube column
/// (McKay, Beckman and Conover 1979): the midpoints of equal strata in random order, so that few paths give steady
/// quantiles. The order is one of a few random permutations, rotated by an offset that depends on the key and the
/// dimension; no two dimensions of a stream share an offset. A dimension depends on the seed, the key and its own number
/// alone: adding series, models or steps changes no other draw.
///
/// ```
/// use onpace::forecast::Draws;
/// let draws = Draws::new(1, 1000);
/// let mean = draws.stream(&["cards", "drift"]).normals(0).iter().sum::<f64>() / 1000.0;
/// assert!(mean.abs() < 1e-9);
/// ```
#[derive(Debug, Clone)]
pub struct Draws {
    seed: u64,
    total: usize,
    block: Range<usize>,
    /// The distance between the starts of two columns of one order.
    stride: usize,
    tables: Arc<Tables>,
}

/// The tables that all streams of one seed and number of paths share.
#[derive(Debug, Default)]
struct Tables {
    orders: OnceLock<Orders>,
    chi_squares: Mutex<HashMap<usize, Arc<[f64]>>>,
}

/// Each order twice in a row, so that a rotated column is one slice, and the normal scores in that order.
#[derive(Debug)]
struct Orders {
    strata: Vec<Vec<u32>>,
    normals: Vec<Vec<f64>>,
}

impl Draws {
    /// Draws for `paths` sample paths (at least one) from a seed.
    pub fn new(seed: u64, paths: usize) -> Self {
        let total = paths.max(1);
        Self { seed, total, block: 0..total, stride: stride(total), tables: Arc::default() }
    }

    /// The number of sample paths.
    pub fn paths(&self) -> usize {
        self.block.len()
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The draws of the members of a pool, whose numbers of paths are in proportion to their weights.
    #[must_use]
    pub fn shares(&self, weights: &[f64]) -> Vec<Self> {
        let total: f64 = weights.iter().sum();
        let mut sum = 0.0;
        let mut from = self.block.start;
        let share = |weight: &f64| {
            sum += weight;
            let end = self.block.start + (sum / total * self.paths() as f64).round() as usize;
            let block = from..end.clamp(from, self.block.end);
            from = block.end;
            Self { block, ..self.clone() }
        };
        weights.iter().map(share).collect()
    }

    /// The stream of a key, usually the series and the model.
    pub fn stream(&self, key: &[&str]) -> Stream<'_> {
        let seed = key.iter().fold(self.seed, |seed, part| mix(seed ^ fnv1a(part.as_bytes())));
        Stream { draws: self, seed }
    }

    fn orders(&self) -> &Orders {
        self.tables.orders.get_or_init(|| {
            let scores = normal_scores(self.total);
            let strata: Vec<Vec<u32>> = (0..ORDERS as u64)
                .map(|order| {
                    let mut strata: Vec<u32> = (0..u32::try_from(self.total).unwrap_or(u32::MAX)).collect();
                    strata.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(mix(self.seed ^ mix(order))));
                    strata.extend_from_within(..);
                    strata
                })
                .collect();
            let normals = strata.iter().map(|s| s.iter().map(|s| scores[*s as usize]).collect()).collect();
            Orders { strata, normals }
        })
    }

    fn chi_squares(&self, degrees: usize) -> Arc<[f64]> {
        let mut tables = self.tables.chi_squares.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(tables.entry(degrees).or_insert_with(|| chi_square_scores(self.total, degrees)))
    }
}

/// Columns of draws for one key.
#[derive(Debug, Clone, Copy)]
pub struct Stream<'a> {
    draws: &'a Draws,
    seed: u64,
}

impl<'a> Stream<'a> {
    /// Uniform draws on (0, 1), `(paths,)`.
    pub fn uniforms(&self, dimension: usize) -> Vec<f64> {
        let total = self.draws.total as f64;
        self.strata(dimension).iter().map(|stratum| (f64::from(*stratum) + 0.5) / total).collect()
    }

    /// Standard normal draws, `(paths,)`.
    pub fn normals(&self, dimension: usize) -> &'a [f64] {
        let (order, places) = self.column(dimension);
        &self.draws.orders().normals[order][places]
    }

    /// Chi-squared draws with some degrees of freedom (at least one), `(paths,)`.
    pub fn chi_squares(&self, dimension: usize, degrees: usize) -> Vec<f64> {
        let table = self.draws.chi_squares(degrees.max(1));
        self.strata(dimension).iter().map(|stratum| table[*stratum as usize]).collect()
    }

    fn strata(&self, dimension: usize) -> &'a [u32] {
        let (order, places) = self.column(dimension);
        &self.draws.orders().strata[order][places]
    }

    /// The order of a dimension and the range of its column there. Dimensions use the orders in turn, each from another
    /// start, so that two streams do not share their points; dimensions of one order have different starts.
    fn column(&self, dimension: usize) -> (usize, Range<usize>) {
        let total = self.draws.total;
        let (place, round) = (dimension % ORDERS, dimension / ORDERS);
        let start_of = mix(self.seed ^ mix(place as u64)) as usize;
        let turn = (start_of % total + round % total * self.draws.stride) % total;
        let Range { start, end } = self.draws.block;
        (place, start + turn..end + turn)
    }
}

/// A step between starts that shares no factor with the number of paths, so that a start repeats only after as many
/// rounds as there are paths.
fn stride(total: usize) -> usize {
    let shares_factor = |stride: usize| {
        let (mut a, mut b) = (stride, total);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a > 1
    };
    (total / 7 + 1..=total).find(|stride| !shares_factor(*stride)).unwrap_or(1)
}

/// Normal quantiles at the midpoints, scaled to a variance of exactly one, since midpoints omit the far tails.
fn normal_scores(paths: usize) -> Vec<f64> {
    let normal = Normal::standard();
    let mut scores: Vec<f64> = (0..paths).map(|i| normal.inverse_cdf((i as f64 + 0.5) / paths as f64)).collect();
    let variance = scores.iter().map(|z| z * z).sum::<f64>() / paths as f64;
    if variance > 0.0 {
        scores.iter_mut().for_each(|z| *z /= variance.sqrt());
    }
    scores
}

/// Chi-squared quantiles at the midpoints. Their cube roots are nearly linear in the normal quantile (Wilson and
/// Hilferty 1931), so that cubics between a few knots interpolate many.
fn chi_square_scores(paths: usize, degrees: usize) -> Arc<[f64]> {
    let midpoint = |i: usize| (i as f64 + 0.5) / paths as f64;
    if paths <= 2 * KNOTS {
        return (0..paths).map(|i| chi_square_quantile(degrees, midpoint(i))).collect();
    }
    let normal = Normal::standard();
    let (low, high) = (normal.inverse_cdf(midpoint(0)), normal.inverse_cdf(midpoint(paths - 1)));
    let width = (high - low) / (KNOTS - 1) as f64;
    let root = |knot: usize| chi_square_quantile(degrees, normal.cdf(low + width * knot as f64)).cbrt();
    let roots: Vec<f64> = (0..KNOTS).map(root).collect();
    let interpolated = |i: usize| {
        let place = (normal.inverse_cdf(midpoint(i)) - low) / width;
        let first = (place.floor() as usize).clamp(1, KNOTS - 3) - 1;
        let x = place - first as f64;
        let [a, b, c, d] = [0, 1, 2, 3].map(|k| roots[first + k]);
        // Lagrange's cubic through four equidistant knots at 0, 1, 2 and 3.
        let cubic = -a * (x - 1.0) * (x - 2.0) * (x - 3.0) / 6.0 + b * x * (x - 2.0) * (x - 3.0) / 2.0
            - c * x * (x - 1.0) * (x - 3.0) / 2.0
            + d * x * (x - 1.0) * (x - 2.0) / 6.0;
        cubic.powi(3)
    };
    (0..paths).map(interpolated).collect()
}

/// The chi-squared quantile, by Newton steps on the distribution function from Wilson and Hilferty's (1931)
/// approximation, kept inside a bracket.
fn chi_square_quantile(degrees: usize, p: f64) -> f64 {
    let k = degrees as f64;
    let Ok(gamma) = Gamma::new(k / 2.0, 0.5) else { return k };
    let c = 2.0 / (9.0 * k);
    let mut x = (k * (1.0 - c + Normal::standard().inverse_cdf(p) * c.sqrt()).powi(3)).max(k * 1e-6);
    let (mut low, mut high) = (0.0, f64::INFINITY);
    for _ in 0..100 {
        let miss = gamma.cdf(x) - p;
        if miss.abs() < 1e-13 {
            break;
        }
        if miss > 0.0 {
            high = x
        } else {
            low = x
        }
        let density = statrs::distribution::Continuous::pdf(&gamma, x);
        let next = x - miss / density;
        let inside = next > low && next < high && next.is_finite();
        let half = if high.is_finite() { 0.5 * (low + high) } else { 2.0 * x };
        x = if inside { next } else { half };
    }
    x
}

/// The 64-bit FNV-1a hash (Fowler, Noll and Vo).
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(14_695_981_039_346_656_037, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(1_099_511_628_211))
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014), a bijection that spreads neighbouring seeds.
fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Published values: FNV-1a of "" and "a"; the first output of SplitMix64 from seed 0.
    #[test]
    fn hashes_equal_their_published_values() {
        assert_eq!(fnv1a(b""), 14_695_981_039_346_656_037);
        assert_eq!(fnv1a(b"a"), 12_638_187_200_555_641_996);
        assert_eq!(mix(0), 16_294_208_416_658_607_535);
    }

    /// R: qchisq(c(.1, .5, .9), c(2, 5, 30)).
    #[test]
    fn chi_square_scores_are_quantiles() {
        let near = |a: f64, b: f64| assert!((a - b).abs() < 1e-8 * b, "{a} {b}");
        near(chi_square_scores(5, 2)[0], 0.210_721_031_315_652_6);
        near(chi_square_scores(5, 5)[2], 4.351_460_191_095_526);
        near(chi_square_scores(5, 30)[4], 40.256_023_738_711_44);
        near(chi_square_scores(1, 1)[0], 0.454_936_423_119_572_8);
    }

    /// Interpolated quantiles against those computed one by one.
    #[test]
    fn interpolated_quantiles_are_those_computed() {
        for degrees in [1, 2, 3, 8, 40] {
            let table = chi_square_scores(4000, degrees);
            for i in [0, 1, 7, 400, 2000, 3600, 3999] {
                let exact = chi_square_quantile(degrees, (i as f64 + 0.5) / 4000.0);
                assert!((table[i] / exact - 1.0).abs() < 1e-5, "{degrees} {i} {} {exact}", table[i]);
            }
        }
    }

    #[test]
    fn columns_are_stratified_reproducible_and_independent() {
        let draws = Draws::new(7, 2000);
        let stream = draws.stream(&["a", "drift"]);
        let (first, second) = (stream.normals(0), stream.normals(1));
        assert_eq!(first, Draws::new(7, 2000).stream(&["a", "drift"]).normals(0));
        let correlation = first.iter().zip(second).map(|(a, b)| a * b).sum::<f64>() / 2000.0;
        assert!(correlation.abs() < 4.0 / 2000_f64.sqrt(), "{correlation}");
        assert!((first.iter().map(|z| z * z).sum::<f64>() / 2000.0 - 1.0).abs() < 1e-12);
        assert_ne!(first, draws.stream(&["b", "drift"]).normals(0));
        let all = draws.shares(&[0.2, 0.0, 0.5, 0.3]);
        assert_eq!(all.iter().map(Draws::paths).collect::<Vec<_>>(), [400, 0, 1000, 600]);
        let column: Vec<f64> = all.iter().flat_map(|part| part.stream(&["a", "drift"]).normals(0).to_vec()).collect();
        assert_eq!(column, first);
    }
}
