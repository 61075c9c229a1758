//! The Theta methods against statsforecast and on degenerate series.

use onpace::forecast::Draws;
use onpace::models::{Fitted, Model, ThetaMethod};
use onpace::series::{Period, Series};

use crate::near::{Tolerance, all_near, near};
use crate::{golden, numbers};

fn monthly(values: Vec<f64>, season: usize) -> Series {
    Series::new("a", Period::month(1900, 1).unwrap(), values).unwrap().with_season_length(season)
}

/// One path alone has no errors: it is the recursion itself. Left out are the three cases without a common optimum: the
/// optimised models of N0001, whose θ would go beyond 100, and N0500's DOTM, where statsforecast stops short of it.
#[test]
fn forecasts_are_those_of_statsforecast() {
    let series = golden("series.json");
    for case in golden("theta.json")["statsforecast"].as_array().unwrap() {
        let entry = &series[case["series"].as_str().unwrap()];
        let logarithm = case["logarithm"].as_bool().unwrap();
        let values = numbers(&entry["y"]).into_iter().map(|y| if logarithm { y.ln() } else { y }).collect();
        let series = monthly(values, entry["m"].as_u64().unwrap() as usize);
        let (model, name) = (case["model"].as_str().unwrap(), case["series"].as_str().unwrap());
        let method = match model {
            "STM" => ThetaMethod::Standard,
            "OTM" => ThetaMethod::Optimised,
            "DSTM" => ThetaMethod::Dynamic,
            _ => ThetaMethod::DynamicOptimised,
        };
        let mean = numbers(&case["mean"]);
        let fit = method.fit(&series).unwrap();
        let forecast = fit.forecast(mean.len(), &Draws::new(1, 1)).median();
        let none = matches!((model, name), ("OTM" | "DOTM", "N0001") | ("DOTM", "N0500"));
        let most = if none { 5e-3 } else { 1e-3 };
        all_near(format_args!("{model} {name}, mean"), &forecast, &mean, Tolerance::Relative(most));
        let (alpha, expected) = (fit.parameters()[0].estimate, case["alpha"].as_f64().unwrap());
        near(format_args!("{model} {name}, alpha"), alpha, expected, Tolerance::Absolute(3e-3));
    }
}

#[track_caller]
fn assert_is_finite(name: &str, fit: &dyn Fitted, n: usize, draws: &Draws) {
    let fitted = fit.fitted_values();
    assert!(
        fitted.len() == n && fitted.iter().all(|y| y.is_finite()),
        "{name}: expected {n} finite fitted values, got {fitted}"
    );
    assert!(fit.parameters().iter().all(|p| p.estimate.is_finite()), "{name}: {:?}", fit.parameters());
    let forecast = fit.forecast(30, draws);
    let quantiles = forecast.quantiles(&[0.01, 0.5, 0.99]);
    assert!(quantiles.iter().all(|y| y.is_finite()), "{name}: expected finite quantiles, got {quantiles}");
}

type Shape = Box<dyn Fn(usize) -> f64>;

#[test]
fn degenerate_series_give_finite_numbers() {
    let wave = |t: usize| [3.0, 5.0, 4.0, 9.0, 1.0][t * t % 5] + [1.0, 7.0, 2.0, 4.0][t % 4];
    let shapes: [(&str, Shape); 14] = [
        ("zeros", Box::new(|_| 0.0)),
        ("constant", Box::new(|_| 3.3)),
        ("line", Box::new(|t| 5.0 + 0.1 * t as f64)),
        ("falling line", Box::new(|t| 1e6 - 3.0 * t as f64)),
        ("negative", Box::new(move |t| -wave(t))),
        ("huge", Box::new(move |t| 1e307 * wave(t))),
        ("huge signs", Box::new(|t| if t % 2 == 0 { 1.7e308 } else { -1.7e308 })),
        ("tiny", Box::new(move |t| 1e-300 * wave(t))),
        ("subnormal", Box::new(move |t| 1e-320 * wave(t))),
        ("outlier", Box::new(move |t| if t == 5 { 1e12 } else { wave(t) })),
        ("late outlier", Box::new(|t| if t == 6 { 1e300 } else { 1.0 })),
        ("exponential", Box::new(|t| (0.5 * t.min(1400) as f64).exp())),
        ("counts", Box::new(|t| f64::from(u8::from(t % 7 == 0)))),
        ("far", Box::new(move |t| 1e15 + wave(t))),
    ];
    let draws = Draws::new(1, 50);
    for (name, shape) in &shapes {
        for n in [1, 2, 5, 6, 7, 8, 9, 13, 40, 10_000] {
            for season in [1, 2, 4, 5] {
                let series = monthly((0..n).map(shape).collect(), season);
                for method in ThetaMethod::ALL {
                    match method.fit(&series) {
                        Ok(fit) => {
                            assert_is_finite(&format!("{name} {n} {season} {}", method.name()), &*fit, n, &draws)
                        }
                        Err(error) => assert!(n < 8, "{error}"),
                    }
                }
            }
        }
    }
}

#[test]
fn a_line_goes_on_by_half_of_its_slope_or_all_of_it() {
    let series = monthly((0..30).map(|t| 10.0 + 2.0 * f64::from(t)).collect(), 1);
    let step = |method: ThetaMethod| {
        let forecast = method.fit(&series).unwrap().forecast(2, &Draws::new(1, 1)).median();
        forecast[1] - forecast[0]
    };
    near("half of the slope", step(ThetaMethod::Standard), 1.0, Tolerance::Absolute(1e-6));
    near("θ ends at 100", step(ThetaMethod::Optimised), 1.98, Tolerance::Absolute(1e-6));
}

#[test]
fn first_steps_do_not_depend_on_how_many_follow() {
    let values = (0..60).map(|t| 50.0 + f64::from(t) + 9.0 * f64::from(t * t % 7) + f64::from(t % 12 * 3)).collect();
    let series = monthly(values, 12);
    for method in ThetaMethod::ALL {
        let fit = method.fit(&series).unwrap();
        let (short, long) = (fit.forecast(3, &Draws::new(4, 200)), fit.forecast(9, &Draws::new(4, 200)));
        assert_eq!(short.median().to_vec(), long.median().to_vec()[..3]);
    }
}

#[test]
fn missing_periods_and_short_series_are_refused() {
    let start = Period::month(2000, 1).unwrap();
    let values = (0..20).map(|t| if t == 4 { f64::NAN } else { f64::from(t) }).collect();
    let error = ThetaMethod::Standard.fit(&Series::with_missing("a", start, values).unwrap()).unwrap_err();
    assert_eq!(error.to_string(), "theta:standard needs a value in every period but has none for 2000-05");
    let error = ThetaMethod::DynamicOptimised.fit(&monthly(vec![1.0, 2.0, 3.0, 4.0, 5.0], 1)).unwrap_err();
    assert_eq!(error.to_string(), "theta:dynamic-optimised needs 7 observations but the series has 5");
}
