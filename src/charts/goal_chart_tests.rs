//! The charts of sources, reliability and replays: hard input, no text off the sheet or over another,
//! the same bytes twice.

use resvg::usvg::{Group, Node, Rect};

use super::*;

const LONG: &str = "An institute with a name far too long for any label <of> this & other charts, and then some more";

fn years(from: i32, to: i32) -> Vec<Tick> {
    (from..=to).map(|year| Tick { at: f64::from(year), label: year.to_string() }).collect()
}

fn sheet() -> Sheet {
    let text = |what: &str| format!("{what} that goes on for long. ").repeat(12);
    Sheet { title: text("A title"), subtitle: text("A subtitle"), source: text("A source") }
}

fn texts(group: &Group, found: &mut Vec<Rect>) {
    for node in group.children() {
        match node {
            Node::Group(group) => texts(group, found),
            Node::Text(_) => found.push(node.abs_bounding_box()),
            _ => {}
        }
    }
}

/// The document is well-formed, has no number that is none and no text off the sheet.
fn check(svg: &str) -> Vec<Rect> {
    let tree = png::embedded_only(svg).expect("well-formed SVG");
    let drawing = svg.split("</style>").nth(1).expect("a drawing");
    assert!(!drawing.contains("NaN") && !drawing.contains("inf"));
    assert!(!drawing.contains("100000"));
    let mut found = Vec::new();
    texts(tree.root(), &mut found);
    for text in &found {
        assert!(text.left() >= 0.0 && text.right() <= 960.0, "{text:?}");
        assert!(text.top() >= 0.0 && text.bottom() <= 600.0, "{text:?}");
    }
    found
}

/// No text lies on another one.
fn check_apart(svg: &str) {
    let found = check(svg);
    for (number, a) in found.iter().enumerate() {
        for b in &found[number + 1..] {
            let wide = a.right().min(b.right()) - a.left().max(b.left());
            let high = a.bottom().min(b.bottom()) - a.top().max(b.top());
            // The boxes hold the room over capitals too, which is empty.
            assert!(wide <= 0.5 || high <= 2.5, "{a:?} {b:?}");
        }
    }
}

fn figure(x: f64, y: f64) -> SourcePoint {
    SourcePoint { x, y, low: None, high: None, filled: true }
}

fn source(name: &str, points: Vec<SourcePoint>) -> SourceLine {
    SourceLine { name: name.to_string(), points }
}

/// So many sources with so many periods; `value` gives what a source says of a period.
fn sources(count: usize, periods: usize, value: impl Fn(usize, usize) -> f64) -> SourcesChart {
    let line = |number: usize| {
        let point = |period: usize| SourcePoint {
            low: number.is_multiple_of(3).then(|| value(number, period) * 0.9),
            high: number.is_multiple_of(2).then(|| value(number, period) * 1.2),
            filled: period < 2,
            ..figure(2025.0 + period as f64, value(number, period))
        };
        source(&format!("{number} {LONG}"), (0..periods).map(point).collect())
    };
    let pooled = |period: usize| {
        let y = value(0, period);
        PooledPoint { x: 2025.0 + period as f64, y, low: 0.8 * y, high: 1.3 * y }
    };
    SourcesChart {
        sheet: sheet(),
        ticks: years(2025, 2025 + periods as i32),
        sources: (0..count).map(line).collect(),
        pooled: (0..periods).map(pooled).collect(),
        ..SourcesChart::default()
    }
}

#[test]
fn sources_of_any_number_and_size_are_drawn() {
    let values: [fn(usize, usize) -> f64; 5] = [
        |_, _| 50.0,
        |source, period| 1e6 * (1.0 + (source * 7 % 5) as f64 + period as f64),
        |source, period| if (source + period) % 2 == 0 { f64::NAN } else { -4.0 },
        |source, _| if source % 2 == 0 { 1e300 } else { -1e300 },
        |source, period| 1e-300 * (source + period) as f64,
    ];
    for (count, periods) in [(0, 0), (1, 1), (2, 1), (12, 1), (1, 40), (12, 40), (12, 3), (40, 5), (3, 300)] {
        for value in values {
            let mut chart = sources(count, periods, value);
            check_apart(&chart.svg().expect("a chart"));
            chart.pooled.clear();
            chart.theme = Theme::Dark;
            for x in [2026.0, 2090.0, f64::NAN] {
                let (label, due) = (LONG.to_string(), "due some day".to_string());
                chart.goal = Some(GoalLine { value: 55.0, x, label, due });
                check(&chart.svg().expect("a chart"));
            }
        }
    }
}

#[test]
fn sources_with_ranges_that_are_none_are_drawn() {
    let ends = [None, Some(f64::NAN), Some(f64::INFINITY), Some(0.0), Some(5.0), Some(9.0)];
    for low in ends {
        for high in ends {
            let point = SourcePoint { low, high, ..figure(2025.0, 5.0) };
            let pooled = PooledPoint { x: 2025.0, y: 5.0, low: f64::NAN, high: f64::INFINITY };
            let chart = SourcesChart {
                sources: vec![source("", vec![point, figure(2026.0, 0.0), point])],
                pooled: vec![pooled, PooledPoint { x: 2026.0, ..pooled }],
                ..SourcesChart::default()
            };
            check(&chart.svg().expect("a chart"));
        }
    }
}

#[test]
fn few_figures_have_their_values_and_bounds_say_so() {
    let more = SourcePoint { low: Some(60.0), ..figure(2026.0, 60.0) };
    let most = SourcePoint { high: Some(20.0), filled: false, ..figure(2025.0, 20.0) };
    let mut chart = SourcesChart {
        ticks: years(2025, 2026),
        sources: vec![source("Nikkei", vec![more, most]), source("SEMI", vec![figure(2025.0, 45.0)])],
        ..SourcesChart::default()
    };
    let svg = chart.svg().expect("a chart");
    check_apart(&svg);
    for text in [">Nikkei<", ">SEMI<", ">&gt;\u{202f}60<", ">&lt;\u{202f}20<", ">45<"] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(!svg.contains("pooled"));
    chart.sources[1].points = (0..40).map(|i| figure(2020.0 + f64::from(i) / 8.0, 45.0)).collect();
    chart.pooled = vec![PooledPoint { x: 2025.0, y: 50.0, low: 40.0, high: 70.0 }];
    let svg = chart.svg().expect("a chart");
    assert!(svg.contains(">SEMI 45<") && svg.contains(">pooled 50<"));
}

#[test]
fn equal_figures_of_several_sources_stand_side_by_side() {
    let line = |name: &str| source(name, vec![figure(2025.0, 50.0), figure(2026.0, 50.0)]);
    let chart = SourcesChart { sources: vec![line("a"), line("b"), line("c")], ..SourcesChart::default() };
    let svg = chart.svg().expect("a chart");
    let places: std::collections::BTreeSet<&str> =
        svg.split("<circle cx=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(places.len(), 6);
}

fn bin(forecast: f64, observed: f64, count: usize) -> ReliabilityBin {
    ReliabilityBin { forecast, observed, low: observed - 0.05, high: observed + 0.05, count }
}

#[test]
fn reliability_of_any_bins_is_drawn() {
    let hard = vec![
        bin(f64::NAN, 0.1, 5),
        bin(0.1, f64::INFINITY, 5),
        bin(0.2, 0.1, 0),
        bin(-3.0, 7.0, usize::MAX),
        ReliabilityBin { low: f64::NAN, high: f64::NAN, ..bin(0.3, 0.2, 9) },
        ReliabilityBin { low: 0.9, high: 0.0, ..bin(0.3, 0.2, 1) },
    ];
    let many: Vec<ReliabilityBin> = (0..100).map(|i| bin(f64::from(i) / 100.0, f64::from(i) / 120.0, 7)).collect();
    for bins in [vec![], vec![bin(0.0, 0.0, 1)], vec![bin(1.0, 1.0, 1)], hard, many] {
        for count in [0, 1, 2, 4, 9] {
            let curve = |number: usize| ReliabilityCurve { name: format!("{number} {LONG}"), bins: bins.clone() };
            let chart = ReliabilityChart {
                sheet: sheet(),
                theme: if count % 2 == 0 { Theme::Dark } else { Theme::Light },
                curves: (0..count).map(curve).collect(),
            };
            check_apart(&chart.svg().expect("a chart"));
        }
    }
}

#[test]
fn reliability_axes_end_above_the_odds() {
    let mut chart = ReliabilityChart {
        curves: vec![ReliabilityCurve {
            name: "combined".to_string(),
            bins: vec![bin(0.02, 0.03, 41), bin(0.1, 0.08, 7)],
        }],
        ..ReliabilityChart::default()
    };
    let svg = chart.svg().expect("a chart");
    check_apart(&svg);
    for text in [">odds<", ">came true<", ">as often as forecast<", ">combined<", ">25\u{202f}%<", ">41<", ">7<"] {
        assert!(svg.contains(text), "{text}");
    }
    assert!(!svg.contains(">50\u{202f}%<"));
    chart.curves[0].bins.push(bin(0.6, 0.9, 3));
    assert!(chart.svg().expect("a chart").contains(">100\u{202f}%<"));
}

fn note(x: f64, text: &str) -> ReplayNote {
    ReplayNote { x, text: text.to_string() }
}

#[test]
fn replays_of_any_odds_and_notes_are_drawn() {
    let point = |x: f64, y: f64| Point { x, y };
    let curves: Vec<Vec<Point>> = vec![
        vec![],
        vec![point(2026.0, 0.02)],
        vec![point(2026.0, f64::NAN), point(2026.0, 7.0), point(2025.0, -1.0)],
        (0..500).map(|i| point(2020.0 + f64::from(i) / 80.0, f64::from(i * 37 % 101) / 100.0)).collect(),
    ];
    let notes: Vec<Vec<ReplayNote>> = vec![
        vec![],
        vec![note(f64::NAN, "never"), note(2026.0, ""), note(f64::MAX, "late")],
        (0..9).map(|i| note(2026.0 + 0.001 * f64::from(i), LONG)).collect(),
        vec![note(1990.0, "long before"), note(2030.0, "long after")],
    ];
    for points in &curves {
        for notes in &notes {
            for count in [0, 1, 7] {
                let curve = |number: usize| ReplayCurve { name: format!("{number} {LONG}"), points: points.clone() };
                let chart = ReplayChart {
                    sheet: sheet(),
                    ticks: years(2020, 2030),
                    curves: (0..count).map(curve).collect(),
                    notes: notes.clone(),
                    ..ReplayChart::default()
                };
                check_apart(&chart.svg().expect("a chart"));
            }
        }
    }
}

fn replay() -> ReplayChart {
    let odds = [0.03, 0.05, 0.02, 0.09, 0.11, 0.07, 0.14];
    let points = (0..7).map(|i| Point { x: 2.0 * i as f64, y: odds[i] });
    ReplayChart {
        ticks: years(0, 14),
        curves: vec![ReplayCurve { name: "combined".to_string(), points: points.collect() }],
        notes: (1..=7).map(|i| note(2.0 * f64::from(i), &format!("report {i}"))).collect(),
        ..ReplayChart::default()
    }
}

#[test]
fn replays_are_labelled_with_their_last_odds() {
    let svg = replay().svg().expect("a chart");
    check_apart(&svg);
    assert!(svg.contains(">combined 14\u{202f}%<"));
    assert_eq!(svg.matches(">report ").count(), 6);
    // Nothing moved at the last note.
    assert!(!svg.contains(">report 7<"));
}

#[test]
fn the_same_charts_give_the_same_bytes() {
    let sources = sources(7, 4, |source, period| 3.0 + (source * period % 5) as f64);
    let curves = vec![ReliabilityCurve { name: "combined".to_string(), bins: vec![bin(0.1, 0.2, 8); 3] }];
    let reliability = ReliabilityChart { curves, ..ReliabilityChart::default() };
    assert_eq!(sources.svg(), sources.clone().svg());
    assert_eq!(reliability.svg(), reliability.clone().svg());
    assert_eq!(replay().svg(), replay().svg());
}
