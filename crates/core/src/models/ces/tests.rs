//! The recursion, the least squares and the stability condition against other tools.

use serde_json::Value;

use super::initial::Initial;
use super::recursion::{Space, State, filter};
use super::stability::is_stable;
use super::*;

fn golden(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|v| v.as_f64().unwrap()).collect()
}

fn files() -> (Value, Value) {
    let series = golden(include_str!("../../../../../tests/golden/series.json"));
    (golden(include_str!("../../../../../tests/golden/ces.json")), series)
}

fn near(own: f64, other: f64, what: &Value) {
    assert!((own - other).abs() <= 1e-9 * other.abs(), "{own} {other} {what}");
}

fn point(space: &Space, state: &mut State, horizon: usize) -> Vec<f64> {
    let step = |_| {
        let mean = state.mean();
        state.step(space, 0.0);
        mean
    };
    (0..horizon).map(step).collect()
}

/// statsforecast's recursion at its own parameters and initial states.
#[test]
fn the_recursion_is_that_of_statsforecast() {
    let (golden, series) = files();
    for case in golden["fixed"].as_array().unwrap() {
        let y = numbers(&series[case["series"].as_str().unwrap()]["y"]);
        let number = |name: &str| case[name].as_f64().unwrap();
        let space = Space::at(CesKind::None, 1, &[number("a0"), number("a1")]);
        let initial = numbers(&case["initial"]);
        let mut state = State::zero(&space);
        (state.rings[0][0], state.rings[1][0]) = (initial[0], initial[1]);
        let squares = filter(&space, &mut state, y.iter().copied(), &mut vec![0.0; y.len()]);
        near(squares, number("sse"), case);
        let n = y.len() as f64;
        near(-0.5 * n * ((2.0 * std::f64::consts::PI * squares / n).ln() + 1.0), number("loglik"), case);
        let forecast = numbers(&case["forecast"]);
        for (own, other) in point(&space, &mut state, forecast.len()).iter().zip(&forecast) {
            near(*own, *other, case);
        }
    }
}

/// Delayed columns and rings against dense matrices, with and without missing values.
#[test]
fn least_squares_are_those_of_dense_matrices() {
    let (golden, series) = files();
    let cases = golden["dense"].as_array().unwrap();
    assert_eq!(cases.len(), 30);
    for case in cases {
        let mut y = numbers(&series[case["series"].as_str().unwrap()]["y"]);
        numbers(&case["missing"]).iter().for_each(|t| y[*t as usize] = f64::NAN);
        let kind = CesKind::ALL.into_iter().find(|k| k.name()[4..] == *case["kind"].as_str().unwrap()).unwrap();
        let space = Space::at(kind, case["m"].as_u64().unwrap() as usize, &numbers(&case["at"]));
        assert_eq!(is_stable(&space, &mut Vec::new()), case["radius"].as_f64().unwrap() < 1.0, "{case}");
        let mut initial = Initial::new(&y, &space);
        let least = initial.solve(&space, 2);
        near(least.squares, case["sse"].as_f64().unwrap(), case);
        let n = y.iter().filter(|v| !v.is_nan()).count() as f64;
        let log = -0.5 * (n * ((2.0 * std::f64::consts::PI * least.squares / n).ln() + 1.0) + least.log_determinant);
        near(log, case["loglik"].as_f64().unwrap(), case);
        let mut state = initial.initial(&space);
        filter(&space, &mut state, initial.filled().iter().copied(), &mut vec![0.0; y.len()]);
        let forecast = numbers(&case["forecast"]);
        for (own, other) in point(&space, &mut state, forecast.len()).iter().zip(&forecast) {
            near(*own, *other, case);
        }
    }
}

/// Each kind has stable places to start from at every season length that it takes.
#[test]
fn every_season_has_stable_places() {
    for kind in CesKind::ALL {
        for season in 2..=LONGEST {
            let stable =
                search::places(kind).iter().filter(|p| is_stable(&Space::at(kind, season, p), &mut Vec::new())).count();
            assert!(stable >= 2, "{kind:?} {season}: {stable}");
        }
    }
}
