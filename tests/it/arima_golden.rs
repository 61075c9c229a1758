//! ARIMA against R and statsmodels: `tests/golden/arima.json`.

use onpace::forecast::Draws;
use onpace::models::{Arima, AutoArima, Finding, Model, Orders, differences, kpss_level, seasonal_differences};
use onpace::series::{Covariates, Period, Series};
use serde_json::Value;

use crate::golden;
use crate::near::{CLOSED, Tolerance, near};

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().map(|v| v.as_f64().unwrap()).collect(),
        other => other.as_f64().into_iter().collect(),
    }
}

fn series(name: &str) -> Series {
    let all = golden("series.json");
    let bare = name.strip_prefix("log").unwrap_or(name);
    let mut values = numbers(&all[bare]["y"]);
    if bare != name {
        values.iter_mut().for_each(|v| *v = v.ln());
    }
    let season = all[bare]["m"].as_u64().unwrap() as usize;
    let start = if season == 12 { Period::month(1949, 1) } else { Period::year(1800) };
    Series::new(name, start.unwrap(), values).unwrap().with_season_length(season)
}

fn model(case: &Value) -> Arima {
    let o: Vec<usize> = case["orders"].as_array().unwrap().iter().map(|v| v.as_u64().unwrap() as usize).collect();
    let arima = Arima::new(Orders::seasonal((o[0], o[1], o[2]), (o[3], o[4], o[5])));
    if case["constant"].as_bool().unwrap() { arima.with_constant() } else { arima }
}

fn cases(of: &str) -> Vec<Value> {
    golden("arima.json")[of].as_array().unwrap().clone()
}

fn name(case: &Value) -> &str {
    case["series"].as_str().unwrap()
}

#[test]
fn exact_likelihoods_at_given_coefficients() {
    for case in cases("likelihood") {
        let known = case["log_likelihood"].as_f64().unwrap();
        let own = model(&case).log_likelihood(&series(name(&case)), &numbers(&case["coefficients"])).unwrap();
        // The golden value of the lynx takes R's mean, which is the best one to its rounding.
        near(name(&case), own, known, CLOSED);
    }
}

#[test]
fn optima_are_those_known() {
    for case in cases("optimum") {
        let series = series(name(&case));
        let arima = model(&case);
        let fitted = arima.fit(&series).unwrap();
        let all = fitted.parameters();
        let count: u64 = [0, 2, 3, 5].iter().map(|k| case["orders"][*k].as_u64().unwrap()).sum();
        let coefficients: Vec<f64> = all.iter().take(count as usize).map(|p| p.estimate).collect();
        let own = arima.log_likelihood(&series, &coefficients).unwrap();
        let known = case["log_likelihood"].as_f64().unwrap();
        near(name(&case), own, known, Tolerance::AtLeast(1e-6 * known.abs()));
        for (own, known) in arima.points(&series, 6).unwrap().iter().zip(numbers(&case["points"])) {
            near(name(&case), *own, known, Tolerance::Relative(1e-3));
        }
        for (own, known) in all.iter().zip(numbers(&case["coefficients"])) {
            let case = format!("{}, {}", name(&case), own.name);
            near(case, own.estimate, known, Tolerance::Absolute(2e-3 * known.abs().max(1.0)));
        }
    }
}

#[test]
fn automatic_choices_are_not_worse() {
    for case in cases("automatic") {
        let series = series(name(&case));
        let known = numbers(&case["points"]);
        let fitted = AutoArima.fit(&series).unwrap();
        let remark = fitted.remarks()[0].to_string();
        let aicc: f64 = remark.rsplit(' ').next().unwrap().parse().unwrap();
        let (orders, constant) = AutoArima.orders(&series).unwrap();
        let points = AutoArima.points(&series, known.len()).unwrap();
        // The remark has one decimal, R's likelihood differs in the third.
        assert!(aicc <= case["aicc"].as_f64().unwrap() + 0.06, "{remark} {}", case["aicc"]);
        let same = model(&case).name() == Arima::new(orders).name() && case["constant"] == constant;
        for (own, known) in points.iter().zip(known).filter(|_| same) {
            near(name(&case), *own, known, Tolerance::Relative(2e-3));
        }
    }
}

#[test]
fn tests_and_differences_are_those_of_r() {
    for case in cases("kpss") {
        let own = kpss_level(series(name(&case)).values().as_slice().unwrap(), case["lags"].as_u64().unwrap() as usize);
        let known = case["statistic"].as_f64().unwrap();
        near(name(&case), own, known, CLOSED);
    }
    for (name, known) in golden("arima.json")["differences"].as_object().unwrap() {
        assert_eq!(differences(series(name).values().as_slice().unwrap()) as u64, known.as_u64().unwrap(), "{name}");
    }
    for (name, known) in golden("arima.json")["seasonal_differences"].as_object().unwrap() {
        let own = seasonal_differences(series(name).values().as_slice().unwrap(), 12);
        assert_eq!(own as u64, known.as_u64().unwrap(), "{name}");
    }
}

/// The likelihood of the values that are known, from the joint normal density of what is left after differences of the
/// known values alone: an AR(1) with every second value missing is an AR(1) with the square of its coefficient.
#[test]
fn missing_values_leave_the_likelihood_of_the_others() {
    let all = series("loglynx");
    let values: Vec<f64> = all.values().to_vec();
    let seen: Vec<f64> = values.iter().copied().step_by(2).collect();
    let holes: Vec<f64> = values.iter().enumerate().map(|(t, v)| if t % 2 == 0 { *v } else { f64::NAN }).collect();
    let start = Period::year(1821).unwrap();
    let sparse = Series::with_missing("sparse", start, holes).unwrap();
    let dense = Series::new("dense", start, seen).unwrap();
    let phi: f64 = 0.6;
    let arima = Arima::new(Orders::new(1, 0, 0)).with_constant();
    let own = arima.log_likelihood(&sparse, &[phi]).unwrap();
    let known = arima.log_likelihood(&dense, &[phi * phi]).unwrap();
    near("log-likelihood", own, known, Tolerance::Absolute(1e-9));
    // A random walk seen every second period is a random walk of twice the variance, which the scale takes up but for
    // the units: half a log of two for each difference.
    let walk = Arima::new(Orders::new(0, 1, 0));
    let (own, known) = (walk.log_likelihood(&sparse, &[]).unwrap(), walk.log_likelihood(&dense, &[]).unwrap());
    near("log-likelihood", own, known, Tolerance::Absolute(1e-9));
}

/// A series of 30 values whose level jumps, with the jump as a covariate known for 35 periods.
fn shifted() -> Series {
    let values: Vec<f64> = (0..30).map(|t| if t < 15 { f64::from(t % 3) } else { 50.0 + f64::from(t % 3) }).collect();
    let start = Period::year(1990).unwrap();
    let step = (0..35).map(|t| if t < 15 { 0.0 } else { 1.0 }).collect();
    let covariates = Covariates::new(start, vec![("jump".to_owned(), step)]).unwrap();
    Series::new("shift", start, values).unwrap().with_covariates(covariates).unwrap()
}

/// A level shift as a covariate of a random walk is the jump itself.
#[test]
fn covariates_are_concentrated_out() {
    let series = shifted();
    let fitted = Arima::new(Orders::new(0, 1, 0)).fit(&series).unwrap();
    let shift = &fitted.parameters()[0];
    assert_eq!(shift.name, "covariate 1");
    near("jump", shift.estimate, 48.0, Tolerance::Absolute(1e-9));
    let level = Arima::new(Orders::new(1, 0, 0)).with_constant();
    let points = level.points(&series, 5).unwrap();
    assert!(points.iter().all(|p| (p - 51.0).abs() < 1.0), "{points:?}");
}

/// The rows of the future move the forecast, whether the orders are given or chosen.
#[test]
fn future_covariates_move_the_forecast() {
    let effect = |t: usize| if t.is_multiple_of(5) { 20.0 } else { 0.0 };
    let noise = |t: usize| (t * t * 7 % 31) as f64 / 31.0;
    let values: Vec<f64> = (0..40).map(|t| 10.0 + effect(t) + noise(t)).collect();
    let start = Period::year(1950).unwrap();
    let covariates = Covariates::new(start, vec![("promotion".to_owned(), (0..50).map(effect).collect())]).unwrap();
    let series = Series::new("sales", start, values).unwrap().with_covariates(covariates).unwrap();
    let given = Arima::new(Orders::new(0, 0, 0)).with_constant();
    for points in [given.points(&series, 10).unwrap(), AutoArima.points(&series, 10).unwrap()] {
        for (step, point) in points.iter().enumerate() {
            assert!((point - 10.5 - effect(40 + step)).abs() < 1.0, "{step} {points:?}");
        }
    }
    let remarks = AutoArima.fit(&series).unwrap().remarks();
    let remarks = remarks.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    assert!(remarks.contains("the covariates promotion are used; steps after 1999"), "{remarks}");
}

#[test]
fn covariates_must_reach_beyond_the_series() {
    let series = shifted();
    let held = Arima::new(Orders::new(0, 1, 0)).points(&series, 9).unwrap();
    assert!(held.iter().all(|point| (point - held[0]).abs() < 1e-9), "{held:?}");
    let ended = Covariates::new(series.start(), vec![("jump".to_owned(), vec![0.0; 30])]).unwrap();
    let ended = series.with_covariates(ended).unwrap();
    let error = AutoArima.fit(&ended).unwrap_err().to_string();
    assert_eq!(error, "arima needs covariates for the periods after 2019 but there are none");
    assert!(AutoArima.fit(&ended.first(29)).is_ok());
}

#[test]
fn intervals_are_near_those_of_r() {
    let draws = Draws::new(1, 4000);
    for case in cases("automatic").iter().filter(|c| ["logAirPassengers", "USAccDeaths"].contains(&name(c))) {
        let forecast = model(case).fit(&series(name(case))).unwrap().forecast(12, &draws);
        let quantiles = forecast.quantiles(&[0.1, 0.9]);
        let (low, high) = (numbers(&case["lo80"]), numbers(&case["hi80"]));
        for h in 0..12 {
            let ratio = (quantiles[[1, h]] - quantiles[[0, h]]) / (high[h] - low[h]);
            near(format_args!("{}, step {h}", name(case)), ratio, 1.0, Tolerance::Absolute(0.04));
        }
    }
}

#[test]
fn first_steps_do_not_depend_on_how_many_follow() {
    let fitted = AutoArima.fit(&series("USAccDeaths")).unwrap();
    let draws = Draws::new(3, 500);
    let (short, long) = (fitted.forecast(3, &draws), fitted.forecast(30, &draws));
    for step in 0..3 {
        assert_eq!(short.median()[step], long.median()[step]);
    }
}

#[test]
fn degenerate_series_are_borne() {
    let wave = |n: usize| -> Vec<f64> { (0..n).map(|t| (t as f64 * 0.7).sin() + (t * t % 11) as f64).collect() };
    let mut outlier = vec![1.0; 40];
    outlier[20] = 1e6;
    let mut gaps = wave(60);
    for (t, v) in gaps.iter_mut().enumerate() {
        if t > 0 && t < 59 && t % 4 != 0 {
            *v = f64::NAN;
        }
    }
    let mut two = vec![f64::NAN; 50];
    (two[0], two[10], two[30], two[49]) = (1.0, 3.0, 2.0, 5.0);
    let mut many = wave(2000);
    for (t, v) in many.iter_mut().enumerate() {
        if t % 3 == 1 {
            *v = f64::NAN;
        }
    }
    let cases: Vec<(&str, Vec<f64>)> = vec![
        ("constant", vec![7.0; 40]),
        ("zeros", vec![0.0; 40]),
        ("line", (0..40).map(|t| 3.0 * f64::from(t) - 50.0).collect()),
        ("parabola", (0..40).map(|t| f64::from(t * t)).collect()),
        ("season", (0..60).map(|t| f64::from(t % 12)).collect()),
        ("season and line", (0..60).map(|t| f64::from(t % 12) + f64::from(t)).collect()),
        ("huge", wave(50).iter().map(|v| v * 1e300).collect()),
        ("tiny", wave(50).iter().map(|v| v * 1e-300).collect()),
        ("negative", wave(50).iter().map(|v| -v - 1.0).collect()),
        ("alternating", (0..50).map(|t| if t % 2 == 0 { 1.0 } else { -1.0 }).collect()),
        ("outlier", outlier),
        ("gaps", gaps),
        ("four of fifty", two),
        ("many gaps", many),
        ("explosive", (0..60).map(|t| 1.5_f64.powi(t)).collect()),
        ("one", vec![1.0]),
        ("three", vec![1.0, 2.0, 4.0]),
        ("four", vec![1.0, 2.0, 4.0, 3.0]),
        ("seven", vec![1.0, 2.0, 4.0, 3.0, 5.0, 9.0, 2.0]),
        ("thirteen", wave(13)),
        ("twenty six", wave(26)),
        ("long", wave(10_000)),
    ];
    for (name, values) in cases {
        let series = Series::with_missing(name, Period::month(1900, 1).unwrap(), values).unwrap();
        let n = series.len();
        for model in [
            Box::new(AutoArima) as Box<dyn Model>,
            Box::new(Arima::new(Orders::seasonal((0, 1, 1), (0, 1, 1)))),
            Box::new(Arima::new(Orders::seasonal((1, 0, 1), (1, 0, 0))).with_constant()),
        ] {
            match model.fit(&series) {
                Ok(fitted) => {
                    let median = fitted.forecast(13, &Draws::new(1, 100)).median();
                    assert!(median.iter().all(|v| v.is_finite()), "{name}");
                    assert!(fitted.fitted_values().iter().all(|v| !v.is_infinite()), "{name}");
                    assert!(fitted.fitted_values()[n - 1].is_finite(), "{name}");
                    assert_eq!(fitted.fitted_values().len(), n, "{name}");
                    assert!(fitted.parameters().iter().all(|p| p.estimate.is_finite()), "{name}");
                }
                Err(error) => assert!(error.to_string().contains("needs"), "{error}"),
            }
        }
    }
}

/// The test alone would take two differences (0.4876 after the first), whose forecasts of the past are worse.
#[test]
fn a_second_difference_needs_more_than_the_test() {
    let values = vec![
        420.06, 423.66, 476.43, 576.81, 743.19, 881.73, 1345.29, 1371.0, 1551.63, 3146.37, 3111.66, 3572.88, 7150.65,
        8288.37,
    ];
    assert_eq!(differences(&values), 2);
    let series = Series::new("a", Period::year(1975).unwrap(), values).unwrap();
    assert_eq!(AutoArima.orders(&series).unwrap(), (Orders::new(0, 1, 0), true));
}

#[test]
fn a_long_series_is_judged_by_its_end() {
    let mut state = 1_u64;
    let mut level = 0.0;
    let values: Vec<f64> = (0..10_000)
        .map(|t| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let error = (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5;
            level = 0.7 * level + error;
            level + [3.0, 1.0, 0.0, -2.0, 4.0, 1.0, 0.0, 0.5, -1.0, 2.0, 0.0, -3.0][t % 12]
        })
        .collect();
    let series = Series::new("long", Period::year(1000).unwrap(), values).unwrap().with_season_length(12);
    let fitted = AutoArima.fit(&series).unwrap();
    assert_eq!(fitted.fitted_values().len(), 10_000);
    let cut = Finding::LastValues { used: 2000, of: 10_000 };
    assert!(fitted.remarks().iter().any(|remark| remark.finding == cut));
    let short = AutoArima.fit(&series.last(2_000)).unwrap();
    let draws = Draws::new(1, 50);
    assert_eq!(fitted.forecast(3, &draws).median(), short.forecast(3, &draws).median());
}

/// A hole in a series that alternates between 10 and -10: what is fitted there is what belongs there.
#[test]
fn a_missing_value_is_fitted_as_the_series_goes() {
    let mut values: Vec<f64> =
        (0..60).map(|t| if t % 2 == 0 { 10.0 } else { -10.0 } + 0.1 * f64::from(t * t % 7)).collect();
    values[30] = f64::NAN;
    let series = Series::with_missing("a", Period::year(1950).unwrap(), values).unwrap();
    let fitted = Arima::new(Orders::new(1, 0, 0)).fit(&series).unwrap().fitted_values();
    assert!((fitted[30] - 10.0).abs() < 1.0, "{}", fitted[30]);
}

/// Seventy values missing shortly before the end: what comes after the gap is all that is used.
#[test]
fn a_wide_gap_leaves_the_stretch_after_it() {
    for until in [280, 292] {
        let value = |t: usize| if (until - 70..until).contains(&t) { f64::NAN } else { 50.0 + (t * t % 13) as f64 };
        let start = Period::month(1990, 1).unwrap();
        let series = Series::with_missing("a", start, (0..300).map(value).collect()).unwrap();
        for model in
            [&AutoArima as &dyn Model, &Arima::new("011-011".parse().unwrap()), &Arima::new(Orders::new(0, 2, 1))]
        {
            match model.fit(&series) {
                Ok(fitted) => {
                    assert_eq!(fitted.fitted_values().len(), 300);
                    assert!(fitted.forecast(3, &Draws::new(1, 100)).paths().iter().all(|v| v.is_finite()));
                }
                Err(error) => assert!(error.to_string().contains("needs"), "{error}"),
            }
        }
    }
}
