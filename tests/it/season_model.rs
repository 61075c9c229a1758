//! The model on seasonally adjusted series.

use std::f64::consts::PI;
use std::sync::Arc;

use onpace::forecast::Draws;
use onpace::models::{Model, Mstl, On, Origins, Past, SeasonalNaive, Shared, damped, naive, theta};
use onpace::series::{Bounds, Frequency, Period, Series};

fn monthly(values: Vec<f64>) -> Series {
    Series::new("a", Period::month(2000, 1).unwrap(), values).unwrap()
}

fn wave(n: usize) -> Vec<f64> {
    let noise = |t: usize| (t * t * 7 % 31) as f64 / 31.0 - 0.5;
    (0..n).map(|t| 100.0 + 0.5 * t as f64 + 20.0 * (2.0 * PI * t as f64 / 12.0).sin() + 4.0 * noise(t)).collect()
}

fn inners() -> [Arc<dyn Model>; 3] {
    [Arc::new(theta(On::Identity)), Arc::new(damped(On::Identity)), Arc::new(naive())]
}

#[test]
fn a_clear_season_is_forecast() {
    for inner in inners() {
        for model in [Mstl::new("mstl", Arc::clone(&inner)), Mstl::new("mstl", inner).in_logs()] {
            let values = wave(108);
            let fitted = model.fit(&monthly(values[..96].to_vec())).unwrap();
            let forecast = fitted.forecast(12, &Draws::new(1, 1000));
            for (step, median) in forecast.median().iter().enumerate() {
                assert!((median - values[96 + step]).abs() < 9.0, "{model:?} {step} {median} {}", values[96 + step]);
            }
            let strength = fitted.parameters().pop().unwrap();
            assert!(strength.name == "seasonal strength" && strength.estimate > 0.9);
            assert_eq!(fitted.fitted_values().len(), 96);
        }
    }
}

#[test]
fn first_steps_do_not_depend_on_the_horizon() {
    for inner in inners() {
        let fitted = Mstl::new("mstl", inner).fit(&monthly(wave(60))).unwrap();
        let draws = Draws::new(3, 500);
        let (short, long) = (fitted.forecast(5, &draws), fitted.forecast(30, &draws));
        let quantiles = long.quantiles(&[0.05, 0.25, 0.5, 0.75, 0.95]);
        assert!(quantiles.columns().into_iter().all(|q| q.windows(2).into_iter().all(|w| w[0] < w[1])));
        assert!(short.paths().columns().into_iter().zip(long.paths().columns()).all(|(a, b)| a == b));
    }
}

#[test]
fn a_season_that_changes_is_less_certain() {
    let season = |change: f64| {
        let values = (0..120).map(|t| {
            let (year, place) = ((t / 12) as f64, t % 12);
            let size = 20.0 + change * year * if place < 6 { 1.0 } else { -1.0 };
            500.0 + size * (place as f64 * 2.6).sin() + (t * t * 7 % 31) as f64 / 31.0
        });
        let fitted = Mstl::new("mstl", Arc::new(naive())).fit(&monthly(values.collect())).unwrap();
        let quantiles = fitted.forecast(36, &Draws::new(1, 1000)).quantiles(&[0.1, 0.9]);
        quantiles[[1, 35]] - quantiles[[0, 35]]
    };
    assert!(season(4.0) > 1.3 * season(0.0), "{} {}", season(4.0), season(0.0));
}

#[test]
fn hours_have_days_and_weeks() {
    let hour = |t: usize| 10.0 * (2.0 * PI * t as f64 / 24.0).sin() + if t / 24 % 7 > 4 { -15.0 } else { 0.0 };
    let values: Vec<f64> = (0..10_168).map(|t| 100.0 + hour(t) + (t * t * 7 % 31) as f64 / 31.0).collect();
    let start = Period::new(Frequency::Hour, 0).unwrap();
    let series = Series::new("load", start, values[..10_000].to_vec()).unwrap();
    let model = Mstl::new("mstl", Arc::new(naive()));
    let fitted = model.fit(&series).unwrap();
    let forecast = fitted.forecast(168, &Draws::new(1, 200)).median();
    assert!(forecast.iter().zip(&values[10_000..]).all(|(f, y)| (f - y).abs() < 4.0));
    assert_eq!(fitted.parameters().len(), 2);
    let two_weeks = model.fit(&series.first(500)).unwrap();
    assert_eq!(two_weeks.parameters().len(), 1);
    let days = model.fit(&series.with_season_lengths(&[8760, 168, 24])).unwrap();
    assert_eq!(days.parameters().len(), 2);
}

#[test]
fn what_does_not_apply_is_refused_in_a_sentence() {
    let model = Mstl::new("mstl", Arc::new(naive()));
    let reason = |model: &Mstl, series: &Series| model.fit(series).unwrap_err().to_string();
    assert_eq!(reason(&model, &monthly(wave(20))), "mstl needs 26 observations but the series has 20");
    let yearly = Series::new("a", Period::year(2000).unwrap(), wave(20)).unwrap();
    assert_eq!(reason(&model, &yearly), "mstl needs a season but the season length is 1");
    let mut values = wave(40);
    values[3] = f64::NAN;
    let missing = Series::with_missing("a", Period::month(2000, 1).unwrap(), values).unwrap();
    assert_eq!(reason(&model, &missing), "mstl needs a value in every period but has none for 2000-04");
    let zero = monthly(vec![0.0; 40]);
    assert_eq!(reason(&model.clone().in_logs(), &zero), "mstl needs values above zero but the series has 0");
    let six = yearly.with_season_length(6);
    assert!(model.fit(&six).is_ok());
    assert_eq!(reason(&model, &six.clone().with_season_lengths(&[])), "mstl needs a season but the season length is 1");
    assert_eq!(reason(&model, &six.first(9)), "mstl needs 14 observations but the series has 9");
}

#[test]
fn degenerate_series_give_finite_paths() {
    let mut outlier = wave(60);
    outlier[30] = 1e12;
    let line = |slope: f64| (0..60).map(|t| 7.0 + slope * f64::from(t)).collect::<Vec<f64>>();
    let season = |scale: f64| wave(60).iter().map(|y| y * scale).collect::<Vec<f64>>();
    let cases = [
        vec![0.0; 40],
        vec![-3.0; 40],
        vec![5.0; 26],
        line(0.5),
        line(-1.0),
        outlier,
        season(1e296),
        season(1e-300),
        season(-1.0),
        season(1e306),
        wave(26),
        wave(27),
        wave(37),
    ];
    for (case, values) in cases.into_iter().enumerate() {
        let series = monthly(values);
        for inner in inners() {
            for model in [Mstl::new("mstl", Arc::clone(&inner)), Mstl::new("mstl", inner).in_logs()] {
                let Ok(fitted) = model.fit(&series) else {
                    assert!(!series.is_positive() || [6, 9].contains(&case), "{case}");
                    continue;
                };
                let forecast = fitted.forecast(30, &Draws::new(1, 100));
                assert!(forecast.paths().iter().all(|y| y.is_finite()), "{case} {model:?}");
                assert!(!series.is_positive() || forecast.paths().iter().all(|y| *y > 0.0), "{case}");
            }
        }
    }
}

#[test]
fn bounds_hold() {
    let values: Vec<f64> = wave(60).iter().map(|y| y / 160.0).collect();
    let bounds = Bounds { lower: Some(0.0), upper: Some(1.0) };
    let share = monthly(values).with_bounds(bounds).unwrap();
    let forecast = Mstl::new("mstl", Arc::new(naive())).fit(&share).unwrap().forecast(40, &Draws::new(1, 200));
    assert!(forecast.paths().iter().all(|y| (0.0..=1.0).contains(y)));
}

#[test]
fn past_losses_favour_the_season_over_none() {
    let series = monthly(wave(72));
    let shared = Shared::new(&series);
    let past = Past::new(&shared, Origins::new(60..66, 6));
    let mean = |model: &dyn Model| model.past_losses(&past).unwrap().iter().sum::<f64>();
    let season = mean(&Mstl::new("mstl", Arc::new(theta(On::Identity))));
    assert!(season < mean(&naive()) && season < 1.2 * mean(&SeasonalNaive));
}
