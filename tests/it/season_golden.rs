//! Decompositions against R and statsmodels: `golden/season.json`.

use onpace::models::season::{
    Decomposition, SeasonalWindow, StlOptions, classical, mstl, seasonal_strength, stl, trend_strength,
};
use serde_json::Value;

use crate::near::{CLOSED, Tolerance, all_near, near};
use crate::{golden, numbers};

/// A share of the largest value of a part.
const PART: f64 = 1e-9;

fn series(name: &str) -> Vec<f64> {
    numbers(&golden("series.json")[name]["y"])
}

/// Asserts that values agree, each by a share of the largest expected value.
#[track_caller]
fn parts_near(case: &str, found: &[f64], expected: &Value, share: f64) {
    let expected = numbers(expected);
    let largest = expected.iter().fold(0.0, |largest: f64, v| largest.max(v.abs()));
    all_near(case, found, &expected, Tolerance::Absolute(share * largest));
}

#[track_caller]
fn decompositions_near(case: &str, found: &Decomposition, expected: &Value) {
    parts_near(&format!("{case}, season"), &found.seasonal, &expected["seasonal"], PART);
    parts_near(&format!("{case}, trend"), &found.trend, &expected["trend"], PART);
}

#[test]
fn stl_equals_r() {
    for (case, expected) in golden("season.json")["stl"].as_object().unwrap() {
        let mut words = case.split('_');
        let (name, window, kind) = (words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let seasonal = window.parse().map_or(SeasonalWindow::Periodic, SeasonalWindow::Seasons);
        let plain = StlOptions::new(seasonal);
        let options = match kind {
            "plain" => plain,
            "robust" => plain.robust(15),
            _ => StlOptions { seasonal_jump: Some(1), trend_jump: Some(1), low_pass_jump: Some(1), ..plain },
        };
        decompositions_near(case, &stl(&series(name), 12, &options).unwrap(), expected);
    }
}

#[test]
fn robust_stl_equals_statsmodels_while_rounding_does_not_grow() {
    for (case, expected) in golden("season.json")["stl_robust"].as_object().unwrap() {
        let words: Vec<&str> = case.split('_').collect();
        let options = StlOptions::window(words[1].parse().unwrap()).robust(words[2].parse().unwrap());
        let found = stl(&series(words[0]), 12, &options).unwrap();
        decompositions_near(case, &found, expected);
        parts_near(&format!("{case}, weights"), &found.weights, &expected["weights"], PART);
    }
}

#[test]
fn mstl_of_one_season_equals_r() {
    for (name, expected) in golden("season.json")["mstl"].as_object().unwrap() {
        let found = mstl(&series(name), &[12], None).unwrap();
        parts_near(&format!("{name}, season"), &found.seasonal[0], &expected["seasonal"], PART);
        parts_near(&format!("{name}, trend"), &found.trend, &expected["trend"], PART);
        parts_near(&format!("{name}, remainder"), &found.remainder, &expected["remainder"], PART);
    }
}

#[test]
fn mstl_of_several_seasons_equals_statsmodels() {
    let expected = &golden("season.json")["mstl_several"];
    let jump_one = |i: usize| StlOptions {
        seasonal_jump: Some(1),
        trend_jump: Some(1),
        low_pass_jump: Some(1),
        ..StlOptions::window(11 + 4 * i)
    };
    let found = mstl(&numbers(&expected["y"]), &[28, 6], Some(&jump_one)).unwrap();
    parts_near("trend", &found.trend, &expected["trend"], PART);
    for (component, expected) in found.seasonal.iter().zip(expected["seasonal"].as_array().unwrap()) {
        parts_near("season", component, expected, PART);
    }
}

#[test]
fn strengths_equal_r() {
    let golden = golden("season.json");
    for name in ["AirPassengers", "USAccDeaths", "co2", "nottem"] {
        let values = series(name);
        let several = mstl(&values, &[12], None).unwrap();
        let periodic = stl(&values, 12, &StlOptions::periodic()).unwrap();
        let cases = [
            ("mstl", &several.seasonal[0], &several.trend, &several.remainder),
            ("periodic", &periodic.seasonal, &periodic.trend, &periodic.remainder),
        ];
        for (kind, seasonal, trend, remainder) in cases {
            let expected = &golden["strength"][kind][name];
            let case = format!("{kind} {name}");
            near(&case, seasonal_strength(seasonal, remainder), expected["Fs"].as_f64().unwrap(), CLOSED);
            near(&case, trend_strength(trend, remainder), expected["Ft"].as_f64().unwrap(), CLOSED);
        }
    }
}

#[test]
fn classical_indices_equal_r() {
    let golden = golden("season.json");
    for (name, multiplicative) in [("AirPassengers", true), ("USAccDeaths", false)] {
        let found = classical(&series(name), 12, multiplicative).unwrap();
        parts_near(name, &found.indices, &golden["decompose"][name], 1e-12);
    }
}
