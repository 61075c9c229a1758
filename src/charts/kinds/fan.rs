//! The fan chart: a history, its forecast and a goal.

use std::collections::BTreeMap;

use super::fan_labels::{self, FanWords};
use super::fan_shape::{Band, Fan, FanShape, Reach};
use crate::charts::ChartError;
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::{Canvas, Pixel};
use crate::charts::clip::{clip, hold};
use crate::charts::data::{LabelledPoint, Point, Tick, drawable, drawable_points, extent};
use crate::charts::ends;
use crate::charts::frame::Frame;
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::theme::Theme;
use crate::charts::time_axis::{period_ahead, points, ticks_of};
use crate::charts::{ChartKind, Drawing, GoalMaterial, Material, Needs, NoChart, Projected};
use crate::export::{Magnitude, range};
use crate::forecast::{Forecast, Level};
use crate::goals::{Condition, Target};
use crate::series::{Period, Series};

/// The most published targets and projections beside a fan.
const MOST_POINTS: usize = 6;
/// More points of a history than this are drawn as a bare line.
const MOST_DOTS: usize = 40;
/// Radius of a point, px.
const DOT: f64 = 4.0;

/// `fan`: one series with its forecast.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "fan"
    }

    fn about(&self) -> &'static str {
        "History, median and prediction intervals of one series, with a goal's target and deadline"
    }

    fn needs(&self) -> Needs {
        Needs::Forecast
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let (Some(series), Some(forecast)) = (material.series, material.forecast) else {
            return Err(NoChart::Lacks(self.needs()));
        };
        let grey = if series.is_complete() { "" } else { " Grey: no value." };
        let chart = match &material.goal {
            None => {
                let steps = material.steps_of(series, forecast);
                let Some(last) = steps.checked_sub(1) else {
                    return Err(NoChart::Lacks(self.needs()));
                };
                let (low, high) = forecast.interval(Level::EIGHTY);
                let title = format!(
                    "{}: 80 % chance of {} in {}",
                    material.label,
                    range(low[last], high[last]),
                    period_ahead(series, steps)?
                );
                let subtitle = format!("{}. Median and intervals of {}.{grey}", material.subject, material.model);
                let sheet = material.sheet(title, subtitle, &material.credit);
                FanChart::of(sheet, series, forecast, material.levels, steps)
            }
            Some(goal) => {
                let steps = match goal.deadline {
                    Some(deadline) => usize::try_from(series.last_period().steps_to(deadline) + 1).unwrap_or(1),
                    None => material.steps_of(series, forecast),
                };
                let chance = match (goal.views.last(), goal.deadline) {
                    (Some((_, combined)), Some(deadline)) => {
                        format!("{} chance {} {deadline}", combined.odds(), goal.goal.reading.word())
                    }
                    (None, Some(_)) => "no odds".to_owned(),
                    (_, None) => goal.verdict.clone(),
                };
                let full = goal.full_share();
                let outside = goal.outside.as_ref().map_or(String::new(), |sentence| format!(" {sentence}"));
                let sheet = material.sheet(
                    format!("{}: {chance}", goal.label),
                    format!("{}.{full}{outside}{grey}", material.subject),
                    &material.credit_with_ramps,
                );
                let chart = FanChart::of(sheet, series, forecast, material.levels, steps);
                chart.with_goal(goal, series).with_projections(&material.projections, series, steps)
            }
        };
        Ok(chart.svg()?.into())
    }
}

impl FanChart {
    /// A series and the first `steps` steps of its forecast, with the prediction intervals of these levels.
    ///
    /// ```
    /// use onpace::charts::{FanChart, Sheet};
    /// use onpace::forecast::{Draws, Level};
    /// use onpace::models::{Model, exponential};
    /// use onpace::series::{Period, Series};
    /// let sales = Series::new("sales", Period::year(2019)?, vec![3.1, 3.6, 4.4, 5.2, 6.1, 7.4])?;
    /// let forecast = exponential().fit(&sales)?.forecast(4, &Draws::new(1, 1000));
    /// let svg = FanChart::of(Sheet::default(), &sales, &forecast, &Level::DEFAULTS, 4).svg()?;
    /// assert!(svg.starts_with("<svg "));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn of(sheet: Sheet, series: &Series, forecast: &Forecast, levels: &[Level], steps: usize) -> FanChart {
        let steps = steps.min(forecast.horizon());
        let ahead = |values: ndarray::Array1<f64>| values.iter().take(steps).copied().collect::<Vec<_>>();
        let bands = levels.iter().map(|level| {
            let (low, high) = forecast.interval(*level);
            Band { level: level.probability(), low: ahead(low), high: ahead(high) }
        });
        let origin = series.last_period().ordinal();
        FanChart {
            sheet,
            theme: Theme::Light,
            ticks: ticks_of(series, steps as i64),
            history: points(series),
            other_points: Vec::new(),
            forecast: Fan {
                x: (1..=steps).map(|k| (origin + k as i64) as f64).collect(),
                median: ahead(forecast.median()),
                bands: bands.collect(),
            },
            bounds: (series.bounds().lower, series.bounds().upper),
            goal: None,
        }
    }

    /// The chart with the level of an open goal and its deadline.
    fn with_goal(self, goal: &GoalMaterial<'_>, series: &Series) -> FanChart {
        let Some(line) = GoalLine::of(goal, series) else { return self };
        let last = series.last_period().ordinal() as f64 + self.forecast.x.len() as f64;
        let ahead = (line.x.max(last) - series.last_period().ordinal() as f64) as i64;
        FanChart { ticks: ticks_of(series, ahead), goal: Some(line), ..self }
    }

    /// The chart with the latest target or projection of each origin and period as hollow points.
    fn with_projections(self, projections: &[Projected], series: &Series, steps: usize) -> FanChart {
        let last = series.last_period();
        let mut latest: BTreeMap<(Period, &str), &Projected> = BTreeMap::new();
        for one in projections {
            let ahead = last.steps_to(one.period);
            if ahead >= 1 && ahead <= steps as i64 {
                latest.insert((one.period, &one.origin), one);
            }
        }
        let point = |one: &Projected| LabelledPoint {
            x: one.period.ordinal() as f64,
            y: one.value,
            label: match one.at_least {
                Some(true) => format!("{}: more", one.origin),
                Some(false) => format!("{}: at most", one.origin),
                None => one.origin.clone(),
            },
            filled: false,
        };
        FanChart { other_points: latest.into_values().take(MOST_POINTS).map(point).collect(), ..self }
    }
}

impl GoalLine {
    /// The line of a goal whose level is known; none for a goal that is not open.
    pub(super) fn of(goal: &GoalMaterial<'_>, series: &Series) -> Option<GoalLine> {
        let (target, deadline) = (goal.target?, goal.deadline?);
        let condition = match goal.goal.condition {
            Condition::AtLeast => String::new(),
            other => format!("{} ", other.words()),
        };
        let multiple = match goal.goal.target {
            Target::Multiple(times) => format!("{times} × {} = ", goal.goal.base.unwrap_or(series.last_period())),
            _ => String::new(),
        };
        Some(GoalLine {
            value: target,
            x: deadline.ordinal() as f64,
            label: format!("goal: {condition}{multiple}{}", Magnitude::of(target.abs()).write(target)),
            due: format!("due end of {deadline}"),
        })
    }
}

impl GoalMaterial<'_> {
    /// The sentence that a goal of a full share needs, with a space before it.
    pub(super) fn full_share(&self) -> String {
        let share = self.goal.threshold();
        share.map_or(String::new(), |threshold| format!(" A share counts as full from {threshold} %."))
    }
}

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

    /// Draws the chart into a small panel, without labels inside, and returns the name of its magnitude.
    pub(super) fn draw_small(&self, canvas: &Canvas<'_>, room: Room) -> Result<&'static str, ChartError> {
        let Some((parts, times)) = self.parts() else {
            return say_empty(canvas, room).map(|()| "");
        };
        let axis = ValueAxis::with_steps(3.0, parts.reach.low, parts.reach.high, self.bounds);
        let frame = Frame::new(room, times, axis, 0.0, "");
        frame.draw_grid(canvas)?;
        draw_gaps(canvas, &frame, &parts.history)?;
        draw_bands(canvas, &frame, &parts.shape)?;
        frame.draw_base(canvas, &self.ticks)?;
        draw_lines(canvas, &frame, &parts)?;
        if let Some(last) = parts.history.last() {
            canvas.dot(frame.at(last.x, last.y), 3.0, canvas.colours.ink)?;
        }
        Ok(frame.axis.magnitude.name)
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
