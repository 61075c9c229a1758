//! The comparison chart: models side by side by their loss, and whether their intervals kept their word.

use crate::charts::ChartError;
use crate::charts::axis::nice_ticks;
use crate::charts::canvas::{Align, Canvas, Line};
use crate::charts::data::drawable;
use crate::charts::font::{Weight, width};
use crate::charts::labels::{LABEL_SIZE, Rect};
use crate::charts::room::Room;
use crate::charts::sheet::{Sheet, page, say_empty};
use crate::charts::text::{clean, cut};
use crate::charts::theme::Theme;
use crate::charts::{ChartKind, Compared, Drawing, Material, Needs, NoChart};
use crate::evaluate::{Row, Standing};
use crate::export::number::format_share;

/// More models than this are left out, the worst first.
const MOST_ROWS: usize = 14;
/// Losses beyond this multiple of the baseline's are drawn at the edge, with their number.
const LARGEST: f64 = 2.5;
/// Names are cut beyond this, px.
const WIDEST_NAME: f64 = 200.0;
/// From one coverage column to the next, px.
const COLUMN: f64 = 78.0;
/// In rows at least so high a number stands over its point, in lower ones beside its interval, px.
const ROOMY: f64 = 44.0;
/// Half the width of an interval of 95 % in standard errors.
const NORMAL_95: f64 = 1.96;

/// `comparison`: models side by side.
#[derive(Debug)]
pub(super) struct Kind;

impl ChartKind for Kind {
    fn name(&self) -> &'static str {
        "comparison"
    }

    fn about(&self) -> &'static str {
        "Models side by side: their losses relative to a baseline, and how often their intervals held"
    }

    fn needs(&self) -> Needs {
        Needs::Comparison
    }

    fn draw(&self, material: &Material<'_>) -> Result<Drawing, NoChart> {
        let Some(compared) = &material.comparison else {
            return Err(NoChart::Lacks(self.needs()));
        };
        let chart = ComparisonChart::of(compared);
        let title = material.title.clone().unwrap_or_else(|| chart.sheet.title.clone());
        let chart = ComparisonChart { sheet: Sheet { title, ..chart.sheet.clone() }, ..chart };
        Ok(chart.svg()?.into())
    }
}

impl ComparisonChart {
    /// The models' losses beside the baseline's, and how often their intervals held.
    fn of(compared: &Compared<'_>) -> ComparisonChart {
        let Compared { comparison, data, horizon } = *compared;
        let ranked = comparison.rows.iter().filter(|row| row.step.is_none() && row.standing != Standing::Unranked);
        let rows: Vec<&Row> = ranked.collect();
        let chart_row = |row: &&Row| ComparisonRow {
            name: row.model.clone(),
            loss: row.skill.map_or(f64::NAN, |skill| 1.0 - skill),
            error: row.skill_error,
            best: row.standing == Standing::Best,
            coverage: row.coverage.iter().map(|c| c.map(|c| (c.share, c.standard_error))).collect(),
        };
        let best = rows.iter().find(|row| row.standing == Standing::Best).map(|row| row.model.as_str());
        let equal: Vec<&str> =
            rows.iter().filter(|row| row.standing == Standing::CannotTell).map(|row| row.model.as_str()).collect();
        let by = if comparison.critical_difference.is_some() { " by rank" } else { "" };
        let title = match (best, equal.len()) {
            (None, _) => "The losses of the models cannot be compared: the series have no scale".to_owned(),
            (Some(best), 0) => format!("{best} has the smallest loss"),
            (Some(best), 1..=3) => {
                format!("{best} has the smallest loss; {} do not differ from it beyond chance{by}", equal.join(", "))
            }
            (Some(best), more) => {
                format!("{best} has the smallest loss; {more} others do not differ from it beyond chance{by}")
            }
        };
        let unranked = comparison.rows.iter().filter(|row| row.step.is_none()).count() - rows.len();
        let without = match unranked {
            0 => String::new(),
            1 => " One model with too few forecasts is not shown.".to_owned(),
            more => format!(" {more} models with too few forecasts are not shown."),
        };
        let levels: Vec<String> = comparison.levels.iter().map(|level| format!("{level} %")).collect();
        let (series, origins) = rows.first().map_or((0, 0), |row| (row.series, row.origins));
        let noun = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
        let horizon = noun(horizon, "step");
        ComparisonChart {
            sheet: Sheet {
                title,
                subtitle: format!(
                    "Loss relative to {} (scaled CRPS, lower is better) with 95 % intervals; right: share of outcomes inside the {} intervals. {}, {horizon} ahead.",
                    comparison.baseline,
                    levels.join(" and "),
                    match series {
                        1 => noun(origins, "origin"),
                        _ => format!("{series} series, {}", noun(origins, "origin")),
                    },
                ),
                source: format!(
                    "Data: {data}. Models are fitted anew at each origin, to the values known there.{without} Red: a share that differs from its level by more than chance."
                ),
            },
            levels: comparison.levels.iter().map(|level| level.probability()).collect(),
            rows: rows.iter().map(chart_row).collect(),
            ..ComparisonChart::default()
        }
    }
}

/// Models side by side: the relative loss of each with its interval, and its coverages.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComparisonChart {
    /// The words around the chart.
    pub sheet: Sheet,
    /// Light or dark.
    pub theme: Theme,
    /// The levels of the intervals, 0 to 1.
    pub levels: Vec<f64>,
    /// The models from the top down.
    pub rows: Vec<ComparisonRow>,
}

/// One model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ComparisonRow {
    /// Its name.
    pub name: String,
    /// Its loss as a multiple of the baseline's.
    pub loss: f64,
    /// The standard error of that, where it is known.
    pub error: Option<f64>,
    /// Whether it is the best.
    pub best: bool,
    /// The part of outcomes inside the interval of each level, with its standard error.
    pub coverage: Vec<Option<(f64, f64)>>,
}

impl ComparisonChart {
    /// Draws the chart: an SVG document of 960 × 600 with its fonts inside.
    pub fn svg(&self) -> Result<String, ChartError> {
        page(&self.sheet, self.theme, |canvas, room| self.draw(canvas, room))
    }

    fn draw(&self, canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
        let drawable_rows = self.rows.iter().filter(|row| drawable(row.loss) && row.error.is_none_or(drawable));
        let rows: Vec<&ComparisonRow> = drawable_rows.take(MOST_ROWS).collect();
        if rows.is_empty() {
            return say_empty(canvas, room);
        }
        let names: Vec<String> =
            rows.iter().map(|row| cut(&clean(&row.name), LABEL_SIZE, Weight::SemiBold, WIDEST_NAME)).collect();
        let widest = names.iter().map(|name| width(name, LABEL_SIZE, Weight::SemiBold)).fold(0.0, f64::max);
        let (left, top) = (room.left + widest + 24.0, room.top + 14.0);
        let right = room.right - COLUMN * self.levels.len() as f64 - 24.0;
        let ends = |row: &&ComparisonRow| {
            let reach = NORMAL_95 * row.error.unwrap_or(0.0);
            [row.loss - reach, row.loss + reach].map(|end| end.clamp(0.0, LARGEST))
        };
        let all = || rows.iter().flat_map(ends).chain([1.0]);
        let ticks = nice_ticks(all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
        let (low, high) = (ticks[0], ticks[ticks.len() - 1]);
        let x = |loss: f64| left + (loss.clamp(low, high) - low) / (high - low) * (right - left);
        let colours = canvas.colours;
        let text = |text: String, x: f64, middle: f64, align, weight, colour| {
            canvas.text(&Line {
                text,
                x,
                baseline: middle + 0.36 * LABEL_SIZE,
                size: LABEL_SIZE,
                weight,
                align,
                colour,
            })
        };
        for tick in &ticks {
            canvas.path(&[(x(*tick), top), (x(*tick), room.bottom)], colours.grid, 1.0)?;
            let label = format!("{tick:.*}", decimals(ticks[1] - ticks[0]));
            text(label, x(*tick), room.bottom + 16.0, Align::Centre, Weight::Regular, colours.grey)?;
        }
        canvas.path(&[(left, room.bottom), (right, room.bottom)], colours.grey, 1.0)?;
        canvas.dashes(&[(x(1.0), top), (x(1.0), room.bottom)], colours.grey, 1.2)?;
        let column = |place: usize| right + 24.0 + COLUMN * (place as f64 + 0.5);
        for (place, level) in self.levels.iter().enumerate() {
            text(format_share(*level), column(place), top - 12.0, Align::Centre, Weight::Regular, colours.grey)?;
        }
        let height = (room.bottom - top) / rows.len() as f64;
        for (number, (row, name)) in rows.iter().zip(&names).enumerate() {
            let middle = top + height * (number as f64 + 0.5) + 0.12 * height;
            let (colour, weight, ink) = match row.best {
                true => (colours.blue, Weight::SemiBold, colours.ink),
                false => (colours.grey, Weight::Regular, colours.grey),
            };
            text(name.clone(), left - 16.0, middle, Align::Right, weight, ink)?;
            let [from, to] = ends(row);
            canvas.path(
                &[(x(from), middle), (x(to), middle)],
                if row.best { colours.bands[0] } else { colours.faint() },
                3.5,
            )?;
            let beyond = row.loss > high;
            if beyond {
                text(format!("{:.2} →", row.loss), right - 4.0, middle, Align::Right, Weight::Regular, colour)?;
            } else {
                canvas.dot((x(row.loss), middle), 5.0, colour)?;
                let label = format!("{:.2}", row.loss);
                let half = 0.5 * width(&label, LABEL_SIZE, Weight::Regular);
                let place = if height >= ROOMY {
                    // Clear of the baseline's dashes, which would cross a number that stands on them.
                    let nearness = x(row.loss) - x(1.0);
                    let shift = match nearness.abs() < half + 3.0 {
                        true if nearness < 0.0 || x(1.0) + 2.0 * half + 8.0 > right => -half - 4.0 - nearness,
                        true => half + 4.0 - nearness,
                        false => 0.0,
                    };
                    (x(row.loss) + shift, middle - 17.0)
                } else if x(to).max(x(row.loss) + 5.0) + 2.0 * half + 8.0 < right {
                    (x(to).max(x(row.loss) + 5.0) + half + 8.0, middle)
                } else {
                    (x(from).min(x(row.loss) - 5.0) - half - 8.0, middle)
                };
                let (left, right) = (place.0 - half - 2.0, place.0 + half + 2.0);
                if left < x(1.0) && x(1.0) < right {
                    canvas.clear(Rect { left, top: place.1 - 9.0, right, bottom: place.1 + 9.0 })?;
                }
                text(label, place.0, place.1, Align::Centre, Weight::Regular, colour)?;
            }
            for (place, (coverage, level)) in row.coverage.iter().zip(&self.levels).enumerate() {
                let Some((share, error)) = coverage else { continue };
                let kept = (share - level).abs() <= NORMAL_95 * error;
                let (weight, colour) =
                    if kept { (Weight::Regular, colours.teal) } else { (Weight::SemiBold, colours.red) };
                text(format_share(*share), column(place), middle, Align::Centre, weight, colour)?;
            }
        }
        Ok(())
    }
}

/// Decimals that tell ticks a step apart.
fn decimals(step: f64) -> usize {
    (-step.log10() + 1e-9).ceil().clamp(0.0, 6.0) as usize
}
