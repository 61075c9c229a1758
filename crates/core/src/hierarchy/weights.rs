//! How much the forecast of each node counts.

use linfa_linalg::cholesky::Cholesky;
use linfa_linalg::triangular::{SolveTriangular, UPLO};
use ndarray::{Array1, Array2, ArrayView2, Axis, Slice};

use super::{Hierarchy, HierarchyError};

/// With fewer residuals a series nothing is said about how errors go together.
pub const FEWEST_RESIDUALS: usize = 4;
/// Share of the largest residual below which a standard deviation is rounding.
const ROUNDING: f64 = 1e-12;
/// The share that the variance of a difference must have of its size without cancellation; less is rounding.
const OWN_VARIANCE: f64 = 1e-13;

/// The variance of the forecast errors by structure alone, W = diag(S 1), `(nodes, nodes)`: a node counts as many
/// errors as it adds bottoms (Athanasopoulos, Hyndman, Kourentzes and Petropoulos 2017).
///
/// ```
/// use onpace::hierarchy::{Hierarchy, structural_weights};
/// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
/// assert_eq!(structural_weights(&hierarchy).diag().to_vec(), [2.0, 1.0, 1.0]);
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
pub fn structural_weights(hierarchy: &Hierarchy) -> Array2<f64> {
    Array2::from_diag(&hierarchy.summing_matrix().sum_axis(Axis(1)))
}

/// A covariance whose correlations were drawn towards zero.
///
/// ```
/// use ndarray::array;
/// use onpace::hierarchy::shrunk_covariance;
/// let residuals = array![[1.0, 2.0], [-1.0, -1.0], [2.0, 2.0], [-2.0, -3.0]];
/// let shrunk = shrunk_covariance(residuals.view())?;
/// let correlation = shrunk.correlation()[[0, 1]];
/// assert!(shrunk.intensity > 0.0 && correlation > 0.7 && correlation < 0.97);
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ShrunkCovariance {
    /// The covariance, `(series, series)`, in squared units of the series; variances are those of the sample.
    pub covariance: Array2<f64>,
    /// By how much correlations were reduced: 0 not at all, 1 to none. 1 too where there is none to reduce.
    pub intensity: f64,
}

impl ShrunkCovariance {
    /// The shrunk correlation, `(series, series)`; zero with a series whose residuals do not vary.
    pub fn correlation(&self) -> Array2<f64> {
        let deviations = self.covariance.diag().mapv(f64::sqrt);
        Array2::from_shape_fn(self.covariance.dim(), |(i, j)| {
            let scale = deviations[i] * deviations[j];
            if i == j {
                1.0
            } else if scale > 0.0 {
                self.covariance[[i, j]] / scale
            } else {
                0.0
            }
        })
    }
}

/// The covariance of residuals, `(observations, series)`, with correlations r shrunk to (1 - λ) r (Schäfer and Strimmer
/// 2005): λ = Σ Var(r) / Σ r² over all pairs, within 0 and 1; Var(r) = n / (n - 1)³ Σ_t (w_t - w̄)² of the products w_t
/// of two series' residuals, centred and divided by their standard deviations (n - 1).
///
/// # Errors
/// Fewer than [`FEWEST_RESIDUALS`] rows, and values that are not finite or overflow when squared.
///
/// ```
/// use ndarray::Array2;
/// use onpace::hierarchy::{HierarchyError, shrunk_covariance};
/// let error = shrunk_covariance(Array2::zeros((3, 2)).view());
/// assert_eq!(error, Err(HierarchyError::FewResiduals { found: 3, needed: 4 }));
/// ```
pub fn shrunk_covariance(residuals: ArrayView2<'_, f64>) -> Result<ShrunkCovariance, HierarchyError> {
    let (count, series) = residuals.dim();
    if count < FEWEST_RESIDUALS {
        return Err(HierarchyError::FewResiduals { found: count, needed: FEWEST_RESIDUALS });
    }
    let n = count as f64;
    let (scaled, deviations) = standardised(residuals)?;
    let (mut variance, mut squares) = (0.0, 0.0);
    let mut covariance = Array2::from_diag(&deviations.mapv(|deviation| deviation * deviation));
    for i in 0..series {
        for j in 0..i {
            let products = &scaled.row(i) * &scaled.row(j);
            let mean = products.sum() / n;
            let correlation = n / (n - 1.0) * mean;
            variance += n / (n - 1.0).powi(3) * products.fold(0.0, |sum, w| sum + (w - mean) * (w - mean));
            squares += correlation * correlation;
            covariance[[i, j]] = correlation * deviations[i] * deviations[j];
        }
    }
    let intensity = if squares > 0.0 { (variance / squares).min(1.0) } else { 1.0 };
    for i in 0..series {
        for j in 0..i {
            covariance[[i, j]] *= 1.0 - intensity;
            covariance[[j, i]] = covariance[[i, j]];
        }
    }
    Ok(ShrunkCovariance { covariance, intensity })
}

/// Residuals centred and divided by their standard deviations, `(series, observations)`, and these, `(series,)`; zero
/// where they do not vary.
fn standardised(residuals: ArrayView2<'_, f64>) -> Result<(Array2<f64>, Array1<f64>), HierarchyError> {
    let n = residuals.nrows() as f64;
    let largest = residuals.fold(0.0_f64, |largest, r| largest.max(r.abs()));
    let mut scaled = residuals.t().as_standard_layout().into_owned();
    let mut deviations = Array1::zeros(scaled.nrows());
    for (series, mut row) in scaled.axis_iter_mut(Axis(0)).enumerate() {
        let mean = row.sum() / n;
        row -= mean;
        let deviation = (row.fold(0.0, |sum, r| sum + r * r) / (n - 1.0)).sqrt();
        if !deviation.is_finite() {
            return Err(HierarchyError::Residual { series: series + 1 });
        }
        if deviation > ROUNDING * largest {
            row /= deviation;
            deviations[series] = deviation;
        } else {
            row.fill(0.0);
        }
    }
    Ok((scaled, deviations))
}

/// The projection P = (S'W⁻¹S)⁻¹S'W⁻¹, `(bottoms, nodes)`, that makes bottoms of forecasts of all nodes; S P times them
/// is coherent, and of all unbiased ways has the smallest sum of error variances where W, `(nodes, nodes)`, is the
/// covariance of the errors up to a factor (Wickramasuriya, Athanasopoulos and Hyndman 2019, theorem 1).
///
/// It is computed in that theorem's other form, J - J W U (U'WU)⁻¹ U', J the choice of the bottoms and U'f a node less
/// its parts: it inverts no W, so that a node of no variance keeps its forecast, and it keeps what adds up exactly.
///
/// # Errors
/// Weights of another size than the hierarchy, and those that cannot weigh a node against its parts: all without
/// variance, or a singular W.
///
/// ```
/// use onpace::hierarchy::{Hierarchy, projection, structural_weights};
/// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
/// let projection = projection(&hierarchy, structural_weights(&hierarchy).view())?;
/// assert!((projection[[0, 0]] - 0.25).abs() < 1e-12 && (projection[[0, 1]] - 0.75).abs() < 1e-12);
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
pub fn projection(hierarchy: &Hierarchy, weights: ArrayView2<'_, f64>) -> Result<Array2<f64>, HierarchyError> {
    let (expected, bottoms) = (hierarchy.names().len(), hierarchy.bottoms());
    if weights.dim() != (expected, expected) {
        let (rows, columns) = weights.dim();
        return Err(HierarchyError::WeightsShape { rows, columns, expected });
    }
    let constraints = constraints(hierarchy);
    let weighted = constraints.dot(&weights);
    let variance = weighted.dot(&constraints.t());
    // What the variance of each difference would be if nothing cancelled: against it rounding shows.
    let sizes = constraints.mapv(f64::abs).dot(&weights.mapv(f64::abs));
    let sizes = (sizes * constraints.mapv(f64::abs)).sum_axis(Axis(1)).mapv(f64::sqrt);
    let by_row = sizes.view().insert_axis(Axis(1));
    let factor = (variance / by_row / &sizes).cholesky().map_err(|_| HierarchyError::Singular)?;
    if factor.diag().iter().any(|deviation| deviation.is_nan() || deviation * deviation < OWN_VARIANCE) {
        return Err(HierarchyError::Singular);
    }
    let shared = weighted.slice_axis(Axis(1), Slice::from(bottoms.clone())).into_owned() / by_row;
    let half = factor.solve_triangular(&shared, UPLO::Lower).map_err(|_| HierarchyError::Singular)?;
    let shares = factor.t().solve_triangular(&half, UPLO::Upper).map_err(|_| HierarchyError::Singular)? / by_row;
    let mut projection = -shares.t().dot(&constraints);
    projection.slice_axis_mut(Axis(1), Slice::from(bottoms)).diag_mut().mapv_inplace(|share| share + 1.0);
    if projection.iter().all(|share| share.is_finite()) { Ok(projection) } else { Err(HierarchyError::Singular) }
}

/// U', `(totals, nodes)`: a total less its parts, zero for what is coherent.
fn constraints(hierarchy: &Hierarchy) -> Array2<f64> {
    let totals = hierarchy.bottoms().start;
    let mut constraints = Array2::eye(hierarchy.names().len()).slice_axis(Axis(0), Slice::from(..totals)).into_owned();
    for total in 0..totals {
        hierarchy.children(total).iter().for_each(|child| constraints[[total, *child]] = -1.0);
    }
    constraints
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::array;

    fn two_parts() -> Hierarchy {
        Hierarchy::new(&[("a".into(), "t".into()), ("b".into(), "t".into())]).unwrap()
    }

    /// Columns of mean zero: variances 10/4 and 6/4, covariance 5/4, products 4, -1, 2, 0 and 0.
    #[test]
    fn shrinkage_of_two_series_by_hand() {
        let residuals = array![[2.0, 2.0], [1.0, -1.0], [-2.0, -1.0], [-1.0, 0.0], [0.0, 0.0]];
        let shrunk = shrunk_covariance(residuals.view()).unwrap();
        let (n, a, b) = (5.0_f64, 2.5_f64, 1.5_f64);
        let r = 1.25 / (a * b).sqrt();
        let products = [4.0, -1.0, 2.0, 0.0, 0.0].map(|w: f64| w / (a * b).sqrt());
        let mean = products.iter().sum::<f64>() / n;
        let variance = n / 64.0 * products.iter().map(|w| (w - mean).powi(2)).sum::<f64>();
        let intensity = variance / (r * r);
        assert!((shrunk.intensity - intensity).abs() < 1e-12, "{} {intensity}", shrunk.intensity);
        assert!((shrunk.covariance[[0, 1]] - (1.0 - intensity) * 1.25).abs() < 1e-12);
        assert!((shrunk.covariance[[0, 0]] - a).abs() < 1e-12 && (shrunk.covariance[[1, 1]] - b).abs() < 1e-12);
        assert!((shrunk.correlation()[[1, 0]] - (1.0 - intensity) * r).abs() < 1e-12);
    }

    #[test]
    fn shrinkage_knows_no_mean_and_no_unit() {
        let residuals = Array2::from_shape_fn((12, 3), |(t, i)| ((t * (i + 2) * 7) % 13) as f64 + (t % 5) as f64);
        let shrunk = shrunk_covariance(residuals.view()).unwrap();
        let moved = shrunk_covariance((&residuals * 1e-7 + 3.0).view()).unwrap();
        assert!((shrunk.intensity - moved.intensity).abs() < 1e-6);
        assert!((&shrunk.correlation() - &moved.correlation()).iter().all(|d| d.abs() < 1e-6));
    }

    #[test]
    fn a_node_whose_residuals_do_not_vary_keeps_its_forecast() {
        let residuals = Array2::from_shape_fn((8, 3), |(t, i)| if i == 1 { 0.1 } else { ((t * t + i) % 5) as f64 });
        let shrunk = shrunk_covariance(residuals.view()).unwrap();
        assert_eq!(shrunk.correlation().row(1).to_vec(), [0.0, 1.0, 0.0]);
        assert_eq!(shrunk.covariance[[1, 1]], 0.0);
        let kept = projection(&two_parts(), shrunk.covariance.view()).unwrap();
        assert_eq!(kept.row(0).to_vec(), [0.0, 1.0, 0.0]);
        let none = shrunk_covariance(Array2::ones((8, 3)).view()).unwrap();
        assert_eq!(projection(&two_parts(), none.covariance.view()), Err(HierarchyError::Singular));
        assert_eq!(shrunk_covariance(Array2::zeros((5, 1)).view()).unwrap().intensity, 1.0);
    }

    #[test]
    fn a_residual_that_is_none_is_named() {
        for bad in [f64::NAN, f64::INFINITY, 1e200] {
            let mut residuals = Array2::from_shape_fn((6, 2), |(t, _)| t as f64);
            residuals[[3, 1]] = bad;
            assert_eq!(shrunk_covariance(residuals.view()), Err(HierarchyError::Residual { series: 2 }));
        }
    }

    /// Coherent residuals: the total's follow from those of its parts; only shrinkage gives them weights.
    #[test]
    fn coherent_residuals_are_singular_unless_shrunk() {
        let hierarchy = two_parts();
        let parts = Array2::from_shape_fn((2, 9), |(i, t)| ((t * (3 + i) + i) % 7) as f64);
        let residuals = hierarchy.add_up(parts.view()).reversed_axes();
        let shrunk = shrunk_covariance(residuals.view()).unwrap();
        assert!(projection(&hierarchy, shrunk.covariance.view()).is_ok());
        let (scaled, deviations) = standardised(residuals.view()).unwrap();
        let centred = scaled * deviations.insert_axis(Axis(1));
        assert_eq!(projection(&hierarchy, centred.dot(&centred.t()).view()), Err(HierarchyError::Singular));
        assert!(projection(&hierarchy, array![[1.0]].view()).is_err());
        assert!(projection(&hierarchy, Array2::from_elem((3, 3), f64::NAN).view()).is_err());
        let negative = array![[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        assert_eq!(projection(&hierarchy, negative.view()), Err(HierarchyError::Singular));
    }

    /// What adds up already stays as it is: P S = 1, for weights of any size.
    #[test]
    fn a_projection_keeps_coherent_forecasts() {
        let hierarchy = two_parts();
        for sizes in [[1.0, 1.0, 1.0], [1e12, 1e-9, 4.0], [1e-12, 3.0, 1e8]] {
            let projection = projection(&hierarchy, Array2::from_diag(&Array1::from(sizes.to_vec())).view()).unwrap();
            let identity = projection.dot(&hierarchy.summing_matrix());
            assert!((identity - Array2::<f64>::eye(2)).iter().all(|d| d.abs() < 1e-12), "{sizes:?}");
        }
    }
}
