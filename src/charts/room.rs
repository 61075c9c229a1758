//! The rectangle that a chart fills: the page under its title, or one of several panels.

use super::labels::{LINE_HEIGHT, Rect};

/// Free space between two panels, px.
const GUTTER: f64 = 26.0;
/// Height of the labels of the time axis under a panel, px.
const UNDER: f64 = 36.0;
/// Height of a panel's heading, px.
const HEADING: f64 = LINE_HEIGHT + 11.0;

/// A rectangle for a plot with its axes, in px.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Room {
    pub(super) left: f64,
    pub(super) right: f64,
    /// Top of the plot; the name of the unit is above it.
    pub(super) top: f64,
    /// Bottom of the plot; the labels of the time axis are under it.
    pub(super) bottom: f64,
    /// Free space at both sides, where short labels of the value axis may be.
    pub(super) margin: f64,
}

/// One of several plots on a page, with the room of its heading.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Panel {
    pub(super) heading: Rect,
    pub(super) plot: Room,
}

impl Room {
    /// Whether this is one of several panels, where labels have little room.
    pub(super) fn is_panel(&self) -> bool {
        self.margin == 0.0
    }

    /// Equal panels for `count` plots, from the left to the right and then down.
    pub(super) fn panels(&self, count: usize) -> Vec<Panel> {
        let columns = (count as f64).sqrt().ceil().max(1.0);
        let rows = (count as f64 / columns).ceil().max(1.0);
        // The page's own heading room is taken by the headings of the first row.
        let (top, bottom) = (self.top - HEADING - LINE_HEIGHT, self.bottom + UNDER - 10.0);
        let width = (self.right - self.left - GUTTER * (columns - 1.0)) / columns;
        let height = (bottom - top) / rows;
        let panel = |number: usize| {
            let (row, column) = ((number as f64 / columns).floor(), number as f64 % columns);
            let (left, top) = (self.left + column * (width + GUTTER), top + row * height);
            Panel {
                heading: Rect { left, top, right: left + width, bottom: top + LINE_HEIGHT },
                plot: Room { left, right: left + width, top: top + HEADING, bottom: top + height - UNDER, margin: 0.0 },
            }
        };
        (0..count).map(panel).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn panels_lie_inside_the_room_and_apart() {
        let room = Room { left: 44.0, right: 916.0, top: 143.0, bottom: 524.0, margin: 44.0 };
        for count in 1..=12 {
            let panels = room.panels(count);
            assert_eq!(panels.len(), count);
            for (number, Panel { heading, plot }) in panels.iter().enumerate() {
                assert!(plot.left >= room.left && plot.right <= room.right + 1e-9, "{count} panels");
                assert!(heading.bottom < plot.top && plot.bottom - plot.top > 50.0, "{count} panels");
                assert!(plot.bottom + UNDER <= room.bottom + UNDER, "{count} panels");
                let apart = |other: &Panel| {
                    other.plot.left > plot.right || other.plot.right < plot.left || other.heading.top >= plot.bottom
                };
                assert!(panels[number + 1..].iter().all(apart), "{count} panels");
            }
        }
        assert!(room.panels(0).is_empty());
    }
}
