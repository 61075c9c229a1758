//! The growth chart: curves laid over the data and extended beyond them.

use crate::charts::ChartError;
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::{Canvas, Pixel};
use crate::charts::clip::{clip, split_at};
use crate::charts::data::{Point, Tick, drawable, drawable_points, extent};
use crate::charts::ends::{self, EndLabel};
use crate::charts::font::Weight;
use crate::charts::frame::Frame;
use crate::charts::labels::{LABEL_SIZE, LINE_HEIGHT, Rect, Words};
use crate::charts::obstacles::Obstacles;
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::Theme;
use crate::charts::time_axis::{period_ahead, points, ticks_of};
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart};
use crate::export::{format_number, range};
use crate::models::Finding;
use crate::registry::{Family, Registry};
use crate::series::{Frequency, Series};

/// Curves are followed up to so many times the range of the data.
const MOST: f64 = 3.0;
/// Words at a curve's end are cut beyond this, px.
const WIDEST: f64 = 200.0;
/// A curve that ends this near the plot's right end is labelled beyond it, px.
const NEAR_END: f64 = 60.0;
/// More points than this are drawn small.
const MANY: usize = 40;

/// `growth`: the growth curves of one series.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "growth"
    }

    fn about(&self) -> &'static str {
        "Growth curves fitted to one series, and extended"
    }

    fn needs(&self) -> Needs {
        Needs::Series
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let (Some(series), Some(registry)) = (material.series, material.registry) else {
            return Err(NoChart::Lacks(self.needs()));
        };
        let usual = if series.start().frequency() == Frequency::Year { 5 } else { 8 };
        let steps = material.steps.unwrap_or(usual);
        let (curves, notes) = fitted_curves(registry, series, steps);
        let ends = extent(curves.iter().filter_map(|curve| curve.y.last().copied()));
        let (low, high) = ends.ok_or(NoChart::NoCurve)?;
        let title =
            format!("{}: growth curves reach {} in {}", material.label, range(low, high), period_ahead(series, steps)?);
        let subtitle =
            format!("{}. Curves by generalised least squares, extended beyond the last value.", material.subject);
        let chart = GrowthChart {
            sheet: material.sheet(title, subtitle, &material.credit),
            theme: Theme::Light,
            ticks: ticks_of(series, steps as i64),
            history: points(series),
            curves,
            origin: series.last_period().ordinal() as f64,
        };
        Ok(Drawing { svg: chart.svg()?, notes })
    }
}

/// The growth curves that apply to a series, over its history and `steps` beyond, each with a note on its ceiling, and
/// the remarks on the fits.
fn fitted_curves(registry: &Registry, series: &Series, steps: usize) -> (Vec<Curve>, Vec<String>) {
    let (mut curves, mut remarks) = (Vec::new(), Vec::new());
    for entry in registry.entries().iter().filter(|entry| entry.family == Family::Growth) {
        let fit = match entry.model.fit(series) {
            Ok(fit) => fit,
            Err(error) => {
                remarks.push(error.to_string());
                continue;
            }
        };
        let of_fit = fit.remarks();
        let open = of_fit.iter().any(|remark| matches!(remark.finding, Finding::CeilingNotIdentified { .. }));
        let note = match fit.ceiling() {
            Some(ceiling) => format!("ceiling {}", format_number(ceiling.round())),
            None if open => "ceiling not identified".to_owned(),
            None => String::new(),
        };
        curves.extend(fit.curve(steps).map(|values| Curve {
            name: entry.model.name().to_owned(),
            x: (0..values.len()).map(|i| (series.start().ordinal() + i as i64) as f64).collect(),
            y: values.to_vec(),
            note,
        }));
        remarks.extend(of_fit.iter().map(ToString::to_string));
    }
    (curves, remarks)
}

/// Data points with growth curves over them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GrowthChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// Labels of the time axis; those that would collide are left out evenly.
    pub ticks: Vec<Tick>,
    /// The data, unscaled; figures that are not finite are left out.
    pub history: Vec<Point>,
    /// The curves, five at most to be told apart by colour.
    pub curves: Vec<Curve>,
    /// Time where the extension begins: the curves are solid before it and dashed after it.
    pub origin: f64,
}

/// One growth curve.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Curve {
    /// Its name, at its right end.
    pub name: String,
    /// Times, increasing; as many as values.
    pub x: Vec<f64>,
    /// Values, unscaled; those that are not finite are left out.
    pub y: Vec<f64>,
    /// A few grey words under the name, such as "ceiling 5,120"; empty for none.
    pub note: String,
}

/// A curve in px, cut to the plot.
#[derive(Debug, Clone)]
struct Trace {
    solid: Vec<Vec<Pixel>>,
    dashed: Vec<Vec<Pixel>>,
    end: Pixel,
    label: EndLabel,
}

impl GrowthChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let history = drawable_points(&self.history);
        let curves: Vec<Vec<Point>> = self.curves.iter().map(Curve::points).collect();
        let all = || history.iter().chain(curves.iter().flatten());
        let (Some(times), Some(values)) = (extent(all().map(|p| p.x)), extent(all().map(|p| p.y))) else {
            return say_empty(canvas, room);
        };
        let (low, high) = reach(&history, values);
        let axis = ValueAxis::covering(low, high, (None, None));
        let words: Vec<Vec<Words>> = (0..self.curves.len()).map(|number| self.words(canvas, number)).collect();
        let column = ends::column_width(words.iter().flatten());
        let frame = Frame::new(room, times, axis, column, "");

        let traces: Vec<Trace> = words
            .into_iter()
            .zip(&curves)
            .enumerate()
            .filter_map(|(number, (words, points))| {
                let colour = canvas.colours.series(number);
                trace(&frame, points, self.origin, words, colour)
            })
            .collect();
        frame.draw_grid(canvas)?;
        let (beyond, inside): (Vec<&Trace>, Vec<&Trace>) =
            traces.iter().partition(|t| t.end.0 >= frame.right - NEAR_END && t.end.1 > frame.top + 1.0);
        let inside = place_inside(&frame, &history, &traces, &inside);
        for (_, rect) in &inside {
            canvas.clear(*rect)?;
        }
        frame.draw_base(canvas, &self.ticks)?;
        for trace in &traces {
            for piece in &trace.solid {
                canvas.path(piece, trace.label.colour, 2.0)?;
            }
            for piece in &trace.dashed {
                canvas.dashes(piece, trace.label.colour, 2.0)?;
            }
        }
        let radius = if history.len() > MANY { 2.0 } else { 3.5 };
        for point in &history {
            canvas.dot(frame.at(point.x, point.y), radius, canvas.colours.ink)?;
        }
        let labels: Vec<EndLabel> = beyond.iter().map(|t| t.label.clone()).collect();
        let middles = ends::places(&labels, frame.top, frame.bottom);
        for (trace, middle) in beyond.iter().zip(middles) {
            ends::draw(canvas, &trace.label, trace.end.0, middle)?;
        }
        for (trace, rect) in inside {
            for (number, words) in trace.label.words.iter().enumerate() {
                let middle = rect.top + LINE_HEIGHT * (number as f64 + 0.5);
                canvas.text(&words.fill(words.rect(rect.left, middle)))?;
            }
        }
        Ok(())
    }

    /// The words at the end of a curve: its name and its note.
    fn words(&self, canvas: &Canvas<'_>, number: usize) -> Vec<Words> {
        let colours = canvas.colours;
        let curve = &self.curves[number];
        let fit = |text: &str, weight| cut(&clean(text), LABEL_SIZE, weight, WIDEST);
        let name = fit(&curve.name, Weight::SemiBold);
        let note = fit(&curve.note, Weight::Regular);
        [
            Words::label(name, Weight::SemiBold, colours.series(number)),
            Words::label(note, Weight::Regular, colours.grey),
        ]
        .into_iter()
        .filter(|words| !words.text.is_empty())
        .collect()
    }
}

impl Curve {
    fn points(&self) -> Vec<Point> {
        let pairs = self.x.iter().zip(&self.y);
        let points: Vec<Point> = pairs.map(|(x, y)| Point { x: *x, y: *y }).collect();
        drawable_points(&points)
    }
}

/// The values the axis shows: those of the data and as much of the curves as is legible.
fn reach(history: &[Point], values: (f64, f64)) -> (f64, f64) {
    let Some((low, high)) = extent(history.iter().map(|p| p.y)) else {
        return values;
    };
    let (from, to) = (low.min(0.0), high.max(0.0));
    let range = to - from;
    if range == 0.0 {
        return values;
    }
    let least = if low >= 0.0 { 0.0 } else { to - MOST * range };
    let greatest = if high <= 0.0 { 0.0 } else { from + MOST * range };
    (values.0.max(least).min(low), values.1.min(greatest).max(high))
}

/// The visible part of a curve; none if there is no such part.
fn trace(
    frame: &Frame,
    points: &[Point],
    origin: f64,
    words: Vec<Words>,
    colour: plotters::style::RGBColor,
) -> Option<Trace> {
    let line: Vec<Pixel> = points.iter().map(|p| frame.at(p.x, p.y)).collect();
    let end = *clip(&line, frame.top, frame.bottom).last()?.last()?;
    let origin = if drawable(origin) { origin } else { f64::MAX };
    let (solid, dashed) = split_at(&line, frame.x(origin));
    Some(Trace {
        solid: clip(&solid, frame.top, frame.bottom),
        dashed: clip(&dashed, frame.top, frame.bottom),
        end,
        label: EndLabel { words, end: end.1, colour },
    })
}

/// Rooms for the labels of curves that end or leave the plot before its right end.
fn place_inside<'a>(
    frame: &Frame,
    history: &[Point],
    traces: &[Trace],
    inside: &[&'a Trace],
) -> Vec<(&'a Trace, Rect)> {
    let mut obstacles = Obstacles::new(frame.label_room());
    if let Some(unit) = frame.unit_room() {
        obstacles.add_box(unit);
    }
    for point in history {
        obstacles.add_box(Rect::around(frame.at(point.x, point.y), 4.0));
    }
    for piece in traces.iter().flat_map(|t| t.solid.iter().chain(&t.dashed)) {
        obstacles.add_line(piece, 6.0);
    }
    let mut placed = Vec::new();
    for trace in inside {
        let (x, y) = trace.end;
        let whole = ends::room_of(&trace.label, 0.0, 0.0);
        let (width, height) = (whole.right - whole.left, whole.bottom - whole.top);
        // Right of it a label would be taken for that of a neighbour that leaves the plot there.
        let neighbour = inside.iter().any(|other| {
            let away = (other.end.0 - x, (other.end.1 - y).abs());
            away.0 > 0.0 && away.0 < width + 40.0 && away.1 < 2.0 * height
        });
        let (left, right) = (x - width, x + 12.0);
        let sides = if neighbour {
            [left - 12.0, left - 24.0, left - 40.0, x - width / 2.0]
        } else {
            [right, x - width / 2.0, left - 12.0, left - 24.0]
        };
        let mut rooms = Vec::new();
        for down in [2.0, -height / 2.0, -height - 3.0, 20.0, 36.0] {
            for left in sides {
                rooms.push(Rect { left, top: y + down, right: left + width, bottom: y + down + height });
            }
        }
        if let Some(rect) = obstacles.place(&rooms) {
            placed.push((*trace, rect));
        }
    }
    placed
}
