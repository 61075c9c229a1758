//! The Monte Carlo error of odds whose paths share drawn histories.

use crate::forecast::{Ensemble, Odds};
use crate::numerics::quantiles::mid_ranks;
use crate::numerics::vectors::dot;

/// Fewer drawn histories than this tell no error between them.
const FEW: usize = 10;

/// The standard error of odds from the number of paths and of drawn histories; `reached` says for each path whether it did.
///
/// Histories are Latin hypercube draws, whose error is what is left of their odds after an additive function of each drawn
/// value is taken away (Owen 1992, "A central limit theorem for Latin hypercube sampling"): here a parabola in the rank of
/// each value. What is left holds the error from the number of paths too. Without drawn histories it is that of plain
/// sampling, √(p (1 - p) / N), to which stratified paths come near from below.
pub(super) fn standard_error(reached: &[bool], ensemble: &Ensemble) -> f64 {
    let plain = Odds::new(reached.iter().filter(|reached| **reached).count(), reached.len()).standard_error();
    let (histories, of_path) = distinct(ensemble);
    if histories.len() < FEW {
        return plain;
    }
    let mut tally = vec![(0.0, 0.0); histories.len()];
    for (history, reached) in of_path.iter().zip(reached) {
        tally[*history].0 += f64::from(u8::from(*reached));
        tally[*history].1 += 1.0;
    }
    let mut left: Vec<f64> = tally.iter().map(|(hits, paths)| hits / paths).collect();
    let mut basis: Vec<Vec<f64>> = vec![vec![1.0; left.len()]];
    let periods = histories[0].len();
    for period in 0..periods {
        let ranks = ranks(&histories.iter().map(|history| history[period]).collect::<Vec<_>>());
        for power in [1, 2] {
            let mut column: Vec<f64> = ranks.iter().map(|rank| rank.powi(power)).collect();
            basis.iter().for_each(|known| remove(&mut column, known));
            if 2 * basis.len() < left.len() && column.iter().map(|v| v * v).sum::<f64>() > 1e-9 {
                basis.push(column);
            }
        }
    }
    basis.iter().for_each(|column| remove(&mut left, column));
    let free = (left.len() - basis.len()) as f64;
    let variance = left.iter().map(|v| v * v).sum::<f64>() / free;
    (variance / left.len() as f64).sqrt().max(0.5 * plain)
}

/// The different histories, and which of them each path has: two views share theirs.
fn distinct(ensemble: &Ensemble) -> (Vec<Vec<f64>>, Vec<usize>) {
    let mut found: Vec<Vec<f64>> = Vec::new();
    let place = |history: &crate::series::Series, found: &mut Vec<Vec<f64>>| {
        let values = history.values().to_vec();
        let same = |other: &Vec<f64>| other.iter().zip(&values).all(|(a, b)| a.to_bits() == b.to_bits());
        found.iter().position(same).unwrap_or_else(|| {
            found.push(values);
            found.len() - 1
        })
    };
    let places: Vec<usize> = ensemble.histories().iter().map(|history| place(history, &mut found)).collect();
    let of_path = ensemble.history_of_path().iter().map(|history| places[*history]).collect();
    (found, of_path)
}

/// Ranks from -1 to 1; equal values, such as exact ones, all have zero.
fn ranks(values: &[f64]) -> Vec<f64> {
    mid_ranks(values).into_iter().map(|rank| (2.0 * rank - 1.0) / values.len() as f64 - 1.0).collect()
}

/// Takes the part along `direction` away.
fn remove(vector: &mut [f64], direction: &[f64]) {
    let length = dot(direction, direction);
    let share = dot(vector, direction) / length;
    vector.iter_mut().zip(direction).for_each(|(v, d)| *v -= share * d);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::Forecast;
    use crate::series::{Period, Series};
    use ndarray::Array2;

    fn ensemble(values: impl Iterator<Item = f64>, paths: usize) -> Ensemble {
        let parts = values.map(|value| {
            let history = Series::new("a", Period::year(2020).unwrap(), vec![1.0, value]).unwrap();
            (history, Forecast::from_paths(Array2::zeros((paths, 1))))
        });
        Ensemble::join(parts.collect()).unwrap()
    }

    /// What follows the drawn value in a straight line is told by the strata: only the error of the paths is left.
    #[test]
    fn what_the_strata_tell_is_no_error() {
        let ensemble = ensemble((0..50).map(f64::from), 100);
        let reached: Vec<bool> = (0..5000).map(|path| path % 100 < 2 * (path / 100)).collect();
        let error = standard_error(&reached, &ensemble);
        let plain = Odds::new(reached.iter().filter(|r| **r).count(), 5000).standard_error();
        assert!((error - 0.5 * plain).abs() < 1e-9, "{error} {plain}");
    }

    /// Histories that decide alone, without any order, are as good as their number.
    #[test]
    fn histories_that_decide_alone_count_by_their_number() {
        let ensemble = ensemble((0..50).map(f64::from), 100);
        let reached: Vec<bool> = (0..5000).map(|path| (path / 100 * 7919 + 3) % 13 < 5).collect();
        let error = standard_error(&reached, &ensemble);
        assert!(error > 0.05 && error < 0.09, "{error}");
    }
}
