//! Labels at the right ends of lines, where a legend would otherwise be.

use plotters::style::RGBColor;

use super::ChartError;
use super::canvas::Canvas;
use super::labels::{LINE_HEIGHT, Rect, Words, spread};

/// From a line's end to its label, px.
const GAP: f64 = 12.0;
/// A label moved further than this from its line gets a thin line to it, px.
const FAR: f64 = 7.0;
/// A label never takes more of the page than this, px.
const WIDEST: f64 = 260.0;

/// The label of a line that ends at the right of the plot: one or more lines of words.
#[derive(Debug, Clone)]
pub(super) struct EndLabel {
    pub(super) words: Vec<Words>,
    /// Height at which the line ends, px.
    pub(super) end: f64,
    /// The colour of the thin line to a label that had to move.
    pub(super) colour: RGBColor,
}

impl EndLabel {
    fn height(&self) -> f64 {
        // A note stays closer to its name than to the next label.
        let apart = if self.words.len() > 1 { 6.0 } else { 1.0 };
        LINE_HEIGHT * self.words.len() as f64 + apart
    }

    fn width(&self) -> f64 {
        self.words.iter().map(Words::width).fold(0.0, f64::max)
    }
}

/// The room a column of words needs to the right of the plot, px; 0 without words.
pub(super) fn column_width<'a>(words: impl IntoIterator<Item = &'a Words>) -> f64 {
    let widest = words.into_iter().map(Words::width).fold(0.0, f64::max);
    if widest > 0.0 { GAP + widest.min(WIDEST) } else { 0.0 }
}

/// Where the labels of lines that end at `x` stand between the heights `low` and `high` (px): the
/// middle of each, in their order.
pub(super) fn places(labels: &[EndLabel], low: f64, high: f64) -> Vec<f64> {
    let ends: Vec<f64> = labels.iter().map(|l| l.end).collect();
    let heights: Vec<f64> = labels.iter().map(EndLabel::height).collect();
    spread(&ends, &heights, low, high)
}

/// The room of a label at the right of `x` whose middle is at the height `middle`.
pub(super) fn room_of(label: &EndLabel, x: f64, middle: f64) -> Rect {
    let half = label.height() / 2.0;
    Rect { left: x + GAP, top: middle - half, right: x + GAP + label.width(), bottom: middle + half }
}

/// Draws a label at the right of `x` with its middle at the height `middle`.
pub(super) fn draw(canvas: &Canvas<'_>, label: &EndLabel, x: f64, middle: f64) -> Result<(), ChartError> {
    if (middle - label.end).abs() > FAR {
        let to_label = [(x + 2.0, label.end), (x + GAP - 2.0, middle)];
        canvas.path(&to_label, label.colour, 0.75)?;
    }
    let top = middle - LINE_HEIGHT * label.words.len() as f64 / 2.0;
    for (number, words) in label.words.iter().enumerate() {
        let line = top + LINE_HEIGHT * (number as f64 + 0.5);
        canvas.text(&words.fill(words.rect(x + GAP, line)))?;
    }
    Ok(())
}
