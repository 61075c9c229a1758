//! Labels placed where the drawing leaves room for them.

use super::canvas::Pixel;
use super::labels::Rect;

/// A label that would cost more than this is elsewhere or nowhere.
const TOO_CROWDED: f64 = 20.0;

/// What is already on the page and where labels may stand.
#[derive(Debug, Clone)]
pub(super) struct Obstacles {
    /// Labels stay inside this.
    pub(super) room: Rect,
    boxes: Vec<Rect>,
    lines: Vec<(Pixel, Pixel, f64)>,
}

impl Obstacles {
    /// An empty page with this room for labels.
    pub(super) fn new(room: Rect) -> Obstacles {
        Obstacles { room, boxes: Vec::new(), lines: Vec::new() }
    }

    /// Something that no label may cover.
    pub(super) fn add_box(&mut self, rect: Rect) {
        self.boxes.push(rect);
    }

    /// A line that costs a label `weight` for each px it covers of it.
    pub(super) fn add_line(&mut self, points: &[Pixel], weight: f64) {
        for pair in points.windows(2) {
            self.lines.push((pair[0], pair[1], weight));
        }
    }

    /// Puts a label into the best of the rooms, the first of equals, and keeps others off it.
    pub(super) fn place(&mut self, rooms: &[Rect]) -> Option<Rect> {
        let mut best: Option<(f64, Rect)> = None;
        for room in rooms {
            let cost = self.cost(room);
            if best.is_none_or(|(least, _)| cost < least - 1e-6) {
                best = Some((cost, *room));
            }
        }
        let (_, rect) = best?;
        self.add_box(rect);
        Some(rect)
    }

    /// Puts a label into the best of the rooms unless all of them are crowded.
    pub(super) fn place_if_clear(&mut self, rooms: impl Iterator<Item = Rect>) -> Option<Rect> {
        // A spot without size costs only its distance from the room, a thousandth of a px per unit.
        let (x, y) = (self.room.left - TOO_CROWDED / 1000.0, self.room.top);
        let nowhere = Rect { left: x, top: y, right: x, bottom: y };
        let rooms: Vec<Rect> = rooms.chain([nowhere]).collect();
        self.place(&rooms).filter(|rect| *rect != nowhere)
    }

    fn cost(&self, rect: &Rect) -> f64 {
        let outside = (self.room.left - rect.left).max(0.0)
            + (rect.right - self.room.right).max(0.0)
            + (self.room.top - rect.top).max(0.0)
            + (rect.bottom - self.room.bottom).max(0.0);
        let covered: f64 = self.boxes.iter().map(|b| common_area(rect, b)).sum();
        let crossed: f64 = self.lines.iter().map(|(from, to, weight)| weight * length_inside(*from, *to, rect)).sum();
        1000.0 * outside + 100.0 * covered + crossed
    }
}

/// The area two rectangles share; two px between them count as shared.
fn common_area(a: &Rect, b: &Rect) -> f64 {
    let wide = a.right.min(b.right) - a.left.max(b.left) + 2.0;
    let high = a.bottom.min(b.bottom) - a.top.max(b.top);
    wide.max(0.0) * high.max(0.0)
}

/// How many px of a straight line lie inside a rectangle.
fn length_inside(from: Pixel, to: Pixel, rect: &Rect) -> f64 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    for (start, change, low, high) in [(from.0, dx, rect.left, rect.right), (from.1, dy, rect.top, rect.bottom)] {
        if change == 0.0 {
            if start < low || start > high {
                return 0.0;
            }
            continue;
        }
        let (one, other) = ((low - start) / change, (high - start) / change);
        enter = enter.max(one.min(other));
        leave = leave.min(one.max(other));
    }
    (leave - enter).max(0.0) * dx.hypot(dy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_placed_where_nothing_is() {
        let room = Rect { left: 0.0, top: 0.0, right: 100.0, bottom: 100.0 };
        let at = |top: f64| Rect { left: 10.0, top, right: 40.0, bottom: top + 10.0 };
        let mut obstacles = Obstacles::new(room);
        obstacles.add_box(at(15.0));
        obstacles.add_line(&[(0.0, 45.0), (100.0, 45.0)], 1.0);
        let rooms = [at(-5.0), at(20.0), at(40.0), at(60.0)];
        assert_eq!(obstacles.place(&rooms), Some(at(60.0)));
        // Now that place is taken, crossing the line is the least evil.
        assert_eq!(obstacles.place(&rooms), Some(at(40.0)));
    }
}
