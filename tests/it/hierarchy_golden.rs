//! Reconciliation against Python: `golden/hierarchy.json` (hierarchicalforecast, and the formulas in numpy).

use ndarray::{Array1, Array2, ArrayView1, Axis, Slice};
use onpace::forecast::Forecast;
use onpace::hierarchy::{Hierarchy, Method, projection, reconcile, shrunk_covariance, structural_weights};
use serde_json::Value;

use crate::near::{CLOSED, DIGITS, Tolerance, near};
use crate::{golden, numbers};

/// The reference adds 2e-8 to the diagonal of shrunk weights.
const RIDGE: Tolerance = Tolerance::Relative(2e-7);

fn matrix(value: &Value) -> Array2<f64> {
    let rows: Vec<Vec<f64>> = value.as_array().unwrap().iter().map(numbers).collect();
    Array2::from_shape_fn((rows.len(), rows[0].len()), |(i, j)| rows[i][j])
}

/// Asserts that matrices agree, their elements below one by the distance.
#[track_caller]
fn matrices_near(case: &str, found: &Array2<f64>, expected: &Array2<f64>, tolerance: Tolerance) {
    assert_eq!(found.dim(), expected.dim(), "{case}: shape");
    for ((at, found), expected) in found.indexed_iter().zip(expected) {
        let tolerance = match tolerance {
            Tolerance::Relative(share) if expected.abs() < 1.0 => Tolerance::Absolute(share),
            other => other,
        };
        near(format_args!("{case}, element {at:?}"), *found, *expected, tolerance);
    }
}

/// Total, A and B, A1 and A2, B1 and B2; named from below to show that the order of pairs is free.
fn hierarchy() -> Hierarchy {
    let pairs = [("A1", "A"), ("A", "Total"), ("B", "Total"), ("A2", "A"), ("B1", "B"), ("B2", "B")];
    Hierarchy::new(&pairs.map(|(child, parent)| (child.into(), parent.into()))).unwrap()
}

/// Residuals, `(observations, nodes)`.
fn residuals(python: &Value) -> Array2<f64> {
    (matrix(&python["y_insample"]) - matrix(&python["yhat_insample"])).reversed_axes()
}

/// Paths of some spread around the base forecasts, whose means are these.
fn base(python: &Value) -> Vec<Forecast> {
    let around = |(node, means): (usize, ArrayView1<'_, f64>)| {
        let spread = |path: usize| (path as f64 - 7.0) * (node as f64 + 1.0);
        Forecast::from_paths(Array2::from_shape_fn((15, 2), |(path, step)| means[step] + spread(path)))
    };
    matrix(&python["yhat"]).axis_iter(Axis(0)).enumerate().map(around).collect()
}

fn means(forecasts: &[Forecast]) -> Array2<f64> {
    Array2::from_shape_fn((forecasts.len(), 2), |(node, step)| forecasts[node].mean()[step])
}

#[test]
fn the_structure_is_that_of_the_reference() {
    let python = golden("hierarchy.json");
    let names: Vec<&str> = python["names"].as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect();
    assert_eq!(hierarchy().names(), names);
    assert_eq!(hierarchy().summing_matrix(), matrix(&python["S"]));
}

#[test]
fn history_of_the_reference_adds_up() {
    let history = matrix(&golden("hierarchy.json")["y_insample"]);
    let mut periods: Vec<(String, Vec<Option<f64>>)> = history
        .axis_iter(Axis(1))
        .enumerate()
        .map(|(period, values)| (period.to_string(), values.iter().copied().map(Some).collect()))
        .collect();
    hierarchy().check(&periods, 1e-9).unwrap();
    periods[7].1[5] = Some(0.0);
    assert!(hierarchy().check(&periods, 1e-9).unwrap_err().to_string().starts_with("`B` is 71.68 in 7"));
}

#[test]
fn shrinkage_equals_numpy_and_the_reference() {
    let python = golden("hierarchy.json");
    let shrunk = shrunk_covariance(residuals(&python).view()).unwrap();
    let expected = python["own_shrink_centerTrue"]["lam"].as_f64().unwrap();
    assert_eq!(expected, 0.213_001_856_960_427_6);
    near("intensity", shrunk.intensity, expected, DIGITS);
    matrices_near("covariance", &shrunk.covariance, &matrix(&python["methods"]["mint_shrink"]["W"]), RIDGE);
}

/// Also weights of other kinds, which have no name here but test the projection.
#[test]
fn projections_equal_the_reference() {
    let (python, hierarchy) = (golden("hierarchy.json"), hierarchy());
    let methods = &python["methods"];
    for (name, tolerance) in
        [("ols", CLOSED), ("wls_struct", CLOSED), ("wls_var", RIDGE), ("mint_cov", RIDGE), ("mint_shrink", RIDGE)]
    {
        let found = projection(&hierarchy, matrix(&methods[name]["W"]).view()).unwrap();
        matrices_near(name, &found, &matrix(&methods[name]["P"]), CLOSED);
        let coherent = hierarchy.summing_matrix().dot(&found).dot(&matrix(&python["yhat"]));
        matrices_near(name, &coherent, &matrix(&methods[name]["mean"]), tolerance);
    }
    assert_eq!(structural_weights(&hierarchy), matrix(&methods["wls_struct"]["W"]));
}

#[test]
fn means_of_all_methods_equal_the_reference_at_both_steps() {
    let python = golden("hierarchy.json");
    let (hierarchy, residuals) = (hierarchy(), residuals(&python));
    for (method, expected, tolerance) in [
        (Method::BottomUp, &python["methods"]["bottom_up"], CLOSED),
        (Method::Structural, &python["methods"]["wls_struct"]["mean"], CLOSED),
        (Method::MinimumTrace, &python["methods"]["mint_shrink"]["mean"], RIDGE),
        (Method::MinimumTrace, &python["own_shrink_centerTrue"]["mean"], CLOSED),
    ] {
        let found = reconcile(&hierarchy, base(&python), Some(residuals.view()), method, 1, None).unwrap();
        matrices_near(&method.to_string(), &means(&found), &matrix(expected), tolerance);
    }
}

/// The reference's draws are joint ones already, so its S P is compared before any pairing.
#[test]
fn draws_of_the_reference_are_reconciled_alike() {
    let (python, hierarchy) = (golden("hierarchy.json"), hierarchy());
    let (summing, draws) = (hierarchy.summing_matrix(), matrix(&python["paths_base"]));
    let shrunk = shrunk_covariance(residuals(&python).view()).unwrap();
    let projection = projection(&hierarchy, shrunk.covariance.view()).unwrap();
    matrices_near(
        "minimum trace",
        &summing.dot(&projection).dot(&draws),
        &matrix(&python["paths_reconciled_mint_shrink"]),
        RIDGE,
    );
    let bottoms = draws.slice_axis(Axis(0), Slice::from(3..));
    matrices_near("bottom-up", &summing.dot(&bottoms), &matrix(&python["paths_reconciled_bu"]), DIGITS);
}

#[test]
fn every_draw_adds_up_and_none_is_negative() {
    let python = golden("hierarchy.json");
    let (hierarchy, residuals) = (hierarchy(), residuals(&python));
    for method in [Method::BottomUp, Method::Structural, Method::MinimumTrace] {
        let found = reconcile(&hierarchy, base(&python), Some(residuals.view()), method, 1, Some(0.0)).unwrap();
        let mut negative = 0;
        for path in 0..15 {
            let value = |node: usize| found[node].paths()[[path, 1]];
            let bottoms: Array1<f64> = hierarchy.bottoms().map(value).collect();
            for (node, sum) in hierarchy.summing_matrix().dot(&bottoms).iter().enumerate() {
                assert!((value(node) - sum).abs() <= 1e-9 * sum.abs(), "{method} {node}");
            }
            negative += bottoms.iter().filter(|value| **value < 0.0).count();
        }
        assert_eq!(negative, 0);
        // The spread of the last bottom is wide: some of its draws were below zero, and are now at it.
        assert_eq!(found[6].quantile(0.0)[1], 0.0);
    }
}
