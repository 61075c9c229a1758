//! The sources chart: what several sources say of one figure, period by period, and what they say
//! together.

use plotters::style::RGBColor;

use super::fan::GoalLine;
use super::sources_labels::place;
use super::sources_traces::{draw_band, draw_trace, stand};
use crate::charts::ChartError;
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::{Canvas, Pixel};
use crate::charts::data::{Tick, drawable, extent};
use crate::charts::ends;
use crate::charts::font::{Weight, width};
use crate::charts::frame::Frame;
use crate::charts::labels::{LABEL_SIZE, Rect, Words};
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::{Colours, Theme};
use crate::charts::time_axis::time_ticks;
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart, Projected};
use crate::data::Choice;
use crate::export::number::THIN_SPACE;
use crate::export::range;
use crate::series::Period;

/// So few figures of several periods have their values beside them; else each source's last stands after
/// its name.
const ALL_LABELLED: usize = 16;
/// A source with more points than this is drawn as a bare line, with more than half as many in small dots.
pub(super) const MOST_DOTS: usize = 40;
/// A label takes no more of the page than this, px.
const WIDEST: f64 = 240.0;
/// Free space at the right of the last period, where its points may move to, px.
pub(super) const END_ROOM: f64 = 20.0;
/// From the middle of a diamond to the corners of its rim, px.
pub(super) const DIAMOND: f64 = 7.8;
/// Length of the arrow of a bound, px.
const ARROW: f64 = 17.0;

/// `sources`: the figures of each source.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "sources"
    }

    fn about(&self) -> &'static str {
        "Figures of each source around the series that is used, with projections"
    }

    fn needs(&self) -> Needs {
        Needs::Sources
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let series = material.series.filter(|_| !material.choices.is_empty());
        let series = series.ok_or(NoChart::Lacks(self.needs()))?;
        let mut origins: Vec<&str> =
            material.choices.iter().flat_map(Choice::all_figures).map(|figure| figure.origin.as_str()).collect();
        origins.sort_unstable();
        origins.dedup();
        let disputed = (material.choices.iter())
            .filter(|c| c.all_figures().filter(|f| f.value.is_some()).count() > 1)
            .max_by(|a, b| disagreement(a).total_cmp(&disagreement(b)));
        let label = &material.label;
        let title = match disputed {
            Some(choice) => {
                let values: Vec<f64> = choice.all_figures().filter_map(|f| f.value).collect();
                let (low, high) = extent(values.iter().copied()).unwrap_or_default();
                format!("{label}: {} sources put {} at {}", values.len(), choice.period, range(low, high))
            }
            None if origins.len() == 1 => format!("{label}: all figures are from one source"),
            None => format!("{label}: no period has figures from two of its {} sources", origins.len()),
        };
        let subtitle = format!(
            "{}. Filled: figures of the past; hollow: projections and targets. Black: the value used, with its 80 % interval; a figure that states no error has a standard error of {} in logs.",
            material.subject, material.standard_error
        );
        let chart = SourcesChart {
            goal: material.goal.as_ref().and_then(|goal| GoalLine::of(goal, series)),
            ..SourcesChart::of(
                material.sheet(title, subtitle, &material.credit),
                material.choices,
                &material.projections,
            )
        };
        Ok(chart.svg()?.into())
    }
}

/// How far apart the figures of a period are, in logarithms.
fn disagreement(choice: &Choice) -> f64 {
    let values = choice.all_figures().filter_map(|f| f.value).filter(|v| *v > 0.0).map(f64::ln);
    extent(values).map_or(f64::NEG_INFINITY, |(low, high)| high - low)
}

impl SourcesChart {
    /// Every source's figures around the series that is used, and what was published about periods ahead.
    fn of(sheet: Sheet, choices: &[Choice], projections: &[Projected]) -> SourcesChart {
        let mut sources: Vec<SourceLine> = Vec::new();
        let mut add = |name: &str, point: SourcePoint| match sources.iter_mut().find(|source| source.name == name) {
            Some(source) => source.points.push(point),
            None => sources.push(SourceLine { name: name.to_owned(), points: vec![point] }),
        };
        for choice in choices {
            for figure in choice.all_figures() {
                let (low, high) = match figure.bound {
                    Some((value, true)) => (Some(value), None),
                    Some((value, false)) => (None, Some(value)),
                    None => (None, None),
                };
                if let Some(y) = figure.value.or(figure.bound.map(|(value, _)| value)) {
                    add(&figure.origin, SourcePoint { x: choice.period.ordinal() as f64, y, low, high, filled: true });
                }
            }
        }
        // Of one origin and period only the latest projection is shown, and none where the origin has a figure.
        for (at, one) in projections.iter().enumerate() {
            let same = |origin: &str, period: Period| origin == one.origin && period == one.period;
            let later = projections[at + 1..].iter().any(|other| same(&other.origin, other.period));
            let figured = choices.iter().any(|choice| choice.figures.iter().any(|f| same(&f.origin, choice.period)));
            if !later && !figured {
                let x = one.period.ordinal() as f64;
                let bound = |at_least: bool| (one.at_least == Some(at_least)).then_some(one.value);
                add(&one.origin, SourcePoint { x, y: one.value, low: bound(true), high: bound(false), filled: false });
            }
        }
        let pooled = choices.iter().map(|choice| PooledPoint {
            x: choice.period.ordinal() as f64,
            y: choice.value,
            low: choice.estimate.quantile(0.1),
            high: choice.estimate.quantile(0.9),
        });
        let periods = || choices.iter().map(|choice| choice.period).chain(projections.iter().map(|one| one.period));
        let ends = periods().min().zip(periods().max());

        SourcesChart {
            sheet,
            theme: Theme::Light,
            ticks: ends.map_or_else(Vec::new, |(first, last)| time_ticks(first, last)),
            sources,
            pooled: pooled.collect(),
            goal: None,
        }
    }
}

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
            let share = END_ROOM / (room.right - room.left - column);
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
    pub(super) fn bound(&self) -> f64 {
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
    pub(super) fn heights(&self, frame: &Frame) -> (f64, f64) {
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
    pub(super) fn marked(&self, number: usize) -> bool {
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
