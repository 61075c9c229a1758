//! The sources chart: what several sources say of one figure, period by period, and what they say
//! together.

use plotters::style::RGBColor;

use super::ChartError;
use super::axis::ValueAxis;
use super::canvas::{Canvas, Pixel, WIDTH};
use super::data::{Tick, drawable, extent};
use super::ends;
use super::fan::GoalLine;
use super::font::{Weight, width};
use super::frame::Frame;
use super::labels::{LABEL_SIZE, Rect, Words};
use super::sheet::{MARGIN, Room, Sheet, page, say_empty};
use super::sources_labels::place;
use super::text::{clean, cut};
use super::theme::{Colours, Theme};
use crate::export::number::THIN_SPACE;

/// So few figures of several periods have their values beside them; else each source's last stands after
/// its name.
const ALL_LABELLED: usize = 16;
/// A source with more points than this is drawn as a bare line, with more than half as many in small dots.
const MOST_DOTS: usize = 40;
/// A label takes no more of the page than this, px.
const WIDEST: f64 = 240.0;
/// Free space at the right of the last period, where its points may move to, px.
pub(super) const END_ROOM: f64 = 20.0;
/// Points nearer than this in time are of one period, px.
const ONE_PERIOD: f64 = 6.0;
/// From one point to the next where they would lie on each other, px.
const BESIDE: f64 = 9.0;
/// From the middle of a diamond to the corners of its rim, px.
const DIAMOND: f64 = 7.8;
/// Length of the arrow of a bound, px.
const ARROW: f64 = 17.0;

/// The figures of several sources, each a line, with the pooled values and the goal.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourcesChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// Labels of the time axis; those that would collide are left out evenly.
    pub ticks: Vec<Tick>,
    /// The sources, the most important first: later ones than the palette has colours are grey.
    pub sources: Vec<SourceLine>,
    /// The pooled values; empty for none.
    pub pooled: Vec<PooledPoint>,
    /// The goal, if there is one.
    pub goal: Option<GoalLine>,
}

/// What one source says.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SourceLine {
    /// Its name, at its last figure.
    pub name: String,
    /// Its figures, in any order.
    pub points: Vec<SourcePoint>,
}

/// One figure of a source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SourcePoint {
    /// Place on the time axis, in the same unit as the ticks.
    pub x: f64,
    /// Value, unscaled.
    pub y: f64,
    /// The lower end of the stated range. With no upper end the figure is a least value: "more than".
    pub low: Option<f64>,
    /// The upper end of the stated range. With no lower end the figure is a greatest value: "at most".
    pub high: Option<f64>,
    /// True for a figure of what was, false (hollow) for a projection or a target.
    pub filled: bool,
}

/// The pooled value of a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledPoint {
    /// Place on the time axis, in the same unit as the ticks.
    pub x: f64,
    /// Value, unscaled.
    pub y: f64,
    /// The lower end of its interval of 80 %.
    pub low: f64,
    /// The upper end of its interval of 80 %.
    pub high: f64,
}

/// A source, or the pooled values, as far as they can be drawn.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    name: String,
    pub(super) colour: RGBColor,
    pub(super) pooled: bool,
    pub(super) points: Vec<SourcePoint>,
    /// Where the points stand, px.
    pub(super) at: Vec<Pixel>,
}

/// A point on its way to its place: from the top to the bottom of what is drawn of it, px.
#[derive(Debug, Clone, Copy)]
struct Spot {
    x: f64,
    top: f64,
    bottom: f64,
    trace: usize,
    point: usize,
}

impl SourcesChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let goal = self.goal.as_ref().filter(|g| drawable(g.x) && drawable(g.value));
        let mut traces = self.traces(canvas.colours, goal.is_some());
        let points = || traces.iter().flat_map(|t| &t.points);
        let values = points().flat_map(|p| [Some(p.y), p.low, p.high]).flatten().chain(goal.map(|g| g.value));
        let (Some(first), Some((low, high))) = (extent(points().map(|p| p.x)), extent(values)) else {
            return say_empty(canvas, room);
        };
        let times = goal.map_or(first, |g| (first.0.min(g.x), first.1.max(g.x)));
        let axis = ValueAxis::covering(low, high, (None, None));
        // At a single period the names stand where the values would.
        let few = points().count() <= ALL_LABELLED && first.0 < first.1;
        let words: Vec<Words> = traces.iter().map(|t| t.words(&axis, few)).collect();
        let column = ends::column_width(&words);
        let framed = |column: f64| {
            let share = END_ROOM / (f64::from(WIDTH) - 2.0 * MARGIN - column);
            Frame::new(room, (times.0, times.1 + share * (times.1 - times.0)), axis.clone(), column, "")
        };
        let whole = framed(0.0);
        // Between the last figure and a later goal there may be room for the names.
        let frame = if whole.x(first.1) + END_ROOM + column <= whole.right { whole } else { framed(column) };
        stand(&frame, &mut traces);
        let labels = place(&frame, &traces, words, goal, canvas.colours, few);

        frame.draw_grid(canvas)?;
        for (_, rect) in &labels.inside {
            canvas.clear(*rect)?;
        }
        for (label, middle) in &labels.ends {
            canvas.clear(ends::room_of(label, labels.ends_at, *middle))?;
        }
        if let Some(pooled) = traces.iter().find(|t| t.pooled) {
            draw_band(canvas, &frame, pooled)?;
        }
        frame.draw_base(canvas, &self.ticks)?;
        if let Some(goal) = goal {
            let height = frame.y(goal.value);
            canvas.path(&[(frame.left, height), (frame.right, height)], canvas.colours.red, 1.5)?;
            canvas.dot(frame.at(goal.x, goal.value), 4.5, canvas.colours.red)?;
        }
        for (leader, colour) in &labels.leaders {
            canvas.dashes(leader, *colour, 0.75)?;
        }
        // The first matters most, so it is drawn last.
        for trace in traces.iter().rev() {
            draw_trace(canvas, &frame, trace)?;
        }
        for (label, middle) in &labels.ends {
            ends::draw(canvas, label, labels.ends_at, *middle)?;
        }
        for (words, rect) in &labels.inside {
            canvas.text(&words.fill(*rect))?;
        }
        Ok(())
    }

    /// The pooled values and then the sources, those with a point that can be drawn.
    fn traces(&self, colours: Colours, with_goal: bool) -> Vec<Trace> {
        let pooled = self.pooled.iter().map(|p| {
            let end = |end: f64| Some(if drawable(end) { end } else { p.y });
            SourcePoint { x: p.x, y: p.y, low: end(p.low), high: end(p.high), filled: true }
        });
        let pooled = Trace {
            name: "pooled".to_string(),
            colour: colours.ink,
            pooled: true,
            points: drawable_figures(pooled),
            at: Vec::new(),
        };
        let sources = self.sources.iter().map(|source| &source.points).enumerate().map(|(number, points)| {
            // Red is the goal's.
            let colour = if with_goal && number >= 3 { colours.grey } else { colours.series(number) };
            let name = clean(&self.sources[number].name);
            Trace { name, colour, pooled: false, points: drawable_figures(points.iter().copied()), at: Vec::new() }
        });
        std::iter::once(pooled).chain(sources).filter(|t| !t.points.is_empty()).collect()
    }
}

impl SourcePoint {
    /// A least value (1), a greatest value (-1) or neither (0).
    fn bound(&self) -> f64 {
        match (self.low, self.high) {
            (Some(_), None) => 1.0,
            (None, Some(_)) => -1.0,
            _ => 0.0,
        }
    }

    pub(super) fn text(&self, axis: &ValueAxis) -> String {
        let value = axis.value(self.y);
        match self.bound() {
            b if b > 0.0 => format!(">{THIN_SPACE}{value}"),
            b if b < 0.0 => format!("<{THIN_SPACE}{value}"),
            _ => value,
        }
    }

    /// The heights from the top to the bottom of what is drawn of the figure, px.
    fn heights(&self, frame: &Frame) -> (f64, f64) {
        let height = |end: Option<f64>| frame.y(end.unwrap_or(self.y));
        let arrow = ARROW * self.bound();
        (height(self.high) - arrow.max(0.0), (height(self.low) - arrow.min(0.0)).min(frame.bottom.max(frame.y(self.y))))
    }
}

impl Trace {
    fn words(&self, axis: &ValueAxis, few: bool) -> Words {
        let value = match self.points.last() {
            Some(last) if !few => format!(" {}", last.text(axis)),
            _ => String::new(),
        };
        let room = WIDEST - width(&value, LABEL_SIZE, Weight::SemiBold);
        let name = cut(&self.name, LABEL_SIZE, Weight::SemiBold, room);
        Words::label(format!("{name}{value}"), Weight::SemiBold, self.colour)
    }

    /// Whether the point with this number has a mark on the line.
    fn marked(&self, number: usize) -> bool {
        let most = if self.pooled { MOST_DOTS / 2 } else { MOST_DOTS };
        self.points.len() <= most || number + 1 == self.points.len()
    }

    /// The room of what is drawn of a figure beside its point: a whisker, an arrow or a broad stroke.
    pub(super) fn beside(&self, number: usize, frame: &Frame) -> Option<Rect> {
        let (x, y) = *self.at.get(number)?;
        let point = self.points.get(number)?;
        let (top, bottom) = point.heights(frame);
        // The intervals of the pooled values are a band, on which words may stand.
        let band = self.pooled && self.points.len() > 1;
        let half = if self.pooled || point.bound() != 0.0 { 4.0 } else { 1.0 };
        (!band && (top, bottom) != (y, y)).then_some(Rect { left: x - half, top, right: x + half, bottom })
    }
}

/// The figures that can be drawn, ordered in time; ends of a range that do not enclose the value are
/// moved to it.
fn drawable_figures(points: impl Iterator<Item = SourcePoint>) -> Vec<SourcePoint> {
    let mut kept: Vec<SourcePoint> = points.filter(|p| drawable(p.x) && drawable(p.y)).collect();
    for point in &mut kept {
        point.low = point.low.filter(|low| drawable(*low)).map(|low| low.min(point.y));
        point.high = point.high.filter(|high| drawable(*high)).map(|high| high.max(point.y));
    }
    kept.sort_by(|a, b| a.x.total_cmp(&b.x));
    kept
}

/// Gives each point its place, beside each other where those of one period would lie on each other.
fn stand(frame: &Frame, traces: &mut [Trace]) {
    let mut spots = Vec::new();
    for (trace, drawn) in traces.iter_mut().enumerate() {
        drawn.at = drawn.points.iter().map(|p| frame.at(p.x, p.y)).collect();
        let rim = if drawn.pooled { DIAMOND - 4.0 } else { 0.0 };
        for (point, at) in drawn.at.iter().enumerate().filter(|(point, _)| drawn.marked(*point)) {
            let (top, bottom) = drawn.beside(point, frame).map_or((at.1, at.1), |rect| (rect.top, rect.bottom));
            spots.push(Spot { x: at.0, top: top - rim, bottom: bottom + rim, trace, point });
        }
    }
    spots.sort_by(|a, b| a.x.total_cmp(&b.x));
    let mut periods: Vec<Vec<Spot>> = Vec::new();
    for spot in spots {
        match periods.last_mut() {
            Some(period) if spot.x - period[0].x < ONE_PERIOD => period.push(spot),
            _ => periods.push(vec![spot]),
        }
    }
    let gap = periods.windows(2).map(|pair| pair[1][0].x - pair[0][0].x).fold(f64::INFINITY, f64::min);
    let widest = (0.7 * gap).min(2.0 * END_ROOM - 4.0);
    for mut period in periods {
        period.sort_by(|a, b| a.top.total_cmp(&b.top));
        let mut groups: Vec<(Vec<Spot>, f64)> = Vec::new();
        for spot in period {
            match groups.last_mut() {
                Some((group, reach)) if spot.top < *reach + BESIDE => {
                    *reach = reach.max(spot.bottom);
                    group.push(spot);
                }
                _ => groups.push((vec![spot], spot.bottom)),
            }
        }
        for (group, _) in groups {
            let mut members: Vec<usize> = group.iter().map(|s| s.trace).collect();
            members.sort_unstable();
            members.dedup();
            // The pooled value keeps its place in time; the sources stand at both sides of it.
            let with_pooled = members.first().is_some_and(|first| traces[*first].pooled);
            let middle = if with_pooled { (members.len() / 2) as f64 } else { (members.len() - 1) as f64 / 2.0 };
            let step = BESIDE.min(widest / 2.0 / middle);
            for spot in group {
                let place = members.iter().position(|m| *m == spot.trace).unwrap_or(0) as f64;
                let place = match with_pooled {
                    true if place == 0.0 => middle,
                    true if place <= middle => place - 1.0,
                    _ => place,
                };
                traces[spot.trace].at[spot.point].0 += (place - middle) * step;
            }
        }
    }
}

/// The interval of the pooled values: a band, or a broad stroke if there is but one.
fn draw_band(canvas: &Canvas<'_>, frame: &Frame, pooled: &Trace) -> Result<(), ChartError> {
    if let ([point], [at]) = (pooled.points.as_slice(), pooled.at.as_slice()) {
        let (top, bottom) = point.heights(frame);
        return canvas.path(&[(at.0, top), (at.0, bottom)], canvas.colours.faint(), 5.0);
    }
    let edge = |p: &SourcePoint, end: Option<f64>| frame.at(p.x, end.unwrap_or(p.y));
    let high = pooled.points.iter().map(|p| edge(p, p.high));
    let low = pooled.points.iter().map(|p| edge(p, p.low));
    let outline: Vec<Pixel> = high.chain(low.rev()).collect();
    canvas.polygon(&outline, canvas.colours.grid)
}

fn draw_trace(canvas: &Canvas<'_>, frame: &Frame, trace: &Trace) -> Result<(), ChartError> {
    let count = trace.points.len();
    // The many that have no colour of their own stand back.
    let (colour, thickness) =
        if trace.colour == canvas.colours.grey { (canvas.colours.faint(), 1.25) } else { (trace.colour, 1.75) };
    for (ends, points) in trace.at.windows(2).zip(trace.points.windows(2)) {
        match (trace.pooled, points[1].filled) {
            (true, _) => canvas.path(ends, trace.colour, 2.25)?,
            (false, true) => canvas.path(ends, colour, thickness)?,
            (false, false) => canvas.dashes(ends, colour, thickness)?,
        }
    }
    for (number, (point, at)) in trace.points.iter().zip(&trace.at).enumerate() {
        let last = number + 1 == count;
        if !trace.marked(number) {
            continue;
        }
        if trace.pooled {
            draw_diamond(canvas, *at, trace.colour)?;
            continue;
        }
        let (top, bottom) = point.heights(frame);
        canvas.path(&[(at.0, top), (at.0, bottom)], colour, 1.25)?;
        let tip = (at.0, if point.bound() > 0.0 { top } else { bottom });
        let back = tip.1 + 5.0 * point.bound();
        if point.bound() != 0.0 && (tip.1 - at.1).abs() > 6.0 {
            canvas.path(&[(tip.0 - 3.5, back), tip, (tip.0 + 3.5, back)], trace.colour, 1.25)?;
        }
        let radius = if count > MOST_DOTS / 2 && !last { 2.5 } else { 4.0 };
        if point.filled {
            canvas.dot(*at, radius, trace.colour)?;
        } else {
            canvas.ring(*at, radius, trace.colour)?;
        }
    }
    Ok(())
}

/// A diamond with a rim of the sheet's colour, so that it stands apart from what it covers.
fn draw_diamond(canvas: &Canvas<'_>, at: Pixel, colour: RGBColor) -> Result<(), ChartError> {
    for (radius, colour) in [(DIAMOND, canvas.colours.ground), (DIAMOND - 1.8, colour)] {
        let corners = [(at.0, at.1 - radius), (at.0 + radius, at.1), (at.0, at.1 + radius), (at.0 - radius, at.1)];
        canvas.polygon(&corners, colour)?;
    }
    Ok(())
}
