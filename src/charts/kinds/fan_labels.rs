//! Where the labels of a fan chart stand: at the fan's end, beside its points, on the goal's line.

use super::fan::{FanParts, GoalLine, history_pixels, pixels};
use crate::charts::axis::ValueAxis;
use crate::charts::canvas::Pixel;
use crate::charts::ends::{self, EndLabel};
use crate::charts::font::Weight;
use crate::charts::frame::Frame;
use crate::charts::labels::{LINE_HEIGHT, Rect, Words};
use crate::charts::obstacles::Obstacles;
use crate::charts::text::{clean, cut};
use crate::charts::theme::Colours;
use crate::export::number::{format_number, format_share};

/// Each of so few figures has its value beside it.
const ALL_LABELLED: usize = 6;
/// A label inside the plot never takes more of the page than this, px.
const WIDEST: f64 = 420.0;
/// What a px of each line costs a label that covers it.
const HISTORY_COST: f64 = 6.0;
/// The goal's line and the baseline.
const GOAL_COST: f64 = 8.0;
const EDGE_COST: f64 = 1.0;
const INSIDE_COST: f64 = 0.2;

/// The labels of a fan chart and where they stand.
#[derive(Debug, Clone)]
pub(super) struct FanWords {
    /// At the fan's end, each with the height of its middle in px.
    pub(super) ends: Vec<(EndLabel, f64)>,
    /// Inside the plot, each with its room.
    pub(super) inside: Vec<(Words, Rect)>,
    end_rects: Vec<Rect>,
}

impl FanWords {
    /// The rooms of all labels, px.
    pub(super) fn rects(&self) -> Vec<Rect> {
        let inside = self.inside.iter().map(|(_, rect)| *rect);
        inside.chain(self.end_rects.iter().copied()).collect()
    }
}

/// The words at the fan's end and the value each belongs to: the bands and the median.
pub(super) fn end_words(parts: &FanParts, axis: &ValueAxis, colours: Colours) -> Vec<(Words, f64)> {
    let shape = &parts.shape;
    let mut words = Vec::new();
    for (place, band) in shape.bands.iter().enumerate() {
        let (Some(low), Some(high)) = (band.low.last(), band.high.last()) else {
            continue;
        };
        let level = format_share(band.level);
        let number = |value: f64| format_number(value / axis.magnitude.divisor);
        let above = place == 0 && parts.reach.cut_high && *high > axis.high;
        let below = place == 0 && parts.reach.cut_low && *low < axis.low;
        let text = match (below, above) {
            (true, true) => format!("{level}: {} to {}", number(*low), number(*high)),
            (true, false) => format!("{level}: from {}", number(*low)),
            (false, true) => format!("{level}: to {}", number(*high)),
            (false, false) => level,
        };
        words.push((Words::label(text, Weight::Regular, colours.grey), *high));
    }
    if let Some(median) = shape.median.last() {
        let label = Words::label("median".to_string(), Weight::Regular, colours.blue);
        words.push((label, *median));
    }
    words
}

/// Finds a place for every label: those with the least freedom first.
pub(super) fn place(parts: &FanParts, frame: &Frame, words: Vec<(Words, f64)>, colours: Colours) -> FanWords {
    let mut obstacles = obstacles(parts, frame);
    let (ends, end_rects) = place_ends(parts, frame, words, colours);
    for rect in &end_rects {
        obstacles.add_box(*rect);
    }
    let mut inside = Vec::new();
    let mut add = |words: Words, rooms: &[Rect], obstacles: &mut Obstacles| {
        if !words.text.is_empty()
            && let Some(rect) = obstacles.place(rooms)
        {
            inside.push((words, rect));
        }
    };

    let count = parts.history.len();
    for (number, point) in parts.history.iter().enumerate() {
        if count <= ALL_LABELLED || number + 1 == count {
            let text = frame.axis.value(point.y);
            let words = Words::label(text, Weight::Regular, colours.ink);
            let rooms = words.rooms_around(frame.at(point.x, point.y));
            add(words, &rooms, &mut obstacles);
        }
    }
    if let Some(goal) = &parts.goal {
        let due = shortened(&goal.due, Weight::Regular);
        let words = Words::label(due, Weight::Regular, colours.red);
        let rooms = words.rooms_around(frame.at(goal.x, goal.value));
        add(words, &rooms, &mut obstacles);
    }
    for other in &parts.others {
        let text = shortened(&other.label, Weight::Regular);
        let words = Words::label(text, Weight::Regular, colours.ink);
        let rooms = words.rooms_around(frame.at(other.x, other.y));
        add(words, &rooms, &mut obstacles);
    }
    if let Some(goal) = &parts.goal {
        let text = shortened(&goal.label, Weight::SemiBold);
        let words = Words::label(text, Weight::SemiBold, colours.red);
        let rooms = rooms_along(&words, goal, frame);
        add(words, &rooms, &mut obstacles);
    }
    FanWords { ends, inside, end_rects }
}

fn shortened(text: &str, weight: Weight) -> String {
    cut(&clean(text), crate::charts::labels::LABEL_SIZE, weight, WIDEST)
}

/// Rooms for the goal's label along its line, from the left on, above it first.
fn rooms_along(words: &Words, goal: &GoalLine, frame: &Frame) -> Vec<Rect> {
    let height = frame.y(goal.value);
    let mut rooms = Vec::new();
    for distance in [11.0, -12.0, 24.0, -25.0] {
        let mut left = frame.left;
        while left + words.width() <= frame.right.max(frame.left + words.width()) {
            rooms.push(words.rect(left, height - distance));
            left += 10.0;
        }
    }
    rooms
}

/// The labels at the fan's end, kept off the goal's line where it goes on to their right.
fn place_ends(
    parts: &FanParts,
    frame: &Frame,
    words: Vec<(Words, f64)>,
    colours: Colours,
) -> (Vec<(EndLabel, f64)>, Vec<Rect>) {
    let Some(end) = parts.shape.end() else {
        return (Vec::new(), Vec::new());
    };
    let x = frame.x(end);
    let labels: Vec<EndLabel> = words
        .into_iter()
        .map(|(words, value)| EndLabel {
            words: vec![words],
            end: frame.y(value).clamp(frame.top, frame.bottom),
            colour: colours.grey,
        })
        .collect();
    let (top, bottom) = (frame.top - LINE_HEIGHT / 2.0, frame.bottom);
    let goal = parts.goal.as_ref().map(|goal| frame.y(goal.value));
    let groups = match goal.filter(|_| frame.right > x + 1.0) {
        None => vec![(labels, top, bottom)],
        Some(line) => {
            let (above, below) = labels.into_iter().partition(|l| l.end <= line);
            vec![(above, top, line - 3.0), (below, line + 3.0, bottom)]
        }
    };
    let mut placed = Vec::new();
    let mut rects = Vec::new();
    for (labels, low, high) in groups {
        let middles = ends::places(&labels, low, high);
        for (label, middle) in labels.into_iter().zip(middles) {
            rects.push(ends::room_of(&label, x, middle));
            placed.push((label, middle));
        }
    }
    (placed, rects)
}

/// Everything on the page that a label should not cover.
fn obstacles(parts: &FanParts, frame: &Frame) -> Obstacles {
    let mut obstacles = Obstacles::new(frame.label_room());
    if let Some(unit) = frame.unit_room() {
        obstacles.add_box(unit);
    }
    let zero = frame.y(0.0);
    obstacles.add_line(&[(frame.left, zero), (frame.right, zero)], GOAL_COST);
    let history = history_pixels(frame, &parts.history);
    obstacles.add_line(&history, HISTORY_COST);
    for at in &history {
        obstacles.add_box(Rect::around(*at, 3.0));
    }
    for other in &parts.others {
        obstacles.add_box(Rect::around(frame.at(other.x, other.y), 4.0));
    }
    if let Some(goal) = &parts.goal {
        let height = frame.y(goal.value);
        let line: [Pixel; 2] = [(frame.left, height), (frame.right, height)];
        obstacles.add_line(&line, GOAL_COST);
        obstacles.add_box(Rect::around(frame.at(goal.x, goal.value), 4.0));
    }
    let shape = &parts.shape;
    obstacles.add_line(&pixels(frame, &shape.x, &shape.median), HISTORY_COST);
    for band in &shape.bands {
        let low = pixels(frame, &shape.x, &band.low);
        let high = pixels(frame, &shape.x, &band.high);
        obstacles.add_line(&low, EDGE_COST);
        obstacles.add_line(&high, EDGE_COST);
        // Upright lines through the band make its inside cost something too.
        for (a, b) in low.windows(2).zip(high.windows(2)) {
            for eighth in 0..8 {
                let share = f64::from(eighth) / 8.0;
                let between = |p: &[Pixel]| {
                    let (x, y) = (p[1].0 - p[0].0, p[1].1 - p[0].1);
                    (p[0].0 + x * share, p[0].1 + y * share)
                };
                obstacles.add_line(&[between(a), between(b)], INSIDE_COST);
            }
        }
    }
    obstacles
}
