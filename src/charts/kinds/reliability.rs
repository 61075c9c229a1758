//! The reliability chart: how often what was said to be so likely came true.

use crate::charts::ChartError;
use crate::charts::canvas::{Align, Canvas, Line, Pixel};
use crate::charts::data::drawable;
use crate::charts::font::{Weight, width};
use crate::charts::labels::{LABEL_SIZE, LINE_HEIGHT, Rect, Words};
use crate::charts::obstacles::Obstacles;
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::Theme;
use crate::charts::{ChartKind, Drawing, Material, Needs, NoChart};
use crate::export::number::{format_number, format_share};
use crate::outlook::{Forecaster, OddsScores, ReliableBin, View};

/// The shares that both axes name.
const TICKS: [f64; 8] = [0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0];
/// The axes never end below this.
const LEAST_TOP: f64 = 0.25;
/// More curves than this are left out, the last first.
const MOST_CURVES: usize = 4;
/// Width of the plot as a multiple of its height.
const BREADTH: f64 = 1.5;
/// From one curve's points to the next one's where they say the same, px.
const BESIDE: f64 = 6.0;
/// Radius of the points of the largest and of the smallest count, px.
const RADII: (f64, f64) = (7.0, 2.2);
/// So few points have their counts beside them; for more a key tells the sizes.
const ALL_LABELLED: usize = 10;
/// Names are cut beyond this, px.
const WIDEST: f64 = 200.0;
/// The words at the diagonal.
const DIAGONAL: &str = "as often as forecast";

/// `reliability`: odds against outcomes.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "reliability"
    }

    fn about(&self) -> &'static str {
        "Whether odds came true as often as they should"
    }

    fn needs(&self) -> Needs {
        Needs::TrackRecord
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let Some(scores) = material.track_record else {
            return Err(NoChart::Lacks(self.needs()));
        };
        Ok(ReliabilityChart::of(scores).svg()?.into())
    }
}

impl ReliabilityChart {
    /// The reliability of the views over all questions.
    fn of(scores: &OddsScores) -> ReliabilityChart {
        let curve = |view: View| {
            let (_, bins) = scores.reliability.iter().find(|(forecaster, _)| *forecaster == Forecaster::View(view))?;
            let bin = |bin: &ReliableBin| ReliabilityBin {
                forecast: bin.odds,
                observed: bin.frequency,
                low: bin.interval.0,
                high: bin.interval.1,
                count: bin.count,
            };
            Some(ReliabilityCurve { name: view.to_string(), bins: bins.iter().map(bin).collect() })
        };
        let tasks = scores.scores.first().map_or(0, |score| score.tasks);
        let questions = scores.scores.len() / Forecaster::ALL.len();
        ReliabilityChart {
            sheet: Sheet {
                title: format!(
                    "Odds of growth against outcomes: Brier score {:.4}, base rate {:.4}",
                    scores.brier_of(Forecaster::View(View::Combined)),
                    scores.brier_of(Forecaster::BaseRate)
                ),
                subtitle: format!(
                    "{tasks} past cases of reference ramps, {questions} questions each: growth to 1.5, 2 or 3 times within 1, 3 or 5 years. Nothing later than the case is used, nor ramps of its place or technology. Bars: 90 % intervals, block bootstrap by technology."
                ),
                source: "Data: Our World in Data (CC BY 4.0); onpace ramps score.".to_owned(),
            },
            theme: Theme::Light,
            curves: View::ALL.into_iter().rev().filter_map(curve).collect(),
        }
    }
}

/// How often the forecasts of each view came true, by the odds they gave.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReliabilityChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// The curves, one a view, four at most.
    pub curves: Vec<ReliabilityCurve>,
}

/// The bins of one view.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReliabilityCurve {
    /// Its name, at its last bin.
    pub name: String,
    /// Its bins, in any order; those without forecasts or with shares that are none are left out.
    pub bins: Vec<ReliabilityBin>,
}

/// The forecasts with odds of about one size. All shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReliabilityBin {
    /// The mean of the odds said.
    pub forecast: f64,
    /// The share of them that came true.
    pub observed: f64,
    /// The lower end of that share's interval.
    pub low: f64,
    /// The upper end of that share's interval.
    pub high: f64,
    /// How many forecasts there are.
    pub count: usize,
}

/// The plot: its edges in px, and the share at which both axes end.
#[derive(Debug, Clone, Copy)]
struct Square {
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
    end: f64,
}

impl Square {
    /// The largest plot in the room for shares up to `most`.
    fn new(room: Room, most: f64) -> Square {
        let end = TICKS.into_iter().find(|t| *t >= most.max(LEAST_TOP)).unwrap_or(1.0);
        let widest = width(&format_share(1.0), LABEL_SIZE, Weight::Regular);
        let (left, bottom) = (room.left + widest + 8.0, room.bottom - LINE_HEIGHT);
        Square { left, right: left + BREADTH * (bottom - room.top), top: room.top, bottom, end }
    }

    /// Most odds are small, so both axes are laid out by the square root.
    fn at(&self, said: f64, came: f64) -> Pixel {
        let share = |value: f64| (value / self.end).sqrt();
        (self.left + share(said) * (self.right - self.left), self.bottom - share(came) * (self.bottom - self.top))
    }
}

impl ReliabilityChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let curves: Vec<Vec<ReliabilityBin>> =
            self.curves.iter().take(MOST_CURVES).map(ReliabilityCurve::drawable_bins).collect();
        let all = || curves.iter().flatten();
        let Some(largest) = all().map(|b| b.count).max() else {
            return say_empty(canvas, room);
        };
        let most = all().flat_map(|b| [b.forecast, b.high]).fold(0.0, f64::max);
        let square = Square::new(room, most);
        let radius = |count: usize| RADII.1 + (RADII.0 - RADII.1) * (count as f64 / largest as f64).sqrt();
        let lines: Vec<Vec<Pixel>> = curves
            .iter()
            .enumerate()
            .map(|(number, bins)| {
                let aside = (number as f64 - (curves.len() - 1) as f64 / 2.0) * BESIDE;
                bins.iter().map(|b| square.at(b.forecast, b.observed)).map(|at| (at.0 + aside, at.1)).collect()
            })
            .collect();
        draw_axes(canvas, room, &square)?;

        let mut obstacles = obstacles(room, &square, &curves, &lines);
        let mut labels = Vec::new();
        let diagonal = Words::label(DIAGONAL.to_string(), Weight::Regular, canvas.colours.grey);
        let corner = diagonal.rect(square.right + 10.0, square.top);
        labels.extend(obstacles.place(&[corner]).map(|rect| (diagonal, rect)));
        let counted = all().count() <= ALL_LABELLED;
        if !counted {
            labels.extend(size_key(canvas, &square, largest, &radius, &mut obstacles)?);
        }
        for (number, line) in lines.iter().enumerate() {
            let name = cut(&clean(&self.curves[number].name), LABEL_SIZE, Weight::SemiBold, WIDEST);
            let words = Words::label(name, Weight::SemiBold, canvas.colours.series(number));
            let Some(at) = line.last() else { continue };
            let beside = (0..12).flat_map(|away| [1.0, -1.0].map(|side| side * 8.0 * f64::from(away)));
            let mut rooms: Vec<Rect> = beside.map(|down| words.rect(at.0 + 12.0, at.1 + down)).collect();
            rooms.extend(words.rooms_around(*at));
            labels.extend(obstacles.place(&rooms).map(|rect| (words, rect)));
        }
        if counted {
            for (number, (bins, line)) in curves.iter().zip(&lines).enumerate() {
                for (bin, at) in bins.iter().zip(line) {
                    let colour = canvas.colours.series(number);
                    let text = format_number(bin.count as f64);
                    let words = Words { size: 11.5, ..Words::label(text, Weight::Regular, colour) };
                    let away = radius(bin.count) + 4.0;
                    let left = at.0 - away - words.width();
                    let rooms = [0.0, -9.0, 9.0, -15.0, 15.0]
                        .into_iter()
                        .flat_map(|down| [at.0 + away, left].map(|left| words.rect(left, at.1 + down)));
                    let rect = obstacles.place_if_clear(rooms);
                    labels.extend(rect.map(|rect| (words, rect)));
                }
            }
        }
        for (_, rect) in &labels {
            canvas.clear(*rect)?;
        }
        draw_diagonal(canvas, &square)?;
        // The first curve matters most, so it is drawn last.
        for (number, (bins, line)) in curves.iter().zip(&lines).enumerate().rev() {
            let colour = canvas.colours.series(number);
            canvas.path(line, colour, 1.5)?;
            for (bin, at) in bins.iter().zip(line) {
                let end = |share: f64| (at.0, square.at(0.0, share).1);
                canvas.path(&[end(bin.low), end(bin.high)], colour, 1.25)?;
                canvas.dot(*at, radius(bin.count) + 1.0, canvas.colours.ground)?;
                canvas.dot(*at, radius(bin.count), colour)?;
            }
        }
        for (words, rect) in labels {
            canvas.text(&words.fill(rect))?;
        }
        Ok(())
    }
}

impl ReliabilityCurve {
    /// The bins that can be drawn, ordered by their odds, every share held between 0 and 1.
    fn drawable_bins(&self) -> Vec<ReliabilityBin> {
        let there = |b: &&ReliabilityBin| b.count > 0 && drawable(b.forecast) && drawable(b.observed);
        let held = |share: f64| share.clamp(0.0, 1.0);
        let mut bins: Vec<ReliabilityBin> = (self.bins.iter().filter(there))
            .map(|b| ReliabilityBin {
                forecast: held(b.forecast),
                observed: held(b.observed),
                // The lesser of a number and NaN is the number: an end that is none is the share itself.
                low: held(b.low.min(b.observed)),
                high: held(b.high.max(b.observed)),
                count: b.count,
            })
            .collect();
        bins.sort_by(|a, b| a.forecast.total_cmp(&b.forecast));
        bins
    }
}

/// The grid, the shares along both axes and what they mean.
fn draw_axes(canvas: &Canvas<'_>, room: Room, square: &Square) -> Result<(), ChartError> {
    let colours = canvas.colours;
    let label = |text: String, x: f64, middle: f64, align: Align| Line {
        text,
        x,
        baseline: middle + 0.365 * LABEL_SIZE,
        size: LABEL_SIZE,
        weight: Weight::Regular,
        align,
        colour: colours.grey,
    };
    for tick in TICKS.into_iter().filter(|t| *t <= square.end) {
        let (x, y) = square.at(tick, tick);
        canvas.path(&[(square.left, y), (square.right, y)], colours.grid, 1.0)?;
        canvas.path(&[(x, square.top), (x, square.bottom)], colours.grid, 1.0)?;
        canvas.text(&label(format_share(tick), square.left - 8.0, y, Align::Right))?;
        canvas.text(&label(format_share(tick), x, square.bottom + 16.0, Align::Centre))?;
    }
    canvas.path(&[(square.left, square.bottom), (square.right, square.bottom)], colours.grey, 1.0)?;
    canvas.text(&label("came true".to_string(), room.left, square.top - 21.0, Align::Left))?;
    canvas.text(&label("odds".to_string(), square.right, square.bottom + 34.0, Align::Right))
}

/// The line on which every curve would lie if things came true as often as was said.
fn draw_diagonal(canvas: &Canvas<'_>, square: &Square) -> Result<(), ChartError> {
    let line = [square.at(0.0, 0.0), square.at(square.end, square.end)];
    canvas.dashes(&line, canvas.colours.grey, 1.25)
}

/// What the sizes of the points mean, at the right of the plot: the dots are drawn, their words returned.
fn size_key(
    canvas: &Canvas<'_>,
    square: &Square,
    largest: usize,
    radius: &impl Fn(usize) -> f64,
    obstacles: &mut Obstacles,
) -> Result<Vec<(Words, Rect)>, ChartError> {
    let grey = canvas.colours.grey;
    let left = square.right + 24.0;
    let mut counts = vec![largest, largest / 10, 1];
    counts.retain(|count| *count > 0);
    counts.dedup();
    let mut words = Vec::new();
    let top = square.bottom - 22.0 * counts.len() as f64;
    for (place, count) in counts.into_iter().enumerate() {
        let middle = top + 22.0 * (place as f64 + 0.5);
        canvas.dot((left, middle), radius(count), grey)?;
        let noun = if count == 1 { "forecast" } else { "forecasts" };
        let text = format!("{} {noun}", format_number(count as f64));
        let label = Words { size: 11.5, ..Words::label(text, Weight::Regular, grey) };
        let rect = label.rect(left + 13.0, middle);
        obstacles.add_box(Rect { left: left - RADII.0, ..rect });
        words.push((label, rect));
    }
    Ok(words)
}

/// Everything on the page that a label should not cover.
fn obstacles(room: Room, square: &Square, curves: &[Vec<ReliabilityBin>], lines: &[Vec<Pixel>]) -> Obstacles {
    let mut obstacles = Obstacles::new(Rect {
        left: square.left,
        top: square.top - 30.0,
        right: room.right,
        bottom: square.bottom - 2.0,
    });
    let words = Rect { left: room.left, top: square.top - 30.0, right: room.left + 70.0, bottom: square.top - 10.0 };
    obstacles.add_box(words);
    obstacles.add_line(&[square.at(0.0, 0.0), square.at(square.end, square.end)], 3.0);
    for (bins, line) in curves.iter().zip(lines) {
        obstacles.add_line(line, 6.0);
        for (bin, at) in bins.iter().zip(line) {
            obstacles.add_box(Rect::around(*at, 5.0));
            let end = |share: f64| (at.0, square.at(0.0, share).1);
            obstacles.add_line(&[end(bin.low), end(bin.high)], 6.0);
        }
    }
    obstacles
}
