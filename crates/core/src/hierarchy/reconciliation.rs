//! Coherent forecasts from those of single series.

use ndarray::{Array2, ArrayView2, Axis, Slice};

use super::pairing::{common_shape, pair};
use super::weights::{FEWEST_RESIDUALS, ShrunkCovariance, projection, shrunk_covariance, structural_weights};
use super::{Hierarchy, HierarchyError, Method};
use crate::forecast::Forecast;

/// Values beyond this are held there, so that sums of them are finite and still add up.
const LARGEST: f64 = 1e290;

/// Coherent forecasts of all nodes, in their order, from forecasts of each, `(paths, horizon)`, that do not add up.
///
/// Paths are first paired by the shrunk correlation of the residuals, `(observations, nodes)`, errors of one step ahead
/// on the same dates: without them, or with fewer than [`FEWEST_RESIDUALS`], as if errors were independent. Then S P is
/// applied to every draw and step (see [`projection`]); P is [`Method::BottomUp`]'s choice of the bottoms, or comes of
/// the method's weights. Bottoms below `lower`, in units of the series (0 for what cannot be negative), are put there
/// before they are added. The paths of the result belong together: path k of the total is the sum of path k of its
/// parts.
///
/// # Errors
/// Not one forecast a node, forecasts of unequal shape, residuals of another number of series or not finite; for
/// [`Method::MinimumTrace`] also fewer than [`FEWEST_RESIDUALS`] residuals, and those of a total and its parts that do
/// not vary or follow exactly from one another.
///
/// ```
/// use ndarray::{Array2, array};
/// use onpace::forecast::Forecast;
/// use onpace::hierarchy::{Hierarchy, HierarchyError, Method, reconcile};
/// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
/// let base: Vec<Forecast> = [9.0, 4.0, 6.0].map(|value| Forecast::from_paths(Array2::from_elem((3, 1), value))).into();
/// let residuals =
///     array![[3.0, 0.1, 1.0], [-2.0, 0.2, -1.0], [1.0, -0.3, 2.0], [-2.0, 0.1, -2.0], [1.0, -0.1, -1.0]];
/// let coherent = reconcile(&hierarchy, base.clone(), Some(residuals.view()), Method::MinimumTrace, 1, None)?;
/// // The forecast of `a` was the surest, so it moves least.
/// assert!((coherent[1].mean()[0] - 4.0).abs() < (coherent[2].mean()[0] - 6.0).abs());
/// let error = reconcile(&hierarchy, base, None, Method::MinimumTrace, 1, None).unwrap_err();
/// assert_eq!(error, HierarchyError::FewResiduals { found: 0, needed: 4 });
/// # Ok::<(), HierarchyError>(())
/// ```
pub fn reconcile(
    hierarchy: &Hierarchy,
    mut base: Vec<Forecast>,
    residuals: Option<ArrayView2<'_, f64>>,
    method: Method,
    seed: u64,
    lower: Option<f64>,
) -> Result<Vec<Forecast>, HierarchyError> {
    let nodes = hierarchy.names().len();
    expect_forecasts(&base, nodes)?;
    expect_columns(residuals.as_ref(), nodes)?;
    if method == Method::BottomUp {
        let first = hierarchy.bottoms().start;
        let residuals = residuals.as_ref().map(|residuals| residuals.slice_axis(Axis(1), Slice::from(first..)));
        return bottom_up(hierarchy, base.split_off(first), residuals, seed, lower);
    }
    let shrunk = shrunk(residuals)?;
    let projection = match (method, &shrunk) {
        (Method::MinimumTrace, Some(shrunk)) => projection(hierarchy, shrunk.covariance.view())?,
        (Method::MinimumTrace, None) => {
            let found = residuals.map_or(0, |residuals| residuals.nrows());
            return Err(HierarchyError::FewResiduals { found, needed: FEWEST_RESIDUALS });
        }
        _ => projection(hierarchy, structural_weights(hierarchy).view())?,
    };
    let paired = paired(base, shrunk.as_ref(), seed)?;
    Ok(coherent(hierarchy, &paired, Some(&projection), lower))
}

/// Coherent forecasts of all nodes, in their order, from forecasts of the bottoms alone, `(paths, horizon)` each: their
/// sums, path by path, once paired by the shrunk correlation of the bottoms' residuals, `(observations, bottoms)`.
///
/// Without residuals, or with fewer than [`FEWEST_RESIDUALS`], errors are taken as independent. Bottoms below `lower`
/// are put there.
///
/// # Errors
/// Not one forecast a bottom, forecasts of unequal shape, residuals of another number of series or not finite.
///
/// ```
/// use ndarray::array;
/// use onpace::forecast::Forecast;
/// use onpace::hierarchy::{Hierarchy, bottom_up};
/// let hierarchy = Hierarchy::new(&[("a".into(), "total".into()), ("b".into(), "total".into())])?;
/// let bottoms = vec![Forecast::from_paths(array![[3.0], [5.0]]), Forecast::from_paths(array![[-1.0], [-2.0]])];
/// let coherent = bottom_up(&hierarchy, bottoms, None, 1, Some(0.0))?;
/// assert_eq!((coherent[0].mean()[0], coherent[2].mean()[0]), (4.0, 0.0));
/// # Ok::<(), onpace::hierarchy::HierarchyError>(())
/// ```
pub fn bottom_up(
    hierarchy: &Hierarchy,
    bottoms: Vec<Forecast>,
    residuals: Option<ArrayView2<'_, f64>>,
    seed: u64,
    lower: Option<f64>,
) -> Result<Vec<Forecast>, HierarchyError> {
    let count = hierarchy.bottoms().len();
    expect_forecasts(&bottoms, count)?;
    expect_columns(residuals.as_ref(), count)?;
    let paired = paired(bottoms, shrunk(residuals)?.as_ref(), seed)?;
    Ok(coherent(hierarchy, &paired, None, lower))
}

fn expect_forecasts(forecasts: &[Forecast], expected: usize) -> Result<(), HierarchyError> {
    if forecasts.len() != expected {
        return Err(HierarchyError::ForecastCount { found: forecasts.len(), expected });
    }
    common_shape(forecasts).map(|_| ())
}

fn expect_columns(residuals: Option<&ArrayView2<'_, f64>>, expected: usize) -> Result<(), HierarchyError> {
    match residuals.map(|residuals| residuals.ncols()) {
        Some(found) if found != expected => Err(HierarchyError::ResidualColumns { found, expected }),
        _ => Ok(()),
    }
}

/// The shrunk covariance where there are residuals enough.
fn shrunk(residuals: Option<ArrayView2<'_, f64>>) -> Result<Option<ShrunkCovariance>, HierarchyError> {
    residuals.filter(|residuals| residuals.nrows() >= FEWEST_RESIDUALS).map(shrunk_covariance).transpose()
}

fn paired(
    forecasts: Vec<Forecast>,
    shrunk: Option<&ShrunkCovariance>,
    seed: u64,
) -> Result<Vec<Forecast>, HierarchyError> {
    let correlation = shrunk.map_or_else(|| Array2::eye(forecasts.len()), ShrunkCovariance::correlation);
    pair(forecasts, correlation.view(), seed)
}

/// All nodes from paired forecasts, of all nodes where there is a projection, else of the bottoms.
fn coherent(
    hierarchy: &Hierarchy,
    paired: &[Forecast],
    projection: Option<&Array2<f64>>,
    lower: Option<f64>,
) -> Vec<Forecast> {
    let (paths, horizon) = paired.first().map_or((0, 0), |first| first.paths().dim());
    let lower = lower.unwrap_or(-LARGEST);
    let mut steps = vec![Vec::with_capacity(paths * horizon); hierarchy.names().len()];
    for step in 0..horizon {
        let mut draws = Array2::zeros((paired.len(), paths));
        for (mut row, forecast) in draws.rows_mut().into_iter().zip(paired) {
            row.assign(&forecast.paths().column(step));
        }
        draws.mapv_inplace(|value| value.clamp(-LARGEST, LARGEST));
        let mut bottoms = if let Some(projection) = projection { projection.dot(&draws) } else { draws };
        bottoms.mapv_inplace(|value| value.max(lower).min(LARGEST));
        for (values, row) in steps.iter_mut().zip(hierarchy.add_up(bottoms.view()).rows()) {
            values.extend(row);
        }
    }
    steps.into_iter().map(|values| Forecast::from_steps(paths, horizon, values)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [Method; 3] = [Method::BottomUp, Method::Structural, Method::MinimumTrace];

    fn hierarchy() -> Hierarchy {
        let pairs = [("a", "t"), ("b", "t"), ("a1", "a"), ("a2", "a"), ("a3", "a")];
        Hierarchy::new(&pairs.map(|(child, parent)| (child.into(), parent.into()))).unwrap()
    }

    /// Values without order, between -1 and 1.
    fn noise(a: usize, b: usize, c: usize) -> f64 {
        ((a * 7919 + b * 104_729 + c * 1_299_709) as f64 * 0.618_033_988_749_895).sin()
    }

    fn base(scale: f64) -> Vec<Forecast> {
        let value = |node: usize, path: usize, step: usize| scale * (noise(node, path, step) + 0.3);
        (0..6).map(|node| Forecast::from_paths(Array2::from_shape_fn((50, 3), |(p, s)| value(node, p, s)))).collect()
    }

    fn residuals(rows: usize) -> Array2<f64> {
        Array2::from_shape_fn((rows, 6), |(row, node)| noise(row, node, 9))
    }

    fn assert_coherent(hierarchy: &Hierarchy, forecasts: &[Forecast]) {
        for node in 0..hierarchy.bottoms().start {
            for (place, value) in forecasts[node].paths().indexed_iter() {
                let parts = hierarchy.children(node).iter().map(|child| forecasts[*child].paths()[place]);
                let (sum, size) = parts.fold((0.0, 0.0), |(sum, size), part| (sum + part, size + part.abs()));
                assert!((sum - value).abs() <= 1e-12 * size, "{node} {place:?} {value} {sum}");
            }
        }
    }

    #[test]
    fn every_path_adds_up_and_keeps_to_its_limit() {
        let (hierarchy, residuals) = (hierarchy(), residuals(30));
        for method in METHODS {
            for scale in [1.0, 1e-9, 1e300, f64::INFINITY] {
                for lower in [None, Some(0.0)] {
                    let found = reconcile(&hierarchy, base(scale), Some(residuals.view()), method, 3, lower).unwrap();
                    assert_coherent(&hierarchy, &found);
                    let values = || found.iter().flat_map(|forecast| forecast.paths().to_owned());
                    assert!(values().all(f64::is_finite));
                    assert_eq!(values().all(|v| v >= 0.0), lower.is_some(), "{method} {scale}");
                }
            }
        }
    }

    #[test]
    fn coherent_forecasts_of_no_spread_stay_as_they_are() {
        let hierarchy = hierarchy();
        let values = hierarchy.summing_matrix().dot(&ndarray::array![7.0, 1.0, 2.0, 4.0]);
        let base: Vec<Forecast> = values.iter().map(|v| Forecast::from_paths(Array2::from_elem((9, 2), *v))).collect();
        for method in METHODS {
            let found = reconcile(&hierarchy, base.clone(), Some(residuals(25).view()), method, 3, Some(0.0)).unwrap();
            for (found, value) in found.iter().zip(&values) {
                assert!(found.paths().iter().all(|v| (v - value).abs() < 1e-9), "{method}");
            }
        }
    }

    #[test]
    fn bottom_up_is_the_same_from_all_nodes_and_from_the_bottoms() {
        let (hierarchy, residuals, base) = (hierarchy(), residuals(12), base(1.0));
        let all = reconcile(&hierarchy, base.clone(), Some(residuals.view()), Method::BottomUp, 8, None).unwrap();
        let parts = residuals.slice_axis(Axis(1), Slice::from(2..));
        let bottoms = bottom_up(&hierarchy, base[2..].to_vec(), Some(parts), 8, None).unwrap();
        assert!(all.iter().zip(&bottoms).all(|(a, b)| a.paths() == b.paths()));
        for (found, before) in all[2..].iter().zip(&base[2..]) {
            assert!((found.mean() - before.mean()).iter().all(|d| d.abs() < 1e-12));
        }
    }

    #[test]
    fn few_residuals_are_as_none_save_for_minimum_trace() {
        let (hierarchy, base, few) = (hierarchy(), base(1.0), residuals(3));
        for method in [Method::BottomUp, Method::Structural] {
            let found = reconcile(&hierarchy, base.clone(), Some(few.view()), method, 8, None).unwrap();
            let without = reconcile(&hierarchy, base.clone(), None, method, 8, None).unwrap();
            assert!(found.iter().zip(&without).all(|(a, b)| a.paths() == b.paths()));
        }
        let error = reconcile(&hierarchy, base, Some(few.view()), Method::MinimumTrace, 8, None).unwrap_err();
        assert_eq!(error, HierarchyError::FewResiduals { found: 3, needed: 4 });
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let (hierarchy, base) = (hierarchy(), base(1.0));
        for method in METHODS {
            let refused = |base: Vec<Forecast>, residuals: Array2<f64>| {
                reconcile(&hierarchy, base, Some(residuals.view()), method, 1, None).unwrap_err()
            };
            let count = HierarchyError::ForecastCount { found: 5, expected: 6 };
            assert_eq!(refused(base[1..].to_vec(), residuals(9)), count);
            let columns = HierarchyError::ResidualColumns { found: 2, expected: 6 };
            assert_eq!(refused(base.clone(), Array2::zeros((9, 2))), columns);
            let mut longer = base.clone();
            longer[4] = Forecast::from_paths(Array2::zeros((50, 4)));
            assert!(matches!(refused(longer, residuals(9)), HierarchyError::UnequalForecasts { number: 5, .. }));
            let missing = Array2::from_elem((9, 6), f64::NAN);
            assert_eq!(refused(base.clone(), missing), HierarchyError::Residual { series: 1 });
        }
        let wrong = bottom_up(&hierarchy, base, None, 1, None).unwrap_err();
        assert_eq!(wrong, HierarchyError::ForecastCount { found: 6, expected: 4 });
    }
}
