//! The charts as a whole: hard input, the document around them, the same bytes twice.

use super::*;

fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

fn years(from: i32, to: i32) -> Vec<Tick> {
    let tick = |year: i32| Tick { at: f64::from(year), label: year.to_string() };
    (from..=to).map(tick).collect()
}

fn fan(last: f64, steps: usize) -> Fan {
    let x: Vec<f64> = (1..=steps).map(|i| 2025.0 + i as f64).collect();
    let scaled = |by: f64| -> Vec<f64> { (1..=steps).map(|i| last * (1.0 + by * i as f64)).collect() };
    let band = |level: f64, by: f64| Band { level, low: scaled(-by), high: scaled(2.0 * by) };
    Fan { x, median: scaled(0.1), bands: vec![band(0.95, 0.4), band(0.5, 0.1), band(0.8, 0.2)] }
}

fn chart(values: &[f64]) -> FanChart {
    let last = values.last().copied().unwrap_or(1.0);
    let first = 2026.0 - values.len() as f64;
    FanChart {
        sheet: Sheet {
            title: "Output <triples> & more \"soon\"".to_string(),
            subtitle: "Units\u{7} a year,\nat 95 % of capacity".to_string(),
            source: "Data: none".to_string(),
        },
        ticks: years(2020, 2030),
        history: (values.iter().enumerate()).map(|(i, y)| point(first + i as f64, *y)).collect(),
        forecast: fan(last, 3),
        goal: Some(GoalLine {
            value: last * 1.5,
            x: 2027.0,
            label: "goal: half as much again".to_string(),
            due: "due end of 2027".to_string(),
        }),
        ..FanChart::default()
    }
}

/// The document is well-formed and has no number that is none.
fn check(svg: &str) {
    let tree = png::embedded_only(svg).expect("well-formed SVG");
    assert_eq!((tree.size().width(), tree.size().height()), (960.0, 600.0));
    let drawing = svg.split("</style>").nth(1).expect("a drawing");
    assert!(!drawing.contains("NaN") && !drawing.contains("inf"));
    // The largest coordinates are those of the page, enlarged.
    assert!(!drawing.contains("100000"));
}

#[test]
fn a_fan_of_any_history_is_drawn() {
    let long: Vec<f64> = (0..300).map(|i| f64::from(i % 17) + 3.0).collect();
    let cases: Vec<Vec<f64>> = vec![
        vec![],
        vec![5.0],
        vec![0.0, 0.0, 0.0],
        vec![7.0, 7.0, 7.0],
        vec![-3.0, -8.0, -2.0],
        vec![1.0, f64::NAN, f64::INFINITY, 2.0],
        vec![f64::NAN],
        vec![1e300, 2e299, 1e300],
        vec![-1e300, 1e300],
        vec![1e-300, 2e-300],
        vec![5e-324, 1e-323],
        vec![1e300, 1e-300],
        vec![1e9, 1e9 + 1e-6],
        vec![f64::MAX, f64::MIN],
        long,
    ];
    for values in cases {
        for bounds in [(None, None), (Some(0.0), Some(100.0)), (Some(f64::NAN), None)] {
            let mut chart = chart(&values);
            chart.bounds = bounds;
            check(&chart.svg().expect("a chart"));
            chart.goal = None;
            chart.theme = Theme::Dark;
            check(&chart.svg().expect("a chart"));
            chart.forecast = Fan::default();
            check(&chart.svg().expect("a chart"));
        }
    }
}

#[test]
fn a_fan_without_a_step_or_beyond_the_calendar_is_refused() {
    use crate::models::{Model, drift};
    use crate::series::{Period, Series};

    let series = Series::new("a", Period::year(9990).expect("a year"), vec![1.0, 2.0, 3.0, 5.0]).expect("a series");
    let fit = drift().fit(&series).expect("a fit");
    let fan = |horizon: usize| {
        let forecast = fit.forecast(horizon, &crate::forecast::Draws::new(1, 50));
        let steps = Some(horizon);
        let material = Material { series: Some(&series), forecast: Some(&forecast), steps, ..Material::default() };
        kind("fan").expect("a kind").draw(&material)
    };
    assert_eq!(fan(0), Err(NoChart::Lacks(Needs::Forecast)));
    assert!(fan(6).is_ok());
    assert!(matches!(fan(7), Err(NoChart::Calendar(_))));
}

#[test]
fn a_fan_with_broken_vectors_is_drawn() {
    let mut chart = chart(&[3.0, 4.0]);
    chart.forecast.median[1] = f64::NAN;
    chart.forecast.bands[0].high[2] = f64::INFINITY;
    chart.forecast.bands[1].low.truncate(1);
    check(&chart.svg().expect("a chart"));
    chart.forecast.x = vec![2020.0, 2019.0, 2020.0];
    chart.history = vec![point(2020.0, 1.0); 3];
    check(&chart.svg().expect("a chart"));
    chart.goal = Some(GoalLine { value: f64::NAN, x: f64::INFINITY, label: "x".repeat(500), due: String::new() });
    check(&chart.svg().expect("a chart"));
}

#[test]
fn a_band_much_wider_than_all_else_is_cut_and_says_so() {
    let mut chart = chart(&[800_000.0, 1_650_000.0]);
    assert!(!chart.svg().expect("a chart").contains(": to "));
    chart.forecast.bands[0].high = vec![9e6, 9e7, 1.234e9];
    let svg = chart.svg().expect("a chart");
    assert!(svg.contains("95\u{202f}%: to 1,234<"));
    assert!(svg.contains(">million<"));
}

#[test]
fn growth_curves_of_any_size_are_drawn() {
    let x: Vec<f64> = (0..40).map(|i| 2010.0 + f64::from(i) * 0.5).collect();
    let curve = |f: fn(f64) -> f64| Curve {
        name: "a curve".to_string(),
        y: x.iter().map(|x| f(x - 2010.0)).collect(),
        x: x.clone(),
        note: "a note".to_string(),
    };
    let curves = vec![
        curve(|t| 600.0 * (0.13 * t).exp()),
        curve(|t| (40.0 * t).exp()),
        curve(|t| -50.0 * t),
        curve(|_| f64::NAN),
        curve(|_| 1e6),
        curve(|_| 1e-300),
        Curve::default(),
    ];
    for size in [0, 1, 16, 300] {
        for origin in [2025.0, f64::NAN, -1e300] {
            let history = (0..size).map(|i| point(2010.0 + f64::from(i), 652.0 * 1.01f64.powi(i)));
            let chart = GrowthChart {
                ticks: years(2010, 2030),
                history: history.collect(),
                curves: curves.clone(),
                origin,
                ..GrowthChart::default()
            };
            check(&chart.svg().expect("a chart"));
        }
    }
}

#[test]
fn odds_are_labelled_with_their_value_at_the_deadline() {
    let mut chart = OddsChart {
        ticks: years(2025, 2028),
        curves: vec![
            OddsCurve { name: "combined".to_string(), points: vec![point(2026.0, 0.02), point(2028.0, 0.14)] },
            OddsCurve {
                name: "outside".to_string(),
                points: vec![point(2026.0, f64::NAN), point(2026.0, 7.0), point(2027.0, -1.0)],
            },
            OddsCurve::default(),
        ],
        deadline: Some(Deadline { x: 2027.0, label: "due end of 2026".to_string() }),
        ..OddsChart::default()
    };
    let svg = chart.svg().expect("a chart");
    check(&svg);
    assert!(svg.contains(">combined 8\u{202f}%<"));
    assert!(svg.contains(">100\u{202f}%<"));
    chart.curves.clear();
    check(&chart.svg().expect("a chart"));
    chart.deadline = None;
    check(&chart.svg().expect("a chart"));
}

#[test]
fn the_document_speaks_and_brings_its_fonts() {
    let svg = chart(&[3.0, 4.0]).svg().expect("a chart");
    assert!(svg.starts_with("<svg ") && svg.contains("role=\"img\""));
    assert!(svg.contains("<title>Output &lt;triples&gt; &amp; more \"soon\"</title>"));
    assert!(svg.contains("font-weight=\"600\"") && !svg.contains("bold"));
    assert_eq!(svg.matches("data:font/ttf;base64,").count(), 2);
    assert!(svg.contains("at 95\u{202f}% of capacity"));
}

#[test]
fn the_same_chart_gives_the_same_bytes() {
    let chart = chart(&[3.0, 4.5, 9.0]);
    let svg = chart.svg().expect("a chart");
    assert_eq!(svg, chart.svg().expect("a chart"));
    let picture = png(&svg, 0.5).expect("a picture");
    assert_eq!(picture, png(&svg, 0.5).expect("a picture"));
    assert!(picture.missing.is_empty());
}
