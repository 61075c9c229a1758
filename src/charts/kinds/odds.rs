//! The odds chart: how likely a goal is, over time.

use crate::charts::ChartError;
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::{Align, Canvas, Line, Pixel};
use crate::charts::data::{Point, Tick, drawable, drawable_points, extent, value_at};
use crate::charts::ends::{self, EndLabel};
use crate::charts::font::{Weight, width};
use crate::charts::frame::Frame;
use crate::charts::labels::{LABEL_SIZE, Words};
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::Theme;
use crate::charts::time_axis::time_ticks;
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart};
use crate::export::number::{THIN_SPACE, format_share};
use crate::goals::Assessment;
use crate::outlook::View;
use crate::series::Period;

/// The periods after the deadline that are shown.
const BEYOND: i64 = 6;
/// The axis never ends below this, in per cent, so that small odds look small.
const LEAST_TOP: f64 = 10.0;
/// More points than this are drawn as a bare line.
const MOST_DOTS: usize = 40;
/// Words at a curve's end are cut beyond this, px.
const WIDEST: f64 = 200.0;

/// `odds`: the chance of a goal over time.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "odds"
    }

    fn aliases(&self) -> &'static [&'static str] {
        &["goal"]
    }

    fn about(&self) -> &'static str {
        "Chance of having reached a goal by each period"
    }

    fn needs(&self) -> Needs {
        Needs::Goal
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let open = material.goal.as_ref().and_then(|goal| Some((goal, goal.deadline?, goal.views.last()?)));
        let Some((goal, deadline, (_, combined))) = open else {
            return Err(NoChart::Lacks(self.needs()));
        };
        // Where one view alone gives odds, the combined view after it is the same line again.
        let views = if goal.views.len() == 2 { &goal.views[1..] } else { goal.views };
        let shown = |period: &Period| deadline.steps_to(*period) <= BEYOND;
        let curve = |(view, assessment): &(View, Assessment)| OddsCurve {
            name: format!("{view}, by {deadline}:"),
            points: (assessment.odds_by_period.iter())
                .filter(|(period, _)| shown(period))
                .map(|(period, odds)| Point { x: period.ordinal() as f64, y: odds.probability() })
                .collect(),
        };
        let mut periods = combined.odds_by_period.iter().map(|(period, _)| *period).filter(shown);
        let first = periods.next();
        let ticks = first.map_or_else(Vec::new, |first| time_ticks(first, periods.next_back().unwrap_or(first)));
        let full = goal.full_share();
        let legend = match goal.views.len() {
            0..=2 => "",
            _ => " Inside view: models of the series; outside view: comparable reference ramps.",
        };
        let chart = OddsChart {
            sheet: material.sheet(
                format!("{}: {} chance by {deadline}", goal.label, combined.by),
                format!("{}: chance of having reached the goal by each period.{full}{legend}", material.subject),
                &material.credit_with_ramps,
            ),
            theme: Theme::Light,
            ticks,
            // The combined view comes first, as the one that matters most.
            curves: views.iter().rev().map(curve).collect(),
            deadline: Some(Deadline { x: deadline.ordinal() as f64, label: format!("due end of {deadline}") }),
        };
        Ok(chart.svg()?.into())
    }
}

/// Odds over time, one curve for each way to judge them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OddsChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// Labels of the time axis; those that would collide are left out evenly.
    pub ticks: Vec<Tick>,
    /// The curves, five at most to be told apart by colour.
    pub curves: Vec<OddsCurve>,
    /// The goal's deadline, if there is one: a thin upright line.
    pub deadline: Option<Deadline>,
}

/// The odds one view gives.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct OddsCurve {
    /// Its name, such as "combined"; its odds at the deadline follow it on the chart.
    pub name: String,
    /// Odds over time: `y` from 0 to 1; what lies outside is held there, NaN is left out.
    pub points: Vec<Point>,
}

/// The time by which a goal is due.
#[derive(Debug, Clone, PartialEq)]
pub struct Deadline {
    /// Place on the time axis.
    pub x: f64,
    /// A few words over the line, such as "due end of 2026".
    pub label: String,
}

impl OddsChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let deadline = self.deadline.as_ref().filter(|d| drawable(d.x));
        let curves: Vec<Vec<Point>> = self.curves.iter().map(OddsCurve::in_percent).collect();
        let points = || curves.iter().flatten();
        let times = extent(points().map(|p| p.x).chain(deadline.map(|d| d.x)));
        let (Some(times), Some((_, most))) = (times, extent(points().map(|p| p.y))) else {
            return say_empty(canvas, room);
        };
        let axis = ValueAxis::covering(0.0, most.max(LEAST_TOP), (Some(0.0), Some(100.0)));
        let labels: Vec<Option<Words>> =
            curves.iter().enumerate().map(|(number, points)| self.words(canvas, number, points, deadline)).collect();
        let column = ends::column_width(labels.iter().flatten());
        let percent = format!("{THIN_SPACE}%");
        let end = extent(points().map(|p| p.x)).map_or(times.1, |(_, end)| end);
        let whole = Frame::new(room, times, axis.clone(), 0.0, &percent);
        // Between the last figure and a later deadline there may be room for the labels.
        let frame = if whole.x(end) + column + 12.0 <= whole.right {
            whole
        } else {
            Frame::new(room, times, axis, column, &percent)
        };
        let labels_at = if frame.right - frame.x(end) > column { frame.x(end) } else { frame.right };

        let labels: Vec<EndLabel> = labels
            .into_iter()
            .zip(&curves)
            .enumerate()
            .filter_map(|(number, (words, points))| {
                let words = vec![words?];
                let end = frame.y(points.last()?.y);
                let colour = canvas.colours.series(number);
                Some(EndLabel { words, end, colour })
            })
            .collect();
        let middles = ends::places(&labels, frame.top, frame.bottom);

        frame.draw_grid(canvas)?;
        for (label, middle) in labels.iter().zip(&middles) {
            canvas.clear(ends::room_of(label, labels_at, *middle))?;
        }
        frame.draw_base(canvas, &self.ticks)?;
        if let Some(deadline) = deadline {
            draw_deadline(canvas, room, &frame, deadline)?;
        }
        // The first curve matters most, so it is drawn last.
        for (number, points) in curves.iter().enumerate().rev() {
            let line: Vec<Pixel> = points.iter().map(|p| frame.at(p.x, p.y)).collect();
            let colour = canvas.colours.series(number);
            canvas.path(&line, colour, 2.25)?;
            let shown = if line.len() <= MOST_DOTS { line.as_slice() } else { &line[line.len() - 1..] };
            for at in shown {
                canvas.dot(*at, 3.5, colour)?;
            }
        }

        for (label, middle) in labels.iter().zip(middles) {
            ends::draw(canvas, label, labels_at, middle)?;
        }
        Ok(())
    }

    /// The words at a curve's end: its name and its odds at the deadline.
    fn words(
        &self,
        canvas: &Canvas<'_>,
        number: usize,
        points: &[Point],
        deadline: Option<&Deadline>,
    ) -> Option<Words> {
        let last = points.last()?;
        let percent = value_at(points, deadline.map_or(last.x, |d| d.x))?;
        let odds = format_share(percent / 100.0);
        let name = clean(&self.curves[number].name);
        let name = cut(&name, LABEL_SIZE, Weight::SemiBold, WIDEST);
        let text = format!("{name} {odds}");
        let colour = canvas.colours.series(number);
        Some(Words::label(text, Weight::SemiBold, colour))
    }
}

impl OddsCurve {
    fn in_percent(&self) -> Vec<Point> {
        let mut points = drawable_points(&self.points);
        for point in &mut points {
            point.y = point.y.clamp(0.0, 1.0) * 100.0;
        }
        points
    }
}

fn draw_deadline(canvas: &Canvas<'_>, room: Room, frame: &Frame, deadline: &Deadline) -> Result<(), ChartError> {
    let x = frame.x(deadline.x);
    let red = canvas.colours.red;
    canvas.path(&[(x, frame.top - 6.0), (x, frame.bottom)], red, 1.25)?;
    let text = cut(&clean(&deadline.label), LABEL_SIZE, Weight::Regular, 420.0);
    let half = width(&text, LABEL_SIZE, Weight::Regular) / 2.0;
    canvas.text(&Line {
        text,
        x: x.min(room.right - half).max(room.left + half),
        baseline: frame.top - 13.0,
        size: LABEL_SIZE,
        weight: Weight::Regular,
        align: Align::Centre,
        colour: red,
    })
}
