//! Richards, Bass, power law, piecewise trend and Tweedie regression against other tools, and on hostile input.

use onpace::forecast::Draws;
use onpace::models::{Finding, Model, bass, piecewise, power, richards, tweedie};
use onpace::series::{Bounds, Period, Series};

use crate::near::Tolerance::Relative;
use crate::near::{CLOSED, DIGITS, all_near, near};
use crate::{golden, numbers};

fn yearly(values: Vec<f64>) -> Series {
    Series::with_missing("a", Period::year(1900).unwrap(), values).unwrap()
}

/// The video recorders of Srinivasan and Mason (1986): their curve goes on as R's does.
#[test]
fn bass_equals_nonlinear_least_squares() {
    let sales = vec![840.0, 1470.0, 2110.0, 4000.0, 7590.0, 10950.0, 10530.0, 9470.0, 7790.0, 5890.0];
    let expected = numbers(&golden("growth_r.json")["bass_vcr_SM_fc_next5"]);
    let fit = bass().fit(&yearly(sales.clone())).unwrap();
    let curve = fit.curve(5).unwrap();
    all_near("curve", &curve.to_vec()[10..], &expected, Relative(1e-3));
    let median = fit.forecast(5, &Draws::new(1, 4000)).median();
    assert!(median[0] < 5890.0 && median[4] < median[0], "{median}");
    assert!(fit.remarks().is_empty());
    let parameters = fit.parameters();
    assert_eq!(parameters[0].name, "market");
    let within = |at: usize, value: f64| {
        let (low, high) = parameters[at].interval.unwrap();
        assert!(low < value && value < high, "{low} {value} {high}");
    };
    within(0, 67_660.024);
    within(1, 0.008_789);
    within(2, 0.642_159);
    within(3, 6.594);
    // Before the peak the size of the market cannot be told.
    let early = bass().fit(&yearly(vec![10.0, 17.0, 24.0, 41.0, 58.0, 89.0])).unwrap();
    assert!(matches!(early.remarks()[0].finding, Finding::MarketNotIdentified { .. }), "{:?}", early.parameters());
}

/// statsmodels: coefficient of time with its error, dispersion, and the means of the next periods.
#[test]
fn tweedie_equals_statsmodels() {
    let all = golden("growth_glm.json");
    for (name, start) in [
        ("tweedie_yearly", Period::year(2000).unwrap()),
        ("tweedie_quarterly", Period::quarter(2000, 1).unwrap()),
        ("tweedie_monthly", Period::month(2000, 1).unwrap()),
    ] {
        let case = &all[name];
        let series = Series::new("a", start, numbers(&case["y"])).unwrap();
        let fit = tweedie().fit(&series).unwrap();
        let parameters = fit.parameters();
        near(name, parameters[0].estimate, case["coef"][1].as_f64().unwrap(), Relative(1e-8));
        let half = parameters[0].interval.unwrap().1 - parameters[0].estimate;
        let error = case["se"][1].as_f64().unwrap();
        assert!(half / error > 1.6 && half / error < 1.9, "{half} {error}");
        near(name, parameters[1].estimate, case["dispersion"].as_f64().unwrap(), Relative(1e-8));
        let next = numbers(&case["next"]);
        let (n, curve) = (series.len(), fit.curve(next.len()).unwrap());
        all_near(name, &curve, numbers(&case["fitted"]).iter().chain(&next), Relative(1e-8));
        let mean = fit.forecast(next.len(), &Draws::new(1, 4000)).mean();
        assert_eq!(fit.fitted_values().len(), n);
        all_near(name, &mean, &next, Relative(0.25));
    }
}

/// The United States' population: the posterior over 24 ceilings, five shapes and eight autocorrelations by dense
/// generalised least squares in Python.
#[test]
fn richards_equals_dense_least_squares() {
    let case = &golden("growth_richards.json")["uspop"];
    let fit = richards().fit(&yearly(numbers(&case["y"]))).unwrap();
    let parameters = fit.parameters();
    let told = case["told"].as_bool().unwrap();
    assert_eq!(parameters[0].name == "ceiling", told);
    if told {
        let ceiling = numbers(&case["ceiling"]);
        let (low, high) = parameters[0].interval.unwrap();
        all_near("ceiling", &[low, parameters[0].estimate, high], &ceiling, CLOSED);
    }
    let shape = &parameters[usize::from(told)];
    let (low, high) = shape.interval.unwrap();
    all_near("shape", &[low, shape.estimate, high], &numbers(&case["shape"]), DIGITS);
    // A curve of shape ½ below 100 is found again.
    let curve = |t: i32| 100.0 * (1.0 + 0.5 * (-0.3 * f64::from(t - 12)).exp()).powi(-2);
    let noisy = (0..30).map(|t| curve(t) * (1.0 + 0.002 * f64::from(t * 7 % 5 - 2))).collect();
    let parameters = richards().fit(&yearly(noisy)).unwrap().parameters();
    assert!((95.0..105.0).contains(&parameters[0].estimate) && parameters[1].estimate == 0.5, "{parameters:?}");
}

#[test]
fn missing_values_and_bounds() {
    let values: Vec<f64> = (1..=24).map(|t| if t % 5 == 3 { f64::NAN } else { f64::from(t * t) }).collect();
    let series = yearly(values.clone());
    let power = power().fit(&series).unwrap();
    near("exponent", power.parameters()[1].estimate, 2.0, CLOSED);
    for model in [&piecewise() as &dyn Model, &tweedie()] {
        let fit = model.fit(&series).unwrap();
        assert!(fit.fitted_values().iter().all(|v| v.is_finite()) && fit.fitted_values().len() == 24);
        assert!(fit.forecast(3, &Draws::new(1, 500)).paths().iter().all(|v| v.is_finite()));
    }
    assert_eq!(
        bass().fit(&yearly(vec![1.0, 2.0, f64::NAN, 4.0, 5.0, 6.0, 7.0])).unwrap_err().to_string(),
        "bass needs a value in every period but has none for 1902"
    );
    assert_eq!(
        tweedie().fit(&yearly(vec![1.0, 2.0, -3.0, 4.0, 5.0, 6.0])).unwrap_err().to_string(),
        "tweedie needs values of zero or more but the series has -3"
    );
    assert_eq!(
        tweedie().fit(&yearly(vec![0.0; 9])).unwrap_err().to_string(),
        "tweedie needs a value above zero but the series has none"
    );
    assert_eq!(
        bass().needs().in_words(),
        "6 observations, no value below zero and at least one above, no missing period"
    );
    let share: Vec<f64> = (0..16).map(|t| 90.0 / (1.0 + (3.0 - 0.5 * f64::from(t)).exp())).collect();
    let bounds = Bounds { lower: Some(0.0), upper: Some(100.0) };
    let share = yearly(share).with_bounds(bounds).unwrap();
    for model in [&piecewise() as &dyn Model, &richards()] {
        let paths = model.fit(&share).unwrap().forecast(20, &Draws::new(1, 500));
        assert!(paths.paths().iter().all(|v| (0.0..=100.0).contains(v)), "{}", model.name());
    }
}

/// Nothing panics, hangs or gives a number that is not finite, and the first steps do not depend on how many follow.
#[test]
fn hostile_series_give_a_reason_or_finite_paths() {
    let wave = |t: usize| 3.0 + (t as f64 * 0.7).sin();
    let mut all: Vec<Vec<f64>> = vec![
        vec![5.0; 20],
        (0..30).map(|t| 2.0 + 3.0 * t as f64).collect(),
        (0..30).map(|t| (0.2 * t as f64).exp()).collect(),
        (0..30).map(|t| 1e3 - 20.0 * t as f64).collect(),
        (0..30).map(|t| if t % 7 == 0 { 1.0 } else { 0.0 }).collect(),
        (0..30).map(|t| if t == 29 { 1.0 } else { 0.0 }).collect(),
        (0..30).map(|t| if t == 0 { 1.0 } else { 0.0 }).collect(),
        (0..30).map(|t| if t == 17 { 1e9 } else { wave(t) }).collect(),
        (0..30).map(|t| 1e300 * wave(t)).collect(),
        (0..30).map(|t| 1e-300 * wave(t)).collect(),
        (0..30).map(|t| if t % 2 == 0 { 1e-300 } else { 1e300 }).collect(),
        (0..30).map(|t| if t % 2 == 0 { -1e300 } else { 1e300 }).collect(),
        (0..30).map(|t| if t == 0 || t == 29 { 4.0 } else { f64::NAN }).collect(),
        (0..10_000).map(|t| 10.0 * wave(t)).collect(),
        vec![0.0; 12],
    ];
    all.extend((1..14).map(|n| (0..n).map(wave).collect()));
    let models: Vec<Box<dyn Model>> =
        vec![Box::new(richards()), Box::new(bass()), Box::new(power()), Box::new(piecewise()), Box::new(tweedie())];
    let draws = Draws::new(3, 200);
    for (number, values) in all.iter().enumerate() {
        for season in [1, 2, 12] {
            let series = yearly(values.clone()).with_season_length(season);
            for model in &models {
                let Ok(fit) = model.fit(&series) else { continue };
                let label = || format!("{} on {number}, season {season}", model.name());
                let paths = fit.forecast(6, &draws);
                assert!(paths.paths().iter().all(|v| v.is_finite()), "{}", label());
                assert!(fit.fitted_values().iter().all(|v| v.is_finite()), "{}", label());
                assert!(fit.curve(4).is_none_or(|c| c.len() == values.len() + 4 && c.iter().all(|v| v.is_finite())));
                assert!(fit.parameters().iter().all(|p| p.estimate.is_finite()), "{} {:?}", label(), fit.parameters());
                fit.remarks();
                let short = fit.forecast(2, &draws);
                for step in 0..2 {
                    assert_eq!(short.paths().column(step), paths.paths().column(step), "{}", label());
                }
            }
        }
    }
}
