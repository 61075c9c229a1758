//! What every model of the registry promises, checked for each.

use onpace::bundled;
use onpace::forecast::{Draws, Forecast, Level};
use onpace::models::Finding;
use onpace::series::{Bounds, Covariates, Period, Series};
use proptest::prelude::*;

fn yearly(values: Vec<f64>) -> Series {
    Series::new("s", Period::year(2000).unwrap(), values).unwrap()
}

fn quarterly(values: Vec<f64>) -> Series {
    Series::new("s", Period::quarter(2000, 1).unwrap(), values).unwrap()
}

/// Every model with a series that it takes.
fn each(mut check: impl FnMut(&str, &Series, &dyn Fn(usize, &Draws) -> Forecast)) {
    let growth: Vec<f64> = (0..14).map(|t| 10.0 * 1.2_f64.powi(t) * (1.0 + 0.05 * f64::from(t % 3))).collect();
    for entry in bundled::registry().entries() {
        let series =
            if entry.model.needs().season.is_some() { quarterly(growth.clone()) } else { yearly(growth.clone()) };
        let fitted = entry.model.fit(&series).unwrap();
        assert_eq!(fitted.fitted_values().len(), series.len(), "{}", entry.model.name());
        check(entry.model.name(), &series, &|horizon, draws| fitted.forecast(horizon, draws));
    }
}

#[test]
fn a_longer_horizon_never_changes_a_shorter_one() {
    let draws = Draws::new(3, 500);
    each(|name, _, forecast| {
        let (long, short) = (forecast(12, &draws), forecast(6, &draws));
        assert_eq!(
            long.paths().columns().into_iter().take(6).collect::<Vec<_>>(),
            short.paths().columns().into_iter().collect::<Vec<_>>(),
            "{name}"
        );
        assert_eq!(forecast(6, &Draws::new(3, 500)).paths(), short.paths(), "{name}");
        assert_ne!(forecast(6, &Draws::new(4, 500)).paths(), short.paths(), "{name}");
    });
}

#[test]
fn quantiles_are_ordered_and_intervals_nested() {
    each(|name, _, forecast| {
        let forecast = forecast(8, &Draws::new(1, 1000));
        let levels = [50.0, 80.0, 95.0].map(|p| Level::percent(p).unwrap());
        for step in 0..8 {
            let ends: Vec<(f64, f64)> =
                levels.iter().map(|l| (forecast.interval(*l).0[step], forecast.interval(*l).1[step])).collect();
            assert!(ends[2].0 <= ends[1].0 && ends[1].0 <= ends[0].0 && ends[0].0 <= ends[0].1, "{name}");
            assert!(ends[0].1 <= ends[1].1 && ends[1].1 <= ends[2].1, "{name}");
        }
        assert!(forecast.paths().iter().all(|v| v.is_finite() && *v > 0.0), "{name}");
    });
}

#[test]
fn forecasts_scale_with_the_unit() {
    each(|name, series, forecast| {
        let draws = Draws::new(1, 400);
        let model = bundled::registry().model(name).unwrap();
        let scaled: Vec<f64> = series.values().iter().map(|v| v * 1024.0).collect();
        let other = Series::new("s", series.start(), scaled).unwrap();
        let (a, b) = (forecast(5, &draws).median(), model.fit(&other).unwrap().forecast(5, &draws).median());
        for (a, b) in a.iter().zip(&b) {
            assert!((b / 1024.0 / a - 1.0).abs() < 1e-6, "{name} {a} {b}");
        }
    });
}

#[test]
fn needs_are_refused_both_ways() {
    for entry in bundled::registry().entries().iter().filter(|e| e.model.name() != "auto") {
        let (model, needs) = (&entry.model, entry.model.needs());
        let few: Vec<f64> = (1..needs.observations).map(|v| v as f64).collect();
        if !few.is_empty() {
            let error = model.fit(&yearly(few)).unwrap_err().to_string();
            assert!(error.contains("needs"), "{error}");
        }
        let signed = yearly((0..12).map(|t| f64::from(t) - 3.0).collect());
        assert_eq!(
            model.fit(&signed).is_err(),
            needs.positive || needs.not_negative || needs.season.is_some(),
            "{}",
            model.name()
        );
    }
}

/// A model with a gap gives a forecast, or names the missing period.
#[test]
fn gaps_are_bridged_or_named() {
    let mut values: Vec<f64> = (0..24).map(|t| 20.0 + f64::from(t) + [4.0, -3.0, 1.0, -2.0][t as usize % 4]).collect();
    values[7] = f64::NAN;
    let series = |start| Series::with_missing("s", start, values.clone()).unwrap();
    for entry in bundled::registry().entries() {
        let (model, needs) = (&entry.model, entry.model.needs());
        let start = if needs.yearly { Period::year(2000) } else { Period::quarter(2000, 1) };
        match model.fit(&series(start.unwrap())) {
            Ok(fitted) => {
                assert!(!needs.complete, "{}", model.name());
                assert!(fitted.fitted_values().iter().all(|v| v.is_finite()), "{}", model.name());
                let median = fitted.forecast(4, &Draws::new(1, 400)).median();
                assert!(median.iter().all(|v| (10.0..80.0).contains(v)), "{} {median}", model.name());
            }
            Err(error) => {
                let named = [
                    "needs a value in every period but has none for 2001Q4",
                    "needs a value in every period but has none for 2007",
                ];
                assert!(needs.complete && named.iter().any(|text| error.to_string().contains(text)), "{error}");
            }
        }
    }
}

/// Wide and regular gaps, a month never seen, and more values than are kept: a forecast of the right size, or a reason.
#[test]
fn hard_gaps_and_long_series_give_a_forecast_or_a_reason() {
    let start = Period::month(1900, 1).unwrap();
    let wave = |t: usize| 40.0 + 10.0 * (std::f64::consts::TAU * t as f64 / 12.0).sin() + (t * t % 5) as f64;
    let with = |n: usize, missing: &dyn Fn(usize) -> bool| {
        let values = (0..n).map(|t| if missing(t) { f64::NAN } else { wave(t) }).collect();
        Series::with_missing("s", start, values).unwrap()
    };
    let hard = [
        with(90, &|t| t % 12 == 5),
        with(90, &|t| t % 2 == 1 && t < 88),
        with(200, &|t| (110..180).contains(&t)),
        with(1100, &|_| false),
    ];
    for entry in bundled::registry().entries() {
        for series in &hard {
            let Ok(fitted) = entry.model.fit(series) else { continue };
            assert_eq!(fitted.fitted_values().len(), series.len(), "{}", entry.model.name());
            let median = fitted.forecast(12, &Draws::new(1, 200)).median();
            assert!(median.iter().all(|v| (5.0..100.0).contains(v)), "{} {median}", entry.model.name());
        }
    }
}

/// A level that is another from some period on is a regressor, or a reason.
#[test]
fn level_shifts_are_regressors_or_reasons() {
    let values: Vec<f64> = (0..24).map(|t| 50.0 + 0.5 * f64::from(t % 3) + if t < 12 { 0.0 } else { 40.0 }).collect();
    let series = yearly(values).with_level_shift(Period::year(2012).unwrap());
    for entry in bundled::registry().entries() {
        match entry.model.fit(&series) {
            Ok(fitted) => {
                let widths = fitted.forecast(1, &Draws::new(1, 2000)).interval(Level::percent(80.0).unwrap());
                assert!(widths.1[0] - widths.0[0] < 8.0, "{} {widths:?}", entry.model.name());
            }
            Err(error) => {
                let needs = entry.model.needs();
                assert!(!needs.level_shifts || needs.season.is_some(), "{error}");
            }
        }
    }
}

/// A covariate changes the forecast of a model that reads covariates, and of no other.
#[test]
fn covariates_matter_to_models_that_read_them() {
    let quarters = |t: i32| [8.0, -3.0, 1.0, -6.0][t as usize % 4] + f64::from(t * t % 3);
    let effect = |t: i32| if t % 7 == 3 { 30.0 } else { 0.0 };
    let plain = quarterly((0..36).map(|t| 100.0 + quarters(t) + effect(t)).collect());
    let known = Covariates::new(plain.start(), vec![("promotion".to_owned(), (0..40).map(effect).collect())]).unwrap();
    let series = plain.clone().with_covariates(known).unwrap();
    let draws = Draws::new(1, 200);
    for entry in bundled::registry().entries() {
        let (model, name) = (&entry.model, entry.model.name());
        let Ok(without) = model.fit(&plain) else { continue };
        let with = model.fit(&series).unwrap();
        let same = with.forecast(4, &draws).paths() == without.forecast(4, &draws).paths();
        assert_eq!(same, !model.needs().covariates, "{name}");
        assert!(
            name != "auto"
                || with.remarks().iter().any(|remark| remark.finding == Finding::CovariatesReadBy(Vec::new())),
            "{name}"
        );
    }
}

#[test]
fn shares_stay_inside_their_bounds() {
    let bounds = Bounds { lower: Some(0.0), upper: Some(100.0) };
    let share = yearly(vec![40.0, 55.0, 68.0, 80.0, 88.0, 93.0, 96.0]).with_bounds(bounds).unwrap();
    for entry in bundled::registry().entries() {
        let Ok(fitted) = entry.model.fit(&share) else { continue };
        let forecast = fitted.forecast(10, &Draws::new(1, 500));
        assert!(forecast.paths().iter().all(|v| (0.0..=100.0).contains(v)), "{}", entry.model.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// Whatever the values, a model refuses or gives finite numbers.
    #[test]
    fn any_values_give_an_error_or_finite_numbers(
        values in prop::collection::vec(prop_oneof![
            4 => 0.0..100.0, 1 => Just(0.0), 1 => -50.0..50.0, 1 => Just(1e300), 1 => Just(1e-300), 1 => Just(7.0)
        ], 1..25),
        quarters in any::<bool>(),
    ) {
        let series = if quarters { quarterly(values) } else { yearly(values) };
        for entry in bundled::registry().entries() {
            if let Ok(fitted) = entry.model.fit(&series) {
                let forecast = fitted.forecast(3, &Draws::new(1, 50));
                prop_assert!(forecast.paths().iter().all(|v| v.is_finite()), "{}", entry.model.name());
            }
        }
    }
}
