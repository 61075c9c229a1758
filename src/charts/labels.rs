//! Labels that have no place yet, the rooms they could take, and labels spread along an edge.

use plotters::style::RGBColor;

use super::canvas::{Align, Line, Pixel};
use super::font::{Weight, width};

/// Size of the labels inside a plot, px an em.
pub(super) const LABEL_SIZE: f64 = 13.0;
/// Height of a label's line, px.
pub(super) const LINE_HEIGHT: f64 = 16.0;

/// A rectangle on the page in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) left: f64,
    pub(super) top: f64,
    pub(super) right: f64,
    pub(super) bottom: f64,
}

impl Rect {
    /// The square around a dot.
    pub(super) fn around(at: Pixel, radius: f64) -> Rect {
        Rect { left: at.0 - radius, top: at.1 - radius, right: at.0 + radius, bottom: at.1 + radius }
    }
}

/// A text that has no place yet.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) text: String,
    /// Size in px an em.
    pub(super) size: f64,
    pub(super) weight: Weight,
    pub(super) colour: RGBColor,
}

impl Words {
    /// A label of the usual size.
    pub(super) fn label(text: String, weight: Weight, colour: RGBColor) -> Words {
        Words { text, size: LABEL_SIZE, weight, colour }
    }

    /// Its width in px.
    pub(super) fn width(&self) -> f64 {
        width(&self.text, self.size, self.weight)
    }

    /// The room it takes when it begins at `left` with the middle of its line at `middle`.
    pub(super) fn rect(&self, left: f64, middle: f64) -> Rect {
        Rect { left, top: middle - LINE_HEIGHT / 2.0, right: left + self.width(), bottom: middle + LINE_HEIGHT / 2.0 }
    }

    /// The line of text that fills this room.
    pub(super) fn fill(&self, rect: Rect) -> Line {
        let middle = (rect.top + rect.bottom) / 2.0;
        Line {
            text: self.text.clone(),
            x: rect.left,
            // Capitals and figures are 0.73 em high.
            baseline: middle + 0.365 * self.size,
            size: self.size,
            weight: self.weight,
            align: Align::Left,
            colour: self.colour,
        }
    }

    /// Rooms for it around a dot, the best first: above, below, aside, then further away.
    pub(super) fn rooms_around(&self, at: Pixel) -> Vec<Rect> {
        let half = self.width() / 2.0;
        let mut rooms = Vec::new();
        for distance in [13.5, 19.0, 28.0] {
            for shift in [0.0, -half / 2.0, half / 2.0, -half, half] {
                rooms.push(self.rect(at.0 - half + shift, at.1 - distance));
                rooms.push(self.rect(at.0 - half + shift, at.1 + distance));
            }
            rooms.push(self.rect(at.0 - 2.0 * half - distance + 4.0, at.1));
            rooms.push(self.rect(at.0 + distance - 4.0, at.1));
        }
        rooms
    }
}

/// Moves labels apart as little as possible.
///
/// `centres` are the wished middles and `heights` the heights of the labels, both in px and of one
/// length; the answer holds the middles in the same order, all between `low` and `high`. Labels
/// too many for that are pressed together evenly.
pub fn spread(centres: &[f64], heights: &[f64], low: f64, high: f64) -> Vec<f64> {
    let count = centres.len().min(heights.len());
    let (low, high) = (low.min(high), low.max(high));
    let middle = (low + high) / 2.0;
    let wished = |i: usize| {
        if centres[i].is_finite() { centres[i] } else { middle }
    };
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| wished(*a).total_cmp(&wished(*b)));

    let total: f64 = heights[..count].iter().sum();
    let press = if total > high - low { (high - low) / total } else { 1.0 };
    let latest = (high - total * press).max(low);

    // With the heights before each label taken off, the labels need only stay in order: labels
    // that are not in order form a block, which stands at the mean of what its labels wish.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    let mut before = 0.0;
    for &i in &order {
        let height = heights[i] * press;
        let mut block = (wished(i) - before - height / 2.0, 1);
        before += height;
        while let Some(&(start, size)) = blocks.last() {
            if start <= block.0 {
                break;
            }
            let size_of_both = size + block.1;
            block = ((start * size as f64 + block.0 * block.1 as f64) / size_of_both as f64, size_of_both);
            blocks.pop();
        }
        blocks.push(block);
    }

    let starts = blocks.iter().flat_map(|(start, size)| std::iter::repeat_n(start.min(latest).max(low), *size));
    let mut placed = vec![middle; count];
    let mut before = 0.0;
    for (&i, start) in order.iter().zip(starts) {
        let height = heights[i] * press;
        placed[i] = start + before + height / 2.0;
        before += height;
    }
    placed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_room_stay_where_they_are() {
        assert_eq!(spread(&[80.0, 20.0], &[16.0, 16.0], 0.0, 100.0), [80.0, 20.0]);
    }

    #[test]
    fn labels_at_one_place_move_apart_evenly() {
        let placed = spread(&[50.0, 50.0, 50.0], &[10.0, 20.0, 10.0], 0.0, 100.0);
        assert_eq!(placed, [35.0, 50.0, 65.0]);
    }

    #[test]
    fn labels_never_overlap_nor_leave_the_edge() {
        let wished = [99.0, 3.0, f64::NAN, 98.0, 4.0, 50.0, -1e300];
        let placed = spread(&wished, &[10.0; 7], 0.0, 100.0);
        let mut sorted = placed.clone();
        sorted.sort_by(f64::total_cmp);
        assert!(sorted.windows(2).all(|p| p[1] - p[0] >= 10.0 - 1e-9));
        assert!(sorted[0] >= 5.0 && sorted[6] <= 95.0);
        assert!(placed[6] < placed[1] && placed[3] < placed[0]);
    }

    #[test]
    fn labels_without_room_are_pressed_together() {
        assert_eq!(spread(&[0.0, 0.0], &[10.0, 10.0], 0.0, 10.0), [2.5, 7.5]);
        assert!(spread(&[], &[], 0.0, 10.0).is_empty());
    }
}
