//! Which path of one series goes with which of another.

use std::ops::Range;

use linfa_linalg::cholesky::Cholesky;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2, ArrayView1, ArrayView2, Axis};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use statrs::distribution::{ContinuousCDF, Normal};

use super::HierarchyError;
use crate::forecast::Forecast;

/// A variance at or below this is none, one below its negative is an error, not rounding.
const NO_VARIANCE: f64 = 1e-10;
/// Blocks of steps at most; more would leave too few halvings for each.
const BLOCKS: usize = 4;
/// The share of a block's variance at or below which it brings nothing new.
const NOTHING_NEW: f64 = 1e-9;

/// Re-orders whole paths so that forecasts drawn one by one go together: path k of every forecast is then one draw of
/// all of them. Forecasts are `(paths, horizon)` each, of one shape; the correlation of their errors of one step ahead
/// is `(forecasts, forecasts)`.
///
/// The method is Iman and Conover's (1982): normal scores, one shuffled set a forecast, are given exactly the
/// correlation asked for, and the path of rank r goes where the score has rank r. A path has one rank a block of steps:
/// the first, and up to three longer ones after it, each ranked by what is new in it, the part of its mean that the
/// blocks before do not tell. So errors go together from the first step on; ranked by the mean of all steps alone, they
/// would hardly do so there. Ranks of several blocks are met by halving: paths and scores are split at the median of
/// one block after the other. Each forecast keeps its paths, hence its distribution. Paths are in random order
/// afterwards even where nothing is correlated.
///
/// # Errors
/// Forecasts of unequal shape, and a matrix that is no correlation of them.
///
/// ```
/// use ndarray::{Array2, array};
/// use onpace::forecast::Forecast;
/// use onpace::hierarchy::pair;
/// let rising = || Forecast::from_paths(Array2::from_shape_fn((100, 1), |(path, _)| path as f64));
/// let paired = pair(vec![rising(), rising()], array![[1.0, -1.0], [-1.0, 1.0]].view(), 7)?;
/// let sum = &paired[0].paths() + &paired[1].paths();
/// assert!(sum.iter().all(|value| *value == 99.0));
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
pub fn pair(
    forecasts: Vec<Forecast>,
    correlation: ArrayView2<'_, f64>,
    seed: u64,
) -> Result<Vec<Forecast>, HierarchyError> {
    let (paths, horizon) = common_shape(&forecasts)?;
    let size = forecasts.len();
    let factor = lower_factor(correlation).filter(|factor| factor.nrows() == size);
    let factor = factor.ok_or(HierarchyError::Correlation { size })?;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let strata = strata(paths);
    let blocks = blocks(horizon);
    let scores: Vec<_> = blocks.iter().map(|_| correlated_scores(&strata, &factor, &mut random)).collect();
    let arrange = |(number, forecast): (usize, &Forecast)| {
        let news = news(forecast, &blocks, &strata, &mut random);
        let targets: Vec<_> = scores.iter().map(|scores| scores.row(number)).collect();
        let mut order: Vec<usize> = (0..paths).collect();
        order.shuffle(&mut random);
        let mut sources = vec![0; paths];
        meet(&mut order, &mut (0..paths).collect::<Vec<_>>(), &news, &targets, &mut sources, 0);
        arranged(forecast, &sources)
    };
    Ok(forecasts.iter().enumerate().map(arrange).collect())
}

/// The number of paths and of steps that all forecasts have.
pub(super) fn common_shape(forecasts: &[Forecast]) -> Result<(usize, usize), HierarchyError> {
    let Some(first) = forecasts.first() else { return Ok((0, 0)) };
    let (first_paths, first_horizon) = first.paths().dim();
    for (place, forecast) in forecasts.iter().enumerate() {
        let (paths, horizon) = forecast.paths().dim();
        if (paths, horizon) != (first_paths, first_horizon) {
            let number = place + 1;
            return Err(HierarchyError::UnequalForecasts { number, paths, horizon, first_paths, first_horizon });
        }
    }
    Ok((first_paths, first_horizon))
}

/// L, lower triangular, with L L' the matrix; unlike the usual factor also of a semidefinite one, so that series which
/// always go together can be paired. `None` for what is no correlation.
fn lower_factor(correlation: ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    let size = correlation.nrows();
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-9;
    let symmetric =
        correlation.is_square() && correlation.indexed_iter().all(|((i, j), r)| near(*r, correlation[[j, i]]));
    if !symmetric || correlation.diag().iter().any(|r| !near(*r, 1.0)) {
        return None;
    }
    let mut factor = Array2::zeros((size, size));
    for j in 0..size {
        let left = |i: usize, factor: &Array2<f64>| correlation[[i, j]] - factor.row(i).dot(&factor.row(j));
        let variance = left(j, &factor);
        if variance < -NO_VARIANCE {
            return None;
        }
        let deviation = if variance > NO_VARIANCE { variance.sqrt() } else { 0.0 };
        for i in j + 1..size {
            let covariance = left(i, &factor);
            if deviation > 0.0 {
                factor[[i, j]] = covariance / deviation;
            } else if covariance.abs() > 2.0 * NO_VARIANCE.sqrt() {
                return None;
            }
        }
        factor[[j, j]] = deviation;
    }
    Some(factor)
}

/// Normal quantiles at the midpoints of equal strata, ascending, `(paths,)`.
fn strata(paths: usize) -> Vec<f64> {
    let normal = Normal::standard();
    (0..paths).map(|i| normal.inverse_cdf((i as f64 + 0.5) / paths as f64)).collect()
}

/// The steps in blocks of about geometric length, the first step alone.
fn blocks(horizon: usize) -> Vec<Range<usize>> {
    let count = BLOCKS.min(horizon);
    let mut start = 0;
    let block = |number: usize| {
        let share = number as f64 / (count.max(2) - 1) as f64;
        let end = ((horizon as f64).powf(share).round() as usize).max(start + 1);
        let block = start..end;
        start = end;
        block
    };
    (0..count).map(block).collect()
}

/// Normal scores, `(series, paths)`, each row the same set in another order and then mixed to be correlated as L L'.
fn correlated_scores(strata: &[f64], factor: &Array2<f64>, random: &mut Xoshiro256PlusPlus) -> Array2<f64> {
    let mut scores = Array2::zeros((factor.nrows(), strata.len()));
    for mut row in scores.rows_mut() {
        let mut shuffled = strata.to_vec();
        shuffled.shuffle(random);
        row.assign(&ArrayView1::from(&shuffled));
    }
    // Shuffled rows are correlated a little by chance; that is taken out first, where there are paths enough to tell.
    let squares = strata.iter().map(|z| z * z).sum::<f64>();
    let by_chance = scores.dot(&scores.t()) / squares;
    let independent = (strata.len() > factor.nrows()).then(|| by_chance.cholesky().ok()).flatten();
    let independent = independent.and_then(|root| root.solve_triangular(&scores, UPLO::Lower).ok());
    factor.dot(&independent.unwrap_or(scores))
}

/// What is new in each block: the normal scores of its means, less what those of the blocks before tell of them
/// (Gram-Schmidt). Blocks that bring nothing new are left out, but the first stays.
fn news(
    forecast: &Forecast,
    blocks: &[Range<usize>],
    strata: &[f64],
    random: &mut Xoshiro256PlusPlus,
) -> Vec<(usize, Array1<f64>)> {
    let mut news: Vec<(usize, Array1<f64>)> = Vec::new();
    for (number, block) in blocks.iter().enumerate() {
        let mut scores = normal_scores(&block_means(forecast, block), strata, random);
        let size = scores.dot(&scores);
        for (_, earlier) in &news {
            let told = scores.dot(earlier) / earlier.dot(earlier);
            scores.scaled_add(-told, earlier);
        }
        if news.is_empty() || scores.dot(&scores) > NOTHING_NEW * size {
            news.push((number, scores));
        }
    }
    news
}

/// The mean of each path over some steps, `(paths,)`.
fn block_means(forecast: &Forecast, block: &Range<usize>) -> Vec<f64> {
    let count = block.len() as f64;
    let mut means = vec![0.0; forecast.paths().nrows()];
    for step in block.clone() {
        means.iter_mut().zip(forecast.paths().column(step)).for_each(|(mean, value)| *mean += value / count);
    }
    means
}

/// The normal score of each value's rank; ranks of equal values are drawn.
fn normal_scores(values: &[f64], strata: &[f64], random: &mut Xoshiro256PlusPlus) -> Array1<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.shuffle(random);
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut scores = Array1::zeros(values.len());
    order.iter().zip(strata).for_each(|(path, score)| scores[*path] = *score);
    scores
}

/// Gives each place a path: the lower half of the paths by one block's news goes to the lower half of the places by
/// that block's scores, and so on within the halves by the next block.
fn meet(
    paths: &mut [usize],
    places: &mut [usize],
    news: &[(usize, Array1<f64>)],
    targets: &[ArrayView1<'_, f64>],
    sources: &mut [usize],
    depth: usize,
) {
    if let ([path], [place]) = (&*paths, &*places) {
        sources[*place] = *path;
    }
    if paths.len() < 2 || news.is_empty() {
        return;
    }
    let (block, values) = &news[depth % news.len()];
    let scores = &targets[*block];
    paths.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    places.sort_by(|a, b| scores[*a].total_cmp(&scores[*b]));
    let half = paths.len() / 2;
    let (low_paths, high_paths) = paths.split_at_mut(half);
    let (low_places, high_places) = places.split_at_mut(half);
    meet(low_paths, low_places, news, targets, sources, depth + 1);
    meet(high_paths, high_places, news, targets, sources, depth + 1);
}

/// The forecast with its paths in another order.
fn arranged(forecast: &Forecast, sources: &[usize]) -> Forecast {
    let (paths, horizon) = forecast.paths().dim();
    let steps = forecast.paths();
    let moved = steps.axis_iter(Axis(1)).flat_map(|step| sources.iter().map(move |path| step[*path])).collect();
    Forecast::from_steps(paths, horizon, moved)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Draws;
    use ndarray::array;

    /// Normal paths of some sd in ascending blocks, as a pool of models leaves them.
    fn normals(paths: usize, sd: f64) -> Forecast {
        let normal = Normal::standard();
        let value = |path: usize| sd * normal.inverse_cdf((path as f64 + 0.5) / paths as f64);
        Forecast::from_paths(Array2::from_shape_fn((paths, 2), |(path, step)| value(path) * (1.0 + step as f64)))
    }

    fn correlation(a: &Forecast, b: &Forecast) -> f64 {
        let (a, b) = (a.paths().column(0).to_owned(), b.paths().column(0).to_owned());
        a.dot(&b) / (a.dot(&a) * b.dot(&b)).sqrt()
    }

    #[test]
    fn a_sum_of_paired_normals_has_the_right_deviation() {
        for (target, seed) in [(0.8_f64, 1), (-0.5, 2), (0.0, 3), (0.95, 4)] {
            let paired =
                pair(vec![normals(2000, 1.0), normals(2000, 2.0)], array![[1.0, target], [target, 1.0]].view(), seed);
            let paired = paired.unwrap();
            let sum = &paired[0].paths().column(0) + &paired[1].paths().column(0);
            let expected = (5.0 + 4.0 * target).sqrt();
            assert!((sum.std(1.0) / expected - 1.0).abs() < 0.03, "{target} {}", sum.std(1.0));
            assert!((correlation(&paired[0], &paired[1]) - target).abs() < 0.01);
        }
    }

    #[test]
    fn paths_are_only_moved_and_stay_whole() {
        let forecasts = vec![normals(501, 1.0), normals(501, 3.0), normals(501, 0.2)];
        let target = array![[1.0, 0.7, 0.2], [0.7, 1.0, -0.3], [0.2, -0.3, 1.0]];
        let paired = pair(forecasts.clone(), target.view(), 5).unwrap();
        for (before, after) in forecasts.iter().zip(&paired) {
            let sorted = |forecast: &Forecast| {
                let mut rows: Vec<[f64; 2]> = forecast.paths().rows().into_iter().map(|p| [p[0], p[1]]).collect();
                rows.sort_by(|a, b| a[0].total_cmp(&b[0]));
                rows
            };
            assert_eq!(sorted(before), sorted(after));
            assert_ne!(before.paths(), after.paths());
        }
        let again = pair(forecasts.clone(), target.view(), 5).unwrap();
        assert!(paired.iter().zip(&again).all(|(a, b)| a.paths() == b.paths()));
        assert_ne!(pair(forecasts, target.view(), 6).unwrap()[0].paths(), paired[0].paths());
    }

    /// Random walks drawn apart: their errors go together at every step, not at the end alone.
    #[test]
    fn random_walks_go_together_at_every_step() {
        let draws = Draws::new(1, 4000);
        let walk = |name: &str| {
            let mut paths = Array2::zeros((4000, 8));
            for step in 0..8 {
                let noise = Array1::from(draws.stream(&[name]).normals(step).to_vec());
                let before = if step == 0 { Array1::zeros(4000) } else { paths.column(step - 1).to_owned() };
                paths.column_mut(step).assign(&(before + noise));
            }
            Forecast::from_paths(paths)
        };
        let paired = pair(vec![walk("a"), walk("b")], array![[1.0, 0.8], [0.8, 1.0]].view(), 3).unwrap();
        for step in 0..8 {
            let sum = &paired[0].paths().column(step) + &paired[1].paths().column(step);
            let expected = (3.6 * (step as f64 + 1.0)).sqrt();
            assert!((sum.std(1.0) / expected - 1.0).abs() < 0.07, "{step} {} {expected}", sum.std(1.0));
        }
    }

    #[test]
    fn blocks_cover_all_steps_once() {
        assert_eq!(blocks(8), [0..1, 1..2, 2..4, 4..8]);
        for horizon in 0..200 {
            let covered: Vec<usize> = blocks(horizon).into_iter().flatten().collect();
            assert_eq!(covered, (0..horizon).collect::<Vec<_>>());
            assert!(blocks(horizon).iter().all(|block| !block.is_empty()));
        }
    }

    /// Equal values are ranked at random, whatever their place.
    #[test]
    fn equal_values_are_shuffled() {
        let scores = normal_scores(&[2.0; 400], &strata(400), &mut Xoshiro256PlusPlus::seed_from_u64(1));
        let trend = (0..400).map(|i| (f64::from(i) - 199.5) / 115.5 * scores[i as usize]).sum::<f64>() / 400.0;
        assert!(trend.abs() < 0.2);
    }

    #[test]
    fn semidefinite_correlations_pair_and_what_is_none_does_not() {
        let ones = Array2::ones((3, 3));
        let paired = pair(vec![normals(300, 1.0), normals(300, 1.0), normals(300, 1.0)], ones.view(), 1).unwrap();
        assert!((correlation(&paired[0], &paired[2]) - 1.0).abs() < 1e-9);
        // The third is the sum of two independent ones.
        let half = 0.5_f64.sqrt();
        let sum = array![[1.0, 0.0, half], [0.0, 1.0, half], [half, half, 1.0]];
        assert!(pair(paired, sum.view(), 1).is_ok());
        let two = || vec![normals(9, 1.0), normals(9, 1.0)];
        for bad in [
            array![[1.0]],
            array![[1.0, 1.2], [1.2, 1.0]],
            array![[1.0, 0.5], [0.1, 1.0]],
            array![[2.0, 0.0], [0.0, 1.0]],
            array![[1.0, f64::NAN], [f64::NAN, 1.0]],
        ] {
            assert_eq!(pair(two(), bad.view(), 1).unwrap_err(), HierarchyError::Correlation { size: 2 });
        }
        let impossible = array![[1.0, 1.0, 0.0], [1.0, 1.0, 0.5], [0.0, 0.5, 1.0]];
        assert!(pair(vec![normals(9, 1.0); 3], impossible.view(), 1).is_err());
    }

    #[test]
    fn few_paths_and_none_are_paired_too() {
        for paths in [0, 1, 2, 3, 4] {
            let paired = pair(vec![normals(paths, 1.0); 3], Array2::eye(3).view(), 1).unwrap();
            assert!(paired.iter().all(|forecast| forecast.paths().dim() == (paths, 2)));
        }
        assert!(pair(Vec::new(), Array2::eye(0).view(), 1).unwrap().is_empty());
        let error = pair(vec![normals(4, 1.0), normals(5, 1.0)], Array2::eye(2).view(), 1).unwrap_err().to_string();
        assert_eq!(error, "forecast 2 has 5 paths of 2 steps, the first has 4 of 2; equal numbers are needed");
    }
}
