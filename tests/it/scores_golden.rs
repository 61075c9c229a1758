//! Scores and tests of difference against R and Python: `golden/scores.json` (scoringrules, properscoring,
//! utilsforecast), `golden/tests.json` (R's forecast and base), `golden/tests_python.json`, `golden/naive2.json`.

use onpace::evaluate::scores::{
    crps_of_quantiles, crps_of_sample, interval_score, log_error, naive2, owa, pinball, scale, squared_scale,
    symmetric_percentage_error, weighted_interval_score,
};
use onpace::evaluate::significance::{critical_difference, diebold_mariano, multiple_comparisons, ranks};
use statrs::distribution::{ContinuousCDF, Normal};

use crate::near::{CLOSED, DIGITS, Tolerance, all_near, near};
use crate::{golden, numbers};

const ACTUAL: [f64; 6] = [145.0, 150.0, 178.0, 163.0, 172.0, 178.0];
const FORECAST: [f64; 6] = [140.0, 152.0, 170.0, 165.0, 160.0, 180.0];

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

fn pairs() -> impl Iterator<Item = (f64, f64)> {
    ACTUAL.into_iter().zip(FORECAST)
}

/// AirPassengers, the first two years.
fn history() -> Vec<f64> {
    numbers(&golden("series.json")["AirPassengers"]["y"])[..24].to_vec()
}

/// The quantiles of N(10, 2²) at given probabilities.
fn quantiles(probabilities: &[f64]) -> Vec<f64> {
    let normal = Normal::new(10.0, 2.0).unwrap();
    probabilities.iter().map(|p| normal.inverse_cdf(*p)).collect()
}

#[test]
fn point_scores_equal_utilsforecast() {
    let (python, history) = (golden("scores.json"), history());
    let error = mean(pairs().map(|(y, f)| (y - f).abs()));
    let squared = mean(pairs().map(|(y, f)| (y - f) * (y - f)));
    for m in [1, 12] {
        let (mase, rmsse) = (numbers(&python[format!("mase_m{m}")]), numbers(&python[format!("rmsse_m{m}")]));
        let (scale, square) = (scale(&history, m).unwrap(), squared_scale(&history, m).unwrap());
        near("scale", scale, mase[1], DIGITS);
        near("MASE", error / scale, mase[0], DIGITS);
        near(
            "MASE of utilsforecast",
            error / scale,
            python[format!("utilsforecast_mase{m}")].as_f64().unwrap(),
            DIGITS,
        );
        near("squared scale", square, rmsse[1], DIGITS);
        near("RMSSE", (squared / square).sqrt(), rmsse[0], DIGITS);
    }
    let percentage = mean(pairs().map(|(y, f)| symmetric_percentage_error(y, f)));
    near("sMAPE", percentage, python["smape_m4"].as_f64().unwrap(), DIGITS);
    // There half the ratio, as a share.
    near("sMAPE of utilsforecast", percentage, 200.0 * python["utilsforecast_smape"].as_f64().unwrap(), DIGITS);
    near(
        "mean log error",
        mean(pairs().map(|(y, f)| log_error(y, f).unwrap())),
        python["maloge"].as_f64().unwrap(),
        DIGITS,
    );
}

#[test]
fn relative_and_interval_scores_equal_the_reference() {
    let (python, history) = (golden("scores.json"), history());
    let scale = scale(&history, 12).unwrap();
    let (last, parts) = (history[23], numbers(&python["owa_parts"]));
    assert_eq!(naive2(&history, 12, 6), [last; 6]); // two years are too short for a season
    let naive = [
        mean(ACTUAL.into_iter().map(|y| symmetric_percentage_error(y, last))),
        mean(ACTUAL.into_iter().map(|y| (y - last).abs() / scale)),
    ];
    near("sMAPE of naive", naive[0], parts[0], DIGITS);
    near("MASE of naive", naive[1], parts[1], DIGITS);
    let percentage = mean(pairs().map(|(y, f)| symmetric_percentage_error(y, f)));
    let scaled = mean(pairs().map(|(y, f)| (y - f).abs() / scale));
    let found = owa(percentage, scaled, naive[0], naive[1]).unwrap();
    near("OWA", found, python["owa_vs_naive"].as_f64().unwrap(), DIGITS);

    let score = mean(pairs().map(|(y, f)| interval_score(f - 20.0, f + 10.0, 0.95, y).unwrap()));
    near("interval score", score, python["mis95"].as_f64().unwrap(), DIGITS);
    near("MSIS", score / scale, python["msis95_m12"].as_f64().unwrap(), DIGITS);
}

#[test]
fn sample_scores_equal_scoringrules_and_properscoring() {
    let python = golden("scores.json");
    let found = crps_of_sample(&[1.0, 2.0, 4.0, 7.0, 11.0], 5.0).unwrap();
    for name in ["nrg", "int", "qd", "akr", "properscoring"] {
        near(name, found, python[format!("crps_sample_{name}")].as_f64().unwrap(), DIGITS);
    }
}

/// The seven quantiles of N(10, 2²), held against 13.
#[test]
fn quantile_and_interval_scores_equal_scoringrules() {
    let python = golden("scores.json");
    let probabilities = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];
    let values = numbers(&python["quantiles"]);
    all_near("quantiles", &quantiles(&probabilities), &values, CLOSED);
    let losses: Vec<f64> = probabilities.iter().zip(&values).map(|(p, q)| pinball(*q, *p, 13.0)).collect();
    all_near("quantile losses", &losses, &numbers(&python["sr_quantile_score"]), DIGITS);
    let intervals: Vec<(f64, f64, f64)> =
        [0.9, 0.8, 0.5].iter().enumerate().map(|(i, level)| (*level, values[i], values[6 - i])).collect();
    for ((level, lower, upper), expected) in intervals.iter().zip(numbers(&python["interval_scores"])) {
        near(level, interval_score(*lower, *upper, *level, 13.0).unwrap(), expected, DIGITS);
    }
    let weighted = weighted_interval_score(values[3], &intervals, 13.0).unwrap();
    near("weighted interval score", weighted, python["wis_hand"].as_f64().unwrap(), DIGITS);
    near("CRPS of quantiles", weighted, python["crps_quantile_sr"].as_f64().unwrap(), DIGITS);
    let parts = numbers(&python["wis_decomp_disp_over_under"]);
    near("parts of the weighted interval score", weighted, parts.iter().sum(), DIGITS);
}

/// N(10, 2²) against 13: sets of probabilities in use, and how they near the exact score as they grow.
#[test]
fn quantile_scores_equal_the_reference() {
    let (python, scores) = (golden("tests_python.json"), golden("scores.json"));
    let hub: Vec<f64> =
        [0.01, 0.025].into_iter().chain((1..20).map(|i| f64::from(i) / 20.0)).chain([0.975, 0.99]).collect();
    let sets: [(&str, &[f64]); 3] = [
        ("crps7_midpoint_weights", &[0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95]),
        ("M5_9levels_midpoint_w", &[0.005, 0.025, 0.165, 0.25, 0.5, 0.75, 0.835, 0.975, 0.995]),
        ("hub23_midpoint_w", &hub),
    ];
    for (name, probabilities) in sets {
        let found = crps_of_quantiles(probabilities, &quantiles(probabilities), 13.0).unwrap();
        near(name, found, python[name].as_f64().unwrap(), CLOSED);
    }
    let exact = scores["crps_normal_exact"].as_f64().unwrap();
    for (count, tolerance) in [(9, 1e-2), (99, 1e-3), (999, 1e-4)] {
        let cells: Vec<f64> = (0..count).map(|i| (f64::from(i) + 0.5) / f64::from(count)).collect();
        let values = quantiles(&cells);
        near(count, crps_of_quantiles(&cells, &values, 13.0).unwrap(), exact, Tolerance::Relative(tolerance));
        near(count, crps_of_sample(&values, 13.0).unwrap(), exact, Tolerance::Relative(tolerance));
    }
}

#[test]
fn naive2_equals_the_definition_of_m4_in_numpy() {
    let (series, cases) = (golden("series.json"), golden("naive2.json"));
    let mut seasonal = 0;
    for case in cases.as_array().unwrap() {
        let index = |key: &str| case[key].as_u64().unwrap() as usize;
        let name = case["series"].as_str().unwrap();
        let values = numbers(&series[name]["y"]);
        let history = &values[index("first")..index("end")];
        let found = naive2(history, index("season_length"), 14);
        let expected = numbers(&case["forecast"]);
        all_near(name, &found, &expected, DIGITS);
        let flat = found.iter().all(|f| *f == history[history.len() - 1]);
        assert_eq!(flat, !case["seasonal"].as_bool().unwrap(), "{name} {}", case["season_length"]);
        seasonal += usize::from(!flat);
    }
    assert!(seasonal > 5 && seasonal < cases.as_array().unwrap().len());
}

/// One-step errors of two forecasts of the Nile: R's `dm.test` with Bartlett's weights, two-sided.
#[test]
fn diebold_mariano_equals_r() {
    let r = golden("tests.json");
    let (first, second) = (numbers(&r["dm_e1"]), numbers(&r["dm_e2"]));
    let differences = |power: i32| -> Vec<f64> {
        first.iter().zip(&second).map(|(a, b)| a.abs().powi(power) - b.abs().powi(power)).collect()
    };
    let mut checked = 0;
    for row in r["dm"].as_array().unwrap() {
        if row["alternative"] != "two.sided" || row["varestimator"] != "bartlett" {
            continue;
        }
        let (horizon, power) = (row["h"].as_u64().unwrap() as usize, row["power"].as_i64().unwrap() as i32);
        let test = diebold_mariano(&differences(power), horizon).unwrap();
        near("statistic", test.statistic, row["stat"].as_f64().unwrap(), DIGITS);
        near("p-value", test.p_value, row["p"].as_f64().unwrap(), CLOSED);
        checked += 1;
    }
    assert_eq!(checked, 6);
    let short = diebold_mariano(&differences(2)[..12], 1).unwrap();
    near("statistic of 12 errors", short.statistic, r["dm_short12_h1"]["stat"].as_f64().unwrap(), DIGITS);
    near("p-value of 12 errors", short.p_value, r["dm_short12_h1"]["p"].as_f64().unwrap(), CLOSED);
}

#[test]
fn critical_differences_equal_r_for_all_numbers_of_models() {
    let quantiles = numbers(&golden("tests.json")["nemenyi_q"]["0.05"]);
    assert_eq!(quantiles.len(), 19);
    for (models, q) in (2..=20).zip(quantiles) {
        let k = f64::from(models);
        let found = critical_difference(models as usize, 31).unwrap();
        near(models, found, q * (k * (k + 1.0) / 186.0).sqrt(), DIGITS);
    }
}

/// Demšar's (2006) table of four classifiers on 14 data sets, accuracies turned to losses.
#[test]
fn multiple_comparisons_equal_r_and_the_paper() {
    let (r, python) = (golden("tests.json"), golden("tests_python.json"));
    let rows = r["demsar"]["table"].as_array().unwrap();
    let mut losses: Vec<Vec<f64>> = rows.iter().map(|row| numbers(row).iter().map(|a| 1.0 - a).collect()).collect();
    let comparisons = multiple_comparisons(&losses).unwrap();
    all_near("mean ranks", &comparisons.mean_ranks, &numbers(&r["demsar"]["avg_rank"]), DIGITS);
    near("critical difference", 2.0 * comparisons.half_width, r["demsar"]["CD05"].as_f64().unwrap(), DIGITS);
    assert_eq!(comparisons.best(), 3);

    // The paper ranks a tie of the printed, rounded table.
    losses[12][3] += 1e-4;
    assert_eq!(ranks(&losses[12]), [4.0, 1.0, 2.0, 3.0]);
    let paper = multiple_comparisons(&losses).unwrap();
    all_near("mean ranks of the paper", &paper.mean_ranks, &numbers(&python["demsar"]["avg"]), DIGITS);
    near(
        "critical difference of the paper",
        2.0 * paper.half_width,
        python["demsar"]["exactCD05"].as_f64().unwrap(),
        Tolerance::Relative(1e-7),
    );
    // As by the p-values of Nemenyi's test.
    for (a, row) in python["posthoc_nemenyi_friedman"].as_array().unwrap().iter().enumerate() {
        for (b, p) in numbers(row).into_iter().enumerate() {
            assert_eq!(comparisons.tells_apart(a, b), p < 0.05, "{a} {b}");
        }
    }
}
