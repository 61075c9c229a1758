//! Where the labels of a sources chart stand: at the lines' ends, beside the figures, on the goal's line.

use plotters::style::RGBColor;

use super::fan::GoalLine;
use super::sources::{END_ROOM, Trace};
use crate::charts::canvas::Pixel;
use crate::charts::ends::{self, EndLabel};
use crate::charts::font::Weight;
use crate::charts::frame::Frame;
use crate::charts::labels::{LABEL_SIZE, LINE_HEIGHT, Rect, Words};
use crate::charts::obstacles::Obstacles;
use crate::charts::text::{clean, cut};
use crate::charts::theme::Colours;

/// So many sources have a label of their own.
const MOST_LABELS: usize = 20;
/// What a px of a line costs a label that covers it.
const LINE_COST: f64 = 6.0;

/// The labels and where they stand.
#[derive(Debug, Clone, Default)]
pub(super) struct SourceLabels {
    pub(super) ends: Vec<(EndLabel, f64)>,
    pub(super) ends_at: f64,
    /// Thin lines from the figures that end early to the labels at the end.
    pub(super) leaders: Vec<([Pixel; 2], RGBColor)>,
    pub(super) inside: Vec<(Words, Rect)>,
}

/// Finds a place for every label: the names first, then the values as far as there is room.
pub(super) fn place(
    frame: &Frame,
    traces: &[Trace],
    words: Vec<Words>,
    goal: Option<&GoalLine>,
    colours: Colours,
    few: bool,
) -> SourceLabels {
    let mut obstacles = obstacles(frame, traces, goal);
    let all = || traces.iter().flat_map(|t| &t.at);
    let last = all().map(|at| at.0).fold(frame.left, f64::max);
    let mut labels = SourceLabels { ends_at: last, ..SourceLabels::default() };
    let page_room = std::mem::replace(&mut obstacles.room.right, last);
    let mut column = Vec::new();
    for (trace, words) in traces.iter().zip(words).take(MOST_LABELS) {
        let Some(&(x, y)) = trace.at.last() else { continue };
        if x < last - 2.0 * END_ROOM {
            let beside = [0.0, -9.0, 9.0].map(|down| words.rect(x + 11.0, y + down));
            // Others around the point could be taken for a neighbour's.
            let rooms = beside.into_iter().chain(words.rooms_around((x, y)).into_iter().take(2));
            if let Some(rect) = obstacles.place_if_clear(rooms) {
                labels.inside.push((words, rect));
                continue;
            }
            let leader = [(x + 7.0, y), (last, y)];
            obstacles.add_line(&leader, LINE_COST);
            labels.leaders.push((leader, trace.colour));
        }
        column.push(EndLabel { words: vec![words], end: y, colour: trace.colour });
    }
    obstacles.room.right = page_room;

    // The goal's line goes on to the right of the last figure, so the names are kept off it.
    let line = goal.map(|g| frame.y(g.value));
    let (above, below): (Vec<_>, Vec<_>) = column.into_iter().partition(|l| line.is_none_or(|line| l.end <= line));
    let (top, bottom) = (frame.top - LINE_HEIGHT / 2.0, frame.bottom);
    let (over, under) = line.map_or((bottom, top), |line| (line - 3.0, line + 3.0));
    for (group, low, high) in [(above, top, over), (below, under, bottom)] {
        let middles = ends::places(&group, low, high);
        labels.ends.extend(group.into_iter().zip(middles));
    }
    for (label, middle) in &labels.ends {
        obstacles.add_box(ends::room_of(label, last, *middle));
    }

    if let Some(goal) = goal {
        let fit = |text: &str, weight| Words::label(cut(&clean(text), LABEL_SIZE, weight, 420.0), weight, colours.red);
        let due = fit(&goal.due, Weight::Regular);
        let mut rooms = due.rooms_around(frame.at(goal.x, goal.value));
        let on_page = |rect: &Rect| rect.left >= frame.left && rect.right <= page_room;
        rooms.retain(on_page);
        labels.inside.extend(obstacles.place(&rooms).map(|rect| (due, rect)));
        let name = fit(&goal.label, Weight::SemiBold);
        let mut rooms = Vec::new();
        for down in [-11.0, 12.0, -24.0, 25.0] {
            let lefts = (0..60).map(|tenth| frame.left + 10.0 * f64::from(tenth));
            rooms.extend(lefts.map(|left| name.rect(left, frame.y(goal.value) + down)).filter(on_page));
        }
        labels.inside.extend(obstacles.place(&rooms).map(|rect| (name, rect)));
    }
    let shown = traces.iter().filter(|_| few).flat_map(|t| t.points.iter().zip(&t.at).map(move |(p, at)| (t, p, at)));
    for (trace, point, at) in shown {
        let weight = if trace.pooled { Weight::SemiBold } else { Weight::Regular };
        let words = Words::label(point.text(&frame.axis), weight, trace.colour);
        // Those further away could be taken for a neighbour's.
        let rooms = words.rooms_around(*at).into_iter().take(24);
        let rect = obstacles.place_if_clear(rooms);
        labels.inside.extend(rect.map(|rect| (words, rect)));
    }
    labels
}

/// Everything on the page that a label should not cover.
fn obstacles(frame: &Frame, traces: &[Trace], goal: Option<&GoalLine>) -> Obstacles {
    let mut obstacles = Obstacles::new(frame.label_room());
    if let Some(unit) = frame.unit_room() {
        obstacles.add_box(unit);
    }
    let level = |height: f64| [(frame.left, height), (frame.right, height)];
    obstacles.add_line(&level(frame.y(0.0)), LINE_COST);
    if let Some(goal) = goal {
        obstacles.add_line(&level(frame.y(goal.value)), LINE_COST);
        obstacles.add_box(Rect::around(frame.at(goal.x, goal.value), 4.5));
    }
    for trace in traces {
        obstacles.add_line(&trace.at, LINE_COST);
        for (number, at) in trace.at.iter().enumerate() {
            obstacles.add_box(Rect::around(*at, if trace.pooled { 5.0 } else { 4.0 }));
            if let Some(rect) = trace.beside(number, frame) {
                obstacles.add_box(rect);
            }
        }
    }
    obstacles
}
