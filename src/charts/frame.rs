//! The plot on the sheet: how values become px, its grid and its axes.

use super::ChartError;
use super::axis::ValueAxis;
use super::canvas::{Align, Canvas, Line, Pixel};
use super::data::{Tick, drawable};
use super::font::{Weight, width};
use super::labels::{LABEL_SIZE, LINE_HEIGHT, Rect};
use super::room::Room;
use super::text::{clean, cut};

/// From the left end of the grid to the first point, px.
const INSET: f64 = 20.0;
/// From a value's label to the grid, px.
const LABEL_GAP: f64 = 8.0;
/// Least room between a value's label and the edge of the page, px.
const PAGE_EDGE: f64 = 10.0;
/// Least room between two labels of the time axis, px.
const TICK_GAP: f64 = 14.0;

/// The plot and its two axes.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) top: f64,
    pub(super) bottom: f64,
    pub(super) axis: ValueAxis,
    x_low: f64,
    x_high: f64,
    suffix: String,
    room: Room,
}

impl Frame {
    /// A plot in the room for times from `x.0` to `x.1`, with `column` px left free
    /// at its right. `suffix` follows each value's label, such as a per cent sign.
    pub(super) fn new(room: Room, x: (f64, f64), axis: ValueAxis, column: f64, suffix: &str) -> Frame {
        let widest = axis.ticks.iter().map(|t| label_width(&format!("{}{suffix}", axis.label(*t)))).fold(0.0, f64::max);
        // The labels hang in the margin, so that the grid begins under the title; only labels
        // too wide for the margin move the grid.
        let left = if widest + LABEL_GAP <= room.margin - PAGE_EDGE {
            room.left
        } else {
            room.left + widest.min(200.0) + LABEL_GAP
        };
        let (x_low, x_high) = widened(x);
        Frame {
            left,
            right: room.right - column,
            top: room.top,
            bottom: room.bottom,
            axis,
            x_low,
            x_high,
            suffix: suffix.to_string(),
            room,
        }
    }

    /// The place of a time, px.
    pub(super) fn x(&self, time: f64) -> f64 {
        let share = (time - self.x_low) / (self.x_high - self.x_low);
        self.left + self.inset() + share * (self.right - self.left - self.inset())
    }

    fn inset(&self) -> f64 {
        INSET.min((self.room.right - self.room.left) / 25.0)
    }

    /// The height of a value, px from the top of the page.
    pub(super) fn y(&self, value: f64) -> f64 {
        self.bottom - self.axis.share(value) * (self.bottom - self.top)
    }

    /// The place of a point, px.
    pub(super) fn at(&self, time: f64, value: f64) -> Pixel {
        (self.x(time), self.y(value))
    }

    /// Where labels inside the plot may stand.
    pub(super) fn label_room(&self) -> Rect {
        Rect { left: self.left, top: self.top - 2.5 * LINE_HEIGHT, right: self.room.right, bottom: self.bottom - 2.0 }
    }

    /// The room of the magnitude's name over the axis; none without a name, and none in a panel, whose heading names it.
    pub(super) fn unit_room(&self) -> Option<Rect> {
        let name = self.axis.magnitude.name;
        (!name.is_empty() && !self.room.is_panel()).then(|| Rect {
            left: self.room.left,
            top: self.top - 1.8 * LINE_HEIGHT,
            right: self.room.left + label_width(name),
            bottom: self.top - 0.8 * LINE_HEIGHT,
        })
    }

    /// Draws the grid, the values' labels and the magnitude.
    pub(super) fn draw_grid(&self, canvas: &Canvas<'_>) -> Result<(), ChartError> {
        let colours = canvas.colours;
        for tick in &self.axis.ticks {
            let height = self.y(*tick);
            let line = [(self.left, height), (self.right, height)];
            canvas.path(&line, colours.grid, 1.0)?;
            let text = format!("{}{}", self.axis.label(*tick), self.suffix);
            let x = self.left - LABEL_GAP;
            canvas.text(&self.label(canvas, text, x, height, Align::Right))?;
        }
        if let Some(room) = self.unit_room() {
            let name = self.axis.magnitude.name.to_string();
            let middle = (room.top + room.bottom) / 2.0;
            canvas.text(&self.label(canvas, name, room.left, middle, Align::Left))?;
        }
        Ok(())
    }

    /// Draws the baseline and the labels of the time axis, fewer where they would collide.
    pub(super) fn draw_base(&self, canvas: &Canvas<'_>, ticks: &[Tick]) -> Result<(), ChartError> {
        let zero = self.y(0.0);
        let height = if zero >= self.top && zero <= self.bottom { zero } else { self.bottom };
        let line = [(self.left, height), (self.right, height)];
        canvas.path(&line, canvas.colours.grey, 1.0)?;
        for (middle, text) in self.tick_labels(ticks) {
            let below = self.bottom + 16.0;
            canvas.text(&self.label(canvas, text, middle, below, Align::Centre))?;
        }
        Ok(())
    }

    /// The middles (px) and texts of the time labels that stand clear of each other: every one,
    /// or every second, third and so on.
    pub(super) fn tick_labels(&self, ticks: &[Tick]) -> Vec<(f64, String)> {
        let (left, right) = (self.room.left - self.room.margin / 2.0, self.room.right);
        let mut labels: Vec<(f64, f64, String)> = ticks
            .iter()
            .filter(|t| drawable(t.at) && t.at >= self.x_low && t.at <= self.x_high)
            .map(|t| {
                let text = cut(&clean(&t.label), LABEL_SIZE, Weight::Regular, 200.0);
                let half = label_width(&text) / 2.0;
                let middle = self.x(t.at).clamp(left + half, right - half);
                (middle, half, text)
            })
            .collect();
        labels.sort_by(|a, b| a.0.total_cmp(&b.0));
        let clear = |every: usize| {
            let kept: Vec<_> = labels.iter().step_by(every).collect();
            kept.windows(2).all(|pair| pair[1].0 - pair[1].1 - pair[0].0 - pair[0].1 >= TICK_GAP)
        };
        let every = (1..=labels.len()).find(|every| clear(*every)).unwrap_or(1);
        labels.into_iter().step_by(every).map(|(middle, _, text)| (middle, text)).collect()
    }

    fn label(&self, canvas: &Canvas<'_>, text: String, x: f64, middle: f64, align: Align) -> Line {
        Line {
            text,
            x,
            baseline: middle + 0.365 * LABEL_SIZE,
            size: LABEL_SIZE,
            weight: Weight::Regular,
            align,
            colour: canvas.colours.grey,
        }
    }
}

fn label_width(text: &str) -> f64 {
    width(text, LABEL_SIZE, Weight::Regular)
}

/// A single moment gets some time around it.
fn widened((low, high): (f64, f64)) -> (f64, f64) {
    let size = low.abs().max(high.abs());
    if high - low > size * 1e-12 {
        (low, high)
    } else {
        let half = (size * 1e-9).max(0.5);
        (low - half, high + half)
    }
}
