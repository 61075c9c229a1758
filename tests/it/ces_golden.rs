//! Complex exponential smoothing: likelihoods against other tools, chosen kinds, missing values, degenerate series.

use onpace::forecast::Draws;
use onpace::models::{AutoCes, Ces, CesKind, Fitted, InitialStates, Model};
use onpace::series::{Period, Series};

use crate::golden;
use crate::near::{CLOSED, OPTIMUM, Tolerance, all_near, near};

fn numbers(name: &str) -> (Vec<f64>, usize) {
    let all = golden("series.json");
    let (key, log) = if name == "loglynx" { ("lynx", true) } else { (name, false) };
    let y = all[key]["y"].as_array().unwrap().iter().map(|v| v.as_f64().unwrap());
    let y = y.map(|v| if log { v.ln() } else { v }).collect();
    (y, all[key]["m"].as_u64().unwrap() as usize)
}

fn series(name: &str) -> Series {
    let (y, m) = numbers(name);
    Series::new(name, Period::month(1949, 1).unwrap(), y).unwrap().with_season_length(m)
}

fn kind(name: &str) -> CesKind {
    CesKind::ALL.into_iter().find(|kind| kind.name()[4..] == *name).unwrap()
}

/// With initial states by least squares no tool's likelihood is greater, though some leave the region of stability.
#[test]
fn no_likelihood_is_below_the_best_known() {
    let golden = golden("ces.json");
    for case in golden["best_known"].as_array().unwrap() {
        let (name, kind) = (case["series"].as_str().unwrap(), kind(case["kind"].as_str().unwrap()));
        let fit = Ces::new(kind).estimate(&series(name)).unwrap();
        let known = case["loglik"].as_f64().unwrap();
        println!("{name} {kind:?} {:.4} best known {known:.4}", fit.log_likelihood());
        near(format_args!("{name} {kind:?}"), fit.log_likelihood(), known, OPTIMUM);
    }
}

/// Fitted values, log-likelihood and AICc belong together.
#[test]
fn the_log_likelihood_is_that_of_the_fitted_values() {
    for initial in [InitialStates::LeastSquares, InitialStates::Backcast] {
        for kind in CesKind::ALL {
            let series = series("USAccDeaths");
            let fit = Ces::new(kind).with_initial(initial).estimate(&series).unwrap();
            let errors = &series.values() - &fit.fitted_values();
            let n = errors.len() as f64;
            let log = -0.5 * n * ((2.0 * std::f64::consts::PI * errors.dot(&errors) / n).ln() + 1.0);
            near(format_args!("{kind:?}, log-likelihood"), fit.log_likelihood(), log, CLOSED);
            let states: usize = fit.initial_states().iter().map(Vec::len).sum();
            let counted = if initial == InitialStates::Backcast { 0 } else { states };
            let k = (fit.parameters().len() + 1 + counted) as f64;
            let aicc = -2.0 * log + 2.0 * k * n / (n - k - 1.0);
            near(format_args!("{kind:?}, AICc"), fit.aicc(), aicc, Tolerance::Absolute(1e-6));
        }
    }
}

#[test]
fn paths_lie_around_the_recursion_and_begin_alike() {
    let series = series("AirPassengers");
    let fit = AutoCes.fit(&series).unwrap();
    let remarks: Vec<String> = fit.remarks().iter().map(ToString::to_string).collect();
    assert!(remarks[0].starts_with("ces:") && remarks[0].contains("AICc"), "{remarks:?}");
    let draws = Draws::new(3, 2000);
    let (long, short) = (fit.forecast(24, &draws), fit.forecast(6, &draws));
    assert_eq!(long.median().as_slice().unwrap()[..6], *short.median().as_slice().unwrap());
    let point = AutoCes.estimate(&series).unwrap().point(12);
    all_near("medians of 12 steps", &long.median().to_vec()[..12], &point, Tolerance::Relative(0.02));
}

#[test]
fn missing_values_are_integrated_out_or_refused() {
    let (mut y, _) = numbers("AirPassengers");
    let whole = AutoCes.estimate(&series("AirPassengers")).unwrap();
    for t in [5, 40, 41, 77, 130] {
        y[t] = f64::NAN;
    }
    let series = Series::with_missing("a", Period::month(1949, 1).unwrap(), y).unwrap();
    let fit = AutoCes.estimate(&series).unwrap();
    assert!((fit.point(1)[0] / whole.point(1)[0] - 1.0).abs() < 0.05, "{:?} {:?}", fit.point(1), whole.point(1));
    assert!(fit.fitted_values().iter().all(|v| v.is_finite()));
    let error = Ces::new(CesKind::Full).with_initial(InitialStates::Backcast).estimate(&series).unwrap_err();
    assert!(error.to_string().contains("1949-06"), "{error}");
    assert!(Ces::new(CesKind::Full).estimate(&series).unwrap().log_likelihood().is_finite());
}

#[test]
fn short_series_and_series_without_a_season_are_refused() {
    let start = Period::month(2020, 1).unwrap();
    let five = Series::new("a", start, vec![1.0, 2.0, 4.0, 3.0, 5.0]).unwrap();
    assert_eq!(AutoCes.estimate(&five).unwrap_err().to_string(), "ces needs 6 observations but the series has 5");
    let yearly = five.with_season_length(1);
    assert!(Ces::new(CesKind::Simple).fit(&yearly).is_err());
    let short = Series::new("a", start, (0..24).map(f64::from).collect::<Vec<_>>()).unwrap();
    let error = Ces::new(CesKind::Full).estimate(&short).unwrap_err();
    assert_eq!(error.to_string(), "ces:full needs 38 observations but the series has 24");
}

/// Whatever the numbers, forecasts are finite.
#[test]
fn degenerate_series_give_finite_forecasts() {
    let draws = Draws::new(1, 50);
    let wave = |t: usize| (t % 7) as f64 - 3.0 + (t * t % 11) as f64;
    let mut cases: Vec<(&str, Vec<f64>)> = vec![
        ("constant", vec![7.0; 50]),
        ("zeros", vec![0.0; 50]),
        ("line", (0..50).map(|t| 3.0 * t as f64 - 20.0).collect()),
        ("season", (0..60).map(|t| [4.0, -1.0, 2.0, 0.5][t % 4]).collect()),
        ("negative", (0..50).map(|t| -1e3 - wave(t)).collect()),
        ("huge", (0..50).map(|t| 1e300 * (1.0 + 0.1 * wave(t))).collect()),
        ("tiny", (0..50).map(|t| 1e-300 * (1.0 + 0.1 * wave(t))).collect()),
        ("outlier", (0..50).map(|t| if t == 30 { 1e12 } else { wave(t) }).collect()),
        ("one", (0..50).map(|t| f64::from(u8::from(t == 49))).collect()),
        ("growth", (0..60).map(|t| 1.5_f64.powi(t)).collect()),
        ("alternating", (0..50).map(|t| if t % 2 == 0 { 1.0 } else { -1.0 }).collect()),
    ];
    let mut gaps = vec![f64::NAN; 30];
    (gaps[0], gaps[29]) = (1.0, 2.0);
    cases.push(("gaps", gaps));
    for n in [1, 2, 5, 6, 7, 8, 14, 15, 20] {
        cases.push(("short", (0..n).map(wave).collect()));
    }
    for (name, values) in cases {
        let n = values.len();
        let Ok(series) = Series::with_missing(name, Period::quarter(2000, 1).unwrap(), values) else { continue };
        let mut fits: Vec<Box<dyn Fitted>> = Vec::new();
        fits.extend(AutoCes.fit(&series));
        for kind in CesKind::ALL {
            for initial in [InitialStates::LeastSquares, InitialStates::Backcast] {
                fits.extend(Ces::new(kind).with_initial(initial).fit(&series));
            }
        }
        for fit in fits {
            let forecast = fit.forecast(300, &draws);
            assert!(forecast.paths().iter().all(|v| v.is_finite()), "{name} {n} {fit:?}");
            assert!(fit.fitted_values().iter().all(|v| v.is_finite()), "{name} {n}");
        }
    }
}

#[test]
fn ten_thousand_values_are_fitted() {
    let values: Vec<f64> = (0..10_000).map(|t| 100.0 + f64::from(t % 4) + f64::from(t * t % 31) * 0.1).collect();
    let series = Series::new("long", Period::quarter(1, 1).unwrap(), values).unwrap();
    assert!(AutoCes.estimate(&series).unwrap().log_likelihood().is_finite());
    assert!(Ces::new(CesKind::Full).estimate(&series).unwrap().log_likelihood().is_finite());
}
