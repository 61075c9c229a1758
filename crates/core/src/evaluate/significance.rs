//! Whether one model forecasts better than another by more than chance.

use statrs::distribution::{ContinuousCDF, StudentsT};

use crate::numerics::quantiles::mid_ranks;

/// Quantiles at 95 % of the studentized range of k = 2, 3, … 20 means with infinite degrees of freedom, over √2 (R's
/// `qtukey(0.95, k, Inf) / sqrt(2)`).
const STUDENTIZED_RANGE: [f64; 19] = [
    1.95996398476621,
    2.34370058790214,
    2.56903177742073,
    2.72777438251855,
    2.84970544327129,
    2.94832006072218,
    3.0308785225952,
    3.10173045750856,
    3.16368375350279,
    3.21865360721682,
    3.26800392432754,
    3.31273859319108,
    3.3536177516813,
    3.39123028359883,
    3.4260413792319,
    3.45842470726825,
    3.48868479940194,
    3.51707300887039,
    3.54379913191965,
];

/// The outcome of a Diebold-Mariano test.
///
/// ```
/// use onpace::evaluate::significance::diebold_mariano;
/// let test = diebold_mariano(&[0.4, 1.1, -0.2, 0.9, 0.6, 1.3], 1);
/// assert!(test.is_some_and(|t| t.statistic > 0.0 && t.p_value < 0.05));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DieboldMariano {
    /// The corrected statistic: positive where the first model lost more.
    pub statistic: f64,
    /// The two-sided p-value.
    pub p_value: f64,
}

/// Diebold-Mariano test (1995) of equal accuracy on the differences between two models' losses, in order of time, with
/// the small-sample correction of Harvey, Leybourne and Newbold (1997): d̄ / √(V/n) · √((n + 1 - 2h + h(h-1)/n) / n)
/// against Student's t with n - 1 degrees of freedom.
///
/// V = γ_0 + 2 Σ (1 - k/h) γ_k over the lags k below the horizon h: Bartlett's weights keep it from being negative.
/// `None` for fewer than three differences, a horizon of 0 or of their number (no correction exists), differences that
/// are not finite, and equal ones other than zero, which have no variance to compare with. Where all are zero the
/// models are the same: p is 1.
///
/// ```
/// use onpace::evaluate::significance::diebold_mariano;
/// assert_eq!(diebold_mariano(&[0.0; 8], 1).map(|t| t.p_value), Some(1.0));
/// assert_eq!(diebold_mariano(&[0.1, -0.3, 0.2], 3), None);
/// ```
pub fn diebold_mariano(differences: &[f64], horizon: usize) -> Option<DieboldMariano> {
    let n = differences.len();
    if n < 3 || horizon == 0 || horizon >= n {
        return None;
    }
    if differences.iter().all(|d| *d == 0.0) {
        return Some(DieboldMariano { statistic: 0.0, p_value: 1.0 });
    }
    if differences.iter().all(|d| *d == differences[0]) {
        return None;
    }
    let count = n as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let error = standard_error_of_mean(differences, horizon).filter(|error| *error > 0.0)?;
    // The correction n + 1 - 2h + h(h-1)/n, over n, in factors.
    let correction = ((n - horizon) * (n - horizon + 1)) as f64 / (count * count);
    let statistic = mean / error * correction.sqrt();
    let p_value = 2.0 * StudentsT::new(0.0, 1.0, count - 1.0).ok()?.cdf(-statistic.abs());
    Some(DieboldMariano { statistic, p_value: p_value.min(1.0) })
}

/// Standard error of the mean of values in order of time that overlap within `horizon` periods: √(V/n) with
/// V = γ_0 + 2 Σ (1 - k/h) γ_k over the lags k below the horizon h (Bartlett's weights). With a horizon of 1 it is that
/// of independent values. `None` without values or with one that is not finite.
///
/// ```
/// use onpace::evaluate::significance::standard_error_of_mean;
/// assert_eq!(standard_error_of_mean(&[1.0, 3.0, 1.0, 3.0], 1), Some(0.5));
/// ```
pub fn standard_error_of_mean(values: &[f64], horizon: usize) -> Option<f64> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let centred: Vec<f64> = values.iter().map(|d| d - mean).collect();
    let covariance = |lag: usize| centred.iter().skip(lag).zip(&centred).map(|(a, b)| a * b).sum::<f64>() / count;
    let weighted = |lag: usize| (1.0 - lag as f64 / horizon as f64) * covariance(lag);
    let variance = covariance(0) + 2.0 * (1..horizon.min(values.len())).map(weighted).sum::<f64>();
    variance.is_finite().then(|| (variance.max(0.0) / count).sqrt())
}

/// Ranks of losses, the smallest first from 1, `(models,)`; tied ones share the mean of their ranks. A loss that is NaN
/// ranks with the infinite ones, last.
///
/// ```
/// use onpace::evaluate::significance::ranks;
/// assert_eq!(ranks(&[0.3, 0.1, 0.3, 0.9]), [2.5, 1.0, 2.5, 4.0]);
/// ```
pub fn ranks(losses: &[f64]) -> Vec<f64> {
    mid_ranks(losses)
}

/// Critical difference at 5 % between the mean ranks of k models over N series (Nemenyi 1963, in the form of Demšar
/// 2006): q √(k(k+1) / (6N)), q the studentized range's quantile over √2.
///
/// `None` for fewer than 2 or more than 20 models, and without series.
///
/// ```
/// use onpace::evaluate::significance::critical_difference;
/// assert!(critical_difference(4, 14).is_some_and(|d| (d - 1.2536).abs() < 1e-4));
/// assert_eq!(critical_difference(21, 14), None);
/// ```
pub fn critical_difference(models: usize, series: usize) -> Option<f64> {
    let q = STUDENTIZED_RANGE.get(models.checked_sub(2)?)?;
    let k = models as f64;
    (series > 0).then(|| q * (k * (k + 1.0) / (6.0 * series as f64)).sqrt())
}

/// Mean ranks of models with an interval each: multiple comparisons with the best (Koning, Franses, Hibon and Stekler
/// 2005).
///
/// ```
/// use onpace::evaluate::significance::multiple_comparisons;
/// let losses = vec![vec![1.0, 2.0, 9.0]; 8];
/// let comparisons = multiple_comparisons(&losses);
/// assert!(comparisons.is_some_and(|c| c.best() == 0 && c.tells_apart(0, 2) && !c.tells_apart(0, 1)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultipleComparisons {
    /// The mean rank of each model over the series, `(models,)`.
    pub mean_ranks: Vec<f64>,
    /// Half the critical difference: what an interval reaches to either side of its mean rank.
    pub half_width: f64,
}

impl MultipleComparisons {
    /// Whether the intervals of two models do not overlap, at 5 % for all pairs together; never for a model that is not
    /// there.
    ///
    /// ```
    /// use onpace::evaluate::significance::MultipleComparisons;
    /// let comparisons = MultipleComparisons { mean_ranks: vec![1.2, 1.9, 2.9], half_width: 0.5 };
    /// assert!(comparisons.tells_apart(0, 2) && !comparisons.tells_apart(0, 1));
    /// ```
    pub fn tells_apart(&self, a: usize, b: usize) -> bool {
        let ranks = self.mean_ranks.get(a).zip(self.mean_ranks.get(b));
        ranks.is_some_and(|(a, b)| (a - b).abs() > 2.0 * self.half_width)
    }

    /// The model of the lowest mean rank, the first of those that tie.
    ///
    /// ```
    /// use onpace::evaluate::significance::MultipleComparisons;
    /// let comparisons = MultipleComparisons { mean_ranks: vec![2.5, 1.5, 2.0], half_width: 0.5 };
    /// assert_eq!(comparisons.best(), 1);
    /// ```
    pub fn best(&self) -> usize {
        let lowest = self.mean_ranks.iter().enumerate().min_by(|(_, a), (_, b)| a.total_cmp(b));
        lowest.map_or(0, |(model, _)| model)
    }
}

/// Mean ranks and intervals from losses, a row a series, a column a model.
///
/// `None` without rows, where rows differ in length or hold a NaN, and where [`critical_difference`] is `None`. A model
/// that failed on a series can be given an infinite loss: it ranks last there.
///
/// ```
/// use onpace::evaluate::significance::multiple_comparisons;
/// let comparisons = multiple_comparisons(&[vec![0.2, 0.4], vec![0.7, 0.5], vec![0.1, 0.3], vec![0.6, 0.6]]);
/// assert_eq!(comparisons.map(|c| c.mean_ranks), Some(vec![1.375, 1.625]));
/// ```
pub fn multiple_comparisons(losses: &[Vec<f64>]) -> Option<MultipleComparisons> {
    let models = losses.first()?.len();
    if losses.iter().any(|row| row.len() != models || row.iter().any(|loss| loss.is_nan())) {
        return None;
    }
    let half_width = 0.5 * critical_difference(models, losses.len())?;
    let mut sums = vec![0.0; models];
    for row in losses {
        for (sum, rank) in sums.iter_mut().zip(ranks(row)) {
            *sum += rank;
        }
    }
    let mean_ranks = sums.iter().map(|sum| sum / losses.len() as f64).collect();
    Some(MultipleComparisons { mean_ranks, half_width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use statrs::distribution::Normal;

    /// Three differences by hand: mean 2, variance 8/3, correction 2/3; t with 2 degrees has the distribution function
    /// 1/2 + t / (2 √(2 + t²)).
    #[test]
    fn three_differences_by_hand() {
        let test = diebold_mariano(&[0.0, 2.0, 4.0], 1).unwrap();
        let t = 2.0 / (8.0_f64 / 9.0).sqrt() * (2.0_f64 / 3.0).sqrt();
        assert!((test.statistic - t).abs() < 1e-12);
        assert!((test.p_value - (1.0 - t / (2.0 + t * t).sqrt())).abs() < 1e-12);
    }

    #[test]
    fn a_test_follows_the_sign_and_not_the_unit() {
        let d = [0.4, 1.1, -0.2, 0.9, 0.6, 1.3, -0.7, 0.2];
        let test = diebold_mariano(&d, 3).unwrap();
        let turned = diebold_mariano(&d.map(|v| -1e6 * v), 3).unwrap();
        assert!((test.statistic + turned.statistic).abs() < 1e-12);
        assert!((test.p_value - turned.p_value).abs() < 1e-12);
    }

    #[test]
    fn small_p_values_keep_their_digits() {
        let d: Vec<f64> = (0..400).map(|i| 1.0 + 0.5 * f64::from(i % 2)).collect();
        let test = diebold_mariano(&d, 1).unwrap();
        assert!(test.p_value > 0.0 && test.p_value < 1e-200);
    }

    #[test]
    fn what_cannot_be_tested_has_no_test() {
        assert_eq!(diebold_mariano(&[0.1, 0.2], 1), None);
        assert_eq!(diebold_mariano(&[0.1, 0.2, 0.4], 0), None);
        assert!(diebold_mariano(&[0.1, 0.2, 0.4], 2).is_some());
        for horizon in [3, 4, 5, 9, usize::MAX] {
            assert_eq!(diebold_mariano(&[0.1, 0.2, 0.4], horizon), None, "{horizon}");
        }
        assert_eq!(diebold_mariano(&[0.1; 9], 1), None);
        for bad in [f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(diebold_mariano(&[0.1, bad, 0.4, 0.3], 1), None);
        }
        assert_eq!(critical_difference(0, 5), None);
        assert_eq!(critical_difference(1, 5), None);
        assert_eq!(critical_difference(3, 0), None);
        assert_eq!(multiple_comparisons(&[]), None);
        assert_eq!(multiple_comparisons(&[vec![1.0]]), None);
        assert_eq!(multiple_comparisons(&[vec![1.0, 2.0], vec![1.0]]), None);
        assert_eq!(multiple_comparisons(&[vec![1.0, f64::NAN]]), None);
        assert_eq!(multiple_comparisons(&[vec![1.0; 21]]), None);
    }

    /// Of two models the studentized range is the absolute difference of two normals.
    #[test]
    fn the_critical_difference_of_two_models_is_normal() {
        let q = Normal::new(0.0, 1.0).unwrap().inverse_cdf(0.975);
        let expected = q * (1.0_f64 / 25.0).sqrt();
        assert!((critical_difference(2, 25).unwrap() - expected).abs() < 1e-9);
        assert!(STUDENTIZED_RANGE.is_sorted());
    }

    #[test]
    fn ranks_share_ties_and_sum_to_the_same() {
        assert!(ranks(&[]).is_empty());
        assert_eq!(ranks(&[3.0, 3.0, 3.0]), [2.0; 3]);
        assert_eq!(ranks(&[0.0, -0.0, -1.0]), [2.5, 2.5, 1.0]);
        assert_eq!(ranks(&[f64::NAN, 2.0, f64::INFINITY, -f64::NAN]), [3.0, 1.0, 3.0, 3.0]);
        let losses = [0.3, 0.1, 0.3, 0.9, 0.1, 0.3, 7.0];
        assert_eq!(ranks(&losses).iter().sum::<f64>(), 28.0);
    }

    #[test]
    fn a_model_always_ahead_is_separated_by_enough_series() {
        let compare = |series| multiple_comparisons(&vec![vec![1.0, 2.0, f64::INFINITY]; series]).unwrap();
        assert!(!compare(2).tells_apart(0, 2));
        assert!(compare(3).tells_apart(0, 2));
        assert!(!compare(10).tells_apart(0, 1));
        assert!(compare(11).tells_apart(0, 1));
        let many = compare(100);
        assert_eq!((many.best(), many.mean_ranks.clone()), (0, vec![1.0, 2.0, 3.0]));
        assert!(many.tells_apart(1, 0) && !many.tells_apart(1, 1) && !many.tells_apart(0, 3));
    }
}
