//! The fan chart: a history, its forecast and a goal.

use super::ChartError;
use super::axis::ValueAxis;
use super::canvas::{Canvas, Pixel};
use super::clip::{clip, hold};
use super::data::{LabelledPoint, Point, Tick, drawable, drawable_points, extent};
use super::ends;
use super::fan_labels::{self, FanWords};
use super::fan_shape::{Fan, FanShape, Reach};
use super::frame::Frame;
use super::sheet::{Room, Sheet, page, say_empty};
use super::theme::Theme;

/// More points of a history than this are drawn as a bare line.
const MOST_DOTS: usize = 40;
/// Radius of a point, px.
const DOT: f64 = 4.0;

/// A history with the fan of its forecast and, if there is one, the goal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FanChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// Labels of the time axis; those that would collide are left out evenly.
    pub ticks: Vec<Tick>,
    /// The figures so far, unscaled; those that are not finite are left out.
    pub history: Vec<Point>,
    /// Single figures beside the history: targets and projections.
    pub other_points: Vec<LabelledPoint>,
    /// The forecast; it is drawn from the last figure of the history on.
    pub forecast: Fan,
    /// Least and greatest possible value (0 and 100 for a share in per cent): the axis ends there.
    pub bounds: (Option<f64>, Option<f64>),
    /// The goal, if there is one.
    pub goal: Option<GoalLine>,
}

/// A value to be reached by a deadline.
#[derive(Debug, Clone, PartialEq)]
pub struct GoalLine {
    /// The value, unscaled.
    pub value: f64,
    /// The deadline on the time axis.
    pub x: f64,
    /// What the goal is, for example "goal: 3 × 2025 = 4.95 million".
    pub label: String,
    /// When it is due, for example "due end of 2026"; stands beside the deadline.
    pub due: String,
}

/// The parts of a chart that can be drawn.
#[derive(Debug, Clone)]
pub(super) struct FanParts {
    pub(super) history: Vec<Point>,
    pub(super) others: Vec<LabelledPoint>,
    pub(super) shape: FanShape,
    pub(super) goal: Option<GoalLine>,
    pub(super) reach: Reach,
}

impl FanChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let Some((parts, times)) = self.parts() else {
            return say_empty(canvas, room);
        };
        let axis = ValueAxis::covering(parts.reach.low, parts.reach.high, self.bounds);
        let words = fan_labels::end_words(&parts, &axis, canvas.colours);
        let fan_is_last = parts.shape.end().is_some_and(|end| end >= times.1);
        let column = if fan_is_last { ends::column_width(words.iter().map(|(words, _)| words)) } else { 0.0 };
        let frame = Frame::new(room, times, axis, column, "");
        let labels = fan_labels::place(&parts, &frame, words, canvas.colours);

        frame.draw_grid(canvas)?;
        for rect in labels.rects() {
            canvas.clear(rect)?;
        }
        draw_gaps(canvas, &frame, &parts.history)?;
        draw_bands(canvas, &frame, &parts.shape)?;
        frame.draw_base(canvas, &self.ticks)?;
        draw_lines(canvas, &frame, &parts)?;
        draw_dots(canvas, &frame, &parts)?;
        draw_labels(canvas, &frame, &parts, &labels)
    }

    /// What can be drawn, and the first and last time of it.
    fn parts(&self) -> Option<(FanParts, (f64, f64))> {
        let history = drawable_points(&self.history);
        let shape = self.forecast.shape(history.last());
        let goal = self.goal.clone();
        let goal = goal.filter(|g| drawable(g.value) && drawable(g.x));
        let others: Vec<LabelledPoint> =
            self.other_points.iter().filter(|p| drawable(p.x) && drawable(p.y)).cloned().collect();
        let times = history
            .iter()
            .map(|p| p.x)
            .chain(others.iter().map(|p| p.x))
            .chain(shape.x.iter().copied())
            .chain(goal.iter().map(|g| g.x));
        let times = extent(times)?;
        let values: Vec<f64> =
            history.iter().map(|p| p.y).chain(others.iter().map(|p| p.y)).chain(goal.iter().map(|g| g.value)).collect();
        let reach = shape.reach(&values)?;
        let parts = FanParts { history, others, shape, goal, reach };
        Some((parts, times))
    }
}

/// The places of values at the steps of the fan.
pub(super) fn pixels(frame: &Frame, x: &[f64], values: &[f64]) -> Vec<Pixel> {
    x.iter().zip(values).map(|(x, value)| frame.at(*x, *value)).collect()
}

/// The places of the history's points.
pub(super) fn history_pixels(frame: &Frame, history: &[Point]) -> Vec<Pixel> {
    history.iter().map(|p| frame.at(p.x, p.y)).collect()
}

fn draw_bands(canvas: &Canvas<'_>, frame: &Frame, shape: &FanShape) -> Result<(), ChartError> {
    // The widest band is drawn first, the narrowest has the place 0.
    for (place, band) in shape.bands.iter().rev().enumerate().rev() {
        let low = pixels(frame, &shape.x, &band.low);
        let high = pixels(frame, &shape.x, &band.high);
        let mut outline = hold(&high, frame.top, frame.bottom);
        outline.extend(hold(&low, frame.top, frame.bottom).into_iter().rev());
        canvas.polygon(&outline, canvas.colours.band(place))?;
    }
    Ok(())
}

fn draw_lines(canvas: &Canvas<'_>, frame: &Frame, parts: &FanParts) -> Result<(), ChartError> {
    let colours = canvas.colours;
    if let Some(goal) = &parts.goal {
        let height = frame.y(goal.value);
        let line = [(frame.left, height), (frame.right, height)];
        canvas.path(&line, colours.red, 1.5)?;
    }
    let median = pixels(frame, &parts.shape.x, &parts.shape.median);
    for piece in clip(&median, frame.top, frame.bottom) {
        canvas.dashes(&piece, colours.blue, 2.25)?;
    }
    let thickness = if parts.history.len() > MOST_DOTS { 1.75 } else { 2.25 };
    let history = history_pixels(frame, &parts.history);
    for run in runs(&parts.history) {
        canvas.path(&history[run], colours.ink, thickness)?;
    }
    Ok(())
}

/// The places of figures without a missing period between them.
fn runs(history: &[Point]) -> Vec<std::ops::Range<usize>> {
    let breaks = (1..history.len()).filter(|i| history[*i].x - history[i - 1].x > 1.5);
    let ends: Vec<usize> = std::iter::once(0).chain(breaks).chain([history.len()]).collect();
    ends.windows(2).map(|pair| pair[0]..pair[1]).collect()
}

/// Missing periods as grey fields.
fn draw_gaps(canvas: &Canvas<'_>, frame: &Frame, history: &[Point]) -> Result<(), ChartError> {
    for pair in runs(history).windows(2) {
        let (from, to) = (history[pair[0].end - 1].x + 0.5, history[pair[1].start].x - 0.5);
        let corners = [
            (frame.x(from), frame.top),
            (frame.x(to), frame.top),
            (frame.x(to), frame.bottom),
            (frame.x(from), frame.bottom),
        ];
        canvas.polygon(&corners, canvas.colours.missing())?;
    }
    Ok(())
}

fn draw_dots(canvas: &Canvas<'_>, frame: &Frame, parts: &FanParts) -> Result<(), ChartError> {
    let colours = canvas.colours;
    let history = history_pixels(frame, &parts.history);
    let bare = history.len() > MOST_DOTS;
    let many = history.len() > MOST_DOTS / 2;
    let alone: Vec<usize> =
        runs(&parts.history).into_iter().filter(|run| run.len() == 1).map(|run| run.start).collect();
    for (number, at) in history.iter().enumerate() {
        let last = number + 1 == history.len();
        if last || !bare || alone.contains(&number) {
            let radius = if many && !last { DOT * 0.625 } else { DOT };
            canvas.dot(*at, radius, colours.ink)?;
        }
    }
    for other in &parts.others {
        let at = frame.at(other.x, other.y);
        if other.filled {
            canvas.dot(at, DOT, colours.grey)?;
        } else {
            canvas.ring(at, DOT, colours.grey)?;
        }
    }
    match &parts.goal {
        Some(goal) => canvas.dot(frame.at(goal.x, goal.value), DOT + 0.5, colours.red),
        None => Ok(()),
    }
}

fn draw_labels(canvas: &Canvas<'_>, frame: &Frame, parts: &FanParts, labels: &FanWords) -> Result<(), ChartError> {
    if let Some(end) = parts.shape.end() {
        for (label, middle) in &labels.ends {
            ends::draw(canvas, label, frame.x(end), *middle)?;
        }
    }
    for (words, rect) in &labels.inside {
        canvas.text(&words.fill(*rect))?;
    }
    Ok(())
}
