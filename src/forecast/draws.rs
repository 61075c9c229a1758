//! Stratified random numbers, the same on every thread and for every order of the series.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Gamma, Normal};

/// How many paths to draw, and from which seed.
///
/// Each dimension of a stream (a parameter, the scale, the error of one step) is a Latin hypercube column
/// (McKay, Beckman and Conover 1979): the midpoints of equal strata in random order, so that few paths give steady
/// quantiles. A dimension depends on seed, key and its own number alone: adding series, models or steps changes no
/// other draw.
///
/// ```
/// use onpace::forecast::Draws;
/// let column = Draws::new(1, 1000).stream(&["cards", "drift"]).normals(0);
/// let mean = column.iter().sum::<f64>() / 1000.0;
/// assert!(mean.abs() < 1e-9);
/// ```
#[derive(Debug, Clone)]
pub struct Draws {
    seed: u64,
    paths: usize,
    tables: Arc<Mutex<HashMap<Table, Arc<[f64]>>>>,
}

/// A table of stratum midpoints: normal, or chi-squared with some degrees of freedom, for a number of paths.
type Table = (usize, Option<usize>);

impl Draws {
    /// Draws of `paths` paths (at least one) from a seed.
    pub fn new(seed: u64, paths: usize) -> Self {
        Self { seed, paths: paths.max(1), tables: Arc::default() }
    }

    /// The number of paths.
    pub fn paths(&self) -> usize {
        self.paths
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The draws of one of several members that share the paths evenly; the first get what does not divide.
    #[must_use]
    pub fn share(&self, member: usize, members: usize) -> Self {
        let members = members.max(1);
        let paths = self.paths / members + usize::from(member < self.paths % members);
        Self { paths: paths.max(1), ..self.clone() }
    }

    /// The stream of a key, usually the series and the model.
    pub fn stream(&self, key: &[&str]) -> Stream<'_> {
        let seed = key.iter().fold(self.seed, |seed, part| mix(seed ^ fnv1a(part.as_bytes())));
        Stream { draws: self, seed }
    }

    fn table(&self, degrees: Option<usize>) -> Arc<[f64]> {
        let mut tables = self.tables.lock().unwrap_or_else(PoisonError::into_inner);
        let table = tables.entry((self.paths, degrees)).or_insert_with(|| match degrees {
            None => normal_scores(self.paths),
            Some(degrees) => chi_square_scores(self.paths, degrees),
        });
        Arc::clone(table)
    }
}

/// Columns of draws for one key.
#[derive(Debug, Clone, Copy)]
pub struct Stream<'a> {
    draws: &'a Draws,
    seed: u64,
}

impl Stream<'_> {
    /// Uniform draws on (0, 1), `(paths,)`.
    pub fn uniforms(&self, dimension: usize) -> Vec<f64> {
        let paths = self.draws.paths;
        let mut column: Vec<f64> = (0..paths).map(|i| (i as f64 + 0.5) / paths as f64).collect();
        self.shuffle(dimension, &mut column);
        column
    }

    /// Standard normal draws, `(paths,)`.
    pub fn normals(&self, dimension: usize) -> Vec<f64> {
        let mut column = self.draws.table(None).to_vec();
        self.shuffle(dimension, &mut column);
        column
    }

    /// Chi-squared draws with some degrees of freedom (at least one), `(paths,)`.
    pub fn chi_squares(&self, dimension: usize, degrees: usize) -> Vec<f64> {
        let mut column = self.draws.table(Some(degrees.max(1))).to_vec();
        self.shuffle(dimension, &mut column);
        column
    }

    fn shuffle(&self, dimension: usize, column: &mut [f64]) {
        let mut generator = Xoshiro256PlusPlus::seed_from_u64(mix(self.seed ^ mix(dimension as u64)));
        column.shuffle(&mut generator);
    }
}

/// Normal quantiles at the midpoints, stretched to a variance of exactly one (midpoints cut the far tails).
fn normal_scores(paths: usize) -> Arc<[f64]> {
    let normal = Normal::standard();
    let mut scores: Vec<f64> = (0..paths).map(|i| normal.inverse_cdf((i as f64 + 0.5) / paths as f64)).collect();
    let variance = scores.iter().map(|z| z * z).sum::<f64>() / paths as f64;
    if variance > 0.0 {
        scores.iter_mut().for_each(|z| *z /= variance.sqrt());
    }
    scores.into()
}

/// Chi-squared quantiles at the midpoints, by Newton steps on the distribution function from Wilson and Hilferty's
/// (1931) approximation, kept inside a bracket.
fn chi_square_scores(paths: usize, degrees: usize) -> Arc<[f64]> {
    let k = degrees as f64;
    let normal = Normal::standard();
    let Ok(gamma) = Gamma::new(k / 2.0, 0.5) else { return vec![k; paths].into() };
    let quantile = |p: f64| {
        let c = 2.0 / (9.0 * k);
        let mut x = (k * (1.0 - c + normal.inverse_cdf(p) * c.sqrt()).powi(3)).max(k * 1e-6);
        let (mut low, mut high) = (0.0, f64::INFINITY);
        for _ in 0..100 {
            let miss = gamma.cdf(x) - p;
            if miss.abs() < 1e-12 {
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
    };
    (0..paths).map(|i| quantile((i as f64 + 0.5) / paths as f64)).collect()
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

    #[test]
    fn columns_are_stratified_reproducible_and_independent_of_one_another() {
        let draws = Draws::new(7, 2000);
        let stream = draws.stream(&["a", "drift"]);
        let (first, second) = (stream.normals(0), stream.normals(1));
        assert_eq!(first, Draws::new(7, 2000).stream(&["a", "drift"]).normals(0));
        let correlation = first.iter().zip(&second).map(|(a, b)| a * b).sum::<f64>() / 2000.0;
        assert!(correlation.abs() < 4.0 / 2000_f64.sqrt(), "{correlation}");
        assert!((first.iter().map(|z| z * z).sum::<f64>() / 2000.0 - 1.0).abs() < 1e-12);
        assert_ne!(first, draws.stream(&["b", "drift"]).normals(0));
        let shares: usize = (0..7).map(|i| draws.share(i, 7).paths()).sum();
        assert_eq!(shares, 2000);
    }
}
