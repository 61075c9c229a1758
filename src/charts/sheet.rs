//! The sheet around every chart: title, subtitle, source and the name of the tool.

use super::ChartError;
use super::canvas::{Align, Canvas, HEIGHT, Line, WIDTH};
use super::font::{self, Weight, width};
use super::room::Room;
use super::svg::document;
use super::text::{clean, cut, wrap};
use super::theme::Theme;

/// Free space at the left and at the right of everything but the values' labels, px.
const MARGIN: f64 = 44.0;

const NAME: &str = "onpace";
/// 15.5 pt, and the sizes tried for a title too long for one line, px an em.
const TITLE_SIZES: [f64; 6] = [21.0, 20.0, 19.0, 18.0, 17.0, 16.0];
const TITLE_BASELINE: f64 = 58.0;
/// 11 pt.
const SUBTITLE_SIZE: f64 = 14.5;
const SUBTITLE_BASELINE: f64 = 89.0;
const SUBTITLE_LINE: f64 = 22.0;
/// 8.5 pt.
const SOURCE_SIZE: f64 = 11.5;
const SOURCE_BASELINE: f64 = 580.0;
const SOURCE_LINE: f64 = 15.0;

/// The words around a chart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sheet {
    /// The finding, in one line; shrunk, then cut if it is longer.
    pub title: String,
    /// What is drawn, its unit and period, in at most two lines.
    pub subtitle: String,
    /// Where the data come from, in at most two lines at the foot.
    pub source: String,
}

/// A whole document: the sheet with what `draw` adds to it.
pub(super) fn page(
    sheet: &Sheet,
    theme: Theme,
    draw: impl FnOnce(&Canvas<'_>, Room) -> Result<(), ChartError>,
) -> Result<String, ChartError> {
    font::check()?;
    let mut drawn = String::new();
    {
        let canvas = Canvas::new(&mut drawn, theme.colours())?;
        let room = sheet.draw(&canvas)?;
        draw(&canvas, room)?;
        canvas.present()?;
    }
    let (title, subtitle) = (clean(&sheet.title), clean(&sheet.subtitle));
    Ok(document(&drawn, &title, &subtitle))
}

/// Says on the sheet that there is nothing to draw.
pub(super) fn say_empty(canvas: &Canvas<'_>, room: Room) -> Result<(), ChartError> {
    canvas.text(&Line {
        text: "There are no values to draw.".to_string(),
        x: room.left,
        baseline: (room.top + room.bottom) / 2.0,
        size: SUBTITLE_SIZE,
        weight: Weight::Regular,
        align: Align::Left,
        colour: canvas.colours.grey,
    })
}

impl Sheet {
    fn draw(&self, canvas: &Canvas<'_>) -> Result<Room, ChartError> {
        let colours = canvas.colours;
        let room = f64::from(WIDTH) - 2.0 * MARGIN;
        let line = |text: String, baseline: f64, size: f64| Line {
            text,
            x: MARGIN,
            baseline,
            size,
            weight: Weight::Regular,
            align: Align::Left,
            colour: colours.grey,
        };

        let (title, size) = fitted_title(&clean(&self.title), room);
        canvas.text(&Line { weight: Weight::SemiBold, colour: colours.ink, ..line(title, TITLE_BASELINE, size) })?;

        let subtitle = clean(&self.subtitle);
        let subtitle = wrap(&subtitle, SUBTITLE_SIZE, Weight::Regular, room, 2);
        let mut baseline = SUBTITLE_BASELINE;
        for text in &subtitle {
            canvas.text(&line(text.clone(), baseline, SUBTITLE_SIZE))?;
            baseline += SUBTITLE_LINE;
        }

        canvas.text(&Line {
            x: f64::from(WIDTH) - MARGIN,
            weight: Weight::SemiBold,
            align: Align::Right,
            ..line(NAME.to_string(), SOURCE_BASELINE, SOURCE_SIZE)
        })?;
        let beside_name = room - width(NAME, SOURCE_SIZE, Weight::SemiBold) - 24.0;
        let source = clean(&self.source);
        let source = wrap(&source, SOURCE_SIZE, Weight::Regular, beside_name, 2);
        let more_lines = source.len().saturating_sub(1) as f64;
        let mut foot = SOURCE_BASELINE - more_lines * SOURCE_LINE;
        for text in &source {
            canvas.text(&line(text.clone(), foot, SOURCE_SIZE))?;
            foot += SOURCE_LINE;
        }

        Ok(Room {
            left: MARGIN,
            right: f64::from(WIDTH) - MARGIN,
            top: baseline - SUBTITLE_LINE + 54.0,
            bottom: f64::from(HEIGHT) - 76.0 - more_lines * SOURCE_LINE,
            margin: MARGIN,
        })
    }
}

/// The title and its size: the largest that fits into one line of `room` px.
pub(super) fn fitted_title(title: &str, room: f64) -> (String, f64) {
    let least = TITLE_SIZES[TITLE_SIZES.len() - 1];
    let fitting = TITLE_SIZES.into_iter().find(|size| width(title, *size, Weight::SemiBold) <= room);
    let size = fitting.unwrap_or(least);
    (cut(title, size, Weight::SemiBold, room), size)
}
